//! Gathers evidence of a VM's power state: processes, the host's tools, locks, the files in the VM's folder.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::vm_files::{Listing, VmFiles};
use super::{Evidence, EvidenceKind, PowerState, Weight};
use crate::document::{Document, Entry, Key, Pattern};
use crate::host::regular_file::MAX_CONFIGURATION_SIZE;
use crate::host::{self, FolderView, Hidden, Host, Place, VmId, io_message, tools};
use crate::vm::lock::{self, LockEntry, LockState};
use crate::vm::owner;
use crate::vm::working_dir::{self, WorkingDir};

/// How many lines with one key are evidence. VMware refuses a file in which a key is set twice.
const MAX_COPIES: usize = 8;

/// What evidence is gathered about.
pub(super) struct Subject<'a> {
    /// The folder of the file.
    pub(super) folder: &'a dyn FolderView,
    /// The name of the file.
    pub(super) name: &'a OsStr,
    /// The content of the file.
    pub(super) document: &'a Document,
}

/// Returns evidence about each VM that the file is the configuration of or belongs to, except the locks of the file
/// itself.
pub(super) fn gather(subject: &Subject<'_>, host: &Host) -> Vec<Evidence> {
    let Subject { folder, name, document } = subject;
    let vms = match owner::owning_vms(*folder, name) {
        Ok(vms) => vms,
        Err(error) => {
            return vec![unknown(format!(
                "its folder cannot be searched for its VM: {}",
                io_message(&error)
            ))];
        }
    };
    let mut found = Vec::new();
    let listing = Listing::next_to(*folder, &vms);
    let mut elsewhere = WorkingDirs::default();
    for vmx in vms {
        if vmx == *name {
            found.extend(of_vm(subject, &listing, &mut elsewhere, &vmx, document, host));
            continue;
        }
        found.extend(lock::entries(*folder, &vmx).iter().map(of_lock_entry));
        match folder.read(Path::new(&vmx), MAX_CONFIGURATION_SIZE) {
            Ok(bytes) => {
                let document = Document::parse(bytes);
                found.extend(of_vm(subject, &listing, &mut elsewhere, &vmx, &document, host));
            }
            Err(error) => {
                let (path, error) = (folder.path_of(&vmx), io_message(&error));
                found.push(unknown(format!("{} cannot be read: {error}", path.display())));
            }
        }
    }
    found
}

fn unknown(detail: String) -> Evidence {
    Evidence { kind: EvidenceKind::Setting, weight: Weight::Strong, says: PowerState::Unknown, detail }
}

