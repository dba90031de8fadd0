//! Disks, drives and adapters that do not fit together.

use std::collections::HashMap;

use super::{Findings, Item, Needs, Rule, Severity, Subject};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX081",
        name: "same-disk",
        severity: Severity::Error,
        title: "VMware cannot open one disk file for two devices",
        explanation: "Each virtual disk locks its file. A second device of the same VM with that file finds it locked, and the VM \
            does not start, or starts without the disk. It comes from copying a device's entries.",
        source: "open-vm-tools lib/file/fileLockPrimitive.c: a lock is exclusive, also within one process",
        needs: Needs::Document,
        check: same_disk,
    },
    Rule {
        code: "VMX082",
        name: "same-pci-slot",
        severity: Severity::Warning,
        title: "two devices cannot have one PCI slot",
        explanation: "VMware hands out PCI slot numbers and writes them to the file so that the guest finds its devices where they \
            were. Where two devices name the same slot one of them moves, and the guest sees new hardware: network \
            interfaces change their names. Remove the pciSlotNumber entry of the newer device.",
        source: "files that VMware wrote: no slot twice in 148 of them",
        needs: Needs::Document,
        check: same_pci_slot,
    },
    Rule {
        code: "VMX083",
        name: "absent-adapter",
        severity: Severity::Error,
        title: "VMware leaves out a device whose adapter is absent",
        explanation: "scsi0:0 hangs on the adapter scsi0, and scsi0.present must say TRUE; sata and nvme likewise. X.present = \
            \"FALSE\" takes everything under X away, whatever it says itself: the VM starts without the disk.",
        source: "virt-v2v input/VMX.ml, drop_not_present; VMware's files always have the adapter's present",
        needs: Needs::Document,
        check: absent_adapter,
    },
    Rule {
        code: "VMX084",
        name: "disk-without-file",
        severity: Severity::Warning,
        title: "a disk needs the file that holds it",
        explanation: "A disk that is present names its .vmdk in fileName. Without it VMware has nothing to open. \
            Remove the device, or name its file.",
        source: "virt-v2v input/VMX.ml and libvirt src/vmx/vmx.c take the disk from fileName",
        needs: Needs::Document,
        check: disk_without_file,
    },
    Rule {
        code: "VMX085",
        name: "optical-on-nvme",
        severity: Severity::Error,
        title: "an NVMe controller has no optical drives",
        explanation: "CD and DVD drives hang on IDE, SATA or SCSI. NVMe has disks alone.",
        source: "VMware vSphere documentation, NVMe controllers; packer-plugin-vmware step_create_vmx.go",
        needs: Needs::Document,
        check: optical_on_nvme,
    },
    Rule {
        code: "VMX086",
        name: "volatile-disk",
        severity: Severity::Note,
        title: "what is written to an independent-nonpersistent disk is gone at power-off",
        explanation: "The mode independent-nonpersistent throws all changes away when the VM is powered off. That is wanted for \
            kiosks and labs, and a loss everywhere else. Hardening guides ask for a look at each such disk.",
        source: "DISA vSphere 8 VM STIG VMCH-80-000208",
        needs: Needs::Document,
        check: volatile_disk,
    },
    Rule {
        code: "VMX087",
        name: "shared-folder-count",
        severity: Severity::Warning,
        title: "VMware looks at as many shared folders as sharedFolder.maxNum says",
        explanation: "sharedFolder.maxNum must be the number of sharedFolderN families. Where it is smaller the last folders are \
            left out; where it is larger VMware looks for folders that are not there.",
        source: "libvirt src/vmx/vmx.c: maxNum must equal the number of folders",
        needs: Needs::Document,
        check: shared_folder_count,
    },
    Rule {
        code: "VMX088",
        name: "no-pcie-slots",
        severity: Severity::Note,
        title: "a PCI Express device needs a bridge with slots",
        explanation: "NVMe, PVSCSI, VMXNET3, E1000e, USB 3 and passed-through devices sit behind pciBridge4 to pciBridge7. A VM \
            from hardware version 7 on without one of these starts with the message that the device was requested without \
            secondary PCI slots available, and leaves it out. Some ESXi versions add the bridges by themselves.",
        source: "measured on Workstation 17: Device nvme0 requested without secondary PCI slots available",
        needs: Needs::Document,
        check: no_pcie_slots,
    },
    Rule {
        code: "VMX089",
        name: "reflected-value",
        severity: Severity::Warning,
        title: "a value that is taken from the host has no effect in the file",
        explanation: "X.reflectHost = \"TRUE\" takes X from the host. A value of X in the file contradicts that. Set reflectHost to \
            FALSE, or remove the value.",
        source: "chilcote/vfuse, toshmatik/VMWare-iMessage: explicit values come with reflectHost = \"FALSE\"",
        needs: Needs::Document,
        check: reflected_value,
    },
];

fn same_disk(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: HashMap<&str, &Item<'_>> = HashMap::new();
    for slot in subject.filled_slots().filter(|slot| subject.is_disk(slot)) {
        let Some(item) = subject.item(&format!("{}.filename", slot.name())) else { continue };
        if !item.value.to_ascii_lowercase().ends_with(".vmdk") {
            continue;
        }
        if let Some(other) = seen.get(&*item.value) {
            let message =
                format!("'{}' names the file of '{}' too, on line {}", item.key(), other.key(), other.line());
            findings.at_value(item, message).help("remove one of the two devices");
        } else {
            seen.insert(&item.value, item);
        }
    }
}

