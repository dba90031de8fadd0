//! The difference of two documents, by key. The order of entries, the spelling of keys and comments do not count.

use indexmap::IndexMap;

use super::Change;
use crate::document::{Dialect, Document, Entry, Key};

/// Compares two documents by key.
///
/// The changes are in the order of `after`; removed entries come where their key still exists, else last. Several
/// entries with one key are compared in their order. A key in another case is not a change. Takes time for the entries
/// of both.
pub fn compare(before: &Document, after: &Document) -> Vec<Change> {
    compare_with(before, after, |_, old, new| old == new)
}

/// Compares two documents by key. Two values count as one if `values_equal(key, old, new)`.
pub fn compare_with(
    before: &Document,
    after: &Document,
    values_equal: impl Fn(&str, &str, &str) -> bool,
) -> Vec<Change> {
    let same_charset = before.charset() == after.charset();
    let is_same = |old: &Entry<'_>, new: &Entry<'_>| {
        let (key, was, is) = (new.key(), old.value(), new.value());
        // An invalid byte is shown as the escape that the other file may hold literally.
        let only_shown_alike = same_charset && was == is && was.contains('|') && old.bytes() != new.bytes();
        values_equal(&key, &was, &is) && !only_shown_alike
    };
    // A key of a dictionary never equals one of Java properties: take the stricter dialect for both.
    let dialect = if before.dialect().ignores_case() { after.dialect() } else { before.dialect() };
    let (mut old, new) = (by_key(before, dialect), by_key(after, dialect));
    let mut changes = Vec::new();
    for (key, new) in new {
        // Emptied, not removed from the map: that would cost the order or the time to keep it.
        let mut old = old.get_mut(&key).map(std::mem::take).unwrap_or_default().into_iter();
        for new in new {
            let (key, value, line) = (new.key().into_owned(), new.value().into_owned(), new.line_number());
            match old.next() {
                Some(old) if is_same(&old, &new) => {}
                Some(old) => {
                    let before = old.value().into_owned();
                    changes.push(Change::Set { key, before, after: value, line });
                }
                None => changes.push(Change::Added { key, value, line }),
            }
        }
        changes.extend(old.map(|old| removed(&old)));
    }
    changes.extend(old.into_values().flatten().map(|old| removed(&old)));
    changes
}

fn by_key(document: &Document, dialect: Dialect) -> IndexMap<Key, Vec<Entry<'_>>> {
    let mut entries: IndexMap<Key, Vec<Entry<'_>>> = IndexMap::new();
    for entry in document.entries() {
        if let Ok(key) = Key::parse_as(&entry.key(), dialect) {
            entries.entry(key).or_default().push(entry);
        }
    }
    entries
}

fn removed(old: &Entry<'_>) -> Change {
    let (key, value) = (old.key().into_owned(), old.value().into_owned());
    Change::Removed { key, value, line: old.line_number() }
}
