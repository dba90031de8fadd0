//! Why a file was not edited.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::document::{FormatError, KeyError};
use crate::edit::EditError;
use crate::file::{FindError, OpenError, SaveError};
use crate::host::UntrustedLink;
use crate::remote::{RefusedReplacement, RemoteError};
use crate::vm::lock::LockError;
use crate::vm::power::{Power, PowerState};

/// An error, and the file that it concerns.
///
/// ```
/// use vmxedit::Vm;
///
/// let refused = Vm::open("/nonexistent/vm.vmx").expect_err("no such file");
/// assert!(refused.to_string().starts_with("/nonexistent/vm.vmx"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// What failed.
    pub kind: ErrorKind,
}

/// What failed.
///
/// ```
/// use vmxedit::{ErrorKind, Vm};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// std::fs::write(folder.path().join("vm.vmss"), "")?;
/// let refused = Vm::open(&path).expect_err("the VM is suspended");
/// assert!(matches!(refused.kind, ErrorKind::Blocked(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file cannot be opened or read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file is not of the expected format.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A key or a pattern is not valid.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The edits cannot be made.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The file is reached through a link of another user, who could make it lead to any file.
    #[error("refused: {0}")]
    Link(Box<UntrustedLink>),
    /// The lock cannot be taken or released. A lock that another process holds is [`Blocked`](Self::Blocked).
    #[error(transparent)]
    Lock(LockError),
    /// The new file cannot be written or put in its place.
    #[error(transparent)]
    Save(SaveError),
    /// The VM is not off, or another process holds its lock.
    #[error("refused: {}", refusal(.0))]
    Blocked(Box<Power>),
    /// [`File::open`](super::File::open) was called for a file that belongs to a VM.
    #[error("refused: the file belongs to the VM {}", vm.display())]
    BelongsToVm {
        /// The VM's configuration.
        vm: PathBuf,
    },
    /// Another host does not answer. The file is unchanged, unless the error says something else.
    #[error(transparent)]
    Remote(RemoteError),
    /// Another host refused to replace the file, or failed. The file is unchanged.
    #[error(transparent)]
    RefusedByHost(RefusedReplacement),
    /// The interrupt flag of the [`Options`](super::Options) was set. The file is unchanged: on another host, a replacement
    /// that was sent is not interrupted.
    #[error("interrupted; the file is unchanged")]
    Interrupted,
}

impl ErrorKind {
    /// Adds the file.
    pub fn at(self, path: impl AsRef<Path>) -> Error {
        Error { path: path.as_ref().to_owned(), kind: self }
    }
}

impl From<Box<UntrustedLink>> for ErrorKind {
    fn from(link: Box<UntrustedLink>) -> Self {
        Self::Link(link)
    }
}

impl From<LockError> for ErrorKind {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Interrupted => Self::Interrupted,
            error => Self::Lock(error),
        }
    }
}

impl From<RemoteError> for ErrorKind {
    fn from(error: RemoteError) -> Self {
        match error {
            RemoteError::Interrupted => Self::Interrupted,
            error => Self::Remote(error),
        }
    }
}

impl From<SaveError> for ErrorKind {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Interrupted => Self::Interrupted,
            error => Self::Save(error),
        }
    }
}

impl From<FindError> for Error {
    fn from(error: FindError) -> Self {
        ErrorKind::from(error.source).at(error.path)
    }
}

/// Writes the file and what failed, without its source.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}

/// Returns a conversion that adds the file to an error of any step.
pub(super) fn at<E: Into<ErrorKind>>(path: &Path) -> impl Fn(E) -> Error + '_ {
    move |error| error.into().at(path)
}

fn refusal(power: &Power) -> String {
    match power.state {
        PowerState::Off => "another process takes the lock again and again".to_owned(),
        _ => power.reason(),
    }
}