/// The folders that the VMs of one folder name as `workingDir`. Each is listed once, by its device and inode.
#[derive(Default)]
struct WorkingDirs(HashMap<Option<(u64, u64)>, Listing<'static>>);

impl WorkingDirs {
    fn listing(&mut self, folder: Box<dyn FolderView>, next_to_vmx: &Listing<'_>) -> &Listing<'static> {
        let id = folder.stat(Path::new(".")).ok().map(|stat| (stat.device, stat.inode));
        self.0.entry(id).or_insert_with(|| next_to_vmx.working_dir(folder))
    }
}

/// Returns evidence about the VM with the configuration `vmx` in the folder. Locks of the file that is edited are left
/// out: the caller holds them.
fn of_vm(
    subject: &Subject<'_>,
    listing: &Listing<'_>,
    elsewhere: &mut WorkingDirs,
    vmx: &OsStr,
    document: &Document,
    host: &Host,
) -> Vec<Evidence> {
    let mut found = Vec::new();
    let id = VmId::of(subject.folder, vmx);
    processes(&id, host, &mut found);
    let reports = host.query_tools(&id);
    let host_says_off = reports.iter().any(|report| report.answer == tools::Answer::Off);
    found.extend(reports.iter().map(of_tool));
    let mut files = VmFiles::of(listing, vmx, document);
    files.leave_out_locks_of(subject.name);
    let mut all_files = vec![files];
    let (other, unreachable) = match working_dir::of(subject.folder, document) {
        WorkingDir::SameFolder => (None, None),
        WorkingDir::Other(other) => (Some(elsewhere.listing(other, listing)), None),
        WorkingDir::Unreachable { named, why } => {
            (None, Some(format!("workingDir = \"{named}\" cannot be opened: {why}")))
        }
    };
    all_files.extend(other.map(|other| VmFiles::of(other, vmx, document)));
    for files in &all_files {
        files.locks(&mut found);
        files.activity(&mut found);
        files.memory(host_says_off, &mut found);
    }
    saved_state(document, &all_files, unreachable, &mut found);
    settings(document, &mut found);
    found
}

/// Returns evidence from the locks of one file, under its own name and that of a link to it.
pub(super) fn of_file_lock(place: &Place) -> Vec<Evidence> {
    let names = match place.lock_names() {
        Ok(names) => names,
        Err(error) => return vec![unknown(format!("its locks cannot be found: {}", io_message(&error)))],
    };
    names
        .iter()
        .flat_map(|name| lock::entries(&*name.folder, &name.name))
        .map(|entry| of_lock_entry(&entry))
        .collect()
}

fn processes(vm: &VmId<'_>, host: &Host, found: &mut Vec<Evidence>) {
    let processes = match host.processes_of(vm) {
        Ok(processes) => processes,
        Err(error) => {
            let detail = format!("the list of processes cannot be read: {error}");
            return found.push(hint(EvidenceKind::Process, PowerState::Unknown, detail));
        }
    };
    found.extend(processes.running.into_iter().map(|process| Evidence {
        kind: EvidenceKind::Process,
        weight: Weight::Conclusive,
        says: PowerState::Running,
        detail: format!("{}, pid {}, runs it", process.program, process.pid),
    }));
    found.extend(processes.undetermined.into_iter().map(|(process, why)| Evidence {
        kind: EvidenceKind::Process,
        weight: Weight::Strong,
        says: PowerState::Unknown,
        detail: format!("{}, pid {}, may run it: {why}", process.program, process.pid),
    }));
    found.extend(processes.hidden.into_iter().map(|hidden| {
        let detail = match hidden {
            Hidden::OfOtherUsers => "processes of other users are hidden here",
            Hidden::OutsideNamespace => "processes outside this PID namespace cannot be seen",
        };
        hint(EvidenceKind::Process, PowerState::Unknown, detail.to_owned())
    }));
}

fn of_tool(report: &tools::ToolReport) -> Evidence {
    use tools::Answer;
    let (weight, says, words) = match &report.answer {
        Answer::Running => (Weight::Conclusive, PowerState::Running, "it runs".to_owned()),
        Answer::Suspended => (Weight::Conclusive, PowerState::Suspended, "it is suspended".to_owned()),
        Answer::Off => (Weight::Conclusive, PowerState::Off, "it is off".to_owned()),
        Answer::NotListed => (Weight::Hint, PowerState::Off, "it is not listed".to_owned()),
        Answer::Failed(why) => (Weight::Strong, PowerState::Unknown, why.clone()),
    };
    Evidence { kind: EvidenceKind::HostTool, weight, says, detail: format!("{}: {words}", report.tool) }
}

pub(super) fn of_lock_entry(entry: &LockEntry) -> Evidence {
    let (weight, says) = match &entry.state {
        LockState::Live { program, .. } => (Weight::Strong, state_of_holder(program)),
        LockState::Stale { .. } | LockState::Invalid => (Weight::Hint, PowerState::Off),
        LockState::Foreign { .. } | LockState::EsxiLock => (Weight::Strong, PowerState::LockedElsewhere),
        LockState::Entering => (Weight::Hint, PowerState::LockedElsewhere),
        LockState::Undetermined { .. } | LockState::Unreadable { .. } => {
            (Weight::Strong, PowerState::Unknown)
        }
    };
    Evidence { kind: EvidenceKind::Lock, weight, says, detail: entry.to_string() }
}

/// Returns the state of a VM whose lock `program` holds. The kernel cuts names to 15 bytes.
fn state_of_holder(program: &str) -> PowerState {
    match program {
        "vmware-vmx" | "vmware-vmx-debu" | "vmware-vmx-stat" => PowerState::Running,
        "vmware" | "vmplayer" | "vmware-tray" | "vmware-kvm" | "VMware Fusion" => PowerState::OpenInGui,
        _ => PowerState::LockedElsewhere,
    }
}

pub(super) fn hint(kind: EvidenceKind, says: PowerState, detail: String) -> Evidence {
    Evidence { kind, weight: Weight::Hint, says, detail }
}

/// Finds the saved memory of a suspended VM: in `checkpoint.vmState`, and by name. `unreachable` says why it cannot be
/// looked for in `workingDir`.
fn saved_state(
    document: &Document,
    all_files: &[VmFiles<'_>],
    unreachable: Option<String>,
    found: &mut Vec<Evidence>,
) {
    let Ok(key) = Key::parse("checkpoint.vmState") else { return };
    let pattern = Pattern::from(key);
    let entries = document.select(&pattern).filter(|entry| !entry.raw_value().is_empty());
    let mut conclusive = false;
    let mut is_named = false;
    for entry in entries.take(MAX_COPIES) {
        is_named = true;
        let name = entry.value();
        // The name in the file's encoding, and in UTF-8.
        let saved = [host::path_of_bytes(&entry.bytes()), PathBuf::from(&*name)];
        let exists = |(folder, path): (&dyn FolderView, &PathBuf)| match folder.stat(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        };
        let paths = all_files.iter().flat_map(|files| saved.iter().map(|path| (files.folder, path)));
        let answers: Vec<io::Result<bool>> = paths.map(exists).collect();
        // A file that is there counts, even if another place cannot be read.
        let is_there = answers.iter().any(|there| matches!(there, Ok(true)));
        let there =
            if is_there { Ok(true) } else { answers.into_iter().find(Result::is_err).unwrap_or(Ok(false)) };
        let (weight, and) = match (there, &unreachable) {
            (Ok(true), _) => (Weight::Conclusive, "and the file is there".to_owned()),
            (Ok(false), Some(unreachable)) => (Weight::Strong, format!("and {unreachable}")),
            (Ok(false), None) => (Weight::Hint, "and the file is not there".to_owned()),
            (Err(error), _) => {
                (Weight::Strong, format!("and its metadata cannot be read: {}", io_message(&error)))
            }
        };
        conclusive |= weight == Weight::Conclusive;
        found.push(Evidence {
            kind: EvidenceKind::SavedState,
            weight,
            says: PowerState::Suspended,
            detail: format!("line {}: {} = \"{name}\", {and}", entry.line_number(), entry.key()),
        });
    }
    if !is_named {
        found.extend(unreachable.map(|why| hint(EvidenceKind::SavedState, PowerState::Unknown, why)));
    }
    let names = all_files.iter().flat_map(|files| files.ending_in(".vmss").map(|name| files.shown(name)));
    found.extend(names.filter(|_| !conclusive).map(|name| Evidence {
        kind: EvidenceKind::SavedState,
        weight: Weight::Strong,
        says: PowerState::Suspended,
        detail: format!("{name} is there: the saved memory of a suspended VM"),
    }));
}

fn settings(document: &Document, found: &mut Vec<Evidence>) {
    let Ok(key) = Key::parse("cleanShutdown") else { return };
    let pattern = Pattern::from(key);
    let is_false = |entry: &Entry<'_>| entry.value().eq_ignore_ascii_case("FALSE");
    for entry in document.select(&pattern).filter(is_false).take(MAX_COPIES) {
        let detail =
            format!("line {}: {} = \"FALSE\": it runs, or it crashed", entry.line_number(), entry.key());
        found.push(hint(EvidenceKind::Setting, PowerState::Running, detail));
    }
}
