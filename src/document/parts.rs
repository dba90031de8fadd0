//! Where key and value are in a line: plain data that the rest of the folder shares.

use std::ops::Range;

/// A range of bytes in one line, counted from the line's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    /// Converts a byte range. Returns `None` past 2 GiB: such a line is kept, but is not an entry.
    pub(super) fn new(range: Range<usize>) -> Option<Self> {
        i32::try_from(range.end).ok()?;
        Some(Self { start: u32::try_from(range.start).ok()?, end: u32::try_from(range.end).ok()? })
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where key and value are in a line that is an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) key: Span,
    /// Without the quotes.
    pub(super) value: Span,
    pub(super) quoted: bool,
}

/// What a line is and how long its key is, in 22 bits.
///
/// A line is one of three kinds: not an entry; canonical, which is `key = "value"` and nothing else, so that the
/// length of the key says where everything is; or an entry in any other form, whose parts are parsed again on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineKind(u32);

impl LineKind {
    pub(super) const NOT_AN_ENTRY: Self = Self(0);
    const NON_CANONICAL: u32 = 1 << 21;
    /// Longer keys are stored as this length.
    pub(super) const MAX_KEY_LEN: u32 = Self::NON_CANONICAL - 1;

    /// A canonical line whose key takes `key_len` bytes, less than [`MAX_KEY_LEN`](Self::MAX_KEY_LEN).
    pub(super) fn canonical(key_len: u32) -> Self {
        Self(key_len)
    }

    /// The kind of a line that was parsed to `parts`.
    pub(super) fn of(parts: Option<Parts>) -> Self {
        let key_len = parts.map(|parts| (parts.key.end - parts.key.start).min(Self::MAX_KEY_LEN));
        key_len.map_or(Self::NOT_AN_ENTRY, |len| Self(len | Self::NON_CANONICAL))
    }

    pub(super) fn bits(self) -> u32 {
        self.0
    }

    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether the key may take `len` bytes.
    pub(super) fn may_have_key_len(self, len: usize) -> bool {
        self.key_len() as usize == len.min(Self::MAX_KEY_LEN as usize)
    }

    /// How many bytes the key takes, at most [`MAX_KEY_LEN`](Self::MAX_KEY_LEN).
    pub(super) fn key_len(self) -> u32 {
        self.0 & !Self::NON_CANONICAL
    }

    pub(super) fn is_non_canonical(self) -> bool {
        self.0 & Self::NON_CANONICAL != 0
    }
}
