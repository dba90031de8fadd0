//! VMware's own lock on a file, taken in VMware's own protocol.
//!
//! The lock of `X` is the directory `X.lck/`. For each process it has up to three entries with the same five digits:
//!
//! ```text
//!            a process that takes the lock               X.lck/ contains     other processes
//!   1.  create the directory D                           D                   wait until D is gone
//!   2.  write the file E: machine, process, number 1     D E
//!   3.  list the members; take a number one higher       D E
//!       than the highest one found
//!   4.  rename E to M: it is a member now                D M
//!   5.  remove D                                             M               queue behind M
//!   6.  wait until no D is left that was there, then             M
//!       until no member with a lower number is left
//!   --  the lock is held                                     M
//!   7.  remove M, then X.lck if it is empty
//! ```
//!
//! The numbers are Lamport numbers (Lamport's bakery algorithm): while a process chooses its number, its `D` makes the
//! others wait, so that no two processes both find themselves first.
//! Source: open-vm-tools `lib/file/fileLockPrimitive.c`.

mod error;
mod inspect;
mod member;
mod queue;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use self::queue::Queued;
use crate::host;

pub use self::error::LockError;
pub(crate) use self::inspect::lock_dir;
pub use self::inspect::{LockEntry, LockState, entries};

/// VMware's lock on one file, under one or more names, held exclusively. Dropping it releases it.
///
/// ```
/// use std::sync::atomic::AtomicBool;
/// use std::time::Duration;
///
/// use vmxedit::vm::location::FileLocation;
/// use vmxedit::vm::lock::{self, Lock};
///
/// let folder = tempfile::tempdir()?;
/// let vmx = folder.path().join("vm.vmx");
/// std::fs::write(&vmx, "memsize = \"1024\"\n")?;
///
/// let location = FileLocation::resolve(&vmx);
/// let lock = Lock::acquire(&location.lock_paths, Duration::from_secs(5), &AtomicBool::new(false))?;
/// assert_eq!(lock::entries(&vmx).len(), 1);
/// lock.release()?;
/// assert!(lock::entries(&vmx).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a lock that is dropped is no longer held"]
pub struct Lock {
    members: Vec<PathBuf>,
}

impl Lock {
    /// Takes the lock on each of `paths`, in their order.
    ///
    /// A lock that another process with the program name `vmxedit` holds is waited for, `peer_timeout` at most; with a
    /// zero timeout it ends the attempt at once. A lock that any other process holds always ends the attempt. A process
    /// that died while it took the lock costs up to 8 seconds, whatever `peer_timeout` is, as it costs VMware.
    /// `interrupt` is read every 10 ms at least while this waits.
    ///
    /// Members of dead processes of this host are removed, as VMware removes them; all others stay. On ESXi, where the
    /// kernel locks files, nothing is created: a lock file that cannot be opened counts as held. A path whose lock
    /// directory would have too long a name is skipped, since no process can lock it.
    ///
    /// # Errors
    /// [`LockError`]. What was taken before the error is released.
    pub fn acquire(
        paths: &[PathBuf],
        peer_timeout: Duration,
        interrupt: &AtomicBool,
    ) -> Result<Self, LockError> {
        let mut lock = Self::default();
        for path in paths {
            let directory = lock_dir(path);
            let found = fs::metadata(&directory);
            if found.as_ref().is_err_and(inspect::is_name_too_long) {
                continue;
            }
            if host::is_vmkernel() || found.is_ok_and(|meta| !meta.is_dir()) {
                match inspect::regular_file(&directory) {
                    Some(state) => return Err(LockError::HeldBy(LockEntry { path: directory, state })),
                    None => continue,
                }
            }
            let queued = Queued::enter(&directory, &mut lock.members)?;
            queued.wait(peer_timeout, interrupt)?;
        }
        Ok(lock)
    }

    /// Releases the lock.
    ///
    /// # Errors
    /// [`LockError::Io`] where a member cannot be removed. It is stale once this process has ended.
    pub fn release(mut self) -> Result<(), LockError> {
        self.remove_members().map_err(|source| LockError::Io {
            action: "release VMware's lock; the file is as reported".to_owned(),
            source,
        })
    }

    fn remove_members(&mut self) -> io::Result<()> {
        let mut done = Ok(());
        for member in self.members.drain(..).rev() {
            done = done.and(retry(|| fs::remove_file(&member)));
            if let Some(directory) = member.parent() {
                // Not removed while other processes have entries in it.
                let _ = retry(|| fs::remove_dir(directory));
            }
        }
        done
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.remove_members();
    }
}

/// Removes something, in up to three attempts. It counts as removed where it does not exist.
fn retry(remove: impl Fn() -> io::Result<()>) -> io::Result<()> {
    for _ in 0..2 {
        match remove() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {}
            other => return other,
        }
    }
    remove()
}
