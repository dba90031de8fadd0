//! A whole document as text to be edited, and back: what was left alone keeps its bytes.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;

use super::line::LineEnding;
use super::overlay::LineId;
use super::serialize::encode_error;
use super::{BOM, Charset, Document, EncodeError, LineError, escape, source};
use crate::diff::{self, OpKind};

/// See [`Document::to_text`].
pub(super) fn to_text(document: &Document) -> String {
    let mut text = String::with_capacity(document.source.bytes().len());
    for (_, line) in document.walk() {
        text.push_str(&shown(document.charset(), line.text));
        text.push('\n');
    }
    text
}

/// See [`Document::with_text`].
pub(super) fn with_text(document: &Document, edited: &[u8]) -> Result<Vec<u8>, Vec<LineError>> {
    let old: Vec<(LineId, String)> =
        document.walk().map(|(id, line)| (id, shown(document.charset(), line.text))).collect();
    let starts_with_bom = old.first().is_some_and(|(_, text)| text.as_bytes().starts_with(BOM));
    // Some editors put one before everything that they write.
    let edited = if starts_with_bom { edited } else { edited.strip_prefix(BOM).unwrap_or(edited) };
    let after = Document::parse_as(edited, document.dialect());
    let new = source::split_texts(edited, document.dialect());
    let (mut lines, mut errors) = (Vec::with_capacity(new.len()), Vec::new());
    for (at, (text, origin)) in new.iter().zip(origins(&old, &new)).enumerate() {
        let ending = match document.ending_of(origin) {
            // An empty last line exists by its ending only.
            Some(LineEnding::None) if at + 1 < new.len() || text.is_empty() => document.common_ending(),
            Some(ending) => ending,
            None => document.common_ending(),
        };
        match document.line_bytes(at + 1, text, origin, after.charset()) {
            Ok(bytes) => lines.push((bytes, ending)),
            Err(error) => errors.push(error),
        }
    }
    if !document.has_bom() && lines.first().is_some_and(|(text, _)| text.starts_with(BOM)) {
        errors.push(LineError::MisplacedBom);
    }
    if errors.is_empty() { Ok(document.join(&lines)) } else { Err(errors) }
}

impl Document {
    /// The bytes of line `line` of the edited text, which is `text`.
    fn line_bytes(
        &self,
        line: usize,
        text: &[u8],
        origin: Origin,
        charset: &Charset,
    ) -> Result<Vec<u8>, LineError> {
        let before = match origin {
            Origin::Same(id) => return Ok(self.text_of(id).to_vec()),
            Origin::Changed(id) if charset == self.charset() => self.text_of(id),
            Origin::Changed(_) | Origin::New => b"",
        };
        let text = std::str::from_utf8(text).map_err(|_| LineError::NotUtf8 { line })?;
        if text.contains('\0') {
            return Err(LineError::Encode { line, source: EncodeError::Nul });
        }
        encode_keeping(charset, before, text)
            .map_err(|character| LineError::Encode { line, source: encode_error(charset, character) })
    }

    fn ending_of(&self, origin: Origin) -> Option<LineEnding> {
        match origin {
            Origin::Same(id) | Origin::Changed(id) => self.line(id).map(|line| line.ending),
            Origin::New => None,
        }
    }

    fn text_of(&self, id: LineId) -> &[u8] {
        self.line(id).map_or(b"", |line| line.text)
    }

    fn join(&self, lines: &[(Vec<u8>, LineEnding)]) -> Vec<u8> {
        let mut out = if self.has_bom() { BOM.to_vec() } else { Vec::new() };
        for (at, (text, ending)) in lines.iter().enumerate() {
            let next = lines.get(at + 1);
            // `\r` and the `\n` of an empty line after it would be one line end.
            let merges = *ending == LineEnding::Cr
                && next.is_some_and(|(text, ending)| text.is_empty() && *ending == LineEnding::Lf);
            out.extend_from_slice(text);
            out.extend_from_slice(if merges { LineEnding::CrLf } else { *ending }.as_bytes());
        }
        out
    }
}

/// Where a line of the edited text comes from.
#[derive(Clone, Copy)]
enum Origin {
    /// It is this line of the document, perhaps moved.
    Same(LineId),
    /// It replaces this line.
    Changed(LineId),
    New,
}

