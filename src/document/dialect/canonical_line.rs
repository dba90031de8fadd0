//! Finds canonical lines, `key = "value"` and nothing else, eight bytes at a time, without the grammar.
//!
//! VMware writes nearly all lines this way. The search for the end of the key and of the value uses Mycroft's `haszero`
//! trick: a word `w` of eight bytes holds a byte below `n` (for `n` up to 128) if
//!
//! ```text
//! (w - 0x0101..01 * n)  &  !w  &  0x8080..80   !=  0
//!  ^                       ^       ^
//!  |                       |       only the highest bit of each byte
//!  |                       bytes of 128 and more are not meant
//!  bytes below n borrow, which sets their highest bit
//! ```
//!
//! A byte that borrows also takes one from the byte above it, so marks above the lowest one may be false. The lowest is
//! always true, and words are read in little-endian order, so it is the first in the text.
//! Source: Alan Mycroft, `comp.lang.c`, 1987; "Bit Twiddling Hacks", "Determine if a word has a byte less than n".

use crate::document::parts::{LineKind, Parts, Span};

const SIGN: &[u8; 4] = b" = \"";

/// Returns the lengths of the line and of its key if `rest` starts with a canonical line.
///
/// A key with `!`, `"` or a control character, and anything in the last seven bytes of the file, is left to the
/// grammar: `None` does not say that the line is not canonical.
pub(in crate::document) fn canonical(rest: &[u8]) -> Option<(usize, u32)> {
    let ends_key = |word| bytes_below(word, b'#' + 1) | bytes_equal(word, b'=');
    let key_len = find_first(rest, ends_key)?;
    let value = rest[key_len..].strip_prefix(SIGN).filter(|_| key_len > 0)?;
    let len = key_len + SIGN.len() + value_len(value)? + 1;
    i32::try_from(len).ok()?;
    let key_len = u32::try_from(key_len).ok().filter(|len| *len < LineKind::MAX_KEY_LEN)?;
    matches!(rest.get(len), None | Some(b'\n' | b'\r')).then_some((len, key_len))
}

/// The parts of a line for which [`canonical`] found a key of `key_len` bytes.
#[expect(clippy::cast_possible_truncation, reason = "`canonical` has refused longer lines")]
pub(in crate::document) fn canonical_parts(key_len: u32, line: &[u8]) -> Parts {
    let value = Span { start: key_len + SIGN.len() as u32, end: line.len() as u32 - 1 };
    Parts { key: Span { start: 0, end: key_len }, value, quoted: true }
}

/// How many bytes there are before the closing quote. Returns `None` if the line has none, or a NUL before it.
fn value_len(value: &[u8]) -> Option<usize> {
    /// Longer values are searched by `memchr`, which takes longer to start.
    const SHORT: usize = 32;
    let short = &value[..value.len().min(SHORT)];
    let mut seen = 0;
    // Quote, line ends and NUL are below most of what values are made of.
    while let Some(at) = find_first(&short[seen..], |word| bytes_below(word, b'"' + 1)) {
        match short[seen + at] {
            b'"' => return Some(seen + at),
            b'\n' | b'\r' | 0 => return None,
            _ => seen += at + 1,
        }
    }
    let rest = &value[seen..];
    let end = memchr::memchr3(b'"', b'\n', b'\r', rest).filter(|end| rest[*end] == b'"')?;
    memchr::memchr(0, &rest[..end]).is_none().then_some(seen + end)
}

/// Finds the first byte that `marks` marks in its word. The last bytes, if they do not fill a word, are not searched.
fn find_first(bytes: &[u8], marks: impl Fn(u64) -> u64) -> Option<usize> {
    let (words, _) = bytes.as_chunks();
    words.iter().enumerate().find_map(|(at, word)| {
        let marks = marks(u64::from_le_bytes(*word));
        (marks != 0).then(|| at * 8 + marks.trailing_zeros() as usize / 8)
    })
}

/// Marks the first byte below `limit`, which is ASCII, in its highest bit. Higher marks may be false.
fn bytes_below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(limit)) & !word & (ONES << 7)
}

/// Marks the first byte that is `byte` in its highest bit. Higher marks may be false.
fn bytes_equal(word: u64, byte: u8) -> u64 {
    bytes_below(word ^ (ONES * u64::from(byte)), 1)
}

/// One in each byte of a word.
const ONES: u64 = u64::from_ne_bytes([1; 8]);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::vmx;
    use super::{canonical, canonical_parts};

    proptest! {
        #[test]
        fn the_scan_agrees_with_the_grammar(line in "[a-c .:=#!\"\t|é\x00\x01]{0,48}", plain in "[a-c ]{0,4}|[a-zé\x7f\"!-~]{0,20}", end in "(\n|\r|\r\n)?") {
            for line in [line.clone(), format!("{plain}{line}"), format!("k = \"{line}\""), format!("{plain} = \"{line}\"")] {
                if let Some((len, key_len)) = canonical(format!("{line}{end}").as_bytes()) {
                    prop_assert_eq!(len, line.len());
                    prop_assert_eq!(Some(canonical_parts(key_len, line.as_bytes())), vmx::parts(line.as_bytes()), "{:?}", line);
                }
            }
        }
    }
}
