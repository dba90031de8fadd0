//! What is wrong because of an edit.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;

use super::context::LintContext;
use super::neighbors::Neighbors;
use super::{Finding, Needs, Severity, folded, run};
use crate::catalog::{self, ValueType};
use crate::document::Document;
use crate::edit::Change;
use crate::host::FolderView;

/// The number of lines up to which a document is reviewed, far more than a VM's file has.
pub const MAX_REVIEWED_LINES: usize = 10_000;

/// Returns what is wrong because of an edit: errors and warnings about the keys that it set, added or renamed, and other
/// errors that were not there before.
///
/// `file` is the folder and the name of the file with the documents. Only rules that the changes may concern run: those
/// about hardware versions and guests only if the edit touches these, and those that read other files only if it touches a key
/// that names a file. Documents of more than [`MAX_REVIEWED_LINES`] are not checked.
pub fn review(
    before: &Document,
    after: &Document,
    changes: &[Change],
    file: Option<(&dyn FolderView, &OsStr)>,
) -> Vec<Finding> {
    if changes.is_empty() || before.line_count().max(after.line_count()) > MAX_REVIEWED_LINES {
        return Vec::new();
    }
    let reach = Reach::of(changes);
    let keys: HashSet<String> = changes.iter().filter_map(new_key).map(folded).collect();
    let is_about_edit =
        |finding: &Finding| finding.key.as_deref().is_some_and(|key| keys.contains(&folded(key)));
    let findings = |document: &Document| {
        let neighbors = file.map(|(folder, name)| Neighbors { folder, name });
        let mut context = LintContext::new(document, neighbors);
        context.focus = Some(keys.clone());
        let mut found =
            run(&context, |rule| rule.severity >= Severity::Warning && reach.includes(rule.needs));
        let concerns_edit = |finding: &Finding| match finding.severity {
            Severity::Error => true,
            Severity::Warning => is_about_edit(finding),
            Severity::Note => false,
        };
        found.retain(concerns_edit);
        found
    };
    let mut found = findings(after);
    // A key that is misspelled, or a value that is not of its type, is worth a warning each time it is set.
    let is_always_reported = |finding: &Finding| is_about_edit(finding) && finding.rule.needs == Needs::Keys;
    if found.iter().all(is_always_reported) {
        return found;
    }
    // An error about a key that was set is new if the value is: the old value may have been wrong too. Other findings may
    // only have moved to another line, and warnings may be about how the value was written before.
    let identity = |document: &Document, finding: &Finding| {
        let key = finding.key.as_deref();
        let is_wrong_again = is_about_edit(finding) && finding.severity == Severity::Error;
        let value = key.filter(|_| is_wrong_again).and_then(|key| document.value(key));
        (finding.rule.code, key.map(folded), value.map(Cow::into_owned))
    };
    let mut known: HashMap<_, usize> = HashMap::new();
    for finding in &findings(before) {
        *known.entry(identity(before, finding)).or_default() += 1;
    }
    found.retain(|finding| match known.get_mut(&identity(after, finding)) {
        Some(count) if *count > 0 && !is_always_reported(finding) => {
            *count -= 1;
            false
        }
        _ => true,
    });
    found
}

/// Which rules an edit may concern besides those that read the document.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// It touches what a hardware version or a guest limits.
    hardware: bool,
    /// It touches a key that names a file, or a setting of a disk.
    files: bool,
}

impl Reach {
    fn of(changes: &[Change]) -> Self {
        Self { hardware: changes.iter().any(touches_hardware), files: changes.iter().any(touches_file) }
    }

    fn includes(self, needs: Needs) -> bool {
        match needs {
            Needs::Document | Needs::Keys => true,
            Needs::Catalog => self.hardware || self.files,
            Needs::Neighbors => self.files,
        }
    }
}

/// Returns whether a change may make the VM use another file, or use a disk in another way.
fn touches_file(change: &Change) -> bool {
    const SETTINGS: [&str; 4] = ["present", "devicetype", "mode", "sharing"];
    let key = touched_key(change);
    let is_drive = || catalog::slot(key).is_some_and(|slot| slot.unit.is_some() && slot.is_storage());
    let names_file =
        || catalog::key_facts_without_index(key).is_some_and(|facts| facts.value_type == ValueType::Path);
    (is_setting(key, &SETTINGS) && is_drive()) || names_file()
}

/// Returns whether a change may exceed a limit of the hardware version or of the guest, or move a device to a slot that does
/// not exist.
fn touches_hardware(change: &Change) -> bool {
    const KEYS: [&str; 6] = [
        "virtualHW.version",
        "guestOS",
        "numvcpus",
        "memsize",
        "cpuid.coresPerSocket",
        "uefi.secureBoot.enabled",
    ];
    let key = touched_key(change);
    is_setting(key, &["present", "virtualdev"])
        || KEYS.iter().any(|known| key.eq_ignore_ascii_case(known))
        || change.after().is_some_and(|value| catalog::feature(key, value).is_some())
}

/// Returns the key that an entry has after a change, or had before it was removed.
fn touched_key(change: &Change) -> &str {
    new_key(change).unwrap_or_else(|| change.key())
}

/// Returns the key that an entry has after a change; `None` if it was removed.
fn new_key(change: &Change) -> Option<&str> {
    match change {
        Change::Set { key, .. } | Change::Added { key, .. } => Some(key),
        Change::Renamed { to, .. } => Some(to),
        Change::Removed { .. } => None,
    }
}

/// Returns whether the last component of a key is one of `settings`.
fn is_setting(key: &str, settings: &[&str]) -> bool {
    let last = key.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| settings.iter().any(|known| last.eq_ignore_ascii_case(known)))
}
