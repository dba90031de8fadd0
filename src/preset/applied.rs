//! Detects presets that were applied to a file, whatever their parameters were.

use super::step::{Step, Verb};
use super::{Environment, Preset, PresetError, Template};
use crate::catalog::values_equal;
use crate::document::{Dialect, Document, Entry, Key, Pattern};

impl Preset {
    /// Returns whether nothing is left to do in `document`. Steps that depend on optional parameters are ignored; other
    /// parameters may have any value. A preset that takes a free slot adds a device each time.
    ///
    /// # Errors
    /// [`PresetError::Edit`] if `document` sets a key of a step on several lines.
    pub fn is_applied(&self, document: &Document) -> Result<bool, PresetError> {
        if self.parameters.iter().any(|parameter| parameter.free_slot().is_some()) {
            return Ok(false);
        }
        let is_optional = |name: &str| self.parameters.iter().any(|p| p.name == name && p.optional);
        for step in self.steps.iter().filter(|step| !step.parameters().any(is_optional)) {
            if !step.is_applied(document, self.target)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns whether `document` has an entry with a key that a [`Verb::Set`] step sets, whatever its value.
    ///
    /// A preset that only changes or removes entries counts as applied to every file that has none of them; it does not
    /// touch such a file.
    pub fn touches(&self, document: &Document) -> bool {
        self.touches_any(document, |key| !document.find(key).is_empty())
    }

    /// As [`touches`](Self::touches), for a caller that knows the keys of `document`.
    pub(crate) fn touches_any(&self, document: &Document, has_key: impl Fn(&Key) -> bool) -> bool {
        self.steps.iter().filter(|step| step.verb == Verb::Set).any(|step| {
            let pattern = step.key_pattern(self.target).ok();
            pattern.is_some_and(|pattern| match pattern.as_key() {
                Some(key) => has_key(key),
                None => document.select(&pattern).next().is_some(),
            })
        })
    }
}

impl Step {
    fn is_applied(&self, document: &Document, dialect: Dialect) -> Result<bool, PresetError> {
        let without_parameters = |template: &Template| template.fill(|_| None);
        match (without_parameters(&self.key), without_parameters(&self.value)) {
            (None, value) => {
                let value = value.filter(|_| self.value_of.is_none());
                self.is_applied_to_some_key(document, dialect, value.as_deref())
            }
            (Some(key), None) => self.is_applied_with_some_value(document, dialect, &key),
            (Some(key), Some(value)) => Ok(self.resolve(&key, value, dialect)?.edits(document)?.is_empty()),
        }
    }

    /// The key has parameters: any entry that fits the key counts, with this value or any.
    fn is_applied_to_some_key(
        &self,
        document: &Document,
        dialect: Dialect,
        value: Option<&str>,
    ) -> Result<bool, PresetError> {
        if let Some(when) = &self.when
            && when.violation(document, &Environment::default(), &|_| None)?.is_some()
        {
            return Ok(true);
        }
        let pattern = self.key_pattern(dialect)?;
        let has_value =
            |entry: &Entry<'_>| value.is_none_or(|value| values_equal(&entry.key(), &entry.value(), value));
        Ok(document.select(&pattern).any(|entry| has_value(&entry)))
    }

    /// The value has parameters: any value that is not empty counts.
    fn is_applied_with_some_value(
        &self,
        document: &Document,
        dialect: Dialect,
        key: &str,
    ) -> Result<bool, PresetError> {
        let resolved = self.resolve(key, String::new(), dialect)?;
        if matches!(self.verb, Verb::Set | Verb::SetIfAbsent) && resolved.concerns(document)? {
            for key in resolved.keys(document)? {
                if document.get(&key)?.is_none_or(|entry| entry.value().is_empty()) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Returns the pattern of the keys, with `*` in place of each parameter.
    fn key_pattern(&self, dialect: Dialect) -> Result<Pattern, PresetError> {
        let text = self.key.fill(|_| Some("*")).unwrap_or_default();
        Ok(Pattern::parse_as(&text, dialect)?)
    }
}
