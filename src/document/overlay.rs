//! A piece table: the lines of the source plus the lines that edits changed, removed and added.
//!
//! The source is never touched, so a document is copied in the time that its edits take, and written run by run.
//!
//! ```text
//! source (base = 5)    0   1   2   3   4
//! changed              2 = new text, 3 = removed
//! added                5, 6, 7
//! added_after[2] = 6   6.next = 5, 5.next = none      after the first two lines of the source: 6, then 5
//! added_after[5] = 7                                  after all five: 7
//!
//! runs()               Source(0..2)  Owned(6)  Owned(5)  Owned(2)  Source(4..5)  Owned(7)
//! ```

use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::ops::Range;

use super::line::{LineEnding, LineRef};
use super::parts::LineKind;
use super::source::Source;

/// Index of a line: `0..base` are lines of the source, `base..` were added by edits. Stable for the life of the
/// document.
pub(crate) type LineId = usize;

/// The edits of one document.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    /// How many lines the source has.
    base: usize,
    /// The texts of all owned lines. Grows only.
    text: Vec<u8>,
    /// Lines of the source that were replaced, or removed (`None`).
    changed: BTreeMap<LineId, Option<OwnedLine>>,
    added: Vec<AddedLine>,
    /// By a count of lines of the source: the first and the last line that was added after so many.
    added_after: BTreeMap<usize, (LineId, LineId)>,
    /// A line after which no other exists; it may be removed itself.
    tail: Option<LineId>,
}

/// A line whose text is in the overlay.
#[derive(Clone, Debug)]
struct OwnedLine {
    text: Range<usize>,
    kind: LineKind,
    ending: LineEnding,
}

#[derive(Clone, Debug)]
struct AddedLine {
    /// `None` once it is removed.
    line: Option<OwnedLine>,
    /// How many lines of the source it comes after.
    count: usize,
    /// The one before it that was added after the same line of the source.
    previous: Option<LineId>,
    /// The next line that was added after the same line of the source.
    next: Option<LineId>,
}

/// Lines that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// As they are in the source.
    Source(Range<LineId>),
    /// One whose text is in the overlay.
    Owned(LineId),
}

impl Overlay {
    /// An overlay without edits over a source of `base` lines.
    pub(super) fn new(base: usize) -> Self {
        Self { base, tail: base.checked_sub(1), ..Self::default() }
    }

    /// The line as it is now, unless it was removed.
    pub(super) fn line<'a>(&'a self, id: LineId, source: &'a Source) -> Option<LineRef<'a>> {
        let owned = match id.checked_sub(self.base) {
            None => match self.changed.get(&id) {
                Some(owned) => owned.as_ref(),
                None => return Some(source.line(id)),
            },
            Some(at) => self.added.get(at).and_then(|added| added.line.as_ref()),
        }?;
        let text = &self.text[owned.text.clone()];
        Some(LineRef { text, kind: owned.kind, ending: owned.ending, syntax: source.dialect.syntax() })
    }

    /// How many ids there are, those of removed lines included.
    pub(super) fn len(&self) -> usize {
        self.base + self.added.len()
    }

    /// Whether the line comes from the source, changed or not.
    pub(super) fn is_of_source(&self, id: LineId) -> bool {
        id < self.base
    }

    /// The last line in file order. A removed line is passed over once.
    pub(super) fn last(&mut self) -> Option<LineId> {
        while let Some(id) = self.tail.filter(|id| !self.contains(*id)) {
            self.tail = self.before(id);
        }
        self.tail
    }

    /// The line before another, even if it was removed.
    fn before(&self, id: LineId) -> Option<LineId> {
        let count = match id.checked_sub(self.base) {
            Some(at) => match &self.added[at] {
                AddedLine { previous: Some(previous), .. } => return Some(*previous),
                first => return first.count.checked_sub(1),
            },
            None => id,
        };
        self.added_after.get(&count).map(|(_, last)| *last).or_else(|| count.checked_sub(1))
    }

    /// Whether the line was not removed.
    pub(super) fn contains(&self, id: LineId) -> bool {
        match id.checked_sub(self.base) {
            None => self.changed.get(&id).is_none_or(Option::is_some),
            Some(at) => self.added[at].line.is_some(),
        }
    }

    /// Upper limit for the bytes that the overlay adds to the source.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }

    /// Replaces a line.
    pub(super) fn replace(&mut self, id: LineId, text: &[u8], kind: LineKind, ending: LineEnding) {
        let owned = self.own(text, kind, ending);
        self.put(id, Some(owned));
    }

    pub(super) fn remove(&mut self, id: LineId) {
        self.put(id, None);
    }

    fn put(&mut self, id: LineId, line: Option<OwnedLine>) {
        match id.checked_sub(self.base) {
            None => {
                self.changed.insert(id, line);
            }
            Some(at) => self.added[at].line = line,
        }
    }

