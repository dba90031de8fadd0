//! Rules for disks that do not fit the VM's snapshots.

use std::ffi::{OsStr, OsString};

use crate::check::Severity;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::folder_disks::FolderDisks;
use crate::check::reporter::Reporter;

/// Returns the `fileName` entries of the disks in the folder that snapshots include, with the names of these disks.
fn disks<'s, 'a>(
    context: &'s LintContext<'a>,
    folder: &'s FolderDisks<'a>,
) -> impl Iterator<Item = (&'s IndexedEntry<'a>, OsString)> {
    context.disks().filter_map(|disk| {
        let mode = disk.value("mode").unwrap_or_default();
        if mode.to_ascii_lowercase().starts_with("independent") {
            return None;
        }
        let entry = disk.entry("filename")?;
        Some((entry, folder.locate(&entry.value)?))
    })
}

pub(super) fn disk_below_snapshot(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(folder) = context.folder_disks() else { return };
    for (entry, name) in disks(context, folder) {
        let base = folder.base(&name);
        let disk = entry.shown();
        let (severity, message) = match (folder.holder(&name), base) {
            (Some(snapshot), Some(base)) => {
                let child = shown(&base.child);
                (
                    Severity::Error,
                    format!("'{disk}' belongs to the snapshot '{snapshot}', and '{child}' is based on it"),
                )
            }
            (Some(snapshot), None) => (
                Severity::Warning,
                format!(
                    "'{disk}' belongs to the snapshot '{snapshot}', but no disk in the folder is based on it"
                ),
            ),
            (None, Some(base)) => match &base.intact_child {
                Some(child) => (
                    Severity::Warning,
                    format!("'{}' is based on '{disk}': it is lost when the VM writes", shown(child)),
                ),
                None => continue,
            },
            (None, None) => continue,
        };
        let help = match folder.tip(&name) {
            Some(tip) => format!("set {} = \"{}\"", entry.key(), shown(tip)),
            None => format!("set {} to the disk that the last vmware.log of the VM names", entry.key()),
        };
        reporter.at_value(entry, message).capped_at(severity).help(help);
    }
}

pub(super) fn unlisted_delta(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(folder) = context.folder_disks().filter(|folder| folder.has_no_snapshots()) else { return };
    for (entry, name) in disks(context, folder) {
        let Some(parent) = folder.parent_of(&name) else { continue };
        let message =
            format!("'{}' is based on '{}', but the VM has no snapshots", entry.shown(), shown(&parent));
        reporter.at_value(entry, message).help(
            "in VMware, take a snapshot, then delete all snapshots: this merges the disk with those it is based on",
        );
    }
}

fn shown(name: &OsStr) -> String {
    name.to_string_lossy().into_owned()
}
