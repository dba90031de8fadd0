//! Steps of presets: which entries a step selects, and the edits it makes.

use std::collections::HashSet;

use super::template::Template;
use super::{Condition, Environment, PresetError};
use crate::catalog::{boolean, default_value, values_equal};
use crate::document::{Dialect, Document, Key, Pattern};
use crate::edit::{Edit, IfAbsent};

/// A step as the preset file spells it.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let preset = Library::default().find("vnc-console")?;
/// let keys: Vec<String> = preset.steps.iter().map(|step| step.key.to_string()).collect();
/// assert!(keys.contains(&"RemoteDisplay.vnc.port".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// What it does.
    pub verb: Verb,
    /// The key, the pattern of keys, or the key of every present device (`ethernet*.virtualDev`).
    pub key: Template,
    /// The value; empty for [`Verb::EnsureAbsent`] and with `value_of`.
    pub value: Template,
    /// The key whose value is taken, in place of `value`.
    pub value_of: Option<Key>,
    /// Values that the step keeps. ASCII case is ignored.
    pub unless: Vec<String>,
    /// A parameter without which the step is left out.
    pub with: Option<String>,
    /// A condition on the file without which the step does nothing.
    pub when: Option<Condition>,
}

/// What a step does.
///
/// ```
/// use vmxedit::preset::{Library, Verb};
///
/// let preset = Library::default().find("vnc-console")?;
/// assert!(preset.steps.iter().all(|step| step.verb == Verb::Set));
/// assert_eq!(Verb::SetIfAbsent.as_str(), "set_if_absent");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Sets the key.
    Set,
    /// Sets the key if it is absent or empty.
    SetIfAbsent,
    /// Sets the key if it is present.
    SetIfPresent,
    /// Removes the matching entries.
    EnsureAbsent,
}

impl Verb {
    /// Returns the name of the verb in preset files: `set_if_absent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::SetIfAbsent => "set_if_absent",
            Self::SetIfPresent => "set_if_present",
            Self::EnsureAbsent => "ensure_absent",
        }
    }
}

impl Step {
    /// Returns the names of the parameters that the step depends on.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.key.parameters().chain(self.value.parameters()).chain(self.with.as_deref())
    }

    /// Makes a step with this key and value, in which the parameters are filled in.
    ///
    /// # Errors
    /// [`PresetError::Key`].
    pub(super) fn resolve(
        &self,
        key: &str,
        value: String,
        dialect: Dialect,
    ) -> Result<ResolvedStep, PresetError> {
        let target = Target::parse(key, self.verb, dialect)?;
        let value = self.value_of.clone().map_or(StepValue::Text(value), StepValue::Of);
        Ok(ResolvedStep {
            verb: self.verb,
            target,
            value,
            unless: self.unless.clone(),
            when: self.when.clone(),
        })
    }
}

/// A step with its parameters filled in.
#[derive(Clone, Debug)]
pub(super) struct ResolvedStep {
    pub(super) verb: Verb,
    pub(super) target: Target,
    pub(super) value: StepValue,
    unless: Vec<String>,
    when: Option<Condition>,
}

/// What a step writes.
#[derive(Clone, Debug)]
pub(super) enum StepValue {
    Text(String),
    /// The value that the file has for this key, or the one that VMware uses without it.
    Of(Key),
}

impl StepValue {
    /// Returns the text; `None` if the file does not have the key and VMware's value is not known.
    fn text(&self, document: &Document) -> Result<Option<String>, PresetError> {
        Ok(match self {
            Self::Text(text) => Some(text.clone()),
            Self::Of(key) => {
                let set = document.get(key)?.map(|entry| entry.value().into_owned());
                set.filter(|text| !text.is_empty()).or_else(|| default_value(key.as_str()).map(str::to_owned))
            }
        })
    }
}

/// Which entries a step selects.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Key(Key),
    /// The key after the first dot, for every matching device that is present.
    Devices {
        device: Pattern,
        rest: String,
    },
    /// The existing entries that match.
    Entries(Pattern),
}

impl Target {
    /// Parses the key of a step. A wildcard means devices for a verb that adds entries, and existing entries for
    /// others.
    ///
    /// # Errors
    /// [`PresetError::Key`].
    pub(super) fn parse(text: &str, verb: Verb, dialect: Dialect) -> Result<Self, PresetError> {
        let pattern = Pattern::parse_as(text, dialect)?;
        let adds = matches!(verb, Verb::Set | Verb::SetIfAbsent);
        let device = text.split_once('.').filter(|(_, rest)| !rest.contains(['*', '?', '[']));
        let key = pattern.as_key().cloned();
        Ok(match (key, device) {
            (Some(key), _) if adds => Self::Key(key),
            (None, Some((device, rest))) if adds => {
                Self::Devices { device: Pattern::parse_as(device, dialect)?, rest: rest.to_owned() }
            }
            _ => Self::Entries(pattern),
        })
    }
}

