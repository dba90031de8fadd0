//! Rules for the firmware: EFI, secure boot, virtualization-based security, and what Windows 11 requires of them.

use crate::catalog::{self, GuestFamily};
use crate::check::context::LintContext;
use crate::check::reporter::Reporter;
use crate::document::Encryption;

/// Guests without secure boot, and the source for each.
const WITHOUT_SECURE_BOOT: &str = include_str!("secure_boot.tsv");

fn is_efi(context: &LintContext<'_>) -> bool {
    context.has_value("firmware", "efi")
}

pub(super) fn macos_without_efi(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let is_macos = context.guest().is_some_and(|guest| guest.starts_with("darwin"));
    if !is_macos || is_efi(context) {
        return;
    }
    if let Some(entry) = context.entry("firmware").or_else(|| context.entry("guestos")) {
        let message = "the guest is macOS, but the firmware is not EFI";
        reporter.at_value(entry, message).help("set firmware = \"efi\"");
    }
}

pub(super) fn vbs_without_requirements(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("windows.vbs.enabled").filter(|entry| entry.is_true()) else { return };
    let requirements = [
        (is_efi(context), "firmware = \"efi\""),
        (context.is_true("uefi.secureboot.enabled"), "uefi.secureBoot.enabled = \"TRUE\""),
        (context.is_true("vhv.enable"), "vhv.enable = \"TRUE\""),
    ];
    let missing: Vec<&str> =
        requirements.iter().filter(|(is_met, _)| !is_met).map(|(_, setting)| *setting).collect();
    if !missing.is_empty() {
        let missing = enumeration(&missing);
        let message = format!("virtualization-based security also needs {missing}");
        reporter.at_key(entry, message).help(format!("set {missing}, or remove the entry"));
    }
}

pub(super) fn vbs_with_unsupported_feature(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if !context.is_true("windows.vbs.enabled") {
        return;
    }
    let features = [
        (context.entry("vcpu.hotadd"), "CPU hot-add"),
        (context.entry("mem.hotadd"), "memory hot-add"),
        (
            context.present_devices("pciPassthru").next().and_then(|device| device.present()),
            "PCI pass-through",
        ),
    ];
    for (entry, feature) in features {
        let Some(entry) = entry.filter(|entry| entry.is_true()) else { continue };
        let message = format!("VMware does not support {feature} with virtualization-based security");
        let help = format!("set {} = \"FALSE\", or windows.vbs.enabled = \"FALSE\"", entry.key());
        reporter.at_value(entry, message).help(help);
    }
}

pub(super) fn secure_boot_without_signature(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    const KEY: &str = "uefi.secureboot.enabled";
    let Some(entry) = context.entry(KEY).filter(|entry| entry.is_true() && is_efi(context)) else { return };
    // Entries such as uefi.secureBoot.dbDefault.file0 add certificates of the administrator.
    let has_certificates =
        context.entries.iter().any(|entry| entry.name.starts_with("uefi.secureboot.") && entry.name != KEY);
    let Some(guest) = context.guest().filter(|guest| !has_certificates && !has_secure_boot(guest)) else {
        return;
    };
    let label = catalog::guest_os(&guest).map_or(guest.clone(), |guest| guest.label.to_owned());
    reporter
        .at_value(entry, format!("secure boot is on, but the boot loader of {label} is not signed"))
        .help(format!("set {} = \"FALSE\"", entry.key()));
}

/// Returns whether the guest with this id, in lower case, may start with secure boot.
fn has_secure_boot(guest: &str) -> bool {
    let id = guest.strip_suffix("-64").unwrap_or(guest);
    let rows = WITHOUT_SECURE_BOOT.lines().filter(|line| !line.starts_with('#'));
    let mut patterns = rows.filter_map(|row| row.split('\t').next());
    !patterns.any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => id == pattern,
    })
}

pub(super) fn secure_boot_with_shared_folders(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if !context.is_true("uefi.secureboot.enabled") || !is_efi(context) {
        return;
    }
    let is_linux = context.value("guestos").and_then(catalog::guest_os);
    if is_linux.is_none_or(|guest| guest.family != GuestFamily::Linux) {
        return;
    }
    let folder = context.present_devices("sharedFolder").next();
    if let Some(entry) = folder.and_then(|folder| folder.present()) {
        reporter
            .at_key(entry, "the kernel module for shared folders is not signed for secure boot")
            .help("mount it with FUSE in the guest: vmhgfs-fuse .host:/ /mnt/hgfs");
    }
}

pub(super) fn windows_11_requirements(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("guestos") else { return };
    let guest = entry.value.to_ascii_lowercase();
    let is_arm = guest == "arm-windows11-64";
    if guest != "windows11-64" && !is_arm {
        return;
    }
    // The TPM of a partially encrypted VM may be in the encrypted part.
    let has_tpm = context.is_true("vtpm.present")
        || context.has_value("managedvm.autoaddvtpm", "software")
        || context.encryption() != Encryption::None;
    let is_below = |key: &str, min: u64| context.number(key).is_some_and(|(_, number)| number < min);
    // Without an entry, which may be in the encrypted part, VMware gives the VM one CPU and 32 MB of memory.
    let is_default = |key: &str| context.entry(key).is_none() && context.encryption() == Encryption::None;
    let is_single = is_default("numvcpus") || is_below("numvcpus", 2);
    let is_small = is_default("memsize") || is_below("memsize", 4096);
    let requirements = [
        // Arm VMs have no other firmware.
        (is_arm || is_efi(context), "firmware = \"efi\""),
        (has_tpm, "managedvm.autoAddVTPM = \"software\""),
        (!is_small, "memsize = \"4096\""),
        (!is_single, "numvcpus = \"2\""),
    ];
    let missing: Vec<&str> =
        requirements.iter().filter(|(is_met, _)| !is_met).map(|(_, setting)| *setting).collect();
    if !missing.is_empty() {
        let missing = enumeration(&missing);
        reporter
            .at_value(entry, format!("the setup of Windows 11 also needs {missing}"))
            .help(format!("before the guest is installed, set {missing}"));
    }
}

/// Returns `a`, `a and b` or `a, b and c`.
fn enumeration(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{WITHOUT_SECURE_BOOT, has_secure_boot};
    use crate::catalog;

    #[test]
    fn every_guest_without_secure_boot_is_known_and_has_a_source() {
        let ids: Vec<String> = catalog::guest_oses().map(|guest| guest.id.to_ascii_lowercase()).collect();
        let mut before = "";
        for row in WITHOUT_SECURE_BOOT.lines().filter(|line| !line.starts_with('#')) {
            let (pattern, source) = row.split_once('\t').expect("two cells");
            assert!(before < pattern, "{pattern} is not sorted");
            assert!(!source.trim().is_empty() && !source.contains('\t'), "{pattern}");
            let start = pattern.trim_end_matches('*');
            assert!(ids.iter().any(|id| id.starts_with(start)), "{pattern} matches no guest");
            before = pattern;
        }
    }

    #[test]
    fn guests_with_and_without_a_signed_boot_loader_are_told_apart() {
        for guest in
            ["windows7-64", "windows7srv-64", "darwin20-64", "debian9-64", "centos", "vmkernel6", "rhel6-64"]
        {
            assert!(!has_secure_boot(guest), "{guest}");
        }
        for guest in
            ["windows8-64", "windows9-64", "debian10-64", "centos7-64", "vmkernel65", "rhel7-64", "ubuntu-64"]
        {
            assert!(has_secure_boot(guest), "{guest}");
        }
    }
}
