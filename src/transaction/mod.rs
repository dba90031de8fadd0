//! The safe edit of a file on disk: computed without a lock, locked, checked, written next to the file and put in its
//! place.
//!
//! [`Vm`] is the short way:
//!
//! ```no_run
//! vmxedit::Vm::open("mac.vmx")?.set("memsize", "4096")?.save()?;
//! # Ok::<(), vmxedit::Error>(())
//! ```
//!
//! A program that waits, reports or edits many files at once takes the same steps one by one. Each state is a handle
//! that the next step consumes:
//!
//! ```text
//! Preview::of_file   reads the file and computes the edit, without a lock
//! begin              takes VMware's lock                                      -> Locked
//! Locked::stage      reads again, computes again if the file changed, checks
//!                    the power state, writes the new file next to the old     -> Staged
//! Staged::commit     syncs, exchanges the two files, verifies what was
//!                    replaced, removes or keeps it, syncs, releases the lock  -> Committed
//! ```
//!
//! Dropping a handle undoes its step: the new file is removed, the lock is released, and the file on disk is as it was.

mod error;
mod options;
mod preview;
mod session;
mod wait;

use std::path::{Path, PathBuf};
use std::time::Duration;

use self::error::at;
use self::preview::read_file;
use crate::document::Document;
use crate::file::{FileSystem, Saved, StagedFile, VmxFile};
use crate::host::Host;
use crate::vm::location::FileLocation;
use crate::vm::lock::{Lock, LockError};
use crate::vm::power::{Power, PowerState};

pub use self::error::{Error, ErrorKind};
pub use self::options::{Durability, Options, PowerCheck, Wait};
pub use self::preview::{Content, Plan, Planner, Preview, parse, read};
pub use self::session::{File, Vm};
pub use self::wait::{PEER_TIMEOUT, Patience};

/// Takes VMware's lock on the file at `path`. Another process of vmxedit is waited for up to `peer_timeout`; the lock
/// of any other process blocks at once. With [`PowerCheck::Override`] a lock that is held is left alone and the edit
/// goes on without.
///
/// # Errors
/// [`ErrorKind::Blocked`] when another process holds the lock, with the power state of the VM as `host` shows it; other
/// errors when the lock cannot be taken, or the edit was interrupted.
pub fn begin(path: &Path, options: &Options, peer_timeout: Duration, host: &Host) -> Result<Locked, Error> {
    let location = FileLocation::resolve(path);
    let lock = match Lock::acquire(&location.lock_paths, peer_timeout, &options.interrupt) {
        Ok(lock) => Some(lock),
        Err(LockError::HeldBy(_)) if options.power == PowerCheck::Override => None,
        Err(LockError::HeldBy(holder)) => {
            let (_, before) = read_file(path, options)?;
            let power = Power::assess(path, &before, host);
            return Err(ErrorKind::Blocked(Box::new(power.with_holder(&holder))).at(path));
        }
        Err(error) => return Err(ErrorKind::from(error).at(path)),
    };
    Ok(Locked { path: path.to_owned(), options: options.clone(), location, lock })
}

/// A file whose lock this process holds, unless another process holds it and that is overridden. Dropping it releases
/// the lock.
#[derive(Debug)]
#[must_use = "dropping it releases the lock"]
pub struct Locked {
    path: PathBuf,
    options: Options,
    location: FileLocation,
    /// `None` when another process holds it and that is overridden.
    lock: Option<Lock>,
}

impl Locked {
    /// Checks that the file can be replaced now and that the VM is off, for a caller that is about to do something
    /// long, such as opening an editor.
    ///
    /// # Errors
    /// The file cannot be read, parsed or replaced; [`ErrorKind::Blocked`].
    pub fn ensure_editable(&self, host: &Host) -> Result<Document, Error> {
        let (file, document) = read_file(&self.path, &self.options)?;
        file.check(&self.options.save_options()).map_err(at(&self.path))?;
        self.ensure_off(&document, host)?;
        Ok(document)
    }