/// Finds where each line of `new` comes from.
fn origins(old: &[(LineId, String)], new: &[&[u8]]) -> Vec<Origin> {
    let texts: Vec<&[u8]> = old.iter().map(|(_, text)| text.as_bytes()).collect();
    let mut origins = vec![Origin::New; new.len()];
    let mut deleted: HashMap<&[u8], VecDeque<LineId>> = HashMap::new();
    for op in diff::diff(&texts, new) {
        let is_equal = op.kind == OpKind::Equal;
        for (old_at, new_at) in op.old.clone().zip(op.new) {
            let id = old[old_at].0;
            origins[new_at] = if is_equal { Origin::Same(id) } else { Origin::Changed(id) };
        }
        for at in op.old.filter(|_| !is_equal) {
            deleted.entry(texts[at]).or_default().push_back(old[at].0);
        }
    }
    // A line that was deleted in one place and inserted in another has moved.
    let not_found = origins.iter_mut().zip(new).filter(|(origin, _)| !matches!(origin, Origin::Same(_)));
    for (origin, text) in not_found {
        if let Some(id) = deleted.get_mut(text).and_then(VecDeque::pop_front) {
            *origin = Origin::Same(id);
        }
    }
    origins
}

/// Encodes `text`, which replaces a line of the bytes `before`. What both have in common at the start and at the end
/// keeps its bytes.
///
/// # Errors
/// The first character that the encoding cannot represent.
fn encode_keeping(charset: &Charset, before: &[u8], text: &str) -> Result<Vec<u8>, char> {
    let tokens = tokens(charset, before);
    let head = common_prefix(&tokens, text);
    let text_after = &text[len_shown(head)..];
    let tail = common_suffix(&tokens[head.len()..], text_after);
    let middle = &text_after[..text_after.len() - len_shown(tail)];
    let whole = [&bytes_of(head)[..], &charset.encode(middle)?, &bytes_of(tail)].concat();
    // An invalid byte and new bytes next to it could make one character.
    if shown(charset, &whole) == text { Ok(whole) } else { charset.encode(text).map(Into::into) }
}

/// One character of a line, or one invalid byte: its bytes, and how it is shown.
type Token<'a> = (&'a [u8], String);

/// The first tokens, as many as `text` starts with.
fn common_prefix<'t, 'a>(tokens: &'t [Token<'a>], text: &str) -> &'t [Token<'a>] {
    let mut len = 0;
    let matches = |(_, shown): &&Token<'_>| {
        let is_next = text[len..].starts_with(&**shown);
        len += if is_next { shown.len() } else { 0 };
        is_next
    };
    &tokens[..tokens.iter().take_while(matches).count()]
}

/// The last tokens, as many as `text` ends with.
fn common_suffix<'t, 'a>(tokens: &'t [Token<'a>], text: &str) -> &'t [Token<'a>] {
    let mut end = text.len();
    let matches = |(_, shown): &&Token<'_>| {
        let is_next = text[..end].ends_with(&**shown);
        end -= if is_next { shown.len() } else { 0 };
        is_next
    };
    &tokens[tokens.len() - tokens.iter().rev().take_while(matches).count()..]
}

fn len_shown(tokens: &[Token<'_>]) -> usize {
    tokens.iter().map(|(_, shown)| shown.len()).sum()
}

fn bytes_of(tokens: &[Token<'_>]) -> Vec<u8> {
    tokens.iter().flat_map(|(bytes, _)| *bytes).copied().collect()
}

/// Splits a line into its characters and invalid bytes.
fn tokens<'a>(charset: &Charset, line: &'a [u8]) -> Vec<Token<'a>> {
    /// No supported encoding has longer characters.
    const MAX_CHAR_LEN: usize = 4;
    let mut tokens = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let is_char = |len: &usize| rest.get(..*len).is_some_and(|bytes| charset.decode(bytes).is_some());
        let (bytes, after) = rest.split_at((1..=MAX_CHAR_LEN).find(is_char).unwrap_or(1));
        tokens.push((bytes, shown(charset, bytes)));
        rest = after;
    }
    tokens
}

