//! Rules for values that do not have the type of their key, and for misspelled keys.

use crate::catalog::{self, ValueType};
use crate::check::Severity;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::reporter::Reporter;

/// Returns the entries of known keys whose values are not empty.
fn known<'s, 'a>(context: &'s LintContext<'a>) -> impl Iterator<Item = (&'s IndexedEntry<'a>, ValueType)> {
    let entries = context.known().filter(|(entry, _)| !entry.value.trim().is_empty());
    entries.map(|(entry, known)| (entry, known.value_type))
}

/// Returns the known entries whose values, without spaces around them, do not have their type. Other rules report
/// placeholders, and values in other quotes than VMware's.
fn mistyped<'s, 'a>(context: &'s LintContext<'a>) -> impl Iterator<Item = (&'s IndexedEntry<'a>, ValueType)> {
    known(context)
        .filter(|(entry, value_type)| !value_type.accepts(entry.value.trim()) && !entry.is_unfinished())
}

/// Returns the message for a value that does not have its type.
fn mistyped_message(entry: &IndexedEntry<'_>, value_type: &ValueType) -> String {
    format!("'{}' must be {value_type}, not '{}'", entry.key(), entry.shown())
}

pub(super) fn not_a_boolean(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for (entry, value_type) in
        mistyped(context).filter(|(_, value_type)| matches!(value_type, ValueType::Boolean | ValueType::Flag))
    {
        let meant = match &*entry.value.trim().to_ascii_lowercase() {
            "1" | "yes" | "on" | "y" | "t" | "true." => Some("TRUE"),
            "0" | "no" | "off" | "n" | "f" | "false." => Some("FALSE"),
            _ => None,
        };
        let finding = reporter.at_value(entry, mistyped_message(entry, &value_type));
        if let Some(meant) = meant {
            finding.help(format!("set {} = \"{meant}\"", entry.key()));
        }
        if matches!(&*entry.value, "0" | "1") {
            finding.capped_at(Severity::Note);
        }
    }
}

fn integer(value: &str) -> Option<i128> {
    value.trim().parse().ok()
}

pub(super) fn not_a_number(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for (entry, value_type) in
        mistyped(context).filter(|(_, value_type)| matches!(value_type, ValueType::Integer { .. }))
    {
        if integer(&entry.value).is_none() {
            reporter.at_value(entry, mistyped_message(entry, &value_type)).help("write only digits");
        }
    }
}

pub(super) fn out_of_range(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for (entry, value_type) in
        mistyped(context).filter(|(_, value_type)| matches!(value_type, ValueType::Integer { .. }))
    {
        if integer(&entry.value).is_some() {
            reporter.at_value(entry, mistyped_message(entry, &value_type));
        }
    }
}

pub(super) fn unknown_choice(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    // Another rule reports an optical drive on an NVMe controller.
    let is_optical_nvme = |entry: &IndexedEntry<'_>| {
        entry.name.starts_with("nvme") && entry.value.to_ascii_lowercase().contains("cdrom")
    };
    for (entry, value_type) in mistyped(context)
        .filter(|(entry, value_type)| matches!(value_type, ValueType::Choice(_)) && !is_optical_nvme(entry))
    {
        reporter
            .at_value(entry, mistyped_message(entry, &value_type))
            .help("look up the values that your product accepts");
    }
}

pub(super) fn malformed_value(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let is_formed =
        |value_type: &ValueType| matches!(value_type, ValueType::Uuid | ValueType::Base64 | ValueType::Bits);
    for (entry, value_type) in mistyped(context).filter(|(_, value_type)| is_formed(value_type)) {
        reporter.at_value(entry, format!("the value of '{}' is not {value_type}", entry.key()));
    }
}

pub(super) fn misspelled_key(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for entry in context.unknown() {
        let Some(meant) = catalog::suggest_for_unknown(&entry.name) else { continue };
        let message = format!("'{}' is not a known key", entry.key());
        let help = match context.entry(&meant.to_ascii_lowercase()) {
            Some(other) => format!("remove it: '{meant}' is set on line {}", other.line()),
            None => format!("rename it to {meant} if that is the intended key"),
        };
        reporter.at_key(entry, message).help(help);
    }
}

pub(super) fn one_shot(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if let Some(entry) = context.entry("bios.forcesetuponce").filter(|entry| entry.is_true()) {
        reporter.at_value(entry, format!("'{}' applies only to the next power-on", entry.key()));
    }
}

pub(super) fn placeholder(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let mut found = context.entries.iter().filter(|entry| entry.is_placeholder());
    let Some(first) = found.next() else { return };
    let message = match found.count() {
        0 => format!("the value of '{}' is a placeholder", first.key()),
        others => format!("the value of '{}' is a placeholder, as are {others} more", first.key()),
    };
    reporter.at_value(first, message).help("check the file that is made from this template");
}

pub(super) fn spaces_around_value(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let has_spaces = |entry: &IndexedEntry<'_>| entry.value.trim().len() < entry.value.len();
    for (entry, value_type) in known(context).filter(|(entry, _)| has_spaces(entry)) {
        let is_free_text = matches!(value_type, ValueType::Text | ValueType::Path | ValueType::Base64);
        // The type of guestOS accepts any text: VMware knows ids that the catalog lacks.
        let is_refused = value_type == ValueType::GuestOs || !value_type.accepts(&entry.value);
        if !is_free_text && value_type.accepts(entry.value.trim()) && is_refused {
            let message = format!("the value of '{}' has spaces around it", entry.key());
            reporter.at_value(entry, message).help("remove the spaces inside the quotes");
        }
    }
}
