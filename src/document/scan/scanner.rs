//! Keeps the lines of a stream that have wanted keys.

use super::names::Names;
use super::{Scan, Selection};
use crate::document::dialect::{canonical_line, vmx};
use crate::document::line::LineEnding;
use crate::document::sniff::is_blank_or_comment;
use crate::document::{BOM, Dialect, Document, FormatError};

/// Keeps the lines with the wanted keys, and those that decide how they are read.
pub(super) struct Scanner<'a> {
    dialect: Dialect,
    names: &'a Names<'a>,
    kept: Vec<u8>,
    /// The numbers of the lines in `kept`.
    numbers: Vec<usize>,
    line_count: usize,
    has_entry: bool,
    /// Whether there was a line that is not an entry, a comment or white space.
    has_other: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(selection: &'a Selection<'_>) -> Self {
        let Selection { dialect, names, .. } = selection;
        let (kept, numbers) = (Vec::new(), Vec::new());
        Self { dialect: *dialect, names, kept, numbers, line_count: 0, has_entry: false, has_other: false }
    }

    /// Scans some whole lines.
    pub(super) fn lines(&mut self, mut rest: &[u8]) -> Result<(), FormatError> {
        let has_nul_or_cr = memchr::memchr2(0, b'\r', rest).is_some();
        let has_nul = has_nul_or_cr && memchr::memchr(0, rest).is_some();
        while !rest.is_empty() {
            if self.has_entry && !has_nul_or_cr {
                return self.plain_lines(rest);
            }
            let (line, after) = rest.split_at(vmx::line_len(rest));
            rest = &after[LineEnding::at(after).as_bytes().len()..];
            self.line_count += 1;
            if has_nul || !self.has_entry || self.names.may_start(line) {
                self.line(line)?;
            }
        }
        Ok(())
    }

    /// Scans lines after the first entry that have no NUL and end in LF. Looks only at the keys of most of them.
    fn plain_lines(&mut self, lines: &[u8]) -> Result<(), FormatError> {
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', lines);
        for end in ends.chain((lines.last() != Some(&b'\n')).then_some(lines.len())) {
            self.line_count += 1;
            let line = &lines[start..end];
            // The first byte of an empty line is its end. There is one: only the last line may lack an end.
            if self.names.probe(lines[start]).may_match(line) {
                self.plain_line(line, &lines[start..])?;
            }
            start = end + 1;
        }
        Ok(())
    }

    /// Keeps a line, with which `rest` starts, if it is an entry that is searched.
    fn plain_line(&mut self, line: &[u8], rest: &[u8]) -> Result<(), FormatError> {
        // Comparing names is faster than finding the end of the key, and rules out most lines.
        if !self.names.has_globs() && !self.names.may_start(line) {
            return Ok(());
        }
        let may_be_canonical = self.dialect.syntax().has_canonical_lines;
        let canonical = may_be_canonical.then(|| canonical_line::canonical(rest)).flatten();
        match canonical.filter(|(len, _)| *len == line.len()) {
            Some((_, key_len)) if self.names.may_be(&line[..key_len as usize]) => self.keep(line),
            Some(_) => {}
            None => self.line(line)?,
        }
        Ok(())
    }

    fn keep(&mut self, line: &[u8]) {
        self.kept.extend_from_slice(line);
        self.kept.push(b'\n');
        self.numbers.push(self.line_count);
    }

    fn line(&mut self, line: &[u8]) -> Result<(), FormatError> {
        let may_have_key = self.names.may_start(line);
        if self.has_entry && !may_have_key && memchr::memchr(0, line).is_none() {
            return Ok(());
        }
        if (self.dialect.syntax().parts)(line).is_some() {
            self.has_entry = true;
            if may_have_key {
                self.keep(line);
            }
        } else if memchr::memchr(0, line).is_some() {
            return Err(FormatError::nul(self.line_count));
        } else {
            self.has_other = self.has_other || !is_blank_or_comment(line);
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Scan, FormatError> {
        if self.has_other && !self.has_entry {
            return Err(FormatError::no_entry());
        }
        if self.kept.starts_with(BOM) {
            // In the file, other lines come before this one, and these bytes are a part of its key.
            self.kept.insert(0, b'\n');
            self.numbers.insert(0, 0);
        }
        let document = Document::parse_as(self.kept, self.dialect);
        Ok(Scan { document, numbers: Some(self.numbers) })
    }
}
