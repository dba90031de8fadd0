//! Backups of a file: how they are named, made and found again. An existing one is never overwritten.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::error::{Cause, Error};

/// The backups of a file, the newest last: content that was written later was displaced later.
///
/// # Errors
/// [`Cause::Io`] where the directory cannot be read.
pub fn backups(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let io = |error| Cause::io("look for backups", error).at(path);
    let target = path.canonicalize().map_err(io)?;
    let mut prefix = target.file_name().unwrap_or_default().to_owned();
    prefix.push(".bak");
    let mut found = Vec::new();
    for entry in fs::read_dir(target.parent().unwrap_or(Path::new("/"))).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name();
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let numbered = |rest: &[u8]| {
            rest.first() == Some(&b'.') && rest.len() > 1 && rest[1..].iter().all(u8::is_ascii_digit)
        };
        if rest.is_some_and(|rest| rest.is_empty() || numbered(rest)) {
            let meta = entry.metadata().map_err(io)?;
            found.push(((meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()), entry.path()));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

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

/// Gives the displaced file its name as a backup; an existing one is never overwritten.
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
