//! An open folder, and everything that an edit does in it.

use std::ffi::{OsStr, OsString};
use std::fs::Permissions;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, RenameFlags, SeekFrom};
use rustix::io::Errno;

use super::file_system_type::FileSystemType;
use super::opening::open_regular_at;
use super::stat::{full_stat_at, stat_of};
use super::{NewFile, OpenFile, listing};
use crate::host::{FileKind, Stat};

/// An open folder. Its methods take plain names: they concern entries of this folder whatever is moved, replaced or
/// linked meanwhile, and never follow a link.
///
/// Dropping it closes it.
///
/// ```
/// use vmxedit::host::Folder;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let opened = Folder::open(folder.path())?;
/// assert_eq!(opened.names()?, ["vm.vmx"]);
/// opened.rename("vm.vmx".as_ref(), "web.vmx".as_ref())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Folder {
    pub(super) handle: OwnedFd,
    path: PathBuf,
    access: FolderAccess,
    stat: OnceLock<Stat>,
    /// Whether it was listed already, so that the next listing has to start over. Locked during a listing: threads that
    /// share the folder share its position.
    is_listed: Mutex<bool>,
}

/// What may be done with an open folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FolderAccess {
    Full,
    /// It cannot be listed or synced: this user may not read it.
    ByNameOnly,
}

/// An entry of a folder and what it is, where the listing reports that.
///
/// ```
/// use vmxedit::host::{FileKind, Folder};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let entries = Folder::open(folder.path())?.entries()?;
/// assert_eq!(entries, [("vm.vmx".into(), Some(FileKind::Regular))]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type EntryKind = (OsString, Option<FileKind>);

