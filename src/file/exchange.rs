//! Puts a new file in the place of an old one without losing what another process saves in that moment.
//!
//! The new file gets its swap name first. An exchange trades the files of the two names in one step, so that what was
//! displaced can be compared.
//!
//! | step | under the name | under the swap name | next |
//! | --- | --- | --- | --- |
//! | before | old | new | exchange |
//! | exchanged, the old file was displaced | new | old | delete it or make it the backup: saved |
//! | exchanged, another version was displaced | new | other | exchange back |
//! | exchanged back | other | new | delete the new file: `Changed` |
//! | exchanged back, the other process saved again in between | other | other 2 | exchange once more, so that its last version is in place: `Displaced` |
//! | exchanging back failed | new | other | leave both: `NotUndone` |
//!
//! A process that has the old file open for writing would go on writing to the displaced file: then, too, the two are
//! exchanged back.
//!
//! Where the file system cannot exchange names, a last comparison and a plain rename take the place of all this.

use std::ffi::{OsStr, OsString};
use std::io;
use std::sync::Arc;

use super::original::{Comparison, OldVersion};
use super::{SaveError, backup};
use crate::host::{self, Folder, NewFile, Stat, copy_metadata};

/// What a save did in the folder.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    /// The name of the old file.
    pub(super) backup: Option<OsString>,
    /// What failed after the new file was in place.
    pub(super) incomplete: Option<SaveError>,
}

/// Puts the file of the name `new`, whose metadata are `new_stat`, in the place of the old file.
pub(super) fn replace(
    old: &OldVersion,
    new_stat: &Stat,
    new: StagedName,
    backup: Option<&OsStr>,
) -> Result<Replaced, SaveError> {
    let (folder, target) = (old.place.folder(), old.place.name());
    match folder.exchange(&new.name, target) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(SaveError::Changed),
        Err(error) if host::is_unsupported_rename(&error) => return replace_by_rename(old, new, backup),
        Err(error) => return Err(placing(error)),
    }
    // Not removed any more when this fails: another process's version may be there.
    let swap_name = new.keep();
    let refusal = match old.compare(&swap_name) {
        Ok(Comparison::Unchanged) => return Ok(delete_or_back_up(old, &swap_name, backup)),
        Ok(Comparison::Changed) => SaveError::Changed,
        Ok(Comparison::BeingWritten) => SaveError::BeingWritten,
        Err(error) => comparing(error),
    };
    Err(match exchange_back(old, new_stat, &swap_name) {
        Ok(()) => refusal,
        Err(displaced) => displaced,
    })
}

/// Makes the displaced old file the backup, or deletes it.
fn delete_or_back_up(old: &OldVersion, displaced: &OsStr, backup: Option<&OsStr>) -> Replaced {
    let folder = old.place.folder();
    let done = match backup {
        Some(suffix) => backup::keep(folder, displaced, old.place.name(), suffix).map(Some),
        None => folder.remove_file(displaced).map(|()| None),
    };
    match done {
        Ok(backup) => Replaced { backup, incomplete: None },
        Err(source) => {
            let kept = old.place.sibling(displaced);
            Replaced { backup: None, incomplete: Some(SaveError::OldFileKept { kept, source }) }
        }
    }
}

/// Puts the version that was displaced back in its place, and deletes the new file.
///
/// # Errors
/// [`SaveError::Displaced`]; [`SaveError::NotUndone`].
fn exchange_back(old: &OldVersion, new_stat: &Stat, swap_name: &OsStr) -> Result<(), SaveError> {
    let (folder, target) = (old.place.folder(), old.place.name());
    let is_new = |name: &OsStr| folder.stat_of(name).is_ok_and(|stat| stat.is_same_file(new_stat));
    let is_back = folder.exchange(swap_name, target).is_ok() && is_new(swap_name);
    if !is_back && !is_new(target) {
        // The other process saved once more in between. Whether this worked shows below.
        let _ = folder.exchange(swap_name, target);
    }
    if is_back || is_new(swap_name) {
        // If this fails, the next save removes it.
        let _ = folder.remove_file(swap_name);
        return Ok(());
    }
    let kept = old.place.sibling(swap_name);
    Err(if is_new(target) { SaveError::NotUndone { kept } } else { SaveError::Displaced { kept } })
}

/// Replaces the file on a file system that cannot exchange names.
fn replace_by_rename(
    old: &OldVersion,
    new: StagedName,
    backup: Option<&OsStr>,
) -> Result<Replaced, SaveError> {
    let (folder, target) = (old.place.folder(), old.place.name());
    match old.compare(target).map_err(comparing)? {
        Comparison::Unchanged => {}
        Comparison::Changed => return Err(SaveError::Changed),
        Comparison::BeingWritten => return Err(SaveError::BeingWritten),
    }
    let backup = match backup {
        Some(suffix) => Some(copy_to_backup(old, suffix)?),
        None => None,
    };
    match folder.rename(&new.name, target) {
        Ok(()) => {
            new.keep();
            Ok(Replaced { backup, incomplete: None })
        }
        Err(error) => {
            // A copy of what is in place: nothing is lost where it stays.
            let _ = backup.map(|name| folder.remove_file(&name));
            Err(placing(error))
        }
    }
}

/// Copies the old file to a backup. What the copy cannot have of its metadata is left out: the old file is kept for its
/// content.
fn copy_to_backup(old: &OldVersion, suffix: &OsStr) -> Result<OsString, SaveError> {
    let failed = SaveError::folder("make the backup");
    let folder = old.place.folder();
    for name in backup::names(folder, old.place.name(), suffix) {
        match folder.create_file(&name, 0o600) {
            Ok(mut copy) => {
                let filled = fill_backup(old, &mut copy);
                drop(copy);
                return filled.map(|()| name.clone()).map_err(|error| {
                    let _ = folder.remove_file(&name);
                    failed(error)
                });
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Err(failed(io::ErrorKind::AlreadyExists.into()))
}

fn fill_backup(old: &OldVersion, copy: &mut NewFile) -> io::Result<()> {
    copy.write(&old.bytes)?;
    let source = old.place.open()?;
    copy_metadata(&source, &old.stat, copy, &copy.stat()?, &|_, _| Ok::<(), io::Error>(()))?;
    copy.sync()
}

/// The name of a new file that is not in place yet. Dropping it removes the file.
#[derive(Debug)]
pub(super) struct StagedName {
    folder: Arc<Folder>,
    name: OsString,
    is_kept: bool,
}

impl StagedName {
    pub(super) fn new(folder: &Arc<Folder>, name: OsString) -> Self {
        Self { folder: Arc::clone(folder), name, is_kept: false }
    }

    /// Gives the file its swap name. If this process is killed, the next save knows from that name what it finds.
    pub(super) fn rename(&mut self, swap_name: OsString) -> Result<(), SaveError> {
        self.folder.rename(&self.name, &swap_name).map_err(SaveError::folder("name the new file"))?;
        self.name = swap_name;
        Ok(())
    }

    /// Keeps the file. Returns its name.
    fn keep(mut self) -> OsString {
        self.is_kept = true;
        std::mem::take(&mut self.name)
    }
}

impl Drop for StagedName {
    fn drop(&mut self) {
        if !self.is_kept {
            // If this fails, the next save removes it.
            let _ = self.folder.remove_file(&self.name);
        }
    }
}

fn placing(source: io::Error) -> SaveError {
    SaveError::Io { action: "put the new file in place", source }
}

fn comparing(source: io::Error) -> SaveError {
    SaveError::Io { action: "check whether another process has saved it meanwhile", source }
}
