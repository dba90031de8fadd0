//! When two values that are spelled differently mean the same to VMware.
//!
//! The rules know a few families of keys, but not the type of each key: a comparison must be right for unknown keys
//! too.

/// Keys with free text, in lower case: every character counts.
const TEXT_KEYS: [&str; 5] = ["annotation", "displayname", "serialnumber", "board-id", "hw.model"];

/// Ends of keys with free text, in lower case.
const TEXT_KEY_ENDS: [&str; 8] = [
    ".filename",
    ".networkname",
    ".displayname",
    ".description",
    ".guestname",
    ".hostpath",
    ".password",
    ".endpoint",
];

/// Returns whether a drive with this `fileName` has no image: ESXi and Workstation write such names.
pub fn is_empty_drive(file_name: &str) -> bool {
    ["emptyBackingString", "auto detect"].iter().any(|known| file_name.eq_ignore_ascii_case(known))
}

/// Returns whether VMware reads `a` and `b` as one value of `key`.
///
/// - [`boolean`]s are read in any case; libvirt and virt-v2v agree.
/// - `1` and `0` mean `TRUE` and `FALSE` in `time.synchronize.*`, `*.virtualSSD` and `disk.EnableUUID`, where products and
///   guides write either. Readers of other booleans reject them, so there they differ.
/// - Whole numbers are read by `strtol` with base 0 (open-vm-tools `lib/misc/strutil.c`): `0x400` equals `1024`. A number
///   with a leading zero equals only itself, because it is unknown whether a product reads it as octal.
/// - In free text (`annotation`, `guestinfo.*`, names of files and networks) every character counts.
pub fn values_equal(key: &str, a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    // Most values are neither, and need no look at the key.
    let are_booleans = possible_boolean(a).is_some() && possible_boolean(b).is_some();
    let same_number = number(a).zip(number(b)).is_some_and(|(a, b)| a == b);
    if !are_booleans && !same_number {
        return false;
    }
    let key = key.to_ascii_lowercase();
    if is_text(&key) {
        return false;
    }
    same_number || boolean_of(&key, a).zip(boolean_of(&key, b)).is_some_and(|(a, b)| a == b)
}

fn is_text(key: &str) -> bool {
    TEXT_KEYS.contains(&key)
        || key.starts_with("guestinfo.")
        || TEXT_KEY_ENDS.iter().any(|end| key.ends_with(end))
}

/// Returns whether a value of `key` may be a boolean: not if it is free text.
pub(crate) fn may_be_boolean(key: &str) -> bool {
    !is_text(&key.to_ascii_lowercase())
}

/// Returns the boolean that every product reads from a value: `TRUE` or `FALSE`, in any case.
///
/// Source: open-vm-tools, lib/rpcVmx/rpcvmx.c.
pub fn boolean(value: &str) -> Option<bool> {
    if value.eq_ignore_ascii_case("TRUE") {
        Some(true)
    } else {
        value.eq_ignore_ascii_case("FALSE").then_some(false)
    }
}

/// Returns the boolean of a value that may be read as one: also of `1` and `0`. Whether VMware reads these differs between
/// keys, so callers that must not overlook a setting use this.
pub(crate) fn possible_boolean(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => boolean(value),
    }
}

fn boolean_of(key: &str, value: &str) -> Option<bool> {
    if takes_digits(key) { possible_boolean(value) } else { boolean(value) }
}

fn takes_digits(key: &str) -> bool {
    key.starts_with("time.synchronize.") || key.ends_with(".virtualssd") || key == "disk.enableuuid"
}

fn number(value: &str) -> Option<i128> {
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, value.strip_prefix('+').unwrap_or(value)),
    };
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let (base, digits) = hex.map_or((10, digits), |digits| (16, digits));
    let is_plain = digits.chars().all(|c| c.is_digit(base)) && (base == 16 || !is_octal(digits));
    let size = is_plain.then(|| i128::from_str_radix(digits, base).ok()).flatten()?;
    Some(sign * size)
}

fn is_octal(digits: &str) -> bool {
    digits.len() > 1 && digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::{may_be_boolean, values_equal};

    #[test]
    fn free_text_is_never_a_boolean() {
        assert!(may_be_boolean("floppy0.present") && may_be_boolean("my.key"));
        assert!(
            !may_be_boolean("DisplayName")
                && !may_be_boolean("guestinfo.x")
                && !may_be_boolean("ide0:0.fileName")
        );
    }

    #[test]
    fn booleans_and_numbers_compare_as_they_are_read() {
        for (key, old, new) in [
            ("floppy0.present", "TRUE", "true"),
            ("floppy0.present", "False", "FALSE"),
            ("scsi0:0.virtualSSD", "1", "true"),
            ("disk.enableUUID", "TRUE", "1"),
            ("time.synchronize.restore", "0", "FALSE"),
            ("memsize", "1024", "0x400"),
            ("vmci0.id", "-16", "-0x10"),
            ("sched.cpu.min", "+5", "5"),
        ] {
            assert!(values_equal(key, old, new), "{key}: {old} {new}");
            assert!(values_equal(key, new, old), "{key}: {new} {old}");
        }
    }

    #[test]
    fn values_that_may_differ_are_not_equal() {
        for (key, old, new) in [
            ("floppy0.present", "TRUE", "1"),
            ("floppy0.present", "TRUE", "yes"),
            ("floppy0.present", "TRUE", "FALSE"),
            ("firmware", "efi", "EFI"),
            ("memsize", "010", "10"),
            ("memsize", "010", "8"),
            ("memsize", "", "0"),
            ("memsize", "-", "0"),
            ("memsize", "0x", "0"),
            ("memsize", "1_0", "10"),
            ("displayName", "True", "TRUE"),
            ("guestinfo.x", "0x10", "16"),
            ("ide0:0.fileName", "true", "TRUE"),
        ] {
            assert!(!values_equal(key, old, new), "{key}: {old} {new}");
        }
    }
}
