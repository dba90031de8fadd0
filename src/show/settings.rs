//! Single settings of a document, read as VMware reads them.

use std::str::FromStr;

use crate::document::{Document, Key};

/// A setting that VMware has a default for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting<T> {
    /// The file says it.
    Written(T),
    /// The file does not say it: VMware's default.
    Assumed(T),
    /// The file says something that cannot be read as such.
    Unreadable(String),
}

impl<T> Setting<T> {
    /// The value, written or assumed.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Written(value) | Self::Assumed(value) => Some(value),
            Self::Unreadable(_) => None,
        }
    }

    /// Whether it is VMware's default.
    pub fn is_assumed(&self) -> bool {
        matches!(self, Self::Assumed(_))
    }
}

/// A document asked for one setting after another. Of a key that stands there twice the first counts.
pub(super) struct Settings<'a> {
    document: &'a Document,
}

impl<'a> Settings<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        Self { document }
    }

    /// The keys in file order.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        self.document.entries().map(|entry| entry.key().into_owned())
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        let key = Key::parse(key).ok()?;
        self.document.find(&key).first().map(|entry| entry.value().into_owned())
    }

    pub(super) fn written<T: FromStr>(&self, key: &str) -> Option<Setting<T>> {
        let text = self.text(key).filter(|text| !text.trim().is_empty())?;
        Some(text.trim().parse().map_or(Setting::Unreadable(text), Setting::Written))
    }

    /// Whether it says `TRUE`. Whatever is neither `TRUE` nor `FALSE` is the default, which is `FALSE`.
    pub(super) fn is_on(&self, key: &str) -> bool {
        self.boolean(key) == Some(true)
    }

    /// `TRUE` or `FALSE`, in any case; other values VMware passes over.
    ///
    /// Source: open-vm-tools, lib/rpcVmx/rpcvmx.c.
    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        let text = self.text(key)?;
        let is = |word: &str| text.trim().eq_ignore_ascii_case(word);
        if is("TRUE") { Some(true) } else { is("FALSE").then_some(false) }
    }
}
