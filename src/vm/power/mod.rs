//! Finds out whether a VM is off: evidence, its weight, and the state that follows. It refuses nothing; the caller
//! decides.

mod evidence;
mod vm_files;

use std::ffi::OsStr;
use std::fmt;

use self::evidence::Subject;
use crate::document::Document;
use crate::host::{FolderView, Host, ListedOnce, Place};
use crate::vm::lock::{self, Lock, LockEntry};

/// The power state of a VM, as far as it is known.
///
/// ```
/// use vmxedit::PowerState;
///
/// assert_eq!(PowerState::Off.as_str(), "off");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PowerState {
    /// No conclusive or strong evidence says otherwise. Files alone never prove that a VM is off.
    Off,
    /// A `vmware-vmx` process runs it.
    Running,
    /// Its memory is saved on disk; an edited configuration would not match it.
    Suspended,
    /// A VMware window has it open, and writes the file from memory when the VM is next started.
    OpenInGui,
    /// Another machine, or a program other than VMware's, holds its lock.
    LockedElsewhere,
    /// It looks off, and VMware may still write the file once more.
    Settling,
    /// The state could not be found out.
    Unknown,
}

/// How much a piece of evidence proves.
///
/// ```
/// use vmxedit::vm::power::Weight;
///
/// assert!(Weight::Conclusive > Weight::Strong && Weight::Strong > Weight::Hint);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Weight {
    /// Enough for a warning only.
    Hint,
    /// Enough to refuse an edit.
    Strong,
    /// Proof.
    Conclusive,
}

/// What a piece of evidence is about.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::vm::power::{EvidenceKind, Power};
/// use vmxedit::{Document, file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// std::fs::write(folder.path().join("vm.vmss"), "")?;
/// let place = file::find(&path)?;
/// let power = Power::assess(&place, &Document::parse("memsize = \"2048\"\n"), &Host::default());
///
/// assert!(power.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::SavedState));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EvidenceKind {
    /// A process of this host.
    Process,
    /// The report of one of the host's tools.
    HostTool,
    /// A lock of VMware's.
    Lock,
    /// The saved memory of a suspended VM.
    SavedState,
    /// The swap or memory file of a running VM.
    Memory,
    /// A file that VMware wrote to a moment ago.
    Activity,
    /// A setting in the configuration, or that it cannot be read.
    Setting,
}

/// A fact about a VM, and the state that it speaks for.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::vm::power::{Power, PowerState};
/// use vmxedit::{Document, file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// std::fs::write(folder.path().join("vm.vmss"), "")?;
/// let place = file::find(&path)?;
/// let power = Power::assess(&place, &Document::parse("memsize = \"2048\"\n"), &Host::default());
///
/// assert_eq!(power.evidence[0].says, PowerState::Suspended);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// How much it proves.
    pub weight: Weight,
    /// The state that it speaks for.
    pub says: PowerState,
    /// A description for users.
    pub detail: String,
}

/// The state of a VM and the evidence for it.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::host::Host;
/// use vmxedit::vm::power::{Power, PowerState};
///
/// let folder = tempfile::tempdir()?;
/// let vmx = folder.path().join("vm.vmx");
/// let text = "checkpoint.vmState = \"vm.vmss\"\n";
/// std::fs::write(&vmx, text)?;
/// std::fs::write(folder.path().join("vm.vmss"), "saved memory")?;
///
/// let place = vmxedit::file::find(&vmx)?;
/// let power = Power::assess(&place, &Document::parse(text), &Host::default());
/// assert_eq!(power.state, PowerState::Suspended);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Power {
    /// The state.
    pub state: PowerState,
    /// All evidence, the weightiest first.
    pub evidence: Vec<Evidence>,
}

impl EvidenceKind {
    /// Returns a stable identifier for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::HostTool => "host_tool",
            Self::Lock => "lock",
            Self::SavedState => "saved_state",
            Self::Memory => "memory",
            Self::Activity => "activity",
            Self::Setting => "setting",
        }
    }
}

impl PowerState {
    /// Returns a stable identifier for programs.
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
    /// Returns a stable identifier for programs and users.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Strong => "strong",
            Self::Conclusive => "conclusive",
        }
    }
}

