//! Facts of the catalog, and what the program makes of them.

use vmxedit::catalog::{WrittenBy, feature, guest_oses, key, suggest_guest_os};

use crate::harness::Scratch;

/// Keys that users copy into their files, and that VMware writes.
const KNOWN: &[&str] = &[
    "isolation.tools.getPtrLocation.disable",
    "monitor_control.disable_btmemspace",
    "devices.hotplug",
    "keyboard.typematicMinDelay",
    "mks.noBeep",
    "gui.applyHostDisplayScalingToGuest",
    "scsi1.returnNoConnectDuringAPD",
    "scsi1.returnBusyOnNoConnectStatus",
    "acpi.passthru.slic",
    "scsi0:0.productID",
    "sched.mem.maxmemctl",
    "keyboard.allowBothIRQs",
    "svga.vgaOnly",
    "monitor_control.pseudo_perfctr",
    "numa.autosize.once",
    "numa.vcpu.coresPerNode",
    "sched.mem.lpage.enable1GPage",
    "sched.mem.prealloc.pinnedMainMem",
    "pciPassthru.RelaxACSforP2P",
    "pciHole.dynStart",
    "pciPassthru0.opromEnabled",
    "vmx.reboot.powerCycle",
    "vmmouse.present",
    "mce.enable",
    "usb.generic.keepStreamsEnabled",
    "usb.generic.allowCCID",
    "usb.ccid.disable",
    "usb.ccid.useSharedMode",
    "sound.bufferTime",
    "pciSound.DAC1RateMax",
    "ethernet0.opromsize",
    "disk.scsiUnmapAllowed",
    "mem.ShareScanThreshold",
    "ethernet0.noForgedSrcAddr",
    "sensor.location",
    "touchscreen.vusb.present",
    "machine.id",
    "chipset.useAcpiBattery",
    "tools.capability.verifiedSamlToken",
    "nvme0.subnqnUUID",
    "encryptedVM.guid",
    "usb_xhci.autoConnect.device0",
    "nvp.vm-uuid",
    "hard-disk.hostBuffer",
    "msg.serial.file.open",
    "time.synchronize.guest.resync.timeout",
    "time.synchronize.tools.slewCorrection",
];

#[test]
fn keys_that_are_copied_between_files_are_known_in_any_case() {
    for name in KNOWN {
        let known = key(&name.to_ascii_uppercase()).unwrap_or_else(|| panic!("{name} should be known"));
        assert_eq!(known.name.to_ascii_lowercase(), name.to_ascii_lowercase());
        assert!(!known.source.is_empty(), "{name}");
    }
    assert_eq!(key("encryptedVM.guid").map(|known| known.written_by), Some(WrittenBy::Vmware));
}

#[test]
fn the_setting_for_a_software_tpm_claims_no_hardware_version_without_a_source() {
    assert_eq!(feature("managedVM.autoAddVTPM", "software"), None);
    assert_eq!(key("managedVM.autoAddVTPM").and_then(|known| known.since_hardware), None);
    assert_eq!(feature("vtpm.present", "TRUE").map(|feature| feature.since_hardware), Some(14));
}

#[test]
fn every_guest_suggests_itself_for_its_api_id() {
    for guest in guest_oses() {
        let Some(api_id) = guest.api_id else { continue };
        let meant = suggest_guest_os(api_id).expect("a guest");
        assert_eq!(meant.api_id, Some(api_id), "{}", guest.id);
    }
}

#[test]
fn an_unknown_guest_is_reported_with_the_one_that_is_meant() {
    for (id, meant) in
        [("windows8Server64", "windows8srv-64"), ("photon-64", "vmware-photon-64"), ("darwin9", "darwin")]
    {
        let vm = Scratch::with(format!(
            "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"{id}\"\n"
        ));
        let found = vm.run(&["check", "vm.vmx"]);
        let help = format!("= help: set guestOS = \"{meant}\" for ");
        assert!(found.stdout.contains("VMX150") && found.stdout.contains(&help), "{id}: {}", found.stdout);
    }
}

const VALUES_OF_VMWARE: &str = "config.version = \"8\"\nvirtualHW.version = \"14\"\nguestOS = \"darwin18-64\"\n\
    smc.present = \"TRUE\"\nfirmware = \"efi\"\nmemsize = \"2048\"\ncpuid.coresPerSocket = \"0\"\n\
    powerType.powerOff = \"preset\"\npowerType.reset = \"preset\"\npowerType.suspend = \"preset\"\n\
    scsi1.present = \"TRUE\"\nscsi1:0.present = \"TRUE\"\nscsi1:0.fileName = \"/vmfs/volumes/ds/a/a-rdmp.vmdk\"\n\
    scsi1:0.deviceType = \"scsi-passthru-rdm\"\nscsi1:1.present = \"TRUE\"\n\
    scsi1:1.fileName = \"/vmfs/volumes/ds/a/a-rdm.vmdk\"\nscsi1:1.deviceType = \"scsi-nonpassthru-rdm\"\n";

#[test]
fn values_that_vmware_itself_writes_are_no_findings() {
    let found = Scratch::with(VALUES_OF_VMWARE).run(&["check", "vm.vmx"]);
    for code in ["VMX042", "VMX043", "VMX045", "VMX069"] {
        assert!(!found.stdout.contains(code), "{}", found.stdout);
    }
}

#[test]
fn raw_device_mappings_are_shown_as_disks() {
    let shown = Scratch::with(VALUES_OF_VMWARE).run(&["show", "vm.vmx"]).stdout;
    for disk in
        ["scsi1:0     disk /vmfs/volumes/ds/a/a-rdmp.vmdk", "scsi1:1     disk /vmfs/volumes/ds/a/a-rdm.vmdk"]
    {
        assert!(shown.contains(disk), "{shown}");
    }
}

#[test]
fn the_id_of_an_encrypted_vm_is_not_edited() {
    let vm = Scratch::with("encryptedVM.guid = \"{A}\"\nencryption.data = \"eA==\"\nguestOS = \"other\"\n");
    vm.run(&["set", "vm.vmx", "encryptedVM.guid={B}"]).refuses(4, &["encryptedVM.guid"]);
    vm.run(&["unset", "vm.vmx", "encryptedVM.guid"]).refuses(4, &["encryptedVM.guid"]);
}
