//! What the virtual hardware's version allows, and what VMware asks of processors and memory.

use super::{Findings, Item, Needs, Rule, Severity, Subject};
use crate::catalog::{self, Hardware, SlotSupport};
use crate::document::Encryption;

const COMPATIBILITY: &str = "VMware vSphere 6.5 to 8.0 documentation, Hardware Features Available with Virtual Machine \
    Compatibility Settings";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX060",
        name: "unknown-hardware-version",
        severity: Severity::Error,
        title: "VMware refuses a hardware version that it does not know",
        explanation: "virtualHW.version is a number: 3, 4, or 6 and above. There never was a 5. A version newer than those that \
            are known here may be one of a new product, and is a note.",
        source: "govmomi vim25/types/hardware_version.go",
        needs: Needs::Catalog,
        check: unknown_version,
    },
    Rule {
        code: "VMX061",
        name: "no-identity",
        severity: Severity::Warning,
        title: "VMware needs config.version, virtualHW.version and guestOS to open a VM",
        explanation: "The three entries say what the file is: config.version (8), the version of the virtual hardware, and the guest. \
            A file without one of the first two is a fragment or a template, or has lost a line. Without guestOS, a note here, \
            VMware goes by what suits any guest.",
        source: "libvirt vmx.c refuses such files; the minimal file of sanbarrow.com",
        needs: Needs::Document,
        check: no_identity,
    },
    Rule {
        code: "VMX062",
        name: "memory-not-multiple-of-4",
        severity: Severity::Error,
        title: "VMware does not power on a VM whose memory is no multiple of 4 MB",
        explanation: "memsize counts megabytes and must be a multiple of 4: otherwise the power-on fails with the message that \
            the memory size is not a multiple of 4.",
        source: "libvirt vmx.c; VMware: Memory size 255 not a multiple of 4",
        needs: Needs::Document,
        check: memory_multiple,
    },
    Rule {
        code: "VMX063",
        name: "uneven-cores",
        severity: Severity::Error,
        title: "VMware does not power on a VM whose sockets are not all full",
        explanation: "numvcpus counts virtual CPUs, cpuid.coresPerSocket those of one socket. The first must be a multiple of the \
            second.",
        source: "vmware.log: the number of vCPUs must be a multiple of the cores per socket",
        needs: Needs::Document,
        check: uneven_cores,
    },
    Rule {
        code: "VMX064",
        name: "too-many-cpus",
        severity: Severity::Error,
        title: "VMware does not power on a VM with more CPUs than its hardware version has",
        explanation: "Each hardware version has its limit: 8 CPUs in version 7, 64 in 10, 128 in 14, 256 in 17, 768 in 20. Upgrade the \
            virtual hardware, in VMware, or take CPUs away.",
        source: COMPATIBILITY,
        needs: Needs::Catalog,
        check: |subject, findings| too_much(subject, findings, "numvcpus", "CPUs", |hardware| hardware.cpus),
    },
    Rule {
        code: "VMX065",
        name: "too-much-memory",
        severity: Severity::Error,
        title: "VMware does not power on a VM with more memory than its hardware version has",
        explanation: "Each hardware version has its limit: 64 GB in version 4, 256 GB in 7, 1011 GB in 8 to 10, about 4 TB in 11, \
            6 TB in 13 to 17, 24 TB from 18 on.",
        source: COMPATIBILITY,
        needs: Needs::Catalog,
        check: |subject, findings| {
            too_much(subject, findings, "memsize", "MB of memory", |hardware| hardware.memory_mb);
        },
    },
    Rule {
        code: "VMX066",
        name: "too-many-cores",
        severity: Severity::Error,
        title: "VMware does not power on a VM with more cores in a socket than its hardware version has",
        explanation: "Each hardware version has its limit of cores in one socket: 8 in version 7, 64 in 9 to 19, more later.",
        source: COMPATIBILITY,
        needs: Needs::Catalog,
        check: |subject, findings| {
            let limit = |hardware: &Hardware| hardware.cores_per_socket;
            too_much(subject, findings, "cpuid.corespersocket", "cores in a socket", limit);
        },
    },
    Rule {
        code: "VMX067",
        name: "too-many-devices",
        severity: Severity::Error,
        title: "VMware leaves out, or refuses, more devices of a kind than the hardware version has",
        explanation: "A hardware version has so many network cards, SCSI, SATA and NVMe adapters and passed-through devices, \
            and 0 of what came later.",
        source: COMPATIBILITY,
        needs: Needs::Catalog,
        check: too_many_devices,
    },
    Rule {
        code: "VMX068",
        name: "feature-too-new",
        severity: Severity::Warning,
        title: "VMware leaves out what a later hardware version brought",
        explanation: "Some devices and features came with a hardware version: VMXNET3 with 7, EFI with 8, nested virtualisation with 9, \
            SATA with 10, NVMe and secure boot with 13. In an older VM VMware ignores them, or refuses to power on. Upgrade \
            the virtual hardware in VMware first.",
        source: COMPATIBILITY,
        needs: Needs::Catalog,
        check: feature_too_new,
    },
    Rule {
        code: "VMX069",
        name: "guest-too-new",
        severity: Severity::Note,
        title: "the guest was made for a later hardware version",
        explanation: "VMware offers a guest only from some hardware version on. Below it the guest may lack drivers or not start.",
        source: "the catalogue of guests: govmomi and open-vm-tools' guest_os_tables.h, chilcote/vfuse",
        needs: Needs::Catalog,
        check: guest_too_new,
    },
    Rule {
        code: "VMX070",
        name: "config-version",
        severity: Severity::Warning,
        title: "config.version is 8 in every file of today's products",
        explanation: "config.version is the version of the file's form, not of the VM: 8 since 2004. 6 and 7 come from GSX Server 2 and \
            Workstation 4, and today's products convert or refuse such a VM.",
        source: "libvirt vmx.c accepts 8 alone",
        needs: Needs::Document,
        check: config_version,
    },
    Rule {
        code: "VMX071",
        name: "ignored-slot",
        severity: Severity::Error,
        title: "VMware leaves out a device in a slot that it does not have, without a word",
        explanation: "The VM powers on without the device. IDE has 0 and 1 on two adapters, SATA 0 to 29, NVMe 0 to 63, SCSI 0 to 15 \
            without 7, which is the adapter's own; PVSCSI goes to 64 from hardware version 14 on. There are four SCSI, SATA and \
            NVMe adapters, two IDE adapters and ten network cards.",
        source: "measured on Workstation 17 (sata0:30, scsi0:16, nvme0:64, ide0:2); libvirt vmx.c (scsiN:7)",
        needs: Needs::Catalog,
        check: ignored_slot,
    },
];

