//! Values that are not of their key's type, and keys that are no keys.

use super::{Findings, Item, Needs, Rule, Severity, Subject};
use crate::catalog::{self, ValueType};

const CATALOG: &str = "the catalogue of keys, which names a source for each";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "VMX040",
        name: "not-a-boolean",
        severity: Severity::Warning,
        title: "VMware takes the default where a value is neither TRUE nor FALSE",
        explanation: "Booleans are TRUE and FALSE, in any case. Strict readers, VMware's own among them, take the default for \
            anything else, such as yes or on. 1 and 0 work for a few keys; for the others this is a note.",
        source: "open-vm-tools lib/rpcVmx/rpcvmx.c; libvirt vmx.c, virVMXGetConfigBoolean",
        needs: Needs::Catalog,
        check: not_a_boolean,
    },
    Rule {
        code: "VMX041",
        name: "not-a-number",
        severity: Severity::Warning,
        title: "VMware cannot read a number that has other characters in it",
        explanation: "Numbers are written in decimal digits alone, with a minus where they may be negative: no unit, no separator, \
            no 0x. The unit belongs to the key: memsize counts megabytes.",
        source: CATALOG,
        needs: Needs::Catalog,
        check: not_a_number,
    },
    Rule {
        code: "VMX042",
        name: "out-of-range",
        severity: Severity::Warning,
        title: "VMware refuses or cuts a number outside its range",
        explanation: "The key takes numbers of a certain range, and this one is outside of it. Limits that depend on the hardware \
            version have rules of their own.",
        source: CATALOG,
        needs: Needs::Catalog,
        check: out_of_range,
    },
    Rule {
        code: "VMX043",
        name: "unknown-choice",
        severity: Severity::Warning,
        title: "VMware takes the default, or refuses, where a value is none of its key's words",
        explanation: "The key takes one of a few words, in any case. This one is not among those that are known; a new product may \
            know more.",
        source: CATALOG,
        needs: Needs::Catalog,
        check: unknown_choice,
    },
    Rule {
        code: "VMX044",
        name: "malformed-value",
        severity: Severity::Warning,
        title: "VMware cannot read a value that is not of its key's form",
        explanation: "UUIDs are 16 bytes in hexadecimal, processor masks 32 characters of 0, 1, -, R, H, T and X, base64 has its \
            64 letters and the padding. A character too many or too few makes the value useless.",
        source: CATALOG,
        needs: Needs::Catalog,
        check: malformed_value,
    },
    Rule {
        code: "VMX045",
        name: "misspelt-key",
        severity: Severity::Warning,
        title: "VMware ignores a key that it does not know, without a word",
        explanation: "VMware has thousands of keys, and one that is unknown here is normal. This one is unknown and a letter or two \
            away from one that is known. vhu.enable, for vhv.enable, has been copied from page to page.",
        source: "gist icedterminal/b0bacf60 and others (vhu.enable); the catalogue of keys",
        needs: Needs::Catalog,
        check: misspelt_key,
    },
    Rule {
        code: "VMX046",
        name: "one-shot",
        severity: Severity::Note,
        title: "VMware sets this back by itself after the next power-on",
        explanation: "These settings work once: VMware writes them back to FALSE. A template or a script that expects to find them \
            again does not.",
        source: "govmomi vim25/types/types.go, EnterBIOSSetup: the virtual machine resets this flag to false",
        needs: Needs::Document,
        check: one_shot,
    },
    Rule {
        code: "VMX047",
        name: "blanks-around-value",
        severity: Severity::Warning,
        title: "blanks inside the quotes belong to the value",
        explanation: "\" TRUE\" is neither TRUE nor FALSE, and \"512 \" is no number to a strict reader. Take the blanks out of the \
            quotes.",
        source: "open-vm-tools lib/dict/dictll.c: a quoted value is taken as it is",
        needs: Needs::Catalog,
        check: blanks_around_value,
    },
];

/// Entries that the catalogue knows and that say something.
fn known<'s, 'a>(subject: &'s Subject<'a>) -> impl Iterator<Item = (&'s Item<'a>, ValueType)> {
    let said = subject.known().filter(|(item, _)| !item.value.trim().is_empty());
    said.map(|(item, known)| (item, known.kind))
}

