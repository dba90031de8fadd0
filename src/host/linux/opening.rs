//! Opens regular files, without waiting for pipes and without effect on devices.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;

use super::OpenFile;
use super::stat::{stat_at, stat_of};
use crate::host::interrupt::is_interrupted;
use crate::host::regular_file::not_regular;
use crate::host::{FileKind, Stat};

/// How long this process waits in all for the holders of leases. The kernel breaks a lease after 45 seconds by default,
/// and the owner of a folder may hold one on every file in it.
const LEASE_BUDGET: Duration = Duration::from_secs(50);
/// The pause between two attempts to open a file with a lease.
const PAUSE: Duration = Duration::from_millis(20);

/// What is left of the time that this process waits for leases.
struct LeaseBudget;

impl LeaseBudget {
    /// Takes a part of the budget. Returns whether there was enough of it.
    fn take(part: Duration) -> bool {
        static SPENT_MILLIS: AtomicU64 = AtomicU64::new(0);
        let part = u64::try_from(part.as_millis()).unwrap_or(u64::MAX);
        let budget = u64::try_from(LEASE_BUDGET.as_millis()).unwrap_or(u64::MAX);
        SPENT_MILLIS.fetch_add(part, Ordering::Relaxed) < budget
    }
}

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
    loop {
        match rustix::fs::openat(&folder, name, flags, Mode::empty()) {
            Err(Errno::AGAIN) if is_interrupted() => return Err(Errno::INTR.into()),
            // Another process holds a lease; this attempt asks it to release it. Only a regular file has one.
            Err(Errno::AGAIN)
                if LeaseBudget::take(PAUSE)
                    && stat_at(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?.kind == FileKind::Regular =>
            {
                std::thread::sleep(PAUSE);
            }
            Err(Errno::LOOP) if follow.contains(OFlags::NOFOLLOW) => return Err(not_regular()),
            // A socket.
            Err(Errno::NXIO) => return Err(not_regular()),
            opened => return OpenFile::new(opened?),
        }
    }
}

/// Opens a regular file for reading, after it was found to be one: opening a device can have an effect. A link is
/// followed once, so that the file that is opened is the one that was examined.
pub(super) fn open_examined_at(folder: impl AsFd, path: &OsStr) -> io::Result<OpenFile> {
    let examined = rustix::fs::openat(&folder, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    if stat_of(&examined)?.kind != FileKind::Regular {
        return Err(not_regular());
    }
    let name = format!("/proc/self/fd/{}", examined.as_raw_fd());
    match open_regular_at(CWD, OsStr::new(&name), OFlags::empty()) {
        // Without /proc, the path itself is all there is.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            open_regular_at(folder, path, OFlags::empty())
        }
        opened => opened,
    }
}
