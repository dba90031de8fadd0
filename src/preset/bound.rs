//! A preset with its parameters filled in: what it means for a document, and which edits it wants.

use std::collections::{BTreeMap, HashMap};

use super::parameter::Argument;
use super::step::{BoundStep, Step, Target, Verb};
use super::{Around, Preset, Snapshots, Test};
use crate::document::{Document, Key, Pattern};
use crate::edit::{self, Edit};
use crate::error::Cause;

/// A preset that can be applied.
#[derive(Clone, Debug)]
pub struct Bound {
    /// What it was made of.
    pub preset: Preset,
    steps: Vec<BoundStep>,
    values: HashMap<String, String>,
}

/// What a preset means for one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It applies.
    Applies,
    /// It has nothing to do here, for this reason.
    Unneeded(String),
    /// It must not be applied here, for this reason.
    Refused(String),
}

impl Preset {
    /// Fills in the parameters.
    ///
    /// # Errors
    /// [`Cause::Parameter`] for one that is missing, unknown to the preset, or not what it takes; [`Cause::BadKey`]
    /// where a parameter makes no key.
    pub fn bind(self, arguments: &BTreeMap<String, Argument>) -> Result<Bound, Cause> {
        if let Some(name) = arguments.keys().find(|name| !self.parameters.iter().any(|p| p.name == **name)) {
            return Err(self.parameter_is_wrong(name, "it has no such parameter"));
        }
        let values = self.values(arguments)?;
        if let Some(missing) =
            self.parameters.iter().find(|p| !p.optional && !values.contains_key(p.name.as_str()))
        {
            let why = format!("it is required: {}", missing.help);
            return Err(self.parameter_is_wrong(&missing.name, &why));
        }
        let value_of = |name: &str| values.get(name).map(String::as_str);
        let mut steps = Vec::new();
        for step in &self.steps {
            let is_given = step.with.as_deref().is_none_or(|name| value_of(name).is_some());
            let filled = step.key.fill(value_of).zip(step.value.fill(value_of)).filter(|_| is_given);
            if let Some((key, value)) = filled {
                let target = self.target_of(step, &key)?;
                let (verb, unless) = (step.verb, step.unless.clone());
                steps.push(BoundStep { verb, target, value, unless });
            }
        }
        Ok(Bound { preset: self, steps, values })
    }

    /// What the preset means for `document`.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where a condition asks for a key that stands there twice.
    pub fn verdict(&self, document: &Document, around: Around) -> Result<Verdict, Cause> {
        for condition in &self.unneeded_when {
            if condition.unmet(document, around)?.is_none() {
                return Ok(Verdict::Unneeded(condition.why.clone().unwrap_or_default()));
            }
        }
        for condition in &self.requires {
            if let Some(reason) = condition.unmet(document, around)? {
                return Ok(Verdict::Refused(reason));
            }
        }
        Ok(Verdict::Applies)
    }

    /// Whether any condition asks for the VM's snapshots.
    pub fn asks_for_snapshots(&self) -> bool {
        let conditions = self.requires.iter().chain(&self.unneeded_when);
        conditions.into_iter().any(|condition| matches!(condition.test, Test::NoSnapshots))
    }

    /// What each parameter is, where it was said or has a default.
    pub(super) fn values(
        &self,
        arguments: &BTreeMap<String, Argument>,
    ) -> Result<HashMap<String, String>, Cause> {
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
                        .map_err(|why| self.parameter_is_wrong(&parameter.name, &why))?,
                ),
                None => parameter.default.clone(),
            };
            values.extend(text.map(|text| (parameter.name.clone(), text)));
        }
        Ok(values)
    }

    /// Wildcards of a step's key are its preset's: none comes from an argument.
    fn target_of(&self, step: &Step, key: &str) -> Result<Target, Cause> {
        let wild = |text: &str| text.matches(['*', '?', '[']).count();
        if wild(key) != wild(&step.key.to_string()) {
            let name = step.key.parameters().next().unwrap_or_default();
            return Err(self.parameter_is_wrong(name, "it holds a wildcard, where a part of a key is meant"));
        }
        Target::parse(key, step.verb, self.target)
    }

    fn parameter_is_wrong(&self, parameter: &str, why: &str) -> Cause {
        Cause::Parameter { preset: self.name.clone(), parameter: parameter.to_owned(), why: why.to_owned() }
    }
}

