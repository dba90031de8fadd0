//! Rules for disks that several VMs may write at the same time.

use crate::check::Severity;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::device::Device;
use crate::check::reporter::Reporter;
use crate::vm::disk;
use crate::vm::named_file::locate;

pub(super) fn locking_off(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("disk.locking").filter(|entry| entry.is_false()) else { return };
    let message =
        "VMware does not lock the disks: a second VM that writes to one of them destroys its content";
    let finding = reporter.at_value(entry, message).help("set disk.locking = \"TRUE\"");
    // The nodes of a cluster share disks, and their software decides which one writes.
    let is_shared = |controller: Device<'_, '_>| {
        controller.has_value("sharedbus", "virtual") || controller.has_value("sharedbus", "physical")
    };
    if context.present_devices("scsi").any(is_shared) {
        finding.capped_at(Severity::Note);
    }
}

/// Returns the disks that several VMs may write, each with the entry that says so.
fn shared_disks<'s, 'a>(
    context: &'s LintContext<'a>,
) -> impl Iterator<Item = (Device<'s, 'a>, &'s IndexedEntry<'a>)> {
    context.disks().filter_map(|disk| {
        let entry = disk.entry("sharing")?;
        entry.value.eq_ignore_ascii_case("multi-writer").then_some((disk, entry))
    })
}

pub(super) fn shared_disk_with_tracking(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for (disk, sharing) in shared_disks(context) {
        let tracking = disk.entry("ctkenabled").filter(|entry| entry.is_true());
        if let Some(entry) = tracking {
            let message = format!(
                "changed block tracking is on for {disk}, which '{}' shares with other VMs",
                sharing.key()
            );
            reporter.at_value(entry, message).help(format!("set {} = \"FALSE\"", entry.key()));
        }
    }
}

pub(super) fn shared_disk_with_snapshot(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    for (disk, sharing) in shared_disks(context) {
        let Some(entry) = disk.entry("filename") else { continue };
        let descriptor = locate(&entry.value).and_then(|path| disk::read(neighbors.folder, path).ok());
        if descriptor.is_some_and(|descriptor| descriptor.parent.is_some()) {
            let message = format!("{disk} is shared, but its disk '{}' is that of a snapshot", entry.shown());
            let help = format!("delete all snapshots in VMware, or set {} = \"none\"", sharing.key());
            reporter.at_value(entry, message).help(help);
        }
    }
}
