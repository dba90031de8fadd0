//! Conditions of a preset, and the reasons why they do not hold.

use std::fmt;

use super::PresetError;
use crate::catalog::{MASK, default_value, is_secret, values_equal};
use crate::document::{Document, Encryption, Key, Pattern};

/// A test of a file, with an optional reason.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Condition {
    /// The test.
    pub test: Test,
    /// Why the preset has this condition.
    pub why: Option<String>,
}

/// A test of a file.
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
    Present(Pattern),
    /// No matching entry has a value that is not empty.
    Absent(Pattern),
    /// The key has this value, or one that means the same to VMware ([`values_equal`]).
    Equal(Key, String),
    /// The key is missing or has another value.
    NotEqual(Key, String),
    /// Nothing in the file is encrypted.
    NotEncrypted,
    /// The VM has no snapshots.
    NoSnapshots,
}

/// What the caller knows about a VM besides the content of its file.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Environment {
    /// Whether the VM has snapshots.
    pub snapshots: SnapshotState,
}

impl Environment {
    /// Returns an environment with this state of the snapshots.
    pub fn with_snapshots(snapshots: SnapshotState) -> Self {
        Self { snapshots }
    }
}

/// Whether a VM has snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotState {
    /// It has no snapshots.
    None,
    /// It has snapshots.
    Some,
    /// It is not known.
    #[default]
    Unknown,
}

impl Condition {
    /// Returns why the condition does not hold for `document`, or `None` if it holds. Secrets are masked.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets the tested key on several lines.
    pub fn violation(
        &self,
        document: &Document,
        environment: Environment,
    ) -> Result<Option<String>, PresetError> {
        let violation = self.test.violation(document, environment)?;
        Ok(violation.map(|reason| match &self.why {
            Some(why) => format!("{why}, and {reason}"),
            None => reason,
        }))
    }
}

impl Test {
    fn violation(
        &self,
        document: &Document,
        environment: Environment,
    ) -> Result<Option<String>, PresetError> {
        let value = |key: &Key| -> Result<Option<String>, PresetError> {
            Ok(document.get(key)?.map(|entry| entry.value().into_owned()))
        };
        let value_of = |key: &str| value(&Key::parse(key)?);
        Ok(match self {
            Self::GuestOs(patterns) => match value_of("guestOS")? {
                None => Some("guestOS is not set".to_owned()),
                Some(guest) => (!matches_any(patterns, &guest)).then(|| guest_is(&guest)),
            },
            Self::NotGuestOs(patterns) => value_of("guestOS")?
                .filter(|guest| matches_any(patterns, guest))
                .map(|guest| guest_is(&guest)),
            Self::Hardware { min, max } => hardware(value_of("virtualHW.version")?, *min, *max),
            Self::Firmware(expected) => {
                let firmware = value_of("firmware")?.filter(|text| !text.is_empty());
                let firmware =
                    firmware.or_else(|| default_value("firmware").map(str::to_owned)).unwrap_or_default();
                (!firmware.eq_ignore_ascii_case(expected))
                    .then(|| format!("the firmware is {firmware}, not {expected}"))
            }
            Self::Present(pattern) => {
                with_value(document, pattern).is_none().then(|| format!("{pattern} has no value"))
            }
            Self::Absent(pattern) => with_value(document, pattern)
                .map(|(key, value)| format!("{key} is set explicitly (\"{}\")", shown(&key, &value))),
            Self::Equal(key, expected) => match value(key)? {
                Some(value) if values_equal(key.as_str(), &value, expected) => None,
                Some(_) if is_secret(key.as_str()) => Some(format!("{key} has another value")),
                Some(value) => Some(format!("{key} is \"{value}\", not \"{expected}\"")),
                None => Some(format!("{key} is not set")),
            },
            Self::NotEqual(key, unwanted) => value(key)?
                .filter(|value| values_equal(key.as_str(), value, unwanted))
                .map(|value| format!("{key} is \"{}\"", shown(key.as_str(), &value))),
            Self::NotEncrypted => {
                (document.encryption() != Encryption::None).then(|| "the VM is encrypted".to_owned())
            }
            Self::NoSnapshots => match environment.snapshots {
                SnapshotState::None => None,
                SnapshotState::Some => Some("the VM has snapshots".to_owned()),
                SnapshotState::Unknown => Some("it is unknown whether the VM has snapshots".to_owned()),
            },
        })
    }
}

fn shown<'a>(key: &str, value: &'a str) -> &'a str {
    if is_secret(key) { MASK } else { value }
}

fn guest_is(guest: &str) -> String {
    format!("the guest is guestOS = \"{guest}\"")
}

fn hardware(version: Option<String>, min: Option<u32>, max: Option<u32>) -> Option<String> {
    let expected = range("it", min, max);
    let Some(text) = version else {
        return Some(format!("virtualHW.version is not set ({expected})"));
    };
    let Ok(version) = text.trim().parse::<u32>() else {
        return Some(format!("virtualHW.version is \"{text}\" ({expected})"));
    };
    let within = min.is_none_or(|min| version >= min) && max.is_none_or(|max| version <= max);
    (!within).then(|| format!("virtualHW.version is {version} ({expected})"))
}

/// Returns the key and value of the first matching entry whose value is not empty.
fn with_value(document: &Document, pattern: &Pattern) -> Option<(String, String)> {
    document
        .entries()
        .filter(|entry| pattern.selects(entry))
        .map(|entry| (entry.key().into_owned(), entry.value().into_owned()))
        .find(|(_, value)| !value.is_empty())
}

fn matches_any(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(text))
}

fn range(what: &str, min: Option<u32>, max: Option<u32>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{what} must be {min} to {max}"),
        (Some(min), None) => format!("{what} must be {min} or more"),
        (None, Some(max)) => format!("{what} must be {max} or less"),
        (None, None) => format!("{what} must be a number"),
    }
}

/// Writes the condition as text for users who choose a preset. Secrets are masked.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.test.fmt(f)?;
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
            Self::Hardware { min, max } => f.write_str(&range("virtualHW.version", *min, *max)),
            Self::Firmware(firmware) => write!(f, "firmware is {firmware}"),
            Self::Present(pattern) => write!(f, "{pattern} has a value"),
            Self::Absent(pattern) => write!(f, "{pattern} has no value"),
            Self::Equal(key, value) => write!(f, "{key} is {}", shown(key.as_str(), value)),
            Self::NotEqual(key, value) => write!(f, "{key} is not {}", shown(key.as_str(), value)),
            Self::NotEncrypted => f.write_str("the VM is not encrypted"),
            Self::NoSnapshots => f.write_str("the VM has no snapshots"),
        }
    }
}

fn either(patterns: &[Pattern]) -> String {
    let words: Vec<String> = patterns.iter().map(ToString::to_string).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}
