//! The types of values, as the table of keys names them.

use std::fmt;

use super::mac::Mac;
use super::values::{boolean, possible_boolean};

/// The type of a key's value.
///
/// ```
/// use vmxedit::catalog::ValueType;
///
/// assert!(ValueType::Boolean.accepts("true") && !ValueType::Boolean.accepts("maybe"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueType {
    /// `TRUE` or `FALSE`.
    Boolean,
    /// `TRUE` or `FALSE`, which documentation also writes as `1` or `0`.
    Flag,
    /// A whole number, or one of the words in `or`.
    Integer {
        /// The smallest number, inclusive.
        min: i64,
        /// The largest number, inclusive.
        max: i64,
        /// The unit (`MB`), or an empty string.
        unit: &'static str,
        /// Words that are accepted in place of a number.
        or: Choices,
    },
    /// One of these words.
    Choice(Choices),
    /// The path of a file, folder or device of the host.
    Path,
    /// A MAC address, as [`Mac`] parses it.
    Mac,
    /// Sixteen bytes, as VMware writes them: `56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 1c 2d 3e`.
    Uuid,
    /// Any text.
    Text,
    /// Base64.
    Base64,
    /// A CPUID mask of 32 bits, highest bit first; colons are ignored.
    Bits,
    /// The id of a guest operating system. VMware knows ids that the table lacks.
    GuestOs,
}

/// A list of accepted words. ASCII case is ignored.
///
/// ```
/// use vmxedit::catalog::{ValueType, key};
///
/// let Some(ValueType::Choice(choices)) = key("firmware").map(|known| known.value_type) else {
///     panic!("firmware is one of several words");
/// };
/// assert!(choices.contains("efi") && choices.iter().any(|choice| choice == "bios"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices(&'static str);

impl Choices {
    /// Returns the words as VMware spells them.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split_ascii_whitespace()
    }

    /// Returns whether `value` is one of the words.
    pub fn contains(self, value: &str) -> bool {
        self.iter().any(|word| word.eq_ignore_ascii_case(value))
    }
}

impl ValueType {
    /// Parses a cell of the table.
    pub(super) fn parse(cell: &'static str) -> Self {
        let (word, rest) = cell.split_once(' ').unwrap_or((cell, ""));
        match word {
            "boolean" => Self::Boolean,
            "flag" => Self::Flag,
            "integer" => Self::integer(rest),
            "choice" => Self::Choice(Choices(rest)),
            "path" => Self::Path,
            "mac" => Self::Mac,
            "uuid" => Self::Uuid,
            "text" => Self::Text,
            "base64" => Self::Base64,
            "bits" => Self::Bits,
            "guestos" => Self::GuestOs,
            _ => unreachable!("the table has an unknown type: {word}"),
        }
    }

    /// Parses `MIN..MAX UNIT or WORDS`, of which each part may be missing.
    fn integer(text: &'static str) -> Self {
        let (range, or) = text.split_once(" or ").unwrap_or((text, ""));
        let (range, unit) = range.split_once(' ').unwrap_or((range, ""));
        let (low, high) = range.split_once("..").unwrap_or(("", ""));
        let end = |text: &str, open| text.parse().unwrap_or(open);
        Self::Integer { min: end(low, i64::MIN), max: end(high, i64::MAX), unit, or: Choices(or) }
    }

