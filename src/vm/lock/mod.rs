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
//!
//! A lock that is free is taken in one step: a directory with a complete member is prepared under another name and
//! renamed to `X.lck`, which fails if that exists. Other processes then find a lock that is held.
//!
//! Everything goes through the open folder of the file and the open lock directory, never through a link. The directory
//! has the owner, the group and the permissions of that folder, not mode 0777 as VMware's: the users who may change the
//! VM's files may take and clear its lock.

mod error;
mod free;
mod inspect;
mod member;
mod queue;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use self::free::Attempt;
use self::queue::Queued;
use crate::host::{self, Folder, FolderView, LockName, Place};

pub use self::error::LockError;
pub(crate) use self::free::PREPARED_EXTENSION;
pub(crate) use self::inspect::is_member_name;
pub use self::inspect::{LockEntry, LockState, entries};

/// How often a lock is taken again after another process removed its directory with the entries of this one, as `rm -r` does
/// to a stale lock.
const MAX_REMOVALS: usize = 3;

/// VMware's lock on one file, under one or more names, held exclusively. Dropping it releases it.
///
/// ```
/// use std::sync::atomic::AtomicBool;
/// use std::time::Duration;
///
/// use vmxedit::host::{Resolved, resolve};
/// use vmxedit::vm::lock::{self, Lock};
///
/// let folder = tempfile::tempdir()?;
/// let vmx = folder.path().join("vm.vmx");
/// std::fs::write(&vmx, "memsize = \"1024\"\n")?;
///
/// let Resolved::File(place) = resolve(&vmx)? else { panic!("a file") };
/// let lock = Lock::acquire(&place, Duration::from_secs(5), &AtomicBool::new(false))?;
/// assert_eq!(lock::entries(&**place.folder(), place.name()).len(), 1);
/// lock.release()?;
/// assert!(lock::entries(&**place.folder(), place.name()).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a lock that is dropped is no longer held"]
pub struct Lock {
    members: Vec<HeldMember>,
    unlocked_link: Option<PathBuf>,
}

/// A member of a lock directory. Dropping it removes it.
#[derive(Debug)]
struct HeldMember {
    name: LockName,
    directory: Arc<Folder>,
    member: OsString,
    is_held: bool,
}

impl Lock {
    /// Takes the lock on the file, under its own name and that of a link to it, in the order in which all processes take
    /// them.
    ///
    /// A lock that another process with the program name `vmxedit` holds is waited for, `peer_timeout` at most; with a
    /// zero timeout it ends the attempt at once. A lock that any other process holds always ends the attempt. A process
    /// that died while it took the lock costs up to 8 seconds, whatever `peer_timeout` is, as it costs VMware.
    /// `interrupt` is read every 10 ms at least while this waits.
    ///
    /// Members of dead processes of this host are removed, as VMware removes them; all others stay. On ESXi, where the
    /// kernel locks files, nothing is created: a lock file that cannot be opened counts as held. A name whose lock
    /// directory would have too long a name is skipped, since no process can lock it. Where the folder of a link cannot
    /// be written, the lock of the file itself is taken alone; see [`unlocked_link`](Self::unlocked_link).
    ///
    /// # Errors
    /// [`LockError`]. What was taken before the error is released.
    pub fn acquire(place: &Place, peer_timeout: Duration, interrupt: &AtomicBool) -> Result<Self, LockError> {
        let names = place
            .lock_names()
            .map_err(|source| LockError::Io { action: "find the lock of the file".to_owned(), source })?;
        let mut lock = Self::default();
        for name in names {
            let mut removals = 0;
            let done = loop {
                match lock.acquire_one(&name, peer_timeout, interrupt) {
                    Err(error) if error.is_not_found() && removals < MAX_REMOVALS => removals += 1,
                    done => break done,
                }
            };
            match done {
                Err(LockError::Folder { source, .. }) if !name.is_own && is_read_only(&source) => {
                    let view: &dyn FolderView = &*name.folder;
                    if let Some(holder) = entries(view, &name.name).into_iter().find(LockEntry::may_be_held) {
                        return Err(LockError::HeldBy(holder));
                    }
                    lock.unlocked_link = Some(name.path());
                }
                done => done?,
            }
        }
        Ok(lock)
    }

    fn acquire_one(
        &mut self,
        name: &LockName,
        peer_timeout: Duration,
        interrupt: &AtomicBool,
    ) -> Result<(), LockError> {
        if host::is_vmkernel() {
            let holder = entries(&*name.folder, &name.name).into_iter().find(LockEntry::may_be_held);
            return holder.map_or(Ok(()), |holder| Err(LockError::HeldBy(holder)));
        }
        self.members.extend(match free::take(name)? {
            Attempt::Held(member) => Some(member),
            Attempt::NotLockable => None,
            Attempt::UseQueue => {
                let queued = Queued::enter(name, interrupt)?;
                queued.wait(peer_timeout, interrupt)?;
                Some(queued.into_held())
            }
        });
        Ok(())
    }

    /// Returns whether the lock of the file itself is held, so that what earlier runs left in its folder belongs to no
    /// other run. On ESXi, and under a name that is too long for a lock directory, no process can hold it.
    pub(crate) fn is_exclusive(&self) -> bool {
        self.members.iter().any(|member| member.name.is_own)
    }

    /// Returns the link whose lock was not taken, because its folder cannot be written. Only a process that opens the
    /// file by that link would lock it there.
    pub fn unlocked_link(&self) -> Option<&Path> {
        self.unlocked_link.as_deref()
    }

    /// Releases the lock.
    ///
    /// # Errors
    /// [`LockError::Io`] where a member cannot be removed. It is stale once this process has ended.
    pub fn release(self) -> Result<(), LockError> {
        let mut done = Ok(());
        for member in self.members.into_iter().rev() {
            done = done.and(member.release());
        }
        done.map_err(|source| LockError::Io {
            action: "release VMware's lock; the file is as reported".to_owned(),
            source,
        })
    }
}

impl HeldMember {
    fn release(mut self) -> io::Result<()> {
        self.is_held = false;
        self.remove()
    }

    fn remove(&self) -> io::Result<()> {
        let done = retry(|| self.directory.remove_file(&self.member));
        // Not removed while other processes have entries in it.
        let _ = retry(|| self.name.folder.remove_folder(&lock_dir_name(&self.name.name)));
        done
    }
}

impl Drop for HeldMember {
    fn drop(&mut self) {
        if self.is_held {
            let _ = self.remove();
        }
    }
}

/// Returns the name of the lock directory of the file `name`, in the same folder.
pub(crate) fn lock_dir_name(name: &OsStr) -> OsString {
    let mut name = name.to_owned();
    name.push(".lck");
    name
}

/// Returns whether the user may not create anything in the folder.
fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Returns an error for a step of taking the lock of `name`.
fn failed(name: &LockName) -> impl Fn(io::Error) -> LockError + '_ {
    |source| LockError::Folder {
        action: format!("take VMware's lock, {}", name.folder.path_of(lock_dir_name(&name.name)).display()),
        source,
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
