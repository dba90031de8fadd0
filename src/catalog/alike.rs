//! When two values that are spelled differently mean the same to VMware. It knows no types of keys: only what holds for
//! every key that is no free text.

/// Keys with free text, in lower case: every character of a name or a note counts.
const TEXT: [&str; 5] = ["annotation", "displayname", "serialnumber", "board-id", "hw.model"];

/// The same at the end of a key.
const TEXT_ENDS: [&str; 8] = [
    ".filename",
    ".networkname",
    ".displayname",
    ".description",
    ".guestname",
    ".hostpath",
    ".password",
    ".endpoint",
];

/// Whether VMware reads `old` and `new` as one value of `key`.
///
/// - `TRUE` and `FALSE` are read in any case (open-vm-tools `lib/rpcVmx/rpcvmx.c`; libvirt and virt-v2v alike).
/// - `1` and `0` stand for them in `time.synchronize.*`, `*.virtualSSD` and `disk.EnableUUID`, where products and
///   guides write either; other readers of booleans refuse them, so that elsewhere they differ.
/// - Whole numbers are read by `strtol` with base 0 (open-vm-tools `lib/misc/strutil.c`): `0x400` is `1024`. One with a
///   leading zero is alike to itself alone: whether a product takes it for octal is not known.
pub fn alike(key: &str, old: &str, new: &str) -> bool {
    if old == new {
        return true;
    }
    let key = key.to_ascii_lowercase();
    if is_text(&key) {
        return false;
    }
    let same_truth = truth(&key, old).zip(truth(&key, new)).is_some_and(|(old, new)| old == new);
    same_truth || number(old).zip(number(new)).is_some_and(|(old, new)| old == new)
}

fn is_text(key: &str) -> bool {
    TEXT.contains(&key) || key.starts_with("guestinfo.") || TEXT_ENDS.iter().any(|end| key.ends_with(end))
}

fn truth(key: &str, value: &str) -> Option<bool> {
    match value {
        _ if value.eq_ignore_ascii_case("true") => Some(true),
        _ if value.eq_ignore_ascii_case("false") => Some(false),
        "1" if takes_digits(key) => Some(true),
        "0" if takes_digits(key) => Some(false),
        _ => None,
    }
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
    use super::alike;

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
            assert!(alike(key, old, new), "{key}: {old} {new}");
            assert!(alike(key, new, old), "{key}: {new} {old}");
        }
    }

    #[test]
    fn what_is_not_known_to_be_one_value_is_two() {
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
            assert!(!alike(key, old, new), "{key}: {old} {new}");
        }
    }
}
