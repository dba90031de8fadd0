//! Passes over the lines of a document, and the views of a line that they give.

use super::dialect::Syntax;
use super::line::{LineEnding, LineRef};
use super::overlay::Run;
use super::{BOM, Charset, Document, Entry, Line, LineId, Pattern};

/// See [`Document::to_bytes`].
pub(super) fn to_bytes(document: &Document) -> Vec<u8> {
    let (source, overlay) = (&document.source, &document.overlay);
    let mut out = Vec::with_capacity(source.bytes().len() + overlay.size() + 3);
    if document.has_bom() {
        out.extend_from_slice(BOM);
    }
    let mut is_after_added_cr = false;
    for run in overlay.runs() {
        let (text, ending, is_added) = match run {
            Run::Source(lines) => (source.slice(lines), LineEnding::None, false),
            Run::Owned(id) => {
                let line = document.line(id).expect("a run holds lines that exist");
                (line.text, line.ending, !overlay.is_of_source(id))
            }
        };
        if is_after_added_cr && text.iter().chain(ending.as_bytes()).next() == Some(&b'\n') {
            // `\r` and the `\n` of an empty line would be one line end.
            out.push(b'\n');
        }
        out.extend_from_slice(text);
        out.extend_from_slice(ending.as_bytes());
        is_after_added_cr = is_added && ending == LineEnding::Cr;
    }
    out
}

impl Document {
    pub(crate) fn syntax(&self) -> &'static Syntax {
        self.dialect().syntax()
    }

    /// The encoding that the lines declare now.
    pub(crate) fn declared_charset(&self) -> Charset {
        let syntax = self.syntax();
        if let Some(charset) = &syntax.fixed_charset {
            return charset.clone();
        }
        let line = self.lines_with_key(syntax.encoding_keys).next().map(|(_, line)| line);
        let raw = line.and_then(|line| Some(&line.text[line.parts()?.value.range()]));
        raw.map_or(Charset::default(), |raw| {
            Charset::of(&String::from_utf8_lossy(&super::escape::unescape(raw)))
        })
    }

    /// Overrides the encoding that the lines declare.
    pub(crate) fn read_as(&mut self, charset: Charset) {
        self.charset = charset.into();
        self.keys.take();
        self.undecodable_keys.take();
        self.prefixes = None;
    }

    /// Every line that is not an entry, in file order.
    pub(crate) fn non_entry_lines(&self) -> impl Iterator<Item = Line<'_>> {
        let others = self.numbered().filter(|(_, _, line)| !line.is_entry());
        others.map(|(number, id, line)| self.view(number, id, line))
    }

    /// How many lines there are. A logical line of Java properties counts as one.
    pub fn line_count(&self) -> usize {
        let count = |run| match run {
            Run::Source(lines) => lines.len(),
            Run::Owned(_) => 1,
        };
        self.overlay.runs().map(count).sum()
    }

    /// Returns the first line if it begins with a BOM that a new parse would mistake for the file's.
    pub(crate) fn misplaced_bom(&self) -> Option<LineId> {
        let (id, line) = self.walk().next()?;
        (!self.has_bom() && self.syntax().skips_bom && line.text.starts_with(BOM)).then_some(id)
    }

    pub(crate) fn entry(&self, id: LineId) -> Option<Entry<'_>> {
        self.entry_of(id, self.line(id)?, None)
    }

    /// The line as it is now, unless it was removed.
    pub(super) fn line(&self, id: LineId) -> Option<LineRef<'_>> {
        self.overlay.line(id, &self.source)
    }

    pub(super) fn entry_of<'a>(
        &'a self,
        id: LineId,
        line: LineRef<'a>,
        number: Option<usize>,
    ) -> Option<Entry<'a>> {
        Some(Entry { document: self, id, line: line.text, parts: line.parts()?, number })
    }

    /// Returns the entries that `pattern` selects, in file order. A pattern without wildcards costs one lookup; the
    /// numbers of the lines are then not known.
    pub(crate) fn select<'a>(&'a self, pattern: &'a Pattern) -> Box<dyn Iterator<Item = Entry<'a>> + 'a> {
        match pattern.as_key() {
            Some(key) => Box::new(self.find_lines(key).into_iter().filter_map(|id| self.entry(id))),
            None => Box::new(self.entries().filter(|entry| pattern.selects(entry))),
        }
    }

    /// The entries on these lines, with the lines' numbers.
    pub(super) fn numbered_entries(&self, ids: &[LineId]) -> Vec<Entry<'_>> {
        if ids.is_empty() {
            return Vec::new();
        }
        let numbers = self.line_numbers();
        let entry = |id| Some(Entry { number: numbers.get(id), ..self.entry(id)? });
        ids.iter().copied().filter_map(entry).collect()
    }

    pub(super) fn view<'a>(&'a self, number: usize, id: LineId, line: LineRef<'a>) -> Line<'a> {
        Line {
            number,
            text: self.charset().show(line.text),
            raw: line.text,
            ending: line.ending,
            entry: self.entry_of(id, line, Some(number)),
        }
    }

    pub(super) fn lines_where(&self, holds: impl Fn(&[u8]) -> bool) -> Vec<usize> {
        let lines = self.numbered().filter(|(_, _, line)| holds(line.text));
        lines.map(|(number, _, _)| number).collect()
    }

    /// The lines in file order.
    pub(super) fn walk(&self) -> impl Iterator<Item = (LineId, LineRef<'_>)> {
        let mut runs = self.overlay.runs();
        let mut lines = 0..0;
        std::iter::from_fn(move || {
            loop {
                if let Some(id) = lines.next() {
                    return Some((id, self.source.line(id)));
                }
                match runs.next()? {
                    Run::Source(run) => lines = run,
                    Run::Owned(id) => return Some((id, self.line(id)?)),
                }
            }
        })
    }

    /// The lines in file order with their numbers, counted from 1.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, LineId, LineRef<'_>)> {
        let inner_line_ends = self.syntax().inner_line_ends;
        let mut next = 1;
        self.walk().map(move |(id, line)| {
            let number = next;
            next += 1 + inner_line_ends.map_or(0, |count| count(line.text));
            (number, id, line)
        })
    }
}
