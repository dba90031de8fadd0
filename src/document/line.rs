//! One line: where it stands, how it ends, and where key and value lie in it.

use std::ops::Range;

use super::dialect::Dialect;
use super::grammar::Parts;
use super::properties;

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// A lone `\r`, which VMware reads as a line end too.
    Cr,
    /// The last line of a file without a final newline.
    None,
}

impl Ending {
    /// The bytes that it stands for.
    pub fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::None => b"",
        }
    }
}

/// A line: a stretch of the document's bytes, without its ending. In Java properties it may hold line ends of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    start: usize,
    len: usize,
    pub(super) parts: Option<Parts>,
    pub(super) ending: Ending,
    pub(super) removed: bool,
}

impl Line {
    pub(super) fn parse(bytes: &[u8], range: Range<usize>, ending: Ending, dialect: Dialect) -> Self {
        let (start, len) = (range.start, range.len());
        Self { start, len, parts: dialect.parts(&bytes[range]), ending, removed: false }
    }

    pub(super) fn text<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        &bytes[self.start..self.start + self.len]
    }
}

/// The lines of `bytes` from `start` on. LF, CRLF and a lone CR end a line, mixed freely.
pub(super) fn split(bytes: &[u8], mut start: usize, dialect: Dialect) -> Vec<Line> {
    let mut lines = Vec::with_capacity((bytes.len() - start) / 32 + 1);
    while start < bytes.len() {
        let rest = &bytes[start..];
        let len = match dialect {
            Dialect::Vmx | Dialect::Descriptor => memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
            Dialect::Properties => properties::len_of_line(rest),
        };
        let ending = match rest[len..] {
            [] => Ending::None,
            [b'\n', ..] => Ending::Lf,
            [_, b'\n', ..] => Ending::CrLf,
            _ => Ending::Cr,
        };
        lines.push(Line::parse(bytes, start..start + len, ending, dialect));
        start += len + ending.as_bytes().len();
    }
    lines
}
