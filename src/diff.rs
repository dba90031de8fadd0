//! The difference of two lists of lines, and its hunks.

use std::fmt;
use std::ops::Range;
use std::time::{Duration, Instant};

use similar::DiffOp;
use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;

/// After this, the rest of a search for the shortest difference is given up.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(2);

/// Adjacent lines with the same kind of change. The ranges are line indexes, counted from 0.
///
/// ```
/// use vmxedit::diff::{Op, OpKind, diff};
///
/// let ops = diff(&[b"a"], &[b"a", b"b"]);
/// assert_eq!(ops[1], Op { kind: OpKind::Insert, old: 1..1, new: 1..2 });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    /// What happened to the lines.
    pub kind: OpKind,
    /// The lines in the old list; empty for an insertion.
    pub old: Range<usize>,
    /// The lines in the new list; empty for a deletion.
    pub new: Range<usize>,
}

/// What happened to some lines.
///
/// ```
/// use vmxedit::diff::{OpKind, diff};
///
/// let kinds: Vec<OpKind> = diff(&[b"a", b"b"], &[b"a", b"c"]).iter().map(|op| op.kind).collect();
/// assert_eq!(kinds, [OpKind::Equal, OpKind::Replace]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpKind {
    /// They are the same in both lists.
    Equal,
    /// They are in the old list only.
    Delete,
    /// They are in the new list only.
    Insert,
    /// Those of the new list are where those of the old one were.
    Replace,
}

/// Compares two lists of lines. The operations cover both, in order.
///
/// The difference is the shortest there is, unless the search takes longer than two seconds: very different lists of
/// many thousand lines get a longer one, which may vary with the speed of the machine.
pub fn diff(old: &[&[u8]], new: &[&[u8]]) -> Vec<Op> {
    let mut found = Compact::new(Replace::new(Capture::new()), old, new);
    let deadline = Some(Instant::now() + SEARCH_TIMEOUT);
    let Ok(()) = myers::diff_deadline(&mut found, old, 0..old.len(), new, 0..new.len(), deadline);
    found.into_inner().into_inner().into_ops().iter().map(op_of).collect()
}

/// Groups operations into hunks with up to `context` equal lines around each change.
pub fn hunks(ops: &[Op], context: usize) -> Vec<Hunk> {
    let groups = similar::group_diff_ops(ops.iter().map(diff_op_of).collect(), context);
    groups.into_iter().map(|group| Hunk { ops: group }).collect()
}

/// Changes that are close to each other, with the lines around them.
///
/// ```
/// use vmxedit::diff::{diff, hunks};
///
/// let hunk = &hunks(&diff(&[b"a", b"b"], &[b"a", b"c"]), 3)[0];
/// assert_eq!(hunk.to_string(), "@@ -1,2 +1,2 @@");
/// assert_eq!(hunk.lines().count(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Hunk {
    ops: Vec<DiffOp>,
}

/// A line of a hunk, as an index into the old list, the new list, or both.
///
/// ```
/// use vmxedit::diff::{HunkLine, diff, hunks};
///
/// let hunk = &hunks(&diff(&[b"a"], &[]), 3)[0];
/// assert_eq!(hunk.lines().collect::<Vec<_>>(), [HunkLine::Deleted { old: 0 }]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HunkLine {
    /// In both lists.
    Context {
        /// Index in the old list.
        old: usize,
        /// Index in the new list.
        new: usize,
    },
    /// In the old list only.
    Deleted {
        /// Index in the old list.
        old: usize,
    },
    /// In the new list only.
    Inserted {
        /// Index in the new list.
        new: usize,
    },
}

impl Hunk {
    /// Returns the lines in the order of a unified diff.
    pub fn lines(&self) -> impl Iterator<Item = HunkLine> {
        self.ops.iter().map(op_of).flat_map(|op| {
            let Op { kind, old, new } = op;
            let (equal, old, new) = match kind {
                OpKind::Equal => (old.zip(new), 0..0, 0..0),
                _ => ((0..0).zip(0..0), old, new),
            };
            equal
                .map(|(old, new)| HunkLine::Context { old, new })
                .chain(old.map(|old| HunkLine::Deleted { old }))
                .chain(new.map(|new| HunkLine::Inserted { new }))
        })
    }
}

/// The header of the hunk in a unified diff: `@@ -1,4 +1,5 @@`.
impl fmt::Display for Hunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        UnifiedHunkHeader::new(&self.ops).fmt(f)
    }
}

fn op_of(op: &DiffOp) -> Op {
    let kind = match op {
        DiffOp::Equal { .. } => OpKind::Equal,
        DiffOp::Delete { .. } => OpKind::Delete,
        DiffOp::Insert { .. } => OpKind::Insert,
        DiffOp::Replace { .. } => OpKind::Replace,
    };
    Op { kind, old: op.old_range(), new: op.new_range() }
}

fn diff_op_of(op: &Op) -> DiffOp {
    let (old_index, new_index) = (op.old.start, op.new.start);
    let (old_len, new_len) = (op.old.len(), op.new.len());
    match op.kind {
        OpKind::Equal => DiffOp::Equal { old_index, new_index, len: old_len },
        OpKind::Delete => DiffOp::Delete { old_index, old_len, new_index },
        OpKind::Insert => DiffOp::Insert { old_index, new_index, new_len },
        OpKind::Replace => DiffOp::Replace { old_index, old_len, new_index, new_len },
    }
}

#[cfg(test)]
mod tests {
    use super::{HunkLine, OpKind, diff, hunks};

    #[test]
    fn a_changed_line_is_a_hunk_with_context() {
        let old: [&[u8]; 5] = [b"a", b"b", b"c", b"d", b"e"];
        let new: [&[u8]; 5] = [b"a", b"b", b"x", b"d", b"e"];
        let ops = diff(&old, &new);
        let kinds: Vec<OpKind> = ops.iter().map(|op| op.kind).collect();
        assert_eq!(kinds, [OpKind::Equal, OpKind::Replace, OpKind::Equal]);
        let hunks = hunks(&ops, 1);
        assert_eq!(hunks.len(), 1);
        assert_eq!(hunks[0].to_string(), "@@ -2,3 +2,3 @@");
        assert_eq!(
            hunks[0].lines().collect::<Vec<_>>(),
            [
                HunkLine::Context { old: 1, new: 1 },
                HunkLine::Deleted { old: 2 },
                HunkLine::Inserted { new: 2 },
                HunkLine::Context { old: 3, new: 3 }
            ]
        );
    }
}
