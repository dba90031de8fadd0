//! A whole file as bytes, lines and entries, and the edits that a line can take. It knows no files, no VMs.

mod encoding;
mod entry;
mod escape;
mod foreign;
mod grammar;
mod index;
mod key;
mod line;
mod splice;
mod text;

use std::borrow::Cow;
use std::cell::OnceCell;

use self::grammar::Span;
use self::index::{FamilyIndex, KeyIndex, LineId};
use self::line::Line;
use crate::error::Cause;

pub use self::encoding::Charset;
pub use self::entry::Entry;
pub use self::foreign::{Encryption, foreign};
pub use self::key::{Key, Pattern};
pub use self::line::Ending;
pub use self::text::Unwritable;

/// A line as people see it.
#[derive(Clone, Debug)]
pub struct LineView<'a> {
    /// The text without its ending; bytes that are invalid in the file's encoding as `|XX`.
    pub text: Cow<'a, str>,
    /// How it ends.
    pub ending: Ending,
    /// The entry that it is, if it is one.
    pub entry: Option<Entry<'a>>,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A file's bytes, split into lines. Parsing cannot fail and writing only joins: see the laws in the crate's
/// documentation.
#[derive(Clone, Debug)]
pub struct Document {
    /// The source, and behind it the text of every line that an edit has made.
    bytes: Vec<u8>,
    bom: bool,
    /// The lines of the source in order, then those that edits have added. A line's place here never changes.
    lines: Vec<Line>,
    /// The order, once it differs from that of `lines`: the line after each line.
    next: Vec<Option<LineId>>,
    charset: OnceCell<Charset>,
    keys: OnceCell<KeyIndex>,
    families: OnceCell<FamilyIndex>,
    usual_ending: OnceCell<Ending>,
}