impl Folder {
    /// Opens a folder. Links are followed.
    ///
    /// # Errors
    /// The system's.
    pub fn open(path: &Path) -> io::Result<Self> {
        let named = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Self::open_with(path, |flags| rustix::fs::openat(CWD, named, flags, Mode::empty()))?)
    }

    /// Opens the folder `name` in this one. A link is not followed.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::NotADirectory`] for a link.
    pub fn open_child(&self, name: &OsStr) -> io::Result<Self> {
        let name = plain(name)?;
        let open = |flags| rustix::fs::openat(&self.handle, name, flags | OFlags::NOFOLLOW, Mode::empty());
        Ok(Self::open_with(&self.path_of(name), open)?)
    }

    /// Opens a folder with `open`. One that may not be read is opened for the access by name.
    pub(super) fn open_with(
        path: &Path,
        open: impl Fn(OFlags) -> Result<OwnedFd, Errno>,
    ) -> Result<Self, Errno> {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let (handle, access) = match open(OFlags::RDONLY | flags) {
            Err(Errno::ACCESS) => (open(OFlags::PATH | flags)?, FolderAccess::ByNameOnly),
            handle => (handle?, FolderAccess::Full),
        };
        Ok(Self::of_handle(handle, path, access))
    }

    fn of_handle(handle: OwnedFd, path: &Path, access: FolderAccess) -> Self {
        Self { handle, path: path.to_owned(), access, stat: OnceLock::new(), is_listed: Mutex::new(false) }
    }

    pub(super) fn into_handle(self) -> OwnedFd {
        self.handle
    }

    /// Returns the path by which the folder was opened, for messages. It may mean another folder by now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of an entry, for messages.
    pub fn path_of(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the absolute path of an entry, without links where the kernel reports the path of the folder.
    pub fn real_path_of(&self, name: &OsStr) -> PathBuf {
        match std::fs::read_link(self.proc_path()) {
            Ok(folder) => folder.join(name),
            Err(_) => std::path::absolute(self.path_of(name)).unwrap_or_else(|_| self.path_of(name)),
        }
    }

    fn proc_path(&self) -> String {
        format!("/proc/self/fd/{}", self.handle.as_raw_fd())
    }

    /// Returns the metadata of the folder, read once.
    ///
    /// # Errors
    /// The system's.
    pub fn stat(&self) -> io::Result<&Stat> {
        if let Some(stat) = self.stat.get() {
            return Ok(stat);
        }
        let stat = stat_of(&self.handle)?;
        Ok(self.stat.get_or_init(|| stat))
    }

    /// Returns the entries, in no order. Each call lists the folder anew.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::PermissionDenied`] where this user may not list it.
    pub fn entries(&self) -> io::Result<Vec<EntryKind>> {
        let mut entries = Vec::new();
        self.each(|name, kind| entries.push((name.to_owned(), kind)))?;
        Ok(entries)
    }

    /// Returns the entries of a folder that was just opened, in no order. On some file systems those that were created
    /// since are missing. Needs no metadata of the folder, unless it was listed before.
    ///
    /// # Errors
    /// As [`entries`](Self::entries).
    pub fn initial_entries(&self) -> io::Result<Vec<EntryKind>> {
        let mut is_listed = self.is_listed.lock().unwrap_or_else(PoisonError::into_inner);
        if self.access == FolderAccess::ByNameOnly || std::mem::replace(&mut *is_listed, true) {
            drop(is_listed);
            return self.entries();
        }
        let mut entries = Vec::new();
        listing::each_entry(&self.handle, |name, kind| entries.push((name.to_owned(), of_listing(kind))))?;
        Ok(entries)
    }

    fn each(&self, mut take: impl FnMut(&OsStr, Option<FileKind>)) -> io::Result<()> {
        if self.access == FolderAccess::ByNameOnly {
            return Err(Errno::ACCESS.into());
        }
        self.with_listing(|handle| listing::each_entry(handle, |name, kind| take(name, of_listing(kind))))
    }

    /// Calls `list` with a handle at the start of a listing of the folder as it is now.
    fn with_listing<T>(&self, list: impl FnOnce(BorrowedFd<'_>) -> io::Result<T>) -> io::Result<T> {
        if !self.file_system_type().is_some_and(FileSystemType::lists_new_entries) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let again = rustix::fs::openat(&self.handle, ".", flags, Mode::empty())?;
            return list(again.as_fd());
        }
        let mut is_listed = self.is_listed.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *is_listed, true) {
            rustix::fs::seek(&self.handle, SeekFrom::Start(0))?;
        }
        list(self.handle.as_fd())
    }

    /// Returns the names of the entries, in no order.
    ///
    /// # Errors
    /// As [`entries`](Self::entries).
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        self.each(|name, _| names.push(name.to_owned()))?;
        Ok(names)
    }

    /// Returns whether a folder that was just opened has no entries in the first part of its listing.
    pub(crate) fn starts_empty(&self) -> io::Result<bool> {
        // Through the handle: an unusual umask may have left no permission to open the folder again.
        let mut is_listed = self.is_listed.lock().unwrap_or_else(PoisonError::into_inner);
        *is_listed = true;
        listing::starts_empty(&self.handle)
    }

    /// Returns the metadata of an entry.
    ///
    /// # Errors
    /// The system's.
    pub fn stat_of(&self, name: &OsStr) -> io::Result<Stat> {
        Ok(full_stat_at(&self.handle, plain(name)?)?)
    }

    /// Opens a regular file for reading. A lease of another process, such as Samba for an oplock, is waited for.
    ///
    /// # Errors
    /// The system's; [`is_not_regular`](crate::host::is_not_regular) for anything else, a link included.
    pub fn open_file(&self, name: &OsStr) -> io::Result<OpenFile> {
        let name = plain(name)?;
        open_regular_at(&self.handle, name, OFlags::NOFOLLOW)
    }

    /// Creates a regular file, which must not exist.
    ///
    /// # Errors
    /// The system's.
    pub fn create_file(&self, name: &OsStr, mode: u32) -> io::Result<NewFile> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.handle, plain(name)?, flags, Mode::from_raw_mode(mode))?;
        Ok(NewFile::new(file))
    }

    /// Creates a folder, which must not exist.
    ///
    /// # Errors
    /// The system's.
    pub fn create_folder(&self, name: &OsStr, mode: u32) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.handle, plain(name)?, Mode::from_raw_mode(mode))?)
    }

    /// Renames an entry. A regular file of the name `to` is replaced.
    ///
    /// # Errors
    /// The system's.
    pub fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        let (from, to) = (plain(from)?, plain(to)?);
        self.retry_busy(|| rustix::fs::renameat(&self.handle, from, &self.handle, to))
    }

    /// Renames an entry unless the name `to` exists.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::AlreadyExists`]; [`is_unsupported_rename`] where the file system or a filter of
    /// system calls does not allow it.
    pub fn rename_new(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        self.rename_with(from, to, RenameFlags::NOREPLACE)
    }

    /// Exchanges two entries in one step.
    ///
    /// # Errors
    /// The system's; [`is_unsupported_rename`] as for [`rename_new`](Self::rename_new).
    pub fn exchange(&self, a: &OsStr, b: &OsStr) -> io::Result<()> {
        self.rename_with(a, b, RenameFlags::EXCHANGE)
    }

    fn rename_with(&self, from: &OsStr, to: &OsStr, flags: RenameFlags) -> io::Result<()> {
        let (from, to) = (plain(from)?, plain(to)?);
        self.retry_busy(|| rustix::fs::renameat_with(&self.handle, from, &self.handle, to, flags))
    }

    /// Removes an entry that is not a folder.
    ///
    /// # Errors
    /// The system's.
    pub fn remove_file(&self, name: &OsStr) -> io::Result<()> {
        let name = plain(name)?;
        self.retry_busy(|| rustix::fs::unlinkat(&self.handle, name, AtFlags::empty()))
    }

    /// Removes an empty folder.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::DirectoryNotEmpty`].
    pub fn remove_folder(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.handle, plain(name)?, AtFlags::REMOVEDIR)?)
    }

    /// Returns whether this user may list the folder.
    pub fn may_be_listed(&self) -> bool {
        self.access == FolderAccess::Full
    }

    /// Sets the permissions of the folder itself.
    ///
    /// # Errors
    /// The system's.
    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        match self.access {
            FolderAccess::Full => Ok(rustix::fs::fchmod(&self.handle, Mode::from_raw_mode(mode))?),
            // The kernel changes nothing through such a handle, but its name in /proc leads to the folder itself.
            FolderAccess::ByNameOnly => {
                std::fs::set_permissions(self.proc_path(), Permissions::from_mode(mode))
            }
        }
    }

    /// Gives the folder to this owner.
    ///
    /// # Errors
    /// The system's: as a rule, only root may do this.
    pub fn set_owner(&self, owner: u32) -> io::Result<()> {
        fchown(&self.handle, Some(owner), None)
    }

    /// Gives the folder to this group.
    ///
    /// # Errors
    /// The system's: as a rule, only root may give it to a group that the user is not in.
    pub fn set_group(&self, group: u32) -> io::Result<()> {
        fchown(&self.handle, None, Some(group))
    }

    /// Writes the names in the folder to the disk. Some file systems cannot sync folders; there this does nothing.
    ///
    /// # Errors
    /// The system's.
    pub fn sync(&self) -> io::Result<()> {
        loop {
            match rustix::fs::fsync(&self.handle) {
                Err(Errno::INTR) => {}
                Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => return Ok(()),
                done => return Ok(done?),
            }
        }
    }

    /// Writes everything on the folder's file system to the disk.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::Unsupported`] on a kernel that cannot do it.
    pub fn sync_file_system(&self) -> io::Result<()> {
        match self.access {
            FolderAccess::Full => Ok(rustix::fs::syncfs(&self.handle)?),
            FolderAccess::ByNameOnly => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }
}

/// Returns `name` if it is the name of an entry: not empty, not `.` or `..`, without a slash.
pub(super) fn plain(name: &OsStr) -> Result<&OsStr, Errno> {
    match name.as_bytes() {
        b"" | b"." | b".." => Err(Errno::INVAL),
        bytes if bytes.contains(&b'/') => Err(Errno::INVAL),
        _ => Ok(name),
    }
}

/// Returns the kind that a listing reports. Some file systems report none.
fn of_listing(kind: FileType) -> Option<FileKind> {
    match kind {
        FileType::RegularFile => Some(FileKind::Regular),
        FileType::Directory => Some(FileKind::Folder),
        FileType::Symlink => Some(FileKind::Symlink),
        FileType::Fifo => Some(FileKind::Pipe),
        FileType::Socket => Some(FileKind::Socket),
        FileType::CharacterDevice | FileType::BlockDevice => Some(FileKind::Device),
        FileType::Unknown => None,
    }
}

/// Returns whether a rename failed because the file system, the kernel or a filter of system calls does not know its
/// kind.
pub fn is_unsupported_rename(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP | Errno::PERM | Errno::XDEV)
    )
}
