//! Entries found by their keys.

use std::borrow::Cow;

use super::index::KeyIndex;
use super::line::Row;
use super::overlay::{LineId, Run};
use super::{Dialect, Document, Entry, Key, properties};
use crate::error::Cause;

impl Document {
    /// The entries of `key`: none, one, or several, in file order. VMware refuses a file with several; Java takes the last.
    pub fn find(&self, key: &Key) -> Vec<Entry<'_>> {
        let is_it = |(id, row): (LineId, Row<'_>)| self.is_key(row, key).then_some(id);
        let mut ids: Vec<LineId> = match self.keys.get() {
            Some(keys) => keys
                .candidates(key.as_str().as_bytes())
                .filter_map(|id| Some((id, self.row(id)?)))
                .filter_map(is_it)
                .collect(),
            None if key.as_str().is_ascii() && self.dialect() != Dialect::Properties => {
                self.named(&[key.as_str()]).map(|(id, _)| id).collect()
            }
            None => self.walk().filter_map(is_it).collect(),
        };
        if ids.is_empty() && key.as_str().contains('|') && self.dialect() != Dialect::Properties {
            // A key with bytes that are no text is asked for as it is shown.
            ids = self.walk().filter(|(_, row)| self.is_shown_as(*row, key)).map(|(id, _)| id).collect();
        }
        if ids.len() > 1 {
            let numbers = self.numbers();
            ids.sort_unstable_by_key(|id| numbers.of(*id));
        }
        ids.into_iter().filter_map(|id| self.entry(id)).collect()
    }

    /// The one entry of `key`; in Java properties the last.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where there are several, but in Java properties.
    pub fn get(&self, key: &Key) -> Result<Option<Entry<'_>>, Cause> {
        let mut found = self.find(key);
        if found.len() > 1 && self.dialect() != Dialect::Properties {
            let lines = found.iter().map(Entry::number).collect();
            return Err(Cause::Duplicate { key: found[0].key().into_owned(), lines });
        }
        Ok(found.pop())
    }

    /// The keys that stand on more than one line, with their lines, in the order of their first.
    pub fn duplicates(&self) -> Vec<(String, Vec<usize>)> {
        let keys = self.index();
        if !keys.may_hold_duplicates() {
            return Vec::new();
        }
        let mut seen: Vec<bool> = vec![false; self.overlay.len()];
        let mut groups = Vec::new();
        for (id, row) in self.walk() {
            let Some(key) = row.key().filter(|_| !seen[id]) else { continue };
            let name = self.plain_name(key);
            let is_same =
                |row: Row<'_>| row.key().is_some_and(|key| self.is_same(&self.plain_name(key), &name));
            let same: Vec<LineId> =
                keys.candidates(&name).filter(|other| self.row(*other).is_some_and(is_same)).collect();
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
        let numbers = self.numbers();
        groups
            .into_iter()
            .filter_map(|(first, same)| {
                let mut lines: Vec<usize> = same.iter().map(|id| numbers.of(*id)).collect();
                lines.sort_unstable();
                Some((self.entry(first)?.key().into_owned(), lines))
            })
            .collect()
    }

    /// Builds the index of keys, for callers that look many up.
    pub fn prepare_lookups(&self) {
        self.index();
    }

    fn index(&self) -> &KeyIndex {
        self.keys.get_or_init(|| {
            let mut keys = KeyIndex::with_room_for(self.overlay.len());
            for (id, row) in self.walk() {
                if let Some(key) = row.key() {
                    keys.insert(id, &self.plain_name(key));
                }
            }
            keys
        })
    }

    /// The entries with one of these names, which are ASCII, in any case. No encoding reads other bytes as ASCII text.
    pub(super) fn named(&self, names: &[&str]) -> impl Iterator<Item = (LineId, Row<'_>)> {
        let mut runs = self.overlay.runs();
        let mut lines = 0..0;
        std::iter::from_fn(move || {
            loop {
                if let Some(id) = self.source.next_named(&mut lines, names) {
                    return Some((id, self.source.row(id)));
                }
                match runs.next()? {
                    Run::Source(run) => lines = run,
                    Run::Own(id) => {
                        let row = self.row(id)?;
                        if row.is_named(names) {
                            return Some((id, row));
                        }
                    }
                }
            }
        })
    }

    fn is_key(&self, row: Row<'_>, key: &Key) -> bool {
        let Some(name) = row.key() else { return false };
        let wanted = key.as_str();
        if self.dialect() == Dialect::Properties {
            return properties::unescape(name).is_some_and(|name| name == wanted);
        }
        // No encoding reads bytes beyond ASCII as ASCII text.
        if wanted.is_ascii() || name.is_ascii() {
            return name.eq_ignore_ascii_case(wanted.as_bytes());
        }
        self.charset().decode(name).is_some_and(|name| name.eq_ignore_ascii_case(wanted))
    }

    fn is_shown_as(&self, row: Row<'_>, key: &Key) -> bool {
        row.key().is_some_and(|name| {
            self.charset().decode(name).is_none()
                && self.charset().show(name).eq_ignore_ascii_case(key.as_str())
        })
    }

    /// A key's text, without what spells it in its file, as bytes; one that is no text as it stands there.
    pub(super) fn plain_name<'a>(&self, name: &'a [u8]) -> Cow<'a, [u8]> {
        let text = match self.dialect() {
            Dialect::Properties => properties::unescape(name),
            // No encoding reads ASCII as other text.
            Dialect::Vmx | Dialect::Descriptor if self.charset().is_utf8() || name.is_ascii() => None,
            Dialect::Vmx | Dialect::Descriptor => self.charset().decode(name),
        };
        match text {
            None => Cow::Borrowed(name),
            Some(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
            Some(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        }
    }

    /// Whether two plain names are of the same key.
    fn is_same(&self, one: &[u8], other: &[u8]) -> bool {
        match self.dialect() {
            Dialect::Vmx | Dialect::Descriptor => one.eq_ignore_ascii_case(other),
            Dialect::Properties => one == other,
        }
    }
}
