//! Whether a VM is off: evidence, its weight, and the state that follows. It refuses nothing; the caller decides.

use std::fmt;
use std::path::{Path, PathBuf};

use super::host;
use super::lock::{self, Meaning, Sign};
use crate::document::{Document, Key};

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
    /// What kind of thing: `process`, `lock`, `saved_state`.
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

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Off => "",
            Self::Running => "shut it down first",
            Self::Suspended => "resume it and shut it down first: its saved memory would not fit the edit",
            Self::OpenInGui => "close its tab or the VMware window first: it would overwrite the edit",
            Self::LockedElsewhere => {
                "close it there; if that machine is gone, --force edits all the same and leaves the lock"
            }
            Self::Settling => "wait a few seconds",
            Self::Unknown => "find out whether it is off; --force edits all the same",
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
    /// Looks for evidence that the VM of the file `vmx` is not off. `document` is that file's content.
    pub fn of(vmx: &Path, document: &Document) -> Self {
        let target = vmx.canonicalize().unwrap_or_else(|_| vmx.to_owned());
        let mut evidence = Vec::new();
        processes(&target, &mut evidence);
        for path in places(vmx, &target) {
            evidence.extend(lock::signs(&path).into_iter().map(|sign| lock_evidence(&sign)));
        }
        saved_state(&target, document, &mut evidence);
        Self::weigh(evidence)
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

/// VMware locks beside the name it opens: a link and its target have different locks.
fn places(given: &Path, target: &Path) -> Vec<PathBuf> {
    let name = given.file_name().unwrap_or_default();
    let directory = given.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside_name = directory.canonicalize().map(|directory| directory.join(name));
    let mut places = vec![target.to_owned(), beside_name.unwrap_or_else(|_| given.to_owned())];
    places.sort();
    places.dedup();
    places
}

fn processes(target: &Path, evidence: &mut Vec<Evidence>) {
    match host::monitors_of(target) {
        Ok(monitors) => evidence.extend(monitors.into_iter().map(|monitor| Evidence {
            kind: "process",
            weight: Weight::Conclusive,
            says: PowerState::Running,
            detail: format!("{}, pid {}, runs it", monitor.program, monitor.pid),
        })),
        Err(error) => evidence.push(Evidence {
            kind: "process",
            weight: Weight::Hint,
            says: PowerState::Unknown,
            detail: format!("the list of processes cannot be read: {error}"),
        }),
    }
}

fn lock_evidence(sign: &Sign) -> Evidence {
    let path = sign.path.file_name().unwrap_or_default().to_string_lossy();
    let shown = match sign.path.parent().and_then(Path::file_name) {
        Some(directory) if directory.to_string_lossy().ends_with(".lck") => {
            format!("{}/{path}", directory.to_string_lossy())
        }
        _ => path.into_owned(),
    };
    let (weight, says, detail) = match &sign.meaning {
        Meaning::Live { pid, program } => {
            let says = match program.as_str() {
                "vmware-vmx" | "vmware-vmx-debu" | "vmware-vmx-stat" => PowerState::Running,
                "vmware" | "vmplayer" | "vmware-tray" | "vmware-kvm" | "VMware Fusion" => {
                    PowerState::OpenInGui
                }
                _ => PowerState::LockedElsewhere,
            };
            (Weight::Strong, says, format!("{program}, pid {pid}, holds {shown}"))
        }
        Meaning::Stale { pid } => {
            (Weight::Hint, PowerState::Off, format!("{shown} is stale: process {pid} is gone"))
        }
        Meaning::Foreign { machine, holder } => (
            Weight::Strong,
            PowerState::LockedElsewhere,
            format!("{holder} on another machine, {machine}, holds {shown}"),
        ),
        Meaning::EsxiLock => (
            Weight::Strong,
            PowerState::LockedElsewhere,
            format!("{shown} is a file, not a directory: the lock of an ESXi host"),
        ),
        Meaning::Rubbish => (Weight::Hint, PowerState::Off, format!("{shown} is no valid lock entry")),
        Meaning::Entering => (
            Weight::Hint,
            PowerState::LockedElsewhere,
            format!("{shown}: somebody takes the lock, or died doing so"),
        ),
        Meaning::Unreadable { why } => {
            (Weight::Strong, PowerState::Unknown, format!("{shown} cannot be judged: {why}"))
        }
    };
    Evidence { kind: "lock", weight, says, detail }
}

/// `checkpoint.vmState` names the file that a suspended VM's memory is saved in.
fn saved_state(target: &Path, document: &Document, evidence: &mut Vec<Evidence>) {
    let Ok(key) = Key::parse("checkpoint.vmState") else { return };
    for entry in document.find(&key) {
        let name = entry.value();
        if name.is_empty() {
            continue;
        }
        let saved = target.parent().unwrap_or(Path::new("")).join(&*name);
        let (weight, found) = match saved.try_exists() {
            Ok(true) => (Weight::Conclusive, "and the file is there".to_owned()),
            Ok(false) => (Weight::Hint, "and the file is not there".to_owned()),
            Err(error) => (Weight::Hint, format!("and the file cannot be looked at: {error}")),
        };
        evidence.push(Evidence {
            kind: "saved_state",
            weight,
            says: PowerState::Suspended,
            detail: format!("line {}: {} = \"{name}\", {found}", entry.number(), entry.key()),
        });
    }
}
