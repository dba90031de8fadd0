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
mod lookup;
mod numbers;
mod overlay;
mod properties;
mod sift;
mod source;
mod spell;
mod splice;
mod text;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use self::index::{FamilyIndex, KeyIndex};
use self::line::Row;
use self::overlay::{LineId, Overlay, Run};
use self::source::Source;

pub use self::dialect::Dialect;
pub use self::encoding::Charset;
pub use self::entry::Entry;
pub use self::foreign::{Encryption, foreign, foreign_as};
pub use self::key::{Key, Pattern};
pub use self::line::Ending;
pub use self::sift::Sifted;
pub use self::text::{Unwritable, align};

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
/// documentation. A copy shares the source.
#[derive(Clone, Debug)]
pub struct Document {
    source: Arc<Source>,
    overlay: Overlay,
    charset: OnceCell<Charset>,
    keys: OnceCell<KeyIndex>,
    families: OnceCell<FamilyIndex>,
    usual_ending: OnceCell<Ending>,
    usual_separator: OnceCell<String>,
}

impl Document {
    /// Splits `bytes` into lines and looks for key and value in each, as in a `.vmx`. Takes any bytes at all.
    ///
    /// # Panics
    /// For a terabyte or more.
    pub fn parse(bytes: impl Into<Vec<u8>>) -> Self {
        Self::parse_as(bytes, Dialect::Vmx)
    }

    /// The same in another dialect.
    pub fn parse_as(bytes: impl Into<Vec<u8>>, dialect: Dialect) -> Self {
        let source = Source::parse(bytes.into(), dialect);
        Self {
            overlay: Overlay::over(source.len()),
            source: Arc::new(source),
            charset: OnceCell::new(),
            keys: OnceCell::new(),
            families: OnceCell::new(),
            usual_ending: OnceCell::new(),
            usual_separator: OnceCell::new(),
        }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.source.bytes().len() + self.overlay.size() + 2);
        if self.has_bom() {
            out.extend_from_slice(BOM);
        }
        for run in self.overlay.runs() {
            match run {
                Run::Source(lines) => out.extend_from_slice(self.source.stretch(lines)),
                Run::Own(id) => {
                    let row = self.row(id).expect("a run holds what is there");
                    out.extend_from_slice(row.text);
                    out.extend_from_slice(row.ending.as_bytes());
                }
            }
        }
        out
    }

    /// The dialect it was parsed in.
    pub fn dialect(&self) -> Dialect {
        self.source.dialect
    }

    /// The character set that `.encoding` names, in a disk's descriptor `encoding` or `ddb.encoding`; UTF-8 where there
    /// is none. Java properties are Latin-1.
    pub fn charset(&self) -> &Charset {
        self.charset.get_or_init(|| {
            if self.dialect() == Dialect::Properties {
                return Charset::Latin1;
            }
            let names = self.dialect().encoding_keys();
            let row =
                self.named(names).next().and_then(|(_, row)| Some(&row.text[row.parts()?.value.range()]));
            row.map_or(Charset::default(), |raw| {
                Charset::of(&String::from_utf8_lossy(&escape::unescape(raw)))
            })
        })
    }

    /// The entries in file order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.numbered().filter_map(|(number, id, row)| self.entry_of(id, row, Some(number)))
    }

    /// Whether the file starts with a UTF-8 byte order mark, which VMware skips.
    pub fn has_bom(&self) -> bool {
        self.source.bom
    }

    /// From now on the text is read, and new text written, in this character set, whatever `.encoding` says by now.
    pub(crate) fn read_as(&mut self, charset: Charset) {
        self.charset = OnceCell::from(charset);
        self.keys.take();
        self.families.take();
    }

    /// Every line in file order.
    pub fn lines(&self) -> impl Iterator<Item = LineView<'_>> {
        self.numbered().map(|(number, id, row)| self.view(number, id, row))
    }

    /// Every line that is no entry, in file order.
    pub(crate) fn lines_beside_entries(&self) -> impl Iterator<Item = LineView<'_>> {
        let others = self.numbered().filter(|(_, _, row)| !row.is_entry());
        others.map(|(number, id, row)| self.view(number, id, row))
    }

    fn view<'a>(&'a self, number: usize, id: LineId, row: Row<'a>) -> LineView<'a> {
        LineView {
            number,
            text: self.charset().show(row.text),
            raw: row.text,
            ending: row.ending,
            entry: self.entry_of(id, row, Some(number)),
        }
    }

    /// How many lines there are; those that Java joins are one.
    pub(crate) fn line_count(&self) -> usize {
        let lines = |run| match run {
            Run::Source(lines) => lines.len(),
            Run::Own(_) => 1,
        };
        self.overlay.runs().map(lines).sum()
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
        match self.dialect() {
            Dialect::Vmx | Dialect::Descriptor => Vec::new(),
            Dialect::Properties => self.lines_where(properties::is_malformed),
        }
    }

    fn lines_where(&self, holds: impl Fn(&[u8]) -> bool) -> Vec<usize> {
        let lines = self.numbered().filter(|(_, _, row)| holds(row.text));
        lines.map(|(number, _, _)| number).collect()
    }

    /// The first line, if it starts with a byte order mark of its own, which would be read as the file's.
    pub(crate) fn stray_bom(&self) -> Option<usize> {
        let (id, row) = self.walk().next()?;
        (!self.has_bom() && self.dialect() != Dialect::Properties && row.text.starts_with(BOM)).then_some(id)
    }

    pub(crate) fn entry(&self, id: LineId) -> Option<Entry<'_>> {
        self.entry_of(id, self.row(id)?, None)
    }

    fn entry_of<'a>(&'a self, id: LineId, row: Row<'a>, number: Option<usize>) -> Option<Entry<'a>> {
        Some(Entry { document: self, id, line: row.text, parts: row.parts()?, number })
    }

    /// A line as it is now, if it is there yet.
    fn row(&self, id: LineId) -> Option<Row<'_>> {
        self.overlay.row(id, &self.source)
    }

    /// The lines in file order.
    fn walk(&self) -> impl Iterator<Item = (LineId, Row<'_>)> {
        let mut runs = self.overlay.runs();
        let mut lines = 0..0;
        std::iter::from_fn(move || {
            loop {
                if let Some(id) = lines.next() {
                    return Some((id, self.source.row(id)));
                }
                match runs.next()? {
                    Run::Source(run) => lines = run,
                    Run::Own(id) => return Some((id, self.row(id)?)),
                }
            }
        })
    }

    /// The lines in file order with their numbers, counted from 1.
    fn numbered(&self) -> impl Iterator<Item = (usize, LineId, Row<'_>)> {
        let mut next = 1;
        self.walk().map(move |(id, row)| {
            let number = next;
            next += match self.dialect() {
                Dialect::Vmx | Dialect::Descriptor => 1,
                Dialect::Properties => 1 + properties::joints(row.text),
            };
            (number, id, row)
        })
    }
}
