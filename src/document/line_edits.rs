//! The edits that a document takes: a value or a key replaced in its line, a line added, a line removed.

use std::ops::Range;

use super::index::PrefixIndex;
use super::line::LineEnding;
use super::overlay::{LineId, Run};
use super::parts::LineKind;
use super::{Document, EncodeError, Key};

/// The prefix under which the index has the header of a disk descriptor. No key contains a space.
const HEADER: &[u8] = b" ";

impl Document {
    /// Sets the value of an entry. Returns whether a byte changed: an entry that has this value is left as it is
    /// written.
    ///
    /// # Errors
    /// The value cannot be written; the document is as it was.
    pub(crate) fn set_value(&mut self, id: LineId, value: &str) -> Result<bool, EncodeError> {
        let Some(entry) = self.entry(id) else { return Ok(false) };
        if entry.value() == value {
            return Ok(false);
        }
        let range = entry.parts.value.range();
        let raw = self.write_value(value)?;
        let raw = self.value_in_place(id, raw);
        self.replace_in_line(id, range, &raw);
        Ok(true)
    }

    /// Renames an entry. Returns whether a byte changed.
    ///
    /// # Errors
    /// The key cannot be written; the document is as it was.
    pub(crate) fn set_key(&mut self, id: LineId, key: &Key) -> Result<bool, EncodeError> {
        let raw = self.write_key(key)?.into_owned();
        Ok(self.set_raw_key(id, &raw))
    }

    /// Renames an entry to `key`, which is its key with `to` in place of the prefix `from`. Keeps the bytes after the
    /// prefix, except where escapes hide its end. Returns whether a byte changed.
    ///
    /// # Errors
    /// The key cannot be written; the document is as it was.
    pub(crate) fn set_prefix(
        &mut self,
        id: LineId,
        from: &Key,
        to: &Key,
        key: &Key,
    ) -> Result<bool, EncodeError> {
        if self.syntax().has_escaped_keys {
            return self.set_key(id, key);
        }
        let from = self.write_key(from)?.len();
        let to = self.write_key(to)?;
        let Some(entry) = self.entry(id) else { return Ok(false) };
        let raw = [&to[..], entry.raw_key().get(from..).unwrap_or_default()].concat();
        Ok(self.set_raw_key(id, &raw))
    }

    fn set_raw_key(&mut self, id: LineId, raw: &[u8]) -> bool {
        let Some(line) = self.line(id).filter(|line| line.key() != Some(raw)) else { return false };
        let Some(parts) = line.parts() else { return false };
        let old_key = self.plain_key(&line.text[parts.key.range()]).into_owned();
        self.replace_in_line(id, parts.key.range(), raw);
        let key = self.plain_key(raw).into_owned();
        if let Some(keys) = self.keys.get_mut() {
            keys.remove(id, &old_key);
            keys.insert(id, &key);
        }
        self.push_to_prefixes(id, &key);
        true
    }

    /// Adds an entry after the last line with the key's prefix, or of its device, or of the file. The entry that names
    /// the encoding of a VMX file becomes the first one, where
    /// VMware writes it: a program that reads the file in order needs it for the text that follows.
    ///
    /// # Errors
    /// Key or value cannot be written; the document is as it was.
    pub(crate) fn add(&mut self, key: &Key, value: &str) -> Result<LineId, EncodeError> {
        let text = self.new_line(key, value)?;
        let kind = LineKind::of((self.syntax().parts)(&text));
        debug_assert!(kind != LineKind::NOT_AN_ENTRY, "a key and an escaped value are an entry");
        let ending = self.common_ending();
        let after = self.line_to_add_after(key);
        if let Some(after) = after {
            self.end_continuation(after);
            self.end_line(after, ending);
        }
        let id = self.overlay.insert(after, &text, kind, ending);
        let name = key.as_str().as_bytes();
        if let Some(keys) = self.keys.get_mut() {
            keys.insert(id, name);
        }
        self.push_to_prefixes(id, name);
        Ok(id)
    }

    /// Removes a whole line.
    pub(crate) fn remove(&mut self, id: LineId) {
        if self.keys.get().is_some() {
            let key = self.line(id).and_then(|line| Some(self.plain_key(line.key()?).into_owned()));
            if let (Some(keys), Some(key)) = (self.keys.get_mut(), key) {
                keys.remove(id, &key);
            }
        }
        self.overlay.remove(id);
    }

    /// Gives a last line without an ending one, so that another line can follow.
    fn end_line(&mut self, id: LineId, ending: LineEnding) {
        if let Some(line) = self.line(id).filter(|line| line.ending == LineEnding::None) {
            let (text, kind) = (line.text.to_vec(), line.kind);
            self.overlay.replace(id, &text, kind, ending);
        }
    }

