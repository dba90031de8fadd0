//! The power state of a VM and the evidence for it.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::vm::power::Power;

use super::Output;
use super::escape::{display_path, escape_line_breaks};

pub(crate) fn print(out: &mut Output, file: &Path, power: &Power) {
    if out.json {
        return out.json(&json(file, power));
    }
    out.text(&format!("{}: {}", display_path(file), power.state), "\n");
    for found in &power.evidence {
        let detail = escape_line_breaks(&found.detail);
        out.text(&format!("  {}: {detail}", found.weight.as_str()), "\n");
    }
    if power.evidence.is_empty() {
        out.text("  no evidence that it runs, is suspended or is open elsewhere", "\n");
    }
}

/// The JSON shape is stable.
fn json(file: &Path, power: &Power) -> Value {
    let evidence: Vec<Value> = power
        .evidence
        .iter()
        .map(|found| {
            json!({
                "kind": found.kind.as_str(), "weight": found.weight.as_str(), "says": found.says.as_str(), "detail": found.detail,
            })
        })
        .collect();
    json!({ "file": file.to_string_lossy(), "state": power.state.as_str(), "evidence": evidence })
}
