//! Files that should lie beside the `.vmx`, and files that should not.

use std::path::Path;

use super::{Findings, Item, Needs, Rule, Severity, Subject};
use crate::check::beside::{Beside, Presence};
use crate::check::disks;
use crate::file;
use crate::vm::location::FileLocation;
use crate::vm::lock::{self, LockState};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX110",
        name: "missing-disk",
        severity: Severity::Error,
        title: "VMware does not start a VM with a disk whose file is missing",
        explanation: "fileName names a .vmdk beside the .vmx, or by its path, and it is not there: moved, renamed or not copied. \
            Where nothing else of the VM lies beside the .vmx either, it is probably a lone copy or a template, and this is a \
            note. Paths of other hosts are not looked at.",
        source: "VMware Workstation: Cannot open the disk ... or one of the snapshot disks it depends on",
        needs: Needs::Neighbours,
        check: missing_disk,
    },
    Rule {
        code: "VMX111",
        name: "missing-image",
        severity: Severity::Warning,
        title: "VMware starts a VM with a drive disconnected whose image is missing",
        explanation: "A CD, DVD or floppy image that is to be connected at power-on is not there. VMware asks, or starts the VM \
            without it. Name another image, or set startConnected = \"FALSE\".",
        source: "VMware Workstation: Cannot connect the virtual device because no corresponding device is available",
        needs: Needs::Neighbours,
        check: missing_image,
    },
    Rule {
        code: "VMX112",
        name: "missing-nvram",
        severity: Severity::Note,
        title: "VMware makes a new NVRAM where the file is missing, and settings of the firmware are lost",
        explanation: "nvram names the file that holds what the firmware remembers: the boot order, and for EFI guests the boot \
            entries, secure boot's keys and the virtual TPM's state. VMware makes an empty one where it is missing.",
        source: "open-vm-tools lib/include/file_extensions.h; VMware documentation, Files That Make Up a Virtual Machine",
        needs: Needs::Neighbours,
        check: missing_nvram,
    },
    Rule {
        code: "VMX113",
        name: "broken-disk",
        severity: Severity::Error,
        title: "VMware does not open a disk of which a part or a parent is missing or changed",
        explanation: "A .vmdk descriptor names the files that hold the data, and for a snapshot the disk that it builds on. One of \
            these is not there, or the parent was written to after the snapshot, so that the two do not fit any more. Put \
            back what the VM came with; do not edit the descriptor around it.",
        source: "VMware Virtual Disk Format 5.0 (extents, parentFileNameHint, parentCID)",
        needs: Needs::Neighbours,
        check: broken_disk,
    },
    Rule {
        code: "VMX114",
        name: "missing-saved-state",
        severity: Severity::Warning,
        title: "VMware cannot resume a suspended VM without its saved state",
        explanation: "checkpoint.vmState names the file with the memory and devices of a suspended VM, and it is not there. VMware \
            asks whether to start the VM afresh; what was unsaved in the guest is lost. Put the file back, or empty the entry.",
        source: "vagrant-vmware-desktop drivers/base.rb (checkpoint.vmState and *.vmss)",
        needs: Needs::Neighbours,
        check: missing_saved_state,
    },
    Rule {
        code: "VMX115",
        name: "broken-snapshots",
        severity: Severity::Error,
        title: "VMware cannot go back to a snapshot whose disks or parents are missing",
        explanation: "The .vmsd beside the .vmx lists the snapshots: each with its disks and the snapshot it was taken from. A disk \
            that is not there, or a parent or current snapshot that is not in the list, breaks the chain.",
        source: "VMware's .vmsd files: snapshotN.uid, snapshotN.parent, snapshotN.diskM.fileName, snapshot.current",
        needs: Needs::Neighbours,
        check: broken_snapshots,
    },
    Rule {
        code: "VMX116",
        name: "stale-lock",
        severity: Severity::Note,
        title: "VMware removes a stale lock when it next opens the VM",
        explanation: "A lock of a process of this host that is gone, or a file in the lock directory that is no lock. VMware and \
            vmxedit remove members of dead processes when they take the lock. Locks of other machines are never stale for \
            this one to see: those are for `vmxedit status`.",
        source: "open-vm-tools lib/file/fileLockPrimitive.c",
        needs: Needs::Neighbours,
        check: stale_lock,
    },
    Rule {
        code: "VMX117",
        name: "leftover",
        severity: Severity::Note,
        title: "an edit that was killed left a file behind",
        explanation: "A run of vmxedit was killed while it saved; the .vmx itself is the old one or the new one, whole. The next edit \
            clears its leftovers away, keeps what is another program's version of the file, and says so.",
        source: "vmxedit man: FILES",
        needs: Needs::Neighbours,
        check: leftover,
    },
];

