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

use std::path::PathBuf;
use std::time::Duration;

use self::error::at;
use self::preview::{read_original, read_place};
use crate::document::Document;
use crate::file::{FileSystem, LeftBehind, Original, Saved, StagedFile, Sweep};
use crate::host::{Host, ListedOnce, Place};
use crate::vm::lock::{Lock, LockError};
use crate::vm::power::{Power, PowerState};

pub use self::error::{Error, ErrorKind};
pub use self::options::{Durability, Options, PowerCheck, Wait};
pub use self::preview::{Content, Plan, Planner, Preview, Source, parse, read};
pub use self::session::{File, Vm};
pub use self::wait::{PEER_TIMEOUT, Patience};

/// Takes VMware's lock on the file. Another process of vmxedit is waited for up to `peer_timeout`; the lock of any other
/// process blocks at once. With [`PowerCheck::Override`] a lock that is held is left alone and the edit goes on without.
///
/// Nothing is created in a folder that is reached through a link of another user.
///
/// # Errors
/// [`ErrorKind::Link`]; [`ErrorKind::Blocked`] when another process holds the lock, with the power state of the VM as
/// `host` shows it; other errors when the lock cannot be taken, or the edit was interrupted.
pub fn begin(place: &Place, options: &Options, peer_timeout: Duration, host: &Host) -> Result<Locked, Error> {
    place.check_links(place.resolved_stat()).map_err(at(place.path()))?;
    let lock = match Lock::acquire(place, peer_timeout, &options.interrupt) {
        Ok(lock) => Some(lock),
        Err(LockError::HeldBy(_)) if options.power == PowerCheck::Override => None,
        Err(LockError::HeldBy(holder)) => {
            let (_, before) = read_place(place, options)?;
            let power = Power::assess(place, &before, host);
            return Err(ErrorKind::Blocked(Box::new(power.with_holder(&holder, place))).at(place.path()));
        }
        Err(error) => return Err(ErrorKind::from(error).at(place.path())),
    };
    Ok(Locked { place: place.clone(), options: options.clone(), lock })
}

/// A file whose lock this process holds, unless another process holds it and that is overridden. Dropping it releases
/// the lock.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::transaction::{self, Options, Plan, Source};
/// use vmxedit::{Document, Edit, Error, Key, file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let (place, options, host) = (file::find(&path)?, Options::default(), Host::default());
/// let set = Edit::Set { key: Key::parse("memsize")?, value: "4096".into() };
/// let plan = |_: &Document, _: &Source<'_>| Ok::<_, Error>(Plan::<()>::of_edits(vec![set.clone()]));
/// let locked = transaction::begin(&place, &options, transaction::PEER_TIMEOUT, &host)?;
///
/// let staged = locked.stage(None, &plan, &host)?;
/// assert!(staged.has_new_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "dropping it releases the lock"]
pub struct Locked {
    place: Place,
    options: Options,
    /// `None` when another process holds it and that is overridden.
    lock: Option<Lock>,
}

impl Locked {
    /// Checks that the file can be replaced now and that the VM is off, for a caller that is about to do something
    /// long, such as opening an editor.
    ///
    /// # Errors
    /// The file cannot be read, parsed or replaced; [`ErrorKind::Link`]; [`ErrorKind::Blocked`].
    pub fn ensure_editable(&self, host: &Host) -> Result<Document, Error> {
        let (original, document) = read_place(&self.place, &self.options)?;
        self.check_links(&original)?;
        original.check(&self.options.save_options()).map_err(at(self.place.path()))?;
        self.ensure_off(&self.list(), &document, host)?;
        Ok(document)
    }

    /// Reads the file again unless it is as `preview` read it, computes the edit again unless `preview` still holds,
    /// checks the power state and writes the new file next to the old one. Nothing may have been read of `host` before
    /// the lock was taken: older evidence is worthless.
    ///
    /// # Errors
    /// Those of reading, parsing, of the planner and of writing the new file; [`ErrorKind::Link`];
    /// [`ErrorKind::Blocked`]. The file on disk is as it was.
    pub fn stage<T, E: From<Error>>(
        self,
        preview: Option<Preview<T>>,
        planner: &Planner<'_, T, E>,
        host: &Host,
    ) -> Result<Staged<T>, E> {
        let (preview, original) = self.current_preview(preview, planner)?;
        let (mut new_file, mut power) = (None, None);
        if preview.is_changed() {
            self.check_links(&original)?;
            let listed = self.list();
            power = Some(self.ensure_off(&listed, &preview.before, host)?);
            let is_exclusive = self.lock.as_ref().is_some_and(Lock::is_exclusive);
            let sweep = if is_exclusive { Sweep::Leftovers(&listed) } else { Sweep::Nothing };
            let staged = original.stage(preview.bytes(), &preview.save_options(&self.options), &sweep);
            new_file = Some(staged.map_err(at(self.place.path()))?);
        }
        let Self { place, options, lock } = self;
        Ok(Staged { new_file, lock, place, options, preview, power })
    }

