//! Checks an edited text for problems that the file did not have.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use vmxedit::catalog::mask_line;
use vmxedit::document::{DuplicateKey, Encryption, is_encryption_key};
use vmxedit::{Document, edit, transaction};

use crate::error::message_with_causes;

/// Problems that are printed; a text that is not a VMX file at all has one per line.
const MAX_PROBLEMS: usize = 20;

/// The result of the checks.
pub(super) struct Review {
    /// The new content of the file, if the text can be written.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) problems: Vec<String>,
}

pub(super) fn review(before: &Document, edited: &[u8]) -> Review {
    let (bytes, mut problems) = match before.with_text(edited) {
        Err(lines) => (None, lines.iter().map(|error| message_with_causes(error)).collect()),
        Ok(bytes) => match transaction::parse(bytes.clone(), before.dialect()) {
            Err(error) => (None, vec![message_with_causes(&error)]),
            Ok(after) => (Some(bytes), problems(before, &after)),
        },
    };
    if problems.len() > MAX_PROBLEMS {
        let more = problems.len() - MAX_PROBLEMS;
        problems.truncate(MAX_PROBLEMS);
        problems.push(format!("and {more} more"));
    }
    Review { bytes, problems }
}

/// Returns the problems of `after` that `before` does not have.
fn problems(before: &Document, after: &Document) -> Vec<String> {
    let mut problems = Vec::new();
    if before.entries().next().is_some() && after.entries().next().is_none() {
        problems.push("no entry is left".to_owned());
    }
    ignored_lines(before, after, &mut problems);
    disguised_entries(before, after, &mut problems);
    duplicates(before, after, &mut problems);
    encryption_keys(before, after, &mut problems);
    problems
}

/// Finds new lines that VMware ignores and that are not comments.
fn ignored_lines(before: &Document, after: &Document, problems: &mut Vec<String>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for line in before.lines().filter(|line| line.entry.is_none()) {
        *known.entry(line.text.into_owned()).or_default() += 1;
    }
    for (at, line) in after.lines().enumerate().filter(|(_, line)| line.entry.is_none()) {
        if let Some(left @ 1..) = known.get_mut(&*line.text) {
            *left -= 1;
        } else if !is_comment(&line.text) {
            let masked = mask_line(&line.text);
            let text = masked.as_deref().unwrap_or(&line.text);
            let name = text.split_once('=').map(|(name, _)| format!(" ('{}')", name.trim()));
            problems.push(format!(
                "line {}{} is not KEY = \"VALUE\": VMware ignores it",
                at + 1,
                name.unwrap_or_default()
            ));
        }
    }
}

/// Returns whether a line is empty or a comment.
fn is_comment(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || ["#", "//", ";"].iter().any(|mark| text.starts_with(mark))
}

/// Finds lines such as `//memsize = "1"`: VMware reads an entry with a strange key.
fn disguised_entries(before: &Document, after: &Document, problems: &mut Vec<String>) {
    let looks_like_comment = |key: &str| key.starts_with("//") || key.starts_with(';');
    let known: HashSet<Cow<'_, str>> = before.entries().map(|entry| entry.key()).collect();
    for entry in after.entries().filter(|entry| looks_like_comment(&entry.key())) {
        if !known.contains(&entry.key()) {
            problems.push(format!(
                "line {}: VMware reads '{}' as a key, not as a comment: a comment starts with #",
                entry.line_number(),
                entry.key()
            ));
        }
    }
}

fn duplicates(before: &Document, after: &Document, problems: &mut Vec<String>) {
    let known = before.duplicates().into_iter();
    let known: HashMap<String, usize> =
        known.map(|duplicate| (duplicate.key.to_ascii_lowercase(), duplicate.lines.len())).collect();
    for DuplicateKey { key, lines, .. } in after.duplicates() {
        if lines.len() > known.get(&key.to_ascii_lowercase()).copied().unwrap_or(1) {
            let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
            problems
                .push(format!("'{key}' is set on lines {}: VMware refuses such a file", numbers.join(", ")));
        }
    }
}

/// In a partially encrypted VM, finds changes of the keys that VMware needs to decrypt it.
fn encryption_keys(before: &Document, after: &Document, problems: &mut Vec<String>) {
    if before.encryption() == Encryption::None {
        return;
    }
    for change in edit::compare(before, after) {
        if is_encryption_key(change.key()) {
            problems.push(format!(
                "'{}' belongs to the encryption of this VM: a wrong value makes it unusable for good",
                change.key()
            ));
        }
    }
}
