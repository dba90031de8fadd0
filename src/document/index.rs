//! Hash tables from keys to lines, and from key prefixes to their last line. They store line ids, never a key.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hasher as _, RandomState};

use hashbrown::HashTable;

use super::overlay::LineId;

/// The lines of each key.
///
/// The caller compares the keys of the candidates: hashes may collide.
#[derive(Clone, Debug)]
pub(super) struct KeyIndex {
    /// The last line of each key, with the hash of the key.
    last: HashTable<(LineId, u64)>,
    /// By a line: the next one with its key; after the last one the first. A line without a key is its own.
    next: Vec<LineId>,
    hasher: KeyHasher,
    may_have_duplicates: bool,
}

impl KeyIndex {
    pub(super) fn new(lines: usize, case: Case) -> Self {
        Self {
            last: HashTable::with_capacity(lines),
            next: (0..lines).collect(),
            hasher: KeyHasher { case, ..KeyHasher::default() },
            may_have_duplicates: false,
        }
    }

    /// Whether two lines may have the same key.
    pub(super) fn may_have_duplicates(&self) -> bool {
        self.may_have_duplicates
    }

    /// Whether no other line can have the key of this one.
    pub(super) fn is_alone(&self, id: LineId) -> bool {
        self.next[id] == id
    }

    /// Adds a line that is not in the table.
    pub(super) fn insert(&mut self, id: LineId, key: &[u8]) {
        let hash = self.hasher.hash(key);
        self.next.extend(self.next.len()..=id);
        if let Some((last, _)) = self.last.find_mut(hash, |(_, other)| *other == hash) {
            self.next[id] = self.next[*last];
            self.next[*last] = id;
            *last = id;
            self.may_have_duplicates = true;
        } else {
            self.next[id] = id;
            self.last.insert_unique(hash, (id, hash), |(_, hash)| *hash);
        }
    }

    /// Removes a line that had this key. Takes constant time for the first line of the key.
    pub(super) fn remove(&mut self, id: LineId, key: &[u8]) {
        let hash = self.hasher.hash(key);
        let Ok(mut found) = self.last.find_entry(hash, |(_, other)| *other == hash) else { return };
        let last = found.get().0;
        let mut before = last;
        while self.next[before] != id {
            before = self.next[before];
            if before == last {
                return;
            }
        }
        if before == id {
            found.remove();
            return;
        }
        self.next[before] = self.next[id];
        if id == last {
            found.get_mut().0 = before;
        }
    }

    /// The lines that may have the key, in the order in which they were added.
    pub(super) fn candidates(&self, key: &[u8]) -> impl Iterator<Item = LineId> + '_ {
        let hash = self.hasher.hash(key);
        let last = self.last.find(hash, |(_, other)| *other == hash).map(|(last, _)| *last);
        let first = last.map(|last| self.next[last]);
        std::iter::successors(first, move |id| (Some(*id) != last).then(|| self.next[*id]))
    }
}

/// The lines of keys that several lines may have. Sorts hashes instead of keeping them in a table, which would not fit
/// in the processor's cache.
#[derive(Debug)]
pub(super) struct KeyGroups {
    lines: Vec<(u64, LineId)>,
}

impl KeyGroups {
    /// Groups lines by their keys.
    pub(super) fn of<'a>(lines: impl Iterator<Item = (LineId, Cow<'a, [u8]>)>, case: Case) -> Self {
        let hasher = KeyHasher { case, ..KeyHasher::default() };
        let mut lines: Vec<_> = lines.map(|(id, key)| (hasher.hash(&key), id)).collect();
        lines.sort_unstable();
        Self { lines }
    }

    /// Returns the groups of at least two lines that may have one key, each sorted.
    pub(super) fn iter(&self) -> impl Iterator<Item = Vec<LineId>> + '_ {
        let groups = self.lines.chunk_by(|(one, _), (other, _)| one == other);
        groups.filter(|group| group.len() > 1).map(|group| group.iter().map(|(_, id)| *id).collect())
    }
}

/// Keys have at most five parts in practice; a longer one is indexed by its first ones.
const MAX_PREFIXES: usize = 16;

/// The lines of each prefix: of all keys that start with a name and then a `.` or `:`. Answers which came last.
#[derive(Clone, Debug, Default)]
pub(super) struct PrefixIndex {
    /// The last line of each prefix, as an index into `lines`, with the hash of the prefix.
    last: HashTable<(usize, u64)>,
    /// The lines of each prefix, as a linked list from the last to the first.
    lines: Vec<PrefixLine>,
    hasher: KeyHasher,
}

#[derive(Clone, Debug)]
struct PrefixLine {
    id: LineId,
    previous: Option<usize>,
}

