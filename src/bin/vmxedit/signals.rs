//! Signals that ask the program to end: noted, so that locks and temporary files go first.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};

/// The last signal of each kind, 0 for none.
#[derive(Default)]
struct Caught {
    /// From somebody who means this program.
    to_us: Arc<AtomicUsize>,
    /// From the keyboard, which means every program on the terminal.
    by_key: Arc<AtomicUsize>,
    /// Whether any came: set by a signal after it is noted above.
    interrupt: Arc<AtomicBool>,
}

static CAUGHT: OnceLock<Caught> = OnceLock::new();

/// From now on the signals are noted instead of ending the program at once.
pub(crate) fn watch() {
    CAUGHT.get_or_init(|| {
        let caught = Caught::default();
        let kinds = [
            (SIGHUP, &caught.to_us),
            (SIGTERM, &caught.to_us),
            (SIGINT, &caught.by_key),
            (SIGQUIT, &caught.by_key),
        ];
        for (signal, note) in kinds {
            // Where the system refuses, the signal goes on ending the program, and the next run clears up.
            let number = signal.unsigned_abs() as usize;
            let _ = signal_hook::flag::register_usize(signal, Arc::clone(note), number);
            let _ = signal_hook::flag::register(signal, Arc::clone(&caught.interrupt));
        }
        // A file that may not grow so large is an error of the write, not the end of the program.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
        caught
    });
}

/// Whether one came.
pub(crate) fn stopped() -> bool {
    caught() != 0
}

/// A flag that becomes true when a signal comes, for the library's slow calls. Call [`watch`] first.
pub(crate) fn interrupt() -> &'static AtomicBool {
    static NEVER: AtomicBool = AtomicBool::new(false);
    CAUGHT.get().map_or(&NEVER, |caught| &caught.interrupt)
}

/// The signal that somebody sent to end this very program.
pub(crate) fn told_to_end() -> Option<i32> {
    let signal = CAUGHT.get().map_or(0, |caught| caught.to_us.load(Ordering::Relaxed));
    i32::try_from(signal).ok().filter(|signal| *signal != 0)
}

/// Forgets what was typed while another program had the terminal: that was the other's.
pub(crate) fn forget_keys() {
    if let Some(caught) = CAUGHT.get() {
        caught.by_key.store(0, Ordering::SeqCst);
        caught.interrupt.store(false, Ordering::SeqCst);
        // A signal to this program, which may have come at any moment, still counts.
        if self::caught() != 0 {
            caught.interrupt.store(true, Ordering::SeqCst);
        }
    }
}

/// Ends the program as the signal would have, if one came.
pub(crate) fn end_if_stopped() {
    if let Ok(signal @ 1..) = i32::try_from(caught()) {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

fn caught() -> usize {
    CAUGHT.get().map_or(0, |caught| {
        let to_us = caught.to_us.load(Ordering::Relaxed);
        if to_us == 0 { caught.by_key.load(Ordering::Relaxed) } else { to_us }
    })
}
