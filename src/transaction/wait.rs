//! How long an edit waits for other processes and for a VM that is not off.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{ErrorKind, Wait};
use crate::vm::power::{Power, PowerState};

/// How long an edit waits for another process of vmxedit that holds the lock. Each holds it for milliseconds; many may
/// queue.
pub const PEER_TIMEOUT: Duration = Duration::from_secs(30);

/// Decides how long an edit waits for a VM that is not off.
///
/// ```
/// use std::time::Duration;
/// use vmxedit::transaction::{PEER_TIMEOUT, Patience, Wait};
///
/// assert_eq!(Patience::new(Wait::No).peer_timeout(), PEER_TIMEOUT);
/// assert!(Patience::new(Wait::UpTo(Duration::from_secs(60))).peer_timeout() > PEER_TIMEOUT);
/// ```
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

    /// How long the program waits for another process of vmxedit: [`PEER_TIMEOUT`], or as long as it waits for the VM.
    pub fn peer_timeout(&self) -> Duration {
        match self.wait {
            Wait::No => PEER_TIMEOUT,
            Wait::UpTo(_) | Wait::Indefinitely => self.time_left(),
        }
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PEER_TIMEOUT, Patience};
    use crate::transaction::Wait;

    #[test]
    fn a_limit_holds_for_another_edit_as_well() {
        let timeout = |wait| Patience::new(wait).peer_timeout();
        assert_eq!(timeout(Wait::No), PEER_TIMEOUT);
        assert_eq!(timeout(Wait::UpTo(Duration::ZERO)), Duration::ZERO);
        let (almost, limit) = (Duration::from_secs(2), Duration::from_secs(3));
        assert!((almost..=limit).contains(&timeout(Wait::UpTo(limit))));
        assert_eq!(timeout(Wait::Indefinitely), Duration::MAX);
    }
}
