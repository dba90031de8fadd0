//! Tests a file, and says why a condition does not hold.

use super::{Condition, Environment, SnapshotState, Test, devices, range};
use crate::catalog::{
    self, MASK, Mac, MacRange, SlotSupport, default_value, is_secret, possible_boolean, values_equal,
};
use crate::document::{Document, Encryption, Key, Pattern};
use crate::preset::PresetError;
use crate::preset::template::Template;

/// Returns the value of a parameter, if it has one.
type ValueOf<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

impl Condition {
    /// Returns why the condition does not hold for `document`, or `None` if it holds. Secrets are masked. Tests with a
    /// parameter for which `value_of` returns nothing hold.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets the tested key on several lines, [`PresetError::Key`] if a parameter makes
    /// an invalid key.
    pub(in crate::preset) fn violation(
        &self,
        document: &Document,
        environment: &Environment,
        value_of: &ValueOf<'_>,
    ) -> Result<Option<String>, PresetError> {
        let is_waived = |(parameter, value): (&String, &String)| {
            value_of(parameter).is_some_and(|given| given.eq_ignore_ascii_case(value))
        };
        if self.unless.iter().any(is_waived) {
            return Ok(None);
        }
        for test in &self.tests {
            if let Some(reason) = test.violation(document, environment, value_of)? {
                return Ok(Some(match &self.why {
                    Some(why) => format!("{why}, and {reason}"),
                    None => reason,
                }));
            }
        }
        Ok(None)
    }
}

impl Test {
    fn violation(
        &self,
        document: &Document,
        environment: &Environment,
        value_of: &ValueOf<'_>,
    ) -> Result<Option<String>, PresetError> {
        let fill = |template: &Template| template.fill(value_of);
        Ok(match self {
            Self::GuestOs(patterns) => match value(document, "guestOS")? {
                None => Some("guestOS is not set".to_owned()),
                Some(guest) => (!matches_any(patterns, &guest)).then(|| guest_is(&guest)),
            },
            Self::NotGuestOs(patterns) => value(document, "guestOS")?
                .filter(|guest| matches_any(patterns, guest))
                .map(|guest| guest_is(&guest)),
            Self::Hardware { min, max } => {
                let version = value(document, "virtualHW.version")?;
                number("virtualHW.version", version, min.map(u64::from), max.map(u64::from))
            }
            Self::Firmware(expected) => {
                let firmware = value_or_default(document, "firmware")?.unwrap_or_default();
                (!firmware.eq_ignore_ascii_case(expected))
                    .then(|| format!("the firmware is {firmware}, not {expected}"))
            }
            Self::Present(key) => {
                let pattern = pattern(fill(key))?;
                pattern.filter(|it| with_value(document, it).is_none()).map(|it| format!("{it} has no value"))
            }
            Self::Absent(key) => pattern(fill(key))?
                .and_then(|pattern| with_value(document, &pattern))
                .map(|(key, value)| format!("{key} is set explicitly (\"{}\")", shown(&key, &value))),
            Self::Equal { key, value } => match pattern(fill(key))?.zip(fill(value)) {
                Some((pattern, expected)) => not_equal(document, &pattern, &expected)?,
                None => None,
            },
            Self::NotEqual { key, value } => match pattern(fill(key))?.zip(fill(value)) {
                Some((pattern, unwanted)) => with_this_value(document, &pattern, &unwanted)?
                    .map(|(key, value)| format!("{key} is \"{}\"", shown(&key, &value))),
                None => None,
            },
            Self::Number { key, min, max } => {
                number(key.as_str(), value_or_default(document, key.as_str())?, *min, *max)
            }
            Self::Disk(slot) => match fill(slot) {
                Some(slot) => not_a_disk(document, &slot)?,
                None => None,
            },
            Self::StaticMac(address) => fill(address).and_then(|address| not_static(&address)),
            Self::Supported { key, value } => match fill(key).zip(fill(value)) {
                Some((key, setting)) => devices::unsupported(&key, &setting, hardware_version(document)?),
                None => None,
            },
            Self::NoPcieSlots => (!devices::lacks_pcie_slots(document, hardware_version(document)?))
                .then(|| "every PCI Express device has a slot".to_owned()),
            Self::ExistingFile(file) => fill(file).and_then(|file| {
                let why = environment.unusable_files.get(&file)?;
                Some(format!("the file {file} cannot be used: {why}"))
            }),
            Self::NotEncrypted => {
                (document.encryption() != Encryption::None).then(|| "the VM is encrypted".to_owned())
            }
            Self::NoSnapshots => match &environment.snapshots {
                SnapshotState::None => None,
                SnapshotState::Some => Some("the VM has snapshots".to_owned()),
                SnapshotState::Delta(disk) => Some(format!(
                    "the VM runs on {disk}, which holds only the changes since a snapshot, but no snapshot is listed: \
                     take a snapshot and delete all snapshots in VMware"
                )),
                SnapshotState::Unknown => Some("it is unknown whether the VM has snapshots".to_owned()),
            },
        })
    }
}

