//! One VM as a tree of its devices.

use std::path::Path;

use vmxedit::catalog;
use vmxedit::document::Encryption;
use vmxedit::show::{
    Controller, Image, LeftOut, LeftOutReason, Machine, NetworkCard, Setting, SnapshotList, Summary, Unit,
};

use super::super::escape::display_path;
use super::{Extra, memory, size, text, title};

const DEFAULT: &str = "VMware's default";
/// Devices that every recent VM has; they are listed on one line.
const PLUMBING: [&str; 4] = ["hpet", "pciBridge", "svga", "vmci"];

/// VMware's limit of snapshot levels. Deeper ones are shown at this level.
const MAX_DEPTH: usize = 32;

/// Returns the lines of the tree.
pub(super) fn lines(file: &Path, vm: &Summary, extras: &[Extra]) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", display_path(file), title(file, vm))];
    let mut fact = |what: &str, says: String| lines.push(format!("  {what:<11} {says}"));
    if let Some(notes) = &vm.annotation {
        fact("notes", notes.clone());
    }
    if let Some(guest) = &vm.guest {
        let words = guest.known.map_or("unknown", |known| known.label);
        fact("guest", format!("{words} ({})", guest.id));
    }
    if let Some(version) = &vm.hardware {
        let products = vm.known_hardware().map_or("unknown", |known| known.products);
        fact("hardware", format!("{} ({products})", text(version)));
    }
    if let Some(machine) = &vm.machine {
        fact("CPUs", cpus(machine));
        fact("memory", marked(&machine.memory_mb, memory(&machine.memory_mb)));
        fact("firmware", firmware(machine));
    }
    match vm.encryption {
        Encryption::Partial => fact("encryption", "partial".to_owned()),
        Encryption::Full => fact("encryption", "full: the settings are encrypted".to_owned()),
        _ => {}
    }
    if let Some(power) = &vm.power {
        fact("state", power.state.to_string());
    }
    for Extra { key, value } in extras {
        fact(key, value.clone().unwrap_or_else(|| "(not set)".to_owned()));
    }
    snapshots(vm, &mut lines);
    devices(vm, &mut lines);
    lines.extend(vm.problems.iter().map(|problem| format!("  problem     {problem}")));
    lines
}

fn marked<T>(setting: &Setting<T>, says: String) -> String {
    if setting.is_default() { format!("{says} ({DEFAULT})") } else { says }
}

fn cpus(machine: &Machine) -> String {
    let count = text(&machine.cpus);
    let plural = |number: u32, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    match (machine.sockets(), machine.cores_per_socket.value()) {
        (Some(sockets), Some(cores)) if *cores > 1 => {
            format!("{count} ({} with {})", plural(sockets, "socket"), plural(*cores, "core"))
        }
        (None, Some(_)) if machine.cpus.value().is_some() => {
            format!("{count} (does not divide into sockets of {} cores)", text(&machine.cores_per_socket))
        }
        _ => marked(&machine.cpus, count),
    }
}

fn firmware(machine: &Machine) -> String {
    let mut says = marked(&machine.firmware, text(&machine.firmware).to_uppercase());
    for (there, what) in [(machine.secure_boot, ", secure boot"), (machine.tpm, ", virtual TPM")] {
        says.push_str(if there { what } else { "" });
    }
    says
}

fn snapshots(vm: &Summary, lines: &mut Vec<String>) {
    match &vm.snapshots {
        SnapshotList::Read(snapshots) if !snapshots.list.is_empty() => {
            lines.push(format!("  {:<11} {}", "snapshots", snapshots.list.len()));
            lines.extend(snapshots.tree().iter().map(|(depth, snapshot)| {
                let current = if snapshots.current == Some(snapshot.uid) { " <- current" } else { "" };
                let taken =
                    snapshot.taken.and_then(date).map(|date| format!(" ({date})")).unwrap_or_default();
                let indent = " ".repeat(4 + 2 * depth.min(&MAX_DEPTH));
                format!("{indent}{}{taken}{current}", snapshot.name)
            }));
        }
        SnapshotList::Unreadable(reason) => lines.push(format!("  {:<11} {reason}", "snapshots")),
        _ => {}
    }
}

