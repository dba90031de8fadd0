//! What an edited text would make worse.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::error::Error as _;

use vmxedit::document::{Encryption, LineError, is_encryption_key};
use vmxedit::{Document, edit};

use crate::change;

/// How many are told; a text that is no VMX at all has one a line.
const TOLD: usize = 20;

/// An edited text, looked at.
pub(super) struct Judged {
    /// The file that it would make, if it can be written at all.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) problems: Vec<String>,
}

pub(super) fn judge(before: &Document, edited: &[u8]) -> Judged {
    let (bytes, mut problems) = match before.with_text(edited) {
        Err(lines) => (None, lines.iter().map(sentence).collect()),
        Ok(bytes) => match change::parse(bytes.clone(), before.dialect()) {
            Err(cause) => (None, vec![cause.to_string()]),
            Ok(after) => (Some(bytes), problems(before, &after)),
        },
    };
    if problems.len() > TOLD {
        let more = problems.len() - TOLD;
        problems.truncate(TOLD);
        problems.push(format!("and {more} more"));
    }
    Judged { bytes, problems }
}

/// The error with its cause, on one line.
fn sentence(error: &LineError) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

/// What is worse in `after` than it was in `before`.
fn problems(before: &Document, after: &Document) -> Vec<String> {
    let mut problems = Vec::new();
    if before.entries().next().is_some() && after.entries().next().is_none() {
        problems.push("not one entry is left".to_owned());
    }
    ignored_lines(before, after, &mut problems);
    disguised_entries(before, after, &mut problems);
    duplicates(before, after, &mut problems);
    sealed_keys(before, after, &mut problems);
    problems
}

/// New lines that VMware passes over, and that are no comments.
fn ignored_lines(before: &Document, after: &Document, problems: &mut Vec<String>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for line in before.lines().filter(|line| line.entry.is_none()) {
        *known.entry(line.text.into_owned()).or_default() += 1;
    }
    for (at, line) in after.lines().enumerate().filter(|(_, line)| line.entry.is_none()) {
        if let Some(left @ 1..) = known.get_mut(&*line.text) {
            *left -= 1;
        } else if !is_comment(&line.text) {
            let name = line.text.split_once('=').map(|(name, _)| format!(" ('{}')", name.trim()));
            problems.push(format!(
                "line {}{} is not KEY = \"VALUE\": VMware ignores it",
                at + 1,
                name.unwrap_or_default()
            ));
        }
    }
}

/// Empty, or meant for people.
fn is_comment(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || ["#", "//", ";"].iter().any(|mark| text.starts_with(mark))
}

/// `//memsize = "1"` is an entry with a strange key, not a comment.
fn disguised_entries(before: &Document, after: &Document, problems: &mut Vec<String>) {
    let looks_like_comment = |key: &str| key.starts_with("//") || key.starts_with(';');
    let known: HashSet<Cow<'_, str>> = before.entries().map(|entry| entry.key()).collect();
    for entry in after.entries().filter(|entry| looks_like_comment(&entry.key())) {
        if !known.contains(&entry.key()) {
            problems.push(format!(
                "line {}: VMware reads '{}' as a key, not as a comment: those start with #",
                entry.line_number(),
                entry.key()
            ));
        }
    }
}

fn duplicates(before: &Document, after: &Document, problems: &mut Vec<String>) {
    let known: HashMap<String, usize> =
        before.duplicates().into_iter().map(|(key, lines)| (key.to_ascii_lowercase(), lines.len())).collect();
    for (key, lines) in after.duplicates() {
        if lines.len() > known.get(&key.to_ascii_lowercase()).copied().unwrap_or(1) {
            let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
            problems
                .push(format!("'{key}' is set on lines {}: VMware refuses such a file", numbers.join(", ")));
        }
    }
}

/// In a partly encrypted VM, keys by which VMware opens it.
fn sealed_keys(before: &Document, after: &Document, problems: &mut Vec<String>) {
    if before.encryption() == Encryption::None {
        return;
    }
    for change in edit::compare(before, after) {
        if is_encryption_key(change.key()) {
            problems.push(format!(
                "'{}' belongs to the encryption of this VM: a wrong value locks it for good",
                change.key()
            ));
        }
    }
}
