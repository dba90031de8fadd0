//! The shapes of the JSON that is printed. They are stable.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::Change;
use vmxedit::vm::power::Power;

use super::{Compared, Edited, Secrets, diff};

pub(super) fn edited(edited: &Edited<'_>) -> Value {
    let mut document = json!({
        "file": edited.file.to_string_lossy(),
        "changed": edited.changed,
        "dry_run": edited.dry_run,
        "changes": changes(edited.secrets, edited.changes),
        "warnings": edited.warnings,
    });
    if !edited.notes.is_empty() {
        document["notes"] = json!(edited.notes);
    }
    if edited.skipped {
        document["skipped"] = Value::Bool(true);
    }
    if let Some((before, after)) = edited.diff {
        document["diff"] =
            Value::String(diff::unified(edited.file, edited.file, before, after, edited.secrets));
    }
    document
}

pub(super) fn compared(compared: &Compared<'_>, diff: Option<&str>) -> Value {
    let mut document = json!({
        "a": compared.a.to_string_lossy(),
        "b": compared.b.to_string_lossy(),
        "equal": compared.equal,
        "changes": changes(compared.secrets, compared.changes),
    });
    if compared.diff.is_some() {
        document["diff"] = json!(diff.unwrap_or_default());
    }
    document
}

fn changes(secrets: Secrets, changes: &[Change]) -> Vec<Value> {
    changes.iter().map(|done| change(secrets, done)).collect()
}

fn change(secrets: Secrets, change: &Change) -> Value {
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

pub(super) fn power(file: &Path, power: &Power) -> Value {
    let evidence: Vec<Value> = power
        .evidence
        .iter()
        .map(|found| {
            json!({
                "kind": found.kind, "weight": found.weight.as_str(), "says": found.says.as_str(), "detail": found.detail,
            })
        })
        .collect();
    json!({ "file": file.to_string_lossy(), "state": power.state.as_str(), "evidence": evidence })
}
