//! A whole file as bytes, lines and entries, and the edits that a line can take. Pure: no files, no VMs.
//!
//! A [`Document`] is the bytes that it was parsed from plus an overlay of edited lines. Parsing only notes where lines
//! start; keys and values are found and decoded on demand. Nothing is written that was not edited.
//!
//! | file | content |
//! | --- | --- |
//! | `dialect/` | what differs between `.vmx`, disk descriptors and Java properties |
//! | `source`, `overlay` | the parsed bytes, and the edits over them: a piece table |
//! | `lookup`, `index`, `line_numbers` | from keys to lines, and from lines to their numbers |
//! | `line_edits`, `serialize` | edits of single lines, and how new text is written |
//! | `text` | the document as text for an editor, and back |
//! | `scan` | the entries of a few keys or patterns in a stream, without a document of the whole file |
//! | `sniff`, `encryption` | files of another type, and encrypted ones |

mod dialect;
mod encoding;
mod encryption;
mod entry;
mod error;
mod escape;
mod index;
mod key;
mod line;
mod line_edits;
mod line_numbers;
mod lookup;
mod overlay;
mod parts;
mod pattern;
mod scan;
mod serialize;
mod sniff;
mod source;
mod text;
mod walk;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use self::index::{KeyIndex, PrefixIndex};
use self::lookup::ScanCounter;
use self::overlay::Overlay;
use self::source::Source;

pub use self::dialect::Dialect;
pub(crate) use self::dialect::Duplicates;
pub use self::encoding::Charset;
pub use self::encryption::{Encryption, is_encryption_key};
pub use self::entry::Entry;
pub(crate) use self::error::join;
pub use self::error::{DuplicateKey, EncodeError, FormatError, KeyError, LineError, ScanError};
pub use self::key::Key;
pub use self::line::{Line, LineEnding};
pub(crate) use self::line_numbers::LineNumbers;
pub(crate) use self::overlay::LineId;
pub(crate) use self::pattern::Glob;
pub use self::pattern::{Pattern, PatternSet};
pub use self::scan::{Scan, Selection};
pub use self::sniff::{FileType, sniff};

/// The UTF-8 byte order mark.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A file of entries, split into lines without loss.
///
/// Parsing cannot fail: a line that is not an entry is kept. Writing copies bytes. A clone shares the parsed bytes and
/// copies only edits and indexes. The `edit` module changes documents.
///
/// ```
/// use vmxedit::{Document, Key};
///
/// let document = Document::parse("displayName = \"web|2201\"\nmemSize=2048  # MB\n");
/// assert_eq!(document.value("DISPLAYNAME").as_deref(), Some("web\"01"));
/// let entry = document.get(&Key::parse("memsize")?)?.expect("it is set");
/// assert_eq!((entry.value().as_ref(), entry.line_number()), ("2048", 2));
/// assert_eq!(document.to_bytes(), b"displayName = \"web|2201\"\nmemSize=2048  # MB\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    source: Arc<Source>,
    overlay: Overlay,
    charset: OnceLock<Charset>,
    keys: OnceLock<KeyIndex>,
    /// Scans for keys so far.
    scans: ScanCounter,
    undecodable_keys: OnceLock<HashMap<String, Vec<LineId>>>,
    prefixes: Option<PrefixIndex>,
    common_ending: OnceLock<LineEnding>,
    common_separator: OnceLock<String>,
}

impl Document {
    /// Parses a `.vmx`. Accepts any bytes, without copying a `Vec`.
    ///
    /// # Panics
    /// For 1 TiB or more.
    pub fn parse(bytes: impl Into<Vec<u8>>) -> Self {
        Self::parse_as(bytes, Dialect::Vmx)
    }

    /// Parses a file in any dialect. Takes one pass over the bytes, and 8 bytes of memory for each line.
    ///
    /// # Panics
    /// For 1 TiB or more.
    pub fn parse_as(bytes: impl Into<Vec<u8>>, dialect: Dialect) -> Self {
        let source = Source::parse(bytes.into(), dialect);
        Self {
            overlay: Overlay::new(source.len()),
            source: Arc::new(source),
            charset: OnceLock::new(),
            keys: OnceLock::new(),
            scans: ScanCounter::default(),
            undecodable_keys: OnceLock::new(),
            prefixes: None,
            common_ending: OnceLock::new(),
            common_separator: OnceLock::new(),
        }
    }

