//! The shapes of the JSON that is printed. They are stable.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::vm::power::Power;
use vmxedit::{Change, Op};

use super::{Edited, Secrets, diff};

pub(super) fn edited(edited: &Edited<'_>) -> Value {
    let changes: Vec<Value> = edited.changes.iter().map(|done| change(edited.secrets, done)).collect();
    let mut document = json!({
        "file": edited.file.to_string_lossy(),
        "changed": edited.changed,
        "dry_run": edited.dry_run,
        "changes": changes,
        "warnings": edited.warnings,
    });
    if !edited.notes.is_empty() {
        document["notes"] = json!(edited.notes);
    }
    if edited.skipped {
        document["skipped"] = Value::Bool(true);
    }
    if let Some((before, after)) = edited.diff {
        document["diff"] = Value::String(diff::unified(edited.file, before, after, edited.secrets));
    }
    document
}

fn change(secrets: Secrets, change: &Change) -> Value {
    let op = match change.op {
        Op::Set => "set",
        Op::Add => "add",
        Op::Remove => "remove",
        Op::Rename => "rename",
    };
    let value = |text: &Option<String>| match (text, change.op) {
        (Some(text), Op::Rename) => json!(text),
        (Some(text), _) => json!(secrets.mask(&change.key).unwrap_or(text)),
        (None, _) => Value::Null,
    };
    json!({
        "op": op, "key": change.key, "before": value(&change.before), "after": value(&change.after), "line": change.line,
    })
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
