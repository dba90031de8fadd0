//! What stands in a lock directory, and what it means. It takes none and removes none.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::member::Member;
use crate::vm::host::{self, Liveness};

/// Something in a lock directory, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// The lock directory or the entry in it.
    pub path: PathBuf,
    /// What it means.
    pub meaning: Meaning,
}

impl Sign {
    /// Whether what was seen is there yet.
    pub(crate) fn still_there(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }
}

/// What an entry of a lock directory means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Held by a living process of this host.
    Live {
        /// Its process id.
        pid: u32,
        /// Its name, as the kernel has it (at most 15 bytes).
        program: String,
    },
    /// Left behind by a process of this host that is gone. VMware removes it when it next takes the lock.
    Stale {
        /// The process id that is gone.
        pid: u32,
    },
    /// Held by a process of another machine: nobody here can tell whether it lives.
    Foreign {
        /// The machine's id.
        machine: String,
        /// The process there.
        holder: String,
    },
    /// A regular file in the directory's place: an ESXi host's lock.
    EsxiLock,
    /// Not a valid entry: VMware removes it when it next takes the lock.
    Rubbish,
    /// Somebody is taking the lock at this moment, or died doing so.
    Entering,
    /// It cannot be read, so it is not known.
    Unreadable {
        /// The system's answer.
        why: String,
    },
}

/// The lock directory of `path`: beside the name, not beside what a symlink points to.
pub fn directory_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".lck");
    PathBuf::from(name)
}

/// What stands in the lock directory of `path`. Nothing, or an empty directory, is no lock.
pub fn signs(path: &Path) -> Vec<Sign> {
    let directory = directory_of(path);
    let unreadable = |error: &io::Error| Meaning::Unreadable { why: error.to_string() };
    let only = |meaning: Meaning| vec![Sign { path: directory.clone(), meaning }];
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
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) => return only(unreadable(&error)),
    };
    let machine = host::machine_id();
    let mut signs = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                if let Some(meaning) = meaning_of(&path, entry.file_name().as_bytes(), machine, &directory) {
                    signs.push(Sign { path, meaning });
                }
            }
            Err(error) => signs.push(Sign { path: directory.clone(), meaning: unreadable(&error) }),
        }
    }
    signs.sort_by(|a, b| a.path.cmp(&b.path));
    signs
}

/// Whether the file system has no name for this lock.
pub(super) fn is_name_too_long(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NAMETOOLONG.raw_os_error())
}

/// What a regular file in the directory's place means. Only ESXi's own kernel can tell whether such a lock is held: an
/// open that is refused says so.
pub(super) fn regular_file(path: &Path) -> Option<Meaning> {
    if !host::is_vmkernel() {
        return path.symlink_metadata().is_ok().then_some(Meaning::EsxiLock);
    }
    match fs::OpenOptions::new().read(true).write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => Some(Meaning::EsxiLock),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Some(Meaning::Unreadable { why: error.to_string() })
        }
        _ => None,
    }
}

/// What one entry means; `None` for one that was gone before it could be read.
fn meaning_of(path: &Path, name: &[u8], machine: &str, directory: &Path) -> Option<Meaning> {
    if !is_valid_name(name) {
        return Some(Meaning::Rubbish);
    }
    if name[0] != b'M' {
        return Some(Meaning::Entering);
    }
    match Member::read(path) {
        Ok(bytes) => {
            Some(Member::parse(&bytes).map_or(Meaning::Rubbish, |member| member.judge(machine, directory)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Meaning::Unreadable { why: error.to_string() }),
    }
}

/// `M`, `D` or `E`, five digits, and the suffix. Source: `FileLockValidName`.
pub(super) fn is_valid_name(name: &[u8]) -> bool {
    matches!(name, [b'M' | b'D' | b'E', digits @ .., b'.', b'l', b'c', b'k']
        if digits.len() >= 5 && digits[..5].iter().all(u8::is_ascii_digit))
}

impl Member {
    /// What the member means on the host `this_machine`, in the lock directory `directory`.
    pub(super) fn judge(&self, this_machine: &str, directory: &Path) -> Meaning {
        let same_name_is_enough = || !host::has_no_hardware_id(&self.machine) || !host::is_network(directory);
        if self.machine != this_machine || !same_name_is_enough() {
            return Meaning::Foreign { machine: self.machine.clone(), holder: self.execution.clone() };
        }
        let Some(pid) = self.pid else {
            return Meaning::Unreadable { why: format!("no process id in '{}'", self.execution) };
        };
        match host::process(pid, self.start) {
            Liveness::Alive(program) => Meaning::Live { pid, program },
            Liveness::Dead => Meaning::Stale { pid },
            Liveness::Unknown => {
                Meaning::Unreadable { why: format!("cannot tell whether process {pid} lives") }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::member::Member;
    use super::{Meaning, is_valid_name};

    fn member(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(512, 0);
        bytes
    }

    #[test]
    fn only_names_that_vmware_knows_are_members() {
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
        let judged =
            Member::parse(&bytes).expect("it is well-formed").judge("6HlZAAL8AAAAAQAA", Path::new("/"));
        assert!(matches!(judged, Meaning::Foreign { machine, .. } if machine == "uuid=94-02-de-03"));
    }

    #[test]
    fn a_member_of_a_process_that_is_gone_is_stale() {
        let bytes = member("here 4194305-7(vmware-vmx) 1 X 7 lc=1");
        assert_eq!(
            Member::parse(&bytes).expect("well-formed").judge("here", Path::new("/")),
            Meaning::Stale { pid: 4_194_305 }
        );
    }

    #[test]
    fn a_number_that_another_process_has_now_is_stale() {
        let me = std::process::id();
        let bytes = member(&format!("here {me}-1(vmware-vmx) 1 X 1 lc=1"));
        assert_eq!(
            Member::parse(&bytes).expect("well-formed").judge("here", Path::new("/")),
            Meaning::Stale { pid: me }
        );
    }
}
