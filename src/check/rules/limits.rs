//! Rules for the limits of the hardware version: processors, memory, numbers of devices.

use crate::catalog::{self, Hardware};
use crate::check::Severity;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::reporter::Reporter;
use crate::document::Encryption;

/// Returns the limits of the hardware version, if it is known.
fn hardware(context: &LintContext<'_>) -> Option<Hardware> {
    context.hardware_version().and_then(catalog::hardware)
}

pub(super) fn unknown_hardware_version(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("virtualhw.version").filter(|entry| !entry.is_unfinished()) else {
        return;
    };
    let newest = catalog::hardware_versions().map(|hardware| hardware.version).max().unwrap_or(0);
    match context.hardware_version() {
        Some(version) if catalog::hardware(version).is_some() => {}
        Some(version) if version > newest => {
            let message =
                format!("hardware version {version} is newer than {newest}, the newest that is known here");
            let help = format!("check the limits of version {version} in VMware's documentation");
            reporter.at_value(entry, message).capped_at(Severity::Note).help(help);
        }
        _ => {
            let message = format!("'{}' is not a hardware version", entry.shown());
            reporter.at_value(entry, message).help(format!("use 3, 4 or a version from 6 to {newest}"));
        }
    }
}

pub(super) fn no_identity(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if context.encryption() == Encryption::Full {
        return;
    }
    let keys = [("config.version", "8"), ("virtualHW.version", "19"), ("guestOS", "other")];
    for (key, example) in keys {
        if context.entry(&key.to_ascii_lowercase()).is_none() {
            let finding = reporter.in_file(format!("'{key}' is not set"));
            finding.help(format!("add it, for example {key} = \"{example}\""));
            if key == "guestOS" {
                finding.capped_at(Severity::Note);
            }
        }
    }
}

pub(super) fn memory_not_multiple_of_4(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some((entry, size)) = context.number("memsize").filter(|(_, size)| size % 4 != 0) else { return };
    let below = (size / 4 * 4).max(4);
    let message = format!("{size} MB of memory is not a multiple of 4");
    reporter.at_value(entry, message).help(format!("set memsize = \"{below}\" or \"{}\"", size / 4 * 4 + 4));
}

pub(super) fn uneven_cores(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some((entry, cores)) = context.number("cpuid.corespersocket") else { return };
    let cpus = context.number("numvcpus").map_or(1, |(_, cpus)| cpus);
    // With 0, VMware chooses.
    if cores != 0 && !cpus.is_multiple_of(cores) {
        let message = format!("{cpus} CPUs do not fill sockets of {cores} cores");
        reporter.at_value(entry, message).help("make numvcpus a multiple of cpuid.coresPerSocket");
    }
}

pub(super) fn too_many_cpus(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_excess(context, reporter, "numvcpus", "CPUs", |hardware| hardware.cpus);
}

pub(super) fn too_much_memory(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_excess(context, reporter, "memsize", "MB of memory", |hardware| hardware.memory_mb);
}

pub(super) fn too_many_cores(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let limit = |hardware: &Hardware| hardware.cores_per_socket;
    report_excess(context, reporter, "cpuid.corespersocket", "cores per socket", limit);
}

/// Reports a number above the limit of the hardware version.
fn report_excess(
    context: &LintContext<'_>,
    reporter: &mut Reporter<'_>,
    key: &str,
    what: &str,
    limit: fn(&Hardware) -> Option<u32>,
) {
    let (Some(hardware), Some((entry, number))) = (hardware(context), context.number(key)) else { return };
    let Some(limit) = limit(&hardware).filter(|limit| number > u64::from(*limit)) else { return };
    let message =
        format!("{number} {what} exceed the limit of hardware version {}, {limit}", hardware.version);
    reporter.at_value(entry, message).help("upgrade the virtual hardware in VMware, or reduce the number");
}

