//! Errors of opening and of replacing a file. They contain no path: the caller adds it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::host::FileKind;

/// Why a file could not be opened or read.
///
/// ```
/// use std::path::Path;
/// use vmxedit::file::{OpenError, VmxFile};
///
/// let refused = VmxFile::find(Path::new("/nonexistent/vm.vmx")).expect_err("no such file");
/// assert!(matches!(refused.source, OpenError::NotFound(_)));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file does not exist.
    #[error("cannot open")]
    NotFound(#[source] io::Error),
    /// The path is that of a folder, a pipe, a socket or a device, as the text says.
    #[error("not a VMX file: {0}")]
    NotRegular(&'static str),
    /// The file is larger than [`MAX_FILE_SIZE`](super::MAX_FILE_SIZE).
    #[error("not a VMX file: no VMX file is that large")]
    TooLarge,
    /// An ESXi host has the file open and locked.
    #[error("refused: the file is locked by the ESXi host that has it open")]
    LockedByEsxi,
    /// The folder has no `.vmx` file.
    #[error("a directory without a .vmx file{}", listed(names))]
    NoVmx {
        /// The first names in it.
        names: Vec<String>,
    },
    /// The folder has several `.vmx` files.
    #[error("a directory with several .vmx files: {}", names.join(", "))]
    SeveralVmx {
        /// The first of their names.
        names: Vec<String>,
    },
    /// The system refused.
    #[error("cannot {action}")]
    Io {
        /// The operation.
        action: &'static str,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

/// An [`OpenError`], and the file that it concerns.
///
/// ```
/// use std::path::Path;
/// use vmxedit::file;
///
/// let refused = file::find(Path::new("/nonexistent/vm.vmx")).expect_err("no such file");
/// assert_eq!(refused.path, Path::new("/nonexistent/vm.vmx"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct FindError {
    /// The file, which may be one in the folder that was given.
    pub path: PathBuf,
    /// The error.
    pub source: OpenError,
}

/// Writes the file and what failed, without its source.
impl fmt::Display for FindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.source)
    }
}

impl std::error::Error for FindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.source)
    }
}

/// Why a file could not be replaced.
///
/// ```
/// use vmxedit::file::SaveError;
/// use vmxedit::{ErrorKind, Vm};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// std::fs::hard_link(&path, folder.path().join("other.vmx"))?;
/// let edited = Vm::open(&path).and_then(|vm| vm.set("memsize", "4096")).and_then(Vm::save);
/// let refused = edited.expect_err("the other name would keep the old file");
/// assert!(matches!(refused.kind, ErrorKind::Save(SaveError::HardLinks { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// The file is not the one that was read, or has other content. Nothing was changed.
    #[error("refused: the file changed while it was being edited")]
    Changed,
    /// The file is marked read-only. Nothing was changed.
    #[error("cannot write: the file is read-only (mode {mode:04o})")]
    ReadOnly {
        /// Its permission bits.
        mode: u32,
    },
    /// The file has the immutable or the append-only attribute. Nothing was changed.
    #[error("cannot write: the file is immutable or append-only")]
    Immutable,
    /// The file has several names, and the others would keep the old content. Nothing was changed.
    #[error("the file has {links} names (hard links): the others would keep the old content")]
    HardLinks {
        /// The number of names, this one included.
        links: u64,
    },
    /// The new file would not have the owner, access control list or an extended attribute of the old one. Nothing was
    /// changed.
    #[error("cannot keep the file's {what}")]
    Metadata {
        /// What would be lost.
        what: String,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The caller's interrupt flag was set. Nothing was changed.
    #[error("interrupted; the file is unchanged")]
    Interrupted,
    /// Another process saved the file twice during the save. Its last version is in place.
    #[error("refused: another process saved the file at the same time; an earlier version is kept as {}", kept.display())]
    Displaced {
        /// The file with its earlier version.
        kept: PathBuf,
    },
    /// Another process has the file open for writing, and would have gone on writing to the old one. Nothing was changed.
    #[error("refused: another process has the file open for writing")]
    BeingWritten,
    /// No name for a backup can be used. Nothing was changed.
    #[error("cannot keep the old file as {}", name.display())]
    BackupName {
        /// The name.
        name: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// Another process saved the file or has it open for writing, and the new file, which is in place, could not be taken
    /// back.
    #[error("written, although another process saved the file at the same time: its version is {}", kept.display())]
    NotUndone {
        /// The file with the other version.
        kept: PathBuf,
    },
    /// The new file is in place, and the old one could not be removed or renamed.
    #[error("written, but the old file is still there as {}", kept.display())]
    OldFileKept {
        /// The old file.
        kept: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The new file is in place, but may not survive a power failure.
    #[error("written, not confirmed on disk")]
    NotConfirmed(#[source] io::Error),
    /// The system refused something in the file's folder. Nothing was changed.
    #[error("cannot {action}")]
    Folder {
        /// The operation.
        action: &'static str,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The system refused something else. Nothing was changed.
    #[error("cannot {action}")]
    Io {
        /// The operation.
        action: &'static str,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

impl OpenError {
    pub(super) fn io(action: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { action, source }
    }

    /// An error of opening a path.
    pub(super) fn opening(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound(source),
            io::ErrorKind::ResourceBusy => Self::LockedByEsxi,
            _ => Self::Io { action: "open", source },
        }
    }

    /// An error of reading a file that is open.
    pub(super) fn reading(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Io { action: "read", source },
        }
    }

    pub(super) fn not_regular(kind: FileKind) -> Self {
        Self::NotRegular(kind.name())
    }

    /// Returns a conversion that adds the file.
    pub(crate) fn at(path: &Path) -> impl Fn(Self) -> FindError + '_ {
        |source| FindError { path: path.to_owned(), source }
    }
}

impl SaveError {
    pub(super) fn io(action: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Io { action, source }
    }

    pub(super) fn folder(action: &'static str) -> impl Fn(io::Error) -> Self {
        move |source| Self::Folder { action, source }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { " (it is empty)".into() } else { format!(" (it contains {})", names.join(", ")) }
}
