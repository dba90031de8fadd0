//! A preset with its parameters filled in, and the edits it makes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::parameter::{Argument, Parameter, ParameterType};
use super::slots::{Choice, NEW_CONTROLLER};
use super::step::{ResolvedStep, Step, StepValue, Target, Verb};
use super::{Condition, Environment, Preset, PresetError};
use crate::catalog::{is_secret, values_equal};
use crate::document::{Document, Key, Pattern, PatternSet};
use crate::edit::{Draft, Edit};

/// A preset with its parameters filled in.
///
/// ```
/// use std::collections::BTreeMap;
/// use vmxedit::preset::Library;
/// use vmxedit::{Document, edit};
///
/// let resolved = Library::default().find("clipboard-off")?.resolve(&BTreeMap::new())?;
/// let document = Document::parse("virtualHW.version = \"19\"\n");
/// let (after, _) = edit::apply(&document, &resolved.edits(&document)?)?;
/// assert_eq!(after.value("isolation.tools.copy.disable").as_deref(), Some("TRUE"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResolvedPreset {
    /// The preset.
    pub preset: Preset,
    steps: Vec<ResolvedStep>,
    values: HashMap<String, String>,
}

/// Whether a preset applies to a file. There is no fourth case, so callers match all three.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::preset::{Applicability, Environment, Library};
///
/// let document = Document::parse("guestOS = \"windows9-64\"\n");
/// let verdict = Library::default().find("macos-serial")?.applicability(&document, &Environment::default())?;
/// assert_ne!(verdict, Applicability::Applies);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// It applies.
    Applies,
    /// It has nothing to do, for this reason.
    Unneeded(String),
    /// It must not be applied, for this reason.
    Refused(String),
}

impl Preset {
    /// Fills in the parameters.
    ///
    /// # Errors
    /// [`PresetError::Parameter`] if an argument is missing, unknown or invalid; [`PresetError::Key`] if a parameter makes
    /// an invalid key.
    pub fn resolve(self, arguments: &BTreeMap<String, Argument>) -> Result<ResolvedPreset, PresetError> {
        if let Some(name) = arguments.keys().find(|name| !self.parameters.iter().any(|p| p.name == **name)) {
            return Err(self.parameter_error(name, "it has no such parameter"));
        }
        let values = self.values(arguments)?;
        if let Some(missing) =
            self.parameters.iter().find(|p| p.is_required() && !values.contains_key(p.name.as_str()))
        {
            return Err(self.parameter_error(&missing.name, format!("required: {}", missing.help)));
        }
        let steps = self.steps(&values)?;
        Ok(ResolvedPreset { preset: self, steps, values })
    }

    /// Returns the steps whose parameters all have a value.
    fn steps(&self, values: &HashMap<String, String>) -> Result<Vec<ResolvedStep>, PresetError> {
        let value_of = |name: &str| values.get(name).map(String::as_str);
        let mut steps = Vec::new();
        for step in &self.steps {
            let is_given = step.with.as_deref().is_none_or(|name| value_of(name).is_some());
            let filled = step.key.fill(value_of).zip(step.value.fill(value_of)).filter(|_| is_given);
            if let Some((key, value)) = filled {
                self.ensure_no_wildcard_from_argument(step, &key)?;
                steps.push(step.resolve(&key, value, self.target)?);
            }
        }
        Ok(steps)
    }

    /// Chooses the slot of the parameter that is a free slot, if there is one. Returns it with the name of the parameter.
    fn choose_slot(
        &self,
        document: &Document,
        values: &HashMap<String, String>,
    ) -> Result<Option<(&str, Choice)>, PresetError> {
        let value_of = |name: &str| values.get(name).map(String::as_str);
        let mut parameters = self.parameters.iter();
        let Some((name, slot)) = parameters.find_map(|it| Some((it.name.as_str(), it.free_slot()?))) else {
            return Ok(None);
        };
        Ok(Some((name, slot.choose(&self.name, document, value_of(name), value_of)?)))
    }

