//! Finds out whether another process has a file open for writing.

use std::fs::File;
use std::os::fd::AsRawFd;

/// The command of `fcntl` that chooses the signal for a lease. Source: `asm-generic/fcntl.h`.
const F_SETSIG: libc::c_int = 10;

/// Returns whether another process is known to have the file, open for reading here, open for writing.
///
/// The kernel grants a read lease only on a file that no process has open for writing. Where it grants none to this user
/// or on this file system, the answer is not known, and `false`. A lease that is granted ends when the file is closed;
/// until then, processes that open the file for writing wait.
#[allow(unsafe_code, reason = "no crate with a safe interface has leases")]
pub(super) fn is_open_for_writing(file: &File) -> bool {
    let descriptor = file.as_raw_fd();
    // SAFETY: These commands of `fcntl` take a number and read or write no memory; the descriptor is open.
    let result = unsafe {
        // The signal by which the kernel reports a process that waits. It is ignored by default; the default signal,
        // SIGIO, would end this process.
        match libc::fcntl(descriptor, F_SETSIG, libc::SIGURG) {
            0 => libc::fcntl(descriptor, libc::F_SETLEASE, libc::F_RDLCK),
            _ => 0,
        }
    };
    result != 0 && std::io::Error::last_os_error().kind() == std::io::ErrorKind::WouldBlock
}
