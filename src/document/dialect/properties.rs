//! Java properties: where lines end, the grammar of a line, and escapes both ways.
//!
//! ```text
//! line      = space [ comment | key [ separator ] value ]
//! comment   = ( "#" / "!" ) anything             ends with its natural line
//! key       = *( escape / any byte but SP TAB FF "=" ":" )
//! separator = space [ "=" / ":" ] space          at least one byte of it
//! value     = *( escape / any byte )
//! escape    = "\" ( "u" 4 hex digits / any byte )
//! space     = *( SP / TAB / FF )
//! ```
//!
//! A backslash at the end of a natural line continues it in the next, without the space that starts that one. What Java
//! calls a logical line is one line here, with the bytes of its continuations. A line with a `\u` that four hex digits
//! do not follow is not an entry. Source: `OpenJDK` 17 `java/util/Properties.java`, `LineReader`, `load0`,
//! `loadConvert`, `saveConvert`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_till1, take_while, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{eof, not, opt, recognize};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded};
use nom::{IResult, Offset, Parser};

use super::{DescriptorTitle, Duplicates, Replacement, Sniffing, Syntax};
use crate::document::encoding::Charset;
use crate::document::parts::{Parts, Span};

pub(super) const SYNTAX: Syntax = Syntax {
    // To Java it is part of the first key.
    skips_bom: false,
    has_canonical_lines: false,
    needs_entries: false,
    may_be_encrypted: false,
    duplicates: Duplicates::LastCounts,
    sniffing: Sniffing { descriptor_title: DescriptorTitle::Ignored, words: false },
    fixed_charset: Some(Charset::LATIN1),
    encoding_keys: &[],
    line_len,
    parts,
    parts_without_nul: parts,
    inner_line_ends: Some(inner_line_ends),
    is_malformed: Some(is_malformed),
    end_continuation: Some(end_continuation),
    check_key,
    keys_equal,
    has_escaped_keys: true,
    key_is,
    plain_key,
    key_text: text,
    value_text: text,
    value_bytes,
    write_key,
    write_value,
    replace_value,
    is_header_key: None,
    new_entry,
};

/// Returns the length of the logical line at the start of `bytes`, without its line end.
fn line_len(bytes: &[u8]) -> usize {
    let mut start = 0;
    let mut has_text = false;
    loop {
        start += space_len(&bytes[start..]);
        let rest = &bytes[start..];
        let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let is_comment = !has_text && matches!(rest.first(), Some(b'#' | b'!'));
        // At the end of the file, one byte after the backslash continues nothing; CRLF does.
        if is_comment || !ends_in_backslash(&rest[..len]) || rest.len() <= len + 1 {
            return start + len;
        }
        // After a lone backslash the next natural line may still be a comment.
        has_text |= len > 1;
        start += len + line_end_len(&rest[len..]);
    }
}

