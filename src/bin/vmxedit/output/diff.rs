//! Unified diffs of documents, for people and for `patch`.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use vmxedit::catalog::MASK;
use vmxedit::diff::{self, HunkLine};
use vmxedit::document::{Dialect, Line, LineEnding};
use vmxedit::{Document, Entry};

use super::Output;
use super::Secrets;
use super::color::{CYAN, GREEN, RED};
use super::escape::display_path;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
const INFALLIBLE: &str = "writing to a string cannot fail";

/// Prints a unified diff with colors.
pub(super) fn print(out: &mut Output, diff: &str) {
    for line in diff.split_inclusive('\n') {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        let body = match body.strip_suffix('\r') {
            Some(without_cr) if out.is_escaped => without_cr,
            _ => body,
        };
        let color = match body.as_bytes().first() {
            Some(b'+') => GREEN,
            Some(b'-') => RED,
            Some(b'@') => CYAN,
            _ => "",
        };
        let shown = out.painted(color, &out.escaped_for_people(body));
        out.bytes(shown.as_bytes(), end);
    }
}

/// Returns a unified diff of the lines as text. A line that differs only in a secret is included, with the secret
/// masked.
pub(super) fn unified(
    old_name: &Path,
    new_name: &Path,
    before: &Document,
    after: &Document,
    secrets: Secrets,
) -> String {
    let nothing = Hidden::of(&[], Secrets::Shown);
    let (old, new) = (diff_lines(before, &nothing), diff_lines(after, &nothing));
    let hidden = Hidden::of(&[before, after], secrets);
    let (old_shown, new_shown) = (diff_lines(before, &hidden), diff_lines(after, &hidden));
    let old: Vec<&[u8]> = old.iter().map(String::as_bytes).collect();
    let new: Vec<&[u8]> = new.iter().map(String::as_bytes).collect();
    let mut text = format!("--- {}\n+++ {}\n", display_path(old_name), display_path(new_name));
    for hunk in diff::hunks(&diff::diff(&old, &new), CONTEXT) {
        writeln!(text, "{hunk}").expect(INFALLIBLE);
        for line in hunk.lines() {
            let (sign, shown) = match line {
                HunkLine::Deleted { old } => ('-', &old_shown[old]),
                HunkLine::Inserted { new } => ('+', &new_shown[new]),
                HunkLine::Context { new, .. } => (' ', &new_shown[new]),
                _ => continue,
            };
            write!(text, "{sign}{shown}").expect(INFALLIBLE);
            if !shown.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// Hides the values of secret keys, and entries of other keys that have one of these values.
struct Hidden {
    secrets: Secrets,
    values: HashSet<String>,
}

impl Hidden {
    fn of(documents: &[&Document], secrets: Secrets) -> Self {
        let entries = documents.iter().flat_map(|document| document.entries());
        let secret = entries.filter(|entry| secrets.mask(&entry.key()).is_some());
        let values =
            secret.map(|entry| entry.value().into_owned()).filter(|value| !is_common(value)).collect();
        Self { secrets, values }
    }

    /// Returns the line with its value masked, if it has one to hide.
    fn mask(&self, line: &Line<'_>) -> Option<String> {
        let is_repeated = |entry: &Entry<'_>| self.values.contains(&*entry.value());
        mask_where(line, self.secrets, is_repeated)
    }
}

/// Returns whether many entries have the value, so that it reveals nothing about a secret.
fn is_common(value: &str) -> bool {
    ["", "TRUE", "FALSE"].iter().any(|common| common.eq_ignore_ascii_case(value))
}

/// Returns the line with what is secret in it masked; `None` if there is nothing to hide.
pub(super) fn masked(line: &Line<'_>, secrets: Secrets) -> Option<String> {
    mask_where(line, secrets, |_| false)
}

fn mask_where(line: &Line<'_>, secrets: Secrets, is_hidden: impl Fn(&Entry<'_>) -> bool) -> Option<String> {
    let text = &*line.text;
    let Some(entry) = &line.entry else { return secrets.mask_line(text) };
    let mask = secrets.mask(&entry.key()).or(is_hidden(entry).then_some(MASK));
    let shown = mask.map(|mask| entry.text_with_value(mask));
    // A comment after the value may contain an entry.
    let comment = text.contains('#').then(|| masked_comment(text, entry, secrets)).flatten();
    match comment {
        Some((comment, masked)) => {
            let shown = shown.as_deref().unwrap_or(text);
            Some(shown.strip_suffix(comment).unwrap_or_default().to_owned() + &masked)
        }
        None => shown,
    }
}

/// Returns what follows the value, and the same with what is secret masked; `None` if there is nothing to hide.
fn masked_comment<'a>(text: &'a str, entry: &Entry<'_>, secrets: Secrets) -> Option<(&'a str, String)> {
    let (end, _) = text.char_indices().nth(entry.value_columns().end)?;
    Some((&text[end..], secrets.mask_line(&text[end..])?))
}

/// Returns the lines as a diff shows them. A lone CR ends a line in VMX but not in a diff, so it becomes LF. Lines that
/// Java joins stay separate.
fn diff_lines(document: &Document, hidden: &Hidden) -> Vec<String> {
    let mut lines: Vec<String> = document
        .lines()
        .flat_map(|line| {
            let ending = match line.ending {
                LineEnding::Lf | LineEnding::Cr => "\n",
                LineEnding::CrLf => "\r\n",
                LineEnding::None => "",
            };
            let joined = match document.dialect() {
                Dialect::Properties => physical_lines(&line.text),
                _ => vec![&*line.text],
            };
            let (last, others) = joined.split_last().expect("a logical line has at least one physical line");
            let mut lines: Vec<String> = others.iter().map(|text| format!("{text}\n")).collect();
            lines.push(format!("{last}{ending}"));
            if let Some(masked) = hidden.mask(&line) {
                let last = if lines.len() == 1 { ending } else { "\n" };
                // The number of lines stays, so that line indexes match those of the unmasked text.
                lines.fill(format!("{MASK}\n"));
                lines[0] = masked.replace(['\r', '\n'], "") + last;
            }
            lines
        })
        .collect();
    if let Some(first) = lines.first_mut().filter(|_| document.has_bom()) {
        // `patch` compares the byte order mark, too.
        first.insert(0, '\u{FEFF}');
    }
    lines
}

/// Splits a logical line of Java properties into its physical lines.
fn physical_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\n']) {
        lines.push(&rest[..at]);
        let end = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[at + end..];
    }
    lines.push(rest);
    lines
}
