//! Names, creates and finds backups of a file. An existing backup is never overwritten.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use super::{FindError, OpenError, Original, SaveError};
use crate::host::{self, FileKind, Folder, Place, Stat};

/// Returns the backups of a file with the suffix `.bak`, the newest last. They are sorted by modification time: content
/// that was written later was replaced later. A link or anything else that is not a regular file is none, nor is a file
/// of another owner or with hard links: another user may have put it there.
///
/// # Errors
/// [`OpenError::Io`] where the folder cannot be read.
pub fn backups(place: &Place) -> Result<Vec<Place>, FindError> {
    let failed = |error| OpenError::at(place.path())(OpenError::io("look for backups")(error));
    let folder = place.folder();
    let mut first = place.name().to_owned();
    first.push(".bak");
    let owner = folder.stat_of(place.name()).map_err(failed)?.owner;
    let mut found = Vec::new();
    for name in folder.names().map_err(failed)?.into_iter().filter(|name| is_numbered(name, &first)) {
        let stat = folder.stat_of(&name).map_err(failed)?;
        if is_backup(&stat, owner) {
            found.push((stat.modified, stat.changed, name));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, _, name)| place.neighbor(&name)).collect())
}

/// Returns whether this may be the backup of a file of `owner`.
fn is_backup(stat: &Stat, owner: u32) -> bool {
    stat.kind == FileKind::Regular && stat.links == 1 && stat.owner == owner
}

/// Reads a backup that [`backups`] found.
///
/// # Errors
/// [`FindError`]; also if it is not a backup of the file any more.
pub fn read_backup(backup: &Place, of: &Place) -> Result<Vec<u8>, FindError> {
    let failed = OpenError::at(backup.path());
    let owner = of.folder().stat_of(of.name()).map_err(OpenError::opening).map_err(&failed)?.owner;
    let original = Original::read(backup).map_err(&failed)?;
    if !is_backup(original.stat(), owner) {
        return Err(failed(OpenError::NotFound(io::ErrorKind::NotFound.into())));
    }
    Ok(original.bytes)
}

/// Returns whether `name` is `first`, or `first` with a dot and a number.
fn is_numbered(name: &OsStr, first: &OsStr) -> bool {
    let rest = name.as_encoded_bytes().strip_prefix(first.as_encoded_bytes());
    rest.is_some_and(|rest| match rest {
        [] => true,
        [b'.', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    })
}

/// Returns the names that a backup may have, in the order in which they are tried.
pub(super) fn names(target: &OsStr, suffix: &OsStr) -> impl Iterator<Item = OsString> {
    let mut first = target.to_owned();
    first.push(suffix);
    (0_u32..100_000).map(move |number| {
        let mut name = first.clone();
        if number > 0 {
            name.push(format!(".{number}"));
        }
        name
    })
}

/// Checks that there is a free name for a backup, and that it is not too long.
pub(super) fn check_name(place: &Place, suffix: &OsStr) -> Result<(), SaveError> {
    for name in names(place.name(), suffix) {
        let refused = |source| SaveError::BackupName { name: Path::new(&name).to_owned(), source };
        match place.folder().stat_of(&name) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(refused(error)),
        }
    }
    let name = place.name().into();
    Err(SaveError::BackupName { name, source: io::ErrorKind::AlreadyExists.into() })
}

/// Renames the displaced file to the first backup name that is free. Returns that name.
pub(super) fn keep(
    folder: &Folder,
    displaced: &OsStr,
    target: &OsStr,
    suffix: &OsStr,
) -> io::Result<OsString> {
    for name in names(target, suffix) {
        match rename_new(folder, displaced, &name) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn rename_new(folder: &Folder, from: &OsStr, to: &OsStr) -> io::Result<()> {
    match folder.rename_new(from, to) {
        // An empty file takes the name first, so that no backup is overwritten.
        Err(error) if host::is_unsupported_rename(&error) => {
            drop(folder.create_file(to, 0o600)?);
            folder.rename(from, to).inspect_err(|_| drop(folder.remove_file(to)))
        }
        done => done,
    }
}
