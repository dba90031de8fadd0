//! Presets: named lists of steps that edit a document, with a reason, conditions and sources.
//!
//! A [`Preset`] is the content of a TOML file. [`Preset::resolve`] fills in its parameters; the [`ResolvedPreset`] then
//! computes the edits for a document. Presets know nothing about locks or the power state.
//!
//! ```
//! use std::collections::BTreeMap;
//! use vmxedit::preset::{Applicability, Argument, Environment, Library};
//! use vmxedit::{Document, edit};
//!
//! let document = Document::parse("virtualHW.version = \"19\"\nscsi0:0.present = \"TRUE\"\n");
//! let preset = Library::default().find("ssd-emulation")?;
//! let arguments = BTreeMap::from([("disk".to_owned(), Argument::Typed("scsi0:0".to_owned()))]);
//! let resolved = preset.resolve(&arguments)?;
//! assert_eq!(resolved.applicability(&document, &Environment::default())?, Applicability::Applies);
//!
//! let (after, changes) = edit::apply(&document, &resolved.edits(&document)?)?;
//! assert_eq!(changes.len(), 1);
//! assert!(resolved.edits(&after)?.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Terms
//!
//! - *step*: sets a key, or ensures that it is absent ([`Verb`]).
//! - *parameter*: a named value that the user gives; a [`Template`] such as `serial{port}.fileName` contains it.
//! - *condition*: what a file must be for the preset to apply, or what makes the preset unnecessary.
//! - *applied*: a file in which every step has nothing left to do, whatever the parameters were.

mod applied;
mod builtin;
mod condition;
mod error;
mod file;
mod library;
mod parameter;
mod product;
mod resolved;
mod search;
mod slots;
mod step;
mod template;

use crate::catalog;
use crate::document::Dialect;

pub use self::condition::{Condition, Environment, SnapshotState, Test};
pub use self::error::{LoadError, Position, PresetError};
pub use self::library::{Found, Library, Origin, is_built_in, parse, read};
pub use self::parameter::{Argument, Encoding, Parameter, ParameterType, TextPattern};
pub use self::resolved::{Applicability, ResolvedPreset, ensure_compatible};
pub use self::slots::{FreeSlot, SameDevice};
pub use self::step::{Step, Verb};
pub use self::template::Template;

/// The content of a preset file.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let preset = Library::default().find("vnc-console")?;
/// assert!(preset.is_secret_parameter("password") && preset.is_reversible());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Preset {
    /// The name by which users select it: lower-case letters, digits and `-`.
    pub name: String,
    /// A title of one line.
    pub title: String,
    /// The topic under which it is listed.
    pub topic: Option<String>,
    /// Words by which users look for it, besides those in its title, its topic and its keys.
    pub keywords: Vec<String>,
    /// Why a user would apply it: a sentence or two.
    pub reason: String,
    /// The products it is for; empty for all products.
    pub products: Vec<String>,
    /// References for its facts.
    pub sources: Vec<String>,
    /// Statements that have not been verified.
    pub unverified: Vec<String>,
    /// What the user should know before or after applying it.
    pub notes: Vec<String>,
    /// Names of presets that cannot be combined with it.
    pub conflicts: Vec<String>,
    /// The type of file it edits: the configuration of a VM (`.vmx`, `.vmtx`), or Java properties.
    pub target: Dialect,
    /// If one of these conditions holds, the preset has nothing to do. Each has a [`why`](Condition::why).
    pub unneeded_when: Vec<Condition>,
    /// Conditions that must all hold.
    pub requires: Vec<Condition>,
    /// The parameters, ordered by name.
    pub parameters: Vec<Parameter>,
    /// The steps, in the order in which they are applied.
    pub steps: Vec<Step>,
    /// Whether it is refused where `check` would find an error in the result, or a warning about what it sets.
    pub strict: bool,
    /// Why it cannot be reverted, if it cannot.
    pub irreversible: Option<String>,
    /// Where it was found.
    pub origin: Origin,
}

impl Preset {
    /// Returns the required conditions as text, joined by `; `, or `always`.
    pub fn when(&self) -> String {
        let conditions: Vec<String> = self.requires.iter().map(ToString::to_string).collect();
        if conditions.is_empty() { "always".to_owned() } else { conditions.join("; ") }
    }

    /// Returns whether it takes a free slot, so that each application adds another device.
    pub fn takes_free_slot(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.free_slot().is_some())
    }

    /// Returns whether reverting it restores the file completely, provided that it only added entries.
    pub fn is_reversible(&self) -> bool {
        self.irreversible.is_none()
            && self.steps.iter().all(|step| matches!(step.verb, Verb::Set | Verb::SetIfAbsent))
    }

    /// Returns whether the parameter becomes a part of the value of a secret key.
    pub fn is_secret_parameter(&self, name: &str) -> bool {
        let mut secret = self.steps.iter().filter(|step| catalog::is_secret(&step.key.to_string()));
        secret.any(|step| step.value.parameters().any(|parameter| parameter == name))
    }
}
