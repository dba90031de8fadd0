//! How long a VM that is not off is waited for, and what is said meanwhile.

use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use vmxedit::Cause;
use vmxedit::vm::power::{Power, PowerState};

use crate::report::{Report, terminal};
use crate::signals;

/// VMware's last write comes a moment after a VM looks off: that is waited for without being asked.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);

pub(super) struct Waiting {
    /// What was asked for.
    at_most: Option<Duration>,
    begun: Instant,
    settling_since: Option<Instant>,
    spinner: Option<ProgressBar>,
    said: bool,
}

impl Waiting {
    pub(super) fn new(at_most: Option<Duration>) -> Self {
        Self { at_most, begun: Instant::now(), settling_since: None, spinner: None, said: false }
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
        let gone = power.state == PowerState::Off;
        if !(asked_for || settles || gone) {
            self.end();
            return Err(Cause::NotOff { reason: power.reason(), hint: remedy(power.state) });
        }
        self.say(path, power, report);
        let until = Instant::now() + PAUSE;
        while Instant::now() < until {
            if signals::stopped() {
                self.end();
                return Err(Cause::Stopped);
            }
            std::thread::sleep(PAUSE / 10);
        }
        Ok(())
    }

    pub(super) fn end(&mut self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }

    /// A spinner on a terminal, one line elsewhere.
    fn say(&mut self, path: &Path, power: &Power, report: &mut Report) {
        let text = format!("waiting: {}", power.reason());
        if report.quiet || report.json || !stderr().is_terminal() {
            if !self.said {
                report.note(Some(path), &text);
            }
            self.said = true;
            return;
        }
        let spinner = self.spinner.get_or_insert_with(ProgressBar::new_spinner);
        spinner.set_message(terminal::escape(&format!("{}: {text}", path.display())).into_owned());
        spinner.tick();
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
        PowerState::Unknown => "find out whether it is off; --force edits all the same",
    }
    .to_owned()
}