    /// Returns whether `value` is of this type. Any path, any text and any non-empty guest id is accepted.
    pub fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Boolean => boolean(value).is_some(),
            Self::Flag => possible_boolean(value).is_some(),
            Self::Integer { min, max, or, .. } => {
                // VMware writes 64-bit ids both as signed and as unsigned numbers.
                let max = if *max == i64::MAX { i128::from(u64::MAX) } else { i128::from(*max) };
                or.contains(value)
                    || value.parse().is_ok_and(|number: i128| (i128::from(*min)..=max).contains(&number))
            }
            Self::Choice(choices) => choices.contains(value),
            Self::Path | Self::Text => true,
            Self::GuestOs => !value.is_empty(),
            Self::Mac => Mac::parse(value).is_some(),
            Self::Uuid => value.is_empty() || is_uuid(value),
            Self::Base64 => is_base64(value),
            Self::Bits => is_mask(value),
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("TRUE or FALSE"),
            Self::Flag => f.write_str("TRUE or FALSE (1 or 0)"),
            Self::Integer { min, max, unit, or } => {
                f.write_str("a whole number")?;
                match (*min, *max) {
                    (i64::MIN, i64::MAX) => {}
                    (min, i64::MAX) => write!(f, " from {min}")?,
                    (i64::MIN, max) => write!(f, " up to {max}")?,
                    (min, max) => write!(f, " from {min} to {max}")?,
                }
                if !unit.is_empty() {
                    write!(f, " ({unit})")?;
                }
                or.iter().try_for_each(|word| write!(f, " or {word}"))
            }
            Self::Choice(choices) => {
                write!(f, "one of {}", choices.iter().collect::<Vec<_>>().join(", "))
            }
            Self::Path => f.write_str("a path"),
            Self::Mac => f.write_str("a MAC address such as 00:50:56:00:00:01"),
            Self::Uuid => f.write_str("16 bytes in hexadecimal"),
            Self::Text => f.write_str("text"),
            Self::Base64 => f.write_str("base64"),
            Self::Bits => f.write_str("a mask of 32 bits"),
            Self::GuestOs => f.write_str("the id of a guest operating system"),
        }
    }
}

fn is_uuid(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_hexdigit).count();
    digits == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b' ' | b'-'))
}

fn is_base64(value: &str) -> bool {
    let body = value.trim_end_matches('=');
    value.len() - body.len() <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

fn is_mask(value: &str) -> bool {
    let known = |byte: u8| {
        matches!(byte.to_ascii_uppercase(), b'0' | b'1' | b'-' | b'X' | b'R' | b'H' | b'T' | b'G' | b'F')
    };
    value.bytes().filter(|byte| *byte != b':').count() == 32
        && value.bytes().all(|byte| byte == b':' || known(byte))
}

#[cfg(test)]
mod tests {
    use super::ValueType;

    #[test]
    fn each_type_accepts_its_values() {
        let takes = |cell: &'static str, value: &str| ValueType::parse(cell).accepts(value);
        assert!(takes("boolean", "true") && !takes("boolean", "1") && takes("flag", "1"));
        assert!(takes("integer 4..25149440 MB", "4096") && !takes("integer 4.. MB", "2"));
        assert!(!takes("integer 0.. MHz", "1.5") && !takes("integer 0.. MHz", ""));
        assert!(takes("integer 0.. MB or unlimited", "UNLIMITED"));
        assert!(takes("integer", "-5700") && takes("integer", "18446744073709551615"));
        assert!(takes("choice bios efi", "EFI") && !takes("choice bios efi", "uefi"));
        assert!(
            takes("mac", "00:0c:29:d6:2b:d3")
                && !takes("mac", "00:0c:29:d6:2b")
                && !takes("mac", "00:0c:29:d6:2b:dg")
        );
        assert!(takes("uuid", "56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 1c 2d 3e") && !takes("uuid", "56 4d"));
        assert!(takes("base64", "aGk=") && !takes("base64", "a b"));
        assert!(takes("bits", "0000:0000:0000:0000:0000:0000:0000:1011") && !takes("bits", "0000"));
    }

    #[test]
    fn types_are_displayed_in_words() {
        let words = |cell: &'static str| ValueType::parse(cell).to_string();
        assert_eq!(words("integer 4.. MB"), "a whole number from 4 (MB)");
        assert_eq!(words("integer 0..65535"), "a whole number from 0 to 65535");
        assert_eq!(words("integer 0.. MB or unlimited"), "a whole number from 0 (MB) or unlimited");
        assert_eq!(words("choice bios efi"), "one of bios, efi");
    }
}