/// Formats a time as date and minute, in UTC.
fn date(microseconds: i64) -> Option<String> {
    let time = jiff::Timestamp::from_microsecond(microseconds).ok()?;
    Some(time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

fn devices(vm: &Summary, lines: &mut Vec<String>) {
    for controller in &vm.controllers {
        lines.push(format!("  {:<11} {}", controller.slot, named(controller)));
        for unit in &controller.units {
            unit_lines(unit, lines);
        }
    }
    for floppy in &vm.floppies {
        let default = if floppy.is_default { format!(" ({DEFAULT})") } else { String::new() };
        lines.push(format!("  {:<11} {}{default}", floppy.slot, drive(floppy)));
    }
    for card in &vm.network_cards {
        lines.push(format!("  {:<11} {}", card.slot, network(card)));
    }
    let (plumbing, others): (Vec<_>, Vec<_>) =
        vm.others.iter().partition(|other| PLUMBING.iter().any(|family| other.slot.starts_with(family)));
    for other in others {
        let model = other.model.as_ref().map(|model| format!(" ({model})")).unwrap_or_default();
        let file = other.file.as_ref().map(|file| format!(", {file}")).unwrap_or_default();
        lines.push(format!("  {:<11} {}{model}{file}", other.slot, other.label));
    }
    if !plumbing.is_empty() {
        let slots: Vec<&str> = plumbing.iter().map(|other| other.slot.as_str()).collect();
        lines.push(format!("  {:<11} {}", "also", slots.join(", ")));
    }
    lines.extend(vm.left_out.iter().map(left_out));
}

fn named(controller: &Controller) -> String {
    let model = controller.model.as_ref().map(|model| format!(" ({model})")).unwrap_or_default();
    format!("{}{model}", controller.label)
}

fn unit_lines(unit: &Unit, lines: &mut Vec<String>) {
    lines.push(format!("    {:<11} {}", unit.slot, drive(unit)));
    let Some(image) = &unit.image else { return };
    for parent in &image.parents {
        let stored = parent.create_type.as_ref().map(|kind| format!(", {kind}")).unwrap_or_default();
        lines.push(format!("      based on {}{stored}", parent.file));
    }
    lines.extend(image.problem.iter().map(|problem| format!("      {problem}")));
}

fn drive(unit: &Unit) -> String {
    let what = unit.kind.to_string();
    let mut words = vec![match unit.file.as_deref() {
        Some(file) if catalog::is_empty_drive(file) => format!("{what}, empty"),
        Some(file) => format!("{what} {file}"),
        None => what,
    }];
    words.extend(unit.image.iter().flat_map(image_words));
    words.extend(unit.mode.clone().filter(|mode| !mode.eq_ignore_ascii_case("persistent")));
    if !unit.connected {
        words.push("not connected".to_owned());
    }
    words.join(", ")
}

fn image_words(image: &Image) -> Vec<String> {
    image.capacity.map(size).into_iter().chain(image.create_type.clone()).collect()
}

fn network(card: &NetworkCard) -> String {
    let model = card.model.as_ref().map(|model| format!(" ({model})")).unwrap_or_default();
    let mut words = vec![format!("network card{model}")];
    words.extend(card.connection.clone());
    words.extend(card.network.clone());
    words.extend(card.mac.clone());
    if !card.connected {
        words.push("not connected".to_owned());
    }
    words.join(", ")
}

fn left_out(device: &LeftOut) -> String {
    let why = match &device.reason {
        LeftOutReason::NoController(controller) => format!("{controller} is absent"),
        _ => "no such slot".to_owned(),
    };
    format!("  {:<11} left out: {why}", device.slot)
}
