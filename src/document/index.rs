//! Lines found by key, and the last line of a family, without owning a key.

use std::hash::{BuildHasher, Hasher, RandomState};

use hashbrown::HashTable;

use super::overlay::LineId;

/// Where each key stands.
///
/// It holds line ids alone; whoever asks gives the key's bytes of a line. Entries of lines that were removed or
/// renamed stay behind and are passed over by the comparison.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyIndex {
    table: HashTable<(LineId, u64)>,
    hasher: RandomState,
    has_twins: bool,
}

impl KeyIndex {
    pub(super) fn with_room_for(lines: usize) -> Self {
        Self { table: HashTable::with_capacity(lines), ..Self::default() }
    }

    /// Whether two lines may have the same key.
    pub(super) fn may_hold_duplicates(&self) -> bool {
        self.has_twins
    }

    pub(super) fn insert(&mut self, id: LineId, name: &[u8]) {
        let hash = hash(&self.hasher, name);
        self.has_twins = self.has_twins || self.table.find(hash, |(_, other)| *other == hash).is_some();
        self.table.insert_unique(hash, (id, hash), |(_, hash)| *hash);
    }

    /// The same for a line that was renamed: renamed back, it is there already.
    pub(super) fn insert_again(&mut self, id: LineId, name: &[u8]) {
        let hash = hash(&self.hasher, name);
        if self.table.find(hash, |entry| *entry == (id, hash)).is_none() {
            self.insert(id, name);
        }
    }

    /// The lines that may hold the key, in no order.
    pub(super) fn candidates(&self, name: &[u8]) -> impl Iterator<Item = LineId> + '_ {
        let wanted = hash(&self.hasher, name);
        self.table.iter_hash(wanted).filter(move |(_, hash)| *hash == wanted).map(|(id, _)| *id)
    }
}

/// Real keys have at most five parts.
const PARTS_AT_MOST: usize = 16;

/// The last line of each family: of all keys that start with a name and a `.` or `:`.
#[derive(Clone, Debug, Default)]
pub(super) struct FamilyIndex {
    table: HashTable<(LineId, u64)>,
    hasher: RandomState,
}

impl FamilyIndex {
    /// Notes that `id` is the last line so far of every family that `name` belongs to.
    pub(super) fn note(&mut self, id: LineId, name: &[u8]) {
        for at in memchr::memchr2_iter(b'.', b':', name).take(PARTS_AT_MOST) {
            let hash = hash(&self.hasher, &name[..at]);
            match self.table.find_mut(hash, |(_, other)| *other == hash) {
                Some(last) => last.0 = id,
                None => {
                    self.table.insert_unique(hash, (id, hash), |(_, hash)| *hash);
                }
            }
        }
    }

    pub(super) fn last(&self, family: &[u8]) -> Option<LineId> {
        let hash = hash(&self.hasher, family);
        self.table.find(hash, |(_, other)| *other == hash).map(|(id, _)| *id)
    }
}

/// Names that differ in ASCII case alone have the same, and a few others: whoever asks compares.
fn hash(hasher: &RandomState, name: &[u8]) -> u64 {
    const LOWER: u8 = b'a' ^ b'A';
    let mut state = hasher.build_hasher();
    let mut room = [0; 64];
    for part in name.chunks(room.len()) {
        let folded = &mut room[..part.len()];
        folded.copy_from_slice(part);
        let (words, tail) = folded.as_chunks_mut();
        for word in words {
            *word = (u64::from_ne_bytes(*word) | u64::from_ne_bytes([LOWER; 8])).to_ne_bytes();
        }
        for byte in tail {
            *byte |= LOWER;
        }
        state.write(folded);
    }
    state.finish()
}
