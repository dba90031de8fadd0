//! What edits have made of a source's lines: some changed, some gone, some added. The source stays as it is, so that a
//! document is copied and written in the time that its edits take.

use std::collections::BTreeMap;
use std::ops::Range;

use super::dialect::Dialect;
use super::line::{Ending, Row, Shape};
use super::source::Source;

/// A line's place: first those of the source in their order, then those that edits have added. It never changes.
pub(super) type LineId = usize;

/// The edits of one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    /// How many lines the source has.
    base: usize,
    /// The text of every line that is not as in the source.
    text: Vec<u8>,
    /// Lines of the source as they are now; those that are gone are `None`.
    changed: BTreeMap<LineId, Option<Own>>,
    added: Vec<Added>,
    /// The first line that was added behind so many lines of the source.
    heads: BTreeMap<usize, LineId>,
    /// The last line in the order of the file, even if it is gone.
    tail: Option<LineId>,
}

/// A line of the overlay's own.
#[derive(Clone, Debug)]
struct Own {
    place: Range<usize>,
    shape: Shape,
    ending: Ending,
}

#[derive(Clone, Debug)]
struct Added {
    /// `None` once it is gone.
    line: Option<Own>,
    /// The line that was added behind the same line of the source and comes next.
    next: Option<LineId>,
}

/// Lines that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// As they are in the source.
    Source(Range<LineId>),
    /// One of the overlay's own.
    Own(LineId),
}

impl Overlay {
    pub(super) fn over(base: usize) -> Self {
        Self { base, tail: base.checked_sub(1), ..Self::default() }
    }

    /// The line as it is now, if it is there yet.
    pub(super) fn row<'a>(&'a self, id: LineId, source: &'a Source) -> Option<Row<'a>> {
        let own = match id.checked_sub(self.base) {
            None => match self.changed.get(&id) {
                Some(own) => own.as_ref(),
                None => return Some(source.row(id)),
            },
            Some(at) => self.added.get(at).and_then(|added| added.line.as_ref()),
        }?;
        let text = &self.text[own.place.clone()];
        Some(Row { text, shape: own.shape, ending: own.ending, dialect: source.dialect })
    }

    /// How many lines there have been, those that are gone counted.
    pub(super) fn len(&self) -> usize {
        self.base + self.added.len()
    }

    /// The last line that there is.
    pub(super) fn last(&self) -> Option<LineId> {
        if let Some(tail) = self.tail.filter(|id| self.is_there(*id)) {
            return Some(tail);
        }
        self.runs().last().map(|run| match run {
            Run::Source(lines) => lines.end - 1,
            Run::Own(id) => id,
        })
    }

    fn is_there(&self, id: LineId) -> bool {
        match id.checked_sub(self.base) {
            None => self.changed.get(&id).is_none_or(Option::is_some),
            Some(at) => self.added[at].line.is_some(),
        }
    }

    /// How many bytes its own lines have had.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }

    /// Puts another text in the line's place.
    pub(super) fn replace(&mut self, id: LineId, text: &[u8], ending: Ending, dialect: Dialect) {
        let own = self.own(text, ending, dialect);
        self.put(id, Some(own));
    }

    pub(super) fn remove(&mut self, id: LineId) {
        self.put(id, None);
    }

    fn put(&mut self, id: LineId, line: Option<Own>) {
        match id.checked_sub(self.base) {
            None => {
                self.changed.insert(id, line);
            }
            Some(at) => self.added[at].line = line,
        }
    }

    /// Adds a line behind the line `after`, or as the first of all.
    pub(super) fn insert(
        &mut self,
        after: Option<LineId>,
        text: &[u8],
        ending: Ending,
        dialect: Dialect,
    ) -> LineId {
        let id = self.len();
        let line = Some(self.own(text, ending, dialect));
        let next = match after.map(|after| (after, after.checked_sub(self.base))) {
            Some((_, Some(at))) => self.added[at].next.replace(id),
            Some((after, None)) => self.heads.insert(after + 1, id),
            None => self.heads.insert(0, id),
        };
        self.added.push(Added { line, next });
        if self.tail == after {
            self.tail = Some(id);
        }
        id
    }

    fn own(&mut self, text: &[u8], ending: Ending, dialect: Dialect) -> Own {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        Own { place: start..self.text.len(), shape: Shape::of(dialect.parts(text)), ending }
    }

    /// All lines that there are, in the order of the file.
    pub(super) fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        let mut changed = self.changed.iter().peekable();
        let mut heads = self.heads.iter().peekable();
        let mut at = 0;
        let mut chain = heads.next_if(|(behind, _)| **behind == 0).map(|(_, id)| *id);
        std::iter::from_fn(move || {
            loop {
                if let Some(id) = chain {
                    let added = &self.added[id - self.base];
                    chain = added.next;
                    match added.line {
                        Some(_) => return Some(Run::Own(id)),
                        None => continue,
                    }
                }
                if at == self.base {
                    return None;
                }
                let run = if let Some((id, line)) = changed.next_if(|(id, _)| **id == at) {
                    at += 1;
                    line.as_ref().map(|_| Run::Own(*id))
                } else {
                    let end = changed.peek().map_or(self.base, |(id, _)| **id);
                    let end = heads.peek().map_or(end, |(behind, _)| end.min(**behind));
                    Some(Run::Source(std::mem::replace(&mut at, end)..end))
                };
                chain = heads.next_if(|(behind, _)| **behind == at).map(|(_, id)| *id);
                if run.is_some() {
                    return run;
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Overlay, Run};
    use crate::document::Dialect;

    #[test]
    fn runs_keep_the_order_of_the_file() {
        let mut overlay = Overlay::over(5);
        assert_eq!(overlay.runs().collect::<Vec<_>>(), [Run::Source(0..5)]);
        let mut add = |after| overlay.insert(after, b"a", Ending::Lf, Dialect::Vmx);
        let first = add(Some(1));
        let second = add(Some(first));
        let before = add(Some(1));
        let last = add(Some(4));
        overlay.replace(3, b"b", Ending::Lf, Dialect::Vmx);
        overlay.remove(0);
        overlay.remove(first);
        let own = Run::Own;
        assert_eq!(
            overlay.runs().collect::<Vec<_>>(),
            [
                Run::Source(1..2),
                own(before),
                own(second),
                Run::Source(2..3),
                own(3),
                Run::Source(4..5),
                own(last)
            ]
        );
        assert_eq!(overlay.last(), Some(last));
        overlay.remove(last);
        assert_eq!(overlay.last(), Some(4));
    }

    #[test]
    fn an_empty_file_takes_lines() {
        let mut overlay = Overlay::over(0);
        let first = overlay.insert(None, b"a", Ending::Lf, Dialect::Vmx);
        let second = overlay.insert(Some(first), b"b", Ending::Lf, Dialect::Vmx);
        assert_eq!(overlay.runs().collect::<Vec<_>>(), [Run::Own(first), Run::Own(second)]);
    }
}
