//! The bytes that a document was parsed from, and where each line of them starts.

use std::ops::Range;

use super::BOM;
use super::dialect::Dialect;
use super::grammar;
use super::line::{Ending, Row, Shape};

/// A whole file, split into lines. It never changes.
#[derive(Debug)]
pub(super) struct Source {
    bytes: Vec<u8>,
    pub(super) bom: bool,
    pub(super) dialect: Dialect,
    lines: Vec<Line>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    start: usize,
    shape: Shape,
    ending: Ending,
}

impl Source {
    pub(super) fn parse(bytes: Vec<u8>, dialect: Dialect) -> Self {
        // To Java it is text, part of the first key.
        let bom = dialect != Dialect::Properties && bytes.starts_with(BOM);
        let lines = split(&bytes, if bom { BOM.len() } else { 0 }, dialect);
        Self { bytes, bom, dialect, lines }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn row(&self, at: usize) -> Row<'_> {
        let Line { start, shape, ending } = self.lines[at];
        let end = self.start_of(at + 1) - ending.as_bytes().len();
        Row { text: &self.bytes[start..end], shape, ending, dialect: self.dialect }
    }

    /// Takes from `lines` up to the first that has one of these names, in any case.
    pub(super) fn next_named(&self, lines: &mut Range<usize>, names: &[&str]) -> Option<usize> {
        let may_be = |line: &Line| names.iter().any(|name| line.shape.has_name_of(name.len()));
        loop {
            let found = self.lines.get(lines.clone())?.iter().position(may_be).map(|at| lines.start + at);
            lines.start = found.map_or(lines.end, |at| at + 1);
            if found.is_none_or(|at| self.row(at).is_named(names)) {
                return found;
            }
        }
    }

    pub(super) fn endings(&self, lines: Range<usize>) -> impl Iterator<Item = Ending> + '_ {
        self.lines[lines].iter().map(|line| line.ending)
    }

    /// The bytes of some lines with their endings.
    pub(super) fn stretch(&self, lines: Range<usize>) -> &[u8] {
        &self.bytes[self.start_of(lines.start)..self.start_of(lines.end)]
    }

    fn start_of(&self, at: usize) -> usize {
        self.lines.get(at).map_or(self.bytes.len(), |line| line.start)
    }
}

/// The lines of `bytes` from `start` on. LF, CRLF and a lone CR end a line, mixed freely.
fn split(bytes: &[u8], mut start: usize, dialect: Dialect) -> Vec<Line> {
    let mut lines = Vec::with_capacity((bytes.len() - start) / 32 + 1);
    let is_java = dialect == Dialect::Properties;
    // Hardly any file has one: most lines need no look of their own.
    let has_nul = is_java || memchr::memchr(0, bytes).is_some();
    while start < bytes.len() {
        let rest = &bytes[start..];
        let usual = if is_java { None } else { grammar::usual(rest) };
        let (len, shape) = usual.map_or_else(
            || {
                let line = &rest[..dialect.len_of_line(rest)];
                let parts = if has_nul { dialect.parts(line) } else { grammar::parts_of_text(line) };
                (line.len(), Shape::of(parts))
            },
            |(len, name)| (len, Shape::usual(name)),
        );
        let ending = Ending::at(&rest[len..]);
        lines.push(Line { start, shape, ending });
        start += len + ending.as_bytes().len();
    }
    lines
}

/// The texts of the lines of `bytes`, without their endings.
pub(super) fn texts(bytes: &[u8], dialect: Dialect) -> Vec<&[u8]> {
    let mut rest = bytes;
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let (text, behind) = rest.split_at(dialect.len_of_line(rest));
        texts.push(text);
        rest = &behind[Ending::at(behind).as_bytes().len()..];
    }
    texts
}
