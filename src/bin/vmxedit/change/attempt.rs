//! One attempt to edit one file, step by step: the lock, the second look, the VM's state, the new file beside the old
//! one, the change of places. A single file takes the steps one after the other, a batch takes each with all its files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use vmxedit::file::{OnLoss, Placed, Prepared, Save, Saved, VmxFile};
use vmxedit::vm::host::Host;
use vmxedit::vm::lock::{self, Lock};
use vmxedit::vm::place::Place;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Cause, Document};

use super::look::{Look, look_at, read};
use super::warnings::{hints, warnings};
use super::{Asked, Want};
use crate::args::EditArgs;
use crate::error::ResultExt;
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
    place: Place,
    lock: Option<Lock>,
}

/// A file that was looked at again under its lock, with the new one beside it where it is to change.
#[must_use]
pub(super) struct Ready {
    path: PathBuf,
    lock: Option<Lock>,
    prepared: Option<Prepared>,
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
    pub(super) fn take(path: &Path, editing: &EditArgs, for_ours: Duration) -> anyhow::Result<Step<Self>> {
        let place = Place::of(path);
        let asked = Lock::take(&place.names, for_ours, &signals::interrupted);
        let lock = match asked.at(path)? {
            lock::Asked::Taken(lock) => Some(lock),
            lock::Asked::Held(_) if editing.save.force => None,
            lock::Asked::Held(sign) => {
                let (_, before) = read(path, editing)?;
                let power = Power::of(path, &before, &Host::default());
                return Ok(Step::NotOff(power.or_held(&sign)));
            }
        };
        Ok(Step::Done(Self { path: path.to_owned(), place, lock }))
    }

    /// Whether the file could be replaced now, for somebody who has something long to do first.
    fn check(&self, editing: &EditArgs) -> anyhow::Result<Step<()>> {
        let (file, before) = read(&self.path, editing)?;
        file.check(&save(editing))?;
        let power = self.power(&before, &Host::default());
        Ok(if stands_in_the_way(&power, editing) { Step::NotOff(power) } else { Step::Done(()) })
    }

    /// Looks again at what was looked at before, and at the VM, and writes the new file. `host` was first asked after the
    /// lock was taken.
    pub(super) fn prepare(
        self,
        earlier: Option<Look>,
        editing: &EditArgs,
        want: &Want<'_>,
        host: &Host,
    ) -> anyhow::Result<Step<Ready>> {
        let file = VmxFile::read(&self.path)?.known_as(&self.place.target);
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
        let prepared = Some(file.prepare(&done.look.bytes, &save(editing))?);
        Ok(Step::Done(Ready { path: self.path, lock: self.lock, prepared, done }))
    }

    fn power(&self, document: &Document, host: &Host) -> Power {
        match &self.lock {
            Some(lock) => Power::under_lock(lock, &self.place, document, host),
            None => Power::of(&self.path, document, host),
        }
    }
}

impl Ready {
    /// The new file, where there is one.
    pub(super) fn prepared(&self) -> Option<&Prepared> {
        self.prepared.as_ref()
    }

    /// The new file reaches the disk and takes the old one's place, and that reaches the disk too.
    pub(super) fn sync_and_put_in_place(self) -> anyhow::Result<Done> {
        if let Some(prepared) = &self.prepared {
            prepared.sync().at(&self.path)?;
        }
        self.put_in_place(Placed::sync)
    }

    /// The new file takes the old one's place, and the lock goes once `confirm` has made sure of it.
    pub(super) fn put_in_place(
        self,
        confirm: impl FnOnce(&Placed) -> Result<(), Cause>,
    ) -> anyhow::Result<Done> {
        let Self { path, lock, prepared, mut done } = self;
        if let Some(prepared) = prepared {
            let placed = prepared.put_in_place(&signals::interrupted)?;
            confirm(&placed).at(&path)?;
            done.saved = placed.saved;
        }
        if let Some(lock) = lock {
            lock.release().at(&path)?;
        }
        Ok(done)
    }
}

fn stands_in_the_way(power: &Power, editing: &EditArgs) -> bool {
    power.state != PowerState::Off && !editing.save.force
}

/// All the steps with one file.
pub(super) fn attempt(
    path: &Path,
    earlier: Option<Look>,
    editing: &EditArgs,
    want: &Want<'_>,
    asked: Asked,
    for_ours: Duration,
) -> anyhow::Result<Step<Done>> {
    let locked = match Locked::take(path, editing, for_ours)? {
        Step::Done(locked) => locked,
        Step::NotOff(power) => return Ok(Step::NotOff(power)),
    };
    if asked == Asked::Somebody
        && let Step::NotOff(power) = locked.check(editing)?
    {
        return Ok(Step::NotOff(power));
    }
    let ready = match locked.prepare(earlier, editing, want, &Host::default())? {
        Step::Done(ready) => ready,
        Step::NotOff(power) => return Ok(Step::NotOff(power)),
    };
    let done =
        if editing.save.no_sync { ready.put_in_place(|_| Ok(())) } else { ready.sync_and_put_in_place() };
    done.map(Step::Done)
}

fn save(editing: &EditArgs) -> Save {
    let on_loss = |accepted| if accepted { OnLoss::Accept } else { OnLoss::Refuse };
    Save {
        backup: editing.save.backup_suffix().map(Into::into),
        metadata: on_loss(editing.save.lossy_metadata),
        hard_links: on_loss(editing.save.break_links),
    }
}
