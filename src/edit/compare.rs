//! The difference of two documents, by key. The order of entries, the spelling of keys and comments do not count.

use std::num::NonZeroUsize;

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
    let (old, new) = (ByKey::new(before, dialect), ByKey::new(after, dialect));
    let mut is_compared = vec![false; old.chains.len()];
    let mut changes = Vec::new();
    for (key, chain) in &new.chains {
        let (at, old_chain) = old.chains.get_full(key).map(|(at, _, chain)| (at, *chain)).unzip();
        if let Some(at) = at {
            is_compared[at] = true;
        }
        let mut old_entries = old.entries(old_chain);
        for new in new.entries(Some(*chain)) {
            let (key, value, line) = (new.key().into_owned(), new.value().into_owned(), new.line_number());
            match old_entries.next() {
                Some(old) if is_same(old, new) => {}
                Some(old) => {
                    let before = old.value().into_owned();
                    changes.push(Change::Set { key, before, after: value, line });
                }
                None => changes.push(Change::Added { key, value, line }),
            }
        }
        changes.extend(old_entries.map(removed));
    }
    for (chain, _) in old.chains.values().zip(is_compared).filter(|(_, is_compared)| !is_compared) {
        changes.extend(old.entries(Some(*chain)).map(removed));
    }
    changes
}

/// The entries of a document by their keys. Those of one key are a linked list: most keys have one, and a vector for each
/// would take most of the memory.
struct ByKey<'a> {
    entries: Vec<Entry<'a>>,
    /// By an entry: the next one with its key.
    next: Vec<Option<NonZeroUsize>>,
    chains: IndexMap<Key, Chain>,
}

/// The first and the last entry with a key.
#[derive(Clone, Copy)]
struct Chain {
    first: usize,
    last: usize,
}

impl<'a> ByKey<'a> {
    fn new(document: &'a Document, dialect: Dialect) -> Self {
        let mut found = Self { entries: Vec::new(), next: Vec::new(), chains: IndexMap::new() };
        for entry in document.entries() {
            let Ok(key) = Key::parse_as(&entry.key(), dialect) else { continue };
            let at = found.entries.len();
            found.entries.push(entry);
            found.next.push(None);
            let chain = found.chains.entry(key).or_insert(Chain { first: at, last: at });
            if chain.last != at {
                found.next[chain.last] = NonZeroUsize::new(at);
                chain.last = at;
            }
        }
        found
    }

    fn entries(&self, chain: Option<Chain>) -> impl Iterator<Item = &Entry<'a>> {
        let next = |at: &usize| self.next[*at].map(NonZeroUsize::get);
        std::iter::successors(chain.map(|chain| chain.first), next).map(|at| &self.entries[at])
    }
}

fn removed(old: &Entry<'_>) -> Change {
    let (key, value) = (old.key().into_owned(), old.value().into_owned());
    Change::Removed { key, value, line: old.line_number() }
}
