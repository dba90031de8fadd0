//! `-q`: standard output and errors stay; warnings, notes and summaries do not.

use crate::harness::Scratch;

fn two_vms() -> Scratch {
    let vms = Scratch::new();
    vms.write("one/one.vmx", "a = \"1\"\n");
    vms.write("two/two.vmx", "a = \"2\"\n");
    vms
}

#[test]
fn a_quiet_check_of_a_tree_is_silent_if_nothing_differs() {
    let vms = two_vms();
    vms.write("two/two.vmx", "a = \"1\"\n");
    vms.run(&["apply", "--set", "a=1", "--check", "-q", "-r", "."]).prints("");
}

#[test]
fn a_quiet_check_of_a_tree_prints_the_file_and_the_key_that_differ() {
    two_vms()
        .run(&["apply", "--set", "a=1", "--check", "-q", "-r", "."])
        .exits(1, "./two/two.vmx: ~ a = \"2\" -> \"1\"\n");
}

#[test]
fn a_quiet_run_still_prints_errors() {
    let vms = two_vms();
    vms.write("three/three.vmx", "a = \"1\"\na = \"2\"\n");
    let result = vms.run(&["apply", "--set", "a=1", "--check", "-q", "-r", "."]);
    result.reports(
        4,
        "./two/two.vmx: ~ a = \"2\" -> \"1\"\n",
        &["three/three.vmx:1: 'a' is set on lines 1 and 2"],
    );
}

#[test]
fn a_quiet_edit_prints_its_changes_without_notes_and_warnings() {
    let vm = Scratch::with("a = \"1\"\nb = \"1\"\nb = \"2\"\n");
    vm.run(&["set", "vm.vmx", "a=2", "--backup", "-q"]).prints("~ a = \"1\" -> \"2\"\n");
    assert_eq!(vm.read("vm.vmx.bak"), b"a = \"1\"\nb = \"1\"\nb = \"2\"\n");
}

#[test]
fn a_quiet_filter_prints_nothing_but_the_edited_file() {
    Scratch::new().pipe(b"a = \"1\"\n", &["set", "-", "a=2", "-q"]).prints("a = \"2\"\n");
}

#[test]
fn a_quiet_status_prints_the_state() {
    let shown = Scratch::with("a = \"1\"\n").run(&["status", "vm.vmx", "-q"]).printed(0);
    assert!(shown.starts_with("vm.vmx: off\n"), "{shown}");
}