    /// Returns the bytes of the file. Without edits they are those that were parsed.
    pub fn to_bytes(&self) -> Vec<u8> {
        walk::to_bytes(self)
    }

    /// Returns the dialect in which the document was parsed.
    pub fn dialect(&self) -> Dialect {
        self.source.dialect
    }

    /// Whether the file starts with a UTF-8 byte order mark that its reader skips. Java properties: never.
    pub fn has_bom(&self) -> bool {
        self.source.bom
    }

    /// Returns the encoding that `.encoding` names, in a disk descriptor `encoding` or `ddb.encoding`; UTF-8 if none
    /// does. Java properties are in Latin-1.
    ///
    /// The first call takes one pass over the lines.
    pub fn charset(&self) -> &Charset {
        self.charset.get_or_init(|| self.declared_charset())
    }

    /// Returns the only entry of `key`; in Java properties the last.
    ///
    /// Costs as much as [`find`](Self::find).
    ///
    /// # Errors
    /// [`DuplicateKey`] if there are several, except in Java properties.
    pub fn get(&self, key: &Key) -> Result<Option<Entry<'_>>, DuplicateKey> {
        let ids = self.find_lines(key);
        if ids.len() > 1 && self.syntax().duplicates == Duplicates::Invalid {
            let found = self.numbered_entries(&ids);
            let lines = found.iter().map(Entry::line_number).collect();
            return Err(DuplicateKey { key: found[0].key().into_owned(), lines });
        }
        Ok(ids.last().and_then(|id| self.entry(*id)))
    }

    /// Returns the value of the first entry with this key, `None` if no line has it or it cannot be a key.
    ///
    /// For readers that are content with any of several entries. Costs as much as [`find`](Self::find).
    pub fn value(&self, key: &str) -> Option<Cow<'_, str>> {
        let key = Key::parse_as(key, self.dialect()).ok()?;
        Some(self.entry(*self.find_lines(&key).first()?)?.value())
    }

    /// Returns the entries of `key` in file order: none, one, or several. VMware refuses a file with several; Java
    /// takes the last.
    ///
    /// The first few calls take a pass over the lines. After that a hash table of all keys is built, and a call takes
    /// constant time.
    pub fn find(&self, key: &Key) -> Vec<Entry<'_>> {
        match self.find_lines(key)[..] {
            [id] => self.entry(id).into_iter().collect(),
            ref ids => self.numbered_entries(ids),
        }
    }

    /// Returns the entries in file order. Takes one pass over the lines.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.numbered().filter_map(|(number, id, line)| self.entry_of(id, line, Some(number)))
    }

    /// Returns every line in file order. Takes one pass, and decodes every line.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.numbered().map(|(number, id, line)| self.view(number, id, line))
    }

    /// Returns the keys that are set on more than one line, in the order of their first line.
    /// Sorts the hashes of all keys.
    pub fn duplicates(&self) -> Vec<DuplicateKey> {
        self.find_duplicates()
    }

    /// Returns the numbers of the lines whose text differs when their bytes are read in `other` instead of the file's
    /// own encoding.
    pub fn lines_that_read_otherwise(&self, other: &Charset) -> Vec<usize> {
        self.lines_where(|text| {
            !text.is_ascii() && other.decode(text).is_some() && self.charset().show(text) != other.show(text)
        })
    }

    /// Returns the numbers of the lines with bytes that are invalid in the file's encoding.
    pub fn lines_invalid(&self) -> Vec<usize> {
        self.lines_where(|text| self.charset().decode(text).is_none())
    }

    /// Returns the numbers of the lines at which Java gives up the whole file: those with a `\u` that four hex digits
    /// do not follow. Other dialects have none.
    pub fn lines_malformed(&self) -> Vec<usize> {
        self.syntax().is_malformed.map(|is_malformed| self.lines_where(is_malformed)).unwrap_or_default()
    }

    /// Checks that the lines can be those of a dictionary. Java properties always can.
    ///
    /// # Errors
    /// A NUL byte outside an entry's line, or a file with text that is not a comment but no entry.
    pub fn ensure_dictionary(&self) -> Result<(), FormatError> {
        sniff::ensure_dictionary(self)
    }

    /// Returns how much of the configuration is encrypted. Takes one lookup in a file that is not.
    pub fn encryption(&self) -> Encryption {
        encryption::status(self)
    }

    /// Returns the text of every line, each ending in LF whatever its ending in the file.
    ///
    /// Bytes that are invalid in the file's encoding and ASCII control characters other than tab are shown as `|XX`.
    /// The file's byte order mark is left out.
    pub fn to_text(&self) -> String {
        text::to_text(self)
    }

    /// Returns the bytes of the file for `edited`, which is an edited [`to_text`](Self::to_text).
    ///
    /// A line that was not changed, or moved without change, keeps its bytes and its ending. In a changed line the
    /// bytes before and after the change stay. New text is written in the encoding that the edited text names, and a
    /// new line gets the ending that most lines of the file have. The file's byte order mark stays, and none is added.
    ///
    /// # Errors
    /// One error for every line that cannot be written.
    pub fn with_text(&self, edited: &[u8]) -> Result<Vec<u8>, Vec<LineError>> {
        text::with_text(self, edited)
    }
}

