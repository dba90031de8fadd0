//! Reads the entries of a lock directory and classifies them. It never takes or removes a lock.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::lock_dir_name;
use super::member::Member;
use crate::host::{self, FileKind, FolderView, Liveness, LockName, Place, io_message};

/// An entry of a lock directory, or what was found in the directory's place.
///
/// ```
/// use vmxedit::file;
/// use vmxedit::vm::lock;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // As VMware on ESXi creates it.
/// std::fs::write(folder.path().join("vm.vmx.lck"), "")?;
/// let place = file::find(&path)?;
/// let entries = lock::entries(&**place.folder(), place.name());
/// assert_eq!(entries[0].path, folder.path().join("vm.vmx.lck"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockEntry {
    /// The path of the entry, or of the lock directory itself.
    pub path: PathBuf,
    /// Whether it is an entry of the lock directory, as opposed to what is in the directory's place.
    pub(super) is_inside: bool,
    /// What the entry means.
    pub state: LockState,
}

/// What an entry of a lock directory means.
///
/// ```
/// use std::sync::atomic::AtomicBool;
/// use std::time::Duration;
/// use vmxedit::file;
/// use vmxedit::vm::lock::{self, Lock, LockState};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let place = file::find(&path)?;
/// let lock = Lock::acquire(&place, Duration::ZERO, &AtomicBool::new(false))?;
/// let entries = lock::entries(&**place.folder(), place.name());
/// assert!(matches!(entries[0].state, LockState::Live { pid, .. } if pid == std::process::id()));
/// lock.release()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockState {
    /// Held by a live process of this host.
    Live {
        /// The process id.
        pid: u32,
        /// The name of the program, cut to 15 bytes by the kernel.
        program: String,
    },
    /// Left behind by a process of this host that has ended. VMware removes it when it next takes the lock.
    Stale {
        /// The id of the process that has ended.
        pid: u32,
    },
    /// Held by a process of another machine. This host cannot find out whether that process is alive.
    Foreign {
        /// The machine's id.
        machine: String,
        /// The process on that machine, as `pid-start(program)`.
        holder: String,
    },
    /// A regular file in the directory's place: the lock of an ESXi host.
    EsxiLock,
    /// Not a valid entry. VMware removes it when it next takes the lock.
    Invalid,
    /// A process is taking the lock at this moment, or died while taking it.
    Entering,
    /// Held by a process of this machine, unless that has ended, which could not be found out.
    Undetermined {
        /// The process, as `pid-start(program)`.
        holder: String,
        /// The reason.
        why: String,
    },
    /// It could not be read.
    Unreadable {
        /// The reason.
        why: String,
    },
}

impl LockEntry {
    pub(super) fn in_directory(directory: &dyn FolderView, name: &OsStr, state: LockState) -> Self {
        Self { path: directory.path_of(name), is_inside: true, state }
    }

    /// Returns whether the entry, found in the lock directory of `place` or of a link to it, is still there.
    pub(crate) fn exists(&self, place: &Place) -> bool {
        let is_there = |name: &LockName| {
            let directory = lock_dir_name(&name.name);
            if !self.is_inside {
                return name.folder.stat_of(&directory).is_ok();
            }
            let member = self.path.file_name().unwrap_or_default();
            name.folder.open_child(&directory).and_then(|directory| directory.stat_of(member)).is_ok()
        };
        place.lock_names().is_ok_and(|names| names.iter().any(is_there))
    }

    /// Returns whether a process may hold the lock by this entry.
    pub(super) fn may_be_held(&self) -> bool {
        !matches!(self.state, LockState::Stale { .. } | LockState::Invalid | LockState::Entering)
    }

    /// The entry's path from the lock directory on, such as `vm.vmx.lck/M12345.lck`.
    fn short_path(&self) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        match self.path.parent().and_then(Path::file_name).map(|directory| directory.to_string_lossy()) {
            Some(directory) if directory.ends_with(".lck") => format!("{directory}/{name}"),
            _ => name.into_owned(),
        }
    }
}

