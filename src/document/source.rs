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

/// Where a line starts, how it ends and what it is, in eight bytes: pages that are touched cost more than the bits.
#[derive(Clone, Copy, Debug)]
struct Line(u64);

impl Line {
    /// How many bits tell where a line starts: no file of a terabyte is in anybody's memory.
    const STARTS: u32 = 40;
    const ENDINGS: [Ending; 4] = [Ending::Lf, Ending::CrLf, Ending::Cr, Ending::None];

    fn new(start: usize, shape: Shape, ending: Ending) -> Self {
        let start = start as u64;
        Self(u64::from(shape.bits()) << (Self::STARTS + 2) | (ending as u64) << Self::STARTS | start)
    }

    fn start(self) -> usize {
        (self.0 & ((1 << Self::STARTS) - 1)) as usize
    }

    fn ending(self) -> Ending {
        Self::ENDINGS[(self.0 >> Self::STARTS & 3) as usize]
    }

    fn shape(self) -> Shape {
        Shape::from_bits((self.0 >> (Self::STARTS + 2)) as u32)
    }
}

impl Source {
    pub(super) fn parse(bytes: Vec<u8>, dialect: Dialect) -> Self {
        assert!(bytes.len() as u64 >> Line::STARTS == 0, "a file of a terabyte");
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
        let line = self.lines[at];
        let ending = line.ending();
        let end = self.start_of(at + 1) - ending.as_bytes().len();
        Row { text: &self.bytes[line.start()..end], shape: line.shape(), ending, dialect: self.dialect }
    }

    /// Takes from `lines` up to the first that has one of these names, in any case.
    pub(super) fn next_named(&self, lines: &mut Range<usize>, names: &[&str]) -> Option<usize> {
        let may_be = |line: &Line| names.iter().any(|name| line.shape().has_name_of(name.len()));
        loop {
            let found = self.lines.get(lines.clone())?.iter().position(may_be).map(|at| lines.start + at);
            lines.start = found.map_or(lines.end, |at| at + 1);
            if found.is_none_or(|at| self.row(at).is_named(names)) {
                return found;
            }
        }
    }

    pub(super) fn endings(&self, lines: Range<usize>) -> impl Iterator<Item = Ending> + '_ {
        self.lines[lines].iter().map(|line| line.ending())
    }

    /// The bytes of some lines with their endings.
    pub(super) fn stretch(&self, lines: Range<usize>) -> &[u8] {
        &self.bytes[self.start_of(lines.start)..self.start_of(lines.end)]
    }

    fn start_of(&self, at: usize) -> usize {
        self.lines.get(at).map_or(self.bytes.len(), |line| line.start())
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
        lines.push(Line::new(start, shape, ending));
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
