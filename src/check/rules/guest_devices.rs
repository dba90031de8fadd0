//! Rules for guests without a driver for a device, and for guests that need more than the VM has.

use crate::check::Severity;
use crate::check::context::LintContext;
use crate::check::reporter::Reporter;

/// Returns the number after `prefix` in the id of the guest: 22 of `darwin22-64`.
fn guest_version(context: &LintContext<'_>, prefix: &str) -> Option<u32> {
    let guest = context.guest()?;
    let version = guest.strip_prefix(prefix)?;
    version.strip_suffix("-64").unwrap_or(version).parse().ok()
}

pub(super) fn macos_e1000e(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    const MACOS_13: u32 = 22;
    if guest_version(context, "darwin").is_none_or(|version| version < MACOS_13) {
        return;
    }
    for adapter in context.present_devices("ethernet") {
        let Some(entry) = adapter.entry("virtualdev") else { continue };
        if entry.value.eq_ignore_ascii_case("e1000e") {
            let message = format!("macOS 13 and later may restart repeatedly with {adapter}, an e1000e");
            let help = format!("set {} = \"vmxnet3\", or apply the preset macos-vmxnet3", entry.key());
            reporter.at_value(entry, message).help(help);
        }
    }
}

pub(super) fn small_esxi(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    /// The installer stops below it, in every release.
    const MIN_MEMORY: u64 = 4096;
    const SUPPORTED_MEMORY: u64 = 8192;
    // 65 is ESXi 6.5.
    if guest_version(context, "vmkernel").is_none_or(|version| !(7..65).contains(&version)) {
        return;
    }
    let Some(guest) = context.entry("guestos") else { return };
    let cpus = context.number("numvcpus");
    if cpus.as_ref().is_none_or(|(_, cpus)| *cpus < 2)
        && (cpus.is_some() || context.entry("numvcpus").is_none())
    {
        let entry = cpus.map_or(guest, |(entry, _)| entry);
        reporter.at_value(entry, "ESXi needs two CPUs, but the VM has one").help("set numvcpus = \"2\"");
    }
    if let Some((entry, memory)) = context.number("memsize").filter(|(_, memory)| *memory < SUPPORTED_MEMORY)
    {
        let message = format!("ESXi needs {SUPPORTED_MEMORY} MB of memory, but the VM has {memory}");
        let finding = reporter.at_value(entry, message).help(format!("set memsize = \"{SUPPORTED_MEMORY}\""));
        if memory >= MIN_MEMORY {
            finding.capped_at(Severity::Note);
        }
    }
}

fn is_arm(context: &LintContext<'_>) -> bool {
    context.guest().is_some_and(|guest| guest.starts_with("arm-"))
}

pub(super) fn arm_without_efi(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let firmware = context.entry("firmware").filter(|entry| !entry.value.is_empty());
    let Some(entry) = firmware.filter(|entry| is_arm(context) && !entry.value.eq_ignore_ascii_case("efi"))
    else {
        return;
    };
    let message = format!("the guest is for Arm, but the firmware is '{}'", entry.shown());
    reporter.at_value(entry, message).help("set firmware = \"efi\"");
}

pub(super) fn arm_without_device(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    const ADAPTERS: [&str; 5] = ["e1000", "vlance", "vmxnet", "vmxnet2", "e1000e"];
    const CONTROLLERS: [&str; 3] = ["lsilogic", "lsisas1068", "buslogic"];
    if !is_arm(context) {
        return;
    }
    for drive in context.drives().filter(|drive| drive.slot.family == "ide") {
        let Some(entry) = drive.present() else { continue };
        let message = format!("VMware has no IDE controller for {drive} in an Arm VM");
        reporter.at_key(entry, message).help("rename its keys to a SATA slot, such as sata0:1");
    }
    for (family, models, instead) in
        [("ethernet", &ADAPTERS[..], "vmxnet3"), ("scsi", &CONTROLLERS[..], "pvscsi")]
    {
        for device in context.present_devices(family) {
            let Some(entry) = device.entry("virtualdev") else { continue };
            if !models.iter().any(|model| entry.value.eq_ignore_ascii_case(model)) {
                continue;
            }
            let message =
                format!("an Arm VM may not start, or not see {device}, with the model {}", entry.shown());
            let finding = reporter.at_value(entry, message);
            finding.help(format!("set {} = \"{instead}\"", entry.key()));
            // Some guests run with it.
            if entry.value.eq_ignore_ascii_case("e1000e") {
                finding.capped_at(Severity::Note);
            }
        }
    }
}