impl fmt::Display for LockEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.short_path();
        match &self.state {
            LockState::Live { pid, program } => write!(f, "{program}, pid {pid}, holds {path}"),
            LockState::Stale { pid } => write!(f, "{path} is stale: process {pid} is gone"),
            LockState::Foreign { machine, holder } => {
                write!(f, "{holder} on another machine, {machine}, holds {path}")
            }
            LockState::EsxiLock => write!(f, "{path} is a file, not a directory: the lock of an ESXi host"),
            LockState::Invalid => write!(f, "{path} is not a valid lock entry"),
            LockState::Entering => {
                write!(f, "{path}: another process is taking the lock, or died while taking it")
            }
            LockState::Undetermined { holder, why } => write!(f, "{holder} may hold {path}: {why}"),
            LockState::Unreadable { why } => write!(f, "{path} cannot be read: {why}"),
        }
    }
}

/// Returns the entries in the lock directory of the file `name`, sorted by path. A missing or an empty directory is not a
/// lock.
pub fn entries(folder: &dyn FolderView, name: &OsStr) -> Vec<LockEntry> {
    let directory_name = lock_dir_name(name);
    let directory = match folder.child(&directory_name) {
        Ok(directory) => directory,
        // Where the name would be longer than the file system allows, no process can lock the file.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename) => {
            return Vec::new();
        }
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return in_place_of_directory(folder, &directory_name).into_iter().collect();
        }
        Err(error) => return vec![unreadable(folder, &directory_name, &error)],
    };
    let names = match directory.names() {
        Ok(names) => names,
        Err(error) => return vec![unreadable(folder, &directory_name, &error)],
    };
    let entry = |name: &OsString| {
        state_of(&*directory, name).map(|state| LockEntry::in_directory(&*directory, name, state))
    };
    let mut found: Vec<LockEntry> = names.iter().filter_map(entry).collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn unreadable(folder: &dyn FolderView, directory: &OsStr, error: &io::Error) -> LockEntry {
    let state = LockState::Unreadable { why: io_message(error) };
    LockEntry { path: folder.path_of(directory), is_inside: false, state }
}

/// Classifies what is in the place of a lock directory. Returns `None` where nothing is there, or a lock of an ESXi host
/// that is not held. Only ESXi's own kernel knows whether it is: it refuses to open such a file with `EBUSY`.
pub(super) fn in_place_of_directory(folder: &dyn FolderView, directory: &OsStr) -> Option<LockEntry> {
    let state = match folder.stat_entry(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => LockState::Unreadable { why: io_message(&error) },
        Ok(stat) if stat.kind != FileKind::Regular => {
            LockState::Unreadable { why: format!("it is {}", stat.kind.name()) }
        }
        Ok(_) if !folder.machine().is_vmkernel() => LockState::EsxiLock,
        Ok(_) => esxi_lock(folder.open_for_writing(directory))?,
    };
    Some(LockEntry { path: folder.path_of(directory), is_inside: false, state })
}

/// Classifies the lock of an ESXi host by the result of opening it on ESXi. Returns `None` for one that is not held, or
/// was removed meanwhile.
fn esxi_lock(opened: io::Result<()>) -> Option<LockState> {
    match opened.err()? {
        error if error.kind() == io::ErrorKind::ResourceBusy => Some(LockState::EsxiLock),
        error if error.kind() == io::ErrorKind::NotFound => None,
        error => Some(LockState::Unreadable { why: io_message(&error) }),
    }
}