impl Bound {
    /// What it wants of `document`: nothing where all is as it shall be, in any spelling of TRUE and FALSE. Each step
    /// sees what those before it did.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where an entry stands there twice, and what [`edit::apply`] refuses.
    pub fn edits(&self, document: &Document) -> Result<Vec<Edit>, Cause> {
        collect(document, self.steps.iter(), BoundStep::edits)
    }

    /// What takes it back: the entries that it adds and that still have its value go.
    ///
    /// # Errors
    /// [`Cause::Irreversible`], and as [`Bound::edits`].
    pub fn reverting_edits(&self, document: &Document) -> Result<Vec<Edit>, Cause> {
        if let Some(why) = &self.preset.irreversible {
            return Err(Cause::Irreversible { preset: self.preset.name.clone(), why: why.clone() });
        }
        // The last first: what a step made is there for those that were built on it.
        collect(document, self.steps.iter().rev(), BoundStep::reverting_edits)
    }

    /// The entries that it may have written and that are not its own now, or with other parameters were: they stay when
    /// it is taken back.
    pub fn left_in(&self, document: &Document) -> Vec<String> {
        let taken: Vec<Edit> = self.reverting_edits(document).unwrap_or_default();
        let is_taken = |key: &str| {
            taken.iter().any(|edit| matches!(edit, Edit::Unset { pattern, .. } if pattern.matches(key)))
        };
        let sets = self.preset.steps.iter().filter(|step| matches!(step.verb, Verb::Set | Verb::SetIfAbsent));
        let patterns: Vec<Pattern> = sets
            .filter_map(|step| step.key.fill(|name| self.values.get(name).map(String::as_str)))
            .filter_map(|key| Pattern::parse_as(&key, self.preset.target).ok())
            .collect();
        let keys = document.entries().filter(|entry| patterns.iter().any(|pattern| pattern.selects(entry)));
        keys.map(|entry| entry.key().into_owned()).filter(|key| !is_taken(key)).collect()
    }

    /// The keys that it sets, whatever the file, and to what.
    fn literals(&self) -> impl Iterator<Item = (&Key, &str)> {
        self.steps.iter().filter_map(|step| match (step.verb, &step.target) {
            (Verb::Set, Target::Key(key)) => Some((key, step.value.as_str())),
            _ => None,
        })
    }
}

/// What the steps want, each of what those before it made.
fn collect<'a>(
    document: &Document,
    steps: impl Iterator<Item = &'a BoundStep>,
    wanted: impl Fn(&BoundStep, &Document) -> Result<Vec<Edit>, Cause>,
) -> Result<Vec<Edit>, Cause> {
    let mut now = None;
    let mut all = Vec::new();
    for step in steps {
        let edits = wanted(step, now.as_ref().unwrap_or(document))?;
        if !edits.is_empty() {
            now = Some(edit::apply(now.as_ref().unwrap_or(document), &edits)?.0);
            all.extend(edits);
        }
    }
    Ok(all)
}

/// The first two of `presets` that cannot go together: one says so, or both set a key and not to the same.
///
/// # Errors
/// [`Cause::Conflict`].
pub fn conflict(presets: &[Bound]) -> Result<(), Cause> {
    let mut set: HashMap<&Key, (&str, &Bound)> = HashMap::new();
    for (at, one) in presets.iter().enumerate() {
        let names = |a: &Bound, b: &Bound| a.preset.conflicts.contains(&b.preset.name);
        let clash = |other: &Bound, why: String| Cause::Conflict {
            one: other.preset.name.clone(),
            other: one.preset.name.clone(),
            why,
        };
        if let Some(other) = presets[..at].iter().find(|other| names(one, other) || names(other, one)) {
            return Err(clash(other, "they contradict each other".to_owned()));
        }
        for (key, value) in one.literals() {
            match set.insert(key, (value, one)) {
                Some((before, other)) if before != value && other.preset.name != one.preset.name => {
                    let why = format!("they set {key} to \"{before}\" and to \"{value}\"");
                    return Err(clash(other, why));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

impl Default for Around {
    fn default() -> Self {
        Self { snapshots: Snapshots::Unknown }
    }
}
