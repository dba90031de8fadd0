//! Conditions of a preset on a file, and what to say where one does not hold.

use std::fmt;

use crate::document::{Document, Encryption, Key, Pattern};
use crate::error::Cause;

/// Something that a file must be, or with which a preset is not needed.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is asked.
    pub test: Test,
    /// Why, or for what.
    pub why: Option<String>,
}

/// What is asked of a file.
#[derive(Clone, Debug)]
pub enum Test {
    /// `guestOS` matches one of these.
    GuestOs(Vec<Pattern>),
    /// `guestOS` matches none of these, or is not there.
    NotGuestOs(Vec<Pattern>),
    /// `virtualHW.version` is within, both included.
    Hardware {
        /// The least.
        min: Option<u32>,
        /// The greatest.
        max: Option<u32>,
    },
    /// `firmware` is this; without the key it is `bios`.
    Firmware(String),
    /// An entry that matches has a value.
    Present(Pattern),
    /// No entry that matches has a value.
    Absent(Pattern),
    /// The key has this value; booleans in any case.
    Equal(Key, String),
    /// The key does not have this value.
    NotEqual(Key, String),
    /// Nothing in the file is encrypted.
    NotEncrypted,
    /// The VM has no snapshots.
    NoSnapshots,
}

/// What is known of a file beside its content.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Whether the VM has snapshots.
    pub snapshots: Snapshots,
}

/// Whether a VM has snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshots {
    /// It has none.
    None,
    /// It has some.
    Some,
    /// It cannot be told.
    Unknown,
}

impl Condition {
    /// Why the condition does not hold for `document`; `None` where it does.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where a key that it asks for stands there twice.
    pub fn unmet(&self, document: &Document, around: Around) -> Result<Option<String>, Cause> {
        let unmet = self.test.unmet(document, around)?;
        Ok(unmet.map(|reason| match &self.why {
            Some(why) => format!("{why}, and {reason}"),
            None => reason,
        }))
    }
}

impl Test {
    fn unmet(&self, document: &Document, around: Around) -> Result<Option<String>, Cause> {
        let value = |key: &Key| -> Result<Option<String>, Cause> {
            Ok(document.get(key)?.map(|entry| entry.value().into_owned()))
        };
        let named = |key: &str| value(&Key::parse(key)?);
        Ok(match self {
            Self::GuestOs(patterns) => match named("guestOS")? {
                None => Some("the file names no guestOS".to_owned()),
                Some(guest) => (!matches_any(patterns, &guest)).then(|| guest_is(&guest)),
            },
            Self::NotGuestOs(patterns) => {
                named("guestOS")?.filter(|guest| matches_any(patterns, guest)).map(|guest| guest_is(&guest))
            }
            Self::Hardware { min, max } => hardware(named("virtualHW.version")?, *min, *max),
            Self::Firmware(wanted) => {
                let firmware = named("firmware")?.filter(|text| !text.is_empty());
                let firmware = firmware.unwrap_or_else(|| "bios".to_owned());
                (!firmware.eq_ignore_ascii_case(wanted))
                    .then(|| format!("the firmware is {firmware}, not {wanted}"))
            }
            Self::Present(pattern) => {
                with_value(document, pattern).is_none().then(|| format!("{pattern} has no value"))
            }
            Self::Absent(pattern) => with_value(document, pattern)
                .map(|(key, value)| format!("{key} is set explicitly (\"{value}\")")),
            Self::Equal(key, wanted) => match value(key)? {
                Some(value) if same_value(&value, wanted) => None,
                Some(value) => Some(format!("{key} is \"{value}\", not \"{wanted}\"")),
                None => Some(format!("{key} is not there")),
            },
            Self::NotEqual(key, unwanted) => value(key)?
                .filter(|value| same_value(value, unwanted))
                .map(|value| format!("{key} is \"{value}\"")),
            Self::NotEncrypted => {
                (document.encryption() != Encryption::None).then(|| "the VM is encrypted".to_owned())
            }
            Self::NoSnapshots => match around.snapshots {
                Snapshots::None => None,
                Snapshots::Some => Some("the VM has snapshots".to_owned()),
                Snapshots::Unknown => Some("it cannot be told whether the VM has snapshots".to_owned()),
            },
        })
    }
}

fn guest_is(guest: &str) -> String {
    format!("the guest is guestOS = \"{guest}\"")
}

fn hardware(version: Option<String>, min: Option<u32>, max: Option<u32>) -> Option<String> {
    let wanted = range("it", min, max);
    let Some(text) = version else {
        return Some(format!("the file names no virtualHW.version ({wanted})"));
    };
    let Ok(version) = text.trim().parse::<u32>() else {
        return Some(format!("virtualHW.version is \"{text}\" ({wanted})"));
    };
    let within = min.is_none_or(|min| version >= min) && max.is_none_or(|max| version <= max);
    (!within).then(|| format!("virtualHW.version is {version} ({wanted})"))
}

/// The first entry that matches and has a value.
fn with_value(document: &Document, pattern: &Pattern) -> Option<(String, String)> {
    document
        .entries()
        .filter(|entry| pattern.selects(entry))
        .map(|entry| (entry.key().into_owned(), entry.value().into_owned()))
        .find(|(_, value)| !value.is_empty())
}

/// Whether VMware reads the two alike: booleans in any case.
pub(super) fn same_value(there: &str, wanted: &str) -> bool {
    let boolean = wanted.eq_ignore_ascii_case("TRUE") || wanted.eq_ignore_ascii_case("FALSE");
    there == wanted || boolean && there.eq_ignore_ascii_case(wanted)
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

/// In words, for people who choose a preset.
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
            Self::Equal(key, value) => write!(f, "{key} is {value}"),
            Self::NotEqual(key, value) => write!(f, "{key} is not {value}"),
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
