//! The backups of a file, as the user names them.

use std::ffi::OsStr;
use std::path::Path;

use vmxedit::document::Dialect;
use vmxedit::file::{self, Backup};
use vmxedit::host::Place;
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

/// Returns the files next to a file that may be backups with another suffix, the newest of each suffix first: they have
/// its name in front, and its format.
pub(super) fn others(file: &Place, dialect: Dialect) -> anyhow::Result<Vec<Backup>> {
    let is_backup = |backup: &Backup| {
        let content = || file::read_backup(&backup.place, file).ok();
        backup.suffix != config::current().suffix()
            && content().is_some_and(|bytes| transaction::parse(bytes, dialect).is_ok())
    };
    let mut found = file::possible_backups(file)?;
    found.sort_by(|one, other| (&one.suffix, other.number).cmp(&(&other.suffix, one.number)));
    found.retain(is_backup);
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
    let others = others.iter().map(|other| other.place.path().to_owned()).collect();
    let mut name = file.path().as_os_str().to_owned();
    name.push(config::current().suffix());
    at_path(ProgramError::NoBackup { name: name.into(), others }, file.path())
}

/// Returns the backup with this name: a path, else the name of a file next to `file`, what follows its name, or the
/// number of a backup.
///
/// # Errors
/// [`ProgramError::NoSuchBackup`].
pub(super) fn named(file: &Place, name: &OsStr) -> anyhow::Result<Input> {
    let path = Path::new(name);
    // A pipe of the caller as well.
    if path.exists() && !path.is_dir() {
        return Ok(Input::Path(path.to_owned()));
    }
    if path.file_name() == Some(name) {
        let mut suffixed = file.name().to_owned();
        suffixed.push(name);
        let numbered = number(name).map(|number| {
            file::backups(file, config::current().suffix().as_ref()).map(|found| (number, found))
        });
        let numbered = numbered.transpose()?.and_then(|(number, found)| {
            found.into_iter().find(|backup| backup.number == number).map(|backup| backup.place)
        });
        let candidates = [file.neighbor(name), file.neighbor(&suffixed)].into_iter().chain(numbered);
        let mut usable = candidates.filter(|candidate| file::read_backup(candidate, file).is_ok());
        if let Some(found) = usable.next() {
            return Ok(Input::Listed(found));
        }
    }
    Err(at_path(ProgramError::NoSuchBackup { name: path.to_owned() }, file.path()))
}

fn number(name: &OsStr) -> Option<u32> {
    name.to_str()?.parse().ok()
}
