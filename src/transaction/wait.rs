//! How long an edit waits for other processes and for a VM that is not off.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{ErrorKind, Wait};
use crate::vm::power::{Power, PowerState};

/// How long an edit waits for another process of vmxedit that holds the lock. Each holds it for milliseconds; many may
/// queue.
pub const PEER_TIMEOUT: Duration = Duration::from_secs(30);

/// Decides how long an edit waits for a VM that is not off.
#[derive(Debug)]
pub struct Patience {
    wait: Wait,
    started: Instant,
    settling_since: Option<Instant>,
    free_since: Option<Instant>,
}

/// How long a VM may take to settle: VMware writes the `.vmx` once more shortly after the VM is off.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);

impl Patience {
    /// Starts the clock.
    pub fn new(wait: Wait) -> Self {
        Self { wait, started: Instant::now(), settling_since: None, free_since: None }
    }

    /// How long the program waits for another process of vmxedit: [`PEER_TIMEOUT`], or longer with a longer wait.
    pub fn peer_timeout(&self) -> Duration {
        PEER_TIMEOUT.max(self.time_left())
    }

    pub(super) fn time_left(&self) -> Duration {
        match self.wait {
            Wait::No => Duration::ZERO,
            Wait::UpTo(limit) => limit.saturating_sub(self.started.elapsed()),
            Wait::Indefinitely => Duration::MAX,
        }
    }

    /// Returns whether to try again when the VM is in this state: the wait is not over, or the state passes by itself.
    pub fn allows(&mut self, power: &Power) -> bool {
        let since = match power.state {
            PowerState::Settling => &mut self.settling_since,
            // The holder released the lock while the state was assessed.
            PowerState::Off => &mut self.free_since,
            _ => return !self.time_left().is_zero(),
        };
        since.get_or_insert_with(Instant::now).elapsed() < SETTLE_TIMEOUT || !self.time_left().is_zero()
    }

    /// Waits a fifth of a second.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`] when `interrupt` is set.
    pub fn pause(&self, interrupt: &AtomicBool) -> Result<(), ErrorKind> {
        let until = Instant::now() + PAUSE;
        while Instant::now() < until {
            if interrupt.load(Ordering::Relaxed) {
                return Err(ErrorKind::Interrupted);
            }
            std::thread::sleep(PAUSE / 10);
        }
        Ok(())
    }
}
