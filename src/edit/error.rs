//! Why edits cannot be made.

use crate::document::{DuplicateKey, EncodeError, KeyError, join};

/// Why none of the edits was made.
///
/// ```
/// use vmxedit::edit::{self, EditError};
/// use vmxedit::{Document, Edit, Key};
///
/// let document = Document::parse("a = \"1\"\na = \"2\"\n");
/// let set = Edit::Set { key: Key::parse("a")?, value: "3".into() };
/// assert!(matches!(edit::apply(&document, &[set]), Err(EditError::Duplicate(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The key is on several lines, and VMware refuses the file.
    #[error(transparent)]
    Duplicate(#[from] DuplicateKey),
    /// The key is on several lines, which is allowed, and the edit is about one of them.
    #[error("'{key}' is set on lines {}: which one is meant?", join(lines))]
    Ambiguous {
        /// The key as its first line spells it.
        key: String,
        /// The lines, counted from 1, in ascending order.
        lines: Vec<usize>,
    },
    /// No entry has the key or matches the pattern.
    #[error("no entry matches '{key}'")]
    NoSuchKey {
        /// The key or the pattern.
        key: String,
    },
    /// The new key of a rename is taken.
    #[error("cannot rename '{from}' to '{to}': '{to}' is already set on line {line}")]
    KeyExists {
        /// The old key.
        from: String,
        /// The new key.
        to: String,
        /// The line that has it, counted from 1.
        line: usize,
    },
    /// The edits would bring a byte order mark to the start of the file, where VMware would skip it.
    #[error("line {line} starts with a byte order mark, which VMware would skip if it were the first line")]
    MisplacedBom {
        /// The line in the old file, counted from 1.
        line: usize,
    },
    /// A key or a value cannot be written.
    #[error("'{key}' cannot be written")]
    Encode {
        /// The key.
        key: String,
        /// Which character, and why.
        source: EncodeError,
    },
    /// A rename by prefix makes a text that is not a key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The configuration is fully encrypted.
    #[error("an encrypted configuration: its settings are encrypted in encryption.data")]
    Encrypted,
    /// The key belongs to the encryption of the VM.
    #[error("'{key}' belongs to the encryption of this VM")]
    EncryptionKey {
        /// The key.
        key: String,
    },
}
