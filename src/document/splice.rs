//! The edits that a document can take: a value or a key replaced in its line, a line added, a line taken out.

use std::ops::Range;

use super::index::{FamilyIndex, LineId};
use super::line::{Ending, Line};
use super::spell::is_of_header;
use super::{Dialect, Document, Key, properties};
use crate::error::Cause;

impl Document {
    /// Sets the value of an entry, in place. Says whether a byte changed: a value that reads the same is left as it
    /// is spelled.
    ///
    /// # Errors
    /// [`Cause::Unencodable`] or [`Cause::NulInValue`]; the document is as it was.
    pub(crate) fn set_value(&mut self, id: LineId, value: &str) -> Result<bool, Cause> {
        let Some(entry) = self.entry(id) else { return Ok(false) };
        if entry.value() == value {
            return Ok(false);
        }
        let parts = entry.parts;
        let raw = self.raw(&entry.key(), value)?;
        let raw = self.in_place(id, parts, raw);
        self.splice(id, parts.value.range(), &raw);
        Ok(true)
    }

    /// Changes the name of an entry. Says whether a byte changed.
    ///
    /// # Errors
    /// [`Cause::Unencodable`]; the document is as it was.
    pub(crate) fn set_key(&mut self, id: LineId, key: &Key) -> Result<bool, Cause> {
        let name = self.raw_key(key)?.into_owned();
        Ok(self.set_name(id, &name))
    }

    /// Changes the family's name in an entry's key, and leaves the bytes behind it.
    ///
    /// # Errors
    /// [`Cause::Unencodable`]; the document is as it was.
    pub(crate) fn set_family(&mut self, id: LineId, from: &Key, to: &Key) -> Result<bool, Cause> {
        let from = self.encoded(from.as_str(), from.as_str())?.len();
        let to = self.encoded(to.as_str(), to.as_str())?;
        let Some(entry) = self.entry(id) else { return Ok(false) };
        let name = [&to[..], entry.raw_key().get(from..).unwrap_or_default()].concat();
        Ok(self.set_name(id, &name))
    }

    fn set_name(&mut self, id: LineId, name: &[u8]) -> bool {
        let Some(parts) = self.lines[id].parts else { return false };
        if self.lines[id].text(&self.bytes)[parts.key.range()] == *name {
            return false;
        }
        self.splice(id, parts.key.range(), name);
        let folded = self.folded_name(&self.lines[id], self.lines[id].parts.unwrap_or(parts).key);
        if let Some(keys) = self.keys.get_mut() {
            keys.insert_again(id, &folded);
        }
        if let Some(families) = self.families.get_mut() {
            families.note(id, &folded);
        }
        true
    }

    /// Adds a line `key = "value"`, or as the dialect has it, after the last line of the key's family, or of its device, or
    /// of the file.
    ///
    /// # Errors
    /// [`Cause::Unencodable`] or [`Cause::NulInValue`]; the document is as it was.
    pub(crate) fn add(&mut self, key: &Key, value: &str) -> Result<LineId, Cause> {
        let ending = *self.usual_ending.get_or_init(|| self.usual_ending());
        let text = self.new_line(key, value)?;
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&text);
        let line = Line::parse(&self.bytes, start..self.bytes.len(), ending, self.dialect);
        debug_assert!(line.parts.is_some(), "a key and an escaped value are an entry");

