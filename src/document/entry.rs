//! One entry of a document: key and value as text and as raw bytes.

use std::borrow::Cow;
use std::ops::Range;

use super::overlay::LineId;
use super::parts::Parts;
use super::{Dialect, Document, escape};

/// A line that is `key = value`.
///
/// ```
/// use vmxedit::Document;
///
/// let document = Document::parse("memSize=\"2048\" # MB\n");
/// let entry = document.entries().next().expect("an entry");
/// assert_eq!((&*entry.key(), &*entry.value()), ("memSize", "2048"));
/// assert_eq!(entry.raw_line(), b"memSize=\"2048\" # MB");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub(super) document: &'a Document,
    pub(super) id: LineId,
    pub(super) line: &'a [u8],
    pub(super) parts: Parts,
    /// The line number, if it is known.
    pub(super) number: Option<usize>,
}

impl<'a> Entry<'a> {
    /// Returns the key as it is spelled in the file; bytes that are invalid in the file's encoding as `|XX`. In Java
    /// properties it is unescaped.
    pub fn key(&self) -> Cow<'a, str> {
        (self.document.syntax().key_text)(self.document.charset(), self.raw_key())
    }

    /// Returns the value, unescaped and decoded; bytes that are invalid in the file's encoding as `|XX`.
    ///
    /// It ends at the first NUL, as VMware's strings do. In Java properties NUL is an ordinary character, and an
    /// unpaired surrogate is shown as `\uXXXX`.
    pub fn value(&self) -> Cow<'a, str> {
        (self.document.syntax().value_text)(self.document.charset(), self.raw_value())
    }

    /// Returns the value's bytes, unescaped, in the file's encoding, up to the first NUL.
    ///
    /// In Java properties, whose escapes are of characters: the value in UTF-8.
    pub fn bytes(&self) -> Cow<'a, [u8]> {
        (self.document.syntax().value_bytes)(self.raw_value())
    }

    /// Returns the key's bytes in the file.
    pub fn raw_key(&self) -> &'a [u8] {
        &self.raw_line()[self.parts.key.range()]
    }

    /// Returns the value's bytes in the file, without the quotes.
    pub fn raw_value(&self) -> &'a [u8] {
        &self.raw_line()[self.parts.value.range()]
    }

    /// Returns the bytes of the whole line, without its ending.
    pub fn raw_line(&self) -> &'a [u8] {
        self.line
    }

    /// Returns the whole line as text, without its ending.
    pub fn text(&self) -> Cow<'a, str> {
        self.document.charset().show(self.raw_line())
    }

    /// Returns the whole line as text, with `shown` in place of the value.
    pub fn text_with_value(&self, shown: &str) -> String {
        let (charset, line, value) = (self.document.charset(), self.raw_line(), self.parts.value.range());
        format!("{}{shown}{}", charset.show(&line[..value.start]), charset.show(&line[value.end..]))
    }

    /// Returns where the key is in [`text`](Self::text), in characters counted from 0.
    pub fn key_columns(&self) -> Range<usize> {
        self.columns(self.parts.key.range())
    }

    /// Returns where the value is in [`text`](Self::text), in characters counted from 0, without its quotes.
    pub fn value_columns(&self) -> Range<usize> {
        self.columns(self.parts.value.range())
    }

    /// Whether the value is in quotes, as VMware writes it.
    pub fn is_quoted(&self) -> bool {
        self.parts.quoted
    }

    /// Returns the line's number in the file, counted from 1.
    ///
    /// Costs nothing for an entry of [`Document::entries`], [`Document::lines`] or one of several of
    /// [`Document::find`]. For any other it takes a pass over the edits; in Java properties over the file.
    pub fn line_number(&self) -> usize {
        self.number.unwrap_or_else(|| {
            self.document
                .line_numbers()
                .get(self.id)
                .expect("an entry borrows its document, so its line exists")
        })
    }

    /// Where the value is in [`raw_line`](Self::raw_line), in bytes, without its quotes.
    pub(crate) fn value_range(&self) -> Range<usize> {
        self.parts.value.range()
    }

    /// Whether the value holds an escaped NUL, where VMware cuts it.
    pub(crate) fn holds_nul(&self) -> bool {
        memchr::memchr(0, &escape::unescape(self.raw_value())).is_some()
    }

    /// Returns the offset in [`raw_value`](Self::raw_value) of the first `|` that does not start an escape.
    pub(crate) fn malformed_escape(&self) -> Option<usize> {
        escape::malformed(self.raw_value())
    }

    fn columns(&self, range: Range<usize>) -> Range<usize> {
        let (charset, line) = (self.document.charset(), self.raw_line());
        let chars = |bytes: &[u8]| charset.show(bytes).chars().count();
        let start = chars(&line[..range.start]);
        start..start + chars(&line[range])
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.document.dialect()
    }

    pub(crate) fn id(&self) -> LineId {
        self.id
    }
}
