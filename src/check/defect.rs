//! Why a line is not an entry.

use std::ops::Range;

/// Why a line is not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    LostQuote,
    TextAfterValue,
    SpaceInUnquotedValue,
    DoubleEquals,
    InvalidKey,
    PlainText,
    Template,
}

/// Returns why `text` is not an entry, and the columns to underline; `None` for comments and empty lines.
pub(super) fn diagnose(text: &str) -> Option<(Defect, Range<usize>)> {
    let body = text.trim_matches([' ', '\t', '\u{FEFF}']);
    let start = text.len() - text.trim_start_matches([' ', '\t', '\u{FEFF}']).len();
    let columns = |from: usize, to: usize| text[..from].chars().count()..text[..to].chars().count();
    let whole = columns(start, start + body.len());
    if body.is_empty() || ["#", "//", ";"].iter().any(|mark| body.starts_with(mark)) {
        return None;
    }
    if ["{%", "{{", "{#", "<%", "%>", "${"].iter().any(|mark| body.starts_with(mark)) {
        return Some((Defect::Template, whole));
    }
    let Some(equals) = body.find('=') else { return Some((Defect::PlainText, whole)) };
    let name = body[..equals].trim_end_matches([' ', '\t']);
    if name.is_empty() || name.contains([' ', '\t', '#']) {
        return Some((Defect::InvalidKey, columns(start, start + name.len().max(1))));
    }
    let value = body[equals + 1..].trim_start_matches([' ', '\t']);
    let end = start + body.len();
    let value_start = end - value.len();
    Some(match value.as_bytes() {
        [b'=', ..] => (Defect::DoubleEquals, columns(start + equals, value_start + 1)),
        [b'"', ..] => match value[1..].find('"') {
            None => (Defect::LostQuote, columns(value_start, end)),
            Some(close) => {
                let after = value[close + 2..].trim_start_matches([' ', '\t']);
                (Defect::TextAfterValue, columns(end - after.len(), end))
            }
        },
        _ => (Defect::SpaceInUnquotedValue, columns(value_start, end)),
    })
}
