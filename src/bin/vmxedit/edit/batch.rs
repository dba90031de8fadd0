//! Edits many files together: each step is taken with all of them before the next, so that they share the evidence of
//! the host and two syncs of the file system. Every file is whole at all times; when a batch is done, all of it is on
//! disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use vmxedit::ErrorKind;
use vmxedit::file::{FileSystem, SaveError};
use vmxedit::host::{Host, Place};
use vmxedit::remote::{HostName, RemoteFile};
use vmxedit::transaction::{self, Committed, Locked, Preview, Source, Staged};

use super::sync::Synced;
use super::{Outcome, Remarks, Request, edit_file, reload, remote, report, warnings};
use crate::batch::{Discovered, Pool, per_host, progress};
use crate::error::{UsageError, blocking_power, path_of};
use crate::input::Input;
use crate::output::Output;
use crate::signals;

/// The result of one file of a batch, and its path if it is known.
pub(crate) struct EditedFile {
    pub(crate) path: Option<PathBuf>,
    pub(crate) result: anyhow::Result<Outcome>,
}

/// A file of the batch, with the output that belongs to it.
struct Job {
    path: Option<PathBuf>,
    out: Output,
    stage: Stage,
    /// Whether the progress line counts it as done.
    is_counted: bool,
}

/// How far a file has come.
enum Stage {
    Found(Input),
    /// On another host: all of its steps are taken together, one file of a host after the other.
    Remote(Arc<RemoteFile>),
    Previewed(Box<(Place, Preview<Remarks>)>),
    Locked(Box<(Locked, Place, Preview<Remarks>)>),
    Staged(Box<Staged<Remarks>>, Vec<String>),
    /// With its file system, if that is synced for all of its files together.
    Committed(Box<Committed<Remarks>>, Vec<String>, Option<FileSystem>),
    /// Its VM is not off or its lock is held. It is tried again alone, when the batch holds no lock.
    Blocked(Box<Place>),
    Finished(anyhow::Result<Outcome>),
}

/// Edits one batch of files. Returns the output and the result of each, in their order.
pub(crate) fn edit_batch(
    files: Vec<Discovered>,
    request: &Request<'_>,
    pool: &Pool,
    out: &Output,
) -> Vec<(Output, EditedFile)> {
    signals::watch();
    let jobs = files.into_iter().map(|file| Job::new(file, out.buffered())).collect();
    let jobs = on_other_hosts(jobs, request);
    let host = request.host();
    let jobs = pool.map(jobs, |job| job.preview(request, &host));
    let jobs = pool.map(jobs, |job| job.lock(request, &host));
    // Read after the locks are held: a VM that is started later finds its lock taken.
    let host = request.host();
    let jobs = pool.map(jobs, |job| job.stage(request, &host));
    let staged = jobs.iter().filter_map(|job| match &job.stage {
        Stage::Staged(staged, _) => staged.file_system(),
        _ => None,
    });
    let written = Synced::before(staged.collect(), request);
    let jobs = pool.map(jobs, |job| job.commit(&written));
    let confirmed = written.again();
    jobs.into_iter().map(|job| job.finish(request, &confirmed)).collect()
}

/// Edits the files that are on other hosts: all hosts at the same time.
fn on_other_hosts(jobs: Vec<Job>, request: &Request<'_>) -> Vec<Job> {
    let mut jobs: Vec<Option<Job>> = jobs.into_iter().map(Some).collect();
    let remote: Vec<_> = jobs
        .iter_mut()
        .enumerate()
        .filter_map(|(at, slot)| {
            let host = slot.as_ref()?.host()?;
            Some((at, host, slot.take()?))
        })
        .collect();
    let edit = |jobs: Vec<Job>| jobs.into_iter().map(|job| job.edit_remote(request)).collect();
    for (at, job) in per_host(remote, edit).into_iter().flatten() {
        jobs[at] = Some(job);
    }
    jobs.into_iter().flatten().collect()
}

impl Job {
    fn host(&self) -> Option<HostName> {
        match &self.stage {
            Stage::Remote(file) => Some(file.address().host.clone()),
            _ => None,
        }
    }

    fn edit_remote(mut self, request: &Request<'_>) -> Self {
        if let Stage::Remote(file) = &self.stage {
            let result = if signals::interrupted() {
                Err(ErrorKind::Interrupted.at(file.shown()).into())
            } else {
                remote::edit_remote(Arc::clone(file), request, &mut self.out).map(|edited| edited.outcome)
            };
            self.path = Some(file.shown().to_owned());
            self.stage = Stage::Finished(result);
            self.is_counted = true;
            progress::file_is_done();
        }
        self
    }

