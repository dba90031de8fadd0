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
    ("equal = { key = \"virtual*.version\", value = \"9\" }", "no virtual*.version is \"9\""),
    ("not_equal = { key = \"*.version\", value = \"10\" }", "virtualHW.version is \"10\""),
    ("not_equal = { key = \"on\", value = \"TRUE\" }", "on is \"1\""),
    ("number = { key = \"memsize\", min = 64 }", "memsize is 32 (it must be 64 or more)"),
    ("number = { key = \"config.version\", max = 7 }", "config.version is 8 (it must be 7 or less)"),
    ("number = { key = \"guestOS\", min = 1 }", "guestOS is \"ubuntu-64\" (it must be 1 or more)"),
    ("number = { key = \"a\", min = 1 }", "a is not set (it must be 1 or more)"),
    ("disk = \"scsi0:0\"", "the VM has no scsi0:0"),
    ("disk = \"ethernet0\"", "ethernet0 is not the slot of a disk"),
    (
        "supported = { key = \"nvme0.present\", value = \"TRUE\" }",
        "an NVMe controller needs hardware version 13 or later, and virtualHW.version is 10",
    ),
    ("pcie_slots = false", "every PCI Express device has a slot"),
    ("existing_file = \"no.nvram\"", "the file no.nvram cannot be used: it does not exist"),
    ("static_mac = \"00:0c:29:00:00:01\"", "is in a range that VMware assigns itself"),
    ("firmware = \"bios\"\nhardware = { min = 11 }", "it must be 11 or more"),
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
        [[requires]]\nsnapshots = false\n[[requires]]\nexisting_file = \"mine.toml\"\n\
        [[requires]]\nsupported = { key = \"sata0.present\", value = \"TRUE\" }\n\
        [[requires]]\nsupported = { key = \"unknown\", value = \"TRUE\" }\n";
    apply(&format!("{holds}{SET}"), &[]).1.prints("+ a.b = \"1\"\n");
}

#[test]
fn a_preset_is_unneeded_if_all_tests_of_one_table_hold() {
    let unneeded = |tests: &str| format!("[[unneeded_when]]\n{tests}\nwhy = \"it is old\"\n{SET}");
    apply(&unneeded("firmware = \"bios\"\nhardware = { max = 10 }"), &[]).1.reports(
        0,
        "",
        &["nothing to do: it is old"],
    );
    apply(&unneeded("firmware = \"bios\"\nhardware = { max = 9 }"), &[]).1.prints("+ a.b = \"1\"\n");
}

/// Returns a preset whose condition depends on parameters.
fn with_parameters(condition: &str) -> String {
    let parameter =
        |name: &str| format!("[parameters.{name}]\nhelp = \"x\"\ntype = \"text\"\noptional = true\n");
    format!("[[requires]]\n{condition}\n{}{}{SET}", parameter("p"), parameter("q"))
}

#[test]
fn a_condition_may_depend_on_parameters() {
    let body = with_parameters("equal = { key = \"{p}.version\", value = \"{q}\" }");
    apply(&body, &["--param", "p=config", "--param", "q=8"]).1.prints("+ a.b = \"1\"\n");
    apply(&body, &["--param", "p=config", "--param", "q=9"])
        .1
        .refuses(4, &["config.version is \"8\", not \"9\""]);
    apply(&body, &["--param", "p=config"]).1.prints("+ a.b = \"1\"\n");
}

#[test]
fn a_parameter_can_waive_a_condition() {
    let body = with_parameters("firmware = \"efi\"\nunless = { p = \"any\" }");
    apply(&body, &["--param", "p=ANY"]).1.prints("+ a.b = \"1\"\n");
    apply(&body, &["--param", "p=other"]).1.refuses(4, &["the firmware is bios"]);
    apply(&body, &[]).1.refuses(4, &["the firmware is bios"]);
}

#[test]
fn a_condition_on_parameters_is_shown_with_them() {
    let vm = vm_with_preset(&with_parameters("static_mac = \"{p}\"\nunless = { q = \"no\" }\nwhy = \"so\""));
    let shown = vm.run(&["preset", "show", "./mine.toml"]).printed(0);
    let when = "  {p} is in VMware's range of static addresses, unless the parameter q is no (so)\n";
    assert!(shown.contains(when), "{shown}");
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
