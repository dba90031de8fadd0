//! Rules for disks that several VMs may write at the same time.

use crate::check::Severity;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::neighbors::locate;
use crate::check::reporter::Reporter;
use crate::vm::disk;

pub(super) fn locking_off(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("disk.locking").filter(|entry| entry.value.eq_ignore_ascii_case("FALSE"))
    else {
        return;
    };
    let message =
        "VMware does not lock the disks: a second VM that writes to one of them destroys its content";
    let finding = reporter.at_value(entry, message).help("set disk.locking = \"TRUE\"");
    // The nodes of a cluster share disks, and their software decides which one writes.
    let is_shared = |controller: String| {
        let key = format!("{controller}.sharedbus");
        context.has_value(&key, "virtual") || context.has_value(&key, "physical")
    };
    if context.present_devices("scsi").any(is_shared) {
        finding.capped_at(Severity::Note);
    }
}

/// Returns the slots of disks that several VMs may write, and the entries that say so.
fn shared_disks<'s, 'a>(
    context: &'s LintContext<'a>,
) -> impl Iterator<Item = (String, &'s IndexedEntry<'a>)> {
    context.disks().filter_map(|slot| {
        let entry = context.entry(&format!("{slot}.sharing"))?;
        entry.value.eq_ignore_ascii_case("multi-writer").then(|| (slot.to_string(), entry))
    })
}

pub(super) fn shared_disk_with_tracking(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for (slot, sharing) in shared_disks(context) {
        let tracking = context.entry(&format!("{slot}.ctkenabled")).filter(|entry| entry.is_true());
        if let Some(entry) = tracking {
            let message = format!(
                "changed block tracking is on for {slot}, which '{}' shares with other VMs",
                sharing.key()
            );
            reporter.at_value(entry, message).help(format!("set {} = \"FALSE\"", entry.key()));
        }
    }
}

pub(super) fn shared_disk_with_snapshot(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    for (slot, sharing) in shared_disks(context) {
        let Some(entry) = context.entry(&format!("{slot}.filename")) else { continue };
        let disk = locate(&entry.value).and_then(|path| disk::read(neighbors.folder, path).ok());
        if disk.is_some_and(|disk| disk.parent.is_some()) {
            let message = format!("{slot} is shared, but its disk '{}' is that of a snapshot", entry.shown());
            let help = format!("delete all snapshots in VMware, or set {} = \"none\"", sharing.key());
            reporter.at_value(entry, message).help(help);
        }
    }
}