    fn new(file: Discovered, out: Output) -> Self {
        let path = match &file {
            Ok(input) => Some(input.name().to_owned()),
            Err(error) => path_of(error).map(Path::to_owned),
        };
        let stage = match file {
            Ok(Input::Fetched(file)) => Stage::Remote(file),
            Ok(file) => Stage::Found(file),
            Err(error) => Stage::Finished(Err(error)),
        };
        Self { path, out, stage, is_counted: false }
    }

    fn preview(mut self, request: &Request<'_>, host: &Host) -> Self {
        let Stage::Found(input) = &self.stage else { return self };
        let previewed = input.find(UsageError::STDIN_AMONG_FILES).and_then(|place| {
            reload::check(host, place.path(), request)?;
            Ok((request.preview(&place)?, place))
        });
        self.stage = match previewed {
            Ok((preview, _)) if request.is_final(&preview) => {
                Stage::Finished(report::previewed(&preview, request, host, &mut self.out))
            }
            Ok((preview, place)) => {
                self.path = Some(place.path().to_owned());
                Stage::Previewed(Box::new((place, preview)))
            }
            Err(error) => Stage::Finished(Err(error)),
        };
        self
    }

    /// Takes the lock without waiting: two runs over the same files that hold locks would wait for each other.
    fn lock(self, request: &Request<'_>, host: &Host) -> Self {
        let stage = match self.stage {
            Stage::Previewed(previewed) => {
                let (place, preview) = *previewed;
                match transaction::begin(&place, &request.options, Duration::ZERO, host) {
                    Ok(locked) => Stage::Locked(Box::new((locked, place, preview))),
                    Err(error) => Stage::of_error(error.into(), place),
                }
            }
            stage => stage,
        };
        Self { stage, ..self }
    }

    fn stage(self, request: &Request<'_>, host: &Host) -> Self {
        let stage = match self.stage {
            Stage::Locked(locked) => {
                let (locked, place, preview) = *locked;
                match locked.stage(Some(preview), &request.planner(), host) {
                    Ok(staged) => {
                        let warnings = warnings::of(staged.preview(), Source::from(&place).folder());
                        Stage::Staged(Box::new(staged), warnings)
                    }
                    Err(error) => Stage::of_error(error, place),
                }
            }
            stage => stage,
        };
        Self { stage, ..self }
    }

    fn commit(self, written: &Synced) -> Self {
        let stage = match self.stage {
            Stage::Staged(staged, warnings) => {
                let file_system = staged.file_system();
                let result = file_system.as_ref().and_then(|file_system| written.result_of(file_system));
                let committed = match result {
                    None if written.is_skipped() => staged.commit_unsynced(),
                    None => staged.commit(),
                    Some(Ok(())) => staged.commit_unsynced(),
                    Some(Err(source)) => {
                        let error = SaveError::Io { action: "write the new file", source };
                        Err(ErrorKind::from(error).at(staged.preview().path()))
                    }
                };
                match committed {
                    Ok(committed) => Stage::Committed(Box::new(committed), warnings, file_system),
                    Err(error) => Stage::Finished(Err(error.into())),
                }
            }
            stage => stage,
        };
        Self { stage, ..self }
    }

    fn finish(mut self, request: &Request<'_>, confirmed: &Synced) -> (Output, EditedFile) {
        let result = match self.stage {
            Stage::Finished(result) => result,
            Stage::Committed(mut committed, warnings, file_system) => {
                if let Some(Err(source)) = file_system.and_then(|found| confirmed.result_of(&found)) {
                    let error = ErrorKind::from(SaveError::NotConfirmed(source)).at(committed.place.path());
                    committed.incomplete.get_or_insert(error);
                }
                Ok(report::committed(&mut committed, warnings, request, &mut self.out))
            }
            Stage::Blocked(place) if signals::interrupted() => {
                Err(ErrorKind::Interrupted.at(place.path()).into())
            }
            Stage::Blocked(place) => edit_file(&place, request, &mut self.out).map(|edited| edited.outcome),
            Stage::Found(_)
            | Stage::Remote(_)
            | Stage::Previewed(_)
            | Stage::Locked(_)
            | Stage::Staged(..) => {
                unreachable!("every file has taken every step")
            }
        };
        if !self.is_counted {
            progress::file_is_done();
        }
        (self.out, EditedFile { path: self.path, result })
    }
}

impl Stage {
    fn of_error(error: anyhow::Error, place: Place) -> Self {
        if blocking_power(&error).is_some() {
            Self::Blocked(Box::new(place))
        } else {
            Self::Finished(Err(error))
        }
    }
}
