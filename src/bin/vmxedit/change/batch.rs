//! Many files edited step by step, each step with all of them, so that they share what one alone would pay for: the look
//! at the host, and the two syncs. At every moment every file is whole; when a batch is done, all of it is on disk.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use vmxedit::file::FileSystem;
use vmxedit::vm::host::Host;
use vmxedit::{Cause, Error};

use super::attempt::{Done, Locked, Ready, Step};
use super::look::Look;
use super::{First, Outcome, Want, finish, first_look, fresh_host, one};
use crate::bulk::{Found, Pool};
use crate::cli::Editing;
use crate::report::{Failure, Report};
use crate::signals;

/// How a file fared, and which it was where that is known.
pub(crate) struct Fared {
    pub(crate) file: Option<PathBuf>,
    pub(crate) result: Result<Outcome, Error>,
}

/// A file on its way, with what is to be told of it.
struct Flight {
    path: PathBuf,
    report: Report,
    at: At,
}

/// How far a file is.
enum At {
    Found,
    ToChange(Box<Look>),
    Locked(Locked, Box<Look>),
    Ready(Box<Ready>),
    Placed(Box<Done>),
    /// Somebody is in the way: it is edited alone, when no lock of the batch is held.
    Alone,
    Settled(Result<Outcome, Error>),
}

/// Edits one batch.
pub(crate) fn batch(
    found: Vec<Found>,
    editing: &Editing,
    want: &Want<'_>,
    pool: &Pool,
    report: &Report,
) -> Result<Vec<(Report, Fared)>, Failure> {
    signals::watch();
    let flights = found.into_iter().map(|found| Flight::new(found, report.kept())).collect();
    let host = fresh_host();
    let flights = all(pool.map(flights, |flight| flight.look(editing, want, &host)))?;
    let flights = pool.map(flights, |flight| flight.lock(editing));
    // A VM that starts after this look finds its lock taken.
    let host = fresh_host();
    let flights = pool.map(flights, |flight| flight.prepare(editing, want, &host));
    let disks = Disks::of(&flights, editing);
    let written = disks.sync();
    let flights = pool.map(flights, |flight| flight.place(&disks, &written));
    let confirmed = disks.sync();
    let fared = flights.into_iter().map(|flight| flight.finish(&confirmed, editing, want));
    fared.collect()
}

fn all<T>(items: Vec<Result<T, Failure>>) -> Result<Vec<T>, Failure> {
    items.into_iter().collect()
}

impl Flight {
    fn new(found: Found, report: Report) -> Self {
        match found {
            Ok(path) => Self { path, report, at: At::Found },
            Err(error) => Self { path: PathBuf::new(), report, at: At::Settled(Err(error)) },
        }
    }

    fn look(mut self, editing: &Editing, want: &Want<'_>, host: &Host) -> Result<Self, Failure> {
        if let At::Found = self.at {
            self.at = match first_look(&self.path, editing, want, host, &mut self.report)? {
                Ok(First::ToChange(path, look)) => {
                    self.path = path;
                    At::ToChange(look)
                }
                Ok(First::Settled(outcome)) => At::Settled(Ok(outcome)),
                Err(error) => At::Settled(Err(error)),
            };
        }
        Ok(self)
    }

    /// Nobody is waited for while locks are held: two runs over the same files would wait for each other.
    fn lock(mut self, editing: &Editing) -> Self {
        self.at = match self.at {
            At::ToChange(look) => match Locked::take(&self.path, editing, Duration::ZERO) {
                Ok(Step::Done(locked)) => At::Locked(locked, look),
                Ok(Step::NotOff(_)) => At::Alone,
                Err(error) => At::Settled(Err(error)),
            },
            at => at,
        };
        self
    }

    fn prepare(self, editing: &Editing, want: &Want<'_>, host: &Host) -> Self {
        let at = match self.at {
            At::Locked(locked, look) => match locked.prepare(Some(*look), editing, want, host) {
                Ok(Step::Done(ready)) => At::Ready(Box::new(ready)),
                Ok(Step::NotOff(_)) => At::Alone,
                Err(error) => At::Settled(Err(error)),
            },
            at => at,
        };
        Self { at, ..self }
    }

    fn place(self, disks: &Disks, written: &io::Result<()>) -> Self {
        let at = match (self.at, written) {
            (At::Ready(ready), Ok(())) => match disks.place(*ready) {
                Ok(done) => At::Placed(Box::new(done)),
                Err(error) => At::Settled(Err(error)),
            },
            (At::Ready(_), Err(error)) => {
                At::Settled(Err(Cause::io("write the new file", again(error)).at(&self.path)))
            }
            (at, _) => at,
        };
        Self { at, ..self }
    }

    fn finish(
        mut self,
        confirmed: &io::Result<()>,
        editing: &Editing,
        want: &Want<'_>,
    ) -> Result<(Report, Fared), Failure> {
        let result = match self.at {
            At::Placed(done) => match confirmed {
                Ok(()) => Ok(finish(&self.path, &done, editing, &mut self.report)?),
                Err(error) => Err(Cause::NotConfirmed(again(error)).at(&self.path)),
            },
            At::Settled(result) => result,
            _ if signals::stopped() => Err(Cause::Stopped.at(&self.path)),
            _ => one(&self.path, editing, want, &mut self.report)?,
        };
        let file = Some(self.path).filter(|path| !path.as_os_str().is_empty());
        Ok((self.report, Fared { file, result }))
    }
}

/// How a batch reaches the disk.
enum Disks {
    /// Each file by itself: they are few.
    Each,
    /// Everything on these file systems at once.
    Together(Vec<FileSystem>),
    /// When the system gets to it.
    Later,
}

impl Disks {
    /// Below this, syncs of single files are cheaper than one of a file system.
    const FEW: usize = 8;

    fn of(flights: &[Flight], editing: &Editing) -> Self {
        let ready = || {
            flights.iter().filter_map(|flight| match &flight.at {
                At::Ready(ready) => ready.prepared(),
                _ => None,
            })
        };
        if editing.no_sync {
            return Self::Later;
        }
        if ready().count() < Self::FEW {
            return Self::Each;
        }
        let mut systems: Vec<FileSystem> = Vec::new();
        for prepared in ready() {
            if !systems.iter().any(|system| system.contains(prepared)) {
                match prepared.file_system() {
                    Ok(system) => systems.push(system),
                    Err(_) => return Self::Each,
                }
            }
        }
        Self::Together(systems)
    }

    fn sync(&self) -> io::Result<()> {
        match self {
            Self::Together(systems) => systems.iter().try_for_each(FileSystem::sync),
            Self::Each | Self::Later => Ok(()),
        }
    }

    fn place(&self, ready: Ready) -> Result<Done, Error> {
        match self {
            Self::Each => ready.sync_and_put_in_place(),
            Self::Together(_) | Self::Later => ready.put_in_place(|_| Ok(())),
        }
    }
}

/// The same error for each file that it concerns.
fn again(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}
