//! Steps of presets: which entries one is about, and what it wants of each.

use std::collections::HashSet;

use super::condition::same_value;
use super::template::Template;
use crate::document::{Dialect, Document, Key, Pattern};
use crate::edit::{Edit, IfAbsent};
use crate::error::Cause;

/// One thing that a preset does, as its file says it.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does.
    pub verb: Verb,
    /// To which key, pattern of keys, or device family (`ethernet*.virtualDev`).
    pub key: Template,
    /// The value; empty for [`Verb::EnsureAbsent`].
    pub value: Template,
    /// Values that are left as they are.
    pub unless: Vec<String>,
    /// A parameter without which it is left out.
    pub with: Option<String>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// The key has the value.
    Set,
    /// The same, where it is absent or empty.
    SetIfAbsent,
    /// The same, where it is present.
    SetIfPresent,
    /// There is no such entry.
    EnsureAbsent,
}

impl Step {
    /// The parameters that it names.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.key.parameters().chain(self.value.parameters()).chain(self.with.as_deref())
    }
}

/// A step whose parameters are filled in.
#[derive(Clone, Debug)]
pub(super) struct BoundStep {
    pub(super) verb: Verb,
    pub(super) target: Target,
    pub(super) value: String,
    pub(super) unless: Vec<String>,
}

/// Which entries a step is about.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Key(Key),
    /// The key behind the dot, of every device that matches and is present.
    Family {
        device: Pattern,
        rest: String,
    },
    /// The entries that there are.
    Entries(Pattern),
}

impl Target {
    /// What `text` means to a step.
    ///
    /// # Errors
    /// [`Cause::BadKey`], [`Cause::BadPattern`].
    pub(super) fn parse(text: &str, verb: Verb, dialect: Dialect) -> Result<Self, Cause> {
        let pattern = Pattern::parse_as(text, dialect)?;
        let adds = matches!(verb, Verb::Set | Verb::SetIfAbsent);
        let device = text.split_once('.').filter(|(_, rest)| !rest.contains(['*', '?', '[']));
        let key = pattern.as_key().cloned();
        Ok(match (key, device) {
            (Some(key), _) if adds => Self::Key(key),
            (None, Some((device, rest))) if adds => {
                Self::Family { device: Pattern::parse_as(device, dialect)?, rest: rest.to_owned() }
            }
            _ => Self::Entries(pattern),
        })
    }
}

impl BoundStep {
    /// What it wants of `document`: nothing where all is as it shall be.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where an entry that it would set stands there twice.
    pub(super) fn edits(&self, document: &Document) -> Result<Vec<Edit>, Cause> {
        if let (Verb::EnsureAbsent, Target::Entries(pattern)) = (self.verb, &self.target) {
            let any = document.entries().any(|entry| pattern.selects(&entry));
            let unset = Edit::Unset { pattern: pattern.clone(), absent: IfAbsent::Ignore };
            return Ok(any.then_some(unset).into_iter().collect());
        }
        let mut edits = Vec::new();
        for key in self.keys(document)? {
            let there = document.get(&key)?.map(|entry| entry.value().into_owned());
            if !self.is_satisfied(there.as_deref()) {
                edits.push(Edit::Set { key, value: self.value.clone() });
            }
        }
        Ok(edits)
    }

    /// What takes it back: entries that it sets and that still have its value go.
    ///
    /// # Errors
    /// [`Cause::Duplicate`].
    pub(super) fn reverting_edits(&self, document: &Document) -> Result<Vec<Edit>, Cause> {
        if !matches!(self.verb, Verb::Set | Verb::SetIfAbsent) {
            return Ok(Vec::new());
        }
        let mut edits = Vec::new();
        for key in self.keys(document)? {
            let ours = document.get(&key)?.is_some_and(|entry| same_value(&entry.value(), &self.value));
            if ours {
                edits.push(Edit::Unset { pattern: key.into(), absent: IfAbsent::Ignore });
            }
        }
        Ok(edits)
    }

    fn is_satisfied(&self, there: Option<&str>) -> bool {
        let kept = |there: &str| self.unless.iter().any(|value| value.eq_ignore_ascii_case(there));
        match (self.verb, there) {
            (Verb::SetIfPresent | Verb::EnsureAbsent, None) => true,
            (Verb::Set | Verb::SetIfAbsent, None) => false,
            (Verb::SetIfAbsent, Some(there)) => !there.is_empty(),
            (_, Some(there)) => same_value(there, &self.value) || kept(there),
        }
    }

    /// The keys that it is about in `document`.
    pub(super) fn keys(&self, document: &Document) -> Result<Vec<Key>, Cause> {
        match &self.target {
            Target::Key(key) => Ok(vec![key.clone()]),
            Target::Entries(pattern) => {
                let entries = document.entries().filter(|entry| pattern.selects(entry));
                distinct(entries.map(|entry| entry.key().into_owned()), document.dialect())
            }
            Target::Family { device, rest } => {
                let devices = present_devices(document).into_iter().filter(|name| device.matches(name));
                distinct(devices.map(|name| format!("{name}.{rest}")), document.dialect())
            }
        }
    }
}

/// The devices that are there: their `.present` is TRUE.
fn present_devices(document: &Document) -> Vec<String> {
    let mut devices = Vec::new();
    for entry in document.entries() {
        let key = entry.key();
        let Some((device, rest)) = key.split_once('.') else { continue };
        if rest.eq_ignore_ascii_case("present") && entry.value().eq_ignore_ascii_case("TRUE") {
            devices.push(device.to_owned());
        }
    }
    devices
}

fn distinct(names: impl Iterator<Item = String>, dialect: Dialect) -> Result<Vec<Key>, Cause> {
    let mut seen = HashSet::new();
    let keys: Vec<Key> = names.map(|name| Key::parse_as(&name, dialect)).collect::<Result<_, _>>()?;
    Ok(keys.into_iter().filter(|key| seen.insert(key.clone())).collect())
}