fn same_pci_slot(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: HashMap<&str, &Item<'_>> = HashMap::new();
    for item in &subject.items {
        let Some(device) = item.name.strip_suffix(".pcislotnumber") else { continue };
        let taken = subject.is_present(device) && !matches!(&*item.value, "-1" | "");
        if !taken {
            continue;
        }
        if let Some(other) = seen.get(&*item.value) {
            let message =
                format!("slot {} is that of '{}' too, on line {}", item.shown(), other.key(), other.line());
            findings.at_value(item, message).help("remove one of the two entries: VMware finds another slot");
        } else {
            seen.insert(&item.value, item);
        }
    }
}

fn absent_adapter(subject: &Subject<'_>, findings: &mut Findings) {
    for slot in subject.filled_slots().filter(|slot| slot.bus != "ide") {
        let adapter = slot.adapter_name();
        let Some(item) = subject.item(&format!("{}.present", slot.name())) else { continue };
        if subject.is_present(&adapter) {
            continue;
        }
        let why =
            if subject.item(&format!("{adapter}.present")).is_some() { "not present" } else { "not there" };
        let message = format!("{} is present, and its adapter {adapter} is {why}", slot.name());
        findings.at_key(item, message).help(format!("set {adapter}.present = \"TRUE\""));
    }
}

fn disk_without_file(subject: &Subject<'_>, findings: &mut Findings) {
    for slot in subject.filled_slots().filter(|slot| subject.is_disk(slot)) {
        let name = slot.name();
        let Some(item) = subject.item(&format!("{name}.present")) else { continue };
        if subject.value(&format!("{name}.filename")).is_none_or(str::is_empty) {
            let message = format!("the disk {name} is present, and no file is named for it");
            findings.at_key(item, message).help(format!("name it in {name}.fileName, or remove the device"));
        }
    }
}

fn optical_on_nvme(subject: &Subject<'_>, findings: &mut Findings) {
    for slot in subject.filled_slots().filter(|slot| slot.bus == "nvme") {
        let Some(item) = subject.item(&format!("{}.devicetype", slot.name())) else { continue };
        if item.value.to_ascii_lowercase().contains("cdrom") {
            let message = format!("{} is an optical drive", slot.name());
            findings.at_value(item, message).help("move it to IDE or SATA: sata0:0");
        }
    }
}

fn volatile_disk(subject: &Subject<'_>, findings: &mut Findings) {
    for slot in subject.filled_slots() {
        let Some(item) = subject.item(&format!("{}.mode", slot.name())) else { continue };
        if item.value.eq_ignore_ascii_case("independent-nonpersistent") {
            let message = format!("{} forgets at power-off what was written to it", slot.name());
            findings.at_value(item, message).help("use \"persistent\" unless this is wanted");
        }
    }
}

fn shared_folder_count(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((item, most)) = subject.number("sharedfolder.maxnum") else { return };
    let names = subject.units("sharedfolder").into_iter().map(|number| format!("sharedfolder{number}"));
    let folders = names.filter(|name| !subject.is_absent(name)).count();
    if usize::try_from(most).is_ok_and(|most| most != folders) {
        let message = format!("'{}' says {most}, and there are {folders} shared folders", item.key());
        findings.at_value(item, message).help(format!("say \"{folders}\""));
    }
}

fn no_pcie_slots(subject: &Subject<'_>, findings: &mut Findings) {
    let bridged = (4..8).any(|number| subject.is_present(&format!("pcibridge{number}")));
    if bridged || subject.hardware_version().is_none_or(|version| version < 7) {
        return;
    }
    let express = |item: &Item<'_>| {
        let (device, key) = item.name.split_once('.')?;
        let kind = device.trim_end_matches(|c: char| c.is_ascii_digit());
        let value = item.value.to_ascii_lowercase();
        let found = match (kind, key) {
            ("nvme" | "usb_xhci" | "pcipassthru", "present") => value == "true",
            ("scsi", "virtualdev") => value == "pvscsi",
            ("ethernet", "virtualdev") => matches!(&*value, "vmxnet3" | "e1000e"),
            _ => false,
        };
        (found && subject.is_present(device)).then(|| device.to_owned())
    };
    if let Some((item, device)) = subject.items.iter().find_map(|item| Some((item, express(item)?))) {
        let message = format!("{device} is a PCI Express device, and there is no bridge with slots for it");
        let help = "add pciBridge4.present = \"TRUE\", .virtualDev = \"pcieRootPort\" and .functions = \"8\"";
        findings.at_key(item, message).help(help);
    }
}

fn reflected_value(subject: &Subject<'_>, findings: &mut Findings) {
    for item in subject.items.iter().filter(|item| item.is_true()) {
        let Some(name) = item.name.strip_suffix(".reflecthost") else { continue };
        let Some(value) = subject.item(name).filter(|value| !value.value.is_empty()) else { continue };
        let message =
            format!("'{}' has no effect: '{}' says TRUE on line {}", value.key(), item.key(), item.line());
        findings.at_key(value, message).help(format!("set {} = \"FALSE\", or remove the value", item.key()));
    }
}
