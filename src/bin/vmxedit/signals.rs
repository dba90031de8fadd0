//! Signals that ask the program to end. They are recorded, so that locks and temporary files are removed first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};

/// The last signal of each kind, 0 for none.
#[derive(Default)]
struct Received {
    /// Sent to this process.
    termination: Arc<AtomicUsize>,
    /// From the keyboard: the terminal sends it to every process in the foreground.
    keyboard: Arc<AtomicUsize>,
}

static RECEIVED: OnceLock<Received> = OnceLock::new();

/// Starts to record signals; until then they end the program at once.
pub(crate) fn watch() {
    RECEIVED.get_or_init(|| {
        let received = Received::default();
        let signals = [
            (SIGHUP, &received.termination),
            (SIGTERM, &received.termination),
            (SIGINT, &received.keyboard),
            (SIGQUIT, &received.keyboard),
        ];
        for (signal, flag) in signals {
            // If the system refuses, the signal still ends the program, and the next run cleans up.
            let number = signal.unsigned_abs() as usize;
            let _ = signal_hook::flag::register_usize(signal, Arc::clone(flag), number);
        }
        // Exceeding the file size limit becomes an error of the write instead of the end of the program.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
        received
    });
}

/// Returns whether a signal asked the program to end.
pub(crate) fn interrupted() -> bool {
    received() != 0
}

/// Returns the signal that was sent to this process, as opposed to one from the keyboard.
pub(crate) fn termination_signal() -> Option<i32> {
    let signal = RECEIVED.get().map_or(0, |received| received.termination.load(Ordering::Relaxed));
    i32::try_from(signal).ok().filter(|signal| *signal != 0)
}

/// Forgets signals from the keyboard that came while another program used the terminal.
pub(crate) fn clear_keyboard_signals() {
    if let Some(received) = RECEIVED.get() {
        received.keyboard.store(0, Ordering::Relaxed);
    }
}

/// Ends the program as the received signal would have, if there was one.
pub(crate) fn reraise_if_interrupted() {
    if let Ok(signal @ 1..) = i32::try_from(received()) {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

fn received() -> usize {
    RECEIVED.get().map_or(0, |received| {
        let termination = received.termination.load(Ordering::Relaxed);
        if termination == 0 { received.keyboard.load(Ordering::Relaxed) } else { termination }
    })
}
