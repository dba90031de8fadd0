//! The folder of a private file: created and removed through its handle, locked while it is in use.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Dir, FlockOperation, Mode, OFlags, Stat, chmod, fchmod, flock, fstat, mkdirat, openat,
    renameat, statat, unlinkat,
};
use rustix::io::{Errno, FdFlags, fcntl_setfd};

use crate::host::effective_user;

/// The names of folders that are removed if their process was killed.
const PREFIX: &str = "vmxedit-edit-";
/// The names of folders that are kept.
const KEPT_PREFIX: &str = "vmxedit-kept-";
/// The random letters and digits that follow.
const RANDOM_LEN: usize = 10;

/// An open and locked folder that only this user can enter. It is removed when dropped.
#[derive(Debug)]
pub(super) struct PrivateFolder {
    parent: File,
    name: OsString,
    path: PathBuf,
    handle: File,
    is_removed_on_drop: bool,
}

impl PrivateFolder {
    /// Creates a folder in `parent`.
    pub(super) fn create(parent: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let opened = File::from(openat(CWD, parent, flags, Mode::empty())?);
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).rand_bytes(RANDOM_LEN).disable_cleanup(true);
        let made = builder.make_in(parent, |path| make(&opened, path.file_name().unwrap_or_default()))?;
        let (handle, path) = made.keep().map_err(|error| error.error)?;
        Ok(Self::of(opened, path, handle))
    }

    fn of(parent: File, path: PathBuf, handle: File) -> Self {
        let name = path.file_name().unwrap_or_default().to_owned();
        Self { parent, name, path, handle, is_removed_on_drop: true }
    }

    pub(super) fn handle(&self) -> &File {
        &self.handle
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Calls `start`, which starts a program that inherits the handle and with it the lock.
    pub(super) fn with_inherited_lock<T>(&self, start: impl FnOnce() -> T) -> T {
        // If the system refuses, the program does not hold the lock, which matters only if this process is killed.
        let _ = fcntl_setfd(&self.handle, FdFlags::empty());
        let started = start();
        let _ = fcntl_setfd(&self.handle, FdFlags::CLOEXEC);
        started
    }

    /// Keeps the folder under another name, and returns its new path.
    pub(super) fn keep(mut self) -> io::Result<PathBuf> {
        self.is_removed_on_drop = false;
        let random = self.name.as_bytes().get(PREFIX.len()..).unwrap_or_default();
        let mut name = OsString::from(KEPT_PREFIX);
        name.push(OsStr::from_bytes(random));
        renameat(&self.parent, &self.name, &self.parent, &name)?;
        Ok(self.path.with_file_name(name))
    }

    /// Removes the folder with everything in it, as far as possible.
    pub(super) fn remove(mut self) -> io::Result<()> {
        self.is_removed_on_drop = false;
        self.remove_now()
    }

    fn remove_now(&self) -> io::Result<()> {
        remove_contents(&self.handle)?;
        gone(unlinkat(&self.parent, &self.name, AtFlags::REMOVEDIR))
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        if self.is_removed_on_drop {
            let _ = self.remove_now();
        }
    }
}

/// Makes a folder, opens it and takes its lock. Fails with [`io::ErrorKind::AlreadyExists`] if another name is to be
/// tried.
fn make(parent: &File, name: &OsStr) -> io::Result<File> {
    mkdirat(parent, name, Mode::RWXU)?;
    let made = make_private(parent, name);
    if made.is_err() {
        let _ = unlinkat(parent, name, AtFlags::REMOVEDIR);
    }
    made
}

