//! Rules for devices that are not there, or that are connected to nothing.

use std::collections::HashMap;

use crate::catalog;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::device::Device;
use crate::check::reporter::Reporter;

pub(super) fn device_without_present(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in context.entries.iter().filter(|entry| entry.name.ends_with(".filename")) {
        let Some(slot) = catalog::slot(&entry.name).filter(is_absent_by_default) else {
            continue;
        };
        let is_set = context.value(&format!("{slot}.present")).is_some_and(|value| !value.is_empty());
        if is_set || entry.value.is_empty() || catalog::is_empty_drive(&entry.value) {
            continue;
        }
        let message = format!("VMware leaves out {slot}: '{slot}.present' is not set");
        reporter.at_key(entry, message).help(format!("set {slot}.present = \"TRUE\", or remove the entry"));
    }
}

/// Returns whether VMware has no device in the slot if `present` is missing. A floppy drive is present by default.
fn is_absent_by_default(slot: &catalog::Slot) -> bool {
    match slot.family {
        "parallel" | "serial" => true,
        _ => slot.is_storage() && slot.unit.is_some(),
    }
}

pub(super) fn custom_network_without_vnet(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for adapter in context.present_devices("ethernet") {
        let Some(entry) = adapter.entry("connectiontype") else { continue };
        let is_empty = |key: &str| adapter.value(key).is_none_or(str::is_empty);
        // On ESXi, networkName alone names the network.
        if entry.value.eq_ignore_ascii_case("custom") && is_empty("vnet") && is_empty("networkname") {
            let message =
                format!("the network of {adapter} is custom, but '{adapter}.vnet' does not name it");
            reporter
                .at_value(entry, message)
                .help(format!("set {adapter}.vnet = \"VMnet2\", or another network"));
        }
    }
}

pub(super) fn unused_vnet(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for adapter in context.present_devices("ethernet") {
        let Some(entry) = adapter.entry("vnet").filter(|entry| !entry.value.is_empty()) else { continue };
        let connection = adapter.value("connectiontype").unwrap_or("bridged");
        if !connection.eq_ignore_ascii_case("custom") {
            let message =
                format!("'{}' has no effect: the connection of {adapter} is not custom", entry.key());
            let help = format!("set {adapter}.connectionType = \"custom\", or remove the entry");
            reporter.at_key(entry, message).help(help);
        }
    }
}

/// Returns the serial and parallel ports that are present and connected to a file or a pipe, each with the entry that says
/// so.
fn ports_with_file<'s, 'a>(
    context: &'s LintContext<'a>,
) -> impl Iterator<Item = (Device<'s, 'a>, &'s IndexedEntry<'a>)> {
    let ports = context.present_devices("serial").chain(context.present_devices("parallel"));
    ports.filter_map(|port| {
        let file_type = port.entry("filetype")?;
        let has_file = ["file", "pipe"].iter().any(|known| file_type.value.eq_ignore_ascii_case(known));
        has_file.then_some((port, file_type))
    })
}

pub(super) fn port_without_file(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for (port, entry) in ports_with_file(context) {
        if port.value("filename").is_none_or(str::is_empty) {
            let file_type = &entry.value;
            let message =
                format!("{port} is connected to a {file_type}, but '{port}.fileName' does not name it");
            reporter
                .at_value(entry, message)
                .help(format!("set {port}.fileName to the path of the {file_type}"));
        }
    }
}

pub(super) fn same_port_file(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let mut seen: HashMap<&str, &IndexedEntry<'_>> = HashMap::new();
    for (port, _) in ports_with_file(context).filter(|(port, _)| port.has_value("filetype", "file")) {
        let Some(entry) = port.entry("filename").filter(|entry| !entry.value.is_empty()) else { continue };
        let name = entry.value.strip_prefix("./").unwrap_or(&entry.value);
        if let Some(other) = seen.get(name) {
            let (key, line) = (other.key(), other.line());
            let message = format!("'{}' names the same file as '{key}' on line {line}", entry.key());
            reporter
                .at_value(entry, message)
                .help(format!("set {port}.fileName = \"{port}.log\", or another name"));
        } else {
            seen.insert(name, entry);
        }
    }
}
