//! Text from a file is untrusted: what would steer a terminal is made visible.

use std::borrow::Cow;
use std::fmt::Write as _;

const ENDLESS: &str = "a string takes everything";

/// Control and direction characters of a file's text, made visible: ASCII ones as `|XX`, as the file would have them.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if !is_unsafe(c) {
            out.push(c);
        } else if c.is_ascii() {
            write!(out, "|{:02X}", u32::from(c)).expect(ENDLESS);
        } else {
            write!(out, "\\u{{{:X}}}", u32::from(c)).expect(ENDLESS);
        }
    }
    Cow::Owned(out)
}

/// Line breaks alone, made visible: for names that must stay on one line.
pub(crate) fn escape_breaks(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\n', "|0A").replace('\r', "|0D"))
}

/// JSON for a terminal: what JSON itself leaves unescaped and a terminal would obey.
pub(super) fn escape_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) && c != '\n' {
            write!(out, "\\u{:04x}", u32::from(c)).expect(ENDLESS);
        } else {
            out.push(c);
        }
    }
    out
}

/// The same, line by line: line feeds stay.
pub(super) fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn escape_sequences_and_direction_marks_are_made_visible() {
        assert_eq!(escape("a\x1b[31mb\u{202E}c\u{9B}d\te"), "a|1B[31mb\\u{202E}c\\u{9B}d\te");
    }
}
