//! Signals that ask the program to end: noted, so that locks and temporary files go first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static CAUGHT: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// From now on the signals are noted instead of ending the program at once.
pub(crate) fn watch() {
    CAUGHT.get_or_init(|| {
        let caught = Arc::new(AtomicUsize::new(0));
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            // Where the system refuses, the signal goes on ending the program, and the next run clears up.
            let _ = signal_hook::flag::register_usize(
                signal,
                Arc::clone(&caught),
                signal.unsigned_abs() as usize,
            );
        }
        caught
    });
}

/// Whether one came.
pub(crate) fn stopped() -> bool {
    caught() != 0
}

/// Ends the program as the signal would have, if one came.
pub(crate) fn end_if_stopped() {
    if let Ok(signal @ 1..) = i32::try_from(caught()) {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

fn caught() -> usize {
    CAUGHT.get().map_or(0, |caught| caught.load(Ordering::Relaxed))
}
