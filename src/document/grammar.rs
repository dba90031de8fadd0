//! The grammar of one line, as VMware's parser has it. The only user of nom.
//!
//! ```text
//! line    = text [ NUL anything ]              a C string ends at its first NUL
//! entry   = blanks name blanks "=" blanks ( quoted | bare ) blanks [ "#" anything ]
//! name    = 1*( any byte but blank "=" "#" )
//! quoted  = DQUOTE *( any byte but DQUOTE ) DQUOTE
//! bare    = *( any byte but blank "#" )        may be empty; may hold quotes, but not first
//! blanks  = *( space / tab )
//! ```
//!
//! A line that does not fit is no error: it is kept as it is.
//! Source: open-vm-tools `lib/dict/dictll.c`, `DictLL_UnmarshalLine`.

use std::ops::Range;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until};
use nom::character::complete::{char, space0};
use nom::combinator::{eof, opt, rest};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Offset, Parser};

use super::line::Shape;

/// A stretch of one line, in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where key and value lie in a line that is an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) key: Span,
    /// Without the quotes.
    pub(super) value: Span,
    pub(super) quoted: bool,
}

/// Where key and value lie in `line` (a line without its ending), if it is an entry.
///
/// A line of 2 GiB or more is none.
pub(super) fn parts(line: &[u8]) -> Option<Parts> {
    parts_of_text(&line[..memchr::memchr(0, line).unwrap_or(line.len())])
}

/// The same of a line without NULs.
pub(super) fn parts_of_text(text: &[u8]) -> Option<Parts> {
    i32::try_from(text.len()).ok()?;
    let (_, (key, (value, quoted))) = entry(text).ok()?;
    Some(Parts { key: span(text, key), value: span(text, value), quoted })
}

/// The lengths of the line and of its name where `rest` starts with a line as VMware writes it, `name = "value"` and
/// nothing else: nearly all are, and for those the grammar need not be asked. The last of a file are not tried.
pub(super) fn usual(rest: &[u8]) -> Option<(usize, u32)> {
    // `!`, `"` and control characters may stand in a name, and hardly ever do.
    let ends_usual_name = |word| below(word, b'#' + 1) | is(word, b'=');
    let name = first(rest, ends_usual_name)?;
    let value = rest[name..].strip_prefix(USUAL_SIGN).filter(|_| name > 0)?;
    let len = name + USUAL_SIGN.len() + len_of_usual_value(value)? + 1;
    i32::try_from(len).ok()?;
    let name = u32::try_from(name).ok().filter(|name| *name < Shape::LONGEST)?;
    matches!(rest.get(len), None | Some(b'\n' | b'\r')).then_some((len, name))
}

/// How many bytes stand before the closing quote, if there is one in the line and no NUL before it.
fn len_of_usual_value(value: &[u8]) -> Option<usize> {
    const SHORT: usize = 32;
    let short = &value[..value.len().min(SHORT)];
    let mut seen = 0;
    // What ends a value stands below most of what it is made of.
    while let Some(at) = first(&short[seen..], |word| below(word, b'"' + 1)) {
        match short[seen + at] {
            b'"' => return Some(seen + at),
            b'\n' | b'\r' | 0 => return None,
            _ => seen += at + 1,
        }
    }
    let rest = &value[seen..];
    let end = memchr::memchr3(b'"', b'\n', b'\r', rest).filter(|end| rest[*end] == b'"')?;
    memchr::memchr(0, &rest[..end]).is_none().then_some(seen + end)
}

/// Where the first byte stands that `stops` marks in its word: eight bytes, the first being the lowest. The last bytes of
/// a file that make no word are not looked at.
fn first(bytes: &[u8], stops: impl Fn(u64) -> u64) -> Option<usize> {
    let (words, _) = bytes.as_chunks();
    words.iter().enumerate().find_map(|(at, word)| {
        let marks = stops(u64::from_le_bytes(*word));
        (marks != 0).then(|| at * 8 + marks.trailing_zeros() as usize / 8)
    })
}

