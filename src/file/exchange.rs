//! Puts a new file in the place of an old one without losing what another process saves in that moment.
//!
//! The new file gets its swap name first. `exchange` is `renameat2` with `RENAME_EXCHANGE`: the two names trade their
//! files in one step, so that what was displaced can be compared.
//!
//! | step | under the name | under the swap name | next |
//! | --- | --- | --- | --- |
//! | before | old | new | exchange |
//! | exchanged, the old file was displaced | new | old | delete it or make it the backup: saved |
//! | exchanged, another version was displaced | new | other | exchange back |
//! | exchanged back | other | new | delete the new file: `Changed` |
//! | exchanged back, the other process saved again in between | other | other 2 | exchange once more, so that its last version is in place: `Displaced` |
//! | exchanging back failed | new | other | leave both: `Displaced` |
//!
//! Where the file system cannot exchange names, a last comparison and a plain rename take the place of all this.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::{OnLoss, SaveError, VmxFile, backup, leftover, metadata};

/// The file that is replaced.
#[derive(Debug)]
pub(super) struct OldVersion {
    pub(super) read: VmxFile,
    /// The file's own path, behind any symlink.
    pub(super) target: PathBuf,
    /// The suffix of the backup.
    pub(super) backup: Option<OsString>,
}

/// Whose version of the file has a name.
#[derive(PartialEq, Eq)]
enum Version {
    /// The new file.
    New,
    /// The file of another process, or none.
    Other,
}

impl OldVersion {
    /// Puts `new` in the place of the old file. Returns the path of the backup.
    pub(super) fn replace_with(&self, new: NewFile) -> Result<Option<PathBuf>, SaveError> {
        match exchange(new.path(), &self.target) {
            Ok(()) => {}
            Err(Errno::NOENT) => return Err(SaveError::Changed),
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => return self.replace_by_rename(new),
            Err(error) => return Err(placing(error.into())),
        }
        // Not removed any more when this fails: another process's version may be there.
        let (new, swap_name) = new.persist();
        match self.read.is_unchanged_at(&swap_name) {
            Ok(true) => self.delete_or_back_up(&swap_name),
            Ok(false) => Err(self.exchange_back(&new, swap_name)),
            Err(error) => Err(match self.exchange_back(&new, swap_name) {
                SaveError::Changed => comparing(error),
                displaced => displaced,
            }),
        }
    }

    /// Makes the displaced old file the backup, or deletes it.
    fn delete_or_back_up(&self, displaced: &Path) -> Result<Option<PathBuf>, SaveError> {
        let done = match &self.backup {
            Some(suffix) => backup::keep(displaced, &self.target, suffix).map(Some),
            None => fs::remove_file(displaced).map(|()| None),
        };
        done.map_err(SaveError::NotConfirmed)
    }

    /// Puts the version that was displaced, another process's, back in its place, and deletes the new file.
    fn exchange_back(&self, new: &File, swap_name: PathBuf) -> SaveError {
        let identity = new.metadata().map(|meta| (meta.dev(), meta.ino()));
        let version_at = |path: &Path| match (fs::symlink_metadata(path), &identity) {
            (Ok(meta), Ok(identity)) if (meta.dev(), meta.ino()) == *identity => Version::New,
            _ => Version::Other,
        };
        let is_back = exchange(&swap_name, &self.target).is_ok() && version_at(&swap_name) == Version::New;
        if !is_back && version_at(&self.target) == Version::Other {
            // The other process saved once more in between. Whether this worked shows below.
            let _ = exchange(&swap_name, &self.target);
        }
        if is_back || version_at(&swap_name) == Version::New {
            // If this fails, the next save removes it.
            let _ = fs::remove_file(&swap_name);
            return SaveError::Changed;
        }
        SaveError::Displaced { kept: swap_name }
    }

    /// Replaces the file on a file system that cannot exchange names.
    fn replace_by_rename(&self, new: NewFile) -> Result<Option<PathBuf>, SaveError> {
        if !self.read.is_unchanged_at(&self.target).map_err(comparing)? {
            return Err(SaveError::Changed);
        }
        let backup = match &self.backup {
            Some(suffix) => Some(self.copy_to_backup(suffix)?),
            None => None,
        };
        match fs::rename(new.path(), &self.target) {
            Ok(()) => {
                new.persist();
                Ok(backup)
            }
            Err(error) => {
                // A copy of what is in place: nothing is lost where it stays.
                let _ = backup.map(fs::remove_file);
                Err(placing(error))
            }
        }
    }

    /// Copies the old file to a backup. What the copy cannot have of its metadata is left out: the old file is kept for
    /// its content.
    fn copy_to_backup(&self, suffix: &OsStr) -> Result<PathBuf, SaveError> {
        let failed = SaveError::folder("make the backup");
        for name in backup::names(&self.target, suffix) {
            match create_private(&name) {
                Ok(mut copy) => {
                    let done = copy
                        .write_all(&self.read.bytes)
                        .map_err(&failed)
                        .and_then(|()| {
                            metadata::copy(&self.read.file, &self.read.meta, &copy, OnLoss::Accept)
                        })
                        .and_then(|()| copy.sync_all().map_err(&failed));
                    return done.map(|()| name.clone()).inspect_err(|_| drop(fs::remove_file(&name)));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }
}

/// A new file that is not in place yet. Dropping it removes it.
#[derive(Debug)]
pub(super) struct NewFile {
    pub(super) file: File,
    path: RemovedOnDrop,
}

impl NewFile {
    /// Creates an empty file with mode 0600 in the folder of `target`.
    pub(super) fn create_for(target: &Path) -> Result<Self, SaveError> {
        let created = tempfile::Builder::new()
            .prefix(&leftover::prefix(target))
            .suffix(leftover::NEW_SUFFIX)
            .rand_bytes(leftover::RANDOM_LEN)
            .disable_cleanup(true)
            .make_in(target.parent().unwrap_or(Path::new("/")), create_private)
            .map_err(SaveError::folder("make a temporary file in its folder"))?;
        let (file, path) = created.into_parts();
        Ok(Self { file, path: RemovedOnDrop(path.to_path_buf()) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path.0
    }

    /// Gives the file its swap name. If this process is killed, the next save knows from that name what it finds.
    pub(super) fn rename(mut self, swap_name: PathBuf) -> Result<Self, SaveError> {
        fs::rename(self.path(), &swap_name).map_err(SaveError::folder("name the new file"))?;
        self.path.0 = swap_name;
        Ok(self)
    }

    /// Stops the removal of the file. Returns it with its last path.
    fn persist(self) -> (File, PathBuf) {
        let Self { file, mut path } = self;
        (file, std::mem::take(&mut path.0))
    }
}

/// The path of a file that is removed when this is dropped. An empty path removes nothing.
#[derive(Debug)]
struct RemovedOnDrop(PathBuf);

impl Drop for RemovedOnDrop {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            // If this fails, the next save removes it.
            let _ = fs::remove_file(&self.0);
        }
    }
}

fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn exchange(a: &Path, b: &Path) -> Result<(), Errno> {
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)
}

fn placing(source: io::Error) -> SaveError {
    SaveError::Io { action: "put the new file in place", source }
}

fn comparing(source: io::Error) -> SaveError {
    SaveError::Io { action: "check whether another process has saved it meanwhile", source }
}
