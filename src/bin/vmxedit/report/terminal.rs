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
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect(ENDLESS);
            }
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

/// How wide the terminal on standard error is; 80 columns where it does not say.
pub(super) fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stderr());
    size.map(|size| usize::from(size.ws_col)).ok().filter(|columns| *columns > 0).unwrap_or(80)
}

/// The start of `text` that fits into `columns`. Beyond ASCII a character may take two.
pub(super) fn cut(text: &str, columns: usize) -> &str {
    let mut left = columns;
    for (at, c) in text.char_indices() {
        let width = if c.is_ascii() { 1 } else { 2 };
        if width > left {
            return &text[..at];
        }
        left -= width;
    }
    text
}

/// Whether a terminal would obey a character, or a reader overlook it: controls, directions (Unicode's `Bidi_Control`),
/// separators of lines, and what has no width.
pub(super) fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::{cut, escape, escape_json};

    #[test]
    fn escape_sequences_and_direction_marks_are_made_visible() {
        assert_eq!(escape("a\x1b[31mb\u{202E}c\u{9B}d\te"), "a|1B[31mb\\u{202E}c\\u{9B}d\te");
    }

    #[test]
    fn what_cannot_be_seen_is_made_visible() {
        for c in ['\u{200B}', '\u{2066}', '\u{FEFF}', '\u{2028}', '\u{AD}', '\u{E0041}'] {
            assert_eq!(escape(&format!("a{c}b")), format!("a\\u{{{:X}}}b", u32::from(c)));
        }
        assert_eq!(escape("\u{E9}\u{4F4D}\u{1F600}\u{FE0F}"), "\u{E9}\u{4F4D}\u{1F600}\u{FE0F}");
    }

    #[test]
    fn json_stays_json() {
        let text = "{\"a\":\"\u{9B}\u{E0041}\u{202E}\"}";
        assert_eq!(escape_json(text), "{\"a\":\"\\u009b\\udb40\\udc41\\u202e\"}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&escape_json(text)), read(text));
    }

    #[test]
    fn a_line_is_cut_to_the_width_of_the_terminal() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "abc");
        assert_eq!(cut("a\u{4F4D}\u{4E2D}", 4), "a\u{4F4D}");
        assert_eq!(cut("a", 0), "");
    }
}
