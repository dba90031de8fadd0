//! What is wrong because of an edit.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;

use super::context::LintContext;
use super::neighbors::Neighbors;
use super::{Finding, Needs, Severity, folded, run};
use crate::catalog;
use crate::document::Document;
use crate::edit::Change;
use crate::host::FolderView;

/// Returns what is wrong because of an edit: errors and warnings about the keys that it set, added or renamed, and other
/// errors that were not there before.
///
/// `file` is the folder and the name of the file with the documents. Only rules that the changes may concern run: those
/// about limits of the hardware only if the hardware changes, and those that read other files only if the VM uses another
/// disk. Documents of more than 10,000 lines, far more than a VM's file has, are not checked.
pub fn review(
    before: &Document,
    after: &Document,
    changes: &[Change],
    file: Option<(&dyn FolderView, &OsStr)>,
) -> Vec<Finding> {
    const MAX_LINES: usize = 10_000;
    if changes.is_empty() || before.line_count().max(after.line_count()) > MAX_LINES {
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
    let is_certain = |finding: &Finding| is_about_edit(finding) && finding.rule.needs == Needs::Keys;
    if found.iter().all(is_certain) {
        return found;
    }
    // A finding about a key that was set is new if its message is: it names the value. Others may only have moved.
    let identity = |finding: &Finding| {
        let message = is_about_edit(finding).then(|| finding.message.clone());
        (finding.rule.code, finding.key.as_deref().map(folded), message)
    };
    let mut known: HashMap<_, usize> = HashMap::new();
    for finding in &findings(before) {
        *known.entry(identity(finding)).or_default() += 1;
    }
    found.retain(|finding| match known.get_mut(&identity(finding)) {
        Some(count) if *count > 0 && !is_certain(finding) => {
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
    hardware: bool,
    disks: bool,
}

impl Reach {
    fn of(changes: &[Change]) -> Self {
        Self { hardware: changes.iter().any(changes_hardware), disks: changes.iter().any(changes_disk) }
    }

    fn includes(self, needs: Needs) -> bool {
        match needs {
            Needs::Document | Needs::Keys => true,
            Needs::Catalog => self.hardware || self.disks,
            Needs::Neighbors => self.disks,
        }
    }
}

/// Returns whether a change may make the VM use another disk file, or use one in another way.
fn changes_disk(change: &Change) -> bool {
    const SETTINGS: [&str; 5] = ["filename", "present", "devicetype", "mode", "sharing"];
    let key = touched_key(change);
    is_setting(key, &SETTINGS)
        && catalog::slot(key).is_some_and(|slot| slot.unit.is_some() && slot.is_storage())
}

/// Returns whether a change may exceed a limit of the hardware version or of the guest, or move a device to a slot that does
/// not exist.
fn changes_hardware(change: &Change) -> bool {
    const KEYS: [&str; 5] = ["virtualHW.version", "guestOS", "numvcpus", "memsize", "cpuid.coresPerSocket"];
    let key = touched_key(change);
    is_setting(key, &["present", "virtualdev"]) || KEYS.iter().any(|known| key.eq_ignore_ascii_case(known))
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
