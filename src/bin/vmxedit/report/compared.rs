//! What is different between two files.

use std::path::Path;

use vmxedit::{Change, Document};

use super::{Failure, Report, Secrets, diff, json};

/// Two files side by side.
pub(crate) struct Compared<'a> {
    pub(crate) a: &'a Path,
    pub(crate) b: &'a Path,
    pub(crate) equal: bool,
    /// From `a` to `b`.
    pub(crate) changes: &'a [Change],
    /// Both, where their lines are to be compared.
    pub(crate) diff: Option<(&'a Document, &'a Document)>,
    pub(crate) secrets: Secrets,
}

impl Report {
    /// The keys, or the lines, that differ.
    pub(crate) fn compared(&mut self, compared: &Compared<'_>) -> Result<(), Failure> {
        let text = compared
            .diff
            .filter(|_| !compared.equal)
            .map(|(a, b)| diff::unified(compared.a, compared.b, a, b, compared.secrets));
        if self.json {
            return self.document(&json::compared(compared, text.as_deref()));
        }
        if self.quiet {
            return Ok(());
        }
        if compared.diff.is_none() {
            for change in compared.changes {
                self.change(compared.b, compared.secrets, change)?;
            }
        }
        let Some(text) = text else { return Ok(()) };
        if !text.contains("\n@@ ") {
            self.note(
                Some(compared.b),
                "differs in bytes that lines of text do not show: a byte order mark, a lone CR, bytes that are no text",
            );
        }
        self.diff(&text)
    }
}
