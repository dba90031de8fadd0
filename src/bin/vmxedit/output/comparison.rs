//! The differences between two files.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::{Change, Document};

use super::changes::{changes_json, print_change};
use super::{Output, Secrets, diff};

/// Two files side by side.
pub(crate) struct Comparison<'a> {
    pub(crate) a: &'a Path,
    pub(crate) b: &'a Path,
    pub(crate) equal: bool,
    /// From `a` to `b`.
    pub(crate) changes: &'a [Change],
    /// Both documents, if lines are compared instead of keys.
    pub(crate) diff: Option<(&'a Document, &'a Document)>,
    pub(crate) secrets: Secrets,
}

/// Prints the keys, or the lines, that differ.
pub(crate) fn print(out: &mut Output, comparison: &Comparison<'_>) {
    let Comparison { a, b, secrets, .. } = *comparison;
    let text = comparison
        .diff
        .filter(|_| !comparison.equal)
        .map(|(before, after)| diff::unified(a, b, before, after, secrets));
    if out.json {
        return out.json(&json(comparison, text.as_deref()));
    }
    if comparison.diff.is_none() {
        for change in comparison.changes {
            print_change(out, b, secrets, change);
        }
    }
    let Some(text) = text else { return };
    if !text.contains("\n@@ ") {
        out.note(
            Some(b),
            "differs in bytes that lines of text do not show: a byte order mark, a lone CR, or invalid text",
        );
    }
    diff::print(out, &text);
}

/// The JSON shape is stable.
fn json(comparison: &Comparison<'_>, diff: Option<&str>) -> Value {
    let mut document = json!({
        "a": comparison.a.to_string_lossy(),
        "b": comparison.b.to_string_lossy(),
        "equal": comparison.equal,
        "changes": changes_json(comparison.secrets, comparison.changes),
    });
    if comparison.diff.is_some() {
        document["diff"] = json!(diff.unwrap_or_default());
    }
    document
}
