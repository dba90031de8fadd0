//! Keys, compared without regard to ASCII case, in Java properties exactly.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::{Dialect, KeyError};

/// A key that a file can hold, spelled as given.
///
/// VMware's parser, or Java's, reads every `Key` back. For VMware that means: not empty, and no space, `=`, `#`, NUL or
/// line end. Java properties escape those; there a key is not empty.
///
/// Two keys are equal if both are of a dictionary and differ in ASCII case only, or both are of Java properties and
/// spelled alike. A key of a dictionary never equals one of Java properties.
///
/// ```
/// use vmxedit::Key;
///
/// let key = Key::parse("scsi0:0.fileName")?;
/// assert_eq!(key, Key::parse("SCSI0:0.filename")?);
/// assert_eq!((key.prefix(), key.device()), (Some("scsi0:0"), Some("scsi0")));
/// assert!(Key::parse("guest os").is_err());
/// # Ok::<(), vmxedit::document::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Key {
    text: String,
    case: Case,
}

/// Whether case matters when two keys are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Insensitive,
    Sensitive,
}

impl Key {
    /// Parses a key of a `.vmx`.
    ///
    /// # Errors
    /// [`KeyError::InvalidKey`] if VMware could not read it back.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_as(text, Dialect::Vmx)
    }

    /// Parses a key of a file in this dialect.
    ///
    /// # Errors
    /// [`KeyError::InvalidKey`] if it could not be read back.
    pub fn parse_as(text: &str, dialect: Dialect) -> Result<Self, KeyError> {
        if let Err(reason) = (dialect.syntax().check_key)(text) {
            return Err(KeyError::InvalidKey { key: text.escape_debug().to_string(), reason });
        }
        let case = if dialect.ignores_case() { Case::Insensitive } else { Case::Sensitive };
        Ok(Self { text: text.to_owned(), case })
    }

    /// Returns the key as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns what is before the last dot: `scsi0:0` of `scsi0:0.fileName`.
    pub fn prefix(&self) -> Option<&str> {
        self.text.rsplit_once('.').map(|(prefix, _)| prefix).filter(|prefix| !prefix.is_empty())
    }

    /// Returns the device, which is before the first dot or colon: `scsi0` of `scsi0:0.fileName`.
    pub fn device(&self) -> Option<&str> {
        self.text.find(['.', ':']).map(|at| &self.text[..at]).filter(|device| !device.is_empty())
    }

    pub(super) fn matches(&self, key: &str, dialect: Dialect) -> bool {
        dialect.keys_equal(&self.text, key)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.case == other.case
            && match self.case {
                Case::Insensitive => self.text.eq_ignore_ascii_case(&other.text),
                Case::Sensitive => self.text == other.text,
            }
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

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// As [`Key::parse`].
impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

/// As [`Key::parse`].
impl TryFrom<&str> for Key {
    type Error = KeyError;

    fn try_from(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use proptest::prelude::*;

    use super::{Dialect, Key};

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
    fn a_key_has_a_prefix_and_a_device() {
        let key = Key::parse("scsi0:0.fileName").expect("a key");
        assert_eq!((key.prefix(), key.device()), (Some("scsi0:0"), Some("scsi0")));
        let key = Key::parse(".encoding").expect("a key");
        assert_eq!((key.prefix(), key.device()), (None, None));
    }

    fn key() -> impl Strategy<Value = Key> {
        let dialect = prop::sample::select(&[Dialect::Vmx, Dialect::Descriptor, Dialect::Properties][..]);
        ("[aAbBéÉ]{1,2}", dialect).prop_map(|(text, dialect)| Key::parse_as(&text, dialect).expect("a key"))
    }

    proptest! {
        #[test]
        fn equality_is_an_equivalence_relation_and_equal_keys_have_one_hash(a in key(), b in key(), c in key()) {
            prop_assert!(a == a.clone());
            prop_assert_eq!(a == b, b == a);
            prop_assert!(!(a == b && b == c) || a == c);
            let hasher = RandomState::new();
            prop_assert!(a != b || hasher.hash_one(&a) == hasher.hash_one(&b));
        }
    }
}
