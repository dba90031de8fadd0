//! Rules for VMware Tools: settings that need them, and what they pass to the guest.

use crate::check::context::{IndexedEntry, LintContext};
use crate::check::reporter::Reporter;

/// Entries with a document for cloud-init or Ignition, which may be compressed.
const GUEST_DOCUMENTS: [&str; 5] = [
    "guestinfo.userdata",
    "guestinfo.metadata",
    "guestinfo.vendordata",
    "guestinfo.ignition.config.data",
    "guestinfo.coreos.config.data",
];

pub(super) fn restricted_backdoor(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let block = context.entry("monitor_control.restrict_backdoor").filter(|entry| entry.is_true());
    let Some(block) = block else { return };
    let Some(entry) = context.entries.iter().find(|entry| needs_tools(context, entry)) else { return };
    let (block, line) = (block.key(), block.line());
    let message = format!("'{}' has no effect: '{block}' on line {line} cuts VMware Tools off", entry.key());
    reporter.at_key(entry, message).help(format!("set {block} = \"FALSE\", or remove '{}'", entry.key()));
}

/// Returns whether an entry turns something on that VMware Tools do in the guest. What VMware writes into every file,
/// such as `powerType.*`, does not count.
fn needs_tools(context: &LintContext<'_>, entry: &IndexedEntry<'_>) -> bool {
    match &*entry.name {
        "tools.synctime" => entry.is_true(),
        "isolation.tools.copy.disable"
        | "isolation.tools.paste.disable"
        | "isolation.tools.dnd.disable"
        | "isolation.tools.hgfs.disable" => entry.is_false(),
        name if GUEST_DOCUMENTS.contains(&name) => !entry.value.is_empty(),
        name => name
            .strip_suffix(".present")
            .is_some_and(|device| is_shared_folder(device) && context.is_present(device)),
    }
}

fn is_shared_folder(device: &str) -> bool {
    let number = device.strip_prefix("sharedfolder");
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn large_guestinfo(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    // GUESTMSG_MAX_IN_SIZE of open-vm-tools.
    const MAX_LEN: usize = 64 * 1024;
    for entry in context.entries.iter().filter(|entry| entry.name.starts_with("guestinfo.")) {
        let (key, len) = (entry.key(), entry.value.len());
        if len > MAX_LEN {
            let message = format!("the value of '{key}' has {len} bytes, more than {MAX_LEN}");
            let finding = reporter.at_key(entry, message);
            if GUEST_DOCUMENTS.contains(&&*entry.name) {
                finding.help(format!(
                    "set {key} to the output of 'gzip -c FILE | base64 -w0', and {key}.encoding = \"gzip+base64\""
                ));
            } else {
                finding.help("pass the address of the data instead");
            }
        }
    }
}
