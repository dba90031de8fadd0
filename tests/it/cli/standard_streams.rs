//! Standard input is read once, and standard output contains only the result. Both may be closed, broken or full.

use std::fs::File;
use std::process::Stdio;

use crate::harness::{RunResult, Scratch, dev_full, isolated, program};

const ONLY_ONCE: &str = "standard input can be used only once";

#[test]
fn an_edited_standard_input_goes_to_standard_output() {
    let vm = Scratch::new();
    vm.pipe(b"a = \"1\"\r\n", &["set", "-", "a=2", "--diff"]).reports(
        0,
        "a = \"2\"\r\n",
        &["~ a = \"1\" -> \"2\"", "--- -\n+++ -\n@@ -1 +1 @@\n-a = \"1\""],
    );
}

#[test]
fn an_unchanged_standard_input_goes_to_standard_output() {
    Scratch::new().pipe(b"a = \"1\"\r\n", &["set", "-", "a=1"]).prints("a = \"1\"\r\n");
}

#[test]
fn a_check_of_standard_input_does_not_print_it() {
    Scratch::new().pipe(b"a = \"1\"\n", &["set", "-", "a=2", "--check", "-q"]).exits(1, "");
}

#[test]
fn a_refused_edit_of_standard_input_does_not_print_it() {
    let vm = Scratch::new();
    vm.pipe(b"x = \"1\"\nx = \"2\"\n", &["set", "-", "x=2"]).refuses(4, &["'x' is set on lines 1 and 2"]);
}

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
fn options_that_save_a_file_are_refused_with_standard_input() {
    let vm = Scratch::new();
    for option in
        ["--backup", "--wait=1", "--force", "--reload", "--no-sync", "--break-links", "--lossy-metadata"]
    {
        for command in [
            &["set", "-", "a=2"][..],
            &["unset", "-", "a"],
            &["rename", "-", "a", "b"],
            &["apply", "-", "--set", "a=2"],
            &["preset", "revert", "headless", "-"],
            &["check", "--fix", "-"],
        ] {
            let args = [command, &[option]].concat();
            vm.pipe(b"a = \"1\"\n", &args)
                .refuses(2, &["'-' (standard input) cannot be combined with --backup, "]);
        }
    }
}

#[test]
fn with_a_dash_errors_do_not_go_to_standard_output() {
    let vm = Scratch::new();
    for (args, code) in [(&["set", "-", "a b=c", "--json"][..], 2), (&["set", "-", "x=y", "--json"], 4)] {
        vm.pipe(b"no entry here\n", args).refuses(code, &["{\"file\":\"-\",\"error\":"]);
    }
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
        vm.pipe(b"a = \"1\"\n", args).refuses(2, &["{\"file\":", "\"error\":"]);
    }
}

#[test]
fn a_closed_standard_input_is_an_error() {
    let program = program();
    let script = format!("'{}' set - a=1 <&-", program.display());
    let output = isolated("sh").args(["-c", &script]).output().unwrap();
    RunResult::new(&["set", "-", "a=1"], &output).refuses(5, &["cannot read standard input: it is closed"]);
}

#[test]
fn a_broken_pipe_is_quiet() {
    let long: String = (0..20_000).map(|n| format!("key{n} = \"some value\"\n")).collect();
    let vm = Scratch::with(long);
    let program = program();
    let script = format!("'{}' list '{}' | head -n 1", program.display(), vm.path("vm.vmx").display());
    let output = isolated("bash").args(["-o", "pipefail", "-c", &script]).output().unwrap();
    RunResult::new(&["list"], &output).prints("key0 = \"some value\"\n");
}

/// Runs the program with a standard output that nothing reads, and returns its exit code.
fn exit_code_with_a_broken_pipe(vm: &Scratch, args: &str) -> String {
    let program = program();
    let script = format!("'{}' {args} 2>/dev/null | true; echo ${{PIPESTATUS[0]}}", program.display());
    let output = isolated("bash").args(["-c", &script]).current_dir(vm.path("")).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_broken_pipe_does_not_stop_edits() {
    let vm = Scratch::new();
    for n in 0..120 {
        vm.write(&format!("{n}.vmx"), "a = \"1\"\n");
    }
    let args = "apply --set b=1 --json --diff [0-9]*.vmx nope.vmx";
    assert_eq!(exit_code_with_a_broken_pipe(&vm, args), "5");
    for n in 0..120 {
        assert_eq!(vm.read(&format!("{n}.vmx")), b"a = \"1\"\nb = \"1\"\n", "{n}");
    }
}

#[test]
fn a_broken_pipe_does_not_change_the_exit_code() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("locked.vmx", "a = \"1\"\n");
    vm.write("locked.vmx.lck", "");
    assert_eq!(exit_code_with_a_broken_pipe(&vm, "status locked.vmx"), "1");
    assert_eq!(exit_code_with_a_broken_pipe(&vm, "set locked.vmx a=2 --json"), "3");
    assert_eq!(exit_code_with_a_broken_pipe(&vm, "set vm.vmx a=2 --check"), "1");
}

#[test]
fn a_full_output_device_is_an_error() {
    let vm = Scratch::with("a = \"1\"\n");
    for args in [&["get", "vm.vmx", "a"][..], &["list", "vm.vmx"], &["man"], &["preset", "list"]] {
        let output = vm.command().args(args).stdout(dev_full()).stderr(Stdio::piped()).output().unwrap();
        RunResult::new(args, &output).refuses(5, &["cannot write to standard output: No space left"]);
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
    let args = ["apply", "-r", "--set", "a=1", "tree"];
    let output = vms.command().args(args).stdout(dev_full()).stderr(Stdio::piped()).output().unwrap();
    RunResult::new(&args, &output).refuses(
        5,
        &["300 files: 300 changed", "cannot write to standard output: No space left on device; the edit"],
    );
    assert!((0..300).all(|n| vms.read(&format!("tree/{n:03}/vm.vmx")) == b"a = \"1\"\n"));
}

#[test]
fn a_closed_standard_output_counts_as_dev_null() {
    let vm = Scratch::with("a = \"1\"\n");
    let program = program().display().to_string();
    for args in ["set vm.vmx a=2", "get vm.vmx a"] {
        let script = format!("'{program}' {args} >&-");
        let output = isolated("sh").args(["-c", &script]).current_dir(vm.path("")).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{args}");
    }
    assert_eq!(vm.read("vm.vmx"), b"a = \"2\"\n");
}
