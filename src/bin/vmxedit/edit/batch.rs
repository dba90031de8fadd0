//! Edits many files together: each step is taken with all of them before the next, so that they share the evidence of
//! the host and two syncs of the file system. Every file is whole at all times; when a batch is done, all of it is on
//! disk.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vmxedit::ErrorKind;
use vmxedit::file::{FileSystem, SaveError};
use vmxedit::host::Host;
use vmxedit::transaction::{self, Committed, Durability, Locked, Preview, Staged};

use super::{Outcome, Remarks, Request, edit_file, report, warnings};
use crate::batch::{Discovered, Pool};
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
}

/// How far a file has come.
enum Stage {
    Found(PathBuf),
    Previewed(Box<Preview<Remarks>>),
    Locked(Locked, Box<Preview<Remarks>>),
    Staged(Box<Staged<Remarks>>, Vec<String>),
    Committed(Box<Committed<Remarks>>, Vec<String>),
    /// Its VM is not off or its lock is held. It is tried again alone, when the batch holds no lock.
    Blocked(PathBuf),
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
    let host = request.host();
    let jobs = pool.map(jobs, |job| job.preview(request, &host));
    let jobs = pool.map(jobs, |job| job.lock(request, &host));
    // Read after the locks are held: a VM that is started later finds its lock taken.
    let host = request.host();
    let jobs = pool.map(jobs, |job| job.stage(request, &host));
    let policy = SyncPolicy::of(&jobs, request);
    let written = policy.sync();
    let jobs = pool.map(jobs, |job| job.commit(&policy, &written));
    let confirmed = policy.sync();
    jobs.into_iter().map(|job| job.finish(request, &confirmed)).collect()
}

impl Job {
    fn new(file: Discovered, out: Output) -> Self {
        let path = match &file {
            Ok(input) => Some(input.name().to_owned()),
            Err(error) => path_of(error).map(Path::to_owned),
        };
        let found = file.and_then(|input| match input {
            Input::Path(path) => Ok(path),
            Input::Stdin => Err(UsageError::stdin_among_files().into()),
        });
        let stage = found.map_or_else(|error| Stage::Finished(Err(error)), Stage::Found);
        Self { path, out, stage }
    }

    fn preview(mut self, request: &Request<'_>, host: &Host) -> Self {
        let Stage::Found(path) = &self.stage else { return self };
        self.stage = match request.preview(path) {
            Ok(preview) if request.is_final(&preview) => {
                Stage::Finished(Ok(report::previewed(&preview, request, host, &mut self.out)))
            }
            Ok(preview) => {
                self.path = Some(preview.path().to_owned());
                Stage::Previewed(Box::new(preview))
            }
            Err(error) => Stage::Finished(Err(error)),
        };
        self
    }

    /// Takes the lock without waiting: two runs over the same files that hold locks would wait for each other.
    fn lock(self, request: &Request<'_>, host: &Host) -> Self {
        let stage = match self.stage {
            Stage::Previewed(preview) => {
                let path = preview.path().to_owned();
                match transaction::begin(&path, &request.options, Duration::ZERO, host) {
                    Ok(locked) => Stage::Locked(locked, preview),
                    Err(error) => Stage::of_error(error.into(), path),
                }
            }
            stage => stage,
        };
        Self { stage, ..self }
    }

    fn stage(self, request: &Request<'_>, host: &Host) -> Self {
        let stage = match self.stage {
            Stage::Locked(locked, preview) => {
                let path = preview.path().to_owned();
                match locked.stage(Some(*preview), &request.planner(), host) {
                    Ok(staged) => {
                        let warnings = warnings::of(staged.preview());
                        Stage::Staged(Box::new(staged), warnings)
                    }
                    Err(error) => Stage::of_error(error, path),
                }
            }
            stage => stage,
        };
        Self { stage, ..self }
    }

    fn commit(self, policy: &SyncPolicy, written: &io::Result<()>) -> Self {
        let stage = match (self.stage, written) {
            (Stage::Staged(staged, warnings), Ok(())) => {
                let committed = match policy {
                    SyncPolicy::PerFile => staged.commit(),
                    SyncPolicy::PerFileSystem(_) | SyncPolicy::None => staged.commit_unsynced(),
                };
                match committed {
                    Ok(committed) => Stage::Committed(Box::new(committed), warnings),
                    Err(error) => Stage::Finished(Err(error.into())),
                }
            }
            (Stage::Staged(staged, _), Err(error)) => {
                let error = SaveError::Io { action: "write the new file", source: duplicate(error) };
                let error = ErrorKind::from(error).at(staged.preview().path());
                Stage::Finished(Err(error.into()))
            }
            (stage, _) => stage,
        };
        Self { stage, ..self }
    }

    fn finish(mut self, request: &Request<'_>, confirmed: &io::Result<()>) -> (Output, EditedFile) {
        let result = match self.stage {
            Stage::Finished(result) => result,
            Stage::Committed(committed, warnings) => {
                let path = committed.preview.path();
                match confirmed {
                    Ok(()) => Ok(report::committed(path, &committed, warnings, request, &mut self.out)),
                    Err(error) => {
                        Err(ErrorKind::from(SaveError::NotConfirmed(duplicate(error))).at(path).into())
                    }
                }
            }
            Stage::Blocked(path) if signals::interrupted() => Err(ErrorKind::Interrupted.at(path).into()),
            Stage::Blocked(path) => edit_file(&path, request, &mut self.out).map(|edited| edited.outcome),
            Stage::Found(_) | Stage::Previewed(_) | Stage::Locked(..) | Stage::Staged(..) => {
                unreachable!("every file has taken every step")
            }
        };
        (self.out, EditedFile { path: self.path, result })
    }
}

impl Stage {
    fn of_error(error: anyhow::Error, path: PathBuf) -> Self {
        if blocking_power(&error).is_some() { Self::Blocked(path) } else { Self::Finished(Err(error)) }
    }
}

/// How a batch reaches the disk.
enum SyncPolicy {
    /// Each file is synced on its own: there are few.
    PerFile,
    /// The file systems are synced, once before and once after the files are put in place.
    PerFileSystem(Vec<FileSystem>),
    /// Nothing is synced.
    None,
}

impl SyncPolicy {
    /// With fewer files than this, syncing each is cheaper than syncing their file system.
    const MIN_FILES: usize = 8;

    fn of(jobs: &[Job], request: &Request<'_>) -> Self {
        if request.options.durability == Durability::Deferred {
            return Self::None;
        }
        let staged = || {
            jobs.iter().filter_map(|job| match &job.stage {
                Stage::Staged(staged, _) => Some(staged),
                _ => None,
            })
        };
        if staged().filter(|staged| staged.has_new_file()).count() < Self::MIN_FILES {
            return Self::PerFile;
        }
        let mut file_systems: Vec<FileSystem> = Vec::new();
        for staged in staged() {
            if !file_systems.iter().any(|file_system| staged.is_on(file_system)) {
                match staged.file_system() {
                    Some(Ok(file_system)) => file_systems.push(file_system),
                    Some(Err(_)) => return Self::PerFile,
                    None => {}
                }
            }
        }
        Self::PerFileSystem(file_systems)
    }

    fn sync(&self) -> io::Result<()> {
        match self {
            Self::PerFileSystem(file_systems) => file_systems.iter().try_for_each(FileSystem::sync),
            Self::PerFile | Self::None => Ok(()),
        }
    }
}

/// Copies an error, for each file that it concerns.
fn duplicate(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}
