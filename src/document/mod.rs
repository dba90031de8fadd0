//! A whole file as bytes, lines and entries, and the edits that a line can take. It knows no files, no VMs.

mod dialect;
mod encoding;
mod entry;
mod escape;
mod foreign;
mod grammar;
mod index;
mod key;
mod line;
mod properties;
mod spell;
mod splice;
mod text;

use std::borrow::Cow;
use std::cell::OnceCell;

use self::grammar::Span;
use self::index::{FamilyIndex, KeyIndex, LineId};
use self::line::Line;
use crate::error::Cause;

pub use self::dialect::Dialect;
pub use self::encoding::Charset;
pub use self::entry::Entry;
pub use self::foreign::{Encryption, foreign, foreign_as};
pub use self::key::{Key, Pattern};
pub use self::line::Ending;
pub use self::text::Unwritable;

/// A line as people see it.
#[derive(Clone, Debug)]
pub struct LineView<'a> {
    /// Its number in the file, counted from 1. In Java properties a line may take several numbers.
    pub number: usize,
    /// The text without its ending; bytes that are invalid in the file's encoding as `|XX`.
    pub text: Cow<'a, str>,
    /// The same as it stands in the file.
    pub raw: &'a [u8],
    /// How it ends.
    pub ending: Ending,
    /// The entry that it is, if it is one.
    pub entry: Option<Entry<'a>>,
}

pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A file's bytes, split into lines. Parsing cannot fail and writing only joins: see the laws in the crate's
/// documentation.
#[derive(Clone, Debug)]
pub struct Document {
    /// The source, and behind it the text of every line that an edit has made.
    bytes: Vec<u8>,
    bom: bool,
    dialect: Dialect,
    /// The lines of the source in order, then those that edits have added. A line's place here never changes.
    lines: Vec<Line>,
    /// The order, once it differs from that of `lines`: the line after each line.
    next: Vec<Option<LineId>>,
    charset: OnceCell<Charset>,
    keys: OnceCell<KeyIndex>,
    families: OnceCell<FamilyIndex>,
    usual_ending: OnceCell<Ending>,
    usual_separator: OnceCell<String>,
}

impl Document {
    /// Splits `bytes` into lines and looks for key and value in each, as in a `.vmx`. Takes any bytes at all.
    pub fn parse(bytes: impl Into<Vec<u8>>) -> Self {
        Self::parse_as(bytes, Dialect::Vmx)
    }

    /// The same in another dialect.
    pub fn parse_as(bytes: impl Into<Vec<u8>>, dialect: Dialect) -> Self {
        let bytes = bytes.into();
        // To Java it is text, part of the first key.
        let bom = dialect != Dialect::Properties && bytes.starts_with(BOM);
        let lines = line::split(&bytes, if bom { BOM.len() } else { 0 }, dialect);
        Self {
            bytes,
            bom,
            dialect,
            lines,
            next: Vec::new(),
            charset: OnceCell::new(),
            keys: OnceCell::new(),
            families: OnceCell::new(),
            usual_ending: OnceCell::new(),
            usual_separator: OnceCell::new(),
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

    /// The dialect it was parsed in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The character set that `.encoding` names, in a disk's descriptor `encoding` or `ddb.encoding`; UTF-8 where there
    /// is none. Java properties are Latin-1.
    pub fn charset(&self) -> &Charset {
        self.charset.get_or_init(|| {
            if self.dialect == Dialect::Properties {
                return Charset::Latin1;
            }
            let names = self.dialect.encoding_keys();
            let label =
                self.walk().filter_map(|(_, line)| Some((line, line.parts?))).find_map(|(line, parts)| {
                    let text = line.text(&self.bytes);
                    let key = &text[parts.key.range()];
                    let is_it = names.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes()));
                    is_it.then(|| &text[parts.value.range()])
                });
            label.map_or(Charset::default(), |raw| {
                Charset::of(&String::from_utf8_lossy(&escape::unescape(raw)))
            })
        })
    }

