//! Rules for the addresses of network adapters.

use std::collections::HashMap;

use crate::catalog::{Mac, MacRange};
use crate::check::Severity;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::device::Device;
use crate::check::reporter::Reporter;

pub(super) fn malformed_mac(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for adapter in adapters(context) {
        for key in ["address", "generatedaddress"] {
            let Some(entry) = adapter.entry(key) else { continue };
            if entry.value.is_empty() || entry.is_unfinished() {
                continue;
            }
            match Mac::parse(entry.value.trim()) {
                None => {
                    let message = format!("'{}' is not a MAC address", entry.shown());
                    reporter.at_value(entry, message).help("write it as 00:50:56:XX:YY:ZZ");
                }
                Some(mac) if mac.is_multicast() => {
                    let message = format!("'{}' is a group address", entry.shown());
                    reporter.at_value(entry, message).help("make the first pair of digits even");
                }
                Some(_) => {}
            }
        }
    }
}

pub(super) fn reserved_mac(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_range(context, reporter, MacRange::Reserved);
}

pub(super) fn mac_outside_range(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_range(context, reporter, MacRange::Other);
}

fn report_range(context: &LintContext<'_>, reporter: &mut Reporter<'_>, range: MacRange) {
    for adapter in adapters(context).filter(|adapter| address_type(adapter) == "static") {
        let Some(entry) = adapter.entry("address") else { continue };
        let found = Mac::parse(entry.value.trim()).map(Mac::range);
        if found != Some(range) || adapter.entry("checkmacaddress").is_some_and(IndexedEntry::is_false) {
            continue;
        }
        let message = match range {
            MacRange::Reserved => format!("'{}' is in a range that VMware assigns itself", entry.shown()),
            _ => format!("'{}' is outside VMware's range of static addresses", entry.shown()),
        };
        let help = format!(
            "use 00:50:56:00:00:00 to 00:50:56:3F:FF:FF, or set {adapter}.checkMACAddress = \"FALSE\""
        );
        let finding = reporter.at_value(entry, message);
        finding.help(help);
        // vSphere writes such addresses itself, for networks of NSX and VMs that came from other hosts.
        let is_of_vsphere = ["networkname", "opaquenetwork.id", "dvs.switchid"]
            .iter()
            .any(|key| adapter.entry(key).is_some());
        if range == MacRange::Other && is_of_vsphere {
            finding.capped_at(Severity::Note);
        }
    }
}

pub(super) fn unused_address(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for adapter in adapters(context) {
        let Some(entry) = adapter.entry("address") else { continue };
        let address_type = address_type(&adapter);
        if entry.value.is_empty() || address_type == "static" {
            continue;
        }
        let reason = match &*address_type {
            "" => "the address type is not set".to_owned(),
            address_type => format!("the address type is '{address_type}'"),
        };
        let message = format!("'{}' has no effect: {reason}", entry.key());
        reporter.at_key(entry, message).help(format!("set {adapter}.addressType = \"static\""));
    }
}

pub(super) fn static_without_address(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for adapter in adapters(context).filter(|adapter| address_type(adapter) == "static") {
        let Some(entry) = adapter.entry("addresstype") else { continue };
        if adapter.value("address").is_none_or(str::is_empty) {
            let message = format!("the address type of {adapter} is static, but it has no address");
            let help = format!("set {adapter}.address, or set {adapter}.addressType = \"generated\"");
            reporter.at_value(entry, message).help(help);
        }
    }
}

pub(super) fn same_mac(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let mut seen: HashMap<Mac, &IndexedEntry<'_>> = HashMap::new();
    for adapter in adapters(context) {
        let is_static = address_type(&adapter) == "static";
        let key = if is_static { "address" } else { "generatedaddress" };
        let Some(entry) = adapter.entry(key) else { continue };
        let Some(mac) = Mac::parse(entry.value.trim()) else { continue };
        if let Some(other) = seen.get(&mac) {
            let (address, other, line) = (entry.shown(), other.key(), other.line());
            let message = format!("'{address}' is also the address of '{other}' on line {line}");
            reporter.at_value(entry, message).help("give one of the adapters another address");
        } else {
            seen.insert(mac, entry);
        }
    }
}

/// Returns the adapters that are not turned off.
fn adapters<'s, 'a>(context: &'s LintContext<'a>) -> impl Iterator<Item = Device<'s, 'a>> {
    context.devices("ethernet").filter(|adapter| adapter.entry("present").is_none_or(IndexedEntry::is_true))
}

/// Returns the value of `addressType` in lower case, or nothing.
fn address_type(adapter: &Device<'_, '_>) -> String {
    adapter.value("addresstype").unwrap_or_default().to_ascii_lowercase()
}