/// The disks that are present and name their file, and whether it is there.
fn disks<'s>(subject: &'s Subject<'_>, beside: &'s Beside) -> impl Iterator<Item = (&'s Item<'s>, Presence)> {
    subject.filled_slots().filter(|slot| subject.is_disk(slot)).filter_map(|slot| {
        let item = subject.item(&format!("{}.filename", slot.name()))?;
        Some((item, beside.presence(&item.value)))
    })
}

fn missing_disk(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(beside) = subject.beside() else { return };
    let mut alone = None;
    for (item, presence) in disks(subject, beside) {
        if presence != Presence::Missing {
            continue;
        }
        let message = format!("the disk '{}' is not there", item.shown());
        let finding = findings.at_value(item, message);
        if *alone.get_or_insert_with(|| is_alone(subject, beside)) {
            finding
                .at_most(Severity::Note)
                .help("nothing of the VM lies beside this file: a copy, or a template?");
        } else {
            finding.help("put it back, or name the file that is meant");
        }
    }
}

/// Whether no other file of the VM lies beside the `.vmx`.
fn is_alone(subject: &Subject<'_>, beside: &Beside) -> bool {
    let has = |named: &str| beside.presence(named) == Presence::There;
    let stem = beside.vmx.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let own = [".vmsd", ".vmxf", ".nvram"].iter().any(|extension| has(&format!("{stem}{extension}")));
    let named = subject.value("nvram").is_some_and(has)
        || disks(subject, beside).any(|(_, there)| there == Presence::There);
    !own && !named && !has("vmware.log")
}

fn missing_image(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(beside) = subject.beside() else { return };
    let drives = subject.filled_slots().map(super::super::subject::Slot::name);
    let floppies =
        ["floppy0", "floppy1"].into_iter().map(str::to_owned).filter(|name| subject.is_present(name));
    for name in drives.chain(floppies) {
        let is = |key: &str, wanted: &str| {
            subject.value(&format!("{name}.{key}")).is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        let image = is("devicetype", "cdrom-image") || is("filetype", "file");
        let Some(item) = subject.item(&format!("{name}.filename")).filter(|_| image) else { continue };
        // Placeholders of ESXi and Workstation for a drive without an image.
        let empty = is("filename", "emptyBackingString") || is("filename", "auto detect");
        if !empty && !is("startconnected", "FALSE") && beside.presence(&item.value) == Presence::Missing {
            let message = format!("the image '{}' is not there", item.shown());
            findings
                .at_value(item, message)
                .help(format!("name another, or set {name}.startConnected = \"FALSE\""));
        }
    }
}

fn missing_nvram(subject: &Subject<'_>, findings: &mut Findings) {
    let (Some(beside), Some(item)) = (subject.beside(), subject.item("nvram")) else { return };
    if beside.presence(&item.value) == Presence::Missing && !is_alone(subject, beside) {
        findings
            .at_value(item, format!("the file '{}' is not there", item.shown()))
            .help("put it back if there was one");
    }
}

fn broken_disk(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(beside) = subject.beside() else { return };
    for (item, presence) in disks(subject, beside) {
        if presence != Presence::There {
            continue;
        }
        for broken in disks::broken(beside, &item.value) {
            findings
                .at_value(item, format!("the disk '{}' cannot be opened: {broken}", item.shown()))
                .help("copy what it needs from where the VM came from");
        }
    }
}

fn missing_saved_state(subject: &Subject<'_>, findings: &mut Findings) {
    let (Some(beside), Some(item)) = (subject.beside(), subject.item("checkpoint.vmstate")) else { return };
    if beside.presence(&item.value) == Presence::Missing && !is_alone(subject, beside) {
        let message = format!("the saved state '{}' is not there", item.shown());
        findings.at_value(item, message).help("put it back, or empty the entry to start the VM afresh");
    }
}

fn broken_snapshots(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(beside) = subject.beside() else { return };
    let Some(name) = beside.vmx.file_stem().map(|stem| format!("{}.vmsd", stem.to_string_lossy())) else {
        return;
    };
    let Some(bytes) = beside.read_small(&name) else { return };
    for broken in disks::broken_snapshots(beside, bytes) {
        findings
            .in_file(format!("{name}: {broken}"))
            .help("copy what is missing from where the VM came from");
    }
}

fn stale_lock(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(beside) = subject.beside() else { return };
    for entry in FileLocation::resolve(&beside.vmx).lock_paths.iter().flat_map(|path| lock::entries(path)) {
        let name = entry.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let message = match entry.state {
            LockState::Stale { pid } => format!("the lock {name} is stale: process {pid} is gone"),
            LockState::Invalid => format!("{name} in the lock directory is no lock"),
            _ => continue,
        };
        findings.in_file(message).help("nothing to do: it goes when the VM is next opened");
    }
}

fn leftover(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(beside) = subject.beside() else { return };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for path in file::leftovers(&beside.vmx) {
        findings
            .in_file(format!("{} was left by an edit that was killed", name(&path)))
            .help("the next edit clears it away");
    }
}
