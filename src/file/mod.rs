//! Reads a file whole, and replaces it whole. It knows bytes, not keys.

mod backup;
mod error;
mod exchange;
mod leftover;
mod locate;
mod metadata;
mod open;
mod save;

use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD};
use rustix::io::Errno;

use crate::host::regular_file::{
    MAX_CONFIGURATION_SIZE, Symlinks, is_not_regular, open_regular, read_opened,
};

pub use self::backup::backups;
pub use self::error::{FindError, OpenError, SaveError};
pub use self::leftover::leftovers;
pub use self::locate::{file_type_name, locate_vmx};
pub use self::open::OpenedFile;
pub use self::save::FileSystem;
pub(crate) use self::save::StagedFile;

/// Maximum size of a file, in bytes. A configuration has some KB; a disk that is named by mistake may have terabytes.
pub const MAX_FILE_SIZE: usize = MAX_CONFIGURATION_SIZE;

/// A file and its content as it was read. Replacing it verifies that neither has changed since.
#[derive(Debug)]
pub struct VmxFile {
    path: PathBuf,
    /// The file itself, behind any symlink, where the caller has resolved it.
    target: Option<PathBuf>,
    file: File,
    bytes: Vec<u8>,
    meta: Metadata,
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
}

/// What to do where something would be lost.
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
    /// Versions of the file that other processes saved, and that an earlier save displaced before it was killed.
    pub(crate) conflicting_copies: Vec<PathBuf>,
}

impl VmxFile {
    /// Reads the whole file. A symlink is followed.
    ///
    /// # Errors
    /// [`FindError`], with `path`: anything but a regular file of at most [`MAX_FILE_SIZE`] bytes is refused.
    pub fn read(path: &Path) -> Result<Self, FindError> {
        OpenedFile::open(path).and_then(OpenedFile::read).map_err(OpenError::at(path))
    }

    /// Reads the file that `path` means, as [`locate_vmx`] finds it.
    ///
    /// # Errors
    /// [`FindError`], with the path of the file that was found where `path` is a folder.
    pub fn find(path: &Path) -> Result<Self, FindError> {
        let opened = OpenedFile::find(path)?;
        let path = opened.path.clone();
        opened.read().map_err(OpenError::at(&path))
    }

    /// Sets the path of the file itself, behind any symlink, where the caller knows it. A save then need not resolve
    /// it.
    pub(crate) fn with_resolved_target(self, target: &Path) -> Self {
        Self { target: Some(target.to_owned()), ..self }
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

    /// Checks what [`stage`](Self::stage) checks first, for a caller that has a long operation to do before that.
    ///
    /// # Errors
    /// [`SaveError::ReadOnly`], [`SaveError::Immutable`], [`SaveError::HardLinks`], [`SaveError::Changed`] or
    /// [`SaveError::Io`].
    pub(crate) fn check(&self, options: &SaveOptions) -> Result<(), SaveError> {
        self.check_writable()?;
        self.check_hard_links(options)
    }

    /// Returns whether `path` is still the file that was read, with the content that was read.
    ///
    /// # Errors
    /// The system's, where this could not be found out.
    fn is_unchanged_at(&self, path: &Path) -> io::Result<bool> {
        let (file, meta) = match open_regular(path, Symlinks::Refuse) {
            Err(error) if error.kind() == io::ErrorKind::NotFound || is_not_regular(&error) => {
                return Ok(false);
            }
            opened => opened?,
        };
        if (meta.dev(), meta.ino()) != (self.meta.dev(), self.meta.ino()) {
            return Ok(false);
        }
        match read_opened(&file, &meta, MAX_FILE_SIZE) {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Ok(false),
            bytes => Ok(bytes? == self.bytes),
        }
    }

    /// Refuses a file that its owner has made read-only, even where the folder allows to replace it.
    fn check_writable(&self) -> Result<(), SaveError> {
        let mode = self.meta.mode() & 0o7777;
        if mode & 0o222 == 0 {
            return Err(SaveError::ReadOnly { mode });
        }
        match rustix::fs::accessat(CWD, &self.path, Access::WRITE_OK, AtFlags::EACCESS) {
            Ok(()) | Err(Errno::NOSYS) => Ok(()),
            Err(Errno::NOENT) => Err(SaveError::Changed),
            Err(Errno::PERM) => Err(SaveError::Immutable),
            Err(error) => Err(SaveError::Io { action: "write it", source: error.into() }),
        }
    }

    fn check_hard_links(&self, options: &SaveOptions) -> Result<(), SaveError> {
        match self.meta.nlink() {
            links @ 2.. if options.hard_links == OnLoss::Refuse => Err(SaveError::HardLinks { links }),
            _ => Ok(()),
        }
    }

    /// Returns the path of a file in the same folder, relative to the path that the caller gave.
    fn sibling_as_given(&self, path: &Path) -> PathBuf {
        match path.file_name() {
            Some(name) if !self.path.is_symlink() => self.path.with_file_name(name),
            _ => path.to_owned(),
        }
    }
}
