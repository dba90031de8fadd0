//! `add-nic` and `remove-nic`.

use super::{added, apply, devices, present, value, vm, vm_of};
use crate::harness::Scratch;

/// What VMware writes for the first bridge with slots for PCI Express devices.
const BRIDGE: &str =
    "pciBridge4.present = \"TRUE\"\npciBridge4.virtualDev = \"pcieRootPort\"\npciBridge4.functions = \"8\"\n";

fn cards(numbers: impl IntoIterator<Item = u32>) -> String {
    present(numbers.into_iter().map(|number| format!("ethernet{number}")))
}

/// Returns the changes that add a card on Workstation.
fn card(slot: &str, model: &str) -> String {
    format!(
        "+ {slot}.present = \"TRUE\"\n+ {slot}.virtualDev = \"{model}\"\n+ {slot}.connectionType = \"nat\"\n\
         + {slot}.addressType = \"generated\"\n+ {slot}.startConnected = \"TRUE\"\n"
    )
}

#[test]
fn a_network_card_takes_the_next_free_slot() {
    let vm = vm(19, &format!("{BRIDGE}ETHERNET0.Present = \"true\"\nethernet2.present = \"TRUE\"\n"));
    assert_eq!(added(&vm, "add-nic", &[]), card("ethernet1", "vmxnet3"));
    assert_eq!(added(&vm, "add-nic", &[]), card("ethernet3", "vmxnet3"));
}

#[test]
fn the_default_model_is_one_that_the_guest_and_the_hardware_version_have() {
    for (guest, hardware, model) in [
        ("ubuntu-64", 4, "e1000"),
        ("ubuntu-64", 6, "e1000"),
        ("ubuntu-64", 7, "vmxnet3"),
        ("ubuntu-64", 21, "vmxnet3"),
        ("darwin10-64", 7, "e1000"),
        ("darwin21-64", 19, "e1000e"),
        ("darwin22-64", 20, "vmxnet3"),
    ] {
        let vm = vm_of(guest, hardware, BRIDGE);
        assert_eq!(added(&vm, "add-nic", &[]), card("ethernet0", model), "{guest} {hardware}");
    }
    let vm = vm(19, "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000\"\n");
    assert_eq!(added(&vm, "add-nic", &[]), card("ethernet1", "e1000"));
}

#[test]
fn a_model_that_the_hardware_version_lacks_is_refused() {
    for (hardware, model, reason) in [
        (
            6,
            "vmxnet3",
            "a VMXNET3 network card needs hardware version 7 or later, and virtualHW.version is 6",
        ),
        (7, "e1000e", "an E1000e network card needs hardware version 8 or later, and virtualHW.version is 7"),
    ] {
        let vm = vm(hardware, "");
        let before = vm.read("vm.vmx");
        let parameter = format!("model={model}");
        apply(&vm, "add-nic", &[&parameter])
            .refuses(4, &["preset add-nic does not apply", reason, "hint: --ignore-conditions"]);
        assert_eq!(vm.read("vm.vmx"), before);
    }
    assert_eq!(value_of_model(&vm(8, ""), "e1000e"), "e1000e");
    assert_eq!(value_of_model(&vm(3, ""), "e1000"), "e1000");
}

fn value_of_model(vm: &Scratch, model: &str) -> String {
    added(vm, "add-nic", &[&format!("model={model}")]);
    value(vm, "ethernet0.virtualDev")
}

#[test]
fn a_card_on_esxi_gets_the_network_that_is_named_or_that_of_the_first_card() {
    let vm =
        vm(19, &format!("{BRIDGE}ethernet0.present = \"TRUE\"\nethernet0.networkName = \"VM Network\"\n"));
    let printed = added(&vm, "add-nic", &[]);
    assert!(printed.contains("+ ethernet1.networkName = \"VM Network\"\n"), "{printed}");
    assert!(!printed.contains("connectionType"), "{printed}");
    added(&vm, "add-nic", &["network=Backup", "start_connected=false"]);
    assert_eq!(value(&vm, "ethernet2.networkName"), "Backup");
    assert_eq!(value(&vm, "ethernet2.startConnected"), "FALSE");
}

#[test]
fn an_eleventh_network_card_is_refused() {
    let vm = vm(19, &format!("{BRIDGE}{}", cards(0..10)));
    let before = vm.read("vm.vmx");
    for option in ["--check", "--ignore-conditions"] {
        vm.run(&["apply", "-p", "add-nic", option, "vm.vmx"]).refuses(
            4,
            &[
                "vm.vmx: preset add-nic does not apply: the VM has no free slot of ethernet",
                "hint: remove a device that is not needed with `vmxedit unset`",
            ],
        );
    }
    vm.run(&["apply", "-p", "add-nic", "--if-applicable", "vm.vmx"]).reports(0, "", &["file skipped"]);
    let error = vm.run(&["apply", "-p", "add-nic", "--json", "vm.vmx"]).json();
    assert_eq!(error["error"]["kind"], "no_free_slot", "{error}");
    assert_eq!(vm.read("vm.vmx"), before);
}

