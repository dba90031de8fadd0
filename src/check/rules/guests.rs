//! Rules for the needs of certain guest operating systems.

use crate::catalog::{self, GuestOs};
use crate::check::Severity;
use crate::check::context::LintContext;
use crate::check::reporter::Reporter;

pub(super) fn unknown_guest(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("guestos") else { return };
    if catalog::guest_os(entry.value.trim()).is_some() || entry.is_unfinished() {
        return;
    }
    let message = format!("'{}' is not a known guest operating system", entry.shown());
    let finding = reporter.at_value(entry, message);
    let is_api_id = |guest: &GuestOs| guest.api_id.is_some_and(|id| id.eq_ignore_ascii_case(&entry.value));
    if let Some(guest) = catalog::guest_oses().find(is_api_id) {
        finding.help(format!("set guestOS = \"{}\": this is the name in the vSphere API", guest.id));
    } else if let Some(guest) = catalog::suggest_guest_os(&entry.value) {
        finding.help(format!("set guestOS = \"{}\" for {}", guest.id, guest.label));
    }
}

/// Returns whether the guest is ESXi 7 or later: `vmkernel7`, `vmkernel8`. `vmkernel65` is ESXi 6.5.
fn is_esxi_7_or_later(context: &LintContext<'_>) -> bool {
    let guest = context.guest().unwrap_or_default();
    let version = guest.trim().strip_prefix("vmkernel").and_then(|version| version.parse::<u32>().ok());
    version.is_some_and(|version| version >= 7 && version != 65)
}

pub(super) fn esxi_without_network(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    const LEGACY: [&str; 3] = ["vlance", "vmxnet", "vmxnet2"];
    const HELP: &str = "use \"vmxnet3\" or \"e1000e\"";
    if !is_esxi_7_or_later(context) {
        return;
    }
    for adapter in context.present_devices("ethernet") {
        match adapter.entry("virtualdev").filter(|entry| !entry.value.is_empty()) {
            Some(entry) if entry.value.eq_ignore_ascii_case("e1000") => {
                let message = format!("the guest has no driver for {adapter}, an e1000");
                reporter.at_value(entry, message).help(HELP);
            }
            Some(entry) if LEGACY.iter().any(|model| entry.value.eq_ignore_ascii_case(model)) => {
                let message = format!("the guest may have no driver for {adapter}, a {}", entry.shown());
                reporter.at_value(entry, message).capped_at(Severity::Warning).help(HELP);
            }
            Some(_) => {}
            None => {
                let Some(entry) = adapter.present() else { continue };
                let message = format!(
                    "'{adapter}.virtualDev' is not set: VMware chooses a model for which the guest may have no driver"
                );
                let help = format!("set {adapter}.virtualDev = \"vmxnet3\"");
                reporter.at_key(entry, message).capped_at(Severity::Warning).help(help);
            }
        }
    }
}

pub(super) fn esxi_without_storage(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    const REMOVED: [&str; 3] = ["lsilogic", "lsisas1068", "buslogic"];
    if !is_esxi_7_or_later(context) {
        return;
    }
    for controller in context.present_devices("scsi") {
        let Some(entry) = controller.entry("virtualdev") else { continue };
        if REMOVED.iter().any(|model| entry.value.eq_ignore_ascii_case(model)) {
            let message = format!("the guest may have no driver for {controller}, a {}", entry.shown());
            reporter.at_value(entry, message).help("use \"pvscsi\", or a SATA or NVMe controller");
        }
    }
}

pub(super) fn esxi_without_nesting(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let is_esxi = context.guest().is_some_and(|guest| guest.starts_with("vmkernel"));
    if let (true, false, Some(entry)) = (is_esxi, context.is_true("vhv.enable"), context.entry("guestos")) {
        reporter
            .at_value(entry, "ESXi is the guest, but nested virtualization is off")
            .help("set vhv.enable = \"TRUE\" to run VMs in it");
    }
}

pub(super) fn long_serial(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("guestos") else { return };
    let id = entry.value.to_ascii_lowercase();
    let is_old = ["darwin", "darwin10", "darwin11", "darwin12"].contains(&id.trim_end_matches("-64"));
    let has_serial = context.value("serialnumber").is_some_and(|serial| !serial.is_empty())
        || context.is_true("serialnumber.reflecthost")
        || context.is_true("smbios.reflecthost");
    if is_old && !has_serial && !context.is_true("smbios.use12charserialnumber") {
        reporter
            .at_value(entry, "this guest gets a serial number that is too long for Apple's services")
            .help("apply the preset macos-serial");
    }
}

pub(super) fn secure_boot_without_efi(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let secure_boot = context.entry("uefi.secureboot.enabled").filter(|entry| entry.is_true());
    let is_efi = context.value("firmware").is_some_and(|firmware| firmware.eq_ignore_ascii_case("efi"));
    if let (Some(entry), false) = (secure_boot, is_efi) {
        reporter
            .at_key(entry, "secure boot is on, but the firmware is not EFI")
            .help("set firmware = \"efi\" if the guest was installed for EFI");
    }
}

pub(super) fn macos_without_smc(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let is_macos = context.guest().is_some_and(|guest| guest.starts_with("darwin"));
    // smc.present = "FALSE" is a choice: some guests emulate the controller in software.
    let is_set = context.entry("smc.present").is_some();
    if let (true, false, Some(entry)) = (is_macos, is_set, context.entry("guestos")) {
        reporter
            .at_value(entry, "the guest is macOS, but smc.present is not set")
            .help("set smc.present = \"TRUE\"");
    }
}
