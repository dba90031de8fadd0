//! `add-cd` and `add-disk`.

use super::{added, apply, devices, disks, value, vm};
use crate::harness::Scratch;

const DISK: &[&str] = &["file=b.vmdk"];
const IMAGE: &[&str] = &["image=a.iso"];

fn scsi(model: &str) -> String {
    format!("scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"{model}\"\n")
}

#[test]
fn a_disk_takes_the_next_free_slot_of_the_controllers_that_are_present() {
    let sata = "sata0.present = \"TRUE\"\n";
    let nvme = "pciBridge4.present = \"TRUE\"\npciBridge4.functions = \"8\"\nnvme0.present = \"TRUE\"\n";
    for (hardware, lines, slot) in [
        (19, format!("{}{}", scsi("lsilogic"), disks("scsi0", [0, 2])), "scsi0:1"),
        (19, format!("{}{}", scsi("lsilogic"), disks("SCSI0", 0..7)), "scsi0:8"),
        (19, format!("{sata}{}", scsi("lsilogic")), "scsi0:0"),
        (19, format!("{sata}{}", disks("sata0", 0..3)), "sata0:3"),
        (19, format!("{nvme}{}", disks("nvme0", [0])), "nvme0:1"),
        (7, disks("ide0", [0]), "ide0:1"),
        (7, disks("ide0", [0, 1]), "ide1:0"),
        (19, format!("{}{sata}{}", scsi("lsilogic"), disks("scsi0", (0..7).chain(8..16))), "sata0:0"),
    ] {
        let vm = vm(hardware, &lines);
        assert_eq!(devices(&vm, "add-disk", DISK), [slot], "{lines}");
        assert_eq!(value(&vm, &format!("{slot}.fileName")), "b.vmdk");
        // The disk is there already.
        apply(&vm, "add-disk", DISK).prints("");
    }
}

#[test]
fn slots_from_16_on_need_a_pvscsi_controller_and_hardware_version_14() {
    let pcie = "pciBridge4.present = \"TRUE\"\npciBridge4.functions = \"8\"\n";
    for (hardware, model, expected) in [
        (14, "pvscsi", &["scsi0:16"][..]),
        (13, "pvscsi", &["sata0", "sata0:0"]),
        (19, "lsilogic", &["sata0", "sata0:0"]),
    ] {
        let vm = vm(hardware, &format!("{pcie}{}{}", scsi(model), disks("scsi0", (0..7).chain(8..16))));
        apply_named(&vm, "scsi0:20", hardware, model);
        assert_eq!(devices(&vm, "add-disk", DISK), expected, "{hardware} {model}");
    }
}

/// Previews a named slot that only a PVSCSI controller has.
fn apply_named(vm: &Scratch, slot: &str, hardware: u32, model: &str) {
    let parameter = format!("slot={slot}");
    let preview =
        vm.run(&["apply", "-n", "-p", "add-disk", "--param", "file=b.vmdk", "--param", &parameter, "vm.vmx"]);
    if (hardware, model) == (14, "pvscsi") {
        assert!(preview.stdout.starts_with("+ scsi0:20.present"), "{}", preview.stderr);
    } else {
        preview.refuses(4, &["scsi0:20 exists only on a PVSCSI controller from hardware version 14 on"]);
    }
}

#[test]
fn a_vm_without_a_controller_gets_one_that_the_hardware_version_has() {
    for (hardware, expected) in
        [(4, &["ide0:0"][..]), (9, &["ide0:0"]), (10, &["sata0", "sata0:0"]), (21, &["sata0", "sata0:0"])]
    {
        assert_eq!(devices(&vm(hardware, ""), "add-disk", DISK), expected, "{hardware}");
        assert_eq!(devices(&vm(hardware, ""), "add-cd", IMAGE), expected, "{hardware}");
    }
}