    /// Returns whether the conditions allow the preset for `document` before its parameters are given: those without a
    /// default could have any value.
    ///
    /// # Errors
    /// As [`ResolvedPreset::applicability`].
    pub fn applicability(
        &self,
        document: &Document,
        environment: &Environment,
    ) -> Result<Applicability, PresetError> {
        let default_of =
            |name: &str| self.parameters.iter().find(|parameter| parameter.name == name)?.default.as_deref();
        match self.verdict(document, environment, &default_of)? {
            Applicability::Applies => match self.choose_slot(document, &HashMap::new()) {
                Err(PresetError::NoFreeSlot { reason, .. }) => Ok(Applicability::Refused(reason)),
                slot => slot.map(|_| Applicability::Applies),
            },
            verdict => Ok(verdict),
        }
    }

    fn verdict<'a>(
        &'a self,
        document: &Document,
        environment: &Environment,
        value_of: &(dyn Fn(&str) -> Option<&'a str> + 'a),
    ) -> Result<Applicability, PresetError> {
        for condition in &self.unneeded_when {
            if condition.violation(document, environment, value_of)?.is_none() {
                return Ok(Applicability::Unneeded(condition.why.clone().unwrap_or_default()));
            }
        }
        for condition in &self.requires {
            if let Some(reason) = condition.violation(document, environment, value_of)? {
                return Ok(Applicability::Refused(reason));
            }
        }
        Ok(Applicability::Applies)
    }

    /// Returns whether a condition depends on [`Environment::snapshots`].
    pub fn needs_snapshots(&self) -> bool {
        self.requires.iter().chain(&self.unneeded_when).any(Condition::needs_snapshots)
    }

    /// Returns the value of each parameter that has an argument or a default.
    fn values(&self, arguments: &BTreeMap<String, Argument>) -> Result<HashMap<String, String>, PresetError> {
        let choice_of = |name: &str| {
            let parameter = self.parameters.iter().find(|parameter| parameter.name == name)?;
            match arguments.get(name) {
                Some(argument) => parameter.text(argument, |_| None).ok(),
                None => parameter.default.clone(),
            }
        };
        let mut values = HashMap::new();
        for parameter in &self.parameters {
            let text = match arguments.get(&parameter.name) {
                Some(argument) => Some(
                    parameter
                        .text(argument, choice_of)
                        .map_err(|reason| self.argument_error(parameter, reason))?,
                ),
                None => parameter.default.clone(),
            };
            values.extend(text.map(|text| (parameter.name.clone(), text)));
        }
        Ok(values)
    }

    /// Only the preset itself may use wildcards: an argument with one would edit other entries than its author meant.
    fn ensure_no_wildcard_from_argument(&self, step: &Step, key: &str) -> Result<(), PresetError> {
        let wildcards = |text: &str| text.matches(['*', '?', '[']).count();
        if wildcards(key) == wildcards(&step.key.to_string()) {
            return Ok(());
        }
        let name = step.key.parameters().next().unwrap_or_default();
        Err(self.parameter_error(name, "it contains a wildcard, but becomes part of a key"))
    }

    /// The reason contains the argument, which is not for everyone to see if it becomes the value of a secret key.
    fn argument_error(&self, parameter: &Parameter, reason: String) -> PresetError {
        let names_no_argument = matches!(parameter.kind, ParameterType::Password | ParameterType::File(_));
        let reason = if names_no_argument || !self.is_secret_parameter(&parameter.name) {
            reason
        } else {
            format!("the argument is not {}", parameter.kind.description())
        };
        self.parameter_error(&parameter.name, reason)
    }

    fn parameter_error(&self, parameter: &str, reason: impl Into<String>) -> PresetError {
        PresetError::Parameter {
            preset: self.name.clone(),
            parameter: parameter.to_owned(),
            reason: reason.into(),
        }
    }
}

