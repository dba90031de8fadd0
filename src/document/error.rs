//! The errors of this module. Each names what failed; the caller adds the file.

use std::fmt;

/// A text that is not a key, or not a pattern of keys.
///
/// ```
/// use vmxedit::Key;
/// use vmxedit::document::KeyError;
///
/// assert!(matches!(Key::parse("a b"), Err(KeyError::InvalidKey { .. })));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A key that VMware's parser could not read back.
    #[error("'{key}' is not a key: {reason}")]
    InvalidKey {
        /// The text that was given, with control characters escaped.
        key: String,
        /// Why it is not a key: "it is empty".
        reason: &'static str,
    },
    /// A pattern that does not parse.
    #[error("'{pattern}' is not a pattern: {reason}")]
    InvalidPattern {
        /// The text that was given, with control characters escaped.
        pattern: String,
        /// Why it is not a pattern.
        reason: String,
    },
}

/// A text that cannot be written in the encoding of the file.
///
/// ```
/// use vmxedit::document::EncodeError;
/// use vmxedit::edit::{self, EditError};
/// use vmxedit::{Document, Edit, Key};
///
/// let document = Document::parse(".encoding = \"windows-1252\"\n");
/// let set = Edit::Set { key: Key::parse("a")?, value: "\u{4F4D}".into() };
/// let refused = edit::apply(&document, &[set]).expect_err("the encoding has no such character");
/// assert!(matches!(refused, EditError::Encode { source: EncodeError::Unencodable { .. }, .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The file's encoding lacks a character.
    #[error("the file's encoding, {encoding}, has no {character:?}")]
    Unencodable {
        /// The first such character.
        character: char,
        /// The name of the encoding.
        encoding: String,
    },
    /// Text beyond ASCII in a file whose encoding is not known.
    #[error("the file's encoding, '{encoding}', is not known here: only ASCII can be written")]
    UnknownEncoding {
        /// The file's `.encoding`.
        encoding: String,
    },
    /// A NUL character, at which VMware would cut the text.
    #[error("it contains a NUL character, where VMware would cut it")]
    Nul,
}

/// A line of an edited text that cannot be written.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::document::LineError;
///
/// let document = Document::parse("a = \"1\"\n");
/// let refused = document.with_text(b"a = \"\xFF\"\n");
/// assert_eq!(refused.expect_err("not UTF-8"), [LineError::NotUtf8 { line: 1 }]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// A character that the file cannot hold.
    #[error("line {line} cannot be written")]
    Encode {
        /// The line of the edited text, counted from 1.
        line: usize,
        /// Which character, and why.
        source: EncodeError,
    },
    /// Bytes that are not UTF-8.
    #[error("line {line} is not UTF-8")]
    NotUtf8 {
        /// The line of the edited text, counted from 1.
        line: usize,
    },
    /// A byte order mark at the start of a file that had none. The reader would skip it.
    #[error("line 1 starts with a byte order mark, which would be read as the file's")]
    MisplacedBom,
}

/// Bytes that are not a file of the expected format.
///
/// ```
/// use vmxedit::document::FormatError;
///
/// assert_eq!(FormatError::new("a PNG picture").to_string(), "not a VMX file: a PNG picture");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a VMX file: {what}")]
#[non_exhaustive]
pub struct FormatError {
    /// What the bytes are, or what is wrong with them.
    pub what: String,
    /// The line that shows it, counted from 1.
    pub line: Option<usize>,
}

impl FormatError {
    /// Makes an error about the whole file.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), line: None }
    }

    pub(super) fn nul(line: usize) -> Self {
        Self { what: "binary data (a NUL byte)".into(), line: Some(line) }
    }

    pub(super) fn no_entry() -> Self {
        Self::new("no line has the form key = \"value\"")
    }
}

/// One key on several lines, where only one may have it.
///
/// ```
/// use vmxedit::{Document, Key};
///
/// let document = Document::parse("a = \"1\"\nA = \"2\"\n");
/// let refused = document.get(&Key::parse("a")?).expect_err("two values");
/// assert_eq!(refused.lines, [1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateKey {
    /// The key as its first line spells it.
    pub key: String,
    /// The lines, counted from 1, in ascending order.
    pub lines: Vec<usize>,
}

impl std::error::Error for DuplicateKey {}

impl fmt::Display for DuplicateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is set on lines {}: VMware refuses such a file", self.key, join(&self.lines))
    }
}

/// Writes "1, 2 and 3", of many lines the first ones: "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 90 more".
pub(crate) fn join(lines: &[usize]) -> String {
    const MAX_SHOWN: usize = 10;
    let words: Vec<String> = match lines.len().checked_sub(MAX_SHOWN) {
        Some(more @ 2..) => {
            let shown = lines[..MAX_SHOWN].iter().map(ToString::to_string);
            shown.chain([format!("{more} more")]).collect()
        }
        _ => lines.iter().map(ToString::to_string).collect(),
    };
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Reading a stream failed, or it is not a file of the expected format.
///
/// ```
/// use vmxedit::document::{Dialect, Scan, ScanError};
///
/// let refused = Scan::read(&b"\x89PNG\r\n\x1A\n"[..], 8, Dialect::Vmx, &[]);
/// assert!(matches!(refused, Err(ScanError::Format(_))));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The reader failed.
    #[error("cannot read")]
    Io(#[source] std::io::Error),
    /// The bytes are something else.
    #[error(transparent)]
    Format(#[from] FormatError),
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn of_many_lines_the_first_ones_are_named() {
        assert_eq!(join(&[]), "");
        assert_eq!(join(&[7]), "7");
        assert_eq!(join(&[1, 2, 5]), "1, 2 and 5");
        let lines: Vec<usize> = (1..=100).collect();
        assert_eq!(join(&lines[..11]), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 11");
        assert_eq!(join(&lines), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 90 more");
    }
}
