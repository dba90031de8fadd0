//! What edits did to a document.

use crate::document::{LineId, LineNumbers};

use std::collections::HashMap;

/// One change of an entry. Lines are counted from 1, in the new file; that of a removed entry in the old one.
///
/// ```
/// use vmxedit::{Document, edit};
///
/// let before = Document::parse("a = \"1\"\n");
/// let changes = edit::compare(&before, &Document::parse("a = \"2\"\n"));
/// assert_eq!((changes[0].before(), changes[0].after()), (Some("1"), Some("2")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// An entry got another value.
    Set {
        /// The key as it is spelled in the file.
        key: String,
        /// The old value.
        before: String,
        /// The new value.
        after: String,
        /// The line in the new file.
        line: usize,
    },
    /// An entry is new.
    Added {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The line in the new file.
        line: usize,
    },
    /// An entry is gone.
    Removed {
        /// The key as it was spelled in the file.
        key: String,
        /// The value that it had.
        value: String,
        /// The line in the old file.
        line: usize,
    },
    /// An entry got another key.
    Renamed {
        /// The old key.
        from: String,
        /// The new key.
        to: String,
        /// The line in the new file.
        line: usize,
    },
}

impl Change {
    /// Returns the key; of a renamed entry the old one.
    pub fn key(&self) -> &str {
        match self {
            Self::Set { key, .. } | Self::Added { key, .. } | Self::Removed { key, .. } => key,
            Self::Renamed { from, .. } => from,
        }
    }

    /// Returns the value that the entry had. `None` for a new and for a renamed entry.
    pub fn before(&self) -> Option<&str> {
        match self {
            Self::Set { before: value, .. } | Self::Removed { value, .. } => Some(value),
            Self::Added { .. } | Self::Renamed { .. } => None,
        }
    }

    /// Returns the value that the entry has. `None` for a removed and for a renamed entry.
    pub fn after(&self) -> Option<&str> {
        match self {
            Self::Set { after: value, .. } | Self::Added { value, .. } => Some(value),
            Self::Removed { .. } | Self::Renamed { .. } => None,
        }
    }

    /// Returns the line, counted from 1: in the new file, for a removed entry in the old one.
    pub fn line(&self) -> usize {
        match self {
            Self::Set { line, .. }
            | Self::Added { line, .. }
            | Self::Removed { line, .. }
            | Self::Renamed { line, .. } => *line,
        }
    }

    fn with_line(mut self, number: usize) -> Self {
        match &mut self {
            Self::Set { line, .. }
            | Self::Added { line, .. }
            | Self::Removed { line, .. }
            | Self::Renamed { line, .. } => *line = number,
        }
        self
    }
}

/// The changes of one call, merged as they come: values in between were never in a file.
#[derive(Default)]
pub(super) struct ChangeLog {
    changes: Vec<(LineId, Change)>,
    /// The index of each line's last change.
    last: HashMap<LineId, usize>,
}

impl ChangeLog {
    /// Records a change of the entry on a line. The number of the line in `change` does not count.
    pub(super) fn record(&mut self, id: LineId, change: Change) {
        let last = self.last.get(&id).map(|at| &mut self.changes[*at].1);
        match (last, change) {
            (
                Some(Change::Added { value: last, .. } | Change::Set { after: last, .. }),
                Change::Set { after, .. },
            ) => *last = after,
            (Some(last @ Change::Set { .. }), Change::Removed { key, line, .. }) => {
                let value = last.before().unwrap_or_default().to_owned();
                *last = Change::Removed { key, value, line };
            }
            (_, change) => {
                self.last.insert(id, self.changes.len());
                self.changes.push((id, change));
            }
        }
    }

    /// Returns the changes, with the numbers of their lines before and after. What was undone in the same call, and
    /// what came and went in it, is left out.
    pub(super) fn finish(self, before: &LineNumbers, after: &LineNumbers) -> Vec<Change> {
        let changes = self.changes.into_iter().filter(|(_, change)| match change {
            Change::Set { before, after, .. } => before != after,
            _ => true,
        });
        let numbered = changes.filter_map(|(id, change)| {
            let numbers = if matches!(change, Change::Removed { .. }) { before } else { after };
            Some(change.with_line(numbers.get(id)?))
        });
        numbered.collect()
    }
}
