//! Many files: found, worked on at the same time, and told of in the order in which they were found. Memory does not grow
//! with their number.

mod walk;

use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};
use vmxedit::Error;
use vmxedit::vm::host::Host;

use crate::cli::{Many, Output};
use crate::report::{Failure, Report, To};
use crate::signals;

/// How many files are on their way at a time: each takes some file descriptors, and in an edit its VM's lock.
const AT_A_TIME: usize = 128;

/// Whether the words mean one file: then there is nothing to sum up.
pub(crate) fn is_one(files: &[PathBuf], many: &Many) -> bool {
    files.len() == 1 && !many.recursive
}

/// Does `work` with every file, beside a host that is asked once for a batch; gives the highest of its exit codes.
pub(crate) fn each(
    files: &[PathBuf],
    many: &Many,
    output: &Output,
    work: &(dyn Fn(&Path, &Host, &mut Report) -> Result<u8, Failure> + Sync),
) -> Result<u8, Failure> {
    let mut report = Report::new(output, To::Stdout);
    report.names = !is_one(files, many);
    let mut highest = 0;
    batches(
        files,
        many,
        &mut report,
        &mut |batch, pool, report| {
            let host = Host::default();
            let batch = batch.into_iter().map(|found| (report.kept(), found)).collect();
            let worked = pool.map(batch, |(mut kept, found): (Report, Found)| {
                let code = match &found {
                    Ok(file) => work(file, &host, &mut kept),
                    Err(error) => kept.error(None, error),
                };
                (kept, code)
            });
            worked.into_iter().map(|(kept, code)| Ok((kept, code?))).collect::<Result<Vec<_>, Failure>>()
        },
        &mut |code| highest = highest.max(code),
    )?;
    report.finish(highest)
}

/// A file that was found, or why one could not be looked for.
pub(crate) type Found = Result<PathBuf, Error>;

/// What is done with a batch: what is to be told of each file, and how it fared.
pub(crate) type Work<'a, T> = dyn FnMut(Vec<Found>, &Pool, &Report) -> Result<Vec<(Report, T)>, Failure> + 'a;

/// Gives `work` batch after batch and tells what it kept for each file, until all are done or a signal came.
pub(crate) fn batches<T>(
    files: &[PathBuf],
    many: &Many,
    report: &mut Report,
    work: &mut Work<'_, T>,
    done: &mut dyn FnMut(T),
) -> Result<(), Failure> {
    let jobs = many.jobs.map_or_else(cores, usize::from).min(AT_A_TIME);
    let pool = Pool::new(jobs);
    // One at a time is told at once.
    let size = if is_one(files, many) { 1 } else { AT_A_TIME };
    let mut count = 0;
    std::thread::scope(|scope| {
        for batch in walk::batches(scope, files, many, size, jobs) {
            if signals::stopped() {
                break;
            }
            count += batch.len();
            let is_last = batch.len() < size || size == 1;
            let worked = work(batch, &pool, report)?;
            report.unspin();
            for (kept, result) in worked {
                report.tell(kept)?;
                done(result);
            }
            if !is_last && !many.no_progress && report.spins() {
                report.spin(count / size, Path::new("vmxedit"), &format!("{count} files"));
            }
        }
        report.unspin();
        Ok(())
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Threads, made when there is work for more than one.
pub(crate) struct Pool {
    jobs: usize,
    threads: std::cell::OnceCell<Option<ThreadPool>>,
}

impl Pool {
    fn new(jobs: usize) -> Self {
        Self { jobs, threads: std::cell::OnceCell::new() }
    }

    /// `work` on all `items`, with the results in their order.
    pub(crate) fn map<T: Send, R: Send>(&self, items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
        // No batch is larger than the first.
        let jobs = self.jobs.min(items.len());
        if jobs < 2 {
            return items.into_iter().map(work).collect();
        }
        // Where the system gives no threads, one does the work.
        let threads = self.threads.get_or_init(|| ThreadPoolBuilder::new().num_threads(jobs).build().ok());
        match threads {
            Some(threads) => threads.install(|| items.into_par_iter().map(work).collect()),
            None => items.into_iter().map(work).collect(),
        }
    }
}