#[test]
fn a_fifth_network_card_is_refused_where_the_hardware_version_has_four() {
    let vm = vm(4, &cards(0..4));
    apply(&vm, "add-nic", &[]).refuses(4, &["hardware version 4 has no more than 4 network cards"]);
    apply(&vm, "add-nic", &["adapter=ethernet7"])
        .refuses(4, &["hardware version 4 has no more than 4 network cards"]);
}

#[test]
fn a_file_that_is_too_long_to_be_reviewed_is_refused() {
    let vm = vm(19, &format!("{BRIDGE}{}", "# x\n".repeat(10_000)));
    let before = vm.read("vm.vmx");
    vm.run(&["apply", "-p", "add-nic", "vm.vmx"]).refuses(
        4,
        &["preset add-nic does not apply", "the file has more than 10000 lines", "hint: --ignore-conditions"],
    );
    assert_eq!(vm.read("vm.vmx"), before);
    let changes = vm.run(&["apply", "-q", "-p", "add-nic", "--ignore-conditions", "vm.vmx"]).printed(0);
    assert_eq!(changes, card("ethernet0", "vmxnet3"));
}

#[test]
fn a_slot_is_free_if_only_its_absence_is_noted() {
    let vm = vm(19, &format!("{BRIDGE}Ethernet0.present = \"false\"\nethernet0.pciSlotNumber = \"192\"\n"));
    assert!(added(&vm, "add-nic", &[]).starts_with("~ Ethernet0.present = \"false\" -> \"TRUE\"\n"));
}

#[test]
fn the_settings_of_a_disabled_card_are_kept() {
    let lines = "ethernet0.present = \"FALSE\"\nethernet0.address = \"00:50:56:00:00:01\"\n";
    let small = vm(19, &format!("{BRIDGE}{lines}"));
    assert_eq!(devices(&small, "add-nic", &[]), ["ethernet1"]);
    apply(&small, "add-nic", &["adapter=ethernet0"]).refuses(
        4,
        &["ethernet0 is not present, but has entries: remove them; the next free slot is ethernet2"],
    );
    let full = vm(19, &format!("{BRIDGE}{lines}{}", cards(1..10)));
    apply(&full, "add-nic", &[])
        .refuses(4, &["ethernet0 is not present, but removing its entries makes it free"]);
    full.run(&["unset", "-q", "vm.vmx", "ethernet0.*"]).printed(0);
    assert_eq!(devices(&full, "add-nic", &[]), ["ethernet0"]);
}

#[test]
fn a_bridge_is_added_when_no_bridge_has_a_slot() {
    let vm = vm(19, "");
    assert_eq!(
        added(&vm, "add-nic", &[]),
        format!(
            "{}+ pciBridge4.virtualDev = \"pcieRootPort\"\n+ pciBridge4.functions = \"8\"\n\
             + pciBridge4.present = \"TRUE\"\n",
            card("ethernet0", "vmxnet3")
        )
    );
    for number in 1..8 {
        assert_eq!(devices(&vm, "add-nic", &[]), [format!("ethernet{number}")]);
    }
    assert_eq!(devices(&vm, "add-nic", &[]), ["ethernet8", "pciBridge5"]);
    assert_eq!(devices(&vm, "add-nic", &[]), ["ethernet9"]);
}

#[test]
fn a_card_that_is_not_pci_express_needs_no_bridge() {
    assert_eq!(devices(&vm(19, ""), "add-nic", &["model=e1000"]), ["ethernet0"]);
    assert_eq!(devices(&vm(6, ""), "add-nic", &[]), ["ethernet0"]);
    assert_eq!(devices(&vm(19, ""), "add-nic", &["model=e1000e"]), ["ethernet0", "pciBridge4"]);
}

#[test]
fn another_bridge_that_is_a_root_port_has_slots() {
    let port = "pciBridge9.present = \"TRUE\"\npciBridge9.virtualDev = \"PCIERootPort\"\npciBridge9.functions = \"8\"\n";
    assert_eq!(devices(&vm(19, port), "add-nic", &[]), ["ethernet0"]);
    let other = "pciBridge0.present = \"TRUE\"\n";
    assert_eq!(devices(&vm(19, other), "add-nic", &[]), ["ethernet0", "pciBridge4"]);
}

#[test]
fn a_named_slot_is_taken_if_it_is_free() {
    let vm = vm(19, &format!("{BRIDGE}{}", cards([0])));
    assert_eq!(devices(&vm, "add-nic", &["adapter=Ethernet5"]), ["ethernet5"]);
    // Applied once more, it has nothing to do.
    apply(&vm, "add-nic", &["adapter=ethernet5"]).prints("");
    for (slot, code, part) in [
        ("ethernet0", 4, "ethernet0 is in use; the next free slot is ethernet1"),
        ("ethernet10", 2, "VMware has no slot ethernet10"),
        ("ethernet1.x", 2, "\"ethernet1.x\" is not a free slot of ethernet, such as ethernet1"),
        ("ethernet*", 2, "\"ethernet*\" is not a free slot of ethernet, such as ethernet1"),
        ("scsi0:0", 2, "\"scsi0:0\" is not a free slot of ethernet, such as ethernet1"),
    ] {
        apply(&vm, "add-nic", &[&format!("adapter={slot}")]).refuses(code, &[part]);
    }
}

