//! One line: how it ends, and where key and value are in it.

use std::borrow::Cow;

use super::Entry;
use super::dialect::{Syntax, canonical_line};
use super::parts::{LineKind, Parts};

/// A line of a document.
///
/// ```
/// use vmxedit::Document;
///
/// let document = Document::parse("# a comment\na = \"1\"\n");
/// let entries: Vec<bool> = document.lines().map(|line| line.entry.is_some()).collect();
/// assert_eq!(entries, [false, true]);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Its number in the file, counted from 1. In Java properties a line may take several numbers.
    pub number: usize,
    /// The text without its ending; bytes that are invalid in the file's encoding as `|XX`.
    pub text: Cow<'a, str>,
    /// The bytes without the ending.
    pub raw: &'a [u8],
    /// How the line ends.
    pub ending: LineEnding,
    /// The entry, if the line is one.
    pub entry: Option<Entry<'a>>,
}

/// How a line ends.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::document::LineEnding;
///
/// let document = Document::parse("a = \"1\"\r\nb = \"2\"");
/// let endings: Vec<_> = document.lines().map(|line| line.ending).collect();
/// assert_eq!(endings, [LineEnding::CrLf, LineEnding::None]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnding {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// A lone `\r`, which VMware reads as a line end too.
    Cr,
    /// The last line of a file without a final newline.
    None,
}

impl LineEnding {
    /// The line ending at the start of `rest`, which starts with a line end or is empty.
    pub(super) fn at(rest: &[u8]) -> Self {
        match rest {
            [] => Self::None,
            [b'\n', ..] => Self::Lf,
            [_, b'\n', ..] => Self::CrLf,
            _ => Self::Cr,
        }
    }

    /// Returns the bytes of the line ending.
    pub fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::None => b"",
        }
    }
}

/// A borrowed line, of the source or of the overlay.
#[derive(Clone, Copy)]
pub(super) struct LineRef<'a> {
    /// Without its ending. In Java properties it may hold the line ends of its continuations.
    pub(super) text: &'a [u8],
    pub(super) kind: LineKind,
    pub(super) ending: LineEnding,
    pub(super) syntax: &'static Syntax,
}

impl<'a> LineRef<'a> {
    pub(super) fn is_entry(&self) -> bool {
        self.kind != LineKind::NOT_AN_ENTRY
    }

    /// Whether it is an entry with one of these keys, which are ASCII, in any case.
    pub(super) fn has_key(&self, names: &[&str]) -> bool {
        let may_have = names.iter().any(|name| self.kind.may_have_key_len(name.len()));
        let is_it = |key: &[u8]| names.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes()));
        may_have && self.key().is_some_and(is_it)
    }

    /// Where key and value are, if it is an entry.
    pub(super) fn parts(&self) -> Option<Parts> {
        if self.kind.is_non_canonical() {
            return (self.syntax.parts)(self.text);
        }
        self.is_entry().then(|| canonical_line::canonical_parts(self.kind.key_len(), self.text))
    }

    /// The raw key, if it is an entry.
    pub(super) fn key(&self) -> Option<&'a [u8]> {
        if self.kind.is_non_canonical() {
            return self.parts().map(|parts| &self.text[parts.key.range()]);
        }
        self.is_entry().then(|| &self.text[..self.kind.key_len() as usize])
    }
}