    /// Reads the file again, computes the edit again unless `preview` still holds, checks the power state and writes
    /// the new file next to the old one. Nothing may have been read of `host` before the lock was taken: older evidence
    /// is worthless.
    ///
    /// # Errors
    /// Those of reading, parsing, of the planner and of writing the new file; [`ErrorKind::Blocked`]. The file on disk is as it was.
    pub fn stage<T, E: From<Error>>(
        self,
        preview: Option<Preview<T>>,
        planner: &Planner<'_, T, E>,
        host: &Host,
    ) -> Result<Staged<T>, E> {
        let file = VmxFile::read(&self.path).map_err(Error::from)?;
        let file = file.with_resolved_target(&self.location.target);
        let preview = match preview {
            Some(preview) if preview.holds_for(&file) => preview,
            _ => Preview::of_opened(&file, &self.options, planner)?,
        };
        if !preview.is_changed() {
            return Ok(Staged {
                lock: self.lock,
                options: self.options,
                new_file: None,
                preview,
                power: None,
            });
        }
        let power = self.ensure_off(&preview.before, host)?;
        let new_file = file.stage(preview.bytes(), &self.options.save_options()).map_err(at(&self.path))?;
        Ok(Staged {
            lock: self.lock,
            options: self.options,
            new_file: Some(new_file),
            preview,
            power: Some(power),
        })
    }

    /// Refuses a VM that is not known to be off, unless that is overridden.
    fn ensure_off(&self, document: &Document, host: &Host) -> Result<Power, Error> {
        let power = match &self.lock {
            Some(lock) => Power::assess_locked(lock, &self.location, document, host),
            None => Power::assess(&self.path, document, host),
        };
        match (power.state, self.options.power) {
            (PowerState::Off, _) | (_, PowerCheck::Override) => Ok(power),
            (_, PowerCheck::Require) => Err(ErrorKind::Blocked(Box::new(power)).at(&self.path)),
        }
    }
}

/// An edit whose new file is written next to the old one. Dropping it removes the new file and releases the lock.
#[derive(Debug)]
#[must_use = "dropping it removes the new file"]
pub struct Staged<T = ()> {
    lock: Option<Lock>,
    options: Options,
    /// `None` when the file needs no change.
    new_file: Option<StagedFile>,
    preview: Preview<T>,
    power: Option<Power>,
}

impl<T> Staged<T> {
    /// The file system of the new file, for a caller that syncs many files at once; `None` when nothing was written.
    ///
    /// # Errors
    /// The process has no file descriptor left.
    pub fn file_system(&self) -> Option<std::io::Result<FileSystem>> {
        self.new_file.as_ref().map(StagedFile::file_system)
    }

    /// Whether the new file is on `file_system`.
    pub fn is_on(&self, file_system: &FileSystem) -> bool {
        self.new_file.as_ref().is_some_and(|new_file| file_system.contains(new_file))
    }

    /// The edit that is staged.
    pub fn preview(&self) -> &Preview<T> {
        &self.preview
    }

    /// Whether a new file was written. If not, the file needs no change.
    pub fn has_new_file(&self) -> bool {
        self.new_file.is_some()
    }

    /// Puts the new file in the place of the old one, syncs it as the options say, and releases the lock.
    ///
    /// # Errors
    /// The file was saved by another process in the meantime, or the system refused: the file on disk is as that process or
    /// this one found it. [`SaveError::NotConfirmed`](crate::file::SaveError::NotConfirmed): the new file is in place and may not be on disk.
    pub fn commit(self) -> Result<Committed<T>, Error> {
        let durability = self.options.durability;
        self.commit_with(durability)
    }

    /// [`commit`](Self::commit) without syncing, for a caller that syncs the [`file_system`](Self::file_system) of many
    /// files before and after.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn commit_unsynced(self) -> Result<Committed<T>, Error> {
        self.commit_with(Durability::Deferred)
    }

    fn commit_with(self, durability: Durability) -> Result<Committed<T>, Error> {
        let Self { lock, options, new_file, preview, power } = self;
        let mut saved = Saved::default();
        if let Some(new_file) = new_file {
            if durability == Durability::Immediate {
                new_file.sync().map_err(at(preview.path()))?;
            }
            let committed = new_file.commit(&options.interrupt).map_err(at(preview.path()))?;
            if durability == Durability::Immediate {
                committed.sync().map_err(at(preview.path()))?;
            }
            saved = committed.saved;
        }
        if let Some(lock) = lock {
            lock.release().map_err(at(preview.path()))?;
        }
        let Saved { backup, conflicting_copies } = saved;
        Ok(Committed { preview, backup, conflicting_copies, power })
    }
}

/// An edit that is in place, or that turned out to change nothing.
#[derive(Debug)]
pub struct Committed<T = ()> {
    /// What was changed.
    pub preview: Preview<T>,
    /// The old file, when it was to be kept.
    pub backup: Option<PathBuf>,
    /// Versions of the file that other processes saved at the moment when an earlier edit was killed. They are kept.
    pub conflicting_copies: Vec<PathBuf>,
    /// The power state that the edit relied on or, with [`PowerCheck::Override`], passed over; `None` when nothing
    /// changed.
    pub power: Option<Power>,
}
