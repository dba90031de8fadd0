//! One attempt to edit one file, step by step: the lock, the second look, the VM's state, the new file beside the old
//! one, the change of places. A single file takes the steps one after the other, a batch takes each with all its files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use vmxedit::file::{CommittedFile, OnLoss, SaveError, SaveOptions, Saved, StagedFile, VmxFile};
use vmxedit::vm::host::Host;
use vmxedit::vm::location::FileLocation;
use vmxedit::vm::lock::{Lock, LockError};
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Document, Error};

use super::look::{Look, look_at, read};
use super::warnings::{hints, warnings};
use super::{Asked, Want, fresh_host};
use crate::cli::Editing;
use crate::signals;

/// What a step came to.
pub(super) enum Step<T> {
    Done(T),
    /// The VM is not off, or somebody holds its lock.
    NotOff(Power),
}

/// A file whose lock is held, or with `--force` at least asked for.
#[must_use]
pub(super) struct Locked {
    path: PathBuf,
    location: FileLocation,
    lock: Option<Lock>,
}

/// A file that was looked at again under its lock, with the new one beside it where it is to change.
#[must_use]
pub(super) struct Ready {
    path: PathBuf,
    lock: Option<Lock>,
    prepared: Option<StagedFile>,
    done: Done,
}

/// A file that is as it shall be.
pub(super) struct Done {
    pub(super) look: Look,
    pub(super) warnings: Vec<String>,
    /// What `--force` went over.
    pub(super) overridden: Option<String>,
    pub(super) saved: Saved,
}

impl Locked {
    /// Takes VMware's lock. Other runs of this program are waited for, at most `for_ours`.
    pub(super) fn take(path: &Path, editing: &Editing, for_ours: Duration) -> Result<Step<Self>, Error> {
        let location = FileLocation::resolve(path);
        let lock = match Lock::acquire(&location.lock_paths, for_ours, signals::interrupt()) {
            Ok(lock) => Some(lock),
            Err(LockError::HeldBy(_)) if editing.force => None,
            Err(LockError::HeldBy(entry)) => {
                let (_, before) = read(path, editing)?;
                let power = Power::assess(path, &before, &fresh_host());
                return Ok(Step::NotOff(power.with_holder(&entry)));
            }
            Err(error) => return Err(error.at(path)),
        };
        Ok(Step::Done(Self { path: path.to_owned(), location, lock }))
    }

    /// Whether the file could be replaced now, for somebody who has something long to do first.
    fn check(&self, editing: &Editing) -> Result<Step<()>, Error> {
        let (file, before) = read(&self.path, editing)?;
        file.check(&save(editing)).map_err(|error| error.at(file.path()))?;
        let power = self.power(&before, &fresh_host());
        Ok(if stands_in_the_way(&power, editing) { Step::NotOff(power) } else { Step::Done(()) })
    }

    /// Looks again at what was looked at before, and at the VM, and writes the new file. `host` was first asked after the
    /// lock was taken.
    pub(super) fn prepare(
        self,
        earlier: Option<Look>,
        editing: &Editing,
        want: &Want<'_>,
        host: &Host,
    ) -> Result<Step<Ready>, Error> {
        let file = VmxFile::read(&self.path)
            .map_err(|error| error.at(&self.path))?
            .with_resolved_target(&self.location.target);
        let look = look_at(&file, earlier, editing, want)?;
        let mut done = Done { warnings: warnings(&look), look, overridden: None, saved: Saved::default() };
        if !done.look.changed {
            return Ok(Step::Done(Ready { path: self.path, lock: self.lock, prepared: None, done }));
        }
        let power = self.power(&done.look.before, host);
        if stands_in_the_way(&power, editing) {
            return Ok(Step::NotOff(power));
        }
        done.warnings.extend(hints(&power));
        if power.state != PowerState::Off {
            done.overridden = Some(format!("--force: edited although {}", power.reason()));
        }
        let prepared =
            Some(file.stage(&done.look.bytes, &save(editing)).map_err(|error| error.at(&self.path))?);
        Ok(Step::Done(Ready { path: self.path, lock: self.lock, prepared, done }))
    }

    fn power(&self, document: &Document, host: &Host) -> Power {
        match &self.lock {
            Some(lock) => Power::assess_locked(lock, &self.location, document, host),
            None => Power::assess(&self.path, document, host),
        }
    }
}

impl Ready {
    /// The new file, where there is one.
    pub(super) fn prepared(&self) -> Option<&StagedFile> {
        self.prepared.as_ref()
    }

    /// The new file reaches the disk and takes the old one's place, and that reaches the disk too.
    pub(super) fn sync_and_put_in_place(self) -> Result<Done, Error> {
        if let Some(prepared) = &self.prepared {
            prepared.sync().map_err(|error| error.at(&self.path))?;
        }
        self.put_in_place(CommittedFile::sync)
    }

    /// The new file takes the old one's place, and the lock goes once `confirm` has made sure of it.
    pub(super) fn put_in_place(
        self,
        confirm: impl FnOnce(&CommittedFile) -> Result<(), SaveError>,
    ) -> Result<Done, Error> {
        let Self { path, lock, prepared, mut done } = self;
        if let Some(prepared) = prepared {
            let placed = prepared.commit(signals::interrupt()).map_err(|error| error.at(&path))?;
            confirm(&placed).map_err(|error| error.at(&path))?;
            done.saved = placed.saved;
        }
        if let Some(lock) = lock {
            lock.release().map_err(|error| error.at(&path))?;
        }
        Ok(done)
    }
}

fn stands_in_the_way(power: &Power, editing: &Editing) -> bool {
    power.state != PowerState::Off && !editing.force
}

/// All the steps with one file.
pub(super) fn attempt(
    path: &Path,
    earlier: Option<Look>,
    editing: &Editing,
    want: &Want<'_>,
    asked: Asked,
    for_ours: Duration,
) -> Result<Step<Done>, Error> {
    let locked = match Locked::take(path, editing, for_ours)? {
        Step::Done(locked) => locked,
        Step::NotOff(power) => return Ok(Step::NotOff(power)),
    };
    if asked == Asked::Somebody
        && let Step::NotOff(power) = locked.check(editing)?
    {
        return Ok(Step::NotOff(power));
    }
    let ready = match locked.prepare(earlier, editing, want, &fresh_host())? {
        Step::Done(ready) => ready,
        Step::NotOff(power) => return Ok(Step::NotOff(power)),
    };
    let done = if editing.no_sync { ready.put_in_place(|_| Ok(())) } else { ready.sync_and_put_in_place() };
    done.map(Step::Done)
}

fn save(editing: &Editing) -> SaveOptions {
    let on_loss = |accepted| if accepted { OnLoss::Accept } else { OnLoss::Refuse };
    SaveOptions {
        backup: editing.backup.as_ref().map(Into::into),
        metadata: on_loss(editing.lossy_metadata),
        hard_links: on_loss(editing.break_links),
    }
}
