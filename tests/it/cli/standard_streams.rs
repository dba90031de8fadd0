//! Standard input is read once, and standard output contains only the result.

use std::fs::File;
use std::process::Stdio;

use crate::harness::{Scratch, dev_full};

const ONLY_ONCE: &str = "standard input can be used only once";

#[test]
fn a_value_and_the_file_cannot_both_come_from_standard_input() {
    let vm = Scratch::new();
    for args in [
        &["set", "-", "note=@-"][..],
        &["apply", "--set", "note=@-", "-"],
        &["apply", "-p", "cloud-init", "--param", "metadata=@-", "-"],
        &["apply", "-p", "-", "-"],
    ] {
        vm.pipe(b"memsize = \"1024\"\nguestOS = \"other\"\n", args).refuses(2, &[ONLY_ONCE]);
    }
}

#[test]
fn two_values_cannot_both_come_from_standard_input() {
    let vm = Scratch::with("x = \"1\"\n");
    vm.pipe(b"text", &["set", "vm.vmx", "a=@-", "b=@-"]).refuses(2, &[ONLY_ONCE]);
    vm.pipe(b"text", &["apply", "-p", "-", "--set", "a=@-", "vm.vmx"]).refuses(4, &["not a preset"]);
    assert_eq!(vm.read("vm.vmx"), b"x = \"1\"\n");
}

#[test]
fn two_files_cannot_both_be_standard_input() {
    let vm = Scratch::new();
    vm.pipe(b"a = \"1\"\n", &["diff", "-", "-"]).refuses(2, &[ONLY_ONCE]);
    let result = vm.pipe(b"memsize = \"4\"\n", &["show", "-", "-"]);
    assert_eq!(result.code, 2, "{}", result.stderr);
    result.says(&[ONLY_ONCE]);
}

#[test]
fn one_value_can_come_from_standard_input() {
    let vm = Scratch::with("x = \"1\"\n");
    vm.pipe(b"text\n", &["set", "vm.vmx", "a=@-"]).prints("+ a = \"text\"\n");
}

#[test]
fn with_a_dash_json_errors_of_every_editing_command_go_to_standard_error() {
    let vm = Scratch::new();
    for args in [
        &["set", "-", "a b=c", "--json"][..],
        &["set", "-", "--json"],
        &["unset", "-", "a b", "--json"],
        &["rename", "-", "a", "b.*", "--json"],
        &["apply", "-p", "nothing", "-", "--json"],
        &["apply", "--set", "a b=c", "-", "--json"],
        &["preset", "revert", "nothing", "-", "--json"],
        &["check", "--fix", "-", "--deny", "VMX999", "--json"],
        &["edit", "-", "--json"],
        &["restore", "-", "--json"],
    ] {
        let result = vm.pipe(b"a = \"1\"\n", args);
        assert_eq!((result.code, &*result.stdout), (2, ""), "{args:?}: {}", result.stderr);
        result.says(&["{\"file\":", "\"error\":"]);
    }
}

#[test]
fn an_edited_file_that_cannot_be_written_is_a_failure() {
    let vm = Scratch::with("a = \"1\"\n");
    let output = vm
        .command()
        .args(["set", "-", "a=2", "-q"])
        .stdin(File::open(vm.path("vm.vmx")).unwrap())
        .stdout(dev_full())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "vmxedit: cannot write to standard output: No space left on device\n");
}

#[test]
fn a_batch_continues_if_standard_output_fails() {
    let vms = Scratch::new();
    for n in 0..300 {
        vms.write(&format!("tree/{n:03}/vm.vmx"), "a = \"0\"\n");
    }
    let mut command = vms.command();
    let command = command.args(["apply", "-r", "--set", "a=1", "tree"]).stdout(dev_full());
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.contains("300 files: 300 changed"), "{stderr}");
    assert!(
        stderr.contains("cannot write to standard output: No space left on device; the edit"),
        "{stderr}"
    );
    assert!((0..300).all(|n| vms.read(&format!("tree/{n:03}/vm.vmx")) == b"a = \"1\"\n"));
}

#[test]
fn check_has_no_dialect_option() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["check", "--dialect", "properties", "vm.vmx"]).refuses(2, &["--dialect"]);
}

#[test]
fn json_usage_errors_have_the_message_of_the_text() {
    let vm = Scratch::with("a = \"1\"\n");
    let result = vm.run(&["set", "vm.vmx", "--bogus", "x=1", "--json"]);
    let error = result.json();
    assert_eq!(result.code, 2);
    assert_eq!(error["error"]["message"], "unexpected argument '--bogus' found");
    assert!(result.stderr.contains(error["error"]["message"].as_str().unwrap()));
}
