//! Examines one process: whether it exists, its name, its start time and its PID namespace.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::{listing, machine, read_once};
use crate::host::process::PidNamespace;

/// Returns whether a process with this id exists. `None` for a number that is not a process id. `/proc` may hide processes of
/// other users, so a signal 0 decides.
pub(in crate::host) fn exists(pid: u32) -> Option<bool> {
    let id = i32::try_from(pid).ok().and_then(Pid::from_raw)?;
    Some(test_kill_process(id) != Err(Errno::SRCH))
}

/// Returns the name of a process, cut to 15 bytes by the kernel, and its start time in clock ticks: field 22 of
/// `/proc/PID/stat`. `None` where they cannot be read.
pub(in crate::host) fn name_and_start(pid: u32) -> Option<(String, u64)> {
    parse_stat(&read_once(&format!("/proc/{pid}/stat")).ok()?)
}

/// Returns whether a process has ended and its parent has not waited for it: fields 3 and 20 of `/proc/PID/stat`, the
/// state and the number of threads. The first thread of a process can end before the others. `None` where they cannot
/// be read.
pub(in crate::host) fn is_zombie(pid: u32) -> Option<bool> {
    is_zombie_in(&read_once(&format!("/proc/{pid}/stat")).ok()?)
}

fn is_zombie_in(stat: &[u8]) -> Option<bool> {
    let after_name = stat.rsplit(|byte| *byte == b')').next()?;
    let mut fields = after_name.trim_ascii_start().split(|byte| *byte == b' ');
    let (state, threads) = (fields.next()?, fields.nth(16)?);
    Some(state == b"Z" && threads == b"1")
}

/// Returns whether this process is in a time namespace, in which the start times of processes are shifted.
pub(in crate::host) fn sees_other_clock() -> bool {
    /// The number of the namespace that the system starts with. Source: `PROC_TIME_INIT_INO` in the kernel.
    const INITIAL: &str = "time:[4026531834]";
    static SEES_OTHER: OnceLock<bool> = OnceLock::new();
    *SEES_OTHER.get_or_init(|| {
        // Kernels without time namespaces do not have the file.
        std::fs::read_link("/proc/self/ns/time").is_ok_and(|name| name.as_os_str() != INITIAL)
    })
}

/// Returns the working directory of a process.
pub(in crate::host) fn working_directory(pid: u32) -> io::Result<PathBuf> {
    fs::read_link(format!("/proc/{pid}/cwd"))
}

/// Returns the PID namespace of this process, which it keeps while it lives.
pub(in crate::host) fn pid_namespace() -> PidNamespace {
    /// The kernel's `PROC_PID_INIT_INO`.
    const INITIAL: u64 = 0xEFFF_FFFC;
    static NAMESPACE: OnceLock<PidNamespace> = OnceLock::new();
    // A kernel may have no PID namespaces.
    let is_only_one = || Path::new("/proc/self/stat").exists() || machine::is_vmkernel();
    *NAMESPACE.get_or_init(|| match namespace_of("self") {
        Ok(INITIAL) => PidNamespace::Initial,
        Ok(number) => PidNamespace::Other(number),
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_only_one() => PidNamespace::Initial,
        Err(_) => PidNamespace::Unknown,
    })
}

/// Returns the id, here, of the process that has the id `pid` in the PID namespace `namespace`. `None` where there is
/// none. Reads the status of every process.
///
/// # Errors
/// The system's. Only root may read the namespaces of other users' processes; none is read of a process that has
/// another id in its namespace.
pub(in crate::host) fn find_in_namespace(namespace: u64, pid: u32) -> io::Result<Option<u32>> {
    /// A lock directory may have any number of members, each of which costs a search.
    const MAX_SEARCHES: usize = 1000;
    static SEARCHES: AtomicUsize = AtomicUsize::new(0);
    if SEARCHES.fetch_add(1, Ordering::Relaxed) > MAX_SEARCHES {
        return Err(io::Error::other("too many locks of containers"));
    }
    let mut pids: Vec<u32> = Vec::new();
    listing::each(Path::new("/proc"), |name| {
        pids.extend(name.to_str().and_then(|name| name.parse::<u32>().ok()));
    })?;
    if !pids.contains(&1) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "/proc hides processes"));
    }
    for candidate in pids {
        match is_in_namespace(candidate, namespace, pid) {
            Ok(true) => return Ok(Some(candidate)),
            Err(error) if !means_ended(&error) => return Err(error),
            _ => {}
        }
    }
    Ok(None)
}

/// Returns whether the process `candidate` has the id `pid` in the PID namespace `namespace`.
fn is_in_namespace(candidate: u32, namespace: u64, pid: u32) -> io::Result<bool> {
    let status = fs::read(format!("/proc/{candidate}/status"))?;
    let status = String::from_utf8_lossy(&status);
    // Its id in each namespace, from this one inward.
    let ids =
        status.lines().find_map(|line| line.strip_prefix("NSpid:")).ok_or(io::ErrorKind::InvalidData)?;
    let innermost = ids.split_ascii_whitespace().skip(1).last();
    let has_id = innermost.and_then(|id| id.parse().ok()) == Some(pid);
    Ok(has_id && namespace_of(&candidate.to_string())? == namespace)
}

/// Returns the number of the PID namespace of a process.
fn namespace_of(process: &str) -> io::Result<u64> {
    let link = fs::read_link(format!("/proc/{process}/ns/pid"))?;
    let number = link.to_str().and_then(|link| link.strip_prefix("pid:[")?.strip_suffix(']')?.parse().ok());
    number.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Returns whether an error of reading in `/proc/PID` means that the process has ended.
fn means_ended(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || Errno::from_io_error(error) == Some(Errno::SRCH)
}

/// Parses a line of `/proc/PID/stat`. The name may contain any byte.
fn parse_stat(line: &[u8]) -> Option<(String, u64)> {
    let line = String::from_utf8_lossy(line);
    let (head, fields) = line.rsplit_once(')')?;
    let started = fields.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some((head.split_once('(')?.1.to_owned(), started))
}

#[cfg(test)]
mod tests {
    use super::is_zombie_in;

    #[test]
    fn a_process_is_a_zombie_when_all_of_its_threads_have_ended() {
        let stat = |name: &str, state: &str, threads: u32| {
            format!("7 ({name}) {state} 1 7 7 0 -1 4227084 49 0 0 0 0 0 0 0 20 0 {threads} 0 3708063 0 0 1")
        };
        for (name, state, threads, is_zombie) in [
            ("true", "Z", 1, true),
            ("vmware-vmx", "Z", 2, false),
            ("vmware-vmx", "S", 1, false),
            ("a) Z 1 (b", "Z", 1, true),
            ("a) Z 1 (b", "S", 1, false),
        ] {
            let line = stat(name, state, threads);
            assert_eq!(is_zombie_in(line.as_bytes()), Some(is_zombie), "{line}");
        }
        assert_eq!(is_zombie_in(b"7 (x) Z 1 7"), None);
    }
}
