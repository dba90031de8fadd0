//! The conditions of presets.

use super::{SET, VM, apply, file, vm_with_preset};
use crate::harness::Scratch;

/// Conditions that the VM does not meet, and why.
const FAILED: &[(&str, &str)] = &[
    ("hardware = { min = 11 }", "virtualHW.version is 10 (it must be 11 or more)"),
    ("hardware = { max = 9 }", "virtualHW.version is 10 (it must be 9 or less)"),
    ("firmware = \"efi\"", "the firmware is bios, not efi"),
    ("present = \"nothing.*\"", "nothing.* has no value"),
    ("absent = \"GUEST*\"", "guestOS is set explicitly (\"ubuntu-64\")"),
    ("equal = { key = \"a\", value = \"TRUE\" }", "a is not set"),
    ("equal = { key = \"config.version\", value = \"9\" }", "config.version is \"8\", not \"9\""),
    ("not_equal = { key = \"config.version\", value = \"8\" }", "config.version is \"8\""),
    ("not_guest_os = [\"Ubuntu*\"]", "the guest is guestOS = \"ubuntu-64\""),
    (
        "guest_os = [\"windows*\", \"dos\"]\nwhy = \"it is for Windows\"",
        "it is for Windows, and the guest is",
    ),
];

#[test]
fn failed_conditions_are_reported_with_a_reason() {
    for (condition, reason) in FAILED {
        let (vm, result) = apply(&format!("[[requires]]\n{condition}\n{SET}"), &[]);
        result.refuses(4, &["preset mine does not apply: ", reason]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    }
}

#[test]
fn a_preset_with_a_failed_condition_is_skipped_on_request() {
    for (condition, reason) in FAILED {
        let (vm, result) = apply(&format!("[[requires]]\n{condition}\n{SET}"), &["--if-applicable"]);
        result.reports(0, "", &["skipped: mine does not apply", reason]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    }
}

#[test]
fn a_preset_whose_conditions_are_met_is_applied() {
    let holds = "[[requires]]\nhardware = { min = 10, max = 10 }\n[[requires]]\nfirmware = \"bios\"\n\
        [[requires]]\nequal = { key = \"GUESTos\", value = \"ubuntu-64\" }\n[[requires]]\nencrypted = false\n\
        [[requires]]\nsnapshots = false\n";
    apply(&format!("{holds}{SET}"), &[]).1.prints("+ a.b = \"1\"\n");
}

#[test]
fn a_preset_that_is_unneeded_says_why() {
    let body = format!("[[unneeded_when]]\nfirmware = \"bios\"\nwhy = \"it is old\"\n{SET}");
    apply(&body, &[]).1.reports(0, "", &["mine: nothing to do: it is old"]);
}

/// Returns a preset for VMs without snapshots.
fn for_vms_without_snapshots() -> String {
    format!("[[requires]]\nsnapshots = false\n{SET}")
}

#[test]
fn a_vmsd_file_with_snapshots_fails_the_condition() {
    for (vmsd, reason) in [
        ("snapshot.numSnapshots = \"2\"\n", "the VM has snapshots"),
        ("snapshot.numSnapshots = \"x\"\n", "it is unknown"),
        ("snapshot0.uid = \"1\"\n", "it is unknown"),
    ] {
        let vm = vm_with_preset(&for_vms_without_snapshots());
        vm.write("vm.vmsd", vmsd);
        vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]).refuses(4, &[reason]);
    }
}

#[test]
fn a_vmsd_file_without_snapshots_meets_the_condition() {
    for vmsd in ["", "snapshot.numSnapshots = \"0\"\n", ".encoding = \"UTF-8\"\n"] {
        let vm = vm_with_preset(&for_vms_without_snapshots());
        vm.write("vm.vmsd", vmsd);
        vm.run(&["apply", "-p", "./mine.toml", "vm.vmx"]).prints("+ a.b = \"1\"\n");
    }
}

#[test]
fn whether_standard_input_has_snapshots_is_unknown() {
    let vm = vm_with_preset(&for_vms_without_snapshots());
    vm.pipe(VM.as_bytes(), &["apply", "-p", "./mine.toml", "-"])
        .refuses(4, &["it is unknown whether the VM has snapshots"]);
}

#[test]
fn the_snapshots_of_a_vm_are_found_through_its_folder_and_through_a_link() {
    let vm = Scratch::new();
    vm.write("vm/vm.vmx", VM);
    vm.write("vm/vm.vmsd", "snapshot.numSnapshots = \"2\"\n");
    std::os::unix::fs::symlink("vm/vm.vmx", vm.path("link.vmx")).unwrap();
    vm.write("mine.toml", file(&for_vms_without_snapshots()));
    for named in ["vm", "vm/vm.vmx", "link.vmx"] {
        vm.run(&["diff", "--preset", "./mine.toml", named]).refuses(4, &["the VM has snapshots"]);
        vm.run(&["apply", "-n", "-p", "./mine.toml", named]).refuses(4, &["the VM has snapshots"]);
    }
}
