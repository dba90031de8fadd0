//! The bytes that a document was parsed from, and where each line starts.

use std::ops::Range;

use super::BOM;
use super::dialect::{Dialect, Syntax, canonical_line};
use super::line::{LineEnding, LineRef};
use super::parts::LineKind;

/// A whole file, split into lines. Immutable: a document and its copies share it.
#[derive(Debug)]
pub(super) struct Source {
    bytes: Vec<u8>,
    pub(super) bom: bool,
    pub(super) dialect: Dialect,
    lines: Vec<PackedLine>,
}

/// Where a line starts, how it ends and what it is. Packed into 8 bytes to halve the memory traffic of a parse.
///
/// Bits 0 to 39 are the offset of the start, 40 and 41 the ending, 42 to 63 the kind.
#[derive(Clone, Copy, Debug)]
struct PackedLine(u64);

impl PackedLine {
    /// 40 bits address 1 TiB, more than fits in memory.
    const START_BITS: u32 = 40;
    /// Indexed by the two bits of an ending.
    const ENDINGS: [LineEnding; 4] = [LineEnding::Lf, LineEnding::CrLf, LineEnding::Cr, LineEnding::None];

    fn new(start: usize, kind: LineKind, ending: LineEnding) -> Self {
        let start = start as u64;
        Self(u64::from(kind.bits()) << (Self::START_BITS + 2) | (ending as u64) << Self::START_BITS | start)
    }

    fn start(self) -> usize {
        (self.0 & ((1 << Self::START_BITS) - 1)) as usize
    }

    fn ending(self) -> LineEnding {
        Self::ENDINGS[(self.0 >> Self::START_BITS & 3) as usize]
    }

    fn kind(self) -> LineKind {
        LineKind::from_bits((self.0 >> (Self::START_BITS + 2)) as u32)
    }
}

impl Source {
    pub(super) fn parse(bytes: Vec<u8>, dialect: Dialect) -> Self {
        assert!(bytes.len() as u64 >> PackedLine::START_BITS == 0, "a file of a terabyte");
        let syntax = dialect.syntax();
        let bom = syntax.skips_bom && bytes.starts_with(BOM);
        let lines = split(&bytes, if bom { BOM.len() } else { 0 }, syntax);
        Self { bytes, bom, dialect, lines }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn line(&self, at: usize) -> LineRef<'_> {
        let line = self.lines[at];
        let ending = line.ending();
        let end = self.start_of(at + 1) - ending.as_bytes().len();
        let text = &self.bytes[line.start()..end];
        LineRef { text, kind: line.kind(), ending, syntax: self.dialect.syntax() }
    }

    /// Advances `lines` past the first line that has one of these keys, in any case, and returns that line.
    pub(super) fn next_with_key(&self, lines: &mut Range<usize>, names: &[&str]) -> Option<usize> {
        let may_have = |line: &PackedLine| names.iter().any(|name| line.kind().may_have_key_len(name.len()));
        loop {
            let found = self.lines.get(lines.clone())?.iter().position(may_have).map(|at| lines.start + at);
            lines.start = found.map_or(lines.end, |at| at + 1);
            if found.is_none_or(|at| self.line(at).has_key(names)) {
                return found;
            }
        }
    }

    pub(super) fn endings(&self, lines: Range<usize>) -> impl Iterator<Item = LineEnding> + '_ {
        self.lines[lines].iter().map(|line| line.ending())
    }

    /// The bytes of some lines with their endings.
    pub(super) fn slice(&self, lines: Range<usize>) -> &[u8] {
        &self.bytes[self.start_of(lines.start)..self.start_of(lines.end)]
    }

    fn start_of(&self, at: usize) -> usize {
        self.lines.get(at).map_or(self.bytes.len(), |line| line.start())
    }
}

/// Splits `bytes` into lines from `start` on. LF, CRLF and a lone CR end a line, mixed freely.
fn split(bytes: &[u8], mut start: usize, syntax: &Syntax) -> Vec<PackedLine> {
    let mut lines = Vec::with_capacity((bytes.len() - start) / 32 + 1);
    // One search of the whole file, so that no line needs its own.
    let has_nul = memchr::memchr(0, bytes).is_some();
    let parts = if has_nul { syntax.parts } else { syntax.parts_without_nul };
    while start < bytes.len() {
        let rest = &bytes[start..];
        let canonical = if syntax.has_canonical_lines { canonical_line::canonical(rest) } else { None };
        let (len, kind) = canonical.map_or_else(
            || {
                let len = (syntax.line_len)(rest);
                (len, LineKind::of(parts(&rest[..len])))
            },
            |(len, key_len)| (len, LineKind::canonical(key_len)),
        );
        let ending = LineEnding::at(&rest[len..]);
        lines.push(PackedLine::new(start, kind, ending));
        start += len + ending.as_bytes().len();
    }
    lines
}

/// Splits `bytes` into the texts of its lines, without their endings.
pub(super) fn split_texts(bytes: &[u8], dialect: Dialect) -> Vec<&[u8]> {
    let line_len = dialect.syntax().line_len;
    let mut rest = bytes;
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let (text, after) = rest.split_at(line_len(rest));
        texts.push(text);
        rest = &after[LineEnding::at(after).as_bytes().len()..];
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::{LineEnding, LineKind, PackedLine};

    #[test]
    fn a_packed_line_keeps_start_kind_and_ending() {
        for ending in [LineEnding::Lf, LineEnding::CrLf, LineEnding::Cr, LineEnding::None] {
            let line = PackedLine::new((1 << 40) - 1, LineKind::canonical(7), ending);
            assert_eq!(
                (line.start(), line.kind(), line.ending()),
                ((1 << 40) - 1, LineKind::canonical(7), ending)
            );
        }
    }
}
