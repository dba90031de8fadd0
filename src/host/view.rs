//! The read-only interface to the folder of a VM: what summaries, checks and the power state read.

use std::ffi::{OsStr, OsString};
use std::fmt::Debug;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{Machine, Stat};

/// A folder that is only read: one of this host, or what another host answered about one of its folders.
///
/// Paths are relative to the folder, or absolute on the same host. Files that a configuration names may be anywhere and
/// may be links; entries of the folder itself that only VMware or this program creates are never reached through a link.
///
/// ```
/// use vmxedit::host::{Folder, FolderView};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let opened = Folder::open(folder.path())?;
/// let view: &dyn FolderView = &opened;
/// assert_eq!(view.names()?, ["vm.vmx"]);
/// assert_eq!(view.read_entry("vm.vmx".as_ref(), 7)?, b"memsize");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait FolderView: Debug + Sync {
    /// Returns the path of the folder, for messages.
    fn path(&self) -> &Path;

    /// Returns the machine that the folder is on.
    fn machine(&self) -> &dyn Machine;

    /// Returns the absolute path of an entry, without links where the machine reports it. Processes and tools of the machine
    /// name files by such paths.
    fn real_path_of(&self, name: &OsStr) -> PathBuf;

    /// Returns the names in the folder, in no order.
    ///
    /// # Errors
    /// The host's.
    fn names(&self) -> io::Result<Vec<OsString>>;

    /// Returns the metadata of `path`. A link is followed.
    ///
    /// # Errors
    /// The host's.
    fn stat(&self, path: &Path) -> io::Result<Stat>;

    /// Returns the metadata of the entry `name` itself. A link is not followed.
    ///
    /// # Errors
    /// The host's.
    fn stat_entry(&self, name: &OsStr) -> io::Result<Stat>;

    /// Reads up to `len` bytes of the regular file `path`, from the byte `start` on. A link is followed. Fewer bytes are
    /// returned only at the end of the file. Anything but a regular file is refused before it is opened.
    ///
    /// # Errors
    /// The host's; [`is_not_regular`](super::is_not_regular) tells the refusal apart.
    fn read_part(&self, path: &Path, start: u64, len: usize) -> io::Result<Vec<u8>>;

    /// Reads up to `len` bytes of the regular file `name` in the folder. A link counts as not regular.
    ///
    /// # Errors
    /// As [`read_part`](Self::read_part).
    fn read_entry(&self, name: &OsStr, len: usize) -> io::Result<Vec<u8>>;

    /// Opens the regular file `name` in the folder for writing, and closes it. A link is not followed. An ESXi host's kernel
    /// refuses that while another process or host has the file open.
    ///
    /// # Errors
    /// The host's; [`io::ErrorKind::ResourceBusy`].
    fn open_for_writing(&self, name: &OsStr) -> io::Result<()>;

    /// Returns the folder `name` in this one. A link is not followed.
    ///
    /// # Errors
    /// The host's.
    fn child(&self, name: &OsStr) -> io::Result<Box<dyn FolderView>>;

    /// Opens another folder, by a path that is relative to this one or absolute. No link is followed, in any component.
    ///
    /// # Errors
    /// The host's.
    fn folder(&self, path: &Path) -> io::Result<Box<dyn FolderView>>;

    /// Returns whether `path`, which another program names, can lead to the file `name` of this folder at all. To ask what it
    /// leads to may cost time.
    fn may_lead_to(&self, path: &Path, name: &OsStr) -> bool {
        let _ = (path, name);
        true
    }

    /// Returns whether other hosts may use the folder at the same time, because it is on a network file system.
    fn is_network(&self) -> bool;

    /// Reads a whole regular file of at most `max_len` bytes. A link is followed.
    ///
    /// # Errors
    /// As [`read_part`](Self::read_part); [`io::ErrorKind::FileTooLarge`].
    fn read(&self, path: &Path, max_len: usize) -> io::Result<Vec<u8>> {
        let bytes = self.read_part(path, 0, max_len.saturating_add(1))?;
        if bytes.len() > max_len { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
    }

    /// Returns the path of an entry, for messages.
    fn path_of(&self, name: &OsStr) -> PathBuf {
        self.path().join(name)
    }
}

/// A folder whose names are listed once, at the first call.
#[derive(Debug)]
pub(crate) struct ListedOnce<'a> {
    folder: &'a dyn FolderView,
    names: OnceLock<Vec<OsString>>,
}

impl<'a> ListedOnce<'a> {
    pub(crate) fn new(folder: &'a dyn FolderView) -> Self {
        Self { folder, names: OnceLock::new() }
    }
}

impl FolderView for ListedOnce<'_> {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn machine(&self) -> &dyn Machine {
        self.folder.machine()
    }

    fn real_path_of(&self, name: &OsStr) -> PathBuf {
        self.folder.real_path_of(name)
    }

    fn names(&self) -> io::Result<Vec<OsString>> {
        if let Some(names) = self.names.get() {
            return Ok(names.clone());
        }
        let names = self.folder.names()?;
        Ok(self.names.get_or_init(|| names).clone())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.folder.stat(path)
    }

    fn stat_entry(&self, name: &OsStr) -> io::Result<Stat> {
        self.folder.stat_entry(name)
    }

    fn read_part(&self, path: &Path, start: u64, len: usize) -> io::Result<Vec<u8>> {
        self.folder.read_part(path, start, len)
    }

    fn read_entry(&self, name: &OsStr, len: usize) -> io::Result<Vec<u8>> {
        self.folder.read_entry(name, len)
    }

    fn open_for_writing(&self, name: &OsStr) -> io::Result<()> {
        self.folder.open_for_writing(name)
    }

    fn child(&self, name: &OsStr) -> io::Result<Box<dyn FolderView>> {
        self.folder.child(name)
    }

    fn folder(&self, path: &Path) -> io::Result<Box<dyn FolderView>> {
        self.folder.folder(path)
    }

    fn may_lead_to(&self, path: &Path, name: &OsStr) -> bool {
        self.folder.may_lead_to(path, name)
    }

    fn is_network(&self) -> bool {
        self.folder.is_network()
    }
}
