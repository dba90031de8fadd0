//! The command `preset list`.

use crate::harness::{RunResult, Scratch};

/// Returns the row of a preset, or nothing, in the list for a VM.
fn row_of_macos_serial(vm: &Scratch, options: &[&str]) -> String {
    let listed = vm.run(&[&["preset", "list", "--for", "vm.vmx"], options].concat()).printed(0);
    listed.lines().find(|line| line.contains("macos-serial ")).unwrap_or_default().to_owned()
}

#[test]
fn the_list_for_a_vm_shows_a_preset_that_applies() {
    let vm = Scratch::with("guestOS = \"darwin11-64\"\n");
    let row = row_of_macos_serial(&vm, &[]);
    assert!(row.starts_with("  applies  macos-serial"), "{row}");
}

#[test]
fn the_list_for_a_vm_shows_a_preset_that_is_applied() {
    let vm = Scratch::with("guestOS = \"darwin11-64\"\n");
    vm.run(&["apply", "-q", "-p", "macos-serial", "vm.vmx"]).printed(0);
    let row = row_of_macos_serial(&vm, &[]);
    assert!(row.starts_with("  applied  macos-serial"), "{row}");
}

#[test]
fn the_list_for_a_vm_shows_a_preset_that_does_not_apply_only_on_request() {
    let vm = Scratch::with("guestOS = \"windows9-64\"\n");
    assert_eq!(row_of_macos_serial(&vm, &[]), "");
    let verbose = row_of_macos_serial(&vm, &["-v"]);
    assert!(verbose.starts_with("  refused  macos-serial"), "{verbose}");
}

#[test]
fn a_list_of_words_selects_the_presets_that_contain_all_of_them() {
    let listed = Scratch::new().run(&["preset", "list", "SERIAL", "before", "use12char"]);
    listed.prints(
        "macOS guests:\n  macos-serial  Use a 12-character serial number for Mac OS X guests before 10.9\n",
    );
}

#[test]
fn presets_are_listed_by_topic() {
    let scratch = Scratch::new();
    scratch.write(
        "presets/mine.toml",
        "name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\n",
    );
    let mut command = scratch.command();
    command.args(["preset", "list"]).env("VMXEDIT_PRESET_PATH", scratch.path("presets"));
    let listed = RunResult::new(&["preset", "list"], &command.output().unwrap()).printed(0);
    let topics: Vec<&str> = listed.lines().filter(|line| !line.starts_with(' ')).collect();
    assert!(topics.len() > 5 && topics.contains(&"macOS guests:"), "{topics:?}");
    let (last, sorted) = topics.split_last().unwrap();
    assert!(*last == "Other:" && sorted.is_sorted(), "{topics:?}");
    assert!(listed.contains("\nOther:\n  mine "), "{listed}");
}

#[test]
fn presets_are_found_by_the_guests_that_they_are_for_and_by_keywords() {
    let scratch = Scratch::new();
    for (words, name) in [
        (&["snow leopard"][..], "macos-serial"),
        (&["leopard"], "macos-serial"),
        (&["10.6"], "macos-serial"),
        (&["tpm"], "vtpm-software"),
        (&["firmware", "secure"], "uefi-secure-boot"),
    ] {
        let listed = scratch.run(&[&["preset", "list"], words].concat()).printed(0);
        assert!(listed.contains(&format!("  {name} ")), "{words:?}: {listed}");
    }
}

#[test]
fn words_that_no_preset_contains_exit_with_1_and_a_hint() {
    let scratch = Scratch::with("guestOS = \"darwin11-64\"\n");
    scratch.run(&["preset", "list", "no such", "words"]).refuses(
        1,
        &["vmxedit: no preset for 'no such words'\nhint: `vmxedit preset list` lists all presets"],
    );
    scratch.run(&["preset", "list", "nested-hv", "--for", "vm.vmx", "tpm"]).refuses(
        1,
        &["vmxedit: vm.vmx: no preset for 'nested-hv tpm' applies\nhint: `-v` also lists presets that do not apply"],
    );
    scratch.run(&["preset", "list", "no such words", "-q"]).exits(1, "");
    scratch.run(&["preset", "list", "no such words", "--json", "-q"]).exits(1, "");
}

#[test]
fn a_list_for_a_missing_file_is_an_error() {
    Scratch::new().run(&["preset", "list", "--for", "missing.vmx"]).refuses(5, &["missing.vmx: cannot open"]);
}