    /// Returns `preview` if it still holds, or a new one, and the file as it is now.
    fn current_preview<T, E: From<Error>>(
        &self,
        preview: Option<Preview<T>>,
        planner: &Planner<'_, T, E>,
    ) -> Result<(Preview<T>, Original), E> {
        if let Some(mut preview) = preview
            && preview.depends_only_on_content()
            && let Some(mut original) = preview.original.take()
        {
            if original.looks_unchanged() {
                return Ok((preview, original));
            }
            let current = read_original(&self.place)?;
            if current.bytes() == original.bytes() {
                return Ok((preview, current));
            }
        }
        let mut preview = Preview::of_place(&self.place, &self.options, planner)?;
        let original = preview.original.take().expect("it was computed from a file");
        Ok((preview, original))
    }

    /// Returns a view of the folder that lists it once.
    fn list(&self) -> ListedOnce<'_> {
        ListedOnce::new(&**self.place.folder())
    }

    fn check_links(&self, original: &Original) -> Result<(), Error> {
        self.place.check_links(Some(original.stat())).map_err(at(self.place.path()))
    }

    /// Refuses a VM that is not known to be off, unless that is overridden.
    fn ensure_off(&self, folder: &ListedOnce<'_>, document: &Document, host: &Host) -> Result<Power, Error> {
        let power = match &self.lock {
            Some(lock) => Power::assess_locked(lock, &self.place, folder, document, host),
            None => Power::assess(&self.place, document, host),
        };
        match (power.state, self.options.power) {
            (PowerState::Off, _) | (_, PowerCheck::Override) => Ok(power),
            (_, PowerCheck::Require) => Err(ErrorKind::Blocked(Box::new(power)).at(self.place.path())),
        }
    }
}

/// An edit whose new file is written next to the old one. Dropping it removes the new file and releases the lock.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::transaction::{self, Options, Plan, Source};
/// use vmxedit::{Document, Edit, Error, Key, file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let (place, options, host) = (file::find(&path)?, Options::default(), Host::default());
/// let set = Edit::Set { key: Key::parse("memsize")?, value: "4096".into() };
/// let plan = |_: &Document, _: &Source<'_>| Ok::<_, Error>(Plan::<()>::of_edits(vec![set.clone()]));
/// let locked = transaction::begin(&place, &options, transaction::PEER_TIMEOUT, &host)?;
///
/// let staged = locked.stage(None, &plan, &host)?;
/// assert_eq!(staged.preview().changes.len(), 1);
/// staged.commit()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "dropping it removes the new file"]
pub struct Staged<T = ()> {
    /// `None` when the file needs no change. Before the lock, so that it is removed under the lock.
    new_file: Option<StagedFile>,
    lock: Option<Lock>,
    place: Place,
    options: Options,
    preview: Preview<T>,
    power: Option<Power>,
}

impl<T> Staged<T> {
    /// The file system of the new file, for a caller that syncs many files at once; `None` when nothing was written.
    pub fn file_system(&self) -> Option<FileSystem> {
        self.new_file.as_ref().map(StagedFile::file_system)
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
    /// this one found it. What fails once the new file is in place is in [`Committed::incomplete`].
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
        let Self { new_file, lock, place, options, preview, power } = self;
        let path = place.path().to_owned();
        let failed = at(&path);
        let mut saved = Saved::default();
        let mut incomplete = None;
        if let Some(new_file) = new_file {
            if durability == Durability::Immediate {
                new_file.sync().map_err(&failed)?;
            }
            let committed = new_file.commit(&options.interrupt).map_err(&failed)?;
            let synced = match durability {
                Durability::Immediate => committed.sync().err(),
                Durability::Deferred => None,
            };
            incomplete = committed.incomplete.or(synced).map(failed);
            saved = committed.saved;
        }
        let mut unlocked_link = None;
        if let Some(lock) = lock {
            unlocked_link = lock.unlocked_link().map(ToOwned::to_owned);
            let released = lock.release().err();
            incomplete = incomplete.or(released.map(at(&path)));
        }
        let Saved { backup, left_behind } = saved;
        let backup = backup.or_else(|| preview.existing_backup(&options).map(ToOwned::to_owned));
        Ok(Committed { preview, place, backup, left_behind, unlocked_link, power, incomplete })
    }
}

/// An edit that is in place, or that turned out to change nothing.
///
/// ```
/// use vmxedit::Vm;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let committed = Vm::open(&path)?.set("memsize", "4096")?.save()?;
/// assert_eq!(committed.preview.after.to_bytes(), std::fs::read(&path)?);
/// assert!(committed.incomplete.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Committed<T = ()> {
    /// What was changed.
    pub preview: Preview<T>,
    /// Where the file is.
    pub place: Place,
    /// The backup with the old content, when that was to be kept.
    pub backup: Option<PathBuf>,
    /// What earlier edits that were killed left in the folder.
    pub left_behind: LeftBehind,
    /// The link that the path named, when its lock was not taken: its folder cannot be written. Only a process that opens
    /// the file by that link would lock it there.
    pub unlocked_link: Option<PathBuf>,
    /// The power state that the edit relied on or, with [`PowerCheck::Override`], passed over; `None` when nothing
    /// changed.
    pub power: Option<Power>,
    /// What failed after the new file was in place, such as the last sync. The file has its new content all the same.
    pub incomplete: Option<Error>,
}
