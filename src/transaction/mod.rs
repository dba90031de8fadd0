//! The safe edit of a file on disk: computed without a lock, locked, checked, written next to the file and put in its place.
//!
//! [`Vm`] is the short way:
//!
//! ```no_run
//! vmxedit::Vm::open("mac.vmx")?.set("memsize", "4096")?.save()?;
//! # Ok::<(), vmxedit::Error>(())
//! ```
//!
//! A program that waits, reports or edits many files at once takes the same steps one by one. Each state is a handle that
//! the next step consumes:
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

mod options;
mod preview;
mod vm;
mod wait;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use self::preview::read_file;
use crate::document::Document;
use crate::error::{Cause, Error};
use crate::file::{FileSystem, Placed, Prepared, VmxFile};
use crate::vm::host::Host;
use crate::vm::lock::{Asked, Lock};
use crate::vm::place::Place;
use crate::vm::power::{Power, PowerState};

pub use self::options::{Durability, Options, PowerCheck, Wait};
pub use self::preview::{Content, Plan, Planner, Preview, parse, read};
pub use self::vm::{File, Vm};
pub use self::wait::{PEER_TIMEOUT, Patience};

/// Takes VMware's lock on the file at `path`. Another process of vmxedit is waited for up to `peer_timeout`; the lock
/// of any other process blocks at once. With [`PowerCheck::Override`] a lock that is held is left alone and the edit goes on
/// without.
///
/// # Errors
/// [`Cause::Blocked`] when another process holds the lock, with everything that is known of the VM's power state; other errors
/// when the lock cannot be taken, or the edit was interrupted.
pub fn begin(path: &Path, options: &Options, peer_timeout: Duration) -> Result<Locked, Error> {
    let place = Place::of(path);
    let stopped = || options.interrupt.load(Ordering::Relaxed);
    let asked = Lock::take(&place.names, peer_timeout, &stopped);
    let lock = match asked.map_err(|cause| cause.at(path))? {
        Asked::Taken(lock) => Some(lock),
        Asked::Held(_) if options.power == PowerCheck::Override => None,
        Asked::Held(holder) => {
            let (_, before) = read_file(path, options)?;
            let power = Power::of(path, &before, &Host::default());
            return Err(Cause::Blocked(Box::new(power.or_held(&holder))).at(path));
        }
    };
    Ok(Locked { path: path.to_owned(), place, lock })
}

/// A file whose lock this process holds. Dropping it releases the lock.
#[derive(Debug)]
#[must_use = "dropping it releases the lock"]
pub struct Locked {
    path: PathBuf,
    place: Place,
    /// `None` when another process holds it and that is overridden.
    lock: Option<Lock>,
}

impl Locked {
    /// Checks that the file can be replaced now and that the VM is off, for a caller that is about to do something long, such
    /// as opening an editor.
    ///
    /// # Errors
    /// The file cannot be read, parsed or replaced; [`Cause::Blocked`].
    pub fn ensure_editable(&self, options: &Options) -> Result<Document, Error> {
        let (file, document) = read_file(&self.path, options)?;
        file.check(&options.save_options())?;
        self.assess(&document, options, &Host::default())?;
        Ok(document)
    }

    /// Reads the file again, computes the edit again unless `preview` still holds, checks the power state and writes the new
    /// file next to the old one. `host` must not have been asked anything before the lock was taken.
    ///
    /// # Errors
    /// Those of reading, parsing, of the planner and of writing the new file; [`Cause::Blocked`]. The file on disk is as it was.
    pub fn stage<T, E: From<Error>>(
        self,
        preview: Option<Preview<T>>,
        options: &Options,
        planner: &Planner<'_, T, E>,
        host: &Host,
    ) -> Result<Staged<T>, E> {
        let file = VmxFile::read(&self.path)?.known_as(&self.place.target);
        let preview = match preview {
            Some(preview) if preview.holds_for(&file) => preview,
            _ => Preview::of_opened(&file, options, planner)?,
        };
        if !preview.is_changed() {
            return Ok(Staged { lock: self.lock, new_file: None, preview, power: None });
        }
        let power = self.assess(&preview.before, options, host)?;
        let new_file = file.prepare(preview.bytes(), &options.save_options())?;
        Ok(Staged { lock: self.lock, new_file: Some(new_file), preview, power: Some(power) })
    }

    fn assess(&self, document: &Document, options: &Options, host: &Host) -> Result<Power, Error> {
        let power = match &self.lock {
            Some(lock) => Power::under_lock(lock, &self.place, document, host),
            None => Power::of(&self.path, document, host),
        };
        match (power.state, options.power) {
            (PowerState::Off, _) | (_, PowerCheck::Override) => Ok(power),
            (_, PowerCheck::Require) => Err(Cause::Blocked(Box::new(power)).at(&self.path)),
        }
    }
}

/// An edit whose new file is written next to the old one. Dropping it removes the new file and releases the lock.
#[derive(Debug)]
#[must_use = "dropping it removes the new file"]
pub struct Staged<T = ()> {
    lock: Option<Lock>,
    /// `None` when the file needs no change.
    new_file: Option<Prepared>,
    preview: Preview<T>,
    power: Option<Power>,
}

impl<T> Staged<T> {
    /// The file system of the new file, for a caller that syncs many files at once; `None` when nothing was written.
    ///
    /// # Errors
    /// The process has no file descriptor left.
    pub fn file_system(&self) -> Option<std::io::Result<FileSystem>> {
        self.new_file.as_ref().map(Prepared::file_system)
    }

    /// Whether the new file is on `file_system`.
    pub fn is_on(&self, file_system: &FileSystem) -> bool {
        self.new_file.as_ref().is_some_and(|new_file| file_system.holds(new_file))
    }

    /// The edit that is staged.
    pub fn preview(&self) -> &Preview<T> {
        &self.preview
    }

    /// Whether a new file was written. If not, the file needs no change.
    pub fn has_new_file(&self) -> bool {
        self.new_file.is_some()
    }

    /// Puts the new file in the place of the old one and releases the lock.
    ///
    /// # Errors
    /// The file was saved by another process in the meantime, or the system refused: the file on disk is as that process or
    /// this one found it. [`Cause::NotConfirmed`]: the new file is in place and may not be on disk.
    pub fn commit(self, durability: Durability, interrupt: &AtomicBool) -> Result<Committed<T>, Error> {
        let Self { lock, new_file, preview, power } = self;
        let at = |cause: Cause| cause.at(preview.path());
        let mut saved = crate::file::Saved::default();
        if let Some(new_file) = new_file {
            if durability == Durability::Immediate {
                new_file.sync().map_err(at)?;
            }
            let placed = new_file.put_in_place(&|| interrupt.load(Ordering::Relaxed))?;
            if durability == Durability::Immediate {
                Placed::sync(&placed).map_err(at)?;
            }
            saved = placed.saved;
        }
        if let Some(lock) = lock {
            lock.release().map_err(at)?;
        }
        Ok(Committed { preview, backup: saved.backup, conflicting_copies: saved.strays, power })
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
    /// The power state that the edit relied on or, with [`PowerCheck::Override`], passed over; `None` when nothing changed.
    pub power: Option<Power>,
}