impl PrefixIndex {
    /// Makes `id` the last line of every prefix of `key`.
    pub(super) fn push(&mut self, id: LineId, key: &[u8]) {
        for end in memchr::memchr2_iter(b'.', b':', key).take(MAX_PREFIXES) {
            self.push_to(id, &key[..end]);
        }
    }

    /// Makes `id` the last line of one prefix.
    pub(super) fn push_to(&mut self, id: LineId, prefix: &[u8]) {
        let hash = self.hasher.hash(prefix);
        let new = self.lines.len();
        let last = self.last.find_mut(hash, |(_, other)| *other == hash);
        let previous = last.map(|(last, _)| std::mem::replace(last, new));
        if previous.is_none() {
            self.last.insert_unique(hash, (new, hash), |(_, hash)| *hash);
        }
        self.lines.push(PrefixLine { id, previous });
    }

    /// Returns the last line of the prefix for which `exists` is true, and forgets those after it.
    pub(super) fn last(&mut self, prefix: &[u8], exists: impl Fn(LineId) -> bool) -> Option<LineId> {
        let hash = self.hasher.hash(prefix);
        let mut found = self.last.find_entry(hash, |(_, other)| *other == hash).ok()?;
        loop {
            let line = &self.lines[found.get().0];
            match line.previous {
                _ if exists(line.id) => return Some(line.id),
                Some(previous) => found.get_mut().0 = previous,
                None => {
                    found.remove();
                    return None;
                }
            }
        }
    }
}

/// Whether names that differ in ASCII case only have one hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Case {
    #[default]
    Ignored,
    Kept,
}

/// Hashes names: those that differ have different hashes, whatever a file chooses them to be.
#[derive(Clone, Debug, Default)]
struct KeyHasher {
    case: Case,
    state: RandomState,
}

impl KeyHasher {
    fn hash(&self, name: &[u8]) -> u64 {
        if self.case == Case::Kept {
            return self.state.hash_one(name);
        }
        let mut state = self.state.build_hasher();
        let mut buffer = [0; 64];
        for part in name.chunks(buffer.len()) {
            let lower = &mut buffer[..part.len()];
            lower.copy_from_slice(part);
            lower.make_ascii_lowercase();
            state.write(lower);
        }
        state.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, KeyIndex, PrefixIndex};

    #[test]
    fn lines_of_a_key_come_and_go_in_any_order() {
        let mut keys = KeyIndex::new(4, Case::Ignored);
        let found = |keys: &KeyIndex, key: &[u8]| keys.candidates(key).collect::<Vec<_>>();
        for (id, key) in [(0, b"a"), (1, b"A"), (3, b"b"), (7, b"a")] {
            keys.insert(id, key);
        }
        assert_eq!(found(&keys, b"A"), [0, 1, 7]);
        keys.remove(1, b"a");
        keys.remove(1, b"a");
        assert_eq!(found(&keys, b"a"), [0, 7]);
        keys.remove(7, b"a");
        keys.insert(1, b"a");
        assert_eq!(found(&keys, b"a"), [0, 1]);
        keys.remove(0, b"a");
        keys.remove(1, b"a");
        assert!(found(&keys, b"a").is_empty());
        assert_eq!((found(&keys, b"b"), found(&keys, b"c")), (vec![3], vec![]));
    }

    #[test]
    fn only_letters_are_folded_and_only_where_case_is_ignored() {
        for (case, same) in [(Case::Ignored, true), (Case::Kept, false)] {
            let mut keys = KeyIndex::new(0, case);
            keys.insert(0, b"aZ@[");
            assert_eq!(keys.candidates(b"Az@[").next().is_some(), same);
            assert_eq!(keys.candidates(b"aZ`{").next(), None);
        }
    }

    #[test]
    fn the_last_line_of_a_prefix_is_the_last_that_exists() {
        let mut prefixes = PrefixIndex::default();
        prefixes.push(1, b"scsi0:0.present");
        prefixes.push(2, b"SCSI0:0.fileName");
        prefixes.push(3, b"scsi0:1.present");
        assert_eq!(prefixes.last(b"scsi0:0", |_| true), Some(2));
        assert_eq!(prefixes.last(b"scsi0", |_| true), Some(3));
        assert_eq!(prefixes.last(b"scsi0", |id| id < 3), Some(2));
        assert_eq!(prefixes.last(b"scsi0:0", |id| id < 2), Some(1));
        assert_eq!(prefixes.last(b"scsi0:0", |_| false), None);
        prefixes.push(4, b"scsi0:0.mode");
        assert_eq!(prefixes.last(b"scsi0:0", |_| true), Some(4));
        assert_eq!(prefixes.last(b"scsi1", |_| true), None);
    }
}
