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
    match u32::try_from(line.len()).ok().and_then(|len| usual(line, len)) {
        None => by_grammar(line),
        usual => usual,
    }
}

/// A line as VMware writes it, `name = "value"` and nothing else, for which the grammar need not be asked: nearly all are.
#[expect(clippy::cast_possible_truncation, reason = "the line's own length is a u32")]
fn usual(line: &[u8], len: u32) -> Option<Parts> {
    let [.., b'"'] = line else { return None };
    let name =
        line.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'=' | b'#' | 0)).filter(|at| *at > 0)?;
    let value = line[name..].strip_prefix(b" = \"")?;
    let closing = memchr::memchr2(b'"', 0, value)?;
    let (start, end) = (name as u32 + 4, len - 1);
    let key = Span { start: 0, end: name as u32 };
    (closing + 1 == value.len() && value[closing] == b'"').then_some(Parts {
        key,
        value: Span { start, end },
        quoted: true,
    })
}

#[inline]
fn by_grammar(line: &[u8]) -> Option<Parts> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{by_grammar, usual};

    proptest! {
        #[test]
        fn the_short_way_says_what_the_grammar_says(line in "[a-c .:=#\"\t|\\x00é]{0,12}", plain in "[a-c ]{0,4}") {
            for line in [line.clone(), format!("{plain}{line}"), format!("k = \"{line}\""), format!("{plain} = \"{line}\"")] {
                let len = u32::try_from(line.len()).expect("short");
                if let Some(parts) = usual(line.as_bytes(), len) {
                    prop_assert_eq!(Some(parts), by_grammar(line.as_bytes()), "{:?}", line);
                }
            }
        }
    }
}
