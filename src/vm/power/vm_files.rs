//! The files of a VM that show its power state: locks, saved state, memory, logs.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::evidence::{hint, of_lock_entry};
use super::{Evidence, EvidenceKind, PowerState, Weight};
use crate::document::Document;
use crate::host::{FolderView, Place, Stat, io_message};
use crate::vm::lock;

/// How long after its last other write VMware may still write the `.vmx`.
const SETTLING_TIME: Duration = Duration::from_secs(3);
/// The log that a running VM writes.
const LOG: &str = "vmware.log";

/// The files of one VM in one folder.
pub(super) struct VmFiles<'a> {
    pub(super) folder: &'a dyn FolderView,
    place: FilePlace,
    /// The names, sorted.
    names: Vec<OsString>,
    /// The stems of the other `.vmx` files in the folder of this one.
    other_stems: HashSet<Vec<u8>>,
    has_log: bool,
    /// The name of the `.vmx`.
    vmx: &'a OsStr,
    /// Why the folder cannot be listed, where it cannot.
    unlisted: Option<io::Error>,
}

/// Which folder the files are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FilePlace {
    /// That of the `.vmx`.
    NextToVmx,
    /// That of `workingDir`. The owner of the `.vmx` chooses it.
    WorkingDir,
}

impl<'a> VmFiles<'a> {
    /// Lists the folder of the `.vmx`. Where it has several `.vmx` files, only files count that have the stem of this one
    /// in their name or that `document` names.
    pub(super) fn of(folder: &'a dyn FolderView, vmx: &'a OsStr, document: &Document) -> Self {
        let mut files = Self::list(folder, vmx, FilePlace::NextToVmx);
        let others = files.names.iter().filter(|name| has_ending(name, ".vmx") && **name != vmx);
        files.other_stems = others.map(|name| stem(name).to_vec()).collect();
        if !files.other_stems.is_empty() {
            files.retain_own(document);
        }
        files
    }

    /// Lists the folder of `workingDir`, which other VMs may use as well: the same files count there.
    pub(super) fn elsewhere(folder: &'a dyn FolderView, next_to_vmx: &Self, document: &Document) -> Self {
        let mut files = Self::list(folder, next_to_vmx.vmx, FilePlace::WorkingDir);
        let others = files.names.iter().filter(|name| has_ending(name, ".vmx"));
        files.other_stems = others.map(|name| stem(name).to_vec()).collect();
        files.other_stems.extend(next_to_vmx.other_stems.iter().cloned());
        files.other_stems.remove(stem(files.vmx));
        files.retain_own(document);
        files
    }

    fn list(folder: &'a dyn FolderView, vmx: &'a OsStr, place: FilePlace) -> Self {
        let (mut names, unlisted) = match folder.names() {
            Ok(names) => (names, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        names.sort();
        // A folder that cannot be listed may have a log.
        let has_log = unlisted.is_some() || names.iter().any(|name| name.eq_ignore_ascii_case(LOG));
        Self { folder, place, names, other_stems: HashSet::new(), has_log, vmx, unlisted }
    }

    /// Keeps the names of this VM's files and of their locks.
    fn retain_own(&mut self, document: &Document) {
        let mut named: HashSet<Vec<u8>> = HashSet::new();
        for entry in document.entries().filter(|entry| entry.raw_value().contains(&b'.')) {
            let (text, bytes) = (entry.value(), entry.bytes());
            named.extend([text.as_bytes(), &bytes].map(|path| file_name(path).to_vec()));
        }
        let (own, others) = (stem(self.vmx), &self.other_stems);
        let is_own = |name: &[u8]| {
            // `vm-2.vmss` belongs to `vm-2.vmx`, if that exists, and not to `vm.vmx`.
            let stems = memchr::memchr2_iter(b'.', b'-', name).rev().map(|end| &name[..end]);
            stems.into_iter().find(|stem| *stem == own || others.contains(*stem)) == Some(own)
                || named.contains(name)
                || name.strip_suffix(b".lck").is_some_and(|locked| named.contains(locked))
        };
        self.names.retain(|name| is_own(name.as_encoded_bytes()));
    }

    /// Returns how messages name a file.
    pub(super) fn shown(&self, name: &OsStr) -> String {
        match self.place {
            FilePlace::NextToVmx => name.display().to_string(),
            FilePlace::WorkingDir => self.folder.path_of(name).display().to_string(),
        }
    }

    fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        match self.place {
            FilePlace::NextToVmx => self.folder.stat(Path::new(name)),
            FilePlace::WorkingDir => self.folder.stat_entry(name),
        }
    }

    /// Leaves out the locks of the file that is edited.
    pub(super) fn leave_out_locks_of(&mut self, file: &Place) {
        let own = lock::lock_dir_name(file.name());
        self.names.retain(|name| *name != own);
    }

    /// Returns the names with this ending, in any case, and more than the ending.
    pub(super) fn ending_in<'n>(&'n self, ending: &'n str) -> impl Iterator<Item = &'n OsStr> {
        self.names.iter().filter(move |name| has_ending(name, ending)).map(OsString::as_os_str)
    }

    /// Returns the lock directories of the VM's disks, memory and NVRAM. A window that only shows the VM takes none of
    /// these.
    fn lock_dirs(&self) -> impl Iterator<Item = &OsStr> {
        [".vmdk.lck", ".vmem.lck", ".nvram.lck"].into_iter().flat_map(|ending| self.ending_in(ending))
    }

    pub(super) fn locks(&self, found: &mut Vec<Evidence>) {
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
            let detail = format!("{}: probably an ESXi host's lock on NFS", self.shown(name));
            found.push(hint(EvidenceKind::Lock, PowerState::LockedElsewhere, detail));
        }
    }

    /// Finds files that VMware wrote to a moment ago: it writes the `.vmx` once more after the VM looks off.
    pub(super) fn activity(&self, found: &mut Vec<Evidence>) {
        let log = self.has_log.then_some(OsStr::new(LOG));
        for name in self.lock_dirs().chain(log) {
            let changed = self.stat(name).map(|stat| stat.modified_time());
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
                    detail: format!("{} changed {:.1} seconds ago", self.shown(name), age.as_secs_f32()),
                });
            }
        }
    }

    /// Finds the swap and memory files of a VM that runs, or that ran when its host crashed.
    pub(super) fn memory(&self, host_says_off: bool, found: &mut Vec<Evidence>) {
        for name in self.ending_in(".vswp") {
            let weight = if host_says_off { Weight::Hint } else { Weight::Strong };
            let detail = format!("{} is there: it runs, or its host crashed", self.shown(name));
            found.push(Evidence { kind: EvidenceKind::Memory, weight, says: PowerState::Running, detail });
        }
        let suspended = self.ending_in(".vmss").next().is_some();
        let of_snapshot = |name: &OsStr| name.as_encoded_bytes().windows(9).any(|part| part == b"-Snapshot");
        for name in self.ending_in(".vmem").filter(|name| !suspended && !of_snapshot(name)) {
            let detail = format!("{} is there: it runs, or it crashed", self.shown(name));
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

/// Returns the last component of a path.
fn file_name(path: &[u8]) -> &[u8] {
    &path[memchr::memrchr(b'/', path).map_or(0, |at| at + 1)..]
}

fn stem(vmx: &OsStr) -> &[u8] {
    Path::new(vmx).file_stem().unwrap_or_default().as_encoded_bytes()
}
