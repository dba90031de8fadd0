//! Rules for what a host does with the VM: its hardware version, its log and its migration.

use crate::catalog;
use crate::check::context::LintContext;
use crate::check::reporter::Reporter;

pub(super) fn hosted_hardware_version(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(entry) = context.entry("virtualhw.version") else { return };
    let Some(hardware) = context.hardware_version().and_then(catalog::hardware) else { return };
    if hardware.is_hosted_only() && is_for_esxi(context) {
        let version = hardware.version;
        let message =
            format!("the VM is for ESXi, but only Workstation and Fusion create hardware version {version}");
        // The next version of ESXi has all of its features.
        let next = version + 1;
        reporter
            .at_value(entry, message)
            .help(format!("upgrade the virtual hardware in VMware, to version {next} or later"));
    }
}

/// Returns whether an ESXi host uses the file: it says so, or a disk is on a datastore.
fn is_for_esxi(context: &LintContext<'_>) -> bool {
    match context.value("virtualhw.productcompatibility") {
        Some(product) if !product.is_empty() => product.eq_ignore_ascii_case("esx"),
        _ => {
            let mut names = context.disks().filter_map(|disk| disk.value("filename"));
            names.any(|name| name.starts_with("/vmfs/volumes/"))
        }
    }
}

pub(super) fn logging_off(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if let Some(entry) = context.entry("logging").filter(|entry| entry.is_false()) {
        reporter.at_value(entry, "VMware writes no vmware.log for this VM").help("set logging = \"TRUE\"");
    }
}

pub(super) fn unencrypted_migration(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    // The key, the value that turns encryption off, the default, and what the memory is sent for.
    const MODES: [(&str, &str, &str, &str); 2] = [
        ("migrate.encryptionmode", "disabled", "opportunistic", "migration (vMotion)"),
        ("ftcpt.ftencryptionmode", "ftEncryptionDisabled", "ftEncryptionOpportunistic", "fault tolerance"),
    ];
    for (name, off, default, what) in MODES {
        if let Some(entry) = context.entry(name).filter(|entry| entry.value.eq_ignore_ascii_case(off)) {
            let message =
                format!("ESXi sends the VM's memory over the network without encryption for {what}");
            reporter.at_value(entry, message).help(format!("set {} = \"{default}\"", entry.key()));
        }
    }
}
