//! The flag by which a program ends what this process waits for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Returns the flag that ends every wait for another process to release a file, for signal handlers to set.
pub fn interrupt_flag() -> &'static Arc<AtomicBool> {
    &INTERRUPTED
}

pub(super) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
