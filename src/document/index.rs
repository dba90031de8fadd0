//! Hash tables from keys to lines, and from key prefixes to their last line. They store line ids, never a key.

use std::hash::{BuildHasher, Hasher, RandomState};

use hashbrown::HashTable;

use super::overlay::LineId;

/// The lines of each key.
///
/// The caller compares the keys of the candidates: hashes collide, and lines that were removed or renamed stay in the
/// table.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyIndex {
    table: HashTable<(LineId, u64)>,
    hasher: RandomState,
    may_have_duplicates: bool,
}

impl KeyIndex {
    pub(super) fn with_capacity(lines: usize) -> Self {
        Self { table: HashTable::with_capacity(lines), ..Self::default() }
    }

    /// Whether two lines may have the same key.
    pub(super) fn may_have_duplicates(&self) -> bool {
        self.may_have_duplicates
    }

    /// Adds a line that is not in the table.
    pub(super) fn insert(&mut self, id: LineId, key: &[u8]) {
        let hash = hash(&self.hasher, key);
        self.may_have_duplicates =
            self.may_have_duplicates || self.table.find(hash, |(_, other)| *other == hash).is_some();
        self.table.insert_unique(hash, (id, hash), |(_, hash)| *hash);
    }

    /// Adds a renamed line. One that was renamed back is in the table already.
    pub(super) fn insert_renamed(&mut self, id: LineId, key: &[u8]) {
        let hash = hash(&self.hasher, key);
        if self.table.find(hash, |entry| *entry == (id, hash)).is_none() {
            self.insert(id, key);
        }
    }

    /// The lines that may have the key, in no order.
    pub(super) fn candidates(&self, key: &[u8]) -> impl Iterator<Item = LineId> + '_ {
        let wanted = hash(&self.hasher, key);
        self.table.iter_hash(wanted).filter(move |(_, hash)| *hash == wanted).map(|(id, _)| *id)
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
    hasher: RandomState,
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
            let hash = hash(&self.hasher, &key[..end]);
            let new = self.lines.len();
            let last = self.last.find_mut(hash, |(_, other)| *other == hash);
            let previous = last.map(|(last, _)| std::mem::replace(last, new));
            if previous.is_none() {
                self.last.insert_unique(hash, (new, hash), |(_, hash)| *hash);
            }
            self.lines.push(PrefixLine { id, previous });
        }
    }

    /// Returns the last line of the prefix for which `exists` is true, and forgets those after it.
    pub(super) fn last(&mut self, prefix: &[u8], exists: impl Fn(LineId) -> bool) -> Option<LineId> {
        let hash = hash(&self.hasher, prefix);
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

/// Hashes `name` without regard to ASCII case.
///
/// Sets the bit 0x20 in every byte, so a few unrelated names collide too; callers must compare the keys.
fn hash(hasher: &RandomState, name: &[u8]) -> u64 {
    const CASE_BIT: u8 = b'a' ^ b'A';
    let mut state = hasher.build_hasher();
    let mut buffer = [0; 64];
    for part in name.chunks(buffer.len()) {
        let folded = &mut buffer[..part.len()];
        folded.copy_from_slice(part);
        let (words, tail) = folded.as_chunks_mut();
        for word in words {
            *word = (u64::from_ne_bytes(*word) | u64::from_ne_bytes([CASE_BIT; 8])).to_ne_bytes();
        }
        for byte in tail {
            *byte |= CASE_BIT;
        }
        state.write(folded);
    }
    state.finish()
}

#[cfg(test)]
mod tests {
    use super::PrefixIndex;

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
