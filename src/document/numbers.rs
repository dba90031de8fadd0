//! The numbers of lines, by which people know them.

use std::collections::HashMap;
use std::ops::Range;

use super::overlay::{LineId, Run};
use super::{Dialect, Document};

/// The number of every line, counted from 1.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// Lines of the source that follow each other, with the number of the first.
    stretches: Vec<(Range<LineId>, usize)>,
    others: HashMap<LineId, usize>,
}

impl Numbers {
    /// The line's number; 0 for one that is gone.
    pub(crate) fn of(&self, id: LineId) -> usize {
        if let Some(number) = self.others.get(&id) {
            return *number;
        }
        let at = self.stretches.partition_point(|(lines, _)| lines.end <= id);
        match self.stretches.get(at) {
            Some((lines, number)) if lines.contains(&id) => number + (id - lines.start),
            _ => 0,
        }
    }
}

impl Document {
    pub(crate) fn numbers(&self) -> Numbers {
        let mut numbers = Numbers::default();
        if self.dialect() == Dialect::Properties {
            // A line may take several numbers.
            numbers.others = self.numbered().map(|(number, id, _)| (id, number)).collect();
            return numbers;
        }
        let mut next = 1;
        for run in self.overlay.runs() {
            match run {
                Run::Source(lines) => {
                    let count = lines.len();
                    numbers.stretches.push((lines, next));
                    next += count;
                }
                Run::Own(id) => {
                    numbers.others.insert(id, next);
                    next += 1;
                }
            }
        }
        numbers
    }
}
