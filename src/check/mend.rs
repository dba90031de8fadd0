//! The bytes of a file with everything mended that can be mended without loss.

use super::{Finding, Fix};
use crate::document::{BOM, Document};

/// `document` with the fixes of `findings` made: its bytes, and nothing else of it changed.
pub fn mend(document: &Document, findings: &[Finding]) -> Vec<u8> {
    let fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
    let has = |fix: Fix| fixes.iter().any(|wanted| **wanted == fix);
    let mut out = Vec::new();
    if document.has_bom() && !has(Fix::DropFileBom) {
        out.extend_from_slice(BOM);
    }
    let mut touched: Vec<(usize, &Fix)> =
        fixes.into_iter().filter_map(|fix| Some((fix.line()?, fix))).collect();
    touched.sort_by_key(|(line, _)| *line);
    let mut touched = touched.into_iter().peekable();
    for (at, line) in document.lines().enumerate() {
        let mut text = line.raw.to_vec();
        let mut stays = true;
        while let Some((_, fix)) = touched.next_if(|(number, _)| *number == at + 1) {
            match fix {
                Fix::DropLine(_) => stays = false,
                Fix::DropLineBom(_) => {
                    while text.starts_with(BOM) {
                        text.drain(..BOM.len());
                    }
                }
                Fix::Quote(_) => {
                    if let Some(quoted) = quoted(&text) {
                        text = quoted;
                    }
                }
                Fix::DropFileBom => {}
            }
        }
        if stays {
            out.extend_from_slice(&text);
            out.extend_from_slice(line.ending.as_bytes());
        }
    }
    out
}

impl Fix {
    fn line(&self) -> Option<usize> {
        match self {
            Self::DropFileBom => None,
            Self::DropLineBom(line) | Self::DropLine(line) | Self::Quote(line) => Some(*line),
        }
    }
}

/// The line of an entry with quotes around its bare value, if it reads the same so.
pub(super) fn quoted(line: &[u8]) -> Option<Vec<u8>> {
    let document = Document::parse(line);
    let entry = document.entries().next()?;
    let (value, raw) = (entry.value_range(), entry.raw_line());
    let inner = raw[value.clone()].to_vec();
    let inner: Vec<u8> =
        inner.iter().flat_map(|byte| if *byte == b'"' { b"|22".to_vec() } else { vec![*byte] }).collect();
    let new = [&raw[..value.start], b"\"", &inner, b"\"", &raw[value.end..]].concat();
    let again = Document::parse(&new[..]);
    let same = again
        .entries()
        .next()
        .is_some_and(|new| new.raw_key() == entry.raw_key() && new.bytes() == entry.bytes());
    (same && !entry.is_quoted()).then_some(new)
}
