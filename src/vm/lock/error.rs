//! Errors of taking and releasing VMware's lock.

use std::io;

use super::LockEntry;

/// Why the lock could not be taken or released.
///
/// ```
/// use std::sync::atomic::AtomicBool;
/// use std::time::Duration;
/// use vmxedit::file;
/// use vmxedit::vm::lock::{Lock, LockError};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let (place, interrupt) = (file::find(&path)?, AtomicBool::new(false));
/// let lock = Lock::acquire(&place, Duration::ZERO, &interrupt)?;
/// let refused = Lock::acquire(&place, Duration::ZERO, &interrupt).expect_err("it is held");
/// assert!(matches!(refused, LockError::HeldBy(_)));
/// lock.release()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another process holds the lock, or it is not known whether one does.
    #[error("{0}")]
    HeldBy(LockEntry),
    /// The caller's interrupt flag was set. The lock is not held.
    #[error("interrupted while taking VMware's lock")]
    Interrupted,
    /// The system refused to create, write or rename something in the file's folder.
    #[error("cannot {action}")]
    Folder {
        /// The operation.
        action: String,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The system refused something else.
    #[error("cannot {action}")]
    Io {
        /// The operation.
        action: String,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

impl LockError {
    /// Returns whether something that this process had made or found was gone.
    pub(super) fn is_not_found(&self) -> bool {
        match self {
            Self::Folder { source, .. } | Self::Io { source, .. } => source.kind() == io::ErrorKind::NotFound,
            Self::HeldBy(_) | Self::Interrupted => false,
        }
    }
}