/// Whether a natural line ends in a backslash that is not escaped itself.
fn ends_in_backslash(text: &[u8]) -> bool {
    text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Whether this last line of a file would continue in a line added after it.
fn has_dangling_continuation(line: &[u8]) -> bool {
    let text = without_continuations(line);
    let first = text.iter().find(|byte| !is_space(**byte));
    ends_in_backslash(line) && !matches!(first, Some(b'#' | b'!'))
}

fn end_continuation(line: &[u8]) -> Option<(Range<usize>, &'static [u8])> {
    if !has_dangling_continuation(line) {
        return None;
    }
    let end = line.len() - 1;
    let instead: &[u8] = if parts(line).is_some() && parts(&line[..end]).is_none() {
        // Java reads a lone backslash as an entry with an empty key.
        b"="
    } else if line[..end].ends_with(b"\r") {
        // `\r` and the `\n` that ends the line would be one line end.
        b" "
    } else {
        b""
    };
    Some((end..end + 1, instead))
}

fn inner_line_ends(line: &[u8]) -> usize {
    let ends = memchr::memchr2_iter(b'\n', b'\r', line);
    ends.filter(|at| line[*at] == b'\n' || line.get(at + 1) != Some(&b'\n')).count()
}

/// What a line is to Java.
enum Read {
    CommentOrSpace,
    Entry(Range<usize>, Range<usize>),
    /// Java throws.
    Malformed,
}

/// Finds key and value in `line`. A line of 2 GiB or more is not an entry.
fn parts(line: &[u8]) -> Option<Parts> {
    let Read::Entry(key, value) = read(line) else { return None };
    Some(Parts { key: Span::new(key)?, value: Span::new(value)?, quoted: false })
}

fn is_malformed(line: &[u8]) -> bool {
    matches!(read(line), Read::Malformed)
}

fn read(line: &[u8]) -> Read {
    let Ok((_, (key, value))) = entry(line) else { return Read::CommentOrSpace };
    if unescape(key).is_none() || unescape(value).is_none() {
        return Read::Malformed;
    }
    let range = |part: &[u8]| line.offset(part)..line.offset(part) + part.len();
    Read::Entry(range(key), range(value))
}

/// Parses a line that is not a comment to key and value.
fn entry(line: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    let (start, _) = (space, continuations).parse(line)?;
    if start == b"\\" {
        // Java makes an entry of a backslash before the end of the file.
        return Ok((&start[1..], (&start[..0], &start[..0])));
    }
    // A comment or nothing but space is not an entry.
    (not(one_of("#!")), not(eof)).parse(start)?;
    let (rest, key) = text_until(is_key_end)(start)?;
    let (end, _) = (space, opt(pair(continuations, one_of("=:"))), space).parse(rest)?;
    let (value_start, _) = continuations(end)?;
    let (rest, value) = text_until(|_| false)(value_start)?;
    // An empty value is right after the separator.
    Ok((rest, (key, if value.is_empty() { &end[..0] } else { value })))
}

/// Takes text and escapes up to a byte that is not escaped and for which `ends` is true.
fn text_until<'a>(ends: impl Fn(u8) -> bool) -> impl FnMut(&'a [u8]) -> IResult<&'a [u8], &'a [u8]> {
    move |line| {
        let plain = take_till1(|byte| byte == b'\\' || ends(byte));
        let escape = recognize((char('\\'), not(one_of("\r\n")), take(1_usize)));
        recognize(many0_count(preceded(continuations, alt((plain, escape))))).parse(line)
    }
}

fn space(line: &[u8]) -> IResult<&[u8], usize> {
    many0_count(preceded(continuations, take_while1(is_space))).parse(line)
}

fn continuations(line: &[u8]) -> IResult<&[u8], usize> {
    let line_end = alt((tag(&b"\r\n"[..]), tag(&b"\r"[..]), tag(&b"\n"[..])));
    many0_count((char('\\'), line_end, take_while(is_space))).parse(line)
}

fn is_key_end(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'=' | b':')
}

/// Joins natural lines to the logical line that Java looks at.
fn without_continuations(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(mut at) = memchr::memchr(b'\\', raw) else { return Cow::Borrowed(raw) };
    let mut joined = Vec::with_capacity(raw.len());
    joined.extend_from_slice(&raw[..at]);
    while at < raw.len() {
        let tail = &raw[at + 1..];
        let line_end = line_end_len(tail);
        at += if raw[at] != b'\\' {
            joined.push(raw[at]);
            1
        } else if line_end > 0 {
            1 + line_end + space_len(&tail[line_end..])
        } else {
            // An escape. A backslash before the end of the file counts as nothing.
            joined.extend(raw.get(at..at + 2).unwrap_or_default());
            2
        };
    }
    Cow::Owned(joined)
}

fn check_key(key: &str) -> Result<(), &'static str> {
    if key.is_empty() { Err("it is empty") } else { Ok(()) }
}

/// Java's keys are case-sensitive.
fn keys_equal(one: &[u8], other: &[u8]) -> bool {
    one == other
}

fn key_is(_: &Charset, raw: &[u8], wanted: &str) -> bool {
    unescape(raw).is_some_and(|key| key == wanted)
}

fn plain_key<'a>(_: &Charset, raw: &'a [u8]) -> Cow<'a, [u8]> {
    unescape(raw).map_or(Cow::Borrowed(raw), super::into_bytes)
}

fn text<'a>(_: &Charset, raw: &'a [u8]) -> Cow<'a, str> {
    unescape(raw).expect("a line that cannot be unescaped is not an entry")
}

