//! The known key that was probably meant by an unknown one: a slip of the fingers, or another name for the same thing.
//!
//! VMware knows thousands of keys that the table lacks, so only what is hardly ever another key counts as a slip: a
//! letter that is doubled, lost, wrong or swapped with its neighbor in a word of four or more, `l` and `O` for the digits that
//! they resemble, and the number of a device that is missing or too many. Keys that differ in a whole word (`min` and
//! `max`), in an acronym (`HID` and `CCID`) or by an underscore in front, which switches a key off, are other keys.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{keys, pattern, table};

const SYNONYMS: &str = include_str!("synonyms.tsv");

/// Returns the known key that was probably meant by `name`, with the numbers of `name`; `None` if `name` is known, or
/// if no known key or more than one is as close. ASCII case is ignored.
///
/// Compares with every known key of about the same length.
pub fn suggest_key(name: &str) -> Option<String> {
    if keys::is_known(name) { None } else { suggest_for_unknown(name) }
}

/// As [`suggest_key`], for a name that is known to be unknown.
pub(crate) fn suggest_for_unknown(name: &str) -> Option<String> {
    const MIN_CHARS: usize = 6;
    /// About twice the length of the longest known key. The candidates take time quadratic in the length.
    const MAX_CHARS: usize = 128;
    if name.len() > MAX_CHARS {
        return None;
    }
    if let Some(key) = synonyms().get(name.to_ascii_lowercase().as_str()) {
        return Some((*key).to_owned());
    }
    if !name.is_ascii() || name.len() < MIN_CHARS {
        return None;
    }
    let shape = pattern::shape(name);
    let near = shape.len().saturating_sub(1)..=shape.len() + 1;
    let similar = near.filter_map(|length| by_length().get(&length)).flatten();
    let slips = similar.filter_map(|(shape_of_known, known)| corrected(name, &shape, shape_of_known, known));
    let mut candidates: Vec<String> =
        slips.chain(with_digits(name)).filter_map(|name| known_spelling(&name)).collect();
    candidates.sort_unstable();
    candidates.dedup();
    if let [_] = candidates[..] { candidates.pop() } else { None }
}

fn synonyms() -> &'static HashMap<&'static str, &'static str> {
    static SYNONYM_KEYS: OnceLock<HashMap<&str, &str>> = OnceLock::new();
    SYNONYM_KEYS.get_or_init(|| table::rows(SYNONYMS).map(|[synonym, key]| (synonym, key)).collect())
}

/// Returns the known key in VMware's spelling.
fn known_spelling(name: &str) -> Option<String> {
    keys::key(name).map(|known| known.name)
}

/// Returns the shapes and patterns of the known keys, by the length of the shape.
fn by_length() -> &'static HashMap<usize, Vec<(&'static str, &'static str)>> {
    static BY_LENGTH: OnceLock<HashMap<usize, Vec<(&'static str, &'static str)>>> = OnceLock::new();
    BY_LENGTH.get_or_init(|| {
        let mut by_length: HashMap<usize, Vec<_>> = HashMap::new();
        for (shape, known) in keys::patterns() {
            by_length.entry(shape.len()).or_default().push((shape, known));
        }
        by_length
    })
}

/// Returns `name` without the slip by which its shape differs from that of a known key, if there is exactly one.
fn corrected(name: &str, shape: &str, other: &str, known: &str) -> Option<String> {
    let (given, meant) = (shape.as_bytes(), other.as_bytes());
    let same = given.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (rest, expected) = (&given[same..], &meant[same..]);
    match (rest, expected) {
        // Swapped.
        ([a, b, rest @ ..], [c, d, expected @ ..])
            if (a, b) == (d, c)
                && rest == expected
                && is_in_word(known, same)
                && is_in_word(known, same + 1) =>
        {
            let at = offset(name, same);
            let mut bytes = name.as_bytes().to_vec();
            bytes.swap(at, at + 1);
            String::from_utf8(bytes).ok()
        }
        // Another letter. The first one makes another word, such as `uhci` of `xhci`.
        ([a, rest @ ..], [b, expected @ ..])
            if rest == expected
                && a.is_ascii_alphabetic()
                && b.is_ascii_alphabetic()
                && is_in_word(known, same)
                && !starts_word(known.as_bytes(), offset(known, same)) =>
        {
            let at = offset(name, same);
            Some(format!("{}{}{}", &name[..at], char::from(*b), &name[at + 1..]))
        }
        // Lost, or a missing number.
        (rest, [lost, expected @ ..]) if rest == expected => {
            let at = offset(name, same);
            let missing = match lost {
                b'#' if is_number_end(rest) => '0',
                letter if letter.is_ascii_alphabetic() && is_in_word(known, same) => char::from(*letter),
                _ => return None,
            };
            Some(format!("{}{missing}{}", &name[..at], &name[at..]))
        }
        // Doubled, or a number too many.
        ([extra, rest @ ..], expected) if rest == expected => {
            let at = offset(name, same);
            let end = offset(name, same + 1);
            let is_slip = match extra {
                b'#' => is_number_end(rest),
                letter => {
                    letter.is_ascii_alphabetic()
                        && same > 0
                        && given[same - 1] == *letter
                        && is_in_word(known, same - 1)
                }
            };
            is_slip.then(|| format!("{}{}", &name[..at], &name[end..]))
        }
        _ => None,
    }
}

