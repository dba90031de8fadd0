//! The progress of a run over many files: how many are done, and of how many.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::{self, Scope};
use std::time::Duration;

use vmxedit::remote::HostName;

use crate::output::progress::{Hidden, draw_shared};
use crate::remote::connection;

/// A run that ends before shows no line.
const FIRST: Duration = Duration::from_millis(400);
const INTERVAL: Duration = Duration::from_millis(100);
/// The parts that [`Counts::counted_parts`] counts.
const PARTS: usize = 2;

/// The counts of this run.
static COUNTS: Counts = Counts {
    done: AtomicUsize::new(0),
    total: AtomicUsize::new(0),
    counted_parts: AtomicUsize::new(0),
    is_over: Mutex::new(false),
    end: Condvar::new(),
    searched: AtomicUsize::new(0),
    read: AtomicUsize::new(0),
};

struct Counts {
    done: AtomicUsize,
    /// The files that were counted so far.
    total: AtomicUsize,
    /// How many of the parts were counted completely: what is named or on other hosts, and what is below local directories.
    counted_parts: AtomicUsize,
    is_over: Mutex<bool>,
    /// Is notified when it is over.
    end: Condvar,
    /// The hosts that are searched at present.
    searched: AtomicUsize,
    /// The hosts whose files are read at present.
    read: AtomicUsize,
}

impl Counts {
    fn text(&self) -> String {
        let get = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let (done, total) = (get(&self.done), get(&self.total));
        let hosts = |count| if count == 1 { "1 host".to_owned() } else { format!("{count} hosts") };
        let count = if get(&self.counted_parts) == PARTS {
            format!("{done} of {}", total.max(done))
        } else {
            format!("{done} {}", if done == 1 { "file" } else { "files" })
        };
        match (get(&self.searched), get(&self.read)) {
            (0, 0) => count,
            (0, read) => format!("{count}, reading from {}", hosts(read)),
            (searched, _) => format!("{count}, searching {}", hosts(searched)),
        }
    }
}

/// Counts a file that is done.
pub(crate) fn file_is_done() {
    COUNTS.done.fetch_add(1, Ordering::Relaxed);
}

/// Counts files that are to be done.
pub(super) fn add(files: usize) {
    COUNTS.total.fetch_add(files, Ordering::Relaxed);
}

/// Notes that one of the two parts was counted.
pub(super) fn part_is_counted() {
    COUNTS.counted_parts.fetch_add(1, Ordering::Relaxed);
}

/// Returns whether no more lines are drawn.
pub(super) fn is_over() -> bool {
    *COUNTS.is_over.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until the first line is drawn. Returns whether the run is over before.
pub(super) fn wait_for_first_line() -> bool {
    let guard = COUNTS.is_over.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = COUNTS.end.wait_timeout_while(guard, FIRST, |is_over| !*is_over);
    *waited.unwrap_or_else(PoisonError::into_inner).0
}

/// Connects to a host, if that has not been done. The line is hidden meanwhile: `ssh` may ask on the terminal.
pub(super) fn connect_with_line_hidden(host: &HostName) {
    let _hidden = Hidden::new();
    // The error comes again where the connection is used.
    let _ = connection(host);
}

/// Counts a host as busy until it is dropped.
pub(super) struct Busy(&'static AtomicUsize);

impl Busy {
    pub(super) fn searching() -> Self {
        Self::new(&COUNTS.searched)
    }

    pub(super) fn reading() -> Self {
        Self::new(&COUNTS.read)
    }

    fn new(count: &'static AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Draws the line again and again until it is dropped.
pub(super) struct Ticker {
    /// Is closed to end the thread.
    _stop: Sender<()>,
}

impl Ticker {
    /// Starts the thread. If that fails, no line is drawn.
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>) -> Self {
        let (stop, stopped) = channel();
        let tick = move || {
            let mut pause = FIRST;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                draw_shared(&format!("vmxedit: {}", COUNTS.text()));
                pause = INTERVAL;
            }
        };
        let _ = thread::Builder::new().spawn_scoped(scope, tick);
        Self { _stop: stop }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        *COUNTS.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        COUNTS.end.notify_all();
        // For the rest of the run: the thread may draw once more before it sees that it has to end.
        std::mem::forget(Hidden::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_files_and_hosts() {
        let counts = |done, total, parts, searched, read| Counts {
            done: AtomicUsize::new(done),
            total: AtomicUsize::new(total),
            counted_parts: AtomicUsize::new(parts),
            is_over: Mutex::new(false),
            end: Condvar::new(),
            searched: AtomicUsize::new(searched),
            read: AtomicUsize::new(read),
        };
        assert_eq!(counts(12, 300, 2, 0, 0).text(), "12 of 300");
        assert_eq!(counts(12, 10, 1, 0, 0).text(), "12 files");
        assert_eq!(counts(1, 10, 1, 0, 0).text(), "1 file");
        // A file that was added after the count.
        assert_eq!(counts(12, 10, 2, 0, 0).text(), "12 of 12");
        assert_eq!(counts(0, 0, 1, 2, 1).text(), "0 files, searching 2 hosts");
        assert_eq!(counts(0, 9, 2, 0, 1).text(), "0 of 9, reading from 1 host");
    }
}