impl ResolvedPreset {
    /// Returns the preset with the free slot that it takes in `document`, if it takes one. For other documents that preset
    /// takes this slot as well.
    ///
    /// # Errors
    /// [`PresetError::NoFreeSlot`], [`PresetError::Edit`] if `document` sets `virtualHW.version` on several lines,
    /// [`PresetError::Key`] if a parameter makes an invalid key.
    pub fn for_document(&self, document: &Document) -> Result<Cow<'_, Self>, PresetError> {
        self.with_slot(self.preset.choose_slot(document, &self.values)?.as_ref())
    }

    fn with_slot(&self, slot: Option<&(&str, Choice)>) -> Result<Cow<'_, Self>, PresetError> {
        let Some((name, choice)) = slot else { return Ok(Cow::Borrowed(self)) };
        let mut values = self.values.clone();
        values.insert((*name).to_owned(), choice.slot.to_string());
        let controller = choice.new_controller.map(|slot| slot.to_string());
        values.extend(controller.map(|controller| (format!("{name}{NEW_CONTROLLER}"), controller)));
        let steps = self.preset.steps(&values)?;
        Ok(Cow::Owned(Self { preset: self.preset.clone(), steps, values }))
    }

    /// Returns the files that must exist for the preset to apply, as the configuration names them.
    pub fn required_files(&self) -> impl Iterator<Item = String> {
        let value_of = |name: &str| self.values.get(name).map(String::as_str);
        let files = self.preset.requires.iter().flat_map(Condition::files);
        files.filter_map(move |file| file.fill(value_of))
    }

    /// Returns whether the conditions allow the preset, with its parameters, for `document`.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets the key of a condition on several lines, [`PresetError::Key`] if a
    /// parameter makes an invalid key of a condition.
    pub fn applicability(
        &self,
        document: &Document,
        environment: &Environment,
    ) -> Result<Applicability, PresetError> {
        let (resolved, refusal) = match self.preset.choose_slot(document, &self.values) {
            Ok(slot) => (self.with_slot(slot.as_ref())?, slot.and_then(|(_, choice)| choice.refusal)),
            Err(PresetError::NoFreeSlot { reason, .. }) => (Cow::Borrowed(self), Some(reason)),
            Err(error) => return Err(error),
        };
        let value_of = |name: &str| resolved.values.get(name).map(String::as_str);
        let verdict = resolved.preset.verdict(document, environment, &value_of)?;
        Ok(match (verdict, refusal) {
            (Applicability::Applies, Some(reason)) => Applicability::Refused(reason),
            (verdict, _) => verdict,
        })
    }

    /// Returns the edits that apply the preset to `document`. Each step sees the result of the steps before it. Values
    /// that mean the same to VMware are kept ([`values_equal`]), so there are no edits if the preset is applied already.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets a key of a step on several lines, or
    /// [`edit::apply`](crate::edit::apply()) fails; [`PresetError::NoFreeSlot`].
    pub fn edits(&self, document: &Document) -> Result<Vec<Edit>, PresetError> {
        collect_edits(document, self.for_document(document)?.steps.iter(), ResolvedStep::edits)
    }

    /// Returns the edits that revert the preset: they remove the entries that it adds and that still have its values.
    ///
    /// # Errors
    /// [`PresetError::Irreversible`]; [`PresetError::Parameter`] if a free slot has no argument, so that it is not known
    /// which device to remove; and as [`ResolvedPreset::edits`].
    pub fn reverting_edits(&self, document: &Document) -> Result<Vec<Edit>, PresetError> {
        if let Some(reason) = &self.preset.irreversible {
            let (preset, reason) = (self.preset.name.clone(), reason.clone());
            return Err(PresetError::Irreversible { preset, reason });
        }
        let slot = self.preset.choose_slot(document, &self.values)?;
        if let Some((name, _)) = slot.as_ref().filter(|(_, choice)| !choice.is_known) {
            return Err(self.preset.parameter_error(name, "required to know which device to remove"));
        }
        let resolved = self.with_slot(slot.as_ref())?;
        // Last step first: a step may depend on an entry that an earlier step added.
        collect_edits(document, resolved.steps.iter().rev(), ResolvedStep::reverting_edits)
    }

    /// Returns the keys that the preset may have set and that reverting keeps: their values differ from the preset's,
    /// or the preset was applied with other parameters.
    pub fn leftover_keys(&self, document: &Document) -> Vec<String> {
        let removed: Vec<Pattern> = self
            .reverting_edits(document)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|edit| if let Edit::Unset { pattern, .. } = edit { Some(pattern) } else { None })
            .collect();
        let removed = PatternSet::new(removed);
        let sets = self.preset.steps.iter().filter(|step| matches!(step.verb, Verb::Set | Verb::SetIfAbsent));
        let patterns: Vec<Pattern> = sets
            .filter_map(|step| step.key.fill(|name| self.values.get(name).map(String::as_str)))
            .filter_map(|key| Pattern::parse_as(&key, self.preset.target).ok())
            .collect();
        let patterns = PatternSet::new(patterns);
        let kept = document.entries().filter(|entry| patterns.selects(entry) && !removed.selects(entry));
        kept.map(|entry| entry.key().into_owned()).collect()
    }

    /// Returns the keys that the preset sets in every file, with their values.
    fn literal_settings(&self) -> impl Iterator<Item = (&Key, &str)> {
        let steps = self.steps.iter().filter(|step| step.is_unconditional());
        steps.filter_map(|step| match (step.verb, &step.target) {
            (Verb::Set, Target::Key(key)) => match &step.value {
                StepValue::Text(value) => Some((key, value.as_str())),
                StepValue::Of(_) => None,
            },
            _ => None,
        })
    }
}

