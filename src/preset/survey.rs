//! Whether a file has a preset already, whatever its parameters were when it was applied.

use super::condition::same_value;
use super::step::{BoundStep, Step, Target, Verb};
use super::{Preset, Template};
use crate::document::{Dialect, Document, Pattern};
use crate::error::Cause;

impl Preset {
    /// Whether nothing is left to do in `document`. Parameters may have been anything.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where an entry that it sets stands there twice.
    pub fn is_in(&self, document: &Document) -> Result<bool, Cause> {
        let is_optional = |name: &str| self.parameters.iter().any(|p| p.name == name && p.optional);
        let is_left_out = |step: &Step| step.parameters().any(is_optional);
        for step in self.steps.iter().filter(|step| !is_left_out(step)) {
            if !step.is_done(document, self.target)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Preset {
    /// Whether `document` has an entry that the preset sets, with its value: a preset whose steps ask for nothing that is
    /// not there leaves none.
    pub fn leaves_a_trace_in(&self, document: &Document) -> bool {
        self.steps.iter().filter(|step| step.verb == Verb::Set).any(|step| {
            let pattern = step.key.fill(|_| Some("*"));
            let pattern = pattern.and_then(|text| Pattern::parse_as(&text, self.target).ok());
            pattern.is_some_and(|pattern| document.entries().any(|entry| pattern.selects(&entry)))
        })
    }
}

impl Step {
    fn is_done(&self, document: &Document, dialect: Dialect) -> Result<bool, Cause> {
        let fill = |template: &Template| template.fill(|_| None);
        let value = fill(&self.value);
        let Some(key) = fill(&self.key) else {
            let pattern = Pattern::parse_as(&self.key.fill(|_| Some("*")).unwrap_or_default(), dialect)?;
            let there = document.entries().filter(|entry| pattern.selects(entry));
            let done = |there: &str| value.as_deref().is_none_or(|value| same_value(there, value));
            return Ok(there.into_iter().any(|entry| done(&entry.value())));
        };
        let target = Target::parse(&key, self.verb, dialect)?;
        let unknown = value.is_none();
        let bound = BoundStep {
            verb: self.verb,
            target,
            value: value.unwrap_or_default(),
            unless: self.unless.clone(),
        };
        if unknown && matches!(self.verb, Verb::Set | Verb::SetIfAbsent) {
            for key in bound.keys(document)? {
                if document.get(&key)?.is_none_or(|entry| entry.value().is_empty()) {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        Ok(unknown || bound.edits(document)?.is_empty())
    }
}
