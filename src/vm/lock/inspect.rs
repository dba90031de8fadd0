//! Reads the entries of a lock directory and classifies them. It never takes or removes a lock.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::member::Member;
use crate::host::{self, Liveness};

/// An entry of a lock directory, or what was found in the directory's place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockEntry {
    /// The path of the entry, or of the lock directory itself.
    pub path: PathBuf,
    /// What the entry means.
    pub state: LockState,
}

/// What an entry of a lock directory means.
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
    /// It could not be read, or it could not be found out whether its process is alive.
    Unreadable {
        /// The reason.
        why: String,
    },
}

impl LockEntry {
    /// Returns whether the entry still exists.
    pub(crate) fn exists(&self) -> bool {
        self.path.symlink_metadata().is_ok()
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
            LockState::Unreadable { why } => write!(f, "{path} cannot be read: {why}"),
        }
    }
}

/// Returns the lock directory of `path`. It is next to the name that is given, not next to the target of a symlink.
pub(crate) fn lock_dir(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".lck");
    PathBuf::from(name)
}

/// Returns the entries in the lock directory of `path`, sorted by name. A missing or an empty directory is not a lock.
pub fn entries(path: &Path) -> Vec<LockEntry> {
    let directory = lock_dir(path);
    let unreadable = |error: &io::Error| LockState::Unreadable { why: error.to_string() };
    let only = |state: LockState| vec![LockEntry { path: directory.clone(), state }];
    match fs::metadata(&directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound || is_name_too_long(&error) => {
            return Vec::new();
        }
        Err(error) => return only(unreadable(&error)),
        Ok(meta) if !meta.is_dir() => {
            return regular_file(&directory).map(only).unwrap_or_default();
        }
        Ok(_) => {}
    }
    let listing = match fs::read_dir(&directory) {
        Ok(listing) => listing,
        Err(error) => return only(unreadable(&error)),
    };
    let machine = host::machine_id();
    let mut found = Vec::new();
    for entry in listing {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                if let Some(state) = state_of(&path, entry.file_name().as_bytes(), machine, &directory) {
                    found.push(LockEntry { path, state });
                }
            }
            Err(error) => found.push(LockEntry { path: directory.clone(), state: unreadable(&error) }),
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Returns whether the lock directory's name would be longer than the file system allows.
pub(super) fn is_name_too_long(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NAMETOOLONG.raw_os_error())
}

/// Classifies a regular file in the directory's place. Returns `None` where it is not a lock that is held. Only ESXi's
/// own kernel knows whether such a lock is held: it refuses to open one with `EBUSY`.
pub(super) fn regular_file(path: &Path) -> Option<LockState> {
    if !host::is_vmkernel() {
        return path.symlink_metadata().is_ok().then_some(LockState::EsxiLock);
    }
    match fs::OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => Some(LockState::EsxiLock),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Some(LockState::Unreadable { why: error.to_string() })
        }
        _ => None,
    }
}

/// Classifies one entry. Returns `None` for one that was removed before it could be read.
fn state_of(path: &Path, name: &[u8], machine: &str, directory: &Path) -> Option<LockState> {
    if !is_valid_name(name) {
        return Some(LockState::Invalid);
    }
    if name[0] != b'M' {
        return Some(LockState::Entering);
    }
    match Member::read(path) {
        Ok(bytes) => Some(
            Member::parse(&bytes).map_or(LockState::Invalid, |member| member.classify(machine, directory)),
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(LockState::Unreadable { why: error.to_string() }),
    }
}

/// Returns whether `name` is `M`, `D` or `E`, five digits or more, and `.lck`. Source: `FileLockValidName`.
pub(super) fn is_valid_name(name: &[u8]) -> bool {
    matches!(name, [b'M' | b'D' | b'E', digits @ .., b'.', b'l', b'c', b'k']
        if digits.len() >= 5 && digits[..5].iter().all(u8::is_ascii_digit))
}

impl Member {
    /// Classifies the member, in the lock directory `directory`, on the host with the id `this_machine`.
    pub(super) fn classify(&self, this_machine: &str, directory: &Path) -> LockState {
        let same_name_is_enough = || !host::has_no_hardware_id(&self.machine) || !host::is_network(directory);
        if self.machine != this_machine || !same_name_is_enough() {
            return LockState::Foreign { machine: self.machine.clone(), holder: self.execution.clone() };
        }
        let Some(pid) = self.pid else {
            return LockState::Unreadable { why: format!("no process id in '{}'", self.execution) };
        };
        match host::process(pid, self.start, self.namespace) {
            Liveness::Alive(program) => LockState::Live { pid, program },
            Liveness::Dead => LockState::Stale { pid },
            Liveness::Unknown(why) => LockState::Unreadable {
                why: format!("it is not known whether process {pid} is alive: {why}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::member::Member;
    use super::{LockState, is_valid_name};

    fn member(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(512, 0);
        bytes
    }

    #[test]
    fn only_names_that_vmware_accepts_are_valid() {
        assert!(is_valid_name(b"M12345.lck") && is_valid_name(b"D00000.lck") && is_valid_name(b"E65535.lck"));
        for bad in [&b"Mfoo"[..], b"M1234.lck", b"readme.txt", b"X12345.lck", b"M12345", b".lck", b""] {
            assert!(!is_valid_name(bad), "{}", bad.escape_ascii());
        }
    }

    #[test]
    fn a_member_of_workstation_on_windows_is_foreign() {
        let bytes = member(
            "uuid=94-02-de-03 7872-131916111637104847(vmware.exe) 1 X 131916111637104847 lc=437754592",
        );
        let state =
            Member::parse(&bytes).expect("it is well-formed").classify("6HlZAAL8AAAAAQAA", Path::new("/"));
        assert!(matches!(state, LockState::Foreign { machine, .. } if machine == "uuid=94-02-de-03"));
    }

    #[test]
    fn a_member_of_a_process_that_is_gone_is_stale() {
        let bytes = member("here 4194305-7(vmware-vmx) 1 X 7 lc=1");
        assert_eq!(
            Member::parse(&bytes).expect("well-formed").classify("here", Path::new("/")),
            LockState::Stale { pid: 4_194_305 }
        );
    }

    #[test]
    fn a_member_with_a_reused_process_id_is_stale() {
        let me = std::process::id();
        let bytes = member(&format!("here {me}-1(vmware-vmx) 1 X 1 lc=1"));
        assert_eq!(
            Member::parse(&bytes).expect("well-formed").classify("here", Path::new("/")),
            LockState::Stale { pid: me }
        );
    }
}
