//! Findings in SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>): one document a run.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::Error;
use vmxedit::check::{self, Finding, Rule};

use super::check::Checked;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What goes into the document.
#[derive(Default)]
pub(super) struct Sarif {
    results: Vec<Value>,
    notifications: Vec<Value>,
}

impl Sarif {
    pub(super) fn checked(&mut self, checked: &Checked) {
        let rules: Vec<&Rule> = check::rules().collect();
        let uri = uri(&checked.file);
        self.results.extend(checked.findings.iter().map(|finding| result(&uri, finding, &rules)));
    }

    pub(super) fn failed(&mut self, file: &Path, error: &Error) {
        self.notifications.push(json!({
            "level": "error",
            "descriptor": { "id": error.kind() },
            "message": { "text": error.cause.to_string() },
            "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(file) } } }],
        }));
    }

    pub(super) fn document(&self) -> Value {
        json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "vmxedit",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": check::rules().map(descriptor).collect::<Vec<_>>(),
                } },
                "columnKind": "unicodeCodePoints",
                "invocations": [{
                    "executionSuccessful": self.notifications.is_empty(),
                    "toolExecutionNotifications": self.notifications,
                }],
                "results": self.results,
            }],
        })
    }
}

fn descriptor(rule: &Rule) -> Value {
    let text = rule.text();
    json!({
        "id": rule.code,
        "name": text.name,
        "shortDescription": { "text": text.title },
        "fullDescription": { "text": text.explanation },
        "help": { "text": format!("{} Source: {}", text.explanation, text.source) },
        "defaultConfiguration": { "level": rule.severity.as_str() },
    })
}

fn result(uri: &str, finding: &Finding, rules: &[&Rule]) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}; {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut place = json!({ "artifactLocation": { "uri": uri } });
    if let Some(span) = &finding.span {
        place["region"] = json!({
            "startLine": span.line, "startColumn": span.column(), "endColumn": span.columns.end + 1,
        });
    }
    json!({
        "ruleId": finding.rule.code,
        "ruleIndex": rules.iter().position(|rule| rule.code == finding.rule.code),
        "level": finding.severity.as_str(),
        "message": { "text": text },
        "locations": [{ "physicalLocation": place }],
    })
}

/// A path as a URI reference: relative paths stay relative.
fn uri(file: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded: String = file
        .as_os_str()
        .as_bytes()
        .iter()
        .map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    if file.is_absolute() { format!("file://{encoded}") } else { encoded }
}
