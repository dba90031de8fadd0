//! Opens regular files, without waiting for pipes and without effect on devices.

use std::ffi::OsStr;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;

use super::OpenFile;
use super::stat::stat_at;
use crate::host::interrupt::is_interrupted;
use crate::host::regular_file::{LEASE_TIMEOUT, not_regular};
use crate::host::{FileKind, Stat};

/// Opens a regular file for reading. A link is followed.
///
/// # Errors
/// The system's; [`is_not_regular`](crate::host::is_not_regular) for anything else.
pub fn open_file(path: &Path) -> io::Result<OpenFile> {
    open_regular_at(CWD, path.as_os_str(), OFlags::empty())
}

/// Returns the metadata of a file or folder. A link is followed.
///
/// # Errors
/// The system's.
pub fn stat(path: &Path) -> io::Result<Stat> {
    Ok(stat_at(CWD, path.as_os_str(), AtFlags::empty())?)
}

/// Opens a regular file for reading. The type is checked after opening, and opening never waits for a pipe's writer:
/// the owner of the folder could put a pipe there at any moment.
pub(super) fn open_regular_at(folder: impl AsFd, name: &OsStr, follow: OFlags) -> io::Result<OpenFile> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | follow;
    let started = Instant::now();
    loop {
        match rustix::fs::openat(&folder, name, flags, Mode::empty()) {
            Err(Errno::AGAIN) if is_interrupted() => return Err(Errno::INTR.into()),
            // Another process holds a lease; this attempt asks it to release it. Only a regular file has one.
            Err(Errno::AGAIN)
                if started.elapsed() < LEASE_TIMEOUT
                    && stat_at(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?.kind == FileKind::Regular =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(Errno::LOOP) if follow.contains(OFlags::NOFOLLOW) => return Err(not_regular()),
            // A socket.
            Err(Errno::NXIO) => return Err(not_regular()),
            opened => return OpenFile::new(opened?),
        }
    }
}
