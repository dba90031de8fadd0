//! Gathers evidence of a VM's power state: processes, the host's tools, locks, the files in the VM's folder.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Evidence, EvidenceKind, PowerState, Weight};
use crate::document::{Document, Key};
use crate::host::regular_file::MAX_CONFIGURATION_SIZE;
use crate::host::{self, FolderView, Hidden, Host, Place, VmId, io_message, tools};
use crate::vm::lock::{self, LockEntry, LockState};
use crate::vm::owner;

/// How long after its last other write VMware may still write the `.vmx`.
const SETTLING_TIME: Duration = Duration::from_secs(3);
/// The log that a running VM writes.
const LOG: &str = "vmware.log";

/// What evidence is gathered about.
pub(super) struct Subject<'a> {
    /// Where the file is.
    pub(super) place: &'a Place,
    /// The folder of the file.
    pub(super) folder: &'a dyn FolderView,
    /// The content of the file.
    pub(super) document: &'a Document,
}

/// Returns evidence about each VM that the file is the configuration of or belongs to, except the locks of the file
/// itself.
pub(super) fn gather(subject: &Subject<'_>, host: &Host) -> Vec<Evidence> {
    let Subject { place, folder, document } = subject;
    let vms = match owner::owning_vms(*folder, place.name()) {
        Ok(vms) => vms,
        Err(error) => {
            return vec![unknown(format!(
                "its folder cannot be searched for its VM: {}",
                io_message(&error)
            ))];
        }
    };
    let mut found = Vec::new();
    for vmx in vms {
        if vmx == place.name() {
            found.extend(of_vm(subject, &vmx, document, host));
            continue;
        }
        found.extend(lock::entries(*folder, &vmx).iter().map(of_lock_entry));
        match folder.read(Path::new(&vmx), MAX_CONFIGURATION_SIZE) {
            Ok(bytes) => found.extend(of_vm(subject, &vmx, &Document::parse(bytes), host)),
            Err(error) => {
                let (path, error) = (place.sibling(&vmx), io_message(&error));
                found.push(unknown(format!("{} cannot be read: {error}", path.display())));
            }
        }
    }
    found
}

fn unknown(detail: String) -> Evidence {
    Evidence { kind: EvidenceKind::Setting, weight: Weight::Strong, says: PowerState::Unknown, detail }
}

