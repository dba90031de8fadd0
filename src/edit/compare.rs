//! What is different between two documents, by key. Order, spelling of keys and trivia do not count.

use indexmap::IndexMap;

use super::{Change, Op};
use crate::document::{Document, Entry, Key};

/// What is different, in the order of `after`; what is only in `before` comes where its key is, else last. The copies
/// of a key that stands there twice are compared in their order.
pub fn compare(before: &Document, after: &Document) -> Vec<Change> {
    compare_by(before, after, |_, old, new| old == new)
}

/// The same, where two values count as one if `alike` says so of the key and both.
pub fn compare_by(
    before: &Document,
    after: &Document,
    alike: impl Fn(&str, &str, &str) -> bool,
) -> Vec<Change> {
    let same_charset = before.charset() == after.charset();
    let is_same = |old: &Entry<'_>, new: &Entry<'_>| {
        let (key, was, is) = (new.key(), old.value(), new.value());
        // A byte that is no text is shown as the escape that a file may also hold literally.
        let shown_alike = same_charset && was == is && was.contains('|') && old.bytes() != new.bytes();
        alike(&key, &was, &is) && !shown_alike
    };
    let (mut old, new) = (by_key(before), by_key(after));
    let mut changes = Vec::new();
    for (key, new) in new {
        // Taken and not removed: the order of the others stays, at no cost.
        let mut old = old.get_mut(&key).map(std::mem::take).unwrap_or_default().into_iter();
        for new in new {
            match old.next() {
                Some(old) if is_same(&old, &new) => {}
                Some(old) => changes.push(change(Op::Set, &new, Some(&old), Some(&new))),
                None => changes.push(change(Op::Add, &new, None, Some(&new))),
            }
        }
        changes.extend(old.map(|old| removed(&old)));
    }
    changes.extend(old.into_values().flatten().map(|old| removed(&old)));
    changes
}

fn by_key(document: &Document) -> IndexMap<Key, Vec<Entry<'_>>> {
    let mut entries: IndexMap<Key, Vec<Entry<'_>>> = IndexMap::new();
    for entry in document.entries() {
        if let Ok(key) = Key::parse_as(&entry.key(), document.dialect()) {
            entries.entry(key).or_default().push(entry);
        }
    }
    entries
}

fn removed(old: &Entry<'_>) -> Change {
    change(Op::Remove, old, Some(old), None)
}

/// A change at the place of `at`.
fn change(op: Op, at: &Entry<'_>, before: Option<&Entry<'_>>, after: Option<&Entry<'_>>) -> Change {
    let value = |entry: &Entry<'_>| entry.value().into_owned();
    Change {
        op,
        key: at.key().into_owned(),
        before: before.map(value),
        after: after.map(value),
        line: at.number(),
    }
}
