//! Findings in SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>): one document per run.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::{Value, json};
use vmxedit::check::{self, Finding, Rule};

use crate::error::describe;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The characters of a path that are percent-encoded in a URI: all but the unreserved ones of RFC 3986 and the slash.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Collects the results of a run.
#[derive(Default)]
pub(super) struct Sarif {
    results: Vec<Value>,
    notifications: Vec<Value>,
}

impl Sarif {
    pub(super) fn add_findings(&mut self, file: &Path, findings: &[Finding]) {
        let rules: Vec<&Rule> = check::rules().collect();
        let uri = uri(file);
        self.results.extend(findings.iter().map(|finding| result(&uri, finding, &rules)));
    }

    pub(super) fn add_error(&mut self, file: &Path, error: &anyhow::Error) {
        let error = describe(error, None);
        self.notifications.push(json!({
            "level": "error",
            "descriptor": { "id": error.kind },
            "message": { "text": error.message },
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

/// Returns a path as a URI reference. A relative path stays relative.
fn uri(file: &Path) -> String {
    let encoded = percent_encode(file.as_os_str().as_encoded_bytes(), ENCODED);
    if file.is_absolute() { format!("file://{encoded}") } else { encoded.to_string() }
}
