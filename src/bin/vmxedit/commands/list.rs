//! `list`: entries as they are written.

use serde_json::{Value, json};
use vmxedit::document::Dialect;
use vmxedit::{Document, Entry, Error, Pattern};

use super::{document_as, fail};
use crate::cli::List;
use crate::report::{Failure, Report, To};

pub(crate) fn run(args: &List) -> Result<u8, Failure> {
    let dialect = args.rules.of(&args.file);
    let found =
        patterns(args, dialect).and_then(|patterns| Ok((document_as(&args.file, dialect)?, patterns)));
    match found {
        Ok((document, patterns)) => print(args, &document, &patterns),
        Err(error) => fail(&args.output, Some(&args.file), &error),
    }
}

fn patterns(args: &List, dialect: Dialect) -> Result<Vec<Pattern>, Error> {
    Ok(args.patterns.iter().map(|pattern| Pattern::parse_as(pattern, dialect)).collect::<Result<_, _>>()?)
}

fn print(args: &List, document: &Document, patterns: &[Pattern]) -> Result<u8, Failure> {
    let mut report = Report::new(&args.output, To::Stdout);
    let asked_for =
        |entry: &Entry<'_>| patterns.is_empty() || patterns.iter().any(|pattern| pattern.selects(entry));
    let entries = document.entries().filter(asked_for);
    if report.json {
        let array: Vec<Value> = entries
            .map(|entry| json!({ "key": entry.key(), "value": entry.value(), "line": entry.line_number() }))
            .collect();
        report.document(&array)?;
        return report.finish(0);
    }
    for entry in entries {
        match (args.keys, args.raw) {
            (true, true) => report.bytes(entry.raw_key(), "\n")?,
            (true, false) => report.text(&entry.key(), "\n")?,
            (false, true) => report.bytes(entry.raw_line(), "\n")?,
            (false, false) => report.text(&entry.text(), "\n")?,
        }
    }
    report.finish(0)
}