/// Returns whether the rest of a shape follows the number of a device.
fn is_number_end(rest: &[u8]) -> bool {
    matches!(rest.first(), Some(b'.' | b':'))
}

/// Returns where the character `at` of the shape of `name` is in `name`.
fn offset(name: &str, at: usize) -> usize {
    let bytes = name.as_bytes();
    let continues = |at: usize| at > 0 && bytes[at].is_ascii_digit() && bytes[at - 1].is_ascii_digit();
    (0..bytes.len()).filter(|index| !continues(*index)).nth(at).unwrap_or(bytes.len())
}

/// Returns whether the character `at` of the shape of `known` is in a word of at least four letters, and not in an acronym:
/// one letter makes another word of a shorter one.
fn is_in_word(known: &str, at: usize) -> bool {
    const MIN_WORD: usize = 4;
    let bytes = known.as_bytes();
    let at = offset(known, at);
    if !is_letter(bytes, at) {
        return false;
    }
    let start = (0..=at).rev().find(|at| starts_word(bytes, *at)).unwrap_or(0);
    let end = (at + 1..bytes.len()).find(|at| !is_letter(bytes, *at) || starts_word(bytes, *at));
    let end = end.unwrap_or(bytes.len());
    end - start >= MIN_WORD && !(start..end).all(|at| is_upper(bytes, at))
}

/// Returns whether a word starts at `at`, as at a capital after a small letter or before one: `allowHID`, `MMIOSize`.
fn starts_word(bytes: &[u8], at: usize) -> bool {
    at == 0
        || !is_letter(bytes, at - 1)
        || is_upper(bytes, at)
            && (!is_upper(bytes, at - 1) || is_letter(bytes, at + 1) && !is_upper(bytes, at + 1))
}

fn is_letter(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_alphabetic)
}

fn is_upper(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_uppercase)
}

/// Returns `name` with the letter `l` or `O` replaced by the digit that it resembles, or a digit by the letter, at each
/// place where that is likely.
fn with_digits(name: &str) -> impl Iterator<Item = String> {
    let bytes = name.as_bytes();
    (0..bytes.len()).filter_map(move |at| {
        let (before, after) = (at.checked_sub(1).map(|at| bytes[at]), bytes.get(at + 1).copied());
        let is_alphabetic = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic());
        let ends_number = matches!(after, Some(b'.' | b':' | b'0'..=b'9'));
        let in_word = is_alphabetic(before) && is_alphabetic(after);
        let replacement = match bytes[at].to_ascii_lowercase() {
            b'l' if ends_number => '1',
            b'o' if ends_number => '0',
            b'1' if in_word => 'l',
            b'0' if in_word => 'o',
            _ => return None,
        };
        Some(format!("{}{replacement}{}", &name[..at], &name[at + 1..]))
    })
}

#[cfg(test)]
mod tests {
    use super::{SYNONYMS, suggest_key};
    use crate::catalog::{key, keys, table};

    fn assert_suggested(cases: &[(&str, &str)]) {
        for (name, meant) in cases {
            assert_eq!(suggest_key(name).as_deref(), Some(*meant), "{name}");
        }
    }

