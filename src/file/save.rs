//! How a file is replaced: a new one is written beside it, the two change names, the old one goes. Killed at any point,
//! the old or the new file is whole in its place.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::backup::{keep, names as backup_names};
use super::leftover::{self, Then};
use super::{OnLoss, Save, Saved, VmxFile, metadata};
use crate::error::{Cause, Error};

/// A new file, written beside the one that it will replace. Dropped, it is gone.
#[derive(Debug)]
#[must_use = "a new file that is not put in place is removed"]
pub struct Prepared {
    file: VmxFile,
    /// The file's own place, behind any symlink.
    target: PathBuf,
    new: New,
    /// The name under which the two files change places.
    name: PathBuf,
    folder: File,
    save: Save,
    strays: Vec<PathBuf>,
}

/// A new file in its place, which may not be on disk yet.
#[derive(Debug)]
#[must_use = "a new file that is not synced may not survive a power cut"]
pub struct Placed {
    folder: File,
    /// What the save left beside the file.
    pub saved: Saved,
}

impl VmxFile {
    pub(super) fn prepared(mut self, content: &[u8], save: &Save) -> Result<Prepared, Cause> {
        self.check_writable()?;
        self.check_hard_links(save)?;
        let target = match self.target.take() {
            Some(target) => target,
            None => self.given.canonicalize().map_err(|error| Cause::io("open", error))?,
        };
        let folder = File::open(target.parent().unwrap_or(Path::new("/")))
            .map_err(|error| Cause::io("open the directory", error))?;
        let strays = leftover::sweep(&target, &folder)?;
        let mut new = New::beside(&target)?;
        new.file.write_all(content).map_err(written)?;
        metadata::copy(&self.opened, &self.meta, &new.file, save.metadata)?;
        let then = if save.backup.is_some() { Then::Kept } else { Then::Removed };
        let name = leftover::displaced(&target, &self.bytes, content, then);
        Ok(Prepared { file: self, target, new, name, folder, save: save.clone(), strays })
    }
}

impl Prepared {
    /// The new file's content and metadata reach the disk.
    ///
    /// # Errors
    /// [`Cause::Io`]: nothing is changed and nothing left.
    pub fn sync(&self) -> Result<(), Cause> {
        self.new.file.sync_all().map_err(written)
    }

    /// The file system that it is on.
    ///
    /// # Errors
    /// The system's, where it gives no more file descriptors.
    pub fn file_system(&self) -> io::Result<FileSystem> {
        Ok(FileSystem { device: self.file.meta.dev(), folder: self.folder.try_clone()? })
    }

    /// The new file takes the name, once its content is on disk. `stopped` is asked last.
    ///
    /// # Errors
    /// As [`VmxFile::replace`].
    pub fn put_in_place(self, stopped: &dyn Fn() -> bool) -> Result<Placed, Error> {
        let given = self.file.given.clone();
        self.placed(stopped).map_err(|cause| cause.at(given))
    }

    pub(super) fn placed(mut self, stopped: &dyn Fn() -> bool) -> Result<Placed, Cause> {
        self.new.announce(&self.name)?;
        if stopped() {
            return Err(Cause::Stopped);
        }
        let backup = self.exchange()?.map(|backup| self.file.as_given(&backup));
        Ok(Placed { folder: self.folder, saved: Saved { backup, strays: self.strays } })
    }
}

impl Placed {
    /// The file's name reaches the disk.
    ///
    /// # Errors
    /// [`Cause::NotConfirmed`]: the new file is in place all the same.
    pub fn sync(&self) -> Result<(), Cause> {
        // Some file systems have no sync of folders; on those a save is as durable as they make it.
        let synced = match rustix::fs::fsync(&self.folder) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(()),
            Err(Errno::INTR) => self.folder.sync_all(),
            other => other.map_err(io::Error::from),
        };
        synced.map_err(Cause::NotConfirmed)
    }
}

/// A file system, to be synced once for many files.
#[derive(Debug)]
pub struct FileSystem {
    device: u64,
    folder: File,
}

impl FileSystem {
    /// Whether that file is on it.
    pub fn holds(&self, prepared: &Prepared) -> bool {
        self.device == prepared.file.meta.dev()
    }

    /// Everything that was written to it reaches the disk.
    ///
    /// # Errors
    /// The system's.
    pub fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.folder)?)
    }
}

fn written(error: io::Error) -> Cause {
    Cause::io("write the new file", error)
}