#[test]
fn a_named_slot_gets_its_controller_and_its_bridge() {
    assert_eq!(
        devices(&vm(13, ""), "add-disk", &["file=b.vmdk", "slot=nvme0:0"]),
        ["nvme0", "nvme0:0", "pciBridge4"]
    );
    assert_eq!(devices(&vm(10, ""), "add-disk", &["file=b.vmdk", "slot=SATA1:5"]), ["sata1", "sata1:5"]);
    assert_eq!(devices(&vm(10, ""), "add-cd", &["image=a.iso", "slot=ide1:0"]), ["ide1:0"]);
}

#[test]
fn a_slot_that_cannot_be_taken_is_refused() {
    for (hardware, preset, slot, code, part) in [
        (12, "add-disk", "nvme0:0", 4, "an NVMe controller needs hardware version 13 or later"),
        (
            9,
            "add-disk",
            "sata0:0",
            4,
            "a SATA controller needs hardware version 10 or later, and virtualHW.version is 9",
        ),
        (19, "add-disk", "scsi1:0", 4, "the VM has no scsi1: set scsi1.present and scsi1.virtualDev first"),
        (19, "add-disk", "scsi0:0", 4, "scsi0:0 is in use; the next free slot is scsi0:1"),
        (19, "add-disk", "scsi0:7", 2, "scsi0:7 is the controller's own address"),
        (19, "add-disk", "sata0:30", 2, "VMware has no slot sata0:30"),
        (
            19,
            "add-disk",
            "sata0",
            2,
            "\"sata0\" is not a free slot of scsi, sata, nvme or ide, such as scsi0:1",
        ),
        (19, "add-cd", "nvme0:0", 2, "\"nvme0:0\" is not a free slot of sata or ide, such as sata0:1"),
    ] {
        let vm = vm(hardware, &format!("{}{}", scsi("lsilogic"), disks("scsi0", [0])));
        let before = vm.read("vm.vmx");
        let file = if preset == "add-cd" { IMAGE[0] } else { DISK[0] };
        apply(&vm, preset, &[file, &format!("slot={slot}")]).refuses(code, &[part]);
        assert_eq!(vm.read("vm.vmx"), before);
    }
}

#[test]
fn a_vm_without_a_free_slot_is_refused() {
    let ide = format!("{}{}", disks("ide0", 0..2), disks("ide1", 0..2));
    let old = vm(9, &ide);
    for (preset, file) in [("add-cd", IMAGE[0]), ("add-disk", DISK[0])] {
        apply(&old, preset, &[file]).refuses(
            4,
            &["the VM has no free slot of", ": a SATA controller needs hardware version 10 or later"],
        );
    }
    let sata: String = (0..4)
        .map(|it| format!("sata{it}.present = \"TRUE\"\n{}", disks(&format!("sata{it}"), 0..30)))
        .collect();
    apply(&vm(19, &format!("{ide}{sata}")), "add-cd", IMAGE)
        .refuses(4, &["preset add-cd does not apply: the VM has no free slot of sata or ide\n"]);
}

#[test]
fn a_controller_that_the_hardware_version_lacks_is_not_used() {
    let vm = vm(9, "sata0.present = \"TRUE\"\n");
    assert_eq!(devices(&vm, "add-cd", IMAGE), ["ide0:0"]);
}

#[test]
fn a_drive_with_an_image_is_added() {
    let vm = vm(19, "");
    assert_eq!(
        added(&vm, "add-cd", IMAGE),
        "+ sata0.present = \"TRUE\"\n+ sata0:0.present = \"TRUE\"\n+ sata0:0.deviceType = \"cdrom-image\"\n\
         + sata0:0.fileName = \"a.iso\"\n+ sata0:0.startConnected = \"TRUE\"\n"
    );
    vm.write("c.iso", "");
    assert_eq!(devices(&vm, "add-cd", &["image=c.iso"]), ["sata0:1"]);
}

