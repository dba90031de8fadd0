//! Entries found by their keys: by a scan at first, by a hash table after some scans.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use super::index::{Case, KeyGroups, KeyIndex};
use super::line::LineRef;
use super::overlay::{LineId, Run};
use super::{Document, DuplicateKey, Key};

/// The table costs as much as about this many scans.
const MAX_SCANS: u8 = 16;

/// Counts scans of the whole document.
#[derive(Debug, Default)]
pub(super) struct ScanCounter(AtomicU8);

impl ScanCounter {
    /// Counts a scan. Returns whether the table would have been cheaper by now.
    fn is_exhausted(&self) -> bool {
        // Two threads may count one scan: the table is then built one lookup later.
        let count = self.0.load(Ordering::Relaxed);
        self.0.store(count.saturating_add(1), Ordering::Relaxed);
        count >= MAX_SCANS
    }
}

impl Clone for ScanCounter {
    fn clone(&self) -> Self {
        Self(AtomicU8::new(self.0.load(Ordering::Relaxed)))
    }
}

impl Document {
    /// The lines of a key, in file order.
    pub(super) fn find_lines(&self, key: &Key) -> Vec<LineId> {
        let syntax = self.syntax();
        let is_it = |(id, line): (LineId, LineRef<'_>)| self.has_key(line, key).then_some(id);
        let mut ids: Vec<LineId> = match self.key_index_if_worth_it() {
            Some(keys) => keys
                .candidates(key.as_str().as_bytes())
                .filter_map(|id| Some((id, self.line(id)?)))
                .filter_map(is_it)
                .collect(),
            None if key.as_str().is_ascii() && !syntax.has_escaped_keys => {
                self.lines_with_key(&[key.as_str()]).map(|(id, _)| id).collect()
            }
            None => self.walk().filter_map(is_it).collect(),
        };
        if ids.is_empty() && key.as_str().contains('|') && !syntax.has_escaped_keys {
            // The caller may name a key with invalid bytes as it is shown.
            let shown = self.undecodable_keys().get(&key.as_str().to_ascii_lowercase());
            let ids = shown.into_iter().flatten().copied();
            return ids.filter(|id| self.line(*id).is_some_and(|line| self.is_shown_as(line, key))).collect();
        }
        if ids.iter().all(|id| self.overlay.is_of_source(*id)) {
            ids.sort_unstable();
        } else if ids.len() > 1 {
            let numbers = self.line_numbers();
            ids.sort_unstable_by_key(|id| numbers.get(*id));
        }
        ids
    }

    /// The lines of keys with invalid bytes, by the key as it is shown, in lower case. An edit adds none.
    fn undecodable_keys(&self) -> &HashMap<String, Vec<LineId>> {
        self.undecodable_keys.get_or_init(|| {
            let mut keys: HashMap<String, Vec<LineId>> = HashMap::new();
            for (id, line) in self.walk() {
                let raw = line.key().filter(|raw| self.charset().decode(raw).is_none());
                if let Some(raw) = raw {
                    keys.entry(self.charset().show(raw).to_ascii_lowercase()).or_default().push(id);
                }
            }
            keys
        })
    }

    /// The keys that are set on more than one line, with the lines' numbers, in the order of their first.
    pub(super) fn find_duplicates(&self) -> Vec<DuplicateKey> {
        let groups = self.groups_of_lines();
        if groups.is_empty() {
            return Vec::new();
        }
        let numbers = self.line_numbers();
        let mut duplicates = Vec::new();
        for group in groups {
            let numbered = group.into_iter().filter_map(|id| Some((numbers.get(id)?, id)));
            let mut rest: Vec<(usize, LineId)> = numbered.collect();
            rest.sort_unstable();
            // Keys that differ may have one hash.
            while let Some((_, first)) = rest.first().copied() {
                let (same, others): (Vec<_>, Vec<_>) =
                    rest.into_iter().partition(|(_, id)| self.have_same_key(first, *id));
                rest = others;
                if same.len() > 1
                    && let Some(entry) = self.entry(first)
                {
                    let lines = same.into_iter().map(|(number, _)| number).collect();
                    duplicates.push(DuplicateKey { key: entry.key().into_owned(), lines });
                }
            }
        }
        duplicates.sort_by_key(|duplicate| duplicate.lines[0]);
        duplicates
    }

    /// Groups of at least two lines that may have one key.
    fn groups_of_lines(&self) -> Vec<Vec<LineId>> {
        let lines = || self.walk().filter_map(|(id, line)| Some((id, self.plain_key(line.key()?))));
        let Some(keys) = self.keys.get() else { return KeyGroups::of(lines(), self.case()).iter().collect() };
        let mut is_seen = vec![false; self.overlay.len()];
        let mut groups = Vec::new();
        if keys.may_have_duplicates() {
            for (id, key) in lines().filter(|(id, _)| !keys.is_alone(*id)) {
                if !is_seen[id] {
                    let group: Vec<LineId> = keys.candidates(&key).collect();
                    for id in &group {
                        is_seen[*id] = true;
                    }
                    groups.push(group);
                }
            }
        }
        groups
    }

    fn have_same_key(&self, one: LineId, other: LineId) -> bool {
        let key = |id| Some(self.plain_key(self.line(id)?.key()?));
        let (one, other) = (key(one), key(other));
        one.zip(other).is_some_and(|(one, other)| (self.syntax().keys_equal)(&one, &other))
    }

    fn case(&self) -> Case {
        if self.dialect().ignores_case() { Case::Ignored } else { Case::Kept }
    }

    fn key_index_if_worth_it(&self) -> Option<&KeyIndex> {
        match self.keys.get() {
            None if self.scans.is_exhausted() => Some(self.key_index()),
            keys => keys,
        }
    }

    fn key_index(&self) -> &KeyIndex {
        self.keys.get_or_init(|| {
            let mut keys = KeyIndex::new(self.overlay.len(), self.case());
            for (id, line) in self.walk() {
                if let Some(key) = line.key() {
                    keys.insert(id, &self.plain_key(key));
                }
            }
            keys
        })
    }

    /// The entries with one of these keys, which are ASCII, in any case, in file order. Needs no encoding: none reads
    /// other bytes as ASCII text.
    pub(super) fn lines_with_key(&self, names: &[&str]) -> impl Iterator<Item = (LineId, LineRef<'_>)> {
        let mut runs = self.overlay.runs();
        let mut lines = 0..0;
        std::iter::from_fn(move || {
            loop {
                if let Some(id) = self.source.next_with_key(&mut lines, names) {
                    return Some((id, self.source.line(id)));
                }
                match runs.next()? {
                    Run::Source(run) => lines = run,
                    Run::Owned(id) => {
                        let line = self.line(id)?;
                        if line.has_key(names) {
                            return Some((id, line));
                        }
                    }
                }
            }
        })
    }

    fn has_key(&self, line: LineRef<'_>, key: &Key) -> bool {
        line.key().is_some_and(|raw| (self.syntax().key_is)(self.charset(), raw, key.as_str()))
    }

    fn is_shown_as(&self, line: LineRef<'_>, key: &Key) -> bool {
        line.key().is_some_and(|raw| {
            self.charset().decode(raw).is_none()
                && self.charset().show(raw).eq_ignore_ascii_case(key.as_str())
        })
    }

    /// A raw key, decoded and unescaped, in UTF-8; as it is if its bytes are invalid.
    pub(super) fn plain_key<'a>(&self, raw: &'a [u8]) -> Cow<'a, [u8]> {
        (self.syntax().plain_key)(self.charset(), raw)
    }
}
