//! The rules of `check`: a list, or one explained.

use serde_json::{Value, json};
use vmxedit::check::Rule;

use super::Output;

/// The width that explanations are wrapped to.
const WIDTH: usize = 100;

/// Prints the explanation of a rule.
pub(crate) fn print_explanation(out: &mut Output, rule: &Rule) {
    if out.json {
        return out.json(&json(rule));
    }
    let text = rule.text();
    out.text(&format!("{} {} ({}): {}", rule.code, text.name, rule.severity, text.title), "\n\n");
    out.text(&wrap(text.explanation), "\n");
    out.text(&format!("Source: {}", text.source), "\n");
}

/// Prints the rules, one per line.
pub(crate) fn print_list(out: &mut Output, rules: impl Iterator<Item = &'static Rule>) {
    if out.json {
        return out.json(&rules.map(json).collect::<Vec<_>>());
    }
    for rule in rules {
        let text = rule.text();
        let severity = rule.severity.as_str();
        out.text(&format!("{}  {severity:7}  {}: {}", rule.code, text.name, text.title), "\n");
    }
}

/// The JSON shape is stable.
fn json(rule: &Rule) -> Value {
    let text = rule.text();
    json!({
        "code": rule.code, "name": text.name, "severity": rule.severity.as_str(), "title": text.title,
        "explanation": text.explanation, "source": text.source,
    })
}

/// Breaks a paragraph into lines of at most [`WIDTH`] characters.
fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + 8);
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += width;
    }
    wrapped.push('\n');
    wrapped
}