#[test]
fn the_settings_of_a_disabled_drive_are_kept() {
    let drive =
        "ide1:0.present = \"FALSE\"\nide1:0.deviceType = \"cdrom-raw\"\nide1:0.fileName = \"auto detect\"\n";
    let vm = vm(7, &format!("{}{drive}ide1:1.present = \"FALSE\"\n", disks("ide0", 0..2)));
    assert_eq!(
        added(&vm, "add-disk", DISK),
        "~ ide1:1.present = \"FALSE\" -> \"TRUE\"\n+ ide1:1.fileName = \"b.vmdk\"\n"
    );
    apply(&vm, "add-cd", IMAGE)
        .refuses(4, &["ide1:0 is not present, but removing its entries makes it free"]);
}

#[test]
fn a_disk_in_another_slot_than_the_named_one_is_refused() {
    let vm =
        vm(19, &format!("{}scsi0:3.present = \"TRUE\"\nscsi0:3.fileName = \"b.vmdk\"\n", scsi("lsilogic")));
    apply(&vm, "add-disk", &["file=b.vmdk", "slot=scsi0:1"]).refuses(4, &["scsi0:3 has the same fileName"]);
    apply(&vm, "add-disk", &["file=b.vmdk", "slot=scsi0:3"]).prints("");
}

#[test]
fn a_file_that_vmware_cannot_open_is_refused() {
    let vm = vm(19, "");
    vm.make_fifo("pipe.vmdk");
    std::fs::create_dir(vm.path("folder.vmdk")).expect("created");
    std::os::unix::fs::symlink("pipe.vmdk", vm.path("link.vmdk")).expect("linked");
    std::os::unix::fs::symlink("nowhere", vm.path("broken.vmdk")).expect("linked");
    let before = vm.read("vm.vmx");
    for (preset, file, why) in [
        ("add-disk", "file=no.vmdk", "the file no.vmdk cannot be used: it does not exist"),
        ("add-disk", "file=broken.vmdk", "the file broken.vmdk cannot be used: it does not exist"),
        ("add-disk", "file=/no.vmdk", "the file /no.vmdk cannot be used: it does not exist"),
        ("add-disk", "file=pipe.vmdk", "the file pipe.vmdk cannot be used: it is a pipe"),
        ("add-disk", "file=link.vmdk", "the file link.vmdk cannot be used: it is a pipe"),
        ("add-disk", "file=folder.vmdk", "the file folder.vmdk cannot be used: it is a directory"),
        ("add-cd", "image=no.iso", "the file no.iso cannot be used: it does not exist"),
        ("add-cd", "image=/dev/zero", "the file /dev/zero cannot be used: it is a device"),
    ] {
        apply(&vm, preset, &[file]).refuses(4, &[why, "hint: --ignore-conditions"]);
        assert_eq!(vm.read("vm.vmx"), before);
    }
    for (file, part) in [("file=a.iso", "is not of the form"), ("file=", "is not of the form")] {
        apply(&vm, "add-disk", &[file]).refuses(2, &[part]);
    }
    apply(&vm, "add-disk", &[]).refuses(2, &["parameter file: required"]);
}

#[test]
fn a_file_of_another_host_is_accepted() {
    for file in ["file=/vmfs/volumes/store/b.vmdk", "file=D:\\vm\\b.vmdk"] {
        assert_eq!(devices(&vm(19, ""), "add-disk", &[file]), ["sata0", "sata0:0"]);
    }
    let text = vm(19, "").read("vm.vmx");
    let piped = Scratch::new().pipe(&text, &["apply", "-p", "add-cd", "--param", "image=a.iso", "-"]);
    assert!(piped.stdout.contains("sata0:0.fileName = \"a.iso\"\n"), "{}", piped.stderr);
}

#[test]
fn the_file_that_was_looked_for_is_added_with_ignored_conditions() {
    let vm = vm(19, "");
    let args = ["apply", "-p", "add-disk", "--param", "file=no.vmdk", "--ignore-conditions", "vm.vmx"];
    vm.run(&args).says(&["warning: --ignore-conditions: add-disk applied although the file no.vmdk"]);
    assert_eq!(value(&vm, "sata0:0.fileName"), "no.vmdk");
}