/// Opens a folder that was just made, gives it mode 0700 whatever the umask, and takes its lock.
fn make_private(parent: &File, name: &OsStr) -> io::Result<File> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let found = File::from(openat(parent, name, flags, Mode::empty())?);
    // In a folder without the sticky bit another user can put a folder in its place.
    if !is_mine(&fstat(&found)?) {
        return Err(io::Error::other("the new folder belongs to another user"));
    }
    let handle = match open_folder(&found, ".") {
        // The umask took the owner's permissions away.
        Err(Errno::ACCESS) => {
            chmod(format!("/proc/self/fd/{}", found.as_raw_fd()), Mode::RWXU)?;
            open_folder(&found, ".")?
        }
        opened => opened?,
    };
    fchmod(&handle, Mode::RWXU)?;
    // Any other error: on a file system without locks no process can take the lock to remove the folder, either.
    if let Err(Errno::WOULDBLOCK) = flock(&handle, FlockOperation::NonBlockingLockExclusive) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    // Before the lock was taken another process could think that the folder is abandoned.
    if is_named(parent, name, &handle) { Ok(handle) } else { Err(io::ErrorKind::AlreadyExists.into()) }
}

/// Returns the folders in `parent` that a killed process of this user left. They are locked now.
pub(super) fn abandoned(parent: &Path) -> io::Result<Vec<PrivateFolder>> {
    let opened =
        File::from(openat(CWD, parent, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?);
    let mut found = Vec::new();
    for entry in Dir::read_from(&opened)? {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if is_temporary_name(name)
            && let Some(handle) = lock_abandoned(&opened, name)
        {
            found.push(PrivateFolder::of(opened.try_clone()?, parent.join(name), handle));
        }
    }
    Ok(found)
}

/// Returns whether the name is one that [`PrivateFolder::create`] makes.
fn is_temporary_name(name: &OsStr) -> bool {
    let random = name.as_bytes().strip_prefix(PREFIX.as_bytes());
    random.is_some_and(|random| random.len() == RANDOM_LEN && random.iter().all(u8::is_ascii_alphanumeric))
}

/// Opens and locks a private folder of this user; `None` if it is something else, or in use.
fn lock_abandoned(parent: &File, name: &OsStr) -> Option<File> {
    let handle = open_folder(parent, name).ok()?;
    let stat = fstat(&handle).ok()?;
    let is_private = is_mine(&stat) && Mode::from_raw_mode(stat.st_mode) == Mode::RWXU;
    let is_free = is_private && flock(&handle, FlockOperation::NonBlockingLockExclusive).is_ok();
    (is_free && is_named(parent, name, &handle)).then_some(handle)
}

fn open_folder(parent: &File, name: impl AsRef<OsStr>) -> Result<File, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(parent, name.as_ref(), flags, Mode::empty()).map(File::from)
}

fn is_mine(stat: &Stat) -> bool {
    stat.st_uid == effective_user()
}

/// Returns whether the name still leads to the open folder.
fn is_named(parent: &File, name: &OsStr, handle: &File) -> bool {
    let named = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW);
    let (Ok(named), Ok(opened)) = (named, fstat(handle)) else { return false };
    (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino)
}

/// Removes everything in a folder without following links. Goes on after an error, and returns the first one.
fn remove_contents(folder: &File) -> io::Result<()> {
    let entries = match Dir::read_from(folder) {
        // The folder itself was removed.
        Err(Errno::NOENT) => return Ok(()),
        entries => entries?,
    };
    let mut result = Ok(());
    for entry in entries {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name != "." && name != ".." {
            result = result.and(remove_entry(folder, name));
        }
    }
    result
}

fn remove_entry(folder: &File, name: &OsStr) -> io::Result<()> {
    match unlinkat(folder, name, AtFlags::empty()) {
        // A folder: Linux answers EISDIR, POSIX asks for EPERM.
        Err(Errno::ISDIR | Errno::PERM) => {
            remove_contents(&open_folder(folder, name)?)?;
            gone(unlinkat(folder, name, AtFlags::REMOVEDIR))
        }
        removed => gone(removed),
    }
}

/// Ignores that another process has removed it already.
fn gone(removed: Result<(), Errno>) -> io::Result<()> {
    match removed {
        Err(Errno::NOENT) => Ok(()),
        removed => Ok(removed?),
    }
}
