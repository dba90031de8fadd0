//! What to worry about in an edit that goes through.

use vmxedit::document::{Dialect, Encryption};
use vmxedit::vm::power::{Power, PowerState, Weight};
use vmxedit::{Change, Document, check};

use super::look::Look;

pub(super) fn warnings(look: &Look) -> Vec<String> {
    let mut warnings = look.wanted.warnings.clone();
    let dialect = look.after.dialect();
    let duplicates = look.after.duplicates();
    for (key, lines) in &duplicates {
        let meaning = match dialect {
            Dialect::Properties => "Java takes the last",
            _ => "VMware refuses such a file until all but one are gone",
        };
        warnings.push(format!("'{key}' is set on lines {}: {meaning}", numbers(lines)));
    }
    for line in look.after.lines_malformed() {
        warnings.push(format!("line {line} has a \\u without four hex digits: Java refuses the whole file"));
    }
    if look.changed {
        if dialect == Dialect::Vmx {
            regressions(look, &duplicates, &mut warnings);
        }
        encryption(look, &mut warnings);
        charset(look, &mut warnings);
        if dialect != Dialect::Properties {
            ignored_lines(look, &mut warnings);
        }
    }
    warnings
}

/// What speaks for another state without proving it.
pub(super) fn hints(power: &Power) -> impl Iterator<Item = String> {
    power
        .evidence
        .iter()
        .filter(|found| found.weight == Weight::Hint && found.says != PowerState::Off)
        .map(|found| found.detail.clone())
}

/// What the edit has made worse, duplicates aside.
fn regressions(look: &Look, duplicates: &[(String, Vec<usize>)], warnings: &mut Vec<String>) {
    for finding in check::regressions(&look.before, &look.after) {
        let is_it = |key: &str| duplicates.iter().any(|(other, _)| other.eq_ignore_ascii_case(key));
        if finding.key.as_deref().is_some_and(is_it) {
            continue;
        }
        let line = finding.place.as_ref().map(|place| format!("line {}: ", place.line)).unwrap_or_default();
        warnings.push(format!("{line}{}: {} ({})", finding.message, finding.rule.title, finding.rule.code));
    }
}

fn encryption(look: &Look, warnings: &mut Vec<String>) {
    if look.before.encryption() == Encryption::Partial {
        warnings.push("the VM is partly encrypted: only entries in clear text were looked at".to_owned());
    }
}

fn charset(look: &Look, warnings: &mut Vec<String>) {
    let (old, new) = (look.before.charset(), look.after.charset());
    if !new.is_known() && old != new {
        warnings.push(format!(".encoding = \"{}\" is not a known encoding", new.name()));
    }
    let stays = look.changes.iter().filter(|change| !matches!(change, Change::Removed { .. }));
    let changed: Vec<usize> = stays.map(Change::line).collect();
    let others = |lines: Vec<usize>| -> Vec<usize> {
        lines.into_iter().filter(|line| !changed.contains(line)).collect()
    };
    let reread = if old == new { Vec::new() } else { others(look.after.lines_that_read_otherwise(old)) };
    if !reread.is_empty() {
        warnings.push(format!(
            "the text on lines {} stays as it is, byte for byte, and reads otherwise in {} than in {}",
            numbers(&reread),
            new.name(),
            old.name()
        ));
    }
    let written = look.changes.iter().filter_map(new_text).any(|text| !text.is_ascii());
    let invalid = if written { others(look.after.lines_invalid()) } else { Vec::new() };
    if !invalid.is_empty() {
        warnings.push(format!(
            "lines {} are not {}: the file's encoding is not what it says, and the new text was written in {}",
            numbers(&invalid),
            new.name(),
            new.name()
        ));
    }
}

/// The new value or the new key of a changed entry.
fn new_text(change: &Change) -> Option<&str> {
    match change {
        Change::Renamed { to, .. } => Some(to),
        other => other.after(),
    }
}

/// A line that looks like the new entry and that VMware does not see.
fn ignored_lines(look: &Look, warnings: &mut Vec<String>) {
    for change in look.changes.iter().filter(|change| matches!(change, Change::Added { .. })) {
        for (number, text) in not_entries(&look.before) {
            let name = text.split('=').next().unwrap_or_default().trim();
            if name.eq_ignore_ascii_case(change.key()) {
                warnings.push(format!(
                    "line {number} names '{name}' too, but VMware does not read it as an entry"
                ));
            }
        }
    }
}

fn not_entries(document: &Document) -> impl Iterator<Item = (usize, String)> {
    let lines = document.lines().filter(|line| line.entry.is_none());
    lines.map(|line| (line.number, line.text.into_owned()))
}

fn numbers(lines: &[usize]) -> String {
    const SHOWN: usize = 10;
    let words: Vec<String> = lines.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = if lines.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", words.join(", "))
}
