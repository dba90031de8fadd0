//! Rules for disks, controllers and other devices.

use std::collections::HashMap;

use crate::catalog::{self, Slot, SlotSupport};
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::device::Device;
use crate::check::reporter::Reporter;
use crate::vm::named_file::{locate, name_in};

pub(super) fn same_disk(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let mut seen: HashMap<String, &IndexedEntry<'_>> = HashMap::new();
    for disk in context.disks() {
        let Some(entry) = disk.entry("filename") else { continue };
        if !entry.value.to_ascii_lowercase().ends_with(".vmdk") {
            continue;
        }
        let path = path_in_folder(context, &entry.value);
        if let Some(other) = seen.get(&path) {
            let message = format!(
                "'{}' names the same file as '{}' on line {}",
                entry.key(),
                other.key(),
                other.line()
            );
            reporter.at_value(entry, message).help("remove one of the two devices");
        } else {
            seen.insert(path, entry);
        }
    }
}

/// Returns the name of a file in the folder of the VM, by whatever path it is named; another path as [`plain_path`] does.
fn path_in_folder(context: &LintContext<'_>, named: &str) -> String {
    let neighbors = context.neighbors().filter(|_| named.contains('/'));
    let name = neighbors.and_then(|neighbors| name_in(neighbors.folder, locate(named)?));
    name.map_or_else(|| plain_path(named), |name| name.to_string_lossy().into_owned())
}

/// Returns a path without `.` and empty components, with `/` between them: `./a.vmdk` is `a.vmdk`.
fn plain_path(path: &str) -> String {
    let root = if path.starts_with(['/', '\\']) { "/" } else { "" };
    let names: Vec<&str> = path.split(['/', '\\']).filter(|name| !matches!(*name, "" | ".")).collect();
    format!("{root}{}", names.join("/"))
}

pub(super) fn same_pci_slot(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let mut seen: HashMap<&str, &IndexedEntry<'_>> = HashMap::new();
    for entry in &context.entries {
        let Some(device) = entry.name.strip_suffix(".pcislotnumber") else { continue };
        let is_assigned = context.is_present(device) && !matches!(&*entry.value, "-1" | "");
        if !is_assigned {
            continue;
        }
        if let Some(other) = seen.get(&*entry.value) {
            let message = format!(
                "PCI slot {} is also set by '{}' on line {}",
                entry.shown(),
                other.key(),
                other.line()
            );
            reporter
                .at_value(entry, message)
                .help("remove one of the two entries: VMware assigns another slot");
        } else {
            seen.insert(&entry.value, entry);
        }
    }
}

pub(super) fn absent_controller(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let mut last: Option<(Slot, bool)> = None;
    for drive in context.drives().filter(|drive| drive.slot.family != "ide") {
        let Some(entry) = drive.present() else { continue };
        let controller = drive.slot.controller();
        let is_present = match last {
            Some((slot, is_present)) if slot == controller => is_present,
            _ => context.is_present(&controller.to_string()),
        };
        last = Some((controller, is_present));
        if is_present {
            continue;
        }
        let message = match context.value(&format!("{controller}.present")) {
            Some(_) => format!("{drive} is present, but its controller {controller} is not"),
            None => format!("{drive} is present, but '{controller}.present' is not set"),
        };
        reporter.at_key(entry, message).help(format!("set {controller}.present = \"TRUE\""));
    }
}

pub(super) fn disk_without_file(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for disk in context.disks() {
        let Some(entry) = disk.present() else { continue };
        if disk.value("filename").is_none_or(str::is_empty) {
            let message = format!("the disk {disk} is present, but names no file");
            reporter.at_key(entry, message).help(format!("set {disk}.fileName, or remove the device"));
        }
    }
}

pub(super) fn optical_on_nvme(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for drive in context.drives().filter(|drive| drive.slot.family == "nvme") {
        let Some(entry) = drive.entry("devicetype") else { continue };
        if entry.value.to_ascii_lowercase().contains("cdrom") {
            let message = format!("{drive} is an optical drive");
            reporter.at_value(entry, message).help("move it to IDE or SATA, such as sata0:0");
        }
    }
}

pub(super) fn volatile_disk(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for drive in context.drives() {
        let Some(entry) = drive.entry("mode") else { continue };
        if entry.value.eq_ignore_ascii_case("independent-nonpersistent") {
            let message = format!("{drive} loses all changes at power-off");
            let help = format!("set {drive}.mode = \"persistent\" unless this is intended");
            reporter.at_value(entry, message).help(help);
        }
    }
}

pub(super) fn shared_folder_count(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some((entry, max)) = context.number("sharedfolder.maxnum") else { return };
    let is_absent = |folder: &Device<'_, '_>| folder.entry("present").is_some_and(IndexedEntry::is_false);
    let folders = context.devices("sharedFolder").filter(|folder| !is_absent(folder)).count();
    if usize::try_from(max).is_ok_and(|max| max != folders) {
        let message = format!("'{}' is {max}, but the number of shared folders is {folders}", entry.key());
        reporter.at_value(entry, message).help(format!("set sharedFolder.maxNum = \"{folders}\""));
    }
}

pub(super) fn no_pcie_slots(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let has_bridge = context
        .present_devices("pciBridge")
        .any(|bridge| catalog::is_root_port(bridge.slot.adapter, bridge.value("virtualdev")));
    if has_bridge || context.hardware_version().is_none_or(|version| version < 7) {
        return;
    }
    let mut devices = context
        .entries
        .iter()
        .filter_map(|entry| Some((entry, catalog::pcie_device(&entry.name, &entry.value)?)));
    if let Some((entry, device)) = devices.find(|(_, device)| context.is_present(device)) {
        let message = format!("{device} is a PCI Express device, but no bridge has slots for it");
        let help = "add pciBridge4.present = \"TRUE\", pciBridge4.virtualDev = \"pcieRootPort\" and \
                    pciBridge4.functions = \"8\"";
        reporter.at_key(entry, message).help(help);
    }
}

pub(super) fn reflected_value(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in context.entries.iter().filter(|entry| entry.is_true()) {
        let Some(name) = entry.name.strip_suffix(".reflecthost") else { continue };
        let Some(value) = context.entry(name).filter(|value| !value.value.is_empty()) else { continue };
        let message = format!(
            "'{}' contradicts '{}', which is TRUE on line {}",
            value.key(),
            entry.key(),
            entry.line()
        );
        reporter.at_key(value, message).help(format!("set {} = \"FALSE\", or remove the value", entry.key()));
    }
}

pub(super) fn ignored_slot(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in context.entries.iter().filter(|entry| entry.is_true() && entry.name.ends_with(".present")) {
        let Some(slot) = catalog::slot(&entry.name) else { continue };
        let model = context.value(&format!("{}.virtualdev", slot.controller()));
        if slot.is_supported(model, context.hardware_version()) {
            continue;
        }
        let reason = match slot.support {
            SlotSupport::ReservedForController => "belongs to the controller",
            SlotSupport::PvscsiOnly => "exists only on a PVSCSI controller from hardware version 14 on",
            SlotSupport::Supported | SlotSupport::Unsupported => "does not exist",
        };
        let message = format!("VMware leaves out the device in the slot {slot}, which {reason}");
        reporter.at_key(entry, message).help(format!("rename the keys of {slot} to a free slot"));
    }
}
