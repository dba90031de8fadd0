//! Signals that ask the program to end. They are recorded, so that locks and temporary files are removed first.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Once};

use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use vmxedit::host;

/// The last signal of each kind, 0 for none.
struct Received {
    /// Whether there is any.
    any: Arc<AtomicBool>,
    /// Sent to this process.
    termination: Arc<AtomicUsize>,
    /// From the keyboard: the terminal sends it to every process in the foreground.
    keyboard: Arc<AtomicUsize>,
}

static RECEIVED: LazyLock<Received> = LazyLock::new(|| Received {
    any: Arc::clone(host::interrupt_flag()),
    termination: Arc::default(),
    keyboard: Arc::default(),
});

/// Starts to record signals; until then they end the program at once.
pub(crate) fn watch() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        let Received { any, termination, keyboard } = &*RECEIVED;
        for (signal, kind) in
            [(SIGHUP, termination), (SIGTERM, termination), (SIGINT, keyboard), (SIGQUIT, keyboard)]
        {
            // If the system refuses, the signal still ends the program, and the next run cleans up.
            let number = signal.unsigned_abs() as usize;
            let _ = flag::register_usize(signal, Arc::clone(kind), number);
            let _ = flag::register(signal, Arc::clone(any));
        }
        // Exceeding the file size limit becomes an error of the write instead of the end of the program.
        let _ = flag::register(SIGXFSZ, Arc::default());
    });
}

/// Starts to record signals in a run that holds no lock: the second signal ends the program at once, even if it waits
/// for a pipe.
pub(crate) fn watch_first() {
    for signal in [SIGHUP, SIGTERM, SIGINT, SIGQUIT] {
        // Handlers run in the order of their registration, so the flag is still clear at the first signal.
        let _ = flag::register_conditional_default(signal, interrupt_flag());
    }
    watch();
}

/// A flag that every signal sets as long as this value exists. Its user may clear it: no other code reads it.
pub(crate) struct SignalFlag {
    flag: Arc<AtomicBool>,
    actions: Vec<SigId>,
}

impl SignalFlag {
    pub(crate) fn new() -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        let signals = [SIGHUP, SIGTERM, SIGINT, SIGQUIT].into_iter();
        let actions = signals.filter_map(|signal| flag::register(signal, Arc::clone(&flag)).ok()).collect();
        Self { flag, actions }
    }

    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.flag
    }
}

impl Drop for SignalFlag {
    fn drop(&mut self) {
        for action in &self.actions {
            signal_hook::low_level::unregister(*action);
        }
    }
}

/// Returns the flag that is set when a signal asks the program to end.
pub(crate) fn interrupt_flag() -> Arc<AtomicBool> {
    Arc::clone(&RECEIVED.any)
}

/// Returns whether a signal asked the program to end.
pub(crate) fn interrupted() -> bool {
    RECEIVED.any.load(Ordering::Relaxed)
}

/// Returns the signal that was sent to this process, as opposed to one from the keyboard.
pub(crate) fn termination_signal() -> Option<i32> {
    signal_number(&RECEIVED.termination)
}

/// Forgets signals from the keyboard that came while another program used the terminal.
pub(crate) fn clear_keyboard_signals() {
    RECEIVED.keyboard.store(0, Ordering::Relaxed);
    RECEIVED.any.store(termination_signal().is_some(), Ordering::Relaxed);
}

/// Ends the program as the received signal would have, if there was one.
pub(crate) fn reraise_if_interrupted() {
    if let Some(signal) = termination_signal().or_else(|| signal_number(&RECEIVED.keyboard)) {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

fn signal_number(kind: &AtomicUsize) -> Option<i32> {
    i32::try_from(kind.load(Ordering::Relaxed)).ok().filter(|signal| *signal != 0)
}
