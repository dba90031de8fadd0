//! One entry of a document, read: key and value as text and as they are spelled.

use std::borrow::Cow;
use std::ops::Range;

use super::grammar::Parts;
use super::overlay::LineId;
use super::{Dialect, Document, escape, properties};

/// A line that is `key = value`.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub(super) document: &'a Document,
    pub(super) id: LineId,
    pub(super) line: &'a [u8],
    pub(super) parts: Parts,
    pub(super) number: Option<usize>,
}

impl<'a> Entry<'a> {
    /// The key as it is spelled there; bytes that are invalid in the file's encoding as `|XX`. In Java properties it is
    /// unescaped.
    pub fn key(&self) -> Cow<'a, str> {
        match self.document.dialect() {
            Dialect::Vmx | Dialect::Descriptor => self.document.charset().show(self.raw_key()),
            Dialect::Properties => joined(self.raw_key()),
        }
    }

    /// The value, unescaped and decoded; bytes that are invalid in the file's encoding as `|XX`. It ends at
    /// the first NUL, as VMware's strings do. In Java properties NUL is a character like others, and a surrogate without
    /// its other half stands there as `\uXXXX`.
    pub fn value(&self) -> Cow<'a, str> {
        if self.document.dialect() == Dialect::Properties {
            return joined(self.raw_value());
        }
        let charset = self.document.charset();
        match self.bytes() {
            Cow::Borrowed(bytes) => charset.show(bytes),
            Cow::Owned(bytes) => Cow::Owned(charset.show(&bytes).into_owned()),
        }
    }

    /// The value's bytes, unescaped, in the file's encoding, up to the first NUL. In Java properties, whose escapes are
    /// of characters: the value as UTF-8.
    pub fn bytes(&self) -> Cow<'a, [u8]> {
        if self.document.dialect() == Dialect::Properties {
            return match joined(self.raw_value()) {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            };
        }
        let cut = |len: usize, nul: Option<usize>| nul.unwrap_or(len);
        match escape::unescape(self.raw_value()) {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[..cut(bytes.len(), memchr::memchr(0, bytes))]),
            Cow::Owned(mut bytes) => {
                bytes.truncate(cut(bytes.len(), memchr::memchr(0, &bytes)));
                Cow::Owned(bytes)
            }
        }
    }

    /// The key's bytes as they stand in the file.
    pub fn raw_key(&self) -> &'a [u8] {
        &self.raw_line()[self.parts.key.range()]
    }

    /// The value's bytes as they stand in the file, between the quotes where there are some.
    pub fn raw_value(&self) -> &'a [u8] {
        &self.raw_line()[self.parts.value.range()]
    }

    /// The whole line's bytes, without its ending.
    pub fn raw_line(&self) -> &'a [u8] {
        self.line
    }

    /// The whole line as text, without its ending.
    pub fn text(&self) -> Cow<'a, str> {
        self.document.charset().show(self.raw_line())
    }

    /// The whole line as text, with `shown` in the value's place.
    pub fn text_with_value(&self, shown: &str) -> String {
        let (charset, line, value) = (self.document.charset(), self.raw_line(), self.parts.value.range());
        format!("{}{shown}{}", charset.show(&line[..value.start]), charset.show(&line[value.end..]))
    }

    /// Where the key lies in [`text`](Self::text), in characters.
    pub fn key_columns(&self) -> Range<usize> {
        self.columns(self.parts.key.range())
    }

    /// Where the value lies in [`text`](Self::text), in characters, without its quotes.
    pub fn value_columns(&self) -> Range<usize> {
        self.columns(self.parts.value.range())
    }

    /// Where the value lies in [`raw_line`](Self::raw_line), in bytes, without its quotes.
    pub(crate) fn value_range(&self) -> Range<usize> {
        self.parts.value.range()
    }

    /// Whether the value holds an escaped NUL, where VMware cuts it.
    pub(crate) fn holds_nul(&self) -> bool {
        memchr::memchr(0, &escape::unescape(self.raw_value())).is_some()
    }

    /// Where the first `|` stands in [`raw_value`](Self::raw_value) that starts no escape.
    pub(crate) fn malformed_escape(&self) -> Option<usize> {
        escape::malformed(self.raw_value())
    }

    fn columns(&self, range: Range<usize>) -> Range<usize> {
        let (charset, line) = (self.document.charset(), self.raw_line());
        let chars = |bytes: &[u8]| charset.show(bytes).chars().count();
        let start = chars(&line[..range.start]);
        start..start + chars(&line[range])
    }

    /// Whether the value stands in quotes, as VMware writes it.
    pub fn is_quoted(&self) -> bool {
        self.parts.quoted
    }

    /// The line's number in the file, counted from 1.
    pub fn number(&self) -> usize {
        self.number.unwrap_or_else(|| self.document.numbers().of(self.id))
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.document.dialect()
    }

    pub(crate) fn id(&self) -> LineId {
        self.id
    }
}

/// A key's or a value's text in Java properties.
fn joined(raw: &[u8]) -> Cow<'_, str> {
    properties::unescape(raw).expect("a line that cannot be unescaped is no entry")
}