    /// Adds a line after the line `after`, or as the first of all.
    pub(super) fn insert(
        &mut self,
        after: Option<LineId>,
        text: &[u8],
        kind: LineKind,
        ending: LineEnding,
    ) -> LineId {
        let id = self.len();
        let line = Some(self.own(text, kind, ending));
        let added = after.and_then(|after| after.checked_sub(self.base));
        let count = added.map_or_else(|| after.map_or(0, |after| after + 1), |at| self.added[at].count);
        let (first, last) = *self.added_after.entry(count).or_insert((id, id));
        let (previous, next) = match added {
            Some(at) => (after, self.added[at].next.replace(id)),
            None => (None, Some(first).filter(|first| *first != id)),
        };
        if let Some(next) = next {
            self.added[next - self.base].previous = Some(id);
        }
        let first = if previous.is_none() { id } else { first };
        let last = if next.is_none() { id } else { last };
        self.added_after.insert(count, (first, last));
        self.added.push(AddedLine { line, count, previous, next });
        if self.tail == after {
            self.tail = Some(id);
        }
        id
    }

    fn own(&mut self, text: &[u8], kind: LineKind, ending: LineEnding) -> OwnedLine {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        OwnedLine { text: start..self.text.len(), kind, ending }
    }

    /// All lines in file order.
    pub(super) fn runs(&self) -> Runs<'_> {
        let mut added_after = self.added_after.iter().peekable();
        let next_added = added_after.next_if(|(count, _)| **count == 0).map(|(_, (first, _))| *first);
        Runs {
            overlay: self,
            changed: self.changed.iter().peekable(),
            added_after,
            next_source: 0,
            next_added,
        }
    }
}

/// Iterator over the lines of a document in file order. See [`Overlay::runs`].
pub(super) struct Runs<'a> {
    overlay: &'a Overlay,
    /// Those from `next_source` on.
    changed: Peekable<btree_map::Iter<'a, LineId, Option<OwnedLine>>>,
    /// Those after more than `next_source` lines.
    added_after: Peekable<btree_map::Iter<'a, usize, (LineId, LineId)>>,
    next_source: LineId,
    /// The next of the lines that were added after `next_source` lines of the source. They come first.
    next_added: Option<LineId>,
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        loop {
            let run = match self.next_added {
                Some(id) => self.take_added(id),
                None if self.next_source < self.overlay.base => self.take_source(),
                None => return None,
            };
            if run.is_some() {
                return run;
            }
        }
    }
}

impl Runs<'_> {
    /// Takes an added line. Returns `None` if it was removed.
    fn take_added(&mut self, id: LineId) -> Option<Run> {
        let added = &self.overlay.added[id - self.overlay.base];
        self.next_added = added.next;
        added.line.as_ref().map(|_| Run::Owned(id))
    }

    /// Takes a changed line of the source, or the unchanged ones up to the next edit. Returns `None` for a removed
    /// line.
    fn take_source(&mut self) -> Option<Run> {
        let start = self.next_source;
        let run = if let Some((id, line)) = self.changed.next_if(|(id, _)| **id == start) {
            self.next_source += 1;
            line.as_ref().map(|_| Run::Owned(*id))
        } else {
            let end = self.changed.peek().map_or(self.overlay.base, |(id, _)| **id);
            let end = self.added_after.peek().map_or(end, |(count, _)| end.min(**count));
            self.next_source = end;
            Some(Run::Source(start..end))
        };
        let at = self.next_source;
        self.next_added = self.added_after.next_if(|(count, _)| **count == at).map(|(_, (first, _))| *first);
        run
    }
}

#[cfg(test)]
mod tests {
    use super::{LineEnding, LineKind, Overlay, Run};

    #[test]
    fn runs_are_in_file_order() {
        let kind = LineKind::NOT_AN_ENTRY;
        let mut overlay = Overlay::new(5);
        assert_eq!(overlay.runs().collect::<Vec<_>>(), [Run::Source(0..5)]);
        let mut add = |after| overlay.insert(after, b"a", kind, LineEnding::Lf);
        let first = add(Some(1));
        let second = add(Some(first));
        let before = add(Some(1));
        let last = add(Some(4));
        overlay.replace(3, b"b", kind, LineEnding::Lf);
        overlay.remove(0);
        overlay.remove(first);
        let owned = Run::Owned;
        assert_eq!(
            overlay.runs().collect::<Vec<_>>(),
            [
                Run::Source(1..2),
                owned(before),
                owned(second),
                Run::Source(2..3),
                owned(3),
                Run::Source(4..5),
                owned(last)
            ]
        );
        assert_eq!(overlay.last(), Some(last));
        overlay.remove(last);
        assert_eq!(overlay.last(), Some(4));
    }

    #[test]
    fn lines_can_be_added_to_an_empty_file() {
        let mut overlay = Overlay::new(0);
        let first = overlay.insert(None, b"a", LineKind::NOT_AN_ENTRY, LineEnding::Lf);
        let second = overlay.insert(Some(first), b"b", LineKind::NOT_AN_ENTRY, LineEnding::Lf);
        assert_eq!(overlay.runs().collect::<Vec<_>>(), [Run::Owned(first), Run::Owned(second)]);
    }
}