fn value_bytes(raw: &[u8]) -> Cow<'_, [u8]> {
    super::into_bytes(text(&Charset::LATIN1, raw))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of the table: Java escapes what other formats refuse")]
fn write_key<'a>(_: &Charset, key: &'a str) -> Result<Cow<'a, [u8]>, char> {
    Ok(Cow::Owned(escape(key, |_, c| matches!(c, ' ' | '=' | ':' | '#' | '!'))))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of the table: Java escapes what other formats refuse")]
fn write_value(_: &Charset, value: &str) -> Result<Vec<u8>, char> {
    Ok(escape(value, |at, c| at == 0 && matches!(c, ' ' | '=' | ':')))
}

fn replace_value(at: &Replacement<'_>, raw: Vec<u8>) -> Vec<u8> {
    let (key, value) = (at.parts.key.range(), at.parts.value.range());
    if key.end == value.start {
        return [(at.separator)().as_bytes(), &raw].concat();
    }
    // `\r` of a continuation and the `\n` after an empty value would be one line end.
    if raw.is_empty() && value.end == at.line.len() && at.line[..value.start].ends_with(b"\r") {
        return b" ".to_vec();
    }
    raw
}

fn new_entry(key: &[u8], raw: &[u8], separator: &dyn Fn() -> String) -> Vec<u8> {
    [key, separator().as_bytes(), raw].concat()
}

/// Decodes a key or a value; an unpaired surrogate as `\uXXXX`. Returns `None` where Java throws.
fn unescape(raw: &[u8]) -> Option<Cow<'_, str>> {
    if memchr::memchr(b'\\', raw).is_none() {
        return Some(encoding_rs::mem::decode_latin1(raw));
    }
    let mut units = Vec::with_capacity(raw.len());
    let joined = without_continuations(raw);
    let mut bytes = joined.iter().copied();
    while let Some(byte) = bytes.next() {
        units.push(match byte {
            b'\\' => match bytes.next()? {
                b'u' => {
                    let mut hex = || char::from(bytes.next()?).to_digit(16);
                    u16::try_from(hex()? << 12 | hex()? << 8 | hex()? << 4 | hex()?).ok()?
                }
                b't' => u16::from(b'\t'),
                b'r' => u16::from(b'\r'),
                b'n' => u16::from(b'\n'),
                b'f' => 0x0C,
                other => u16::from(other),
            },
            _ => u16::from(byte),
        });
    }
    let mut text = String::with_capacity(units.len());
    for unit in char::decode_utf16(units) {
        match unit {
            Ok(character) => text.push(character),
            Err(lone) => push_unit(lone.unpaired_surrogate(), &mut text),
        }
    }
    Some(Cow::Owned(text))
}

/// Writes ASCII only, as `Properties.store` does: programs that take the file for UTF-8 read the same.
fn escape(text: &str, needs_backslash: impl Fn(usize, char) -> bool) -> Vec<u8> {
    let mut out = String::with_capacity(text.len() + 8);
    for (at, character) in text.char_indices() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{0C}' => out.push_str("\\f"),
            ' '..='~' => {
                if needs_backslash(at, character) {
                    out.push('\\');
                }
                out.push(character);
            }
            _ => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| push_unit(*unit, &mut out)),
        }
    }
    out.into_bytes()
}

/// Returns the separator that `raw` shows, in short: the sign, with a space before and after it where there is some.
pub(in crate::document) fn separator(raw: &[u8]) -> String {
    let space = |byte: Option<&u8>| if byte.is_some_and(|byte| is_space(*byte)) { " " } else { "" };
    match raw.iter().find(|byte| matches!(byte, b'=' | b':')) {
        Some(sign) => format!("{}{}{}", space(raw.first()), char::from(*sign), space(raw.last())),
        None if raw.contains(&b'\t') => "\t".to_owned(),
        None => " ".to_owned(),
    }
}

fn push_unit(unit: u16, out: &mut String) {
    write!(out, "\\u{unit:04X}").expect("writing to a String cannot fail");
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C)
}

fn space_len(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_space(**byte)).count()
}

fn line_end_len(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}