/// Decodes a line to text without control characters: those, and invalid bytes, as `|XX`.
fn shown(charset: &Charset, line: &[u8]) -> String {
    let text = charset.show(line);
    let is_hidden = |c: char| c.is_ascii_control() && c != '\t';
    if !text.contains(is_hidden) {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) if is_hidden(c) => out.extend(escape::hex(byte).map(char::from)),
            _ => out.write_char(c).expect("writing to a String cannot fail"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Document, EncodeError, LineError};

    #[track_caller]
    fn edits(before: &[u8], edit: impl Fn(&str) -> String, after: &[u8]) {
        let document = Document::parse(before);
        let edited = edit(&document.to_text());
        let bytes = document.with_text(edited.as_bytes()).expect("writable");
        assert_eq!(bytes.escape_ascii().to_string(), after.escape_ascii().to_string());
    }

    #[test]
    fn an_empty_line_that_replaces_a_last_line_without_ending_gets_one() {
        let document = Document::parse("a=1\nb=2");
        assert_eq!(document.with_text(b"a=1\n\n").ok().as_deref(), Some(&b"a=1\n\n"[..]));
    }

    #[test]
    fn an_unchanged_text_gives_the_bytes_of_the_file() {
        for bytes in [
            &b""[..],
            b"\xEF\xBB\xBFa = \"1\"\r\nb = \"2\"\rc = \"3\"\n\n\r\r\nd = \"4\"",
            b"\xEF\xBB\xBF\xEF\xBB\xBFa = \"1\"\n",
            b"nul = \"1\"\0 junk\na = \"\x1B[31m \xFF|FF|1B\"\n",
            b".encoding = \"GBK\"\ndisplayName = \"\xD6\xD0\x81\"\n",
            b".encoding = \"nonsense\"\ndisplayName = \"\xD6\xD0\x81\"\n",
        ] {
            edits(bytes, str::to_owned, bytes);
            edits(bytes, |text| text.replace('\n', "\r\n"), bytes);
            edits(
                bytes,
                |text| {
                    format!("{}{text}", if bytes.starts_with(b"\xEF\xBB\xBF\xEF") { "" } else { "\u{FEFF}" })
                },
                bytes,
            );
        }
    }

    #[test]
    fn only_the_changed_part_of_a_line_gets_new_bytes() {
        edits(
            b".encoding = \"Shift_JIS\"\r\nname = \"\x83\x7C\xFF-\x83\x7C\"\r\n",
            |text| text.replace("FF-", "FF+\u{3042}"),
            b".encoding = \"Shift_JIS\"\r\nname = \"\x83\x7C\xFF+\x82\xA0\x83\x7C\"\r\n",
        );
        // As GBK, 81 and A would be one character.
        edits(
            b".encoding = \"GBK\"\nname = \"\x81\"\n",
            |text| text.replace("|81", "|81A"),
            b".encoding = \"GBK\"\nname = \"|81A\"\n",
        );
    }

    #[test]
    fn moved_lines_keep_their_bytes_and_new_lines_get_the_common_ending() {
        edits(
            b"a = \"\xFF\"\r\nb = \"2\"\nc = \"3\"\r\nd = \"4\"",
            |text| {
                let lines: Vec<&str> = text.lines().collect();
                [lines[1], lines[3], lines[0], "new = \"\"", lines[2]].join("\n")
            },
            b"b = \"2\"\nd = \"4\"\r\na = \"\xFF\"\r\nnew = \"\"\r\nc = \"3\"\r\n",
        );
        edits(
            b"a = \"1\"\rb = \"2\"\n",
            |_| "a = \"1\"\n\nb = \"2\"\n".to_owned(),
            b"a = \"1\"\r\n\nb = \"2\"\n",
        );
        edits(b"a = \"1\"", |text| format!("{text}b = \"2\"\n"), b"a = \"1\"\nb = \"2\"\n");
    }

    #[test]
    fn new_text_is_written_in_the_encoding_named_by_the_edited_text() {
        edits(
            b".encoding = \"GBK\"\na = \"\xD6\xD0\"\n",
            |text| text.replace("GBK", "UTF-8") + "b = \"\u{4E2D}\"\n",
            b".encoding = \"UTF-8\"\na = \"\xD6\xD0\"\nb = \"\xE4\xB8\xAD\"\n",
        );
    }

    #[test]
    fn every_line_that_cannot_be_written_is_reported() {
        let document = Document::parse(".encoding = \"windows-1252\"\na = \"1\"\n");
        let edited =
            [document.to_text().as_bytes(), "b = \"\u{4F4D}\"\n".as_bytes(), b"c = \"\xFF\"\nd = \"\0\"\n"]
                .concat();
        let bad = document.with_text(&edited).expect_err("three are bad");
        let encoding = "windows-1252".to_owned();
        assert_eq!(
            bad,
            [
                LineError::Encode {
                    line: 3,
                    source: EncodeError::Unencodable { character: '\u{4F4D}', encoding }
                },
                LineError::NotUtf8 { line: 4 },
                LineError::Encode { line: 5, source: EncodeError::Nul }
            ]
        );
        let unknown = Document::parse(".encoding = \"nonsense\"\n");
        let bad = unknown.with_text(".encoding = \"nonsense\"\n\u{E9}".as_bytes()).expect_err("not ASCII");
        let source = EncodeError::UnknownEncoding { encoding: "nonsense".to_owned() };
        assert_eq!(bad, [LineError::Encode { line: 2, source }]);
    }
}
