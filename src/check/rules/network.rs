//! Rules for the addresses of network adapters.

use std::collections::HashMap;

use crate::check::context::{IndexedEntry, LintContext};
use crate::check::reporter::Reporter;

pub(super) fn malformed_mac(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for adapter in adapters(context) {
        for key in ["address", "generatedaddress"] {
            let Some(entry) = context.entry(&format!("{adapter}.{key}")) else { continue };
            if entry.value.is_empty() {
                continue;
            }
            match parse_mac(&entry.value) {
                None => {
                    let message = format!("'{}' is not a MAC address", entry.shown());
                    reporter.at_value(entry, message).help("write it as 00:50:56:XX:YY:ZZ");
                }
                Some([first, ..]) if first & 1 == 1 => {
                    let message = format!("'{}' is a group address", entry.shown());
                    reporter.at_value(entry, message).help("make the first pair of digits even");
                }
                Some(_) => {}
            }
        }
    }
}

pub(super) fn reserved_mac(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_range(context, reporter, Range::Reserved);
}

pub(super) fn mac_outside_range(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    report_range(context, reporter, Range::Other);
}

/// The range of a MAC address that VMware does not use for static addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    /// VMware assigns these addresses itself.
    Reserved,
    Other,
}

fn report_range(context: &LintContext<'_>, reporter: &mut Reporter<'_>, range: Range) {
    for adapter in adapters(context).filter(|adapter| address_type(context, adapter) == "static") {
        let check = context.value(&format!("{adapter}.checkmacaddress"));
        let Some(entry) = context.entry(&format!("{adapter}.address")) else { continue };
        let found = match parse_mac(&entry.value) {
            Some([0, 0x50, 0x56, 0..=0x3F, ..]) | None => continue,
            Some([0, 0x50, 0x56, ..] | [0, 0x0C, 0x29, ..] | [0, 0x05, 0x69, ..]) => Range::Reserved,
            Some(_) => Range::Other,
        };
        if found != range || check.is_some_and(|value| value.eq_ignore_ascii_case("FALSE")) {
            continue;
        }
        let message = match range {
            Range::Reserved => format!("'{}' is in a range that VMware assigns itself", entry.shown()),
            Range::Other => format!("'{}' is outside VMware's range of static addresses", entry.shown()),
        };
        let help = format!(
            "use 00:50:56:00:00:00 to 00:50:56:3F:FF:FF, or set {adapter}.checkMACAddress = \"FALSE\""
        );
        reporter.at_value(entry, message).help(help);
    }
}

pub(super) fn unused_address(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for adapter in adapters(context) {
        let Some(entry) = context.entry(&format!("{adapter}.address")) else { continue };
        let address_type = address_type(context, &adapter);
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
    for adapter in adapters(context).filter(|adapter| address_type(context, adapter) == "static") {
        let Some(entry) = context.entry(&format!("{adapter}.addresstype")) else { continue };
        if context.value(&format!("{adapter}.address")).is_none_or(str::is_empty) {
            let message = format!("the address type of {adapter} is static, but it has no address");
            let help = format!("set {adapter}.address, or set {adapter}.addressType = \"generated\"");
            reporter.at_value(entry, message).help(help);
        }
    }
}

pub(super) fn same_mac(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let mut seen: HashMap<[u8; 6], &IndexedEntry<'_>> = HashMap::new();
    for adapter in adapters(context) {
        let is_static = address_type(context, &adapter) == "static";
        let key = if is_static { "address" } else { "generatedaddress" };
        let Some(entry) = context.entry(&format!("{adapter}.{key}")) else { continue };
        let Some(mac) = parse_mac(&entry.value) else { continue };
        if let Some(other) = seen.get(&mac) {
            let (address, other, line) = (entry.shown(), other.key(), other.line());
            let message = format!("'{address}' is also the address of '{other}' on line {line}");
            reporter.at_value(entry, message).help("give one of the adapters another address");
        } else {
            seen.insert(mac, entry);
        }
    }
}

/// Returns the names of the adapters, `ethernet0`, that are not turned off.
fn adapters<'s>(context: &'s LintContext<'_>) -> impl Iterator<Item = String> + 's {
    let names = context.device_numbers("ethernet").into_iter().map(|number| format!("ethernet{number}"));
    names.filter(|name| context.entry(&format!("{name}.present")).is_none_or(IndexedEntry::is_true))
}

/// Returns the value of `addressType` in lower case, or nothing.
fn address_type(context: &LintContext<'_>, adapter: &str) -> String {
    context.value(&format!("{adapter}.addresstype")).unwrap_or_default().to_ascii_lowercase()
}

/// Parses six groups of one or two hexadecimal digits, separated by `:` or `-`.
fn parse_mac(text: &str) -> Option<[u8; 6]> {
    let byte = |digits: &str| {
        let is_hex = digits.len() <= 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
    };
    let bytes: Option<Vec<u8>> = text.trim().split([':', '-']).map(byte).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_mac;

    #[test]
    fn only_hexadecimal_digits_make_a_mac_address() {
        assert_eq!(parse_mac("00:50:56:a:00:0F"), Some([0, 0x50, 0x56, 0x0A, 0, 0x0F]));
        assert_eq!(parse_mac("00-50-56-0a-00-0f"), Some([0, 0x50, 0x56, 0x0A, 0, 0x0F]));
        for text in ["00:50:56:+1:00:01", "00:50:56:00:01", "00:50:56:00:00:001", "00:50:56::00:01", ""] {
            assert_eq!(parse_mac(text), None, "{text}");
        }
    }
}
