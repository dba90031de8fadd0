//! The numbers of lines, counted from 1.

use std::collections::HashMap;
use std::ops::Range;

use super::Document;
use super::overlay::{LineId, Run};

/// The number of every line. Takes memory for each run of lines and each edit; in Java properties for each line.
#[derive(Debug, Default)]
pub(crate) struct LineNumbers {
    /// Lines of the source that follow each other, with the number of the first.
    runs: Vec<(Range<LineId>, usize)>,
    others: HashMap<LineId, usize>,
}

impl LineNumbers {
    /// Returns the number of a line, or `None` if it was removed.
    pub(crate) fn get(&self, id: LineId) -> Option<usize> {
        if let Some(number) = self.others.get(&id) {
            return Some(*number);
        }
        let at = self.runs.partition_point(|(lines, _)| lines.end <= id);
        let (lines, number) = self.runs.get(at)?;
        lines.contains(&id).then(|| number + (id - lines.start))
    }
}

impl Document {
    pub(crate) fn line_numbers(&self) -> LineNumbers {
        let mut numbers = LineNumbers::default();
        if self.syntax().inner_line_ends.is_some() {
            // A line may take several numbers.
            numbers.others = self.numbered().map(|(number, id, _)| (id, number)).collect();
            return numbers;
        }
        let mut next = 1;
        for run in self.overlay.runs() {
            match run {
                Run::Source(lines) => {
                    let count = lines.len();
                    numbers.runs.push((lines, next));
                    next += count;
                }
                Run::Owned(id) => {
                    numbers.others.insert(id, next);
                    next += 1;
                }
            }
        }
        numbers
    }
}
