//! The backups of a file, as the user names them.

use std::ffi::OsStr;
use std::path::Path;

use vmxedit::document::Dialect;
use vmxedit::file::{self, Backup};
use vmxedit::host::{self, Folder, Place};
use vmxedit::transaction;

use crate::config;
use crate::error::{ProgramError, at_path};
use crate::input::Input;

/// Returns the backups of a file with the usual suffix, the newest first.
pub(super) fn numbered(file: &Place) -> anyhow::Result<Vec<Backup>> {
    let mut backups = file::backups(file, config::current().suffix().as_ref())?;
    backups.reverse();
    Ok(backups)
}

/// How many bytes of files that may be backups are read, to see whether they are: another user may own the folder.
const MAX_EXAMINED: u64 = 256 << 20;

/// Returns the files next to a file that may be backups with another suffix, the newest of each suffix first: they have
/// its name in front, and its format.
pub(super) fn others(file: &Place, dialect: Dialect) -> anyhow::Result<Vec<Backup>> {
    let mut found = file::possible_backups(file)?;
    found.retain(|backup| backup.suffix != config::current().suffix());
    found.sort_by(|one, other| (&one.suffix, other.number).cmp(&(&other.suffix, one.number)));
    let mut left = MAX_EXAMINED;
    found.retain(|backup| {
        let Some(rest) = left.checked_sub(backup.stat.len) else { return false };
        left = rest;
        let content = file::read_backup(&backup.place, file).ok();
        content.is_some_and(|bytes| transaction::parse(bytes, dialect).is_ok())
    });
    Ok(found)
}

/// Returns the newest backup of a file.
///
/// # Errors
/// [`ProgramError::NoBackup`], which names files with other suffixes.
pub(super) fn newest(file: &Place, dialect: Dialect) -> anyhow::Result<Backup> {
    let newest = numbered(file)?.into_iter().next();
    newest.map_or_else(|| Err(none(file, dialect)), Ok)
}

/// Returns the error that a file has no backup.
pub(super) fn none(file: &Place, dialect: Dialect) -> anyhow::Error {
    let others = others(file, dialect).unwrap_or_default();
    let suffix = others.first().map(|other| {
        let mut suffix = other.suffix.clone();
        if other.number > 0 {
            suffix.push(format!(".{}", other.number));
        }
        suffix
    });
    let others = others.iter().map(|other| other.place.path().to_owned()).collect();
    let mut name = file.path().as_os_str().to_owned();
    name.push(config::current().suffix());
    at_path(ProgramError::NoBackup { name: name.into(), others, suffix }, file.path())
}

/// Returns the backup with this name: the number of a backup or what follows the name of `file`, else a path, else the name
/// of a file next to `file`.
///
/// # Errors
/// [`ProgramError::NoSuchBackup`].
pub(super) fn named(file: &Place, name: &OsStr) -> anyhow::Result<Input> {
    let path = Path::new(name);
    let is_plain = path.file_name() == Some(name);
    let usable = |candidate: &Place| file::read_backup(candidate, file).is_ok();
    // Before a file in the current directory, where another user may have put one with such a name.
    if is_plain {
        let mut suffixed = file.name().to_owned();
        suffixed.push(name);
        let mut candidates = with_number(file, name)?.into_iter().chain([file.neighbor(&suffixed)]);
        if let Some(found) = candidates.find(usable) {
            return Ok(Input::Listed(found));
        }
    }
    // A pipe of the caller as well. What is next to the file may be another user's.
    if path.exists() && !path.is_dir() && !(is_plain && is_current(file.folder())) {
        return Ok(Input::Path(path.to_owned()));
    }
    let neighbor = is_plain.then(|| file.neighbor(name)).filter(usable);
    neighbor
        .map(Input::Listed)
        .ok_or_else(|| at_path(ProgramError::NoSuchBackup { name: path.to_owned() }, file.path()))
}

/// Returns whether a folder is the current directory.
fn is_current(folder: &Folder) -> bool {
    let current = host::stat(Path::new("."));
    current.is_ok_and(|current| folder.stat().is_ok_and(|folder| folder.is_same_file(&current)))
}

/// Returns the backup whose number this is.
fn with_number(file: &Place, text: &OsStr) -> anyhow::Result<Option<Place>> {
    let Some(number) = number(text) else { return Ok(None) };
    let found = numbered(file)?.into_iter().find(|backup| backup.number == number);
    Ok(found.map(|backup| backup.place))
}

fn number(name: &OsStr) -> Option<u32> {
    name.to_str()?.parse().ok()
}
