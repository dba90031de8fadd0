//! Quotes around values that VMware does not take for quotes: single ones, and those of word processors and web pages.

use std::ops::Range;

use crate::catalog;
use crate::document::{Charset, Document};

/// The kinds of other quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Single,
    Typographic,
}

/// Double and single quotes of word processors, and characters that look like them.
const TYPOGRAPHIC: [char; 15] = [
    '\u{201C}', '\u{201D}', '\u{201E}', '\u{201F}', '\u{FF02}', '\u{AB}', '\u{BB}', '\u{2033}', '\u{2018}',
    '\u{2019}', '\u{201A}', '\u{201B}', '\u{2039}', '\u{203A}', '\u{2032}',
];

/// Returns the kind of quotes with which an unquoted value starts, if it starts with one.
pub(super) fn kind_of(value: &str) -> Option<Kind> {
    match value.chars().next()? {
        '\'' => Some(Kind::Single),
        first => TYPOGRAPHIC.contains(&first).then_some(Kind::Typographic),
    }
}

/// Returns the line with double quotes in place of the other quotes around its value; `None` if there are none, or if it
/// would then still not be an entry.
pub(super) fn replaced(charset: &Charset, line: &[u8]) -> Option<Vec<u8>> {
    let Quoted { outer, inner } = Quoted::find(charset, line)?;
    let mut new = [&line[..outer.start], b"\""].concat();
    for byte in &line[inner] {
        match byte {
            b'"' => new.extend_from_slice(b"|22"),
            byte => new.push(*byte),
        }
    }
    new.push(b'"');
    new.extend_from_slice(&line[outer.end..]);
    let reads = Document::parse(&new[..]).entries().next().is_some_and(|entry| entry.is_quoted());
    reads.then_some(new)
}

/// Returns whether [`replaced`] gives a known key a value of its type.
pub(super) fn is_replaceable(charset: &Charset, line: &[u8]) -> bool {
    let Some(new) = replaced(charset, line) else { return false };
    let mut document = Document::parse(new);
    document.read_as(charset.clone());
    let Some(entry) = document.entries().next() else { return false };
    catalog::key(&entry.key()).is_some_and(|known| known.value_type.accepts(&entry.value()))
}

/// Where the value of a line is, with and without its quotes.
struct Quoted {
    outer: Range<usize>,
    inner: Range<usize>,
}

impl Quoted {
    fn find(charset: &Charset, line: &[u8]) -> Option<Self> {
        let document = Document::parse(line);
        let outer = match document.entries().next() {
            Some(entry) if entry.is_quoted() => return None,
            Some(entry) => entry.value_range(),
            None => value_of_other_line(line)?,
        };
        let value = &line[outer.clone()];
        // A character has one to four bytes.
        let quote = |bytes: &[u8]| {
            let text = charset.decode(bytes)?;
            let mut chars = text.chars();
            let is_quote = kind_of(&text).is_some() && chars.next().is_some() && chars.next().is_none();
            is_quote.then_some(bytes.len())
        };
        let first = (1..=value.len().min(4)).find_map(|len| quote(&value[..len]))?;
        let rest = &value[first..];
        let last = (1..=rest.len().min(4)).find_map(|len| quote(&rest[rest.len() - len..]))?;
        let inner = outer.start + first..outer.end - last;
        Some(Self { outer, inner })
    }
}

/// Returns the text after the equals sign of a line that is not an entry because its value has spaces and no quotes.
fn value_of_other_line(line: &[u8]) -> Option<Range<usize>> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let equals = memchr::memchr(b'=', line)?;
    let start = equals + 1 + line[equals + 1..].iter().take_while(|byte| is_blank(byte)).count();
    let end = line.len() - line.iter().rev().take_while(|byte| is_blank(byte)).count();
    let has_other_quotes = |value: &[u8]| value.contains(&b'"') || value.contains(&b'#');
    (start < end && !has_other_quotes(&line[start..end])).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::{is_replaceable, replaced};
    use crate::document::Charset;

    fn requoted(line: &str) -> Option<String> {
        let charset = Charset::of("UTF-8");
        replaced(&charset, line.as_bytes()).map(|new| String::from_utf8(new).expect("UTF-8"))
    }

    #[test]
    fn other_quotes_around_a_whole_value_are_replaced() {
        for (line, expected) in [
            ("a = 'TRUE'", "a = \"TRUE\""),
            (" a='x'  # c", " a=\"x\"  # c"),
            ("displayName = \u{201C}My VM\u{201D} ", "displayName = \"My VM\" "),
            ("displayName = 'My VM'", "displayName = \"My VM\""),
            ("a = \u{AB}x\u{BB}", "a = \"x\""),
            ("a = '5\"'", "a = \"5|22\""),
            ("a = ''", "a = \"\""),
        ] {
            assert_eq!(requoted(line).as_deref(), Some(expected), "{line}");
        }
        let western = Charset::of("windows-1252");
        assert_eq!(replaced(&western, b"a = \x93caf\xE9\x94").as_deref(), Some(&b"a = \"caf\xE9\""[..]));
    }

    #[test]
    fn half_a_pair_and_other_lines_stay() {
        for line in [
            "a = 'x",
            "a = '",
            "a = \"'x'\"",
            "a = x'",
            "# a = 'x'",
            "a",
            "a b = 'x'",
            "a = 'x y' # c",
            "= 'x'",
        ] {
            assert_eq!(requoted(line), None, "{line}");
        }
    }

    #[test]
    fn only_values_of_the_type_of_their_key_are_replaceable() {
        let charset = Charset::of("UTF-8");
        for (line, expected) in [
            ("memsize = '4096'", true),
            ("memsize = '4 GB'", false),
            ("displayName = 'My VM'", true),
            ("ethernet0.present = \u{2018}TRUE\u{2019}", true),
            ("ethernet0.present = 'yes'", false),
            ("my.key = 'x'", false),
        ] {
            assert_eq!(is_replaceable(&charset, line.as_bytes()), expected, "{line}");
        }
    }
}
