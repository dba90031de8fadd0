//! The files of a VM that show its power state: locks, saved state, memory, logs.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::evidence::{hint, of_lock_entry};
use super::{Evidence, EvidenceKind, PowerState, Weight};
use crate::document::Document;
use crate::host::{FolderView, Stat, io_message};
use crate::vm::lock;

/// How long after its last other write VMware may still write the `.vmx`.
const SETTLING_TIME: Duration = Duration::from_secs(3);
/// The log that a running VM writes.
const LOG: &str = "vmware.log";

/// A folder with the files of some VMs, listed once for all of them.
pub(super) struct Listing<'a> {
    folder: Folder<'a>,
    place: FilePlace,
    /// The names, sorted.
    names: Vec<OsString>,
    /// By the stem of a VM: the indexes of the names that start with it.
    by_stem: HashMap<Vec<u8>, Vec<usize>>,
    /// How many `.vmx` and `.vmtx` files there are.
    configuration_count: usize,
    has_log: bool,
    /// Why the folder cannot be listed, where it cannot.
    unlisted: Option<io::Error>,
}

enum Folder<'a> {
    Borrowed(&'a dyn FolderView),
    Owned(Box<dyn FolderView>),
}

/// Which folder the files are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FilePlace {
    /// That of the `.vmx`.
    NextToVmx,
    /// That of `workingDir`. The owner of the `.vmx` chooses it, and other VMs may use it as well.
    WorkingDir,
}

impl<'a> Listing<'a> {
    /// Lists the folder of the configurations `vms`.
    pub(super) fn next_to(folder: &'a dyn FolderView, vms: &[OsString]) -> Self {
        let stems = vms.iter().map(|vmx| stem(vmx).to_vec()).collect();
        Self::new(Folder::Borrowed(folder), FilePlace::NextToVmx, stems)
    }

    /// Lists the folder of a `workingDir` of configurations in the folder of `self`.
    pub(super) fn working_dir(&self, folder: Box<dyn FolderView>) -> Listing<'static> {
        let stems = self.by_stem.keys().cloned().collect();
        Listing::new(Folder::Owned(folder), FilePlace::WorkingDir, stems)
    }

    /// Lists a folder, for VMs with these stems and those that have a `.vmx` there.
    fn new(folder: Folder<'a>, place: FilePlace, mut stems: HashSet<Vec<u8>>) -> Self {
        let (mut names, unlisted) = match folder.view().names() {
            Ok(names) => (names, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        names.sort();
        // A folder that cannot be listed may have a log.
        let has_log = unlisted.is_some() || names.iter().any(|name| name.eq_ignore_ascii_case(LOG));
        let configurations: Vec<&OsString> = names.iter().filter(|name| is_configuration(name)).collect();
        stems.extend(configurations.iter().map(|name| stem(name).to_vec()));
        let configuration_count = configurations.len();
        // Another VM may write the log.
        let has_log = has_log && (place == FilePlace::NextToVmx || configuration_count == 0);
        let mut by_stem: HashMap<Vec<u8>, Vec<usize>> =
            stems.into_iter().map(|stem| (stem, Vec::new())).collect();
        for (at, name) in names.iter().enumerate() {
            // `vm-2.vmss` belongs to `vm-2.vmx`, if that exists, and not to `vm.vmx`.
            let name = name.as_encoded_bytes();
            let longest =
                memchr::memchr2_iter(b'.', b'-', name).rev().find(|end| by_stem.contains_key(&name[..*end]));
            if let Some(found) = longest.and_then(|end| by_stem.get_mut(&name[..end])) {
                found.push(at);
            }
        }
        Self { folder, place, names, by_stem, configuration_count, has_log, unlisted }
    }

    pub(super) fn folder(&self) -> &dyn FolderView {
        self.folder.view()
    }

    /// Returns the names of the files of one VM and of their locks: in a folder of several VMs those with the stem of its
    /// `.vmx`, and those that `document` names.
    fn names_of(&self, vmx: &OsStr, document: &Document) -> Vec<&OsStr> {
        let is_listed = is_configuration(vmx) && self.find(vmx.as_encoded_bytes()).is_some();
        if self.place == FilePlace::NextToVmx && self.configuration_count == usize::from(is_listed) {
            return self.names.iter().map(OsString::as_os_str).collect();
        }
        let mut found: Vec<usize> = self.by_stem.get(stem(vmx)).cloned().unwrap_or_default();
        for entry in document.entries().filter(|entry| entry.raw_value().contains(&b'.')) {
            let (text, bytes) = (entry.value(), entry.bytes());
            for path in [text.as_bytes(), &bytes] {
                let name = file_name(path);
                found.extend(
                    [name.to_vec(), [name, b".lck"].concat()].iter().filter_map(|name| self.find(name)),
                );
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| self.names[at].as_os_str()).collect()
    }

    fn find(&self, name: &[u8]) -> Option<usize> {
        self.names.binary_search_by(|other| other.as_encoded_bytes().cmp(name)).ok()
    }
}

impl Folder<'_> {
    fn view(&self) -> &dyn FolderView {
        match self {
            Self::Borrowed(folder) => *folder,
            Self::Owned(folder) => &**folder,
        }
    }
}

/// The files of one VM in one folder.
pub(super) struct VmFiles<'a> {
    pub(super) folder: &'a dyn FolderView,
    listing: &'a Listing<'a>,
    /// The names, sorted.
    names: Vec<&'a OsStr>,
    /// The name of the `.vmx`.
    vmx: &'a OsStr,
}

