//! Single settings of a document, read as VMware reads them.

use std::str::FromStr;

use crate::catalog;
use crate::document::{Document, Key};

/// A setting that VMware has a default for. There is no fourth case, so callers match all three.
///
/// ```
/// use vmxedit::show::{Setting, Summary};
/// use vmxedit::Document;
///
/// let document = Document::parse("memsize = \"2048\"\n");
/// let vm = Summary::of(&document);
/// let machine = vm.machine.expect("it is not encrypted");
/// assert_eq!(machine.memory_mb, Setting::Set(2048));
/// assert!(machine.cpus.is_default());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting<T> {
    /// The value in the file.
    Set(T),
    /// VMware's default: the file does not set it.
    Default(T),
    /// The text in the file, which does not parse as a `T`.
    Invalid(String),
}

impl<T> Setting<T> {
    /// Returns the value, set or default; `None` if it is invalid.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) | Self::Default(value) => Some(value),
            Self::Invalid(_) => None,
        }
    }

    /// Returns whether the value is VMware's default.
    pub fn is_default(&self) -> bool {
        matches!(self, Self::Default(_))
    }
}

/// A document from which many settings are read. If a key occurs on several lines, the first line is used.
pub(super) struct Settings<'a> {
    document: &'a Document,
}

impl<'a> Settings<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document }
    }

    /// Returns the keys in file order.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        self.document.entries().map(|entry| entry.key().into_owned())
    }

    /// Returns the value of the first entry with this key.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let key = Key::parse(key).ok()?;
        self.document.find(&key).first().map(|entry| entry.value().into_owned())
    }

    /// Returns the value of the first entry with this key, unless it is empty.
    pub(super) fn non_empty(&self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !text.is_empty())
    }

    /// Parses the value of `key`; `None` if the key is missing or its value is only whitespace.
    pub(super) fn parsed<T: FromStr>(&self, key: &str) -> Option<Setting<T>> {
        let text = self.text(key).filter(|text| !text.trim().is_empty())?;
        Some(text.trim().parse().map_or(Setting::Invalid(text), Setting::Set))
    }

    /// Returns whether the value is `TRUE`. Any value that is not a boolean counts as the default, `FALSE`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.boolean(key) == Some(true)
    }

    /// Returns the boolean value of `key`. VMware ignores other values.
    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        catalog::boolean(self.text(key)?.trim())
    }
}
