//! The changes that an edit makes to one file.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::{Change, Document};

use super::color::{GREEN, RED, YELLOW};
use super::{Output, Secrets, diff};
use crate::config::{self, Ignored};

/// An edit of one file, made or previewed.
pub(crate) struct EditReport<'a> {
    pub(crate) file: &'a Path,
    /// Whether a byte changed. A comment may be the only change: then `changes` is empty.
    pub(crate) changed: bool,
    pub(crate) changes: &'a [Change],
    pub(crate) dry_run: bool,
    /// The state of the VM that `--force` ignored.
    pub(crate) overridden: Option<&'a str>,
    pub(crate) warnings: &'a [String],
    /// Warnings that are printed even with `--quiet`.
    pub(crate) failures: &'a [String],
    pub(crate) notes: &'a [String],
    /// Notes that the command prints once for several files.
    pub(crate) shared_notes: &'a [String],
    /// Whether `--if-applicable` ruled the file out.
    pub(crate) skipped: bool,
    /// Where the old file is kept.
    pub(crate) backup: Option<&'a Path>,
    /// Before and after, if a diff is requested.
    pub(crate) diff: Option<(&'a Document, &'a Document)>,
    pub(crate) secrets: Secrets,
}

/// Prints what an edit did or would do.
pub(crate) fn print(out: &mut Output, edit: &EditReport<'_>) {
    for note in edit.notes {
        out.note(Some(edit.file), note);
    }
    if let Some(overridden) = edit.overridden {
        out.warn_always(edit.file, overridden);
    }
    for failure in edit.failures {
        out.warn_always(edit.file, failure);
    }
    for warning in edit.warnings {
        out.warn(edit.file, warning);
    }
    print_result(out, edit);
    if let Some(backup) = edit.backup.filter(|_| !out.has_summary) {
        out.note(Some(edit.file), &format!("the old file is kept as {}", backup.display()));
    }
}

fn print_result(out: &mut Output, edit: &EditReport<'_>) {
    if out.json {
        return out.json(&json(edit));
    }
    // Where standard output carries the edited file, changes are a report, which `--quiet` drops.
    if !out.is_quiet_filter() {
        for change in edit.changes {
            print_change(out, edit.file, edit.secrets, change);
        }
    }
    if let Some((before, after)) = edit.diff
        && edit.changed
    {
        diff::print(out, &diff::unified(edit.file, edit.file, before, after, edit.secrets));
    }
}

/// Prints a change as one line.
pub(super) fn print_change(out: &mut Output, file: &Path, secrets: Secrets, change: &Change) {
    let key = out.escaped_line(change.key());
    let quoted = |text: &str| format!("\"{}\"", out.escaped_line(secrets.mask(change.key()).unwrap_or(text)));
    let (sign, color, line) = match change {
        Change::Added { value, .. } => ("+", GREEN, format!("{key} = {}", quoted(value))),
        Change::Removed { value, .. } => ("-", RED, format!("{key} = {}", quoted(value))),
        Change::Renamed { to, .. } => ("~", YELLOW, format!("{key} -> {}", out.escaped_line(to))),
        other => {
            let value = |text: Option<&str>| quoted(text.unwrap_or_default());
            let values = format!("{} -> {}", value(other.before()), value(other.after()));
            ("~", YELLOW, format!("{key} = {values}"))
        }
    };
    let path = if out.prefix_with_path { format!("{}: ", file.display()) } else { String::new() };
    let line = out.painted(color, &format!("{sign} {line}"));
    let path = out.escaped_line(&path).into_owned();
    out.bytes(format!("{path}{line}").as_bytes(), "\n");
}

/// The JSON shape is stable.
fn json(edit: &EditReport<'_>) -> Value {
    // As text, they are printed once for all files.
    let ignored = config::ignored().iter().map(Ignored::to_string);
    let overridden = edit.overridden.map(ToOwned::to_owned);
    let of_edit = edit.failures.iter().chain(edit.warnings).cloned();
    let warnings: Vec<String> = ignored.chain(overridden).chain(of_edit).collect();
    let notes: Vec<&String> = edit.notes.iter().chain(edit.shared_notes).collect();
    let mut document = json!({
        "file": edit.file.to_string_lossy(),
        "changed": edit.changed,
        "dry_run": edit.dry_run,
        "changes": changes_json(edit.secrets, edit.changes),
        "warnings": warnings,
        "notes": notes,
        "skipped": edit.skipped,
        "backup": edit.backup.map(Path::to_string_lossy),
    });
    if let Some((before, after)) = edit.diff {
        document["diff"] = Value::String(diff::unified(edit.file, edit.file, before, after, edit.secrets));
    }
    document
}

pub(super) fn changes_json(secrets: Secrets, changes: &[Change]) -> Vec<Value> {
    changes.iter().map(|change| change_json(secrets, change)).collect()
}

fn change_json(secrets: Secrets, change: &Change) -> Value {
    let value = |text: Option<&str>| {
        text.map_or(Value::Null, |text| json!(secrets.mask(change.key()).unwrap_or(text)))
    };
    let (before, after) = (value(change.before()), value(change.after()));
    let (op, before, after) = match change {
        Change::Added { .. } => ("add", before, after),
        Change::Removed { .. } => ("remove", before, after),
        Change::Renamed { from, to, .. } => ("rename", json!(from), json!(to)),
        _ => ("set", before, after),
    };
    json!({ "op": op, "key": change.key(), "before": before, "after": after, "line": change.line() })
}
