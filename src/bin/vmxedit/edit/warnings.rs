//! What the user should know about an edit that goes through.

use std::collections::HashSet;
use std::ffi::OsStr;

use vmxedit::check::{self, Finding};
use vmxedit::document::{Dialect, DuplicateKey, Encryption};
use vmxedit::file::LeftBehind;
use vmxedit::host::FolderView;
use vmxedit::transaction::{Content, Preview, Source};
use vmxedit::vm::power::{Power, PowerState, Weight};
use vmxedit::{Change, Document, Edit, edit};

use super::{EditPlan, Remarks};
use crate::error::{ProgramError, UsageError, in_file};

/// Returns the planner's warnings and those about the edited content, which is that of `file`, a folder and a name in it.
pub(super) fn of(preview: &Preview<Remarks>, file: Option<(&dyn FolderView, &OsStr)>) -> Vec<String> {
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
            findings(preview, file, &duplicates, &mut warnings);
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

/// Adds what is wrong because of the edit, except for duplicate keys.
fn findings(
    preview: &Preview<Remarks>,
    file: Option<(&dyn FolderView, &OsStr)>,
    duplicates: &[DuplicateKey],
    warnings: &mut Vec<String>,
) {
    for finding in check::review(&preview.before, &preview.after, &preview.changes, file) {
        let is_duplicate =
            |key: &str| duplicates.iter().any(|duplicate| duplicate.key.eq_ignore_ascii_case(key));
        if !finding.key.as_deref().is_some_and(is_duplicate) {
            warnings.push(text_of(&finding));
        }
    }
}

/// Refuses a plan that would introduce an error, or a warning about a key that it sets.
pub(crate) fn ensure_clean(
    document: &Document,
    plan: EditPlan,
    source: &Source<'_>,
) -> anyhow::Result<EditPlan> {
    let Content::Edits(edits) = &plan.content else { return Ok(plan) };
    let (after, changes) = edit::apply(document, edits).map_err(in_file(source.path))?;
    if check::ensure_configuration(&after, source.path).is_err() {
        return Err(
            UsageError::new("--strict cannot be used: it knows configurations of VMs (.vmx, .vmtx)").into()
        );
    }
    let problems = problems_of(document, &after, &changes, source);
    if !problems.is_empty() {
        return Err(ProgramError::NotClean { problems }.into());
    }
    Ok(EditPlan { depends_only_on_content: false, ..plan })
}

/// Returns the errors that edits would introduce, and the warnings about keys that they set. A file that is too long to be
/// reviewed is a problem, too.
pub(crate) fn problems(
    document: &Document,
    edits: &[Edit],
    source: &Source<'_>,
) -> anyhow::Result<Vec<String>> {
    let (after, changes) = edit::apply(document, edits).map_err(in_file(source.path))?;
    Ok(problems_of(document, &after, &changes, source))
}

fn problems_of(before: &Document, after: &Document, changes: &[Change], source: &Source<'_>) -> Vec<String> {
    if before.line_count().max(after.line_count()) > check::MAX_REVIEWED_LINES {
        return vec![format!("the file has more than {} lines", check::MAX_REVIEWED_LINES)];
    }
    check::review(before, after, changes, source.folder()).iter().map(text_of).collect()
}

/// Returns a finding on one line, with what to do about it.
fn text_of(finding: &Finding) -> String {
    let line = finding.span.as_ref().map(|place| format!("line {}: ", place.line)).unwrap_or_default();
    let advice = finding.help.as_deref().unwrap_or(finding.rule.text().title);
    format!("{line}{}; {advice} ({})", finding.message, finding.rule.code)
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