    /// The entries in file order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.numbered().filter_map(|(number, id, line)| {
            line.parts.map(|parts| Entry { document: self, id, line, parts, number: Some(number) })
        })
    }

    /// Whether the file starts with a UTF-8 byte order mark, which VMware skips.
    pub fn has_bom(&self) -> bool {
        self.bom
    }

    /// From now on the text is read, and new text written, in this character set, whatever `.encoding` says by now.
    pub(crate) fn read_as(&mut self, charset: Charset) {
        self.charset = OnceCell::from(charset);
        self.keys.take();
        self.families.take();
    }

    /// Every line in file order.
    pub fn lines(&self) -> impl Iterator<Item = LineView<'_>> {
        self.numbered().map(|(number, id, line)| LineView {
            number,
            text: self.charset().show(line.text(&self.bytes)),
            raw: line.text(&self.bytes),
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

    /// The numbers of the lines at which Java gives the whole file up: a `\u` without four hex digits.
    pub fn lines_malformed(&self) -> Vec<usize> {
        match self.dialect {
            Dialect::Vmx | Dialect::Descriptor => Vec::new(),
            Dialect::Properties => self.lines_where(properties::is_malformed),
        }
    }

    fn lines_where(&self, holds: impl Fn(&[u8]) -> bool) -> Vec<usize> {
        let lines = self.numbered().filter(|(_, _, line)| holds(line.text(&self.bytes)));
        lines.map(|(number, _, _)| number).collect()
    }

    /// The entries of `key`: none, one, or several, in file order. VMware refuses a file with several; Java takes the last.
    pub fn find(&self, key: &Key) -> Vec<Entry<'_>> {
        let is_it = |(id, line): (LineId, &Line)| {
            line.parts.is_some_and(|parts| !line.removed && self.is_key(line, parts.key, key)).then_some(id)
        };
        let mut ids: Vec<LineId> = match self.keys.get() {
            Some(keys) => {
                let folded = self.dialect.folded(key.as_str());
                keys.candidates(&folded).map(|id| (id, &self.lines[id])).filter_map(is_it).collect()
            }
            None => self.walk().filter_map(is_it).collect(),
        };
        if ids.is_empty() && key.as_str().contains('|') && self.dialect != Dialect::Properties {
            // A key with bytes that are no text is asked for as it is shown.
            ids = self.walk().filter(|(_, line)| self.is_shown_as(line, key)).map(|(id, _)| id).collect();
        }
        if ids.len() > 1 {
            let numbers = self.numbers();
            ids.sort_unstable_by_key(|id| numbers[*id]);
        }
        ids.into_iter().filter_map(|id| self.entry(id)).collect()
    }

    /// The one entry of `key`; in Java properties the last.
    ///
    /// # Errors
    /// [`Cause::Duplicate`] where there are several, but in Java properties.
    pub fn get(&self, key: &Key) -> Result<Option<Entry<'_>>, Cause> {
        let mut found = self.find(key);
        if found.len() > 1 && self.dialect != Dialect::Properties {
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
        for (number, id, _) in self.numbered() {
            numbers[id] = number;
        }
        numbers
    }

    /// The first line, if it starts with a byte order mark of its own, which would be read as the file's.
    pub(crate) fn stray_bom(&self) -> Option<usize> {
        let (id, line) = self.walk().next()?;
        (!self.bom && self.dialect != Dialect::Properties && line.text(&self.bytes).starts_with(BOM))
            .then_some(id)
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

    /// The same with their numbers, counted from 1.
    fn numbered(&self) -> impl Iterator<Item = (usize, LineId, &Line)> {
        let mut next = 1;
        self.walk().map(move |(id, line)| {
            let number = next;
            next += match self.dialect {
                Dialect::Vmx | Dialect::Descriptor => 1,
                Dialect::Properties => 1 + properties::joints(line.text(&self.bytes)),
            };
            (number, id, line)
        })
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
        if self.dialect == Dialect::Properties {
            return properties::unescape(name).is_some_and(|name| name == key.as_str());
        }
        // No encoding reads bytes beyond ASCII as ASCII text.
        if key.as_str().is_ascii() || name.is_ascii() {
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
        let text = match self.dialect {
            Dialect::Vmx | Dialect::Descriptor => self.charset().decode(name),
            Dialect::Properties => properties::unescape(name),
        };
        match text {
            Some(text) => self.dialect.folded(&text),
            // No text, so no key that is asked for has these bytes.
            None => name.to_ascii_lowercase(),
        }
    }
}
