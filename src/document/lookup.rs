//! Entries found by their keys: by a scan at first, by a hash table after some scans.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use super::index::{Case, KeyIndex};
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
        let keys = self.key_index();
        if !keys.may_have_duplicates() {
            return Vec::new();
        }
        let syntax = self.syntax();
        let mut seen: Vec<bool> = vec![false; self.overlay.len()];
        let mut groups = Vec::new();
        for (id, line) in self.walk() {
            let Some(key) = line.key().filter(|_| !seen[id] && !keys.is_alone(id)) else { continue };
            let name = self.plain_key(key);
            let is_same = |line: LineRef<'_>| {
                line.key().is_some_and(|key| (syntax.keys_equal)(&self.plain_key(key), &name))
            };
            let same: Vec<LineId> =
                keys.candidates(&name).filter(|other| self.line(*other).is_some_and(is_same)).collect();
            if same.len() > 1 {
                for id in &same {
                    seen[*id] = true;
                }
                groups.push((id, same));
            }
        }
        if groups.is_empty() {
            return Vec::new();
        }
        let numbers = self.line_numbers();
        groups
            .into_iter()
            .filter_map(|(first, same)| {
                let mut lines: Vec<usize> = same.iter().filter_map(|id| numbers.get(*id)).collect();
                lines.sort_unstable();
                Some(DuplicateKey { key: self.entry(first)?.key().into_owned(), lines })
            })
            .collect()
    }

    fn key_index_if_worth_it(&self) -> Option<&KeyIndex> {
        match self.keys.get() {
            None if self.scans.is_exhausted() => Some(self.key_index()),
            keys => keys,
        }
    }

    fn key_index(&self) -> &KeyIndex {
        self.keys.get_or_init(|| {
            let case = if self.dialect().ignores_case() { Case::Ignored } else { Case::Kept };
            let mut keys = KeyIndex::new(self.overlay.len(), case);
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
