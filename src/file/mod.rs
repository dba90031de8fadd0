//! Reads a file whole, and replaces it whole. It knows bytes, not keys.

mod backup;
mod error;
mod exchange;
mod leftover;
mod locate;
mod open;
mod original;
mod save;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::host::Place;
use crate::host::regular_file::MAX_CONFIGURATION_SIZE;

pub(crate) use self::backup::is_backup;
pub use self::backup::{Backup, backups, possible_backups, read_backup};
pub use self::error::{FindError, OpenError, SaveError};
pub use self::leftover::leftovers;
pub use self::locate::{find, locate_vmx};
pub use self::open::OpenedFile;
pub(crate) use self::original::Original;
pub use self::save::FileSystem;
pub(crate) use self::save::{StagedFile, Sweep};

/// Maximum size of a file, in bytes. A configuration has some KB; a disk that is named by mistake may have terabytes.
pub const MAX_FILE_SIZE: usize = MAX_CONFIGURATION_SIZE;

/// A file and its content.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::file::VmxFile;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // A folder with one `.vmx` in it means that file.
/// let file = VmxFile::find(folder.path())?;
/// assert_eq!(file.path(), path);
/// assert_eq!(Document::parse(file.into_bytes()).value("memsize").as_deref(), Some("2048"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct VmxFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// How a file is replaced.
#[derive(Clone, Debug, Default)]
pub(crate) struct SaveOptions {
    /// Keeps the old file under its name with this suffix. Where that exists, `.1`, `.2`, ... follow the suffix.
    pub(crate) backup: Option<OsString>,
    /// What to do where owner, access control list or extended attributes cannot be kept.
    pub(crate) metadata: OnLoss,
    /// What to do where the file has other names, which would keep the old content.
    pub(crate) hard_links: OnLoss,
    /// The time of the last change that the file gets; `None` for the present time. A file system that does not store it
    /// is not an error.
    pub(crate) modified: Option<SystemTime>,
}

/// What to do where something would be lost.
///
/// ```
/// use vmxedit::file::OnLoss;
/// use vmxedit::transaction::Options;
/// use vmxedit::Vm;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// std::fs::hard_link(&path, folder.path().join("other.vmx"))?;
/// let mut options = Options::default();
/// options.hard_links = OnLoss::Accept;
/// Vm::open_with(&path, &options)?.set("memsize", "4096")?.save()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnLoss {
    /// Refuse before anything changes.
    #[default]
    Refuse,
    /// Go on.
    Accept,
}

/// The files that a save left in the file's folder.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    /// The old file, if [`SaveOptions::backup`] keeps it.
    pub(crate) backup: Option<PathBuf>,
    /// What earlier saves left behind.
    pub(crate) left_behind: LeftBehind,
}

/// What killed saves left in a folder and this one did not remove.
///
/// ```
/// use vmxedit::Vm;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let committed = Vm::open(&path)?.set("memsize", "4096")?.save()?;
/// assert!(committed.left_behind.unremoved.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftBehind {
    /// Versions of the file that other processes saved, and that an earlier save displaced before it was killed.
    pub conflicting_copies: Vec<PathBuf>,
    /// Files that could not be removed or read.
    pub unremoved: Vec<PathBuf>,
}

impl VmxFile {
    /// Reads the whole file. A link is followed.
    ///
    /// # Errors
    /// [`FindError`], with `path`: anything but a regular file of at most [`MAX_FILE_SIZE`] bytes is refused.
    pub fn read(path: &Path) -> Result<Self, FindError> {
        OpenedFile::open(path).and_then(OpenedFile::read).map_err(OpenError::at(path))
    }

    /// Reads the file that `path` means, as [`locate_vmx`] finds it. A link is followed.
    ///
    /// # Errors
    /// [`FindError`], with the path of the file that was found where `path` is a folder.
    pub fn find(path: &Path) -> Result<Self, FindError> {
        let opened = OpenedFile::find(path)?;
        let path = opened.path.clone();
        opened.read().map_err(OpenError::at(&path))
    }

    /// Reads the file of a place.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_in(place: &Place) -> Result<Self, FindError> {
        let original = Original::read(place).map_err(OpenError::at(place.path()))?;
        Ok(Self { path: place.path().to_owned(), bytes: original.bytes })
    }

    /// Returns the content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the content of a file that is only read.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns the path by which the file was read.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