    /// Removes the continuation at the end of the file: it joins nothing, but would join a line added after it.
    fn end_continuation(&mut self, id: LineId) {
        let Some(end_continuation) = self.syntax().end_continuation else { return };
        if let Some((range, instead)) = self.line(id).and_then(|line| end_continuation(line.text)) {
            self.replace_in_line(id, range, instead);
        }
    }

    /// Finds the line after which a new one with this key is added: the last of the header, of the key's prefix, of its
    /// device, or of the file. `None` if it becomes the first line.
    fn line_to_add_after(&mut self, key: &Key) -> Option<LineId> {
        let syntax = self.syntax();
        let names_encoding = syntax.encoding_keys.iter().any(|name| name.eq_ignore_ascii_case(key.as_str()));
        let found = match syntax.is_header_key {
            // Without a header: after the title.
            Some(is_header_key) if is_header_key(key.as_str()) => {
                self.last_of(HEADER).or_else(|| self.walk().next().map(|(id, _)| id))
            }
            None if names_encoding => return self.line_before_entries(),
            _ => self.last_with_prefix(key),
        };
        found.or_else(|| self.overlay.last())
    }

    /// Returns the line before the first entry; `None` if the first line is one.
    fn line_before_entries(&self) -> Option<LineId> {
        let others = self.walk().take_while(|(_, line)| !line.is_entry());
        others.last().map(|(id, _)| id)
    }

    /// The last line with the prefix of `key`, else with its device.
    fn last_with_prefix(&mut self, key: &Key) -> Option<LineId> {
        let device = key.device()?;
        let last = key.prefix().and_then(|prefix| self.last_of(prefix.as_bytes()));
        last.or_else(|| self.last_of(device.as_bytes()))
    }

    /// The last line with a prefix. Builds the index of prefixes the first time.
    fn last_of(&mut self, prefix: &[u8]) -> Option<LineId> {
        if self.prefixes.is_none() {
            let lines = self.walk().filter_map(|(id, line)| Some((id, line.key()?)));
            let mut prefixes = PrefixIndex::default();
            for (id, raw) in lines {
                self.push_to(&mut prefixes, id, &self.plain_key(raw));
            }
            self.prefixes = Some(prefixes);
        }
        let exists = |id| self.overlay.contains(id);
        self.prefixes.as_mut()?.last(prefix, exists)
    }

    fn push_to_prefixes(&mut self, id: LineId, key: &[u8]) {
        if let Some(mut prefixes) = self.prefixes.take() {
            self.push_to(&mut prefixes, id, key);
            self.prefixes = Some(prefixes);
        }
    }

    fn push_to(&self, prefixes: &mut PrefixIndex, id: LineId, key: &[u8]) {
        prefixes.push(id, key);
        if let Some(is_header_key) = self.syntax().is_header_key
            && is_header_key(&String::from_utf8_lossy(key))
        {
            prefixes.push_to(id, HEADER);
        }
    }

    /// The ending that most lines have; LF where none has one. Takes one pass over the lines, once.
    pub(super) fn common_ending(&self) -> LineEnding {
        *self.common_ending.get_or_init(|| {
            let mut counts = [(LineEnding::Lf, 0_usize), (LineEnding::CrLf, 0), (LineEnding::Cr, 0)];
            let mut count = |ending: LineEnding| {
                if let Some((_, count)) = counts.iter_mut().find(|(known, _)| *known == ending) {
                    *count += 1;
                }
            };
            for run in self.overlay.runs() {
                match run {
                    Run::Source(lines) => self.source.endings(lines).for_each(&mut count),
                    Run::Owned(id) => self.line(id).into_iter().for_each(|line| count(line.ending)),
                }
            }
            let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
            counts.iter().find(|(_, count)| *count == most).map_or(LineEnding::Lf, |(ending, _)| *ending)
        })
    }

    /// Replaces bytes of one line. An entry stays one.
    fn replace_in_line(&mut self, id: LineId, range: Range<usize>, with: &[u8]) {
        let Some(line) = self.line(id) else { return };
        let new = [&line.text[..range.start], with, &line.text[range.end..]].concat();
        let (was_entry, ending) = (line.is_entry(), line.ending);
        let kind = LineKind::of((self.syntax().parts)(&new));
        debug_assert_eq!(kind != LineKind::NOT_AN_ENTRY, was_entry, "an edited entry is an entry");
        self.overlay.replace(id, &new, kind, ending);
    }
}
