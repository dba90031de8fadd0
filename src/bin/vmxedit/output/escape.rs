//! Escaping of untrusted text: characters that would control a terminal become visible.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use memchr::memchr2;
use unicode_width::UnicodeWidthChar;

use super::Output;

const INFALLIBLE: &str = "writing to a string cannot fail";

impl Output {
    /// Escapes text for a stream that may be a terminal. Newlines are escaped, too.
    pub(super) fn escaped<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_escaped { escape(text) } else { Cow::Borrowed(text) }
    }

    /// Escapes text that must stay on one line.
    pub(super) fn escaped_line<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if memchr2(b'\n', b'\r', text.as_bytes()).is_some() {
            escape(text)
        } else {
            self.escaped_for_people(text)
        }
    }

    /// Escapes text for people: colored text is on its way to a terminal, perhaps through a pager.
    pub(super) fn escaped_for_people<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.is_escaped || self.uses_color() { escape(text) } else { Cow::Borrowed(text) }
    }
}

/// Escapes control and bidirectional characters: ASCII ones as `|XX`, as in a VMX file, the others as `\u{X}`.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if !is_unsafe(c) {
            out.push(c);
        } else if c.is_ascii() {
            write!(out, "|{:02X}", u32::from(c)).expect(INFALLIBLE);
        } else {
            write!(out, "\\u{{{:X}}}", u32::from(c)).expect(INFALLIBLE);
        }
    }
    Cow::Owned(out)
}

/// Escapes line breaks only, for text that must stay on one line.
pub(super) fn escape_line_breaks(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\n', "|0A").replace('\r', "|0D"))
}

/// Returns the path on one line.
pub(super) fn display_path(path: &Path) -> String {
    escape_line_breaks(&path.to_string_lossy()).into_owned()
}

/// Escapes JSON for a terminal: the control characters that JSON leaves unescaped.
pub(super) fn escape_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect(INFALLIBLE);
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Escapes text line by line and keeps the line feeds.
pub(super) fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

/// Returns the longest start of `text` that fits into this many columns of a terminal.
pub(super) fn cut(text: &str, columns: usize) -> &str {
    let mut left = columns;
    for (at, c) in text.char_indices() {
        let width = c.width().unwrap_or(0);
        if width > left {
            return &text[..at];
        }
        left -= width;
    }
    text
}

/// Returns whether a character controls a terminal or is invisible: control characters, Unicode's `Bidi_Control`, line
/// separators, and characters without width.
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
    fn escape_sequences_and_bidirectional_characters_are_escaped() {
        assert_eq!(escape("a\x1b[31mb\u{202E}c\u{9B}d\te"), "a|1B[31mb\\u{202E}c\\u{9B}d\te");
    }

    #[test]
    fn invisible_characters_are_escaped() {
        for c in ['\u{200B}', '\u{2066}', '\u{FEFF}', '\u{2028}', '\u{AD}', '\u{E0041}'] {
            assert_eq!(escape(&format!("a{c}b")), format!("a\\u{{{:X}}}b", u32::from(c)));
        }
        assert_eq!(escape("\u{E9}\u{4F4D}\u{1F600}\u{FE0F}"), "\u{E9}\u{4F4D}\u{1F600}\u{FE0F}");
    }

    #[test]
    fn escaped_json_parses_to_the_same_value() {
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