impl<'a> VmFiles<'a> {
    /// Selects the files of the VM with the configuration `vmx`, whose content is `document`.
    pub(super) fn of(listing: &'a Listing<'a>, vmx: &'a OsStr, document: &Document) -> Self {
        Self { folder: listing.folder(), listing, names: listing.names_of(vmx, document), vmx }
    }

    /// Returns how messages name a file.
    pub(super) fn shown(&self, name: &OsStr) -> String {
        match self.listing.place {
            FilePlace::NextToVmx => name.display().to_string(),
            FilePlace::WorkingDir => self.folder.path_of(name).display().to_string(),
        }
    }

    fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        match self.listing.place {
            FilePlace::NextToVmx => self.folder.stat(Path::new(name)),
            FilePlace::WorkingDir => self.folder.stat_entry(name),
        }
    }

    /// Leaves out the locks of the file that is edited.
    pub(super) fn leave_out_locks_of(&mut self, file: &OsStr) {
        let own = lock::lock_dir_name(file);
        self.names.retain(|name| *name != own);
    }

    /// Returns the names with this ending, in any case, and more than the ending.
    pub(super) fn ending_in<'n>(&'n self, ending: &'n str) -> impl Iterator<Item = &'n OsStr> {
        self.names.iter().copied().filter(move |name| has_ending(name, ending))
    }

    /// Returns the lock directories of the VM's disks, memory and NVRAM. A window that only shows the VM takes none of
    /// these.
    fn lock_dirs(&self) -> impl Iterator<Item = &OsStr> {
        [".vmdk.lck", ".vmem.lck", ".nvram.lck"].into_iter().flat_map(|ending| self.ending_in(ending))
    }

    pub(super) fn locks(&self, found: &mut Vec<Evidence>) {
        if let Some(error) = &self.listing.unlisted {
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
        let log = self.listing.has_log.then_some(OsStr::new(LOG));
        for name in self.lock_dirs().chain(log) {
            let changed = self.stat(name).map(|stat| stat.modified_time());
            let age = changed.map(|changed| {
                let now = self.folder.machine().now();
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
        if self.names.contains(&temporary.as_os_str()) {
            let detail = format!("{} is there: it runs on ESXi, or it crashed", self.shown(&temporary));
            found.push(hint(EvidenceKind::Memory, PowerState::Running, detail));
        }
    }
}

fn is_configuration(name: &OsStr) -> bool {
    has_ending(name, ".vmx") || has_ending(name, ".vmtx")
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
