//! One line: how it ends, and where key and value lie in it.

use super::dialect::Dialect;
use super::grammar::{self, Parts};

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// A lone `\r`, which VMware reads as a line end too.
    Cr,
    /// The last line of a file without a final newline.
    None,
}

impl Ending {
    /// How a line ends behind which these bytes stand.
    pub(super) fn at(rest: &[u8]) -> Self {
        match rest {
            [] => Self::None,
            [b'\n', ..] => Self::Lf,
            [_, b'\n', ..] => Self::CrLf,
            _ => Self::Cr,
        }
    }

    /// The bytes that it stands for.
    pub fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
            Self::Cr => b"\r",
            Self::None => b"",
        }
    }
}

/// What a line is: no entry, `name = "value"` and nothing else, or an entry whose parts the grammar finds again when they
/// are asked for; and how long its name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape(u32);

impl Shape {
    const NO_ENTRY: Self = Self(0);
    /// Marks an entry that is not written as VMware writes it.
    const ODD: u32 = 1 << 21;
    /// Longer names count as so long.
    pub(super) const LONGEST: u32 = Self::ODD - 1;

    /// `name = "value"` with a name of so many bytes, shorter than the longest.
    pub(super) fn usual(name: u32) -> Self {
        Self(name)
    }

    pub(super) fn of(parts: Option<Parts>) -> Self {
        let name = parts.map(|parts| (parts.key.end - parts.key.start).min(Self::LONGEST));
        name.map_or(Self::NO_ENTRY, |name| Self(name | Self::ODD))
    }

    /// All that it says, in 22 bits.
    pub(super) fn bits(self) -> u32 {
        self.0
    }

    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether a name of so many bytes is possible.
    pub(super) fn has_name_of(self, len: usize) -> bool {
        self.name() as usize == len.min(Self::LONGEST as usize)
    }

    /// How many bytes the name has; 0 where it is no entry.
    fn name(self) -> u32 {
        self.0 & !Self::ODD
    }

    fn is_odd(self) -> bool {
        self.0 & Self::ODD != 0
    }
}

/// A line, wherever its bytes stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    /// Without its ending. In Java properties it may hold line ends of its own.
    pub(super) text: &'a [u8],
    pub(super) shape: Shape,
    pub(super) ending: Ending,
    pub(super) dialect: Dialect,
}

impl<'a> Row<'a> {
    pub(super) fn is_entry(&self) -> bool {
        self.shape != Shape::NO_ENTRY
    }

    /// Whether it is an entry with one of these names, which are ASCII, in any case.
    pub(super) fn is_named(&self, names: &[&str]) -> bool {
        let may_be = names.iter().any(|name| self.shape.has_name_of(name.len()));
        let is_it = |key: &[u8]| names.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes()));
        may_be && self.key().is_some_and(is_it)
    }

    /// Where key and value lie, if it is an entry.
    pub(super) fn parts(&self) -> Option<Parts> {
        if self.shape.is_odd() {
            return self.dialect.parts(self.text);
        }
        self.is_entry().then(|| grammar::usual_parts(self.shape.name(), self.text))
    }

    /// The key's bytes, if it is an entry.
    pub(super) fn key(&self) -> Option<&'a [u8]> {
        if self.shape.is_odd() {
            return self.parts().map(|parts| &self.text[parts.key.range()]);
        }
        self.is_entry().then(|| &self.text[..self.shape.name() as usize])
    }
}