pub(super) fn too_many_devices(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(hardware) = hardware(context) else { return };
    let limits = [
        ("ethernet", "network cards", hardware.network_cards),
        ("scsi", "SCSI controllers", hardware.scsi_adapters),
        ("sata", "SATA controllers", hardware.sata_adapters),
        ("nvme", "NVMe controllers", hardware.nvme_adapters),
        ("pciPassthru", "passed-through devices", hardware.passthrough),
    ];
    for (family, label, limit) in limits {
        // A limit of 0 means that the device is too new, which another rule reports.
        let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0)
        else {
            continue;
        };
        let Some(first_over) = context.present_devices(family).nth(limit) else { continue };
        let Some(entry) = first_over.present() else { continue };
        let present = context.present_devices(family).count();
        let version = hardware.version;
        let message = format!("{present} {label} exceed the limit of hardware version {version}, {limit}");
        reporter.at_key(entry, message).help("remove one of them");
    }
}

pub(super) fn feature_too_new(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(version) = context.hardware_version() else { return };
    for entry in &context.entries {
        let Some(feature) = catalog::feature(&entry.name, &entry.value) else { continue };
        if feature.since_hardware > version && is_in_use(context, entry) {
            let message = format!(
                "{} needs hardware version {}, but this VM has {version}",
                feature.label, feature.since_hardware
            );
            reporter
                .at_value(entry, message)
                .help("upgrade the virtual hardware in VMware, or remove the entry");
        }
    }
}

/// Returns whether the entry has an effect: `virtualDev` has none if its device is not present.
fn is_in_use(context: &LintContext<'_>, entry: &IndexedEntry<'_>) -> bool {
    let Some((device, key)) = entry.name.rsplit_once('.') else { return true };
    key != "virtualdev" || context.is_present(device)
}

pub(super) fn guest_too_new(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let (Some(entry), Some(version)) = (context.entry("guestos"), context.hardware_version()) else { return };
    let Some(guest) = catalog::guest_os(entry.value.trim()) else { return };
    if let Some(since) = guest.since_hardware.filter(|since| *since > version) {
        let message =
            format!("{} came with hardware version {since}, and this VM has {version}", guest.label);
        reporter
            .at_value(entry, message)
            .help("upgrade the virtual hardware in VMware if the guest needs it");
    }
}

/// Reports what the product that is to run the VM does not support.
pub(super) fn beyond_host(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(host) = context.host else { return };
    let (label, highest) = (host.label, host.max_hardware);
    if let (Some(entry), Some(version)) = (context.entry("virtualhw.version"), context.hardware_version())
        && !host.supports_hardware(version)
    {
        let message = if version > highest {
            format!("{label} supports hardware versions up to {highest}, and this VM has {version}")
        } else {
            format!(
                "{label} does not support hardware version {version}, which is for Workstation and Fusion"
            )
        };
        let lower = (3..=highest.min(version))
            .rev()
            .find(|lower| host.supports_hardware(*lower) && catalog::hardware(*lower).is_some());
        let help =
            format!("set virtualHW.version = \"{}\" if the guest runs with it", lower.unwrap_or(highest));
        let finding = reporter.at_value(entry, message);
        finding.help(help);
        // Some releases of ESXi accept a version that they do not create.
        if version <= highest {
            finding.capped_at(Severity::Warning);
        }
    }
    for entry in &context.entries {
        let Some(feature) = catalog::feature(&entry.name, &entry.value) else { continue };
        if feature.since_hardware > highest && is_in_use(context, entry) {
            let message = format!(
                "{} needs hardware version {}, and {label} supports up to {highest}",
                feature.label, feature.since_hardware
            );
            reporter.at_value(entry, message).capped_at(Severity::Warning).help("remove the entry");
        }
    }
    let guest =
        context.entry("guestos").and_then(|entry| Some((entry, catalog::guest_os(entry.value.trim())?)));
    if let Some((entry, guest)) = guest
        && let Some(since) = guest.since_hardware.filter(|since| *since > highest)
    {
        let message = format!(
            "{} came with hardware version {since}, and {label} supports up to {highest}",
            guest.label
        );
        reporter
            .at_value(entry, message)
            .capped_at(Severity::Note)
            .help("use a newer host if the guest needs it");
    }
}

pub(super) fn config_version(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let is_other = |entry: &&IndexedEntry<'_>| entry.value.trim() != "8" && !entry.is_unfinished();
    let Some(entry) = context.entry("config.version").filter(is_other) else { return };
    let message = format!("config.version is '{}', not 8", entry.shown());
    reporter
        .at_value(entry, message)
        .help("set config.version = \"8\" unless the VM is for a product from before 2004");
}