/// Those whose values are not of their type, blanks around them left aside.
fn strange<'s, 'a>(subject: &'s Subject<'a>) -> impl Iterator<Item = (&'s Item<'a>, ValueType)> {
    known(subject).filter(|(item, kind)| !kind.accepts(item.value.trim()))
}

fn says_instead(item: &Item<'_>, kind: &ValueType) -> String {
    format!("'{}' takes {kind}, not '{}'", item.key(), item.shown())
}

fn not_a_boolean(subject: &Subject<'_>, findings: &mut Findings) {
    for (item, kind) in
        strange(subject).filter(|(_, kind)| matches!(kind, ValueType::Boolean | ValueType::Flag))
    {
        let meant = match &*item.value.trim().to_ascii_lowercase() {
            "1" | "yes" | "on" | "y" | "t" | "true." => Some("TRUE"),
            "0" | "no" | "off" | "n" | "f" | "false." => Some("FALSE"),
            _ => None,
        };
        let finding = findings.at_value(item, says_instead(item, &kind));
        if let Some(meant) = meant {
            finding.help(format!("say \"{meant}\""));
        }
        if matches!(&*item.value, "0" | "1") {
            finding.at_most(Severity::Note);
        }
    }
}

fn integer(value: &str) -> Option<i128> {
    value.trim().parse().ok()
}

fn not_a_number(subject: &Subject<'_>, findings: &mut Findings) {
    for (item, kind) in strange(subject).filter(|(_, kind)| matches!(kind, ValueType::Integer { .. })) {
        if integer(&item.value).is_none() {
            findings.at_value(item, says_instead(item, &kind)).help("write digits alone");
        }
    }
}

fn out_of_range(subject: &Subject<'_>, findings: &mut Findings) {
    for (item, kind) in strange(subject).filter(|(_, kind)| matches!(kind, ValueType::Integer { .. })) {
        if integer(&item.value).is_some() {
            findings.at_value(item, says_instead(item, &kind));
        }
    }
}

fn unknown_choice(subject: &Subject<'_>, findings: &mut Findings) {
    for (item, kind) in strange(subject).filter(|(_, kind)| matches!(kind, ValueType::Choice(_))) {
        findings.at_value(item, says_instead(item, &kind)).help("look the word up for your product");
    }
}

fn malformed_value(subject: &Subject<'_>, findings: &mut Findings) {
    let is_formed = |kind: &ValueType| matches!(kind, ValueType::Uuid | ValueType::Base64 | ValueType::Bits);
    for (item, kind) in strange(subject).filter(|(_, kind)| is_formed(kind)) {
        findings.at_value(item, format!("the value of '{}' is not {kind}", item.key()));
    }
}

fn misspelt_key(subject: &Subject<'_>, findings: &mut Findings) {
    for item in &subject.items {
        let Some(meant) = catalog::suggest_key(&item.name) else { continue };
        let message = format!("'{}' is not a key that is known", item.key());
        let help = match subject.item(&meant.to_ascii_lowercase()) {
            Some(other) => format!("'{meant}' is; it stands on line {}", other.line()),
            None => format!("'{meant}' is: `vmxedit rename FILE {} {meant}`", item.key()),
        };
        findings.at_key(item, message).help(help);
    }
}

fn one_shot(subject: &Subject<'_>, findings: &mut Findings) {
    for name in ["bios.forcesetuponce", "macosguest.forcerecoverymodeinstall"] {
        if let Some(item) = subject.item(name).filter(|item| item.is_true()) {
            findings.at_value(item, format!("'{}' holds for the next power-on alone", item.key()));
        }
    }
}

fn blanks_around_value(subject: &Subject<'_>, findings: &mut Findings) {
    let has_blanks = |item: &Item<'_>| item.value.trim().len() < item.value.len();
    for (item, kind) in known(subject).filter(|(item, _)| has_blanks(item)) {
        let loose = matches!(kind, ValueType::Text | ValueType::Path | ValueType::Base64);
        if !loose && kind.accepts(item.value.trim()) && !kind.accepts(&item.value) {
            let message = format!("the value of '{}' has blanks around it", item.key());
            findings.at_value(item, message).help("take the blanks out of the quotes");
        }
    }
}