/// Returns evidence about the VM with the configuration `vmx` in the folder. Locks of the file that is edited are left
/// out: the caller holds them.
fn of_vm(subject: &Subject<'_>, vmx: &OsStr, document: &Document, host: &Host) -> Vec<Evidence> {
    let mut found = Vec::new();
    let id = VmId::in_folder_of(subject.place, vmx);
    processes(&id, host, &mut found);
    let reports = host.query_tools(&id);
    let host_says_off = reports.iter().any(|report| report.answer == tools::Answer::Off);
    found.extend(reports.iter().map(of_tool));
    let mut files = VmFiles::of(subject.folder, vmx, document);
    files.leave_out_locks_of(subject.place);
    files.locks(&mut found);
    files.activity(&mut found);
    files.memory(host_says_off, &mut found);
    saved_state(document, &files, &mut found);
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

fn processes(vm: &VmId, host: &Host, found: &mut Vec<Evidence>) {
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
    let undetermined =
        processes.undetermined.into_iter().filter(|(process, _)| !host::has_ended(process.pid));
    found.extend(undetermined.map(|(process, why)| Evidence {
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

/// The files of one VM in the folder of its `.vmx`.
struct VmFiles<'a> {
    folder: &'a dyn FolderView,
    /// The names, sorted.
    names: Vec<OsString>,
    has_log: bool,
    /// The name of the `.vmx`.
    vmx: &'a OsStr,
    /// Why the folder cannot be listed, where it cannot.
    unlisted: Option<io::Error>,
}

impl<'a> VmFiles<'a> {
    /// Lists the folder. Where it has several `.vmx` files, only files count that have the stem of this one in their
    /// name or that `document` names.
    fn of(folder: &'a dyn FolderView, vmx: &'a OsStr, document: &Document) -> Self {
        let (mut names, unlisted) = match folder.names() {
            Ok(names) => (names, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        // A folder that cannot be listed may have a log.
        let has_log = unlisted.is_some() || names.iter().any(|name| name.eq_ignore_ascii_case(LOG));
        if names.iter().filter(|name| has_ending(name, ".vmx")).count() > 1 {
            let stem = Path::new(vmx).file_stem().unwrap_or_default().as_encoded_bytes();
            let mentioned: Vec<Vec<u8>> = document
                .entries()
                .filter(|entry| entry.value().contains('.'))
                .map(|entry| entry.value().rsplit('/').next().unwrap_or_default().as_bytes().to_vec())
                // A URL that ends in a slash names no file; every name starts with an empty one.
                .filter(|name| !matches!(&name[..], b"" | b"."))
                .collect();
            let is_of_this_vm = |name: &[u8]| {
                let rest = name.strip_prefix(stem).unwrap_or_default();
                matches!(rest.first(), Some(b'.' | b'-'))
                    || mentioned.iter().any(|file| name.starts_with(file))
            };
            names.retain(|name| is_of_this_vm(name.as_encoded_bytes()));
        }
        names.sort();
        Self { folder, names, has_log, vmx, unlisted }
    }

    /// Leaves out the locks of the file that is edited.
    fn leave_out_locks_of(&mut self, file: &Place) {
        let own = lock::lock_dir_name(file.name());
        self.names.retain(|name| *name != own);
    }

    /// Returns the names with this ending, in any case, and more than the ending.
    fn ending_in<'n>(&'n self, ending: &'n str) -> impl Iterator<Item = &'n OsStr> {
        self.names.iter().filter(move |name| has_ending(name, ending)).map(OsString::as_os_str)
    }

    /// Returns the lock directories of the VM's disks, memory and NVRAM. A window that only shows the VM takes none of
    /// these.
    fn lock_dirs(&self) -> impl Iterator<Item = &OsStr> {
        [".vmdk.lck", ".vmem.lck", ".nvram.lck"].into_iter().flat_map(|ending| self.ending_in(ending))
    }

    fn locks(&self, found: &mut Vec<Evidence>) {
        if let Some(error) = &self.unlisted {
            found.push(Evidence {
                kind: EvidenceKind::Lock,
                weight: Weight::Strong,
                says: PowerState::Unknown,
                detail: format!(
                    "the folder {} cannot be listed: {}",
                    self.folder.path().display(),
                    io_message(error)
                ),
            });
        }
        for name in self.lock_dirs() {
            let locked = Path::new(name).with_extension("");
            found.extend(lock::entries(self.folder, locked.as_os_str()).iter().map(of_lock_entry));
        }
        for name in self.names.iter().filter(|name| name.as_encoded_bytes().starts_with(b".lck-")) {
            let detail = format!("{}: probably an ESXi host's lock on NFS", name.display());
            found.push(hint(EvidenceKind::Lock, PowerState::LockedElsewhere, detail));
        }
    }

    /// Finds files that VMware wrote to a moment ago: it writes the `.vmx` once more after the VM looks off.
    fn activity(&self, found: &mut Vec<Evidence>) {
        let log = self.has_log.then_some(OsStr::new(LOG));
        for name in self.lock_dirs().chain(log) {
            let changed = self.folder.stat(Path::new(name)).map(|stat| stat.modified_time());
            let age = changed.map(|changed| {
                let now = SystemTime::now();
                now.duration_since(changed).or_else(|_| changed.duration_since(now)).unwrap_or_default()
            });
            if let Ok(age) = age
                && age < SETTLING_TIME
            {
                found.push(Evidence {
                    kind: EvidenceKind::Activity,
                    weight: Weight::Strong,
                    says: PowerState::Settling,
                    detail: format!("{} changed {:.1} seconds ago", name.display(), age.as_secs_f32()),
                });
            }
        }
    }

    /// Finds the swap and memory files of a VM that runs, or that ran when its host crashed.
    fn memory(&self, host_says_off: bool, found: &mut Vec<Evidence>) {
        for name in self.ending_in(".vswp") {
            let weight = if host_says_off { Weight::Hint } else { Weight::Strong };
            let detail = format!("{} is there: it runs, or its host crashed", name.display());
            found.push(Evidence { kind: EvidenceKind::Memory, weight, says: PowerState::Running, detail });
        }
        let suspended = self.ending_in(".vmss").next().is_some();
        let of_snapshot = |name: &OsStr| name.as_encoded_bytes().windows(9).any(|part| part == b"-Snapshot");
        for name in self.ending_in(".vmem").filter(|name| !suspended && !of_snapshot(name)) {
            let detail = format!("{} is there: it runs, or it crashed", name.display());
            found.push(hint(EvidenceKind::Memory, PowerState::Running, detail));
        }
        let mut temporary = self.vmx.to_owned();
        temporary.push("~");
        if self.names.contains(&temporary) {
            let detail = format!("{} is there: it runs on ESXi, or it crashed", temporary.display());
            found.push(hint(EvidenceKind::Memory, PowerState::Running, detail));
        }
    }
}

fn has_ending(name: &OsStr, ending: &str) -> bool {
    let name = name.as_encoded_bytes();
    name.len() > ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
}

fn hint(kind: EvidenceKind, says: PowerState, detail: String) -> Evidence {
    Evidence { kind, weight: Weight::Hint, says, detail }
}

/// Finds the saved memory of a suspended VM: in `checkpoint.vmState`, and by name.
fn saved_state(document: &Document, files: &VmFiles<'_>, found: &mut Vec<Evidence>) {
    let Ok(key) = Key::parse("checkpoint.vmState") else { return };
    let mut conclusive = false;
    for entry in document.find(&key) {
        let name = entry.value();
        if name.is_empty() {
            continue;
        }
        // The name in the file's encoding, and in UTF-8.
        let saved = [host::path_of_bytes(&entry.bytes()), PathBuf::from(&*name)];
        let exists = |path: &PathBuf| match files.folder.stat(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        };
        let there = saved.iter().map(exists).find(|there| !matches!(there, Ok(false)));
        let (weight, and) = match there.unwrap_or(Ok(false)) {
            Ok(true) => (Weight::Conclusive, "and the file is there".to_owned()),
            Ok(false) => (Weight::Hint, "and the file is not there".to_owned()),
            Err(error) => {
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
    for name in files.ending_in(".vmss").filter(|_| !conclusive) {
        let detail = format!("{} is there: the saved memory of a suspended VM", name.display());
        found.push(Evidence {
            kind: EvidenceKind::SavedState,
            weight: Weight::Strong,
            says: PowerState::Suspended,
            detail,
        });
    }
}

fn settings(document: &Document, found: &mut Vec<Evidence>) {
    let Ok(key) = Key::parse("cleanShutdown") else { return };
    for entry in document.find(&key).iter().filter(|entry| entry.value().eq_ignore_ascii_case("FALSE")) {
        let detail =
            format!("line {}: {} = \"FALSE\": it runs, or it crashed", entry.line_number(), entry.key());
        found.push(hint(EvidenceKind::Setting, PowerState::Running, detail));
    }
}
