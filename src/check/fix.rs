//! Applies the automatic fixes of findings to the bytes of a file.

use super::{Finding, Fix, quotes};
use crate::document::{BOM, Charset, Document};

/// Returns the bytes of `document` with the fixes of `findings` applied. All other bytes stay as they are.
pub fn apply_fixes(document: &Document, findings: &[Finding]) -> Vec<u8> {
    let mut fixes: Vec<&Fix> = Vec::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        match fix {
            Fix::All(several) => fixes.extend(several),
            fix => fixes.push(fix),
        }
    }
    let mut out = Vec::new();
    if document.has_bom() && !fixes.contains(&&Fix::DropFileBom) {
        out.extend_from_slice(BOM);
    }
    let mut by_line: Vec<(usize, &Fix)> = fixes.iter().filter_map(|fix| Some((fix.line()?, *fix))).collect();
    by_line.sort_by_key(|(line, _)| *line);
    let mut by_line = by_line.into_iter().peekable();
    for (at, line) in document.lines().enumerate() {
        let mut text = Some(line.raw.to_vec());
        while let Some((_, fix)) = by_line.next_if(|(number, _)| *number == at + 1) {
            text = text.and_then(|text| fix.applied_to(text, document.charset()));
        }
        if let Some(text) = text {
            out.extend_from_slice(&text);
            out.extend_from_slice(line.ending.as_bytes());
        }
    }
    out
}

impl Fix {
    fn line(&self) -> Option<usize> {
        match self {
            Self::DropFileBom | Self::All(_) => None,
            Self::DropLineBom(line) | Self::DropLine(line) | Self::Quote(line) | Self::Requote(line) => {
                Some(*line)
            }
        }
    }

    /// Returns the fixed line; `None` if the fix removes it.
    fn applied_to(&self, line: Vec<u8>, charset: &Charset) -> Option<Vec<u8>> {
        match self {
            Self::DropFileBom | Self::All(_) => Some(line),
            Self::DropLine(_) => None,
            Self::DropLineBom(_) => {
                let mut rest = &line[..];
                while let Some(after) = rest.strip_prefix(BOM) {
                    rest = after;
                }
                Some(rest.to_vec())
            }
            Self::Quote(_) => Some(quoted(&line).unwrap_or(line)),
            Self::Requote(_) => Some(quotes::replaced(charset, &line).unwrap_or(line)),
        }
    }
}

/// Returns the line of an entry with quotes around its unquoted value; `None` if it would then read differently.
pub(super) fn quoted(line: &[u8]) -> Option<Vec<u8>> {
    let document = Document::parse(line);
    let entry = document.entries().next().filter(|entry| !entry.is_quoted())?;
    let (value, raw) = (entry.value_range(), entry.raw_line());
    let mut new = [&raw[..value.start], b"\""].concat();
    for byte in &raw[value.clone()] {
        match byte {
            b'"' => new.extend_from_slice(b"|22"),
            byte => new.push(*byte),
        }
    }
    new.push(b'"');
    new.extend_from_slice(&raw[value.end..]);
    let again = Document::parse(&new[..]);
    let reads_the_same =
        again.entries().any(|new| new.raw_key() == entry.raw_key() && new.bytes() == entry.bytes());
    reads_the_same.then_some(new)
}
