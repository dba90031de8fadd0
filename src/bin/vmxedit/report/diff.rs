//! Unified diffs of a document's lines, as text for people and for `patch`.

use std::fmt::Write as _;
use std::path::Path;

use vmxedit::Document;
use vmxedit::document::Ending;

use super::Secrets;

const ENDLESS: &str = "a string takes everything";

/// A unified diff of the lines as text. Lines that differ only in a secret are shown, and masked.
pub(super) fn unified(file: &Path, before: &Document, after: &Document, secrets: Secrets) -> String {
    let name = file.display();
    let (old, new) = (diff_lines(before, Secrets::Shown), diff_lines(after, Secrets::Shown));
    let (old_shown, new_shown) = (diff_lines(before, secrets), diff_lines(after, secrets));
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    let diff = similar::TextDiff::from_slices(&old, &new);
    let mut text = format!("--- {name}\n+++ {name}\n");
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        writeln!(text, "{}", hunk.header()).expect(ENDLESS);
        for change in hunk.iter_changes() {
            let shown = match (change.new_index(), change.old_index()) {
                (Some(at), _) => &new_shown[at],
                (None, Some(at)) => &old_shown[at],
                (None, None) => continue,
            };
            write!(text, "{}{shown}", change.tag()).expect(ENDLESS);
            if !shown.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// A lone CR ends a line in VMX and not in a diff: it is shown as LF there.
fn diff_lines(document: &Document, secrets: Secrets) -> Vec<String> {
    document
        .lines()
        .map(|line| {
            let ending = match line.ending {
                Ending::Lf | Ending::Cr => "\n",
                Ending::CrLf => "\r\n",
                Ending::None => "",
            };
            let masked =
                line.entry.and_then(|entry| Some(entry.text_with_value(secrets.mask(&entry.key())?)));
            masked.unwrap_or_else(|| line.text.into_owned()) + ending
        })
        .collect()
}
