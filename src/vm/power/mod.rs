//! Whether a VM is off: evidence, its weight, and the state that follows. It refuses nothing; the caller decides.

mod evidence;

use std::fmt;
use std::path::Path;

use crate::document::Document;
use crate::vm::host::Host;
use crate::vm::lock::{Lock, Sign};
use crate::vm::place::Place;

/// What is known of a VM's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerState {
    /// Nothing conclusive or strong says otherwise. Files alone never prove it.
    Off,
    /// A virtual machine monitor runs it.
    Running,
    /// Its memory is saved on disk; an edit would not fit it.
    Suspended,
    /// A VMware window has it open, and writes the file from memory when the VM is next started.
    OpenInGui,
    /// Another machine, or a program that is not VMware's, holds its lock.
    LockedElsewhere,
    /// It looks off, and VMware may still write the file once more.
    Settling,
    /// It could not be found out.
    Unknown,
}

/// How much a piece of evidence proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth a warning, no more.
    Hint,
    /// Enough to refuse.
    Strong,
    /// Proof.
    Conclusive,
}

/// One thing that was found, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What kind of thing: `process`, `host_tool`, `lock`, `saved_state`, `memory`, `activity` or `setting`.
    pub kind: &'static str,
    /// How much it proves.
    pub weight: Weight,
    /// The state that it speaks for.
    pub says: PowerState,
    /// What was found, in words.
    pub detail: String,
}

/// The state of a VM and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// The state.
    pub state: PowerState,
    /// Everything that was found, the weightiest first.
    pub evidence: Vec<Evidence>,
}

impl PowerState {
    /// The word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::OpenInGui => "open_in_gui",
            Self::LockedElsewhere => "locked_elsewhere",
            Self::Settling => "settling",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for PowerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::OpenInGui => "open in a VMware window",
            Self::LockedElsewhere => "locked elsewhere",
            Self::Settling => "settling",
            Self::Unknown => "unknown",
        })
    }
}

impl Weight {
    /// The word for programs and people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Strong => "strong",
            Self::Conclusive => "conclusive",
        }
    }
}

impl Power {
    /// Looks for evidence that a VM is not off whose configuration `file` is or belongs to (see
    /// [`configurations`](crate::vm::neighbour::configurations)). `document` is that file's content. A file of no VM has
    /// nothing but its own lock.
    pub fn of(file: &Path, document: &Document, host: &Host) -> Self {
        let file = Place::of(file);
        let mut found = evidence::of_file_lock(&file);
        found.extend(evidence::gather(&file, document, host));
        Self::weigh(found)
    }

    /// The same while `_lock`, the file's own lock, is held: whoever else stands there waits for it. `host` was first
    /// asked after the lock was taken.
    pub fn under_lock(_lock: &Lock, file: &Place, document: &Document, host: &Host) -> Self {
        Self::weigh(evidence::gather(file, document, host))
    }

    /// The state that `evidence` speaks for: the weightiest decides; hints never do.
    pub fn weigh(mut evidence: Vec<Evidence>) -> Self {
        evidence.sort_by_key(|found| std::cmp::Reverse((found.weight, rank(found.says))));
        let state = evidence
            .iter()
            .find(|found| found.weight > Weight::Hint && found.says != PowerState::Off)
            .map_or(PowerState::Off, |found| found.says);
        Self { state, evidence }
    }

    /// The same, where `held` ended an attempt to take the lock: if that is gone by now, nothing is lost by trying again.
    #[must_use]
    pub fn or_held(self, held: &Sign) -> Self {
        if self.state == PowerState::Off && held.still_there() {
            let mut evidence = self.evidence;
            evidence.push(evidence::of_lock(held));
            return Self::weigh(evidence);
        }
        self
    }

    /// The evidence that the state rests on, in words.
    pub fn reason(&self) -> String {
        let deciding =
            self.evidence.iter().find(|found| found.says == self.state && found.weight > Weight::Hint);
        match deciding {
            Some(found) => format!("the VM is {} ({})", self.state, found.detail),
            None => format!("the VM is {}", self.state),
        }
    }
}

/// Which state wins where the weights are equal.
fn rank(state: PowerState) -> u8 {
    match state {
        PowerState::Running => 6,
        PowerState::Suspended => 5,
        PowerState::OpenInGui => 4,
        PowerState::LockedElsewhere => 3,
        PowerState::Settling => 2,
        PowerState::Unknown => 1,
        PowerState::Off => 0,
    }
}
