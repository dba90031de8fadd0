//! Presets: a named set of entries, with the reason, the conditions and the sources. They know no files, no power state.

mod builtin;
mod condition;

use crate::document::{Document, Key};
use crate::edit::Edit;
use crate::error::Cause;

pub use self::builtin::BUILTIN;
pub use self::condition::Condition;

/// Entries that belong together, and when they do good.
#[derive(Debug)]
pub struct Preset {
    /// What it is called on the command line.
    pub name: &'static str,
    /// One line.
    pub title: &'static str,
    /// Why one would want it: a sentence or two.
    pub reason: &'static str,
    /// When it applies, in words.
    pub when: &'static str,
    /// Conditions under which it changes nothing, each with the reason.
    pub unneeded_when: &'static [(Condition, &'static str)],
    /// Conditions that must hold.
    pub requires: &'static [Condition],
    /// The entries it sets: key and value.
    pub sets: &'static [(&'static str, &'static str)],
    /// What to know before or after applying it.
    pub notes: &'static [&'static str],
    /// Where all this comes from.
    pub sources: &'static [&'static str],
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
    /// The built-in preset of that name.
    ///
    /// # Errors
    /// [`Cause::NoSuchPreset`].
    pub fn named(name: &str) -> Result<&'static Self, Cause> {
        BUILTIN
            .iter()
            .find(|preset| preset.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| Cause::NoSuchPreset { name: name.to_owned() })
    }

    /// What the preset means for `document`.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where a condition asks for a key that stands there twice.
    pub fn verdict(&self, document: &Document) -> Result<Verdict, Cause> {
        for (condition, why) in self.unneeded_when {
            if condition.unmet(document)?.is_none() {
                return Ok(Verdict::Unneeded((*why).to_owned()));
            }
        }
        for condition in self.requires {
            if let Some(reason) = condition.unmet(document)? {
                return Ok(Verdict::Refused(reason));
            }
        }
        Ok(Verdict::Applies)
    }

    /// What it wants of `document`: nothing where the entries are there already, in any spelling of TRUE and FALSE.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where an entry stands there twice.
    pub fn edits(&self, document: &Document) -> Result<Vec<Edit>, Cause> {
        let mut edits = Vec::new();
        for (key, value) in self.sets {
            let key = Key::parse(key)?;
            let there = document.get(&key)?.map(|entry| entry.value());
            if !there.is_some_and(|there| same_value(&there, value)) {
                edits.push(Edit::Set { key, value: (*value).to_owned() });
            }
        }
        Ok(edits)
    }
}

/// Whether VMware reads the two alike: booleans in any case.
fn same_value(there: &str, wanted: &str) -> bool {
    let boolean = wanted.eq_ignore_ascii_case("TRUE") || wanted.eq_ignore_ascii_case("FALSE");
    there == wanted || boolean && there.eq_ignore_ascii_case(wanted)
}
