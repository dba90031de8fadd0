//! What the user should know about an edit that goes through.

use std::collections::HashSet;

use vmxedit::check::Reach;
use vmxedit::document::{Dialect, DuplicateKey, Encryption};
use vmxedit::file::LeftBehind;
use vmxedit::host::Place;
use vmxedit::transaction::Preview;
use vmxedit::vm::power::{Power, PowerState, Weight};
use vmxedit::{Change, catalog, check};

use super::Remarks;

/// Returns the planner's warnings and those about the edited content, which is that of the file `place`.
pub(super) fn of(preview: &Preview<Remarks>, place: Option<&Place>) -> Vec<String> {
    let mut warnings = preview.info.warnings.clone();
    let dialect = preview.after.dialect();
    let duplicates = preview.after.duplicates();
    for DuplicateKey { key, lines, .. } in &duplicates {
        let consequence = match dialect {
            Dialect::Properties => "Java uses the last one",
            _ => "VMware refuses the file until only one is left",
        };
        warnings.push(format!("'{key}' is set on lines {}: {consequence}", numbers(lines)));
    }
    for line in preview.after.lines_malformed() {
        warnings.push(format!("line {line} has a \\u without four hex digits: Java refuses the whole file"));
    }
    if preview.is_changed() {
        if check::ensure_configuration(&preview.after, preview.path()).is_ok() {
            regressions(preview, place, &duplicates, &mut warnings);
        }
        encryption(preview, &mut warnings);
        charset(preview, &mut warnings);
        if dialect != Dialect::Properties {
            shadowed_lines(preview, &mut warnings);
        }
    }
    warnings
}

/// Returns the evidence for a state other than off that is too weak to refuse the edit.
pub(super) fn hints(power: &Power) -> impl Iterator<Item = String> {
    power
        .evidence
        .iter()
        .filter(|evidence| evidence.weight == Weight::Hint && evidence.says != PowerState::Off)
        .map(|evidence| evidence.detail.clone())
}

/// Returns what to do about files that earlier runs left in the folder.
pub(super) fn left_behind(found: &LeftBehind) -> impl Iterator<Item = String> {
    let conflicts = found.conflicting_copies.iter().map(|copy| {
        format!(
            "{} is a version of the file that another process saved when an earlier run was killed: compare it with the \
             file, then remove it",
            copy.display()
        )
    });
    let unremoved = found.unremoved.iter().map(|file| {
        format!("{} was left by a run that was killed, and cannot be removed: remove it", file.display())
    });
    conflicts.chain(unremoved)
}

/// Errors that the edit introduces, except duplicate keys. The files of the VM are read only if the edit brings another
/// disk into use.
fn regressions(
    preview: &Preview<Remarks>,
    place: Option<&Place>,
    duplicates: &[DuplicateKey],
    warnings: &mut Vec<String>,
) {
    let (before, after) = (&preview.before, &preview.after);
    let changes = |concerns: fn(&Change) -> bool| preview.changes.iter().any(concerns);
    let reach = match place.filter(|_| changes(changes_disk)) {
        Some(place) => Reach::Folder { folder: place.folder().as_ref(), name: place.name() },
        None if changes(changes_hardware) => Reach::Hardware,
        None => Reach::Document,
    };
    for finding in check::regressions_within(before, after, reach) {
        let is_duplicate =
            |key: &str| duplicates.iter().any(|duplicate| duplicate.key.eq_ignore_ascii_case(key));
        if finding.key.as_deref().is_some_and(is_duplicate) {
            continue;
        }
        let line = finding.span.as_ref().map(|place| format!("line {}: ", place.line)).unwrap_or_default();
        warnings.push(format!(
            "{line}{}: {} ({})",
            finding.message,
            finding.rule.text().title,
            finding.rule.code
        ));
    }
}

/// Returns whether a change may make the VM use another disk file, or use one in another way.
fn changes_disk(change: &Change) -> bool {
    const SETTINGS: [&str; 5] = ["filename", "present", "devicetype", "mode", "sharing"];
    let key = new_key(change);
    is_setting(key, &SETTINGS)
        && catalog::slot(key).is_some_and(|slot| slot.unit.is_some() && slot.is_storage())
}

