//! `|XX` escapes of VMware's dictionary, both ways, on bytes.
//!
//! Source: open-vm-tools `lib/misc/escape.c` (`Escape_Undo`) and `lib/dict/dictll.c` (`toEscape`).

use std::borrow::Cow;

/// Replaces each `|XX` by its byte, as VMware does. The byte that breaks an escape is skipped, so `||22` and `|2|22`
/// stay as they are.
pub(super) fn unescape(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'|', raw) else { return Cow::Borrowed(raw) };
    let mut out = Vec::with_capacity(raw.len());
    out.extend_from_slice(&raw[..first]);
    let mut rest = &raw[first..];
    while let [byte, tail @ ..] = rest {
        let taken = match (byte, tail) {
            (b'|', [high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(digit(*high) << 4 | digit(*low));
                rest = &rest[3..];
                continue;
            }
            (b'|', [high, ..]) if high.is_ascii_hexdigit() => 3,
            (b'|', _) => 2,
            _ => 1,
        };
        let (kept, left) = rest.split_at(taken.min(rest.len()));
        out.extend_from_slice(kept);
        rest = left;
    }
    Cow::Owned(out)
}

/// Returns the offset of the first `|` that does not start an escape.
pub(super) fn malformed(raw: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'|', &raw[from..]).map(|at| from + at) {
        if !matches!(raw[at + 1..], [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()) {
            return Some(at);
        }
        from = at + 3;
    }
    None
}

/// Escapes what VMware escapes when it writes: control characters except tab, `"`, `|` and DEL.
pub(super) fn escape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 8);
    for &byte in bytes {
        match byte {
            b'\t' => out.push(byte),
            0..=0x1F | b'"' | b'|' | 0x7F => out.extend_from_slice(&hex(byte)),
            _ => out.push(byte),
        }
    }
    out
}

/// Writes one byte as `|XX` in upper case.
pub(super) fn hex(byte: u8) -> [u8; 3] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [b'|', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => byte - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, malformed, unescape};

    #[test]
    fn unescape_agrees_with_vmware() {
        for (raw, value) in [
            (&b"a|22b|7Cc|0ad"[..], &b"a\"b|c\nd"[..]),
            (b"||22", b"||22"),
            (b"|2|22", b"|2|22"),
            (b"|||41", b"||A"),
            (b"|2G", b"|2G"),
            (b"|zz|22", b"|zz\""),
            (b"|", b"|"),
            (b"|2", b"|2"),
            (b"x|00y", b"x\0y"),
        ] {
            assert_eq!(&*unescape(raw), value, "{}", raw.escape_ascii());
        }
    }

    #[test]
    fn the_first_bar_that_does_not_start_an_escape_is_found() {
        assert_eq!(malformed(b"a|22|7C"), None);
        for (raw, at) in [(&b"|41||22"[..], 3), (b"a|2", 1), (b"|zz", 0), (b"ab|", 2)] {
            assert_eq!(malformed(raw), Some(at), "{}", raw.escape_ascii());
        }
    }

    #[test]
    fn unescape_reverses_escape_for_every_byte() {
        let all: Vec<u8> = (1..=255).collect();
        assert_eq!(&*unescape(&escape(&all)), &all[..]);
    }

    #[test]
    fn tabs_backslashes_and_high_bytes_are_not_escaped() {
        assert_eq!(escape(b"\t\\#\xC3\xA9"), b"\t\\#\xC3\xA9");
    }
}
