//! Conditions of a preset on a file, and what to say where one does not hold.

use crate::document::{Document, Key, Pattern};
use crate::error::Cause;

/// Something that a file must be.
#[derive(Debug)]
pub enum Condition {
    /// `guestOS` is one of these patterns.
    GuestOs {
        /// Patterns of guest OS ids.
        any_of: &'static [&'static str],
        /// The same in words.
        words: &'static str,
    },
    /// The key has no value.
    NoValue(&'static str),
    /// The key is not TRUE.
    NotTrue(&'static str),
}

impl Condition {
    /// Why the condition does not hold for `document`; `None` where it does.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where the key stands there twice.
    pub fn unmet(&self, document: &Document) -> Result<Option<String>, Cause> {
        let value = |key: &str| -> Result<Option<String>, Cause> {
            Ok(document.get(&Key::parse(key)?)?.map(|entry| entry.value().into_owned()))
        };
        Ok(match self {
            Self::GuestOs { any_of, words } => match value("guestOS")? {
                None => Some(format!("it is for {words}, and the file names no guestOS")),
                Some(guest) if matches_any(any_of, &guest)? => None,
                Some(guest) => Some(format!("it is for {words}, and the guest is guestOS = \"{guest}\"")),
            },
            Self::NoValue(key) => value(key)?
                .filter(|value| !value.is_empty())
                .map(|value| format!("{key} is set explicitly (\"{value}\")")),
            Self::NotTrue(key) => value(key)?
                .filter(|value| value.eq_ignore_ascii_case("TRUE"))
                .map(|value| format!("{key} is \"{value}\"")),
        })
    }
}

fn matches_any(patterns: &[&str], text: &str) -> Result<bool, Cause> {
    for pattern in patterns {
        if Pattern::parse(pattern)?.matches(text) {
            return Ok(true);
        }
    }
    Ok(false)
}
