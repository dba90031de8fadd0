//! Keys, compared without ASCII case but in Java properties, and patterns of keys.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::{Dialect, Entry};
use crate::error::Cause;

/// A key as it was asked for: compared without regard to ASCII case, in Java properties exactly.
///
/// Every `Key` is a name that VMware's parser, or Java, reads back. To VMware that is: not empty, no blank, `=`, `#`, NUL
/// or line end. Java properties escape them; there a key is not empty.
#[derive(Clone, Debug)]
pub struct Key {
    text: String,
    dialect: Dialect,
}

impl Key {
    /// Takes `text` as a key of a `.vmx`.
    ///
    /// # Errors
    /// [`Cause::BadKey`] when VMware could not read it back.
    pub fn parse(text: &str) -> Result<Self, Cause> {
        Self::parse_as(text, Dialect::Vmx)
    }

    /// Takes `text` as a key of a file of this dialect.
    ///
    /// # Errors
    /// [`Cause::BadKey`] when it could not be read back.
    pub fn parse_as(text: &str, dialect: Dialect) -> Result<Self, Cause> {
        let key = || Self { text: text.to_owned(), dialect };
        if dialect == Dialect::Properties && !text.is_empty() {
            return Ok(key());
        }
        let why =
            match text.chars().find(|c| matches!(c, ' ' | '=' | '#' | '\u{FEFF}') || c.is_ascii_control()) {
                _ if text.is_empty() => "it is empty",
                Some(' ' | '\t') => "it holds a blank",
                Some('=') => "it holds a '='",
                Some('#') => "it holds a '#', which starts a comment",
                Some('\u{FEFF}') => "it holds a byte order mark",
                Some(_) => "it holds a control character",
                None => return Ok(key()),
            };
        Err(Cause::BadKey { key: text.escape_debug().to_string(), why })
    }

    /// The key as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the last dot: `scsi0:0` of `scsi0:0.fileName`.
    pub fn family(&self) -> Option<&str> {
        self.text.rsplit_once('.').map(|(family, _)| family).filter(|family| !family.is_empty())
    }

    /// The device: `scsi0` of `scsi0:0.fileName`.
    pub fn device(&self) -> Option<&str> {
        self.text.find(['.', ':']).map(|at| &self.text[..at]).filter(|device| !device.is_empty())
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        // A key of properties is no more than itself to whoever asks.
        let dialect = if self.dialect == Dialect::Properties { self.dialect } else { other.dialect };
        dialect.same_key(&self.text, &other.text)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.text.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// A key, or `*`, `?` and `[...]` over whole keys, without regard to ASCII case but in Java properties.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// No wildcard in it: one key.
    Literal(Key),
    /// A glob.
    Glob(glob::Pattern),
}

impl Pattern {
    /// Takes `text` as a pattern of keys of a `.vmx`.
    ///
    /// # Errors
    /// [`Cause::BadKey`] or [`Cause::BadPattern`].
    pub fn parse(text: &str) -> Result<Self, Cause> {
        Self::parse_as(text, Dialect::Vmx)
    }

    /// Takes `text` as a pattern of keys of a file of this dialect.
    ///
    /// # Errors
    /// [`Cause::BadKey`] or [`Cause::BadPattern`].
    pub fn parse_as(text: &str, dialect: Dialect) -> Result<Self, Cause> {
        if !text.contains(['*', '?', '[']) {
            return Key::parse_as(text, dialect).map(Self::Literal);
        }
        let bad = |why: String| Cause::BadPattern { pattern: text.escape_debug().to_string(), why };
        if dialect != Dialect::Properties && text.contains([' ', '\t', '=', '#']) {
            return Err(bad("keys hold no blank, '=' or '#'".into()));
        }
        let single_stars = collapse_stars(text);
        glob::Pattern::new(&single_stars).map(Self::Glob).map_err(|error| bad(error.msg.to_owned()))
    }

    /// Whether `key` is meant, in any case.
    pub fn matches(&self, key: &str) -> bool {
        self.matches_as(key, Dialect::Vmx)
    }

    /// Whether `entry`'s key is meant, as keys compare in its file.
    pub fn selects(&self, entry: &Entry<'_>) -> bool {
        self.matches_as(&entry.key(), entry.dialect())
    }

    fn matches_as(&self, key: &str, dialect: Dialect) -> bool {
        let options = glob::MatchOptions {
            case_sensitive: dialect == Dialect::Properties,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        match self {
            Self::Literal(literal) => dialect.same_key(literal.as_str(), key),
            Self::Glob(glob) => glob.matches_with(key, options),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(key) => key.fmt(f),
            Self::Glob(glob) => glob.fmt(f),
        }
    }
}

/// `**` means no more than `*` here; glob would take it for a path.
fn collapse_stars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '*' || !out.ends_with('*') {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Key, Pattern};

    #[test]
    fn a_key_that_vmware_could_not_read_back_is_refused() {
        for bad in ["", "a b", "a\tb", "a=b", "a#b", "a\nb", "a\0b", "\u{FEFF}a"] {
            assert!(Key::parse(bad).is_err(), "{bad:?}");
        }
        for good in [".encoding", "scsi0:0.fileName", "pciPassthru*.present", "//x", "\"q\"", "é"] {
            assert!(Key::parse(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn family_and_device_of_a_key() {
        let key = Key::parse("scsi0:0.fileName").expect("a key");
        assert_eq!((key.family(), key.device()), (Some("scsi0:0"), Some("scsi0")));
        let key = Key::parse(".encoding").expect("a key");
        assert_eq!((key.family(), key.device()), (None, None));
    }

    #[test]
    fn patterns_match_whole_keys_in_any_case() {
        let matches = |pattern: &str, key: &str| Pattern::parse(pattern).expect("a pattern").matches(key);
        assert!(matches("ethernet*.address", "Ethernet0.Address"));
        assert!(!matches("ethernet*.address", "ethernet0.addressType"));
        assert!(matches("scsi?:[0-3].present", "scsi0:2.present"));
        assert!(matches("a**b", "axyb"));
        assert!(Pattern::parse("[a").is_err());
    }
}