/// Marks the first byte below `limit`, which is ASCII, with its highest bit; marks behind it mean nothing.
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(EACH * u64::from(limit)) & !word & (EACH << 7)
}

/// Marks the first byte that is `byte`; marks behind it mean nothing.
fn is(word: u64, byte: u8) -> u64 {
    below(word ^ (EACH * u64::from(byte)), 1)
}

/// One in each byte of a word.
const EACH: u64 = u64::from_ne_bytes([1; 8]);

const USUAL_SIGN: &[u8; 4] = b" = \"";

/// Where key and value lie in such a line.
#[expect(clippy::cast_possible_truncation, reason = "`usual` has refused longer lines")]
pub(super) fn usual_parts(name: u32, line: &[u8]) -> Parts {
    let value = Span { start: name + USUAL_SIGN.len() as u32, end: line.len() as u32 - 1 };
    Parts { key: Span { start: 0, end: name }, value, quoted: true }
}

/// Whether a line has this name, which is ASCII, in any case, if it is an entry.
pub(super) fn may_be_named(line: &[u8], name: &str) -> bool {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let text = &line[blanks..];
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        && text.get(name.len()).is_some_and(|byte| ends_name(*byte))
}

/// A value, and whether it stands in quotes.
type Value<'a> = (&'a [u8], bool);

fn entry(text: &[u8]) -> IResult<&[u8], (&[u8], Value<'_>)> {
    let (at_value, key) = terminated(name, (space0, char('='))).parse(text)?;
    let (tail, value) = alt((quoted, bare)).parse(at_value)?;
    let (end, _) = (space0, opt(preceded(char('#'), rest)), eof).parse(tail)?;
    Ok((end, (key, value)))
}

fn ends_name(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'=' | b'#')
}

fn name(text: &[u8]) -> IResult<&[u8], &[u8]> {
    let (after, name) = preceded(space0, take_till(ends_name)).parse(text)?;
    if name.is_empty() {
        return Err(nom::Err::Error(nom::error::make_error(after, nom::error::ErrorKind::TakeTill1)));
    }
    Ok((after, name))
}

fn quoted(text: &[u8]) -> IResult<&[u8], Value<'_>> {
    delimited((space0, char('"')), take_until(&b"\""[..]), tag(&b"\""[..]))
        .map(|value| (value, true))
        .parse(text)
}

/// An empty bare value lies right behind the `=`, so that one set there later has the blanks after it.
fn bare(text: &[u8]) -> IResult<&[u8], Value<'_>> {
    let (after, value) = preceded(space0, take_till(|b| matches!(b, b' ' | b'\t' | b'#'))).parse(text)?;
    match value {
        [] => Ok((text, (&text[..0], false))),
        [b'"', ..] => Err(nom::Err::Error(nom::error::make_error(text, nom::error::ErrorKind::Not))),
        _ => Ok((after, (value, false))),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`parts` has refused longer lines")]
fn span(line: &[u8], part: &[u8]) -> Span {
    let start = line.offset(part);
    Span { start: start as u32, end: (start + part.len()) as u32 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{parts, usual, usual_parts};

    proptest! {
        #[test]
        fn the_short_way_says_what_the_grammar_says(line in "[a-c .:=#!\"\t|é\x00\x01]{0,48}", plain in "[a-c ]{0,4}|[a-zé\x7f\"!-~]{0,20}", end in "(\n|\r|\r\n)?") {
            for line in [line.clone(), format!("{plain}{line}"), format!("k = \"{line}\""), format!("{plain} = \"{line}\"")] {
                if let Some((len, name)) = usual(format!("{line}{end}").as_bytes()) {
                    prop_assert_eq!(len, line.len());
                    prop_assert_eq!(Some(usual_parts(name, line.as_bytes())), parts(line.as_bytes()), "{:?}", line);
                }
            }
        }
    }
}
