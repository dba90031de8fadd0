//! The entries that `unset` and `apply --unset` remove: keys and patterns, with the keys that no pattern may remove.

use vmxedit::document::{Dialect, Encryption};
use vmxedit::edit::IfAbsent;
use vmxedit::{Document, Edit, Pattern, catalog};

use super::close_keys::{self, Suggestions};
use crate::error::ProgramError;
use crate::words::CommandLine;

/// Keys and patterns of entries to remove.
pub(super) struct Removal {
    patterns: Vec<Pattern>,
    absent: IfAbsent,
}

impl Removal {
    /// Parses keys and patterns.
    ///
    /// # Errors
    /// The first that is not one.
    pub(super) fn parse(words: &[String], absent: IfAbsent, dialect: Dialect) -> anyhow::Result<Self> {
        let patterns = words.iter().map(|word| Pattern::parse_as(word, dialect));
        Ok(Self { patterns: patterns.collect::<Result<_, _>>()?, absent })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    pub(super) fn edits(&self) -> Vec<Edit> {
        let edit = |pattern: &Pattern| Edit::Unset { pattern: pattern.clone(), absent: self.absent };
        self.patterns.iter().map(edit).collect()
    }

    /// Checks the removal for one document. Returns a note for each pattern that matches nothing in it.
    ///
    /// # Errors
    /// [`ProgramError::Identity`] if a pattern matches what identifies the VM; [`ProgramError::NoSuchKey`] if one
    /// matches nothing and must.
    pub(super) fn check(&self, document: &Document) -> Result<Vec<String>, ProgramError> {
        if document.dialect() == Dialect::Vmx {
            self.keep_identity(document)?;
        }
        if document.encryption() == Encryption::Full {
            // What is missing may be among the encrypted settings: the edit is refused.
            return Ok(Vec::new());
        }
        let missing = self.patterns.iter().filter(|pattern| !close_keys::matches_any(document, pattern));
        let suggestions = Suggestions::new(document);
        let missing = missing.map(|pattern| {
            let key = pattern.to_string();
            (suggestions.in_file(&key), key)
        });
        if self.absent == IfAbsent::Ignore {
            return Ok(missing.map(|(suggestion, key)| nothing_matches(&key, suggestion)).collect());
        }
        missing.map(|(suggestion, key)| Err(ProgramError::NoSuchKey { key, suggestion })).collect()
    }

    /// Refuses patterns that match what identifies the VM, unless the keys are named as well.
    fn keep_identity(&self, document: &Document) -> Result<(), ProgramError> {
        let is_named = |key: &str| {
            let mut named = self.patterns.iter().filter_map(Pattern::as_key);
            named.any(|named| named.as_str().eq_ignore_ascii_case(key))
        };
        for pattern in self.patterns.iter().filter(|pattern| pattern.as_key().is_none()) {
            let matched = document.entries().filter(|entry| pattern.selects(entry));
            let identity = |key: &String| catalog::is_identity(key) && !is_named(key);
            let keys: Vec<String> = matched.map(|entry| entry.key().into_owned()).filter(identity).collect();
            if !keys.is_empty() {
                return Err(ProgramError::Identity { pattern: pattern.to_string(), keys, verb: "remove" });
            }
        }
        Ok(())
    }
}

fn nothing_matches(key: &str, suggestion: Option<String>) -> String {
    let suggestion = match (CommandLine::typed().option_before(key.as_ref()), suggestion) {
        (Some(option), _) => format!("; did you mean {option}={key}?"),
        (None, Some(meant)) => format!("; did you mean {meant}?"),
        (None, None) => String::new(),
    };
    format!("no entry matches '{key}'{suggestion}")
}
