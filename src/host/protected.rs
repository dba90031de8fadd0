//! Files that decide what this program does: they are read only if no other user can have written them.

use std::io;
use std::path::{Path, PathBuf};

use super::identity::{ROOT, effective_user, is_mapped};
use super::platform::resolve;
use super::regular_file::not_regular;
use super::{FileKind, Resolved, Stat, UntrustedLink};

const WRITABLE_BY_OTHERS: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// Why a file is not read.
///
/// ```
/// use std::path::Path;
/// use vmxedit::host::read_protected;
///
/// let refused = read_protected(Path::new("/nonexistent/config.toml"), 1 << 20).expect_err("no such file");
/// assert!(refused.is_not_found());
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProtectedFileError {
    /// Its owner is neither root nor the effective user.
    #[error("it belongs to user {owner}")]
    OtherOwner {
        /// The user id of its owner.
        owner: u32,
    },
    /// Its group or all users may write to it.
    #[error("other users can write to it (mode {mode:04o})")]
    Writable {
        /// Its permission bits.
        mode: u32,
    },
    /// Another user can replace it, or a folder on the way to it.
    #[error("other users can replace it: they can change the directory {}", folder.display())]
    Replaceable {
        /// The folder that they can change.
        folder: PathBuf,
        /// The user id of its owner.
        owner: u32,
    },
    /// It is reached through a link that is not trusted.
    #[error(transparent)]
    Link(#[from] Box<UntrustedLink>),
    /// The system refused.
    #[error("cannot read it")]
    Io(#[from] io::Error),
}

impl ProtectedFileError {
    /// Returns whether the file does not exist.
    pub fn is_not_found(&self) -> bool {
        let missing = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
        matches!(self, Self::Io(error) if missing.contains(&error.kind()))
    }

    /// Returns whether the system refused.
    pub fn is_io(&self) -> bool {
        matches!(self, Self::Io(_))
    }
}

/// Reads a regular file of at most `max_len` bytes that only root and this user can have written.
///
/// # Errors
/// [`ProtectedFileError`]; [`io::ErrorKind::FileTooLarge`] past `max_len`.
pub fn read_protected(path: &Path, max_len: usize) -> Result<Vec<u8>, ProtectedFileError> {
    let place = match resolve(path)? {
        Resolved::File(place) => place,
        Resolved::Folder(folder, _) => {
            check(folder.stat()?, folder.path())?;
            return Err(not_regular().into());
        }
    };
    // A pipe or a device, which another user may have put there, is not opened.
    if let Some(stat) = place.resolved_stat() {
        place.check_links(Some(stat))?;
        check(stat, place.folder().path())?;
        if stat.kind != FileKind::Regular {
            return Err(not_regular().into());
        }
    }
    let file = place.open()?;
    place.check_links(Some(file.stat()))?;
    check(file.stat(), place.folder().path())?;
    Ok(file.read(max_len)?)
}

/// Checks that no other user can have written a file, or can replace it in its folder.
fn check(stat: &Stat, folder: &Path) -> Result<(), ProtectedFileError> {
    check_file(stat)?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for folder in std::fs::canonicalize(folder)?.ancestors() {
        let Stat { mode, owner, .. } = super::stat(folder)?;
        // Where the sticky bit is set, as on /tmp, other users cannot replace what is not theirs.
        let is_changeable = mode & WRITABLE_BY_OTHERS != 0 && mode & STICKY == 0;
        if is_changeable || !is_trusted(owner) {
            return Err(ProtectedFileError::Replaceable { folder: folder.to_owned(), owner });
        }
    }
    Ok(())
}

fn check_file(stat: &Stat) -> Result<(), ProtectedFileError> {
    let Stat { owner, mode, .. } = *stat;
    if !is_trusted(owner) {
        return Err(ProtectedFileError::OtherOwner { owner });
    }
    if mode & WRITABLE_BY_OTHERS != 0 {
        return Err(ProtectedFileError::Writable { mode });
    }
    Ok(())
}

fn is_trusted(owner: u32) -> bool {
    [ROOT, effective_user()].contains(&owner) && is_mapped(owner)
}
