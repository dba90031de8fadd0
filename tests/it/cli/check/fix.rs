//! Fixes of findings.

use super::{BAD, GOOD};
use crate::harness::Scratch;

/// Returns a file with a byte order mark, a duplicate and a value without quotes.
fn fixable() -> String {
    format!("\u{FEFF}{GOOD}numvcpus = 2\nmemsize = \"256\"\nuuid.bios = \"1\"\n")
}

/// What is printed first when the file is fixed.
const DIFF: &str = "- memsize = \"256\"\n--- vm.vmx\n+++ vm.vmx\n@@ -1,7 +1,6 @@\n-\u{FEFF}config.version = \"8\"\n+config.version = \"8\"\n \
                virtualHW.version = \"19\"\n guestOS = \"other\"\n \
                memsize = \"256\"\n-numvcpus = 2\n-memsize = \"256\"\n+numvcpus = \"2\"\n uuid.bios = \"1\"\n";

#[test]
fn a_dry_run_of_a_fix_shows_the_diff_and_saves_nothing() {
    let vm = Scratch::with(fixable());
    let shown = vm.run(&["check", "--fix", "-n", "vm.vmx"]).printed(0);
    assert!(shown.starts_with(DIFF), "{shown}");
    assert_eq!(vm.read("vm.vmx"), fixable().as_bytes());
}

#[test]
fn a_check_for_fixes_exits_with_1_and_saves_nothing() {
    let vm = Scratch::with(fixable());
    let shown = vm.run(&["check", "--fix", "--check", "vm.vmx"]).printed(1);
    assert!(shown.starts_with(DIFF), "{shown}");
    assert_eq!(vm.read("vm.vmx"), fixable().as_bytes());
}

#[test]
fn fixing_saves_like_an_edit_and_shows_the_diff() {
    let vm = Scratch::with(fixable());
    let result = vm.run(&["check", "--fix", "--backup", "vm.vmx"]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert!(result.stdout.starts_with(DIFF), "{}", result.stdout);
    result.says(&["the old file is kept as vm.vmx.bak"]);
    let fixed = format!("{GOOD}numvcpus = \"2\"\nuuid.bios = \"1\"\n");
    assert_eq!(vm.read("vm.vmx"), fixed.as_bytes());
    assert_eq!(vm.read("vm.vmx.bak"), fixable().as_bytes());
}

#[test]
fn only_the_findings_that_remain_are_printed_after_a_fix() {
    let vm = Scratch::with(fixable());
    let shown = vm.run(&["check", "--fix", "vm.vmx"]).printed(0);
    assert!(shown.contains("warning[VMX044]") && !shown.contains("VMX028"), "{shown}");
    let again = vm.run(&["check", "--fix", "vm.vmx"]).printed(0);
    assert!(again.starts_with("warning[VMX044]"), "{again}");
}

#[test]
fn fixing_is_refused_while_the_vm_is_not_off() {
    let vm = Scratch::with("numvcpus = 2\ncheckpoint.vmState = \"vm.vmss\"\n");
    vm.write("vm.vmss", "saved");
    let result = vm.run(&["check", "--fix", "vm.vmx"]);
    result.refuses(3, &["suspended"]);
    assert_eq!(vm.read("vm.vmx"), b"numvcpus = 2\ncheckpoint.vmState = \"vm.vmss\"\n");
}

#[test]
fn standard_input_is_fixed_to_standard_output() {
    Scratch::new().pipe(BAD.as_bytes(), &["check", "--fix", "-"]).reports(
        1,
        &BAD.replace("= 2", "= \"2\""),
        &["error[VMX062]"],
    );
}

#[test]
fn one_run_makes_fixes_that_another_fix_makes_possible() {
    let vm = Scratch::with("memsize = \u{201C}512\u{201D}\nnumvcpus = \"2\"\nmemsize = \"512\"\n");
    vm.run(&["check", "--fix", "-q", "vm.vmx"]).printed(0);
    assert_eq!(vm.read("vm.vmx"), b"memsize = \"512\"\nnumvcpus = \"2\"\n");
}