impl Document {
    /// Splits `bytes` into lines and looks for key and value in each. Takes any bytes at all.
    pub fn parse(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let bom = bytes.starts_with(BOM);
        let lines = line::split(&bytes, if bom { BOM.len() } else { 0 });
        Self {
            bytes,
            bom,
            lines,
            next: Vec::new(),
            charset: OnceCell::new(),
            keys: OnceCell::new(),
            families: OnceCell::new(),
            usual_ending: OnceCell::new(),
        }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes.len());
        if self.bom {
            out.extend_from_slice(BOM);
        }
        for (_, line) in self.walk() {
            out.extend_from_slice(line.text(&self.bytes));
            out.extend_from_slice(line.ending.as_bytes());
        }
        out
    }

    /// The character set that `.encoding` names; UTF-8 where there is none.
    pub fn charset(&self) -> &Charset {
        self.charset.get_or_init(|| {
            let label =
                self.walk().filter_map(|(_, line)| Some((line, line.parts?))).find_map(|(line, parts)| {
                    let text = line.text(&self.bytes);
                    text[parts.key.range()]
                        .eq_ignore_ascii_case(b".encoding")
                        .then(|| &text[parts.value.range()])
                });
            label.map_or(Charset::default(), |raw| {
                Charset::of(&String::from_utf8_lossy(&escape::unescape(raw)))
            })
        })
    }

    /// The entries in file order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.walk().enumerate().filter_map(|(at, (id, line))| {
            line.parts.map(|parts| Entry { document: self, id, line, parts, number: Some(at + 1) })
        })
    }

    /// From now on the text is read, and new text written, in this character set, whatever `.encoding` says by now.
    pub(crate) fn read_as(&mut self, charset: Charset) {
        self.charset = OnceCell::from(charset);
        self.keys.take();
        self.families.take();
    }

    /// Every line in file order.
    pub fn lines(&self) -> impl Iterator<Item = LineView<'_>> {
        self.walk().map(|(id, line)| LineView {
            text: self.charset().show(line.text(&self.bytes)),
            ending: line.ending,
            entry: self.entry(id),
        })
    }

    /// The numbers of the lines whose bytes are other text in `other` than in the file's own character set.
    pub fn lines_that_read_otherwise(&self, other: &Charset) -> Vec<usize> {
        self.lines_where(|text| !text.is_ascii() && self.charset().show(text) != other.show(text))
    }

    /// The numbers of the lines with bytes that are invalid in the file's character set.
    pub fn lines_invalid(&self) -> Vec<usize> {
        self.lines_where(|text| self.charset().decode(text).is_none())
    }

    fn lines_where(&self, holds: impl Fn(&[u8]) -> bool) -> Vec<usize> {
        let lines = self.walk().enumerate().filter(|(_, (_, line))| holds(line.text(&self.bytes)));
        lines.map(|(at, _)| at + 1).collect()
    }

    /// The entries of `key`: none, one, or in a file that VMware refuses several, in file order.
    pub fn find(&self, key: &Key) -> Vec<Entry<'_>> {
        let is_it = |(id, line): (LineId, &Line)| {
            line.parts.is_some_and(|parts| !line.removed && self.is_key(line, parts.key, key)).then_some(id)
        };
        let mut ids: Vec<LineId> = match self.keys.get() {
            Some(keys) => {
                let folded = folded(key);
                keys.candidates(&folded).map(|id| (id, &self.lines[id])).filter_map(is_it).collect()
            }
            None => self.walk().filter_map(is_it).collect(),
        };
        if ids.is_empty() && key.as_str().contains('|') {
            // A key with bytes that are no text is asked for as it is shown.
            ids = self.walk().filter(|(_, line)| self.is_shown_as(line, key)).map(|(id, _)| id).collect();
        }
        if ids.len() > 1 {
            let numbers = self.numbers();
            ids.sort_unstable_by_key(|id| numbers[*id]);
        }
        ids.into_iter().filter_map(|id| self.entry(id)).collect()
    }

    /// The one entry of `key`.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where there are several.
    pub fn get(&self, key: &Key) -> Result<Option<Entry<'_>>, Cause> {
        let mut found = self.find(key);
        if found.len() > 1 {
            let lines = found.iter().map(Entry::number).collect();
            return Err(Cause::Duplicate { key: found[0].key().into_owned(), lines });
        }
        Ok(found.pop())
    }

    /// The keys that stand on more than one line, with their lines, in the order of their first.
    pub fn duplicates(&self) -> Vec<(String, Vec<usize>)> {
        let keys = self.index();
        let mut seen: Vec<bool> = vec![false; self.lines.len()];
        let mut groups = Vec::new();
        for (id, line) in self.walk() {
            let Some(parts) = line.parts.filter(|_| !seen[id]) else { continue };
            let folded = self.folded_name(line, parts.key);
            let same: Vec<LineId> = keys
                .candidates(&folded)
                .filter(|other| {
                    let line = &self.lines[*other];
                    !line.removed
                        && line.parts.is_some_and(|parts| self.folded_name(line, parts.key) == folded)
                })
                .collect();
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
                let mut lines: Vec<usize> = same.iter().map(|id| numbers[*id]).collect();
                lines.sort_unstable();
                Some((self.entry(first)?.key().into_owned(), lines))
            })
            .collect()
    }

    /// The number of each line by its id, counted from 1; 0 for a line that was removed.
    pub(crate) fn numbers(&self) -> Vec<usize> {
        let mut numbers = vec![0; self.lines.len()];
        for (at, (id, _)) in self.walk().enumerate() {
            numbers[id] = at + 1;
        }
        numbers
    }

    /// The first line, if it starts with a byte order mark of its own, which would be read as the file's.
    pub(crate) fn stray_bom(&self) -> Option<usize> {
        let (id, line) = self.walk().next()?;
        (!self.bom && line.text(&self.bytes).starts_with(BOM)).then_some(id)
    }

    /// Builds the index of keys, for callers that look many up.
    pub fn prepare_lookups(&self) {
        self.index();
    }

    fn index(&self) -> &KeyIndex {
        self.keys.get_or_init(|| {
            let mut keys = KeyIndex::default();
            for (id, line) in self.walk() {
                if let Some(parts) = line.parts {
                    keys.insert(id, &self.folded_name(line, parts.key));
                }
            }
            keys
        })
    }

    pub(crate) fn entry(&self, id: LineId) -> Option<Entry<'_>> {
        let line = self.lines.get(id).filter(|line| !line.removed)?;
        Some(Entry { document: self, id, line, parts: line.parts?, number: None })
    }

    /// The lines in file order, without those that were removed.
    fn walk(&self) -> impl Iterator<Item = (LineId, &Line)> {
        let mut at = (!self.lines.is_empty()).then_some(0);
        std::iter::from_fn(move || {
            let id = at?;
            at = self.successor(id);
            Some((id, &self.lines[id]))
        })
        .filter(|(_, line)| !line.removed)
    }

    fn successor(&self, id: LineId) -> Option<LineId> {
        if self.next.is_empty() {
            Some(id + 1).filter(|next| *next < self.lines.len())
        } else {
            self.next[id]
        }
    }

    fn is_key(&self, line: &Line, name: Span, key: &Key) -> bool {
        let name = &line.text(&self.bytes)[name.range()];
        if name.is_ascii() {
            return name.eq_ignore_ascii_case(key.as_str().as_bytes());
        }
        self.charset().decode(name).is_some_and(|name| name.eq_ignore_ascii_case(key.as_str()))
    }

    fn is_shown_as(&self, line: &Line, key: &Key) -> bool {
        line.parts.is_some_and(|parts| {
            let name = &line.text(&self.bytes)[parts.key.range()];
            self.charset().decode(name).is_none()
                && self.charset().show(name).eq_ignore_ascii_case(key.as_str())
        })
    }

    fn folded_name(&self, line: &Line, name: Span) -> Vec<u8> {
        let name = &line.text(&self.bytes)[name.range()];
        match self.charset().decode(name) {
            Some(text) => text.to_ascii_lowercase().into_bytes(),
            // No text, so no key that is asked for has these bytes.
            None => name.to_ascii_lowercase(),
        }
    }
}

/// What a key is looked up by: its text with ASCII letters in lower case.
fn folded(key: &Key) -> Vec<u8> {
    key.as_str().to_ascii_lowercase().into_bytes()
}
