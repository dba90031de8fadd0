//! Names, creates and finds backups of a file. An existing backup is never overwritten.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::{FindError, OpenError};

/// Returns the backups of a file with the suffix `.bak`, the newest last. They are sorted by modification time: content
/// that was written later was replaced later.
///
/// # Errors
/// [`OpenError::Io`] where the folder cannot be read.
pub fn backups(path: &Path) -> Result<Vec<PathBuf>, FindError> {
    let failed = |error| OpenError::at(path)(OpenError::io("look for backups")(error));
    let target = path.canonicalize().map_err(&failed)?;
    let mut prefix = target.file_name().unwrap_or_default().to_owned();
    prefix.push(".bak");
    let mut found = Vec::new();
    for entry in fs::read_dir(target.parent().unwrap_or(Path::new("/"))).map_err(&failed)? {
        let entry = entry.map_err(&failed)?;
        let name = entry.file_name();
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let numbered = |rest: &[u8]| {
            rest.first() == Some(&b'.') && rest.len() > 1 && rest[1..].iter().all(u8::is_ascii_digit)
        };
        if rest.is_some_and(|rest| rest.is_empty() || numbered(rest)) {
            let meta = entry.metadata().map_err(&failed)?;
            found.push(((meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()), entry.path()));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// Returns the names that a backup may have, in the order in which they are tried.
pub(super) fn names(target: &Path, suffix: &OsStr) -> impl Iterator<Item = PathBuf> {
    let mut first = target.as_os_str().to_owned();
    first.push(suffix);
    (0_u32..100_000).map(move |number| {
        let mut name = first.clone();
        if number > 0 {
            name.push(format!(".{number}"));
        }
        PathBuf::from(name)
    })
}

/// Renames the displaced file to the first backup name that is free. Returns that name.
pub(super) fn keep(displaced: &Path, target: &Path, suffix: &OsStr) -> io::Result<PathBuf> {
    for name in names(target, suffix) {
        match renameat_with(CWD, displaced, CWD, &name, RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(name),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
