//! Conditions of a preset, and the reasons why they do not hold.

mod devices;
mod violation;

pub(in crate::preset) use self::devices::unsupported;

use std::collections::BTreeMap;
use std::fmt;

use super::template::Template;
use crate::catalog::{MASK, is_secret};
use crate::document::{Key, Pattern};

/// Tests of a file, with an optional reason.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let preset = Library::default().find("ignition")?;
/// assert!(preset.requires.iter().any(|condition| condition.why.is_some()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Condition {
    /// The tests. The condition holds if all of them hold.
    pub tests: Vec<Test>,
    /// Why the preset has this condition.
    pub why: Option<String>,
    /// Values of parameters, by name. If a parameter has its value here, the condition holds without its tests.
    pub unless: BTreeMap<String, String>,
}

/// A test of a file. A test with a parameter that has no value holds.
///
/// ```
/// use vmxedit::preset::{Library, Test};
///
/// let preset = Library::default().find("ignition")?;
/// let tests = preset.requires.iter().flat_map(|condition| &condition.tests);
/// assert!(tests.into_iter().any(|test| matches!(test, Test::NotGuestOs(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Test {
    /// `guestOS` matches one of these.
    GuestOs(Vec<Pattern>),
    /// `guestOS` matches none of these, or is missing.
    NotGuestOs(Vec<Pattern>),
    /// `virtualHW.version` is within these bounds, both inclusive.
    Hardware {
        /// The lowest version.
        min: Option<u32>,
        /// The highest version.
        max: Option<u32>,
    },
    /// `firmware` is this. A missing or empty key counts as VMware's default.
    Firmware(String),
    /// A matching entry has a value that is not empty.
    Present(Template),
    /// No matching entry has a value that is not empty.
    Absent(Template),
    /// A matching entry has this value, or one that means the same to VMware.
    Equal {
        /// The key, or a pattern of keys.
        key: Template,
        /// The value.
        value: Template,
    },
    /// No matching entry has this value, or one that means the same to VMware.
    NotEqual {
        /// The key, or a pattern of keys.
        key: Template,
        /// The value.
        value: Template,
    },
    /// The value of the key is a number within these bounds, both inclusive. A missing key counts as VMware's default.
    Number {
        /// The key.
        key: Key,
        /// The lowest number.
        min: Option<u64>,
        /// The highest number.
        max: Option<u64>,
    },
    /// The VM has a hard disk in this slot.
    Disk(Template),
    /// The MAC address is in VMware's range of static addresses.
    StaticMac(Template),
    /// The hardware version has the device or feature of this setting, if it needs one that is known.
    Supported {
        /// The key.
        key: Template,
        /// The value.
        value: Template,
    },
    /// The VM has more PCI Express devices than its bridges have slots.
    NoPcieSlots,
    /// The file exists, and is a regular file.
    ExistingFile(Template),
    /// Nothing in the file is encrypted.
    NotEncrypted,
    /// The VM has no snapshots, and runs on no disk that a snapshot left.
    NoSnapshots,
}

/// What the caller knows about a VM besides the content of its file.
///
/// ```
/// use vmxedit::preset::{Environment, SnapshotState};
///
/// let environment = Environment::with_snapshots(SnapshotState::None);
/// assert!(environment.unusable_files.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Environment {
    /// Whether the VM has snapshots.
    pub snapshots: SnapshotState,
    /// Files that the VM cannot open, as the configuration names them, and why: "it does not exist".
    pub unusable_files: BTreeMap<String, String>,
}

impl Environment {
    /// Returns an environment with this state of the snapshots.
    pub fn with_snapshots(snapshots: SnapshotState) -> Self {
        Self { snapshots, ..Self::default() }
    }
}

/// Whether a VM has snapshots.
///
/// ```
/// use vmxedit::preset::{Environment, SnapshotState};
///
/// assert_eq!(Environment::with_snapshots(SnapshotState::Some).snapshots, SnapshotState::Some);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotState {
    /// It has no snapshots.
    None,
    /// It has snapshots.
    Some,
    /// No snapshot is listed, but the VM runs on this disk, which holds only the changes since one.
    Delta(String),
    /// It is not known.
    #[default]
    Unknown,
}

impl Condition {
    /// Returns whether it depends on [`Environment::snapshots`].
    pub fn needs_snapshots(&self) -> bool {
        self.tests.iter().any(|test| matches!(test, Test::NoSnapshots))
    }

    /// Returns the files on which [`Environment::unusable_files`] matters.
    pub(super) fn files(&self) -> impl Iterator<Item = &Template> {
        self.tests.iter().filter_map(|test| match test {
            Test::ExistingFile(file) => Some(file),
            _ => None,
        })
    }
}

/// Writes the condition as text for users who choose a preset. Secrets are masked.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, test) in self.tests.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " and " })?;
            test.fmt(f)?;
        }
        for (parameter, value) in &self.unless {
            write!(f, ", unless the parameter {parameter} is {value}")?;
        }
        match &self.why {
            Some(why) => write!(f, " ({why})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GuestOs(patterns) => write!(f, "guestOS is {}", either(patterns)),
            Self::NotGuestOs(patterns) => write!(f, "guestOS is not {}", either(patterns)),
            Self::Hardware { min, max } => {
                f.write_str(&range("virtualHW.version", min.map(u64::from), max.map(u64::from)))
            }
            Self::Firmware(firmware) => write!(f, "firmware is {firmware}"),
            Self::Present(pattern) => write!(f, "{pattern} has a value"),
            Self::Absent(pattern) => write!(f, "{pattern} has no value"),
            Self::Equal { key, value } => write!(f, "{key} is {}", masked(key, value)),
            Self::NotEqual { key, value } => write!(f, "{key} is not {}", masked(key, value)),
            Self::Number { key, min, max } => f.write_str(&range(key.as_str(), *min, *max)),
            Self::Disk(slot) => write!(f, "{slot} is a disk of the VM"),
            Self::StaticMac(address) => write!(f, "{address} is in VMware's range of static addresses"),
            Self::Supported { key, value } => {
                write!(f, "the hardware version has {key} = \"{}\"", masked(key, value))
            }
            Self::NoPcieSlots => f.write_str("a PCI Express device has no slot"),
            Self::ExistingFile(file) => write!(f, "{file} is an existing file"),
            Self::NotEncrypted => f.write_str("the VM is not encrypted"),
            Self::NoSnapshots => f.write_str("the VM has no snapshots"),
        }
    }
}

fn masked(key: &Template, value: &Template) -> String {
    if is_secret(&key.to_string()) { MASK.to_owned() } else { value.to_string() }
}

fn range(what: &str, min: Option<u64>, max: Option<u64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{what} must be {min} to {max}"),
        (Some(min), None) => format!("{what} must be {min} or more"),
        (None, Some(max)) => format!("{what} must be {max} or less"),
        (None, None) => format!("{what} must be a number"),
    }
}

fn either(patterns: &[Pattern]) -> String {
    let words: Vec<String> = patterns.iter().map(ToString::to_string).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}
