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
}

/// How long a VM may take to settle: VMware writes the `.vmx` once more shortly after the VM is off. This is always
/// waited for.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);

impl Patience {
    /// Starts the clock.
    pub fn new(wait: Wait) -> Self {
        Self { wait, started: Instant::now(), settling_since: None }
    }

    /// How long to wait for another process of vmxedit: [`PEER_TIMEOUT`], or longer when the caller asked to wait
    /// longer.
    pub fn peer_timeout(&self) -> Duration {
        PEER_TIMEOUT.max(self.time_left())
    }

    fn time_left(&self) -> Duration {
        match self.wait {
            Wait::No => Duration::ZERO,
            Wait::UpTo(limit) => limit.saturating_sub(self.started.elapsed()),
            Wait::Indefinitely => Duration::MAX,
        }
    }

    /// Whether a VM in this state is worth waiting for a little longer.
    pub fn is_left_for(&mut self, power: &Power) -> bool {
        let is_settling = power.state == PowerState::Settling
            && self.settling_since.get_or_insert_with(Instant::now).elapsed() < SETTLE_TIMEOUT;
        // The holder released the lock while the state was assessed.
        let is_free = power.state == PowerState::Off && self.started.elapsed() < SETTLE_TIMEOUT;
        !self.time_left().is_zero() || is_settling || is_free
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
