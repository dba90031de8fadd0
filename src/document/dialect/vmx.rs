//! VMware's dictionary: the grammar of a line, and how keys and values are written.
//!
//! ```text
//! line    = text [ NUL anything ]              a C string ends at its first NUL
//! entry   = space name space "=" space ( quoted | bare ) space [ "#" anything ]
//! name    = 1*( any byte but SP TAB "=" "#" )
//! quoted  = DQUOTE *( any byte but DQUOTE ) DQUOTE
//! bare    = *( any byte but SP TAB "#" )       may be empty; may hold quotes, but not first
//! space   = *( SP / TAB )
//! ```
//!
//! A line that does not match is not an error: it is kept as it is.
//! Source: open-vm-tools `lib/dict/dictll.c`, `DictLL_UnmarshalLine`.

use std::borrow::Cow;

use nom::branch::alt;
use nom::bytes::complete::{take_till1, take_until};
use nom::character::complete::{char, space0};
use nom::combinator::{eof, not, opt, rest};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Offset, Parser};

use super::{DescriptorTitle, Duplicates, Replacement, Sniffing, Syntax};
use crate::document::encoding::Charset;
use crate::document::escape;
use crate::document::parts::{Parts, Span};

pub(super) const SYNTAX: Syntax = Syntax {
    skips_bom: true,
    has_canonical_lines: true,
    needs_entries: true,
    may_be_encrypted: true,
    duplicates: Duplicates::Invalid,
    sniffing: Sniffing { descriptor_title: DescriptorTitle::Forbidden, words: true },
    fixed_charset: None,
    encoding_keys: &[".encoding"],
    line_len,
    parts,
    parts_without_nul,
    inner_line_ends: None,
    is_malformed: None,
    end_continuation: None,
    check_key,
    keys_equal: <[u8]>::eq_ignore_ascii_case,
    has_escaped_keys: false,
    key_is,
    plain_key,
    key_text: Charset::show,
    value_text,
    value_bytes,
    write_key,
    write_value,
    replace_value,
    is_header_key: None,
    new_entry,
};

pub(in crate::document) fn line_len(rest: &[u8]) -> usize {
    memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
}

pub(in crate::document) fn parts(line: &[u8]) -> Option<Parts> {
    parts_without_nul(&line[..memchr::memchr(0, line).unwrap_or(line.len())])
}

fn parts_without_nul(text: &[u8]) -> Option<Parts> {
    let (_, (key, (value, quoted))) = entry(text).ok()?;
    Some(Parts { key: span(text, key)?, value: span(text, value)?, quoted })
}

fn span(line: &[u8], part: &[u8]) -> Option<Span> {
    let start = line.offset(part);
    Span::new(start..start + part.len())
}

/// A value, and whether it is in quotes.
type Value<'a> = (&'a [u8], bool);

fn entry(text: &[u8]) -> IResult<&[u8], (&[u8], Value<'_>)> {
    let name = preceded(space0, take_till1(ends_name));
    let (after_sign, name) = terminated(name, (space0, char('='))).parse(text)?;
    let (tail, value) = alt((quoted, bare)).parse(after_sign).unwrap_or((after_sign, empty(after_sign)));
    let (end, _) = (space0, opt(preceded(char('#'), rest)), eof).parse(tail)?;
    Ok((end, (name, value)))
}

fn quoted(text: &[u8]) -> IResult<&[u8], Value<'_>> {
    delimited((space0, char('"')), take_until(&b"\""[..]), char('"')).map(|value| (value, true)).parse(text)
}

fn bare(text: &[u8]) -> IResult<&[u8], Value<'_>> {
    let value = take_till1(|byte| matches!(byte, b' ' | b'\t' | b'#'));
    preceded((space0, not(char('"'))), value).map(|value| (value, false)).parse(text)
}

/// An empty value is right after the `=`, so that a value set there later is followed by the space.
fn empty(text: &[u8]) -> Value<'_> {
    (&text[..0], false)
}

/// Whether a name ends before this byte.
pub(in crate::document) fn ends_name(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'=' | b'#')
}

/// Says why VMware could not read `key` back, if so.
fn check_key(key: &str) -> Result<(), &'static str> {
    let bad = key.chars().find(|c| matches!(c, ' ' | '=' | '#' | '\u{FEFF}') || c.is_ascii_control());
    Err(match bad {
        _ if key.is_empty() => "it is empty",
        Some(' ' | '\t') => "it contains a space",
        Some('=') => "it contains a '='",
        Some('#') => "it contains a '#', which starts a comment",
        Some('\u{FEFF}') => "it contains a byte order mark",
        Some(_) => "it contains a control character",
        None => return Ok(()),
    })
}

fn key_is(charset: &Charset, raw: &[u8], wanted: &str) -> bool {
    // No encoding reads bytes beyond ASCII as ASCII text.
    if wanted.is_ascii() || raw.is_ascii() {
        return raw.eq_ignore_ascii_case(wanted.as_bytes());
    }
    charset.decode(raw).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
}

fn plain_key<'a>(charset: &Charset, raw: &'a [u8]) -> Cow<'a, [u8]> {
    // No encoding reads ASCII as other text.
    let text = if charset.is_utf8() || raw.is_ascii() { None } else { charset.decode(raw) };
    text.map_or(Cow::Borrowed(raw), super::into_bytes)
}

fn value_text<'a>(charset: &Charset, raw: &'a [u8]) -> Cow<'a, str> {
    match value_bytes(raw) {
        Cow::Borrowed(bytes) => charset.show(bytes),
        Cow::Owned(bytes) => Cow::Owned(charset.show(&bytes).into_owned()),
    }
}

fn value_bytes(raw: &[u8]) -> Cow<'_, [u8]> {
    let end = |bytes: &[u8]| memchr::memchr(0, bytes).unwrap_or(bytes.len());
    match escape::unescape(raw) {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[..end(bytes)]),
        Cow::Owned(mut bytes) => {
            bytes.truncate(end(&bytes));
            Cow::Owned(bytes)
        }
    }
}

fn write_key<'a>(charset: &Charset, key: &'a str) -> Result<Cow<'a, [u8]>, char> {
    charset.encode(key)
}

fn write_value(charset: &Charset, value: &str) -> Result<Vec<u8>, char> {
    if value.contains('\0') {
        return Err('\0');
    }
    charset.encode(value).map(|bytes| escape::escape(&bytes))
}

/// Writes the value in quotes, adding them where the line has none.
pub(super) fn replace_value(at: &Replacement<'_>, raw: Vec<u8>) -> Vec<u8> {
    let Parts { key, value, quoted } = at.parts;
    // An empty value is right after the `=`: where the line has space before it, it gets space after it too.
    let space = value.range().is_empty() && at.line.get(key.range().end) != Some(&b'=');
    match (quoted, space) {
        (true, _) => raw,
        (false, true) => [b" \"", &raw[..], b"\""].concat(),
        (false, false) => [b"\"", &raw[..], b"\""].concat(),
    }
}

pub(super) fn new_entry(key: &[u8], raw: &[u8], _separator: &dyn Fn() -> String) -> Vec<u8> {
    [key, b" = \"", raw, b"\""].concat()
}
