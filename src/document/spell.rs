//! How keys, values and new lines are spelled in each dialect. It puts nothing in its place.

use std::borrow::Cow;
use std::ops::Range;

use super::grammar::Parts;
use super::overlay::LineId;
use super::{Charset, Dialect, Document, Key, escape, properties};
use crate::error::Cause;

impl Document {
    /// What goes into the place of an entry's value, so that it reads as `raw` there.
    pub(super) fn in_place(&self, id: LineId, parts: Parts, raw: Vec<u8>) -> Vec<u8> {
        match self.dialect() {
            Dialect::Properties if parts.key.end == parts.value.start => {
                [self.usual_separator().as_bytes(), &raw].concat()
            }
            // `\r` of a line that is joined and the `\n` behind an empty value would be one line end.
            Dialect::Properties if raw.is_empty() && self.is_behind_cr(id, parts.value.range()) => {
                b" ".to_vec()
            }
            Dialect::Properties => raw,
            Dialect::Descriptor if !parts.quoted && stands_bare(&raw) => raw,
            Dialect::Vmx | Dialect::Descriptor => {
                let text = self.row(id).map_or(&b""[..], |row| row.text);
                let blank_before_equals = text.get(parts.key.range().end) != Some(&b'=');
                match (parts.quoted, parts.value.range().is_empty()) {
                    (true, _) => raw,
                    (false, true) if blank_before_equals => [b" \"", &raw[..], b"\""].concat(),
                    (false, _) => [b"\"", &raw[..], b"\""].concat(),
                }
            }
        }
    }

    /// The text of a new entry's line.
    ///
    /// # Errors
    /// [`Cause::Unencodable`] or [`Cause::NulInValue`].
    pub(super) fn new_line(&self, key: &Key, value: &str) -> Result<Vec<u8>, Cause> {
        let name = self.raw_key(key)?;
        let raw = self.raw(key.as_str(), value)?;
        let (before, after): (&[u8], &[u8]) = match self.dialect() {
            Dialect::Properties => (self.usual_separator().as_bytes(), b""),
            Dialect::Descriptor if is_of_header(key.as_str()) && is_number(&raw) => (b"=", b""),
            Dialect::Descriptor if is_of_header(key.as_str()) => (b"=\"", b"\""),
            Dialect::Vmx | Dialect::Descriptor => (b" = \"", b"\""),
        };
        Ok([&name, before, &raw, after].concat())
    }

    fn is_behind_cr(&self, id: LineId, range: Range<usize>) -> bool {
        self.row(id)
            .is_some_and(|row| range.end == row.text.len() && row.text[..range.start].ends_with(b"\r"))
    }

    /// How most entries of Java properties keep key and value apart; `=` where none does.
    fn usual_separator(&self) -> &str {
        self.usual_separator.get_or_init(|| {
            let mut counts: Vec<(String, usize)> = Vec::new();
            for entry in self.entries().filter(|entry| !entry.raw_value().is_empty()) {
                let between = entry.parts.key.range().end..entry.parts.value.range().start;
                let separator = properties::separator(&entry.raw_line()[between]);
                match counts.iter_mut().find(|(known, _)| *known == separator) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((separator, 1)),
                }
            }
            let most = counts.iter().map(|(_, count)| *count).max();
            let usual = counts.into_iter().find(|(_, count)| Some(*count) == most);
            usual.map_or_else(|| "=".to_owned(), |(separator, _)| separator)
        })
    }

    /// A key as it is spelled.
    pub(super) fn raw_key<'a>(&self, key: &'a Key) -> Result<Cow<'a, [u8]>, Cause> {
        match self.dialect() {
            Dialect::Vmx | Dialect::Descriptor => self.encoded(key.as_str(), key.as_str()),
            Dialect::Properties => Ok(Cow::Owned(properties::escape_key(key.as_str()))),
        }
    }

    /// `value` as it is spelled, inside quotes where the dialect has them.
    pub(super) fn raw(&self, key: &str, value: &str) -> Result<Vec<u8>, Cause> {
        if self.dialect() == Dialect::Properties {
            return Ok(properties::escape_value(value));
        }
        if value.contains('\0') {
            return Err(Cause::NulInValue { key: key.to_owned() });
        }
        self.encoded(key, value).map(|bytes| escape::escape(&bytes))
    }

    /// `text`, which belongs to the entry `key`, in the file's character set.
    pub(super) fn encoded<'a>(&self, key: &str, text: &'a str) -> Result<Cow<'a, [u8]>, Cause> {
        let (key, charset) = (key.to_owned(), self.charset());
        let encoding = charset.name().to_owned();
        charset.encode(text).map_err(|character| match charset {
            Charset::Known(_) | Charset::Latin1 => Cause::Unencodable { key, character, encoding },
            Charset::Unknown(_) => Cause::UnknownEncoding { key, encoding },
        })
    }
}

/// A descriptor's first entries (`version`, `CID`, `createType`, ...) have no dot in their names; `ddb.*` come last.
pub(super) fn is_of_header(key: &str) -> bool {
    !key.contains('.')
}

/// VMware writes versions and content ids bare, and every other value in quotes.
fn is_number(raw: &[u8]) -> bool {
    !raw.is_empty() && raw.iter().all(u8::is_ascii_hexdigit)
}

/// Whether VMware's parser reads this without quotes as it is.
fn stands_bare(raw: &[u8]) -> bool {
    !raw.is_empty() && !raw.iter().any(|byte| matches!(byte, b' ' | b'\t' | b'#' | b'"' | b'|'))
}
