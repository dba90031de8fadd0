//! A pool of threads that is created at its first use.

use std::cell::OnceCell;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Threads for work on several files.
pub(crate) struct Pool {
    jobs: usize,
    threads: OnceCell<Option<ThreadPool>>,
}

impl Pool {
    pub(super) fn new(jobs: usize) -> Self {
        Self { jobs, threads: OnceCell::new() }
    }

    /// Calls `work` for all items, in parallel, and returns the results in the order of the items.
    pub(crate) fn map<T: Send, R: Send>(&self, items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
        // No later batch is larger than the first one.
        let jobs = self.jobs.min(items.len());
        if jobs < 2 {
            return items.into_iter().map(work).collect();
        }
        // If the system refuses threads, this one does all the work.
        let threads = self.threads.get_or_init(|| ThreadPoolBuilder::new().num_threads(jobs).build().ok());
        match threads {
            Some(threads) => threads.install(|| items.into_par_iter().map(work).collect()),
            None => items.into_iter().map(work).collect(),
        }
    }
}
