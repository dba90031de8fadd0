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

/// What a line is, in four bytes: no entry, `name = "value"` with a name of so many bytes and nothing else, or an entry
/// whose parts the grammar finds again when they are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape(u32);

impl Shape {
    const NO_ENTRY: Self = Self(0);
    const ODD: Self = Self(u32::MAX);

    pub(super) fn usual(name: usize) -> Self {
        u32::try_from(name).map_or(Self::ODD, Self)
    }

    /// Whether a name of so many bytes is possible.
    pub(super) fn may_have_name_of(self, len: usize) -> bool {
        self.0 as usize == len || self == Self::ODD
    }

    pub(super) fn of(line: &[u8], dialect: Dialect) -> Self {
        if dialect.parts(line).is_some() { Self::ODD } else { Self::NO_ENTRY }
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
        let is_it = |name: &&str| match self.shape {
            Shape::NO_ENTRY => false,
            Shape::ODD => self.dialect.is_named(self.text, name),
            Shape(len) => self.text[..len as usize].eq_ignore_ascii_case(name.as_bytes()),
        };
        names.iter().any(is_it)
    }

    /// Where key and value lie, if it is an entry.
    pub(super) fn parts(&self) -> Option<Parts> {
        match self.shape {
            Shape::NO_ENTRY => None,
            Shape::ODD => self.dialect.parts(self.text),
            Shape(name) => Some(grammar::usual_parts(name, self.text)),
        }
    }

    /// The key's bytes, if it is an entry.
    pub(super) fn key(&self) -> Option<&'a [u8]> {
        match self.shape {
            Shape::NO_ENTRY => None,
            Shape::ODD => Some(self.dialect.name_of(self.text)),
            Shape(name) => Some(&self.text[..name as usize]),
        }
    }
}