fn hardware(subject: &Subject<'_>) -> Option<Hardware> {
    subject.hardware_version().and_then(catalog::hardware)
}

fn unknown_version(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item("virtualhw.version") else { return };
    let newest = catalog::hardware_versions().map(|hardware| hardware.version).max().unwrap_or(0);
    match subject.hardware_version() {
        Some(version) if catalog::hardware(version).is_some() => {}
        Some(version) if version > newest => {
            let message =
                format!("hardware version {version} is newer than those that are known here, up to {newest}");
            findings.at_value(item, message).at_most(Severity::Note).help("limits of it are not checked");
        }
        _ => {
            let message = format!("'{}' is no hardware version", item.shown());
            findings.at_value(item, message).help(format!("versions are 3, 4 and 6 to {newest}"));
        }
    }
}

fn no_identity(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.encryption() == Encryption::Full {
        return;
    }
    let keys = [("config.version", "8"), ("virtualHW.version", "19"), ("guestOS", "other")];
    for (key, example) in keys {
        if subject.item(&key.to_ascii_lowercase()).is_none() {
            let finding = findings.in_file(format!("there is no '{key}'"));
            finding.help(format!("such as {key} = \"{example}\""));
            if key == "guestOS" {
                finding.at_most(Severity::Note);
            }
        }
    }
}

fn memory_multiple(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((item, size)) = subject.number("memsize").filter(|(_, size)| size % 4 != 0) else { return };
    let near = (size / 4 * 4).max(4);
    let message = format!("{size} MB of memory is no multiple of 4");
    findings.at_value(item, message).help(format!("say \"{near}\" or \"{}\"", size / 4 * 4 + 4));
}

fn uneven_cores(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((item, cores)) = subject.number("cpuid.corespersocket") else { return };
    let cpus = subject.number("numvcpus").map_or(1, |(_, cpus)| cpus);
    // 0 leaves it to the host.
    if cores != 0 && !cpus.is_multiple_of(cores) {
        let message = format!("{cpus} CPUs cannot be dealt out in sockets of {cores} cores");
        findings.at_value(item, message).help("make numvcpus a multiple of cpuid.coresPerSocket");
    }
}

