//! How long a VM that is not off is waited for, and what is said meanwhile.

use std::path::Path;
use std::time::{Duration, Instant};

use vmxedit::Cause;
use vmxedit::vm::power::{Power, PowerState};

use crate::report::Report;
use crate::signals;

/// VMware's last write comes a moment after a VM looks off: that is waited for without being asked.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);

pub(super) struct Waiting {
    /// What was asked for.
    at_most: Option<Duration>,
    begun: Instant,
    settling_since: Option<Instant>,
    said: usize,
}

impl Waiting {
    pub(super) fn new(at_most: Option<Duration>) -> Self {
        Self { at_most, begun: Instant::now(), settling_since: None, said: 0 }
    }

    /// How long to wait for another run of this program: no less than `usual`.
    pub(super) fn for_ours(&self, usual: Duration) -> Duration {
        let left = self.at_most.unwrap_or_default().saturating_sub(self.begun.elapsed());
        usual.max(left)
    }

    /// Waits a moment, if there is patience left for a VM in this state.
    ///
    /// # Errors
    /// [`Cause::NotOff`] where there is none, [`Cause::Stopped`].
    pub(super) fn again(&mut self, path: &Path, power: &Power, report: &mut Report) -> Result<(), Cause> {
        let asked_for = self.at_most.is_some_and(|at_most| self.begun.elapsed() < at_most);
        let settles = power.state == PowerState::Settling
            && self.settling_since.get_or_insert_with(Instant::now).elapsed() < SETTLES_WITHIN;
        // Somebody let go while this was found out.
        let gone = power.state == PowerState::Off && self.begun.elapsed() < SETTLES_WITHIN;
        if !(asked_for || settles || gone) {
            report.unspin();
            let reason = match power.state {
                PowerState::Off => "somebody takes its lock again and again".to_owned(),
                _ => power.reason(),
            };
            return Err(Cause::NotOff { reason, hint: remedy(power.state) });
        }
        self.say(path, power, report);
        let until = Instant::now() + PAUSE;
        while Instant::now() < until {
            if signals::stopped() {
                report.unspin();
                return Err(Cause::Stopped);
            }
            std::thread::sleep(PAUSE / 10);
        }
        Ok(())
    }

    /// A spinner on a terminal, one line elsewhere.
    fn say(&mut self, path: &Path, power: &Power, report: &mut Report) {
        let text = format!("waiting: {}", power.reason());
        if report.spins() {
            report.spin(self.said, path, &text);
        } else if self.said == 0 {
            report.note(Some(path), &text);
        }
        self.said += 1;
    }
}

/// What to do about it.
fn remedy(state: PowerState) -> String {
    match state {
        PowerState::Off => "try again",
        PowerState::Running => "shut it down, or wait for it with --wait",
        PowerState::Suspended => "resume it and shut it down: its saved memory would not fit the edit",
        PowerState::OpenInGui => {
            "close its tab, or wait for that with --wait: VMware would overwrite the edit with what it has in memory"
        }
        PowerState::LockedElsewhere => {
            "close it there, or wait for that with --wait; --force edits all the same and leaves the lock"
        }
        PowerState::Settling => "try again in a few seconds: VMware may still write the file",
        _ => "find out whether it is off; --force edits all the same",
    }
    .to_owned()
}