#[test]
fn each_file_of_a_batch_gets_its_own_next_slot() {
    let vm = vm(19, &cards([0]));
    let other = [&vm.read("vm.vmx")[..], cards([1]).as_bytes()].concat();
    vm.write("b.vmx", other);
    vm.run(&["apply", "-q", "-p", "add-nic", "vm.vmx", "b.vmx"]).printed(0);
    assert_eq!(value(&vm, "ethernet1.present"), "TRUE");
    vm.run(&["get", "b.vmx", "ethernet2.present"]).prints("TRUE\n");
}

#[test]
fn a_card_can_be_combined_with_presets_before_and_after_it() {
    let vm = vm(19, &format!("{BRIDGE}{}", cards([0])));
    let args =
        ["apply", "-p", "no-beep", "-p", "add-nic", "-p", "headless", "--set", "ethernet1.vnet=vmnet2"];
    let result = vm.run(&[&args[..], &["vm.vmx"]].concat());
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert_eq!(value(&vm, "ethernet1.virtualDev"), "vmxnet3");
    assert_eq!(value(&vm, "ethernet1.vnet"), "vmnet2");
}

#[test]
fn a_preview_and_preset_show_print_what_would_be_added() {
    let vm = vm(19, &format!("{BRIDGE}{}", cards([0])));
    let before = vm.read("vm.vmx");
    let preview = vm.run(&["apply", "-n", "-p", "add-nic", "vm.vmx"]);
    assert_eq!((preview.code, &*preview.stdout), (0, &*card("ethernet1", "vmxnet3")), "{}", preview.stderr);
    let shown = vm.run(&["preset", "show", "add-nic", "vm.vmx"]).printed(0);
    for part in [
        "adapter: the slot of the card (a free slot of ethernet, such as ethernet1; default: the first one)",
        "would add ethernet1.present = \"TRUE\", add ethernet1.virtualDev = \"vmxnet3\"",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
    let shown = vm.run(&["preset", "show", "add-nic", "vm.vmx", "--param", "adapter=ethernet0"]).printed(0);
    assert!(shown.contains("ethernet0 is in use"), "{shown}");
    assert_eq!(vm.read("vm.vmx"), before);
}

#[test]
fn the_json_of_an_application_lists_the_changes() {
    let vm = vm(19, &format!("{BRIDGE}{}", cards([0])));
    let printed = vm.run(&["apply", "--json", "-p", "add-nic", "vm.vmx"]).json();
    assert_eq!(printed["changes"][0]["key"], "ethernet1.present", "{printed}");
    assert_eq!(printed["changes"][0]["op"], "add", "{printed}");
}

#[test]
fn the_list_for_a_vm_says_whether_a_card_can_be_added() {
    let row = |vm: &Scratch| {
        let listed = vm.run(&["preset", "list", "-v", "--for", "vm.vmx"]).printed(0);
        listed.lines().find(|line| line.contains("add-nic ")).unwrap_or_default().trim_start().to_owned()
    };
    let some = row(&vm(19, &cards([0])));
    assert!(some.starts_with("applies"), "{some}");
    let full = row(&vm(19, &cards(0..10)));
    assert!(full.starts_with("refused"), "{full}");
}

#[test]
fn an_added_card_is_removed_and_not_reverted() {
    let vm = vm(19, &format!("{BRIDGE}{}", cards([0])));
    let before = vm.read("vm.vmx");
    added(&vm, "add-nic", &[]);
    vm.run(&["preset", "revert", "add-nic", "vm.vmx", "--param", "adapter=ethernet1"])
        .refuses(4, &["preset add-nic cannot be reverted: the preset remove-nic removes the card"]);
    assert!(added(&vm, "remove-nic", &["adapter=ethernet1"]).starts_with("- ethernet1.present = \"TRUE\"\n"));
    assert_eq!(vm.read("vm.vmx"), before);
}

#[test]
fn all_keys_of_a_network_card_are_removed() {
    let vm = vm(
        19,
        &format!("{BRIDGE}{}ETHERNET1.Present = \"true\"\nethernet1.address = \"x\"\n", cards([0, 2])),
    );
    assert_eq!(
        added(&vm, "remove-nic", &["adapter=ethernet1"]),
        "- ETHERNET1.Present = \"true\"\n- ethernet1.address = \"x\"\n"
    );
    apply(&vm, "remove-nic", &["adapter=ethernet1"]).prints("");
    for (parameters, code, part) in
        [(&["adapter=ethernet*"][..], 2, "is not of the form"), (&[], 2, "parameter adapter: required")]
    {
        apply(&vm, "remove-nic", parameters).refuses(code, &[part]);
    }
}

#[test]
fn a_model_that_the_hardware_version_lacks_is_not_copied() {
    let vm = vm(4, "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"e1000e\"\n");
    apply(&vm, "add-nic", &[]).refuses(4, &["preset add-nic does not apply", "VMX068"]);
}
