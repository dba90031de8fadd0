//! Network adapters' addresses.

use std::collections::HashMap;

use super::{Findings, Item, Needs, Rule, Severity, Subject};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX090",
        name: "malformed-mac",
        severity: Severity::Error,
        title: "VMware does not take this for the address of a network adapter",
        explanation: "A MAC address is six pairs of hexadecimal digits divided by colons, 00:50:56:12:34:56. The first pair must be \
            even: an odd one makes it a group address, which no adapter can have.",
        source: "libvirt vmx.c, virMACAddrParse; IEEE 802",
        needs: Needs::Document,
        check: malformed_mac,
    },
    Rule {
        code: "VMX091",
        name: "reserved-mac",
        severity: Severity::Error,
        title: "VMware refuses a static address from the ranges that it hands out itself",
        explanation: "VMware makes addresses that start with 00:0C:29, 00:05:69 or 00:50:56:40 to FF itself. A static address from \
            there conflicts with VMware's reserved MACs: the VM does not power on, or the adapter stays disconnected. \
            Static addresses are 00:50:56:00:00:00 to 00:50:56:3F:FF:FF. checkMACAddress = \"FALSE\" turns the test off.",
        source: "VMware GSX Server 3 administration guide, Setting MAC Addresses Manually; vSphere 6.0 Troubleshooting, Attempt \
            to Power On a Virtual Machine Fails Due to a MAC Address Conflict",
        needs: Needs::Document,
        check: |subject, findings| static_range(subject, findings, Range::Reserved),
    },
    Rule {
        code: "VMX092",
        name: "foreign-mac",
        severity: Severity::Warning,
        title: "some products refuse a static address outside VMware's range",
        explanation: "Static addresses are meant to be 00:50:56:00:00:00 to 00:50:56:3F:FF:FF. Others are refused unless \
            ethernetN.checkMACAddress = \"FALSE\" says that they are meant.",
        source: "libvirt src/vmx/vmx.c; terraform-provider-esxi guest_functions.go",
        needs: Needs::Document,
        check: |subject, findings| static_range(subject, findings, Range::Foreign),
    },
    Rule {
        code: "VMX093",
        name: "unused-address",
        severity: Severity::Warning,
        title: "VMware uses an adapter's address only where addressType says static",
        explanation: "ethernetN.address counts with ethernetN.addressType = \"static\". Without that VMware makes an address of its \
            own, and the one that stands in the file has no effect.",
        source: "libvirt src/vmx/vmx.c; VMware GSX Server 3 administration guide",
        needs: Needs::Document,
        check: unused_address,
    },
    Rule {
        code: "VMX094",
        name: "static-without-address",
        severity: Severity::Warning,
        title: "an adapter with a static address needs the address",
        explanation: "ethernetN.addressType = \"static\" says that ethernetN.address holds the address. Where it is missing \
            VMware has none to give to the adapter. Add it, or let VMware make one: addressType = \"generated\".",
        source: "libvirt src/vmx/vmx.c, virVMXParseEthernet: the address of a static adapter is ethernetN.address",
        needs: Needs::Document,
        check: static_without_address,
    },
    Rule {
        code: "VMX095",
        name: "same-mac",
        severity: Severity::Warning,
        title: "two adapters with one address hinder each other",
        explanation: "Two adapters of a VM on one network with the same MAC address lose packets, and VMware may refuse to connect \
            the second. It comes from copying an adapter's entries. Give one its own address, or remove its generatedAddress \
            so that VMware makes one.",
        source: "VMware vSphere 6.0 Troubleshooting, Duplicate MAC Addresses of Virtual Machines on the Same Network",
        needs: Needs::Document,
        check: same_mac,
    },
];

/// Adapters that are not plainly absent.
fn adapters<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = String> + 's {
    let names = subject.units("ethernet").into_iter().map(|number| format!("ethernet{number}"));
    names.filter(|name| subject.item(&format!("{name}.present")).is_none_or(Item::is_true))
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let parts: Vec<&str> = text.trim().split([':', '-']).collect();
    let bytes = parts.iter().map(|part| u8::from_str_radix(part, 16).ok().filter(|_| part.len() <= 2));
    bytes.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