fn value(document: &Document, key: &str) -> Result<Option<String>, PresetError> {
    Ok(document.get(&Key::parse(key)?)?.map(|entry| entry.value().into_owned()))
}

/// Returns the value of the key or, if it is missing or empty, the one that VMware uses then.
fn value_or_default(document: &Document, key: &str) -> Result<Option<String>, PresetError> {
    let set = value(document, key)?.filter(|text| !text.is_empty());
    Ok(set.or_else(|| default_value(key).map(str::to_owned)))
}

fn pattern(text: Option<String>) -> Result<Option<Pattern>, PresetError> {
    Ok(text.map(|text| Pattern::parse(&text)).transpose()?)
}

/// Returns why no matching entry has the value.
fn not_equal(document: &Document, pattern: &Pattern, expected: &str) -> Result<Option<String>, PresetError> {
    if with_this_value(document, pattern, expected)?.is_some() {
        return Ok(None);
    }
    let current = pattern.as_key().map(|key| value(document, key.as_str())).transpose()?;
    Ok(Some(match current {
        _ if is_secret(&pattern.to_string()) => format!("{pattern} has another value"),
        None => format!("no {pattern} is \"{expected}\""),
        Some(None) => format!("{pattern} is not set"),
        Some(Some(value)) => format!("{pattern} is \"{value}\", not \"{expected}\""),
    }))
}

/// Returns the key and value of the first matching entry that has this value. A key that is set on several lines is an
/// error; a pattern selects any number of entries.
fn with_this_value(
    document: &Document,
    pattern: &Pattern,
    wanted: &str,
) -> Result<Option<(String, String)>, PresetError> {
    let has = |key: &str, value: &str| means_the_same(key, value, wanted);
    if let Some(key) = pattern.as_key() {
        let entry = document.get(key)?;
        let found = entry.map(|entry| (entry.key().into_owned(), entry.value().into_owned()));
        return Ok(found.filter(|(key, value)| has(key, value)));
    }
    let mut entries = document.entries().filter(|entry| pattern.selects(entry));
    let found = entries.find(|entry| has(&entry.key(), &entry.value()));
    Ok(found.map(|entry| (entry.key().into_owned(), entry.value().into_owned())))
}

/// Returns whether VMware may read two values as one, such as `1` and `TRUE`.
fn means_the_same(key: &str, a: &str, b: &str) -> bool {
    let booleans = possible_boolean(a).zip(possible_boolean(b));
    values_equal(key, a, b) || booleans.is_some_and(|(a, b)| a == b)
}

/// Returns why the VM has no hard disk in this slot.
fn not_a_disk(document: &Document, name: &str) -> Result<Option<String>, PresetError> {
    let Some(slot) = catalog::slot(name).filter(|slot| slot.unit.is_some()) else {
        return Ok(Some(format!("{name} is not the slot of a disk")));
    };
    if slot.support == SlotSupport::ReservedForController {
        return Ok(Some(format!("{name} is the controller's own address")));
    }
    let model = value(document, &format!("{}.virtualDev", slot.controller()))?;
    let version = hardware_version(document)?;
    if !slot.is_supported(model.as_deref(), version) {
        return Ok(Some(format!("VMware uses no device in {name}")));
    }
    let is_present = value(document, &format!("{name}.present"))?
        .is_some_and(|present| means_the_same("present", &present, "TRUE"));
    if !is_present {
        return Ok(Some(format!("the VM has no {name}")));
    }
    let kind = value(document, &format!("{name}.deviceType"))?.unwrap_or_default().to_ascii_lowercase();
    Ok(kind.contains("cdrom").then(|| format!("{name} is a CD drive")))
}

fn hardware_version(document: &Document) -> Result<Option<u32>, PresetError> {
    Ok(value(document, "virtualHW.version")?.and_then(|version| version.trim().parse().ok()))
}

fn not_static(address: &str) -> Option<String> {
    match Mac::parse(address).map(Mac::range) {
        Some(MacRange::Static) => None,
        Some(MacRange::Reserved) => Some(format!("{address} is in a range that VMware assigns itself")),
        Some(MacRange::Other) | None => {
            Some(format!("{address} is not within 00:50:56:00:00:00 to 00:50:56:3f:ff:ff"))
        }
    }
}

fn shown<'a>(key: &str, value: &'a str) -> &'a str {
    if is_secret(key) { MASK } else { value }
}

fn guest_is(guest: &str) -> String {
    format!("the guest is guestOS = \"{guest}\"")
}

/// Returns why the value of a key is not within the bounds.
fn number(key: &str, value: Option<String>, min: Option<u64>, max: Option<u64>) -> Option<String> {
    let expected = range("it", min, max);
    let Some(text) = value else { return Some(format!("{key} is not set ({expected})")) };
    let Ok(number) = text.trim().parse::<u64>() else {
        return Some(format!("{key} is \"{}\" ({expected})", shown(key, &text)));
    };
    let within = min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
    (!within).then(|| format!("{key} is {number} ({expected})"))
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
