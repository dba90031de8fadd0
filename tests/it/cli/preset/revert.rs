//! The command `preset revert`.

use super::{SET, VM, apply, file};
use crate::harness::Scratch;

#[test]
fn revert_removes_what_the_preset_added() {
    let (vm, _) = apply(SET, &[]);
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).prints("- a.b = \"1\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn revert_with_check_only_prints_the_changes() {
    let (vm, _) = apply(SET, &[]);
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx", "--check"]).exits(1, "- a.b = \"1\"\n");
    assert_eq!(vm.read("vm.vmx"), format!("{VM}a.b = \"1\"\n").as_bytes());
}

#[test]
fn revert_leaves_values_that_changed_since() {
    let (vm, _) = apply(SET, &[]);
    vm.run(&["set", "vm.vmx", "a.b=2"]).prints("~ a.b = \"1\" -> \"2\"\n");
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).reports(0, "", &["not removed: a.b"]);
    assert_eq!(vm.read("vm.vmx"), format!("{VM}a.b = \"2\"\n").as_bytes());
}

#[test]
fn revert_removes_a_value_that_was_changed_back() {
    let (vm, _) = apply(SET, &[]);
    vm.run(&["set", "vm.vmx", "a.b=2"]).prints("~ a.b = \"1\" -> \"2\"\n");
    vm.run(&["set", "vm.vmx", "a.b=1"]).prints("~ a.b = \"2\" -> \"1\"\n");
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).prints("- a.b = \"1\"\n");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn revert_removes_entries_of_steps_that_build_on_earlier_steps() {
    let steps = "[[steps]]\nset = \"ethernet1.present\"\nvalue = \"TRUE\"\n\
        [[steps]]\nset = \"ethernet*.wake\"\nvalue = \"F\"\n";
    let vm = Scratch::with("ethernet0.present = \"TRUE\"\n");
    vm.write("mine.toml", file(steps));
    vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"])
        .prints("+ ethernet1.present = \"TRUE\"\n+ ethernet0.wake = \"F\"\n+ ethernet1.wake = \"F\"\n");
    vm.run(&["preset", "revert", "-q", "./mine.toml", "vm.vmx"]).printed(0);
    assert_eq!(vm.read("vm.vmx"), b"ethernet0.present = \"TRUE\"\n");
}

#[test]
fn an_irreversible_preset_is_not_reverted() {
    let (vm, _) = apply(&format!("irreversible = \"the old value is gone\"\n{SET}"), &[]);
    let before = vm.read("vm.vmx");
    vm.run(&["preset", "revert", "./mine.toml", "vm.vmx"]).refuses(
        4,
        &[
            "preset mine cannot be reverted: the old value is gone",
            "hint: restore a backup with `vmxedit restore vm.vmx`",
        ],
    );
    assert_eq!(vm.read("vm.vmx"), before);
}
