//! Options that every editing command has. Each command makes the same edit of the same file.

use crate::harness::{RunResult, Scratch};

const BEFORE: &str = "virtualHW.version = \"19\"\na = 1\n";

/// The commands. Each one changes `vm.vmx`.
const COMMANDS: &[&[&str]] = &[
    &["set", "vm.vmx", "a=2"],
    &["unset", "vm.vmx", "a"],
    &["rename", "vm.vmx", "a", "b"],
    &["apply", "--set", "a=2", "vm.vmx"],
    &["edit", "vm.vmx"],
    &["restore", "vm.vmx", "old"],
    &["preset", "revert", "./mine.toml", "vm.vmx"],
    &["check", "--fix", "vm.vmx"],
];

fn vm() -> Scratch {
    let vm = Scratch::with(BEFORE);
    vm.write("old", "virtualHW.version = \"19\"\na = \"0\"\n");
    vm.write(
        "mine.toml",
        "name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
    );
    vm.write_script("editor", "sed -i 's/a = 1/a = \"2\"/' \"$1\"");
    vm.write("tmp/.keep", "");
    vm
}

fn run(vm: &Scratch, args: &[&str], options: &[&str]) -> RunResult {
    let args = [args, options].concat();
    let mut command = vm.command();
    command.args(&args).env("EDITOR", "./editor").env("TMPDIR", vm.path("tmp"));
    RunResult::new(&args, &command.output().unwrap())
}

#[test]
fn dry_run_changes_nothing_and_exits_with_0() {
    for args in COMMANDS {
        let vm = vm();
        let names = vm.names();
        let result = run(&vm, args, &["--dry-run"]);
        assert_eq!(result.code, 0, "{args:?}: {}", result.stderr);
        assert!(!result.stdout.is_empty(), "{args:?}");
        assert_eq!((vm.read("vm.vmx"), vm.names()), (BEFORE.as_bytes().to_vec(), names), "{args:?}");
    }
}

#[test]
fn a_dry_run_says_that_an_edit_would_be_refused() {
    let long_suffix = format!("--backup=.{}", "b".repeat(300));
    for (options, mode, why) in [
        (&["-n"][..], 0o444, "cannot write: the file is read-only"),
        (&["-n", &long_suffix], 0o644, "cannot keep the old file as vm.vmx.bbb"),
    ] {
        for args in COMMANDS {
            let vm = vm();
            vm.set_mode("vm.vmx", mode);
            let result = run(&vm, args, options);
            assert_eq!(result.code, 0, "{args:?}: {}", result.stderr);
            result.says(&[&format!("an edit would be refused now: {why}")]);
        }
    }
}

#[test]
fn check_changes_nothing_and_exits_with_1() {
    for args in COMMANDS {
        let vm = vm();
        let result = run(&vm, args, &["--check"]);
        assert_eq!(result.code, 1, "{args:?}: {}", result.stderr);
        assert_eq!(vm.read("vm.vmx"), BEFORE.as_bytes(), "{args:?}");
    }
}

#[test]
fn diff_prints_a_unified_diff() {
    for args in COMMANDS {
        let result = run(&vm(), args, &["--diff"]);
        assert_eq!(result.code, 0, "{args:?}: {}", result.stderr);
        assert!(result.stdout.contains("--- vm.vmx\n+++ vm.vmx\n@@ -1,2 +1"), "{args:?}: {}", result.stdout);
    }
}

#[test]
fn backup_keeps_the_old_file() {
    for args in COMMANDS {
        let vm = vm();
        let result = run(&vm, args, &["--backup"]);
        assert_eq!(result.code, 0, "{args:?}: {}", result.stderr);
        result.says(&["the old file is kept as vm.vmx.bak"]);
        assert_eq!(vm.read("vm.vmx.bak"), BEFORE.as_bytes(), "{args:?}");
        assert_ne!(vm.read("vm.vmx"), BEFORE.as_bytes(), "{args:?}");
    }
}

#[test]
fn json_prints_the_edit() {
    for args in COMMANDS {
        let result = run(&vm(), args, &["--json"]);
        let edit = &result.json_lines()[0];
        assert_eq!(result.code, 0, "{args:?}: {}", result.stderr);
        assert_eq!((&edit["file"], &edit["changed"]), (&"vm.vmx".into(), &true.into()), "{args:?}");
        assert_eq!(edit["dry_run"], false, "{args:?}");
        assert!(edit["changes"].is_array() && edit["warnings"].is_array(), "{args:?}: {edit}");
    }
}

#[test]
fn quiet_prints_nothing_on_standard_error() {
    for args in COMMANDS {
        let result = run(&vm(), args, &["--quiet", "--backup"]);
        assert_eq!((result.code, &*result.stderr), (0, ""), "{args:?}");
    }
}