/// Collects the edits of the steps. Each step sees the result of the steps before it.
fn collect_edits<'a>(
    document: &Document,
    steps: impl Iterator<Item = &'a ResolvedStep>,
    edits_of: impl Fn(&ResolvedStep, &Document) -> Result<Vec<Edit>, PresetError>,
) -> Result<Vec<Edit>, PresetError> {
    let mut draft = Draft::new(document);
    let mut all = Vec::new();
    for step in steps {
        let edits = edits_of(step, draft.document())?;
        draft.edit(&edits)?;
        all.extend(edits);
    }
    Ok(all)
}

/// Fails on the first two presets that conflict: one names the other, or both set a key to different values.
///
/// # Errors
/// [`PresetError::Conflict`].
pub fn ensure_compatible(presets: &[ResolvedPreset]) -> Result<(), PresetError> {
    let mut settings: HashMap<&Key, (&str, &ResolvedPreset)> = HashMap::new();
    for (at, preset) in presets.iter().enumerate() {
        let names = |a: &ResolvedPreset, b: &ResolvedPreset| a.preset.conflicts.contains(&b.preset.name);
        let conflict = |earlier: &ResolvedPreset, reason: String| PresetError::Conflict {
            first: earlier.preset.name.clone(),
            second: preset.preset.name.clone(),
            reason,
        };
        let mut earlier = presets[..at].iter();
        if let Some(other) = earlier.find(|other| names(preset, other) || names(other, preset)) {
            return Err(conflict(other, "they contradict each other".to_owned()));
        }
        for (key, value) in preset.literal_settings() {
            match settings.insert(key, (value, preset)) {
                Some((before, other))
                    if other.preset.name != preset.preset.name
                        && !values_equal(key.as_str(), before, value) =>
                {
                    let reason = if is_secret(key.as_str()) {
                        format!("they set {key} to different values")
                    } else {
                        format!("they set {key} to \"{before}\" and to \"{value}\"")
                    };
                    return Err(conflict(other, reason));
                }
                _ => {}
            }
        }
    }
    Ok(())
}