fn looked(error: io::Error) -> Cause {
    Cause::io("look whether another program saved it meanwhile", error)
}

impl Prepared {
    /// The new file gets the name, and what had it until then the new file's: if that is not what was read, they change
    /// back. Where the file system cannot exchange names, a last look and a plain rename.
    fn exchange(&mut self) -> Result<Option<PathBuf>, Cause> {
        match swap(&self.new.path, &self.target) {
            Ok(()) => match self.file.is_what_was_read(&self.new.path) {
                Ok(true) => self.keep_or_remove(),
                Ok(false) => Err(self.give_back()),
                Err(error) => Err(match self.give_back() {
                    Cause::Changed => looked(error),
                    displaced => displaced,
                }),
            },
            Err(Errno::NOENT) => Err(Cause::Changed),
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => self.rename(),
            Err(error) => Err(Cause::io("put the new file in place", error.into())),
        }
    }

    fn keep_or_remove(&mut self) -> Result<Option<PathBuf>, Cause> {
        self.new.in_place = true;
        let kept = match &self.save.backup {
            Some(suffix) => keep(&self.new.path, &self.target, suffix).map(Some),
            None => fs::remove_file(&self.new.path).map(|()| None),
        };
        kept.map_err(Cause::NotConfirmed)
    }

    /// Another program saved the file since it was read: its version goes back to its place.
    fn give_back(&mut self) -> Cause {
        let Self { new, target, .. } = self;
        let mine = new.file.metadata().map(|meta| (meta.dev(), meta.ino()));
        let is_mine = |path: &Path| {
            fs::symlink_metadata(path)
                .is_ok_and(|meta| mine.as_ref().is_ok_and(|mine| *mine == (meta.dev(), meta.ino())))
        };
        if swap(&new.path, target).is_ok() && is_mine(&new.path) {
            return Cause::Changed;
        }
        // It saved once more in between: that version is the one that stays.
        if !is_mine(target) {
            let _ = swap(&new.path, target);
        }
        new.in_place = true;
        if is_mine(&new.path) {
            new.in_place = false;
            return Cause::Changed;
        }
        Cause::Displaced { kept: new.path.clone() }
    }

    fn rename(&mut self) -> Result<Option<PathBuf>, Cause> {
        if !self.file.is_what_was_read(&self.target).map_err(looked)? {
            return Err(Cause::Changed);
        }
        let kept = match &self.save.backup {
            Some(suffix) => Some(self.copy_old(suffix)?),
            None => None,
        };
        match fs::rename(&self.new.path, &self.target) {
            Ok(()) => {
                self.new.in_place = true;
                Ok(kept)
            }
            Err(error) => {
                kept.map(fs::remove_file);
                Err(Cause::io("put the new file in place", error))
            }
        }
    }

    fn copy_old(&self, suffix: &OsStr) -> Result<PathBuf, Cause> {
        let failed = |error| Cause::folder("make the backup", error);
        for name in backup_names(&self.target, suffix) {
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&name) {
                Ok(mut copy) => {
                    let done = copy
                        .write_all(&self.file.bytes)
                        .map_err(failed)
                        .and_then(|()| {
                            metadata::copy(&self.file.opened, &self.file.meta, &copy, OnLoss::Accept)
                        })
                        .and_then(|()| copy.sync_all().map_err(failed));
                    return done.map(|()| name.clone()).inspect_err(|_| drop(fs::remove_file(&name)));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }
}

/// A new file on its way. It goes again unless it takes its place.
#[derive(Debug)]
struct New {
    path: PathBuf,
    file: File,
    in_place: bool,
}

impl New {
    fn beside(target: &Path) -> Result<Self, Cause> {
        let failed = |error| Cause::folder("make a temporary file beside it", error);
        for path in leftover::new_names(target) {
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => return Ok(Self { path, file, in_place: false }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }

    /// Takes the name that tells the next run what it will find here if this one is killed.
    fn announce(&mut self, name: &Path) -> Result<(), Cause> {
        fs::rename(&self.path, name).map_err(|error| Cause::folder("name the new file", error))?;
        name.clone_into(&mut self.path);
        Ok(())
    }
}

impl Drop for New {
    fn drop(&mut self) {
        if !self.in_place {
            // What cannot be removed now is recognised by the next run.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn swap(a: &Path, b: &Path) -> Result<(), Errno> {
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)
}
