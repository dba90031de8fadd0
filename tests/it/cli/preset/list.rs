//! The command `preset list`.

use crate::harness::Scratch;

/// Returns the row of a preset, or nothing, in the list for a VM.
fn row_of_macos_serial(vm: &Scratch, options: &[&str]) -> String {
    let listed = vm.run(&[&["preset", "list", "--for", "vm.vmx"], options].concat()).printed(0);
    listed.lines().find(|line| line.contains("macos-serial ")).unwrap_or_default().to_owned()
}

#[test]
fn the_list_for_a_vm_shows_a_preset_that_applies() {
    let vm = Scratch::with("guestOS = \"darwin11-64\"\n");
    let row = row_of_macos_serial(&vm, &[]);
    assert!(row.starts_with("applies  macos-serial"), "{row}");
}

#[test]
fn the_list_for_a_vm_shows_a_preset_that_is_applied() {
    let vm = Scratch::with("guestOS = \"darwin11-64\"\n");
    vm.run(&["apply", "-q", "-p", "macos-serial", "vm.vmx"]).printed(0);
    let row = row_of_macos_serial(&vm, &[]);
    assert!(row.starts_with("applied  macos-serial"), "{row}");
}

#[test]
fn the_list_for_a_vm_shows_a_preset_that_does_not_apply_only_on_request() {
    let vm = Scratch::with("guestOS = \"windows9-64\"\n");
    assert_eq!(row_of_macos_serial(&vm, &[]), "");
    let verbose = row_of_macos_serial(&vm, &["-v"]);
    assert!(verbose.starts_with("refused  macos-serial"), "{verbose}");
}

#[test]
fn a_list_of_words_selects_the_presets_that_contain_all_of_them() {
    let listed = Scratch::new().run(&["preset", "list", "SERIAL", "before", "use12char"]).printed(0);
    assert_eq!(listed.lines().count(), 1, "{listed}");
}

#[test]
fn words_that_no_preset_contains_select_nothing() {
    Scratch::new().run(&["preset", "list", "no such words"]).prints("");
}

#[test]
fn a_list_for_a_missing_file_is_an_error() {
    Scratch::new().run(&["preset", "list", "--for", "missing.vmx"]).refuses(5, &["missing.vmx: cannot open"]);
}
