//! Unified diffs of a document's lines, as text for people and for `patch`.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use vmxedit::Document;
use vmxedit::diff::{self, HunkLine};
use vmxedit::document::{Dialect, Line, LineEnding};

use super::{MASK, Secrets};

/// How many lines are shown around a change.
const CONTEXT: usize = 3;
const ENDLESS: &str = "a string takes everything";

/// A unified diff of the lines as text. Lines that differ only in a secret are shown, and masked.
pub(super) fn unified(
    old_name: &Path,
    new_name: &Path,
    before: &Document,
    after: &Document,
    secrets: Secrets,
) -> String {
    let (old, new) = (diff_lines(before, &Hidden::default()), diff_lines(after, &Hidden::default()));
    let hidden = Hidden::of(&[before, after], secrets);
    let (old_shown, new_shown) = (diff_lines(before, &hidden), diff_lines(after, &hidden));
    let old: Vec<&[u8]> = old.iter().map(String::as_bytes).collect();
    let new: Vec<&[u8]> = new.iter().map(String::as_bytes).collect();
    let mut text = format!("--- {}\n+++ {}\n", super::name(old_name), super::name(new_name));
    for hunk in diff::hunks(&diff::diff(&old, &new), CONTEXT) {
        writeln!(text, "{hunk}").expect(ENDLESS);
        for line in hunk.lines() {
            let (sign, shown) = match line {
                HunkLine::Deleted { old } => ('-', &old_shown[old]),
                HunkLine::Inserted { new } => ('+', &new_shown[new]),
                HunkLine::Context { new, .. } => (' ', &new_shown[new]),
                _ => continue,
            };
            write!(text, "{sign}{shown}").expect(ENDLESS);
            if !shown.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// What is not shown: the values of secret keys, and the same values under another name or in a comment.
#[derive(Default)]
struct Hidden {
    secrets: Secrets,
    values: HashSet<String>,
}

impl Hidden {
    fn of(documents: &[&Document], secrets: Secrets) -> Self {
        let entries = documents.iter().flat_map(|document| document.entries());
        let secret = entries.filter(|entry| secrets.mask(&entry.key()).is_some());
        let values =
            secret.map(|entry| entry.value().into_owned()).filter(|value| !value.is_empty()).collect();
        Self { secrets, values }
    }

    /// The line with a mask in the value's place, if it has one to hide.
    fn mask(&self, line: &Line<'_>) -> Option<String> {
        if let Some(entry) = &line.entry {
            let again = self.values.contains(&*entry.value());
            return self
                .secrets
                .mask(&entry.key())
                .or(again.then_some(MASK))
                .map(|mask| entry.text_with_value(mask));
        }
        masked(line, self.secrets)
    }
}

/// The line with a mask in the place of a secret key's value; `None` where there is nothing to hide.
pub(super) fn masked(line: &Line<'_>, secrets: Secrets) -> Option<String> {
    if let Some(entry) = &line.entry {
        return secrets.mask(&entry.key()).map(|mask| entry.text_with_value(mask));
    }
    // A comment, or a line that lost a quote, may hold an entry all the same.
    let (name, _) = line.text.split_once('=')?;
    let key = name.trim_start_matches(['#', '/', ';', ' ', '\t']).trim_end();
    secrets.mask(key).map(|mask| format!("{name}= {mask}"))
}

/// A lone CR ends a line in VMX and not in a diff: it is shown as LF there. Lines that Java joins are shown as they stand.
fn diff_lines(document: &Document, hidden: &Hidden) -> Vec<String> {
    let mut lines: Vec<String> = document
        .lines()
        .flat_map(|line| {
            let ending = match line.ending {
                LineEnding::CrLf => "\r\n",
                LineEnding::None => "",
                _ => "\n",
            };
            let joined = match document.dialect() {
                Dialect::Properties => physical(&line.text),
                _ => vec![&*line.text],
            };
            let (last, others) = joined.split_last().expect("a line has one at least");
            let mut lines: Vec<String> = others.iter().map(|text| format!("{text}\n")).collect();
            lines.push(format!("{last}{ending}"));
            if let Some(masked) = hidden.mask(&line) {
                let last = if lines.len() == 1 { ending } else { "\n" };
                // As many lines as there are, so that the two stay side by side.
                lines.fill(format!("{MASK}\n"));
                lines[0] = masked.replace(['\r', '\n'], "") + last;
            }
            lines
        })
        .collect();
    if let Some(first) = lines.first_mut().filter(|_| document.has_bom()) {
        // `patch` compares it.
        first.insert(0, '\u{FEFF}');
    }
    lines
}

/// The lines of an editor that one line of Java properties takes.
fn physical(text: &str) -> Vec<&str> {
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