impl ResolvedStep {
    /// Returns the edits that apply the step; none if it is applied already.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets a selected key on several lines.
    pub(super) fn edits(&self, document: &Document) -> Result<Vec<Edit>, PresetError> {
        if !self.concerns(document)? {
            return Ok(Vec::new());
        }
        if let (Verb::EnsureAbsent, Target::Entries(pattern)) = (self.verb, &self.target) {
            let any = document.select(pattern).next().is_some();
            let unset = Edit::Unset { pattern: pattern.clone(), absent: IfAbsent::Ignore };
            return Ok(any.then_some(unset).into_iter().collect());
        }
        let Some(value) = self.value.text(document)? else { return Ok(Vec::new()) };
        let mut edits = Vec::new();
        for key in self.keys(document)? {
            let current = document.get(&key)?.map(|entry| entry.value().into_owned());
            if !self.is_satisfied(&key, current.as_deref(), &value) {
                edits.push(Edit::Set { key, value: value.clone() });
            }
        }
        Ok(edits)
    }

    /// Returns the edits that revert the step: they remove the entries that it sets and that still have its value.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets a selected key on several lines.
    pub(super) fn reverting_edits(&self, document: &Document) -> Result<Vec<Edit>, PresetError> {
        if !matches!(self.verb, Verb::Set | Verb::SetIfAbsent) || !self.concerns(document)? {
            return Ok(Vec::new());
        }
        let Some(value) = self.value.text(document)? else { return Ok(Vec::new()) };
        let mut edits = Vec::new();
        for key in self.keys(document)? {
            let entry = document.get(&key)?;
            if entry.is_some_and(|entry| values_equal(key.as_str(), &entry.value(), &value)) {
                edits.push(Edit::Unset { pattern: key.into(), absent: IfAbsent::Ignore });
            }
        }
        Ok(edits)
    }

    /// Returns whether the step is for every file.
    pub(super) fn is_unconditional(&self) -> bool {
        self.when.is_none()
    }

    /// Returns whether the step is for files like `document`.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets the key of its condition on several lines.
    pub(super) fn concerns(&self, document: &Document) -> Result<bool, PresetError> {
        let Some(when) = &self.when else { return Ok(true) };
        Ok(when.violation(document, &Environment::default(), &|_| None)?.is_none())
    }

    /// Returns whether a key with the value `current` needs no edit to get `value`.
    fn is_satisfied(&self, key: &Key, current: Option<&str>, value: &str) -> bool {
        let is_kept = |current: &str| self.unless.iter().any(|value| value.eq_ignore_ascii_case(current));
        match (self.verb, current) {
            (Verb::SetIfPresent | Verb::EnsureAbsent, None) => true,
            (Verb::Set | Verb::SetIfAbsent, None) => false,
            (Verb::SetIfAbsent, Some(current)) => !current.is_empty(),
            (_, Some(current)) => values_equal(key.as_str(), current, value) || is_kept(current),
        }
    }

    /// Returns the keys in `document` that the step selects, each once.
    pub(super) fn keys(&self, document: &Document) -> Result<Vec<Key>, PresetError> {
        match &self.target {
            Target::Key(key) => Ok(vec![key.clone()]),
            Target::Entries(pattern) => {
                let entries = document.select(pattern);
                distinct(entries.map(|entry| entry.key().into_owned()), document.dialect())
            }
            Target::Devices { device, rest } => {
                let devices = present_devices(document).into_iter().filter(|name| device.matches(name));
                distinct(devices.map(|name| format!("{name}.{rest}")), document.dialect())
            }
        }
    }
}

/// Returns the devices whose `present` is `TRUE`.
fn present_devices(document: &Document) -> Vec<String> {
    let mut devices = Vec::new();
    for entry in document.entries() {
        let key = entry.key();
        let Some((device, rest)) = key.split_once('.') else { continue };
        if rest.eq_ignore_ascii_case("present") && boolean(&entry.value()) == Some(true) {
            devices.push(device.to_owned());
        }
    }
    devices
}

fn distinct(names: impl Iterator<Item = String>, dialect: Dialect) -> Result<Vec<Key>, PresetError> {
    let mut seen = HashSet::new();
    let keys: Vec<Key> = names.map(|name| Key::parse_as(&name, dialect)).collect::<Result<_, _>>()?;
    Ok(keys.into_iter().filter(|key| seen.insert(key.clone())).collect())
}
