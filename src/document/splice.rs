//! The edits that a document can take: a value or a key replaced in its line, a line added, a line taken out.

use std::ops::Range;

use super::index::FamilyIndex;
use super::line::Ending;
use super::overlay::LineId;
use super::spell::is_of_header;
use super::{Dialect, Document, Key, Run, properties};
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
        let Some(parts) = self.row(id).and_then(|row| row.parts().filter(|_| row.key() != Some(name))) else {
            return false;
        };
        self.splice(id, parts.key.range(), name);
        let name = self.plain_name(name).into_owned();
        if let Some(keys) = self.keys.get_mut() {
            keys.insert_again(id, &name);
        }
        if let Some(families) = self.families.get_mut() {
            families.note(id, &name);
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
        let dialect = self.dialect();
        debug_assert!(dialect.parts(&text).is_some(), "a key and an escaped value are an entry");

        let some_line = (self.overlay.len() > 0).then_some(0);
        let after = self.last_of_its_kind(key).or_else(|| self.overlay.last()).or(some_line);
        if let Some(after) = after {
            if dialect == Dialect::Properties {
                self.cut_dangling(after);
            }
            self.end_line(after, ending);
        }
        let id = self.overlay.insert(after, &text, ending, dialect);
        if ending == Ending::Cr && self.is_bare_lf_behind(id) {
            // `\r` and `\n` would be one line end.
            self.overlay.replace(id, &text, Ending::CrLf, dialect);
        }
        let name = key.as_str().as_bytes();
        if let Some(keys) = self.keys.get_mut() {
            keys.insert(id, name);
        }
        if let Some(families) = self.families.get_mut() {
            families.note(id, name);
        }
        Ok(id)
    }

    /// Makes sure that another line can stand behind this one.
    fn end_line(&mut self, id: LineId, ending: Ending) {
        if let Some(row) = self.row(id).filter(|row| row.ending == Ending::None) {
            let text = row.text.to_vec();
            self.overlay.replace(id, &text, ending, self.dialect());
        }
    }

    /// A backslash at the end of the file joins nothing, but would join what comes behind it.
    fn cut_dangling(&mut self, id: LineId) {
        let Some(row) = self.row(id).filter(|row| properties::dangles(row.text)) else { return };
        let text = row.text;
        let end = text.len() - 1;
        let rest: &[u8] = if row.is_entry() && properties::parts(&text[..end]).is_none() {
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
        let mut behind = self.walk().skip_while(|(other, _)| *other != id).skip(1);
        behind.next().is_some_and(|(_, next)| next.ending == Ending::Lf && next.text.is_empty())
    }

    /// Takes a whole line out.
    pub(crate) fn remove(&mut self, id: LineId) {
        self.overlay.remove(id);
        self.families.take();
    }

    fn last_of_its_kind(&self, key: &Key) -> Option<LineId> {
        if self.dialect() == Dialect::Descriptor && is_of_header(key.as_str()) {
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
            for (id, row) in self.walk() {
                if let Some(key) = row.key() {
                    families.note(id, &self.plain_name(key));
                }
            }
            families
        });
        let last = |name: &str| families.last(name.as_bytes());
        key.family().and_then(last).or_else(|| key.device().and_then(last))
    }

    /// How most lines end; LF where none does.
    pub(super) fn usual_ending(&self) -> Ending {
        let mut counts = [(Ending::Lf, 0_usize), (Ending::CrLf, 0), (Ending::Cr, 0)];
        let mut count = |ending: Ending| {
            if let Some((_, count)) = counts.iter_mut().find(|(known, _)| *known == ending) {
                *count += 1;
            }
        };
        for run in self.overlay.runs() {
            match run {
                Run::Source(lines) => self.source.endings(lines).for_each(&mut count),
                Run::Own(id) => self.row(id).into_iter().for_each(|row| count(row.ending)),
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
        counts.iter().find(|(_, count)| *count == most).map_or(Ending::Lf, |(ending, _)| *ending)
    }

    /// Replaces a stretch of one line and parses that line again.
    fn splice(&mut self, id: LineId, range: Range<usize>, with: &[u8]) {
        let Some(row) = self.row(id) else { return };
        let new = [&row.text[..range.start], with, &row.text[range.end..]].concat();
        let (was_entry, ending) = (row.is_entry(), row.ending);
        self.overlay.replace(id, &new, ending, self.dialect());
        debug_assert_eq!(
            self.row(id).map(|row| row.is_entry()),
            Some(was_entry),
            "an edited entry is an entry"
        );
    }
}