    #[test]
    fn a_letter_that_is_doubled_lost_wrong_or_swapped_is_a_slip() {
        assert_suggested(&[
            ("memsiez", "memsize"),
            ("scsi0:3.fielName", "scsi0:3.fileName"),
            ("ethernet12.virtaulDev", "ethernet12.virtualDev"),
            ("numvcpu", "numvcpus"),
            ("usb.generic.alowHID", "usb.generic.allowHID"),
            ("DisplayNName", "displayName"),
            ("uuid.biios", "uuid.bios"),
            ("memsise", "memsize"),
            ("scsi0.virtuelDev", "scsi0.virtualDev"),
        ]);
    }

    #[test]
    fn a_number_that_is_missing_too_many_or_looks_like_a_letter_is_a_slip() {
        assert_suggested(&[
            ("pciPassthru0.use64bitMMIO", "pciPassthru.use64bitMMIO"),
            ("scsil.virtualDev", "scsi1.virtualDev"),
            ("scsi0:l.fileName", "scsi0:1.fileName"),
            ("ethernetO.present", "ethernet0.present"),
            ("scsi1O.present", "scsi10.present"),
            ("f1oppy0.present", "floppy0.present"),
            ("ethernet.virtualDev", "ethernet0.virtualDev"),
        ]);
    }

    #[test]
    fn another_word_acronym_or_number_is_another_key() {
        for name in [
            "usb.generic.allowCCID",
            "monitor.virtual_msr",
            "numa.vcpu.max",
            "sched.mem.maxSize",
            "bios.reflectHost",
            "svga.minWidth",
            "usb_uhci:0.present",
            "cpuid.8000000a.eax.amd",
            "cpuid.8000001d.eax",
            "mks.enableDX13Renderer",
        ] {
            assert_eq!(suggest_key(name), None, "{name}");
        }
    }

    #[test]
    fn a_key_that_an_underscore_switches_off_is_not_a_slip() {
        for name in ["_serialNumber", "_board-id", "_efi.nvram.var.MLB", "_hypervisor.cpuid.v0", "_memsize"] {
            assert_eq!(suggest_key(name), None, "{name}");
        }
    }

    #[test]
    fn known_short_and_foreign_names_have_no_suggestion() {
        for name in ["memsize", "x", "abc", "my.key", "foo.present2", "nothing.like.this", "mémsize", ""] {
            assert_eq!(suggest_key(name), None, "{name}");
        }
    }

    #[test]
    fn common_names_for_the_same_thing_are_recognized() {
        assert_suggested(&[
            ("memory", "memsize"),
            ("mem", "memsize"),
            ("RAM", "memsize"),
            ("vCPUs", "numvcpus"),
            ("cpus", "numvcpus"),
            ("numcpu", "numvcpus"),
            ("vhv.enabled", "vhv.enable"),
            ("vhu.enable", "vhv.enable"),
            ("boardID.reflectHost", "board-id.reflectHost"),
        ]);
    }

    #[test]
    fn a_very_long_key_gets_no_suggestion_at_once() {
        assert_eq!(suggest_key(&"o0".repeat(500_000)), None);
        assert_eq!(suggest_key(&"l.".repeat(500_000)), None);
    }

    #[test]
    fn synonyms_are_sorted_unknown_and_mean_a_known_key_in_its_spelling() {
        let rows: Vec<[&str; 2]> = table::rows(SYNONYMS).collect();
        assert!(rows.is_sorted_by(|one, other| one[0] < other[0]));
        for [synonym, meant] in rows {
            assert_eq!((key(synonym), synonym.to_ascii_lowercase().as_str()), (None, synonym));
            assert_eq!(key(meant).expect("a known key").name, meant, "{synonym}");
        }
    }

    #[test]
    fn known_keys_differ_by_more_than_a_slip() {
        let without_number = |key: &str| key.replace('#', "");
        let mut similar = Vec::new();
        for (shape, known) in keys::patterns() {
            let name = known.replace('#', "0");
            let others = keys::patterns().filter(|(_, other)| without_number(other) != without_number(known));
            similar.extend(others.filter_map(|(other_shape, other)| {
                super::corrected(&name, shape, other_shape, other).map(|_| format!("{known} {other}"))
            }));
        }
        // Two network cards, of which the second has one more letter in its name.
        similar.retain(|pair| pair != "e1000bios.filename e1000ebios.filename");
        assert_eq!(similar, [""; 0]);
    }
}