fn address_type(subject: &Subject<'_>, adapter: &str) -> String {
    subject.value(&format!("{adapter}.addresstype")).unwrap_or_default().to_ascii_lowercase()
}

fn malformed_mac(subject: &Subject<'_>, findings: &mut Findings) {
    for adapter in adapters(subject) {
        for key in ["address", "generatedaddress"] {
            let Some(item) = subject.item(&format!("{adapter}.{key}")) else { continue };
            if item.value.is_empty() {
                continue;
            }
            match mac(&item.value) {
                None => {
                    let message = format!("'{}' is no MAC address", item.shown());
                    findings.at_value(item, message).help("write it as 00:50:56:XX:YY:ZZ");
                }
                Some([first, ..]) if first & 1 == 1 => {
                    let message = format!("'{}' is the address of a group of adapters", item.shown());
                    findings.at_value(item, message).help("make the first pair of digits even");
                }
                Some(_) => {}
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    Reserved,
    Foreign,
}

fn static_range(subject: &Subject<'_>, findings: &mut Findings, wanted: Range) {
    for adapter in adapters(subject).filter(|adapter| address_type(subject, adapter) == "static") {
        let unchecked = subject
            .value(&format!("{adapter}.checkmacaddress"))
            .is_some_and(|value| value.eq_ignore_ascii_case("FALSE"));
        let Some(item) = subject.item(&format!("{adapter}.address")) else { continue };
        let range = match mac(&item.value) {
            Some([0, 0x50, 0x56, 0..=0x3F, ..]) | None => continue,
            Some([0, 0x50, 0x56, ..] | [0, 0x0C, 0x29, ..] | [0, 0x05, 0x69, ..]) => Range::Reserved,
            Some(_) => Range::Foreign,
        };
        if range != wanted || unchecked {
            continue;
        }
        let message = match range {
            Range::Reserved => format!("'{}' is an address that VMware hands out itself", item.shown()),
            Range::Foreign => format!("'{}' is outside VMware's range of static addresses", item.shown()),
        };
        let help = format!(
            "use 00:50:56:00:00:00 to 00:50:56:3F:FF:FF, or set {adapter}.checkMACAddress = \"FALSE\""
        );
        findings.at_value(item, message).help(help);
    }
}

fn unused_address(subject: &Subject<'_>, findings: &mut Findings) {
    for adapter in adapters(subject) {
        let Some(item) = subject.item(&format!("{adapter}.address")) else { continue };
        let kind = address_type(subject, &adapter);
        if item.value.is_empty() || kind == "static" {
            continue;
        }
        let why = match &*kind {
            "" => "nothing says that the address is static".to_owned(),
            kind => format!("the address type is '{kind}'"),
        };
        let message = format!("'{}' has no effect: {why}", item.key());
        findings.at_key(item, message).help(format!("set {adapter}.addressType = \"static\""));
    }
}

fn static_without_address(subject: &Subject<'_>, findings: &mut Findings) {
    for adapter in adapters(subject).filter(|adapter| address_type(subject, adapter) == "static") {
        let Some(item) = subject.item(&format!("{adapter}.addresstype")) else { continue };
        if subject.value(&format!("{adapter}.address")).is_none_or(str::is_empty) {
            let message = format!("{adapter} has no address, and its address type is static");
            findings.at_value(item, message).help("add the address, or say \"generated\"");
        }
    }
}

fn same_mac(subject: &Subject<'_>, findings: &mut Findings) {
    let mut seen: HashMap<[u8; 6], &Item<'_>> = HashMap::new();
    for adapter in adapters(subject) {
        let key = if address_type(subject, &adapter) == "static" { "address" } else { "generatedaddress" };
        let Some(item) = subject.item(&format!("{adapter}.{key}")) else { continue };
        let Some(mac) = mac(&item.value) else { continue };
        if let Some(other) = seen.get(&mac) {
            let message = format!(
                "'{}' is the address of '{}' too, on line {}",
                item.shown(),
                other.key(),
                other.line()
            );
            findings.at_value(item, message).help("give one of them an address of its own");
        } else {
            seen.insert(mac, item);
        }
    }
}
