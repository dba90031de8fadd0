//! The lines of Java properties: where they end, where key and value lie, and escapes both ways.
//!
//! ```text
//! line    = blanks [ comment | key [ separator ] value ]
//! comment = ( "#" / "!" ) anything             ends with its physical line
//! key     = *( escape / any byte but blank "=" ":" )
//! separator = blanks [ "=" / ":" ] blanks      at least one byte of it
//! escape  = "\" ( "u" 4 hex digits / any byte )
//! blanks  = *( space / tab / form feed )
//! ```
//!
//! A backslash at the end of a physical line joins the next one, without that one's leading blanks. What is joined is
//! one line here, with the bytes between. A line with a `\u` that four hex digits do not follow is no entry.
//! Source: `OpenJDK` 17 `java/util/Properties.java`, `LineReader`, `load0`, `loadConvert`, `saveConvert`.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::grammar::{Parts, Span};

/// Where the line that starts at the start of `bytes` ends, without its line end.
pub(super) fn len_of_line(bytes: &[u8]) -> usize {
    let mut start = 0;
    let mut begun = false;
    loop {
        start += blanks(&bytes[start..]);
        let rest = &bytes[start..];
        let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let is_comment = !begun && matches!(rest.first(), Some(b'#' | b'!'));
        // One byte behind the backslash at the end of the file joins nothing; CRLF there does.
        if is_comment || !hangs(&rest[..len]) || rest.len() <= len + 1 {
            return start + len;
        }
        // A lone backslash joins the next line to nothing: that one may still be a comment.
        begun |= len > 1;
        start += len + line_end(&rest[len..]);
    }
}

/// Whether this is the end of a file behind which a line would be joined to it.
pub(super) fn dangles(line: &[u8]) -> bool {
    let first = Joined::new(line).find(|(_, byte)| !is_blank(*byte));
    hangs(line) && !matches!(first, Some((_, b'#' | b'!')))
}

/// Whether a physical line ends in a backslash that is no escaped one.
fn hangs(text: &[u8]) -> bool {
    text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// How many line ends lie within a line.
pub(super) fn joints(line: &[u8]) -> usize {
    let ends = memchr::memchr2_iter(b'\n', b'\r', line);
    ends.filter(|at| line[*at] == b'\n' || line.get(at + 1) != Some(&b'\n')).count()
}

/// What a line is to Java.
enum Read {
    /// A comment, or blank.
    Nothing,
    Entry(Parts),
    /// Java throws.
    Malformed,
}

/// Where key and value lie in `line`, if it is an entry. A line of 2 GiB or more is none.
pub(super) fn parts(line: &[u8]) -> Option<Parts> {
    match read(line) {
        Read::Entry(parts) => Some(parts),
        Read::Nothing | Read::Malformed => None,
    }
}

/// Whether Java throws at this line.
pub(super) fn is_malformed(line: &[u8]) -> bool {
    matches!(read(line), Read::Malformed)
}

fn read(line: &[u8]) -> Read {
    let mut text = Joined::new(line).skip_while(|(_, byte)| is_blank(*byte)).peekable();
    let Some(&(start, first)) = text.peek() else {
        // Java makes an entry of a backslash before the end of the file.
        let at = line.len().saturating_sub(1);
        return if hangs(line) { entry(line, at..at, at..at) } else { Read::Nothing };
    };
    if matches!(first, b'#' | b'!') {
        return Read::Nothing;
    }
    let mut escaped = false;
    let mut key_end = start;
    while let Some((at, byte)) =
        text.next_if(|(_, byte)| escaped || !(is_blank(*byte) || matches!(byte, b'=' | b':')))
    {
        escaped = byte == b'\\' && !escaped;
        key_end = at + 1;
    }
    let mut end = key_end;
    let mut separated = false;
    while let Some((at, byte)) =
        text.next_if(|(_, byte)| is_blank(*byte) || !separated && matches!(byte, b'=' | b':'))
    {
        separated |= !is_blank(byte);
        end = at + 1;
    }
    let value_start = text.peek().map_or(end, |(at, _)| *at);
    let value_end = text.last().map_or(end, |(at, _)| at + 1);
    entry(line, start..key_end, value_start..value_end)
}

fn entry(line: &[u8], key: std::ops::Range<usize>, value: std::ops::Range<usize>) -> Read {
    if unescape(&line[key.clone()]).is_none() || unescape(&line[value.clone()]).is_none() {
        return Read::Malformed;
    }
    let span = |range: std::ops::Range<usize>| {
        i32::try_from(range.end).ok()?;
        Some(Span { start: u32::try_from(range.start).ok()?, end: u32::try_from(range.end).ok()? })
    };
    match span(key).zip(span(value)) {
        Some((key, value)) => Read::Entry(Parts { key, value, quoted: false }),
        None => Read::Nothing,
    }
}

/// The bytes of a line that Java looks at, each with its place: those that join physical lines are left out.
struct Joined<'a> {
    line: &'a [u8],
    at: usize,
    escaped: bool,
}

impl<'a> Joined<'a> {
    fn new(line: &'a [u8]) -> Self {
        Self { line, at: 0, escaped: false }
    }
}

impl Iterator for Joined<'_> {
    type Item = (usize, u8);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.at;
            let byte = *self.line.get(at)?;
            self.at += 1;
            if byte != b'\\' || self.escaped {
                self.escaped = false;
                return Some((at, byte));
            }
            let rest = &self.line[self.at..];
            match line_end(rest) {
                0 if rest.is_empty() => return None,
                0 => {
                    self.escaped = true;
                    return Some((at, byte));
                }
                end => self.at += end + blanks(&rest[end..]),
            }
        }
    }
}

/// A key or a value as text; a surrogate without its other half as `\uXXXX`. `None` where Java throws.
pub(super) fn unescape(raw: &[u8]) -> Option<Cow<'_, str>> {
    if memchr::memchr(b'\\', raw).is_none() {
        return Some(encoding_rs::mem::decode_latin1(raw));
    }
    let mut units = Vec::with_capacity(raw.len());
    let mut bytes = Joined::new(raw).map(|(_, byte)| byte);
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

/// A key as it is spelled.
pub(super) fn escape_key(text: &str) -> Vec<u8> {
    escape(text, |_, c| matches!(c, ' ' | '=' | ':' | '#' | '!'))
}

/// A value as it is spelled, behind any separator.
pub(super) fn escape_value(text: &str) -> Vec<u8> {
    escape(text, |at, c| at == 0 && matches!(c, ' ' | '=' | ':'))
}

/// ASCII alone, as `Properties.store` writes: it reads the same to programs that take the file for UTF-8.
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

/// How key and value are kept apart, in short: the sign, with a blank before and after it where there are some.
pub(super) fn separator(spelled: &[u8]) -> String {
    let blank = |byte: Option<&u8>| if byte.is_some_and(|byte| is_blank(*byte)) { " " } else { "" };
    match spelled.iter().find(|byte| matches!(byte, b'=' | b':')) {
        Some(sign) => format!("{}{}{}", blank(spelled.first()), char::from(*sign), blank(spelled.last())),
        None if spelled.contains(&b'\t') => "\t".to_owned(),
        None => " ".to_owned(),
    }
}

fn push_unit(unit: u16, out: &mut String) {
    write!(out, "\\u{unit:04X}").expect("a string takes everything");
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C)
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_blank(**byte)).count()
}

/// The length of the line end that `bytes` start with.
fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}