#[test]
fn a_disk_and_an_image_are_not_reverted() {
    for (preset, file) in [("add-cd", IMAGE[0]), ("add-disk", DISK[0])] {
        let vm = vm(19, "");
        added(&vm, preset, &[file]);
        vm.run(&["preset", "revert", preset, "vm.vmx", "--param", file]).refuses(
            4,
            &["cannot be reverted: the VM keeps the controller that was added; `unset` removes the keys"],
        );
    }
}

#[test]
fn a_disabled_controller_with_devices_is_not_enabled() {
    let lines = "sata0.present = \"FALSE\"\nsata0:0.present = \"TRUE\"\nsata0:0.fileName = \"old.vmdk\"\n";
    assert_eq!(devices(&vm(19, lines), "add-cd", &["image=a.iso"]), ["sata1", "sata1:0"]);
    apply(&vm(19, lines), "add-cd", &["image=a.iso", "slot=sata0:1"])
        .refuses(4, &["sata0 is not present, but has devices: they would be present again"]);
}

#[test]
fn a_disk_that_the_vm_has_under_another_path_is_refused() {
    let lines = "sata0.present = \"TRUE\"\nsata0:0.present = \"TRUE\"\nsata0:0.fileName = \"b.vmdk\"\n";
    for path in ["./b.vmdk", "../vm/b.vmdk"] {
        let vms = vm(19, lines);
        let path = path.replace("../vm", &format!("../{}", vms.path("").file_name().unwrap().display()));
        let before = vms.read("vm.vmx");
        apply(&vms, "add-disk", &[&format!("file={path}")])
            .refuses(4, &["preset add-disk does not apply", "VMX081", "--ignore-conditions"]);
        assert_eq!(vms.read("vm.vmx"), before);
    }
}

#[test]
fn the_base_of_a_snapshot_is_refused() {
    let lines =
        "sata0.present = \"TRUE\"\nsata0:0.present = \"TRUE\"\nsata0:0.fileName = \"b-000001.vmdk\"\n";
    let vms = vm(19, lines);
    let delta = "# Disk DescriptorFile\nversion=1\nCID=2\nparentCID=1\nparentFileNameHint=\"b.vmdk\"\n\
        RW 1 SPARSE \"b-000001-s001.vmdk\"\n";
    vms.write("b.vmdk", "# Disk DescriptorFile\nversion=1\nCID=1\nRW 1 FLAT \"b.vmdk-flat.vmdk\" 0\n");
    vms.write("b-000001.vmdk", delta);
    vms.write("b-000001-s001.vmdk", [0; 512]);
    apply(&vms, "add-disk", &["file=b.vmdk"]).refuses(4, &["VMX181"]);
    let skipped =
        vms.run(&["apply", "-p", "add-disk", "--param", "file=b.vmdk", "--if-applicable", "vm.vmx"]);
    skipped.reports(0, "", &["preset add-disk does not apply"]);
    let forced = vms.run(&[
        "apply",
        "-q",
        "-p",
        "add-disk",
        "--param",
        "file=b.vmdk",
        "--ignore-conditions",
        "vm.vmx",
    ]);
    assert!(forced.printed(0).contains("+ sata0:1.fileName = \"b.vmdk\""));
}

#[test]
fn a_missing_file_in_a_missing_folder_next_to_the_vm_is_refused() {
    apply(&vm(19, ""), "add-disk", &["file=disks/b.vmdk"]).refuses(4, &["disks/b.vmdk", "does not exist"]);
}

#[test]
fn a_preset_that_adds_a_device_is_applied_once_in_a_run() {
    let vms = vm(19, "");
    vms.run(&["apply", "-p", "add-nic", "-p", "add-nic", "vm.vmx"])
        .refuses(2, &["add-nic is named twice: run it again for another device"]);
}