        let some_line = (!self.lines.is_empty()).then_some(0);
        let after = self.last_of_its_kind(key).or_else(|| self.last_line()).or(some_line);
        if let Some(after) = after.filter(|_| self.dialect == Dialect::Properties) {
            self.cut_dangling(after);
        }
        let folded = self.dialect.folded(key.as_str());
        let id = self.link(line, after);
        if ending == Ending::Cr && self.is_bare_lf_behind(id) {
            // `\r` and `\n` would be one line end.
            self.lines[id].ending = Ending::CrLf;
        }
        if let Some(keys) = self.keys.get_mut() {
            keys.insert(id, &folded);
        }
        if let Some(families) = self.families.get_mut() {
            families.note(id, &folded);
        }
        Ok(id)
    }

    /// A backslash at the end of the file joins nothing, but would join what comes behind it.
    fn cut_dangling(&mut self, id: LineId) {
        let line = self.lines[id];
        let text = line.text(&self.bytes);
        if line.removed || !properties::dangles(text) {
            return;
        }
        let end = text.len() - 1;
        let rest: &[u8] = if line.parts.is_some() && properties::parts(&text[..end]).is_none() {
            // Alone, it is an entry of the empty key.
            b"="
        } else if text[..end].ends_with(b"\r") {
            // `\r` and `\n` would be one line end.
            b" "
        } else {
            b""
        };
        self.splice(id, end..end + 1, rest);
    }

    fn is_bare_lf_behind(&self, id: LineId) -> bool {
        let mut at = self.successor(id);
        while let Some(next) = at.filter(|next| self.lines[*next].removed) {
            at = self.successor(next);
        }
        at.map(|next| &self.lines[next])
            .is_some_and(|next| next.ending == Ending::Lf && next.text(&self.bytes).is_empty())
    }

    /// Takes a whole line out.
    pub(crate) fn remove(&mut self, id: LineId) {
        self.lines[id].removed = true;
        self.families.take();
    }

    /// The last line of the file, removed ones not counted.
    fn last_line(&self) -> Option<LineId> {
        if self.next.is_empty() {
            return self.lines.iter().rposition(|line| !line.removed);
        }
        self.walk().last().map(|(id, _)| id)
    }

    fn last_of_its_kind(&self, key: &Key) -> Option<LineId> {
        if self.dialect == Dialect::Descriptor && is_of_header(key.as_str()) {
            let header = self.entries().filter(|entry| is_of_header(&entry.key()));
            // Without one, behind the line that makes it a descriptor.
            return header.last().map(|entry| entry.id()).or_else(|| self.walk().next().map(|(id, _)| id));
        }
        self.last_of_family(key)
    }

    fn last_of_family(&self, key: &Key) -> Option<LineId> {
        key.device()?;
        let families = self.families.get_or_init(|| {
            let mut families = FamilyIndex::default();
            for (id, line) in self.walk() {
                if let Some(parts) = line.parts {
                    families.note(id, &self.folded_name(line, parts.key));
                }
            }
            families
        });
        let fold = |name: &str| self.dialect.folded(name);
        key.family()
            .and_then(|family| families.last(&fold(family)))
            .or_else(|| key.device().and_then(|device| families.last(&fold(device))))
    }

    /// Puts `line` into the order behind the line `after`; without one, it is the first of the file.
    fn link(&mut self, line: Line, after: Option<LineId>) -> LineId {
        let id = self.lines.len();
        let Some(after) = after else {
            self.lines.push(line);
            return id;
        };
        if self.lines[after].ending == Ending::None {
            self.lines[after].ending = line.ending;
        }
        if self.next.is_empty() && after + 1 < id {
            self.next = (1..=id).map(|next| Some(next).filter(|next| *next < id)).collect();
        }
        self.lines.push(line);
        if !self.next.is_empty() {
            let next = self.next[after].replace(id);
            self.next.push(next);
        }
        id
    }

    /// How most lines end; LF where none does.
    pub(super) fn usual_ending(&self) -> Ending {
        let mut counts = [(Ending::Lf, 0_usize), (Ending::CrLf, 0), (Ending::Cr, 0)];
        for (_, line) in self.walk() {
            if let Some((_, count)) = counts.iter_mut().find(|(ending, _)| *ending == line.ending) {
                *count += 1;
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
        counts.iter().find(|(_, count)| *count == most).map_or(Ending::Lf, |(ending, _)| *ending)
    }

    /// Replaces a stretch of one line and parses that line again.
    fn splice(&mut self, id: LineId, range: Range<usize>, with: &[u8]) {
        let line = self.lines[id];
        let text = line.text(&self.bytes);
        let new = [&text[..range.start], with, &text[range.end..]].concat();
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&new);
        self.lines[id] = Line::parse(&self.bytes, start..self.bytes.len(), line.ending, self.dialect);
        debug_assert_eq!(self.lines[id].parts.is_some(), line.parts.is_some(), "an edited entry is an entry");
    }
}