/// Returns whether a change may exceed a limit of the hardware version, or move a device to a slot that does not exist.
fn changes_hardware(change: &Change) -> bool {
    const KEYS: [&str; 4] = ["virtualHW.version", "numvcpus", "memsize", "cpuid.coresPerSocket"];
    let key = new_key(change);
    is_setting(key, &["present", "virtualdev"]) || KEYS.iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// Returns the key that an entry has after a change.
fn new_key(change: &Change) -> &str {
    match change {
        Change::Renamed { to, .. } => to,
        change => change.key(),
    }
}

/// Returns whether the last component of a key is one of `settings`.
fn is_setting(key: &str, settings: &[&str]) -> bool {
    let last = key.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| settings.iter().any(|known| last.eq_ignore_ascii_case(known)))
}

fn encryption(preview: &Preview<Remarks>, warnings: &mut Vec<String>) {
    if preview.before.encryption() == Encryption::Partial {
        warnings.push(
            "the VM is partially encrypted: only entries that are not encrypted were checked".to_owned(),
        );
    }
}

fn charset(preview: &Preview<Remarks>, warnings: &mut Vec<String>) {
    let (old, new) = (preview.before.charset(), preview.after.charset());
    if !new.is_known() && old != new {
        warnings.push(format!(".encoding = \"{}\" is not a known encoding", new.name()));
    }
    let kept = preview.changes.iter().filter(|change| !matches!(change, Change::Removed { .. }));
    let changed: HashSet<usize> = kept.map(Change::line).collect();
    let unchanged = |lines: Vec<usize>| -> Vec<usize> {
        lines.into_iter().filter(|line| !changed.contains(line)).collect()
    };
    let reread =
        if old == new { Vec::new() } else { unchanged(preview.after.lines_that_read_otherwise(old)) };
    if !reread.is_empty() {
        warnings.push(format!(
            "the bytes on {} are unchanged but are different text in {} than in {}",
            lines(&reread),
            new.name(),
            old.name()
        ));
    }
    let writes_non_ascii = preview.changes.iter().filter_map(new_text).any(|text| !text.is_ascii());
    let names_encoding = preview.changes.iter().any(|change| change.key().eq_ignore_ascii_case(".encoding"));
    if writes_non_ascii || names_encoding {
        let invalid = unchanged(preview.after.lines_invalid());
        if !invalid.is_empty() {
            let name = new.name();
            let is = if invalid.len() == 1 { "is" } else { "are" };
            let written = if writes_non_ascii {
                format!("; the new text was written in {name}")
            } else {
                String::new()
            };
            warnings.push(format!(
                "{} {is} not valid {name}: this is not the file's encoding{written}",
                lines(&invalid)
            ));
        }
    }
}

/// Returns the text that a change writes.
fn new_text(change: &Change) -> Option<&str> {
    match change {
        Change::Renamed { to, .. } => Some(to),
        change => change.after(),
    }
}

/// Lines that name an added key but that VMware does not read as an entry.
fn shadowed_lines(preview: &Preview<Remarks>, warnings: &mut Vec<String>) {
    let is_added = |change: &&Change| matches!(change, Change::Added { .. });
    let added: HashSet<String> =
        preview.changes.iter().filter(is_added).map(|change| change.key().to_ascii_lowercase()).collect();
    if added.is_empty() {
        return;
    }
    for line in preview.after.lines().filter(|line| line.entry.is_none()) {
        let name = line.text.split('=').next().unwrap_or_default().trim();
        if added.contains(&name.to_ascii_lowercase()) {
            warnings.push(format!(
                "line {} also names '{name}', but VMware does not read it as an entry",
                line.number
            ));
        }
    }
}

/// Returns "line 3" or "lines 3, 5".
fn lines(numbers: &[usize]) -> String {
    let word = if numbers.len() == 1 { "line" } else { "lines" };
    format!("{word} {}", self::numbers(numbers))
}

fn numbers(lines: &[usize]) -> String {
    const MAX_SHOWN: usize = 10;
    let shown: Vec<String> = lines.iter().take(MAX_SHOWN).map(ToString::to_string).collect();
    let more = if lines.len() > MAX_SHOWN { ", ..." } else { "" };
    format!("{}{more}", shown.join(", "))
}
