//! Finds the `vmware-vmx` processes in `/proc`.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::process::pid_namespace;
use super::{listing, read_once};
use crate::host::process::{PidNamespace, has_ended};
use crate::host::vmx_processes::{Hidden, Processes, VmxProcess};

/// Reads `/proc`.
///
/// # Errors
/// `/proc` cannot be listed.
pub(in crate::host) fn list() -> io::Result<Processes> {
    let mut found = Vec::new();
    // Before the listing: a process that gets the id of such a thread later has started later, and is not of interest.
    let kernel = kernel_threads();
    let mut pids: Vec<u32> = Vec::new();
    listing::each(Path::new("/proc"), |name| {
        pids.extend(name.to_str().and_then(|name| name.parse::<u32>().ok()));
    })?;
    let mut others_hidden = !pids.contains(&1);
    let mut looks = MAX_LOOKS;
    for pid in pids.into_iter().filter(|pid| !kernel.contains(pid)) {
        match name_of(pid) {
            Ok(name) if name.starts_with(b"vmware-vmx") => {
                let program = String::from_utf8_lossy(name.trim_ascii_end()).into_owned();
                let argument = settled_argument(pid, &mut looks);
                found.push((VmxProcess { pid, program }, argument));
            }
            Ok(_) => {}
            Err(error) => others_hidden |= error.kind() == io::ErrorKind::PermissionDenied,
        }
    }
    let mut hidden = Vec::new();
    if others_hidden {
        hidden.push(Hidden::OfOtherUsers);
    }
    if pid_namespace() != PidNamespace::Initial {
        hidden.push(Hidden::OutsideNamespace);
    }
    Ok(Processes { found, hidden })
}

/// Returns a process's name, cut to 15 bytes by the kernel.
fn name_of(pid: u32) -> io::Result<Vec<u8>> {
    read_once(&format!("/proc/{pid}/comm"))
}

/// Returns the ids of the kernel's own threads, which are most processes of an idle host: the children of process 2.
/// Its other children are helpers that the kernel starts, never a `vmware-vmx`. Empty where they cannot be read.
fn kernel_threads() -> HashSet<u32> {
    /// Set in field 9 of `/proc/PID/stat` for a thread of the kernel. In a container, process 2 may be any program.
    const PF_KTHREAD: u64 = 0x0020_0000;
    let stat = read_once("/proc/2/stat").unwrap_or_default();
    let fields = stat.rsplit(|byte| *byte == b')').next().unwrap_or_default();
    let flags = std::str::from_utf8(fields).ok().and_then(|fields| fields.split_ascii_whitespace().nth(6));
    let is_kernel =
        flags.and_then(|flags| flags.parse().ok()).is_some_and(|flags: u64| flags & PF_KTHREAD != 0);
    if !is_kernel {
        return HashSet::new();
    }
    let mut children = String::with_capacity(8 << 10);
    let read = File::open("/proc/2/task/2/children").and_then(|mut list| list.read_to_string(&mut children));
    if read.is_err() {
        // The text may end within a number.
        return HashSet::new();
    }
    children.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// How often processes without arguments are looked at again, all together.
const MAX_LOOKS: usize = 20;

/// Returns the last argument of a process. One that starts or ends in this moment has no arguments, so it is looked at
/// again.
fn settled_argument(pid: u32, looks: &mut usize) -> Option<PathBuf> {
    const PAUSE: Duration = Duration::from_millis(1);
    let mut argument = last_argument(pid);
    while argument.is_none() && *looks > 0 && !has_ended(pid) {
        *looks -= 1;
        std::thread::sleep(PAUSE);
        argument = last_argument(pid);
    }
    argument
}

/// Returns the last argument of a process: for a `vmware-vmx`, the VM that it runs.
fn last_argument(pid: u32) -> Option<PathBuf> {
    /// A process may make its arguments as large as its memory.
    const MAX_LEN: u64 = 256 << 10;
    let mut line = Vec::new();
    File::open(format!("/proc/{pid}/cmdline")).ok()?.take(MAX_LEN).read_to_end(&mut line).ok()?;
    if line.len() as u64 == MAX_LEN {
        return None;
    }
    // `/proc` ends each argument with NUL.
    let line = line.strip_suffix(b"\0").unwrap_or(&line);
    let mut words = line.split(|byte| *byte == 0);
    words.next()?;
    Some(PathBuf::from(OsString::from_vec(words.next_back()?.to_vec())))
}
