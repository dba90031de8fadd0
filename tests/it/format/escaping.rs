//! Control and bidirectional characters on standard error, which is a pipe here.

use crate::harness::{RunResult, Scratch, lock_member};

#[track_caller]
fn assert_escaped(result: &RunResult, shown: &str) {
    assert!(!result.stderr.contains(['\x1b', '\u{202E}', '\r']), "{:?}", result.stderr);
    assert!(result.stderr.contains(shown), "{shown}: {:?}", result.stderr);
}

#[test]
fn a_lock_member_is_escaped() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmx.lck/M00001.lck", lock_member("uuid=\x1b[31m\u{202E}x", "1-2(vmware-vmx)"));
    let result = vm.run(&["set", "vm.vmx", "a=2"]);
    assert_eq!((result.code, &*result.stdout), (3, ""), "{}", result.stderr);
    assert_escaped(&result, "uuid=|1B[31m\\u{202E}x");
}

#[test]
fn a_value_of_the_file_is_escaped() {
    let vm = Scratch::with("guestOS = \"\x1b[31m\u{202E}x\"\n");
    let result = vm.run(&["apply", "-p", "macos-serial", "vm.vmx"]);
    assert_eq!((result.code, &*result.stdout), (4, ""), "{}", result.stderr);
    assert_escaped(&result, "guestOS = \"|1B[31m\\u{202E}x\"");
}

#[test]
fn changes_are_escaped_while_standard_output_carries_the_file() {
    let vm = Scratch::new();
    let before = "displayName = \"\x1b[31m\u{202E}x\"\r\n";
    for option in ["--diff", "--json"] {
        let result = vm.pipe(before.as_bytes(), &["set", "-", "displayName=new", option]);
        assert_eq!((result.code, &*result.stdout), (0, "displayName = \"new\"\r\n"), "{option}");
        assert!(!result.stderr.contains(['\x1b', '\u{202E}', '\r']), "{option}: {:?}", result.stderr);
    }
}

#[test]
fn an_argument_is_escaped() {
    let vm = Scratch::with("a = \"1\"\n");
    for (args, code, shown) in [
        (&["set", "vm.vmx", "--\x1b[31m\u{202E}x"][..], 2, "'--\\u{202E}x'"),
        (&["set", "vm.vmx", "a=1", "--color", "\x1b[31m\u{202E}x"], 2, "'\\u{202E}x'"),
        (&["set", "vm.vmx", "\x1b[31m\u{202E}x"], 2, "'\\u{1b}[31m\\u{202e}x'"),
        (&["set", "vm.vmx", "\x1b[31m\u{202E}x=1"], 2, "'\\u{1b}[31m\\u{202e}x'"),
        (&["\x1b[31m\u{202E}x"], 2, "'|1B[31m\\u{202E}x'"),
        (&["get", "\x1b[31m\u{202E}x", "a"], 5, "|1B[31m\\u{202E}x: "),
        (&["get", "vm.vmx", "a\x1b[31m\u{202E}x"], 2, "'a\\u{1b}[31m\\u{202e}x'"),
        (&["preset", "show", "\x1b[31m\u{202E}x"], 2, "'|1B[31m\\u{202E}x'"),
        (
            &["apply", "-p", "macos-serial", "--param", "\x1b[31m\u{202E}x=1", "vm.vmx"],
            2,
            "|1B[31m\\u{202E}x: ",
        ),
        (&["unset", "vm.vmx", "\x1b[31m\u{202E}x*"], 2, "'\\u{1b}[31m\\u{202e}x*'"),
        (&["rename", "vm.vmx", "\x1b[31m\u{202E}x", "b"], 2, "'\\u{1b}[31m\\u{202e}x'"),
    ] {
        let result = vm.run(args);
        assert!(!result.stderr.contains(['\x1b', '\u{202E}']), "{args:?}: {:?}", result.stderr);
        result.refuses(code, &[shown]);
    }
}
