//! Examines one process: whether it exists, its name and its start time.

use std::io;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::read_once;

/// Returns whether a process with this id exists. `None` for a number that is no id. `/proc` may hide processes of
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

/// Returns the letter of a process's state, field 3 of `/proc/PID/stat`.
pub(in crate::host) fn state(pid: u32) -> Option<u8> {
    let line = read_once(&format!("/proc/{pid}/stat")).ok()?;
    line.rsplit(|byte| *byte == b')').next()?.trim_ascii_start().first().copied()
}

/// Returns the working directory of a process.
pub(in crate::host) fn working_directory(pid: u32) -> io::Result<PathBuf> {
    std::fs::read_link(format!("/proc/{pid}/cwd"))
}

/// Parses a line of `/proc/PID/stat`. The name may contain any byte.
fn parse_stat(line: &[u8]) -> Option<(String, u64)> {
    let line = String::from_utf8_lossy(line);
    let (head, fields) = line.rsplit_once(')')?;
    let started = fields.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some((head.split_once('(')?.1.to_owned(), started))
}