/// Classifies one entry. Returns `None` for one that was removed before it could be read.
fn state_of(directory: &dyn FolderView, name: &OsStr) -> Option<LockState> {
    if !is_valid_name(name.as_encoded_bytes()) {
        return Some(LockState::Invalid);
    }
    if !name.as_encoded_bytes().starts_with(b"M") {
        return Some(LockState::Entering);
    }
    match Member::read(directory, name) {
        Ok(bytes) => {
            Some(Member::parse(&bytes).map_or(LockState::Invalid, |member| member.classify(directory)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(LockState::Unreadable { why: io_message(&error) }),
    }
}

/// Returns whether `name` is that of a member.
pub(crate) fn is_member_name(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"M") && is_valid_name(name.as_encoded_bytes())
}

/// Returns whether `name` is `M`, `D` or `E`, five digits or more, and `.lck`. Source: `FileLockValidName`.
pub(super) fn is_valid_name(name: &[u8]) -> bool {
    matches!(name, [b'M' | b'D' | b'E', digits @ .., b'.', b'l', b'c', b'k']
        if digits.len() >= 5 && digits[..5].iter().all(u8::is_ascii_digit))
}

impl Member {
    /// Classifies the member, in the lock directory `directory`, as the machine of that directory sees it.
    pub(super) fn classify(&self, directory: &dyn FolderView) -> LockState {
        let machine = directory.machine();
        let same_name_is_enough = || !host::has_no_hardware_id(&self.machine) || !directory.is_network();
        if self.machine != machine.id() || !same_name_is_enough() {
            return LockState::Foreign { machine: self.machine.clone(), holder: self.execution.clone() };
        }
        let Some(pid) = self.pid else {
            return LockState::Unreadable { why: format!("no process id in '{}'", self.execution) };
        };
        match machine.liveness(pid, self.start, self.namespace) {
            Liveness::Alive(program) => LockState::Live { pid, program },
            Liveness::Dead => LockState::Stale { pid },
            Liveness::Unknown(why) => LockState::Undetermined { holder: self.execution.clone(), why },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::io;
    use std::path::Path;

    use super::super::member::Member;
    use super::{LockEntry, LockState, esxi_lock, is_valid_name};
    use crate::host::{self, Folder};

    fn root() -> Folder {
        Folder::open(Path::new("/")).expect("a folder")
    }

    fn member(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(512, 0);
        bytes
    }

    #[test]
    fn an_esxi_lock_is_held_if_it_is_busy() {
        let state = |kind: io::ErrorKind| esxi_lock(Err(kind.into()));
        assert!(matches!(state(io::ErrorKind::ResourceBusy), Some(LockState::EsxiLock)));
        assert!(matches!(state(io::ErrorKind::PermissionDenied), Some(LockState::Unreadable { .. })));
        assert!(state(io::ErrorKind::NotFound).is_none() && esxi_lock(Ok(())).is_none());
    }

    #[test]
    fn only_names_that_vmware_accepts_are_valid() {
        assert!(is_valid_name(b"M12345.lck") && is_valid_name(b"D00000.lck") && is_valid_name(b"E65535.lck"));
        for bad in [&b"Mfoo"[..], b"M1234.lck", b"readme.txt", b"X12345.lck", b"M12345", b".lck", b""] {
            assert!(!is_valid_name(bad), "{}", bad.escape_ascii());
        }
    }

    fn may_be_held(state: LockState) -> bool {
        LockEntry::in_directory(&root(), OsStr::new("M12345.lck"), state).may_be_held()
    }

    #[test]
    fn what_a_live_or_unknown_process_left_may_be_held() {
        let text = String::new;
        assert!(may_be_held(LockState::Live { pid: 1, program: text() }));
        assert!(may_be_held(LockState::Foreign { machine: text(), holder: text() }));
        assert!(may_be_held(LockState::EsxiLock));
        assert!(may_be_held(LockState::Unreadable { why: text() }));
    }

    #[test]
    fn a_stale_invalid_or_incomplete_entry_is_not_held() {
        for state in [LockState::Stale { pid: 1 }, LockState::Invalid, LockState::Entering] {
            assert!(!may_be_held(state.clone()), "{state:?}");
        }
    }

    #[test]
    fn a_member_of_workstation_on_windows_is_foreign() {
        let bytes = member(
            "uuid=94-02-de-03 7872-131916111637104847(vmware.exe) 1 X 131916111637104847 lc=437754592",
        );
        let state = Member::parse(&bytes).expect("it is well-formed").classify(&root());
        assert!(matches!(state, LockState::Foreign { machine, .. } if machine == "uuid=94-02-de-03"));
    }

    #[test]
    fn a_member_of_a_process_that_is_gone_is_stale() {
        let bytes = member(&format!("{} 4194305-7(vmware-vmx) 1 X 7 lc=1", host::machine_id()));
        let state = Member::parse(&bytes).expect("well-formed").classify(&root());
        assert_eq!(state, LockState::Stale { pid: 4_194_305 });
    }

    #[test]
    fn a_member_with_a_reused_process_id_is_stale() {
        let me = std::process::id();
        let bytes = member(&format!("{} {me}-1(vmware-vmx) 1 X 1 lc=1", host::machine_id()));
        let state = Member::parse(&bytes).expect("well-formed").classify(&root());
        assert_eq!(state, LockState::Stale { pid: me });
    }
}