impl Power {
    /// Assesses every VM that the file of `place` is the configuration of or belongs to (see
    /// `owning_vms`). `document` is its content. For a file that belongs to no VM, only its lock counts.
    ///
    /// Reads the folder of the file and what `host` has not read yet: that reads `/proc` and may start `vmrun`,
    /// `vim-cmd` and `esxcli`, and waits 5 seconds at most for each. [`Host`] says when a new one is needed.
    pub fn assess(place: &Place, document: &Document, host: &Host) -> Self {
        let folder = ListedOnce::new(&**place.folder());
        let mut found = evidence::of_file_lock(place);
        found.extend(evidence::gather(&Subject { folder: &folder, name: place.name(), document }, host));
        Self::from_evidence(found)
    }

    /// Assesses the VMs of the file `name` in `folder`, which may be on another host, then `host` is that host. Costs as
    /// much as [`assess`](Self::assess).
    ///
    /// `link` is the folder and the name of a link that leads to the file: there may be another lock.
    pub fn assess_in(
        folder: &dyn FolderView,
        name: &OsStr,
        link: Option<(&dyn FolderView, &OsStr)>,
        document: &Document,
        host: &Host,
    ) -> Self {
        let folder = ListedOnce::new(folder);
        let mut locks = lock::entries(&folder, name);
        locks.extend(link.into_iter().flat_map(|(folder, name)| lock::entries(folder, name)));
        let mut found: Vec<Evidence> = locks.iter().map(evidence::of_lock_entry).collect();
        found.extend(evidence::gather(&Subject { folder: &folder, name, document }, host));
        Self::from_evidence(found)
    }

    /// Assesses the VMs of the file while the caller holds the file's lock, which is left out. Every other process in
    /// its lock directory waits for that lock. Nothing may have been read of `folder`, the folder of the file, and
    /// `host` before the lock was taken. Costs as much as [`assess`](Self::assess).
    pub(crate) fn assess_locked(
        _lock: &Lock,
        place: &Place,
        folder: &dyn FolderView,
        document: &Document,
        host: &Host,
    ) -> Self {
        let name = place.name();
        Self::from_evidence(evidence::gather(&Subject { folder, name, document }, host))
    }

    /// Returns the state that `evidence` speaks for. The weightiest decides; hints never do.
    pub(crate) fn from_evidence(mut evidence: Vec<Evidence>) -> Self {
        evidence.sort_by_key(|found| std::cmp::Reverse((found.weight, rank(found.says))));
        let state = evidence
            .iter()
            .find(|found| found.weight > Weight::Hint && found.says != PowerState::Off)
            .map_or(PowerState::Off, |found| found.says);
        Self { state, evidence }
    }

    /// Adds, to a VM that looks off, the lock entry that ended an attempt to take the lock, unless it has been removed
    /// since: then the caller can try again.
    #[must_use]
    pub(crate) fn with_holder(self, holder: &LockEntry, place: &Place) -> Self {
        if self.state == PowerState::Off && holder.exists(place) {
            let mut evidence = self.evidence;
            evidence.push(evidence::of_lock_entry(holder));
            return Self::from_evidence(evidence);
        }
        self
    }

    /// Adds the lock that ended an attempt to take it on another host, and the state that it means.
    #[must_use]
    pub fn with_lock(self, holder: &str, state: PowerState) -> Self {
        let mut evidence = self.evidence;
        let detail = format!("the lock of the file is held: {holder}");
        evidence.push(Evidence { kind: EvidenceKind::Lock, weight: Weight::Strong, says: state, detail });
        Self::from_evidence(evidence)
    }

    /// Describes the state and the evidence that decides it, such as "the VM is running (vmware-vmx, pid 17, runs it)".
    pub fn reason(&self) -> String {
        let deciding =
            self.evidence.iter().find(|found| found.says == self.state && found.weight > Weight::Hint);
        let what = if self.state == PowerState::Unknown { "the state of the VM" } else { "the VM" };
        match deciding {
            Some(found) => format!("{what} is {} ({})", self.state, found.detail),
            None => format!("{what} is {}", self.state),
        }
    }
}

/// Returns the rank of a state among evidence of equal weight. The highest decides.
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