fn too_much(
    subject: &Subject<'_>,
    findings: &mut Findings,
    key: &str,
    what: &str,
    limit: fn(&Hardware) -> Option<u32>,
) {
    let (Some(hardware), Some((item, number))) = (hardware(subject), subject.number(key)) else { return };
    let Some(limit) = limit(&hardware).filter(|limit| number > u64::from(*limit)) else { return };
    let message = format!("{number} {what}, and hardware version {} has {limit} at most", hardware.version);
    findings.at_value(item, message).help("upgrade the virtual hardware in VMware, or ask for less");
}

fn too_many_devices(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(hardware) = hardware(subject) else { return };
    let limits = [
        ("ethernet", "network cards", hardware.network_cards),
        ("scsi", "SCSI adapters", hardware.scsi_adapters),
        ("sata", "SATA adapters", hardware.sata_adapters),
        ("nvme", "NVMe adapters", hardware.nvme_adapters),
        ("pcipassthru", "passed-through devices", hardware.passthrough),
    ];
    for (family, words, limit) in limits {
        // What the hardware version lacks altogether is too new, not too much.
        let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0)
        else {
            continue;
        };
        let units = subject.units(family).into_iter().map(|number| format!("{family}{number}"));
        let present: Vec<String> = units.filter(|name| subject.is_present(name)).collect();
        let Some(first_over) = present.get(limit) else { continue };
        let Some(item) = subject.item(&format!("{first_over}.present")) else { continue };
        let message = format!(
            "{} {words}, and hardware version {} has {limit} at most",
            present.len(),
            hardware.version
        );
        findings.at_key(item, message).help("take one away");
    }
}

fn feature_too_new(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(version) = subject.hardware_version() else { return };
    for item in &subject.items {
        let Some(feature) = catalog::feature(&item.name, &item.value) else { continue };
        if feature.since_hardware > version && is_in_use(subject, item) {
            let message = format!(
                "{} came with hardware version {}, and this VM has {version}",
                feature.label, feature.since_hardware
            );
            findings.at_value(item, message).help("upgrade the virtual hardware in VMware, or leave it out");
        }
    }
}

/// What belongs to a device counts where the device is present.
fn is_in_use(subject: &Subject<'_>, item: &Item<'_>) -> bool {
    let Some((device, key)) = item.name.rsplit_once('.') else { return true };
    key != "virtualdev" || subject.is_present(device)
}

fn guest_too_new(subject: &Subject<'_>, findings: &mut Findings) {
    let (Some(item), Some(version)) = (subject.item("guestos"), subject.hardware_version()) else { return };
    let Some(guest) = catalog::guest_os(&item.value) else { return };
    if let Some(since) = guest.since_hardware.filter(|since| *since > version) {
        let message = format!("{} needs hardware version {since}, and this VM has {version}", guest.label);
        findings.at_value(item, message).help("upgrade the virtual hardware in VMware");
    }
}

fn config_version(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(item) = subject.item("config.version").filter(|item| item.value.trim() != "8") else { return };
    let message = format!("config.version is '{}'", item.shown());
    findings.at_value(item, message).help("say \"8\" unless the VM belongs to a product of before 2004");
}

fn ignored_slot(subject: &Subject<'_>, findings: &mut Findings) {
    for item in subject.items.iter().filter(|item| item.is_true()) {
        let Some(device) = item.name.strip_suffix(".present") else { continue };
        let Some(slot) = catalog::slot(&item.name) else { continue };
        let model = subject.value(&format!("{}.virtualdev", slot.controller()).to_ascii_lowercase());
        if slot.is_supported(model, subject.hardware_version()) {
            continue;
        }
        let why = match slot.support {
            SlotSupport::ReservedForController => "is the adapter's own",
            SlotSupport::PvscsiOnly => "is there on a PVSCSI adapter from hardware version 14 on",
            SlotSupport::Supported | SlotSupport::Unsupported => "does not exist",
        };
        let message = format!("the slot {device} {why}: VMware leaves the device out");
        findings
            .at_key(item, message)
            .help("move the device to another slot: `vmxedit rename FILE 'OLD.*' 'NEW.*'`");
    }
}
