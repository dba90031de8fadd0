//! How keys, values and new lines are written in a document: in its encoding, with its escapes and separators.

use std::borrow::Cow;

use super::dialect::{self, Replacement};
use super::overlay::LineId;
use super::{Charset, Document, EncodeError, Key};

impl Document {
    /// The bytes to put in place of an entry's value so that it parses as `raw`: with quotes or a separator where
    /// needed.
    pub(super) fn value_in_place(&self, id: LineId, raw: Vec<u8>) -> Vec<u8> {
        let Some((line, parts)) = self.line(id).and_then(|line| Some((line.text, line.parts()?))) else {
            return raw;
        };
        let separator = || self.common_separator().to_owned();
        (self.syntax().replace_value)(&Replacement { line, parts, separator: &separator }, raw)
    }

    /// The text of the line of a new entry, without its ending.
    pub(super) fn new_line(&self, key: &Key, value: &str) -> Result<Vec<u8>, EncodeError> {
        let (key, raw) = (self.write_key(key)?, self.write_value(value)?);
        Ok((self.syntax().new_entry)(&key, &raw, &|| self.common_separator().to_owned()))
    }

    /// A key as it is written in the file.
    pub(super) fn write_key<'a>(&self, key: &'a Key) -> Result<Cow<'a, [u8]>, EncodeError> {
        (self.syntax().write_key)(self.charset(), key.as_str()).map_err(|c| encode_error(self.charset(), c))
    }

    /// A value as it is written in the file, without quotes.
    pub(super) fn write_value(&self, value: &str) -> Result<Vec<u8>, EncodeError> {
        (self.syntax().write_value)(self.charset(), value).map_err(|c| encode_error(self.charset(), c))
    }

    /// The separator that most entries have; `=` if none does. Takes one pass over the document, once.
    fn common_separator(&self) -> &str {
        self.common_separator.get_or_init(|| {
            let mut counts: Vec<(String, usize)> = Vec::new();
            for entry in self.entries().filter(|entry| !entry.raw_value().is_empty()) {
                let between = entry.parts.key.range().end..entry.parts.value.range().start;
                let separator = dialect::separator(&entry.raw_line()[between]);
                match counts.iter_mut().find(|(known, _)| *known == separator) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((separator, 1)),
                }
            }
            let most = counts.iter().map(|(_, count)| *count).max();
            let first = counts.into_iter().find(|(_, count)| Some(*count) == most);
            first.map_or_else(|| "=".to_owned(), |(separator, _)| separator)
        })
    }
}

/// The error for the first character that cannot be written.
pub(super) fn encode_error(charset: &Charset, character: char) -> EncodeError {
    let encoding = charset.name().to_owned();
    match character {
        '\0' => EncodeError::Nul,
        _ if charset.is_known() => EncodeError::Unencodable { character, encoding },
        _ => EncodeError::UnknownEncoding { encoding },
    }
}
