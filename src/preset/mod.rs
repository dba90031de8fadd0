//! Presets: named steps on entries, with the reason, the conditions and the sources. They know no VM, no power state.
//!
//! A [`Preset`] is what a TOML file says. Bound to arguments for its parameters it is a [`Bound`], which can tell what
//! it means for a document and which edits it wants.

mod bound;
mod builtin;
mod condition;
mod file;
mod library;
mod parameter;
mod step;
mod survey;
mod template;

use crate::document::Dialect;

pub use self::bound::{Bound, Verdict, conflict};
pub use self::condition::{Around, Condition, Snapshots, Test};
pub use self::library::{Library, Origin, is_built_in, parse, read};
pub use self::parameter::{Argument, Encoding, Kind, Parameter};
pub use self::step::{Step, Verb};
pub use self::template::Template;

/// What a preset file says.
#[derive(Clone, Debug)]
pub struct Preset {
    /// What it is called on the command line: lower-case letters, digits and `-`.
    pub name: String,
    /// One line.
    pub title: String,
    /// Why one would want it: a sentence or two.
    pub reason: String,
    /// Which products it is for, in words; empty for all of them.
    pub products: Vec<String>,
    /// Where all this comes from.
    pub sources: Vec<String>,
    /// What nobody has verified.
    pub unverified: Vec<String>,
    /// What to know before or after applying it.
    pub notes: Vec<String>,
    /// Presets that cannot go with it.
    pub conflicts: Vec<String>,
    /// What kind of file it is for: a VM's configuration (`.vmx`, `.vmtx`), or Java properties.
    pub target: Dialect,
    /// Conditions under which it changes nothing: one that holds is enough. Each says why.
    pub unneeded_when: Vec<Condition>,
    /// Conditions that must all hold.
    pub requires: Vec<Condition>,
    /// What can be said when it is applied, by name.
    pub parameters: Vec<Parameter>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// Why it cannot be taken back, where it cannot.
    pub irreversible: Option<String>,
    /// Where it was found.
    pub origin: Origin,
}

impl Preset {
    /// When it applies, in words: the conditions, joined.
    pub fn when(&self) -> String {
        let words: Vec<String> = self.requires.iter().map(ToString::to_string).collect();
        if words.is_empty() { "always".to_owned() } else { words.join("; ") }
    }

    /// Whether `preset revert` takes it back, all of it: it only adds what was absent.
    pub fn is_reversible(&self) -> bool {
        self.irreversible.is_none()
            && self.steps.iter().all(|step| matches!(step.verb, Verb::Set | Verb::SetIfAbsent))
    }
}
