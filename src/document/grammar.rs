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
/// A line of 4 GiB or more is none.
pub(super) fn parts(line: &[u8]) -> Option<Parts> {
    let text = &line[..memchr::memchr(0, line).unwrap_or(line.len())];
    u32::try_from(text.len()).ok()?;
    let (_, (key, (value, quoted))) = entry(text).ok()?;
    Some(Parts { key: span(text, key), value: span(text, value), quoted })
}

/// A value, and whether it stands in quotes.
type Value<'a> = (&'a [u8], bool);

fn entry(text: &[u8]) -> IResult<&[u8], (&[u8], Value<'_>)> {
    let (at_value, key) = terminated(name, (space0, char('='))).parse(text)?;
    let (tail, value) = alt((quoted, bare)).parse(at_value)?;
    let (end, _) = (space0, opt(preceded(char('#'), rest)), eof).parse(tail)?;
    Ok((end, (key, value)))
}

fn name(text: &[u8]) -> IResult<&[u8], &[u8]> {
    let (after, name) =
        preceded(space0, take_till(|b| matches!(b, b' ' | b'\t' | b'=' | b'#'))).parse(text)?;
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