/// Documents are equal if they have the same dialect and the same bytes.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.dialect() == other.dialect() && self.to_bytes() == other.to_bytes()
    }
}

impl Eq for Document {}

/// An empty `.vmx`.
impl Default for Document {
    fn default() -> Self {
        Self::parse("")
    }
}

/// As [`Document::parse`].
impl FromStr for Document {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::parse(text))
    }
}

/// As [`Document::to_text`].
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// As [`Document::entries`].
#[expect(clippy::into_iter_without_iter, reason = "the method is called `entries`")]
impl<'a> IntoIterator for &'a Document {
    type Item = Entry<'a>;
    type IntoIter = Box<dyn Iterator<Item = Entry<'a>> + 'a>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.entries())
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, Dialect, Document, Entry, Key, Pattern};

    #[test]
    fn documents_entries_and_keys_can_be_shared_between_threads() {
        fn is_shared<T: Send + Sync>() {}
        is_shared::<Document>();
        is_shared::<Entry<'_>>();
        is_shared::<Key>();
        is_shared::<Pattern>();
        is_shared::<Charset>();
    }

    #[test]
    fn lookups_find_the_same_before_and_after_the_hash_table_is_built() {
        for dialect in [Dialect::Vmx, Dialect::Properties] {
            let document =
                Document::parse_as(&b"a = \"1\"\nB = \"2\"\na = \"3\"\nb\xE9 = \"5\"\n"[..], dialect);
            for name in ["a", "A", "b", "c", "b|E9", "b\u{E9}"] {
                let key = Key::parse_as(name, dialect).expect("a key");
                let found = || document.find(&key).iter().map(Entry::line_number).collect::<Vec<_>>();
                let first = found();
                for _ in 0..40 {
                    assert_eq!(found(), first, "{name}");
                }
            }
        }
    }

    #[test]
    fn duplicates_are_found_with_and_without_the_hash_table() {
        let text = "b=1\na=1\nB=2\nc=1\nA=2\nd\u{e9}=1\nb=3\nd\u{e9}=2\n".as_bytes();
        for (dialect, expected) in [
            (Dialect::Vmx, &[("b", &[1, 3, 7][..]), ("a", &[2, 5]), ("d\u{e9}", &[6, 8])][..]),
            (Dialect::Properties, &[("b", &[1, 7]), ("d\u{c3}\u{a9}", &[6, 8])]),
        ] {
            let document = Document::parse_as(text, dialect);
            let found = || -> Vec<(String, Vec<usize>)> {
                document.duplicates().into_iter().map(|found| (found.key, found.lines)).collect()
            };
            let expected: Vec<_> =
                expected.iter().map(|(key, lines)| ((*key).to_owned(), lines.to_vec())).collect();
            assert_eq!(found(), expected);
            for _ in 0..40 {
                document.value("c");
            }
            assert!(document.keys.get().is_some());
            assert_eq!(found(), expected);
        }
    }

    #[test]
    fn documents_are_equal_by_their_bytes() {
        let document: Document = "a = \"1\"\n".parse().expect("parsing cannot fail");
        assert_eq!(document, Document::parse("a = \"1\"\n"));
        assert_ne!(document, Document::parse("a = \"1\""));
        assert_eq!((&document).into_iter().count(), 1);
        assert_eq!(Document::default().to_bytes(), b"");
    }
}
