//! A table from keys to the first entry with each. It stores numbers of entries, never a key.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::context::IndexedEntry;

/// The first entry of each key.
pub(super) struct FirstEntries {
    table: HashTable<u32>,
    hasher: RandomState,
}

impl FirstEntries {
    /// Indexes the entries. Returns the table and, for each entry that repeats a key, its number and that of the first.
    pub(super) fn of(entries: &[IndexedEntry<'_>]) -> (Self, Vec<(u32, u32)>) {
        let hasher = RandomState::new();
        let mut table = HashTable::with_capacity(entries.len());
        let mut copies = Vec::new();
        let hash = |name: &str| hasher.hash_one(name);
        for (at, entry) in (0_u32..).zip(entries) {
            let is_same = |other: &u32| entries[*other as usize].name == entry.name;
            match table.entry(hash(&entry.name), is_same, |other| hash(&entries[*other as usize].name)) {
                Entry::Occupied(first) => copies.push((at, *first.get())),
                Entry::Vacant(place) => {
                    place.insert(at);
                }
            }
        }
        (Self { table, hasher }, copies)
    }

    /// Returns the number of the first entry with this key, which is given in lower case, among the same entries.
    pub(super) fn get(&self, entries: &[IndexedEntry<'_>], name: &str) -> Option<usize> {
        let found = self.table.find(self.hasher.hash_one(name), |at| entries[*at as usize].name == name)?;
        Some(*found as usize)
    }
}

impl fmt::Debug for FirstEntries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstEntries").field("len", &self.table.len()).finish_non_exhaustive()
    }
}
