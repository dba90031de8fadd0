//! `--from`: the entries of another file, as assignments.

use indexmap::IndexMap;
use serde_json::Value;
use vmxedit::catalog::{self, MASK};
use vmxedit::document::Dialect;
use vmxedit::transaction::parse;
use vmxedit::{Document, Key, Pattern};

use crate::error::{ProgramError, ResultExt, in_file};
use crate::input::{self, Input};

/// Reads the entries of `source` whose keys match one of the patterns `only`, or all if there are none.
///
/// The source is a file in this dialect, or JSON as `list` or `get` print it. The entry that names the encoding of
/// the source is left out.
///
/// # Errors
/// Those of reading and parsing; a key with several values; a value that is masked, or that is not valid in the encoding of
/// the source; a pattern that matches nothing.
pub(super) fn read(source: &Input, only: &[String], dialect: Dialect) -> anyhow::Result<Vec<(Key, String)>> {
    let only: Vec<Pattern> =
        only.iter().map(|pattern| Pattern::parse_as(pattern, dialect)).collect::<Result<_, _>>()?;
    let (path, bytes) = input::read_bytes(source)?;
    let entries = match (json_entries(&bytes), parse(bytes, dialect)) {
        (Some(Ok(entries)), _) => entries,
        // A first line in brackets, as in an INI file, is not JSON.
        (_, Ok(document)) if document.entries().next().is_some() => entries_of(&document, &only).at(&path)?,
        (Some(Err(error)), _) => return Err(error).at(&path),
        (None, parsed) => entries_of(&parsed.map_err(in_file(&path))?, &only).at(&path)?,
    };
    if entries.is_empty() && only.is_empty() {
        return Err(ProgramError::NoEntry { pattern: "*".to_owned() }).at(&path);
    }
    let mut assignments: IndexMap<Key, String> = IndexMap::new();
    let mut is_used = vec![false; only.len()];
    for (key, value) in entries {
        if !selects(&only, &key, dialect, &mut is_used) || names_encoding(&key, dialect) {
            continue;
        }
        if value == MASK && catalog::is_secret(&key) {
            return Err(ProgramError::MaskedValue { key }).at(&path);
        }
        let key = Key::parse_as(&key, dialect).at(&path)?;
        match assignments.get(&key) {
            Some(other) if *other != value => {
                return Err(ProgramError::SeveralValues { key: key.to_string() }).at(&path);
            }
            _ => assignments.insert(key, value),
        };
    }
    if let Some((pattern, _)) = only.iter().zip(&is_used).find(|(_, is_used)| !**is_used) {
        return Err(ProgramError::NoEntry { pattern: pattern.to_string() }).at(&path);
    }
    Ok(assignments.into_iter().collect())
}

/// Returns whether a key matches one of the patterns, and marks those that match.
fn selects(only: &[Pattern], key: &str, dialect: Dialect, is_used: &mut [bool]) -> bool {
    let mut is_selected = only.is_empty();
    for (pattern, is_used) in only.iter().zip(is_used) {
        if pattern.matches_as(key, dialect) {
            (is_selected, *is_used) = (true, true);
        }
    }
    is_selected
}

/// Returns whether the value of a key is the encoding of the file.
fn names_encoding(key: &str, dialect: Dialect) -> bool {
    let name = match dialect {
        Dialect::Vmx => ".encoding",
        Dialect::Descriptor => "encoding",
        _ => return false,
    };
    key.eq_ignore_ascii_case(name)
}

/// Returns the entries of a file. Those that `only` leaves out may be in any state.
fn entries_of(document: &Document, only: &[Pattern]) -> anyhow::Result<Vec<(String, String)>> {
    let is_wanted =
        |key: &str| only.is_empty() || only.iter().any(|pattern| pattern.matches_as(key, document.dialect()));
    let mut duplicates = document.duplicates().into_iter();
    if let Some(duplicate) = duplicates.find(|duplicate| is_wanted(&duplicate.key)) {
        return Err(duplicate.into());
    }
    let invalid = document.lines_invalid();
    let mut entries = Vec::new();
    for entry in document.entries().filter(|entry| is_wanted(&entry.key())) {
        let (key, line) = (entry.key().into_owned(), entry.line_number());
        if invalid.binary_search(&line).is_ok() {
            return Err(ProgramError::NotText { key, line }.into());
        }
        entries.push((key, entry.value().into_owned()));
    }
    Ok(entries)
}

/// Returns the entries of JSON: objects with `key` and `value`, in an array or one after the other, or an object from keys to
/// values. Of a key that occurs twice in one object, the last value counts. Returns `None` for content that is not JSON.
fn json_entries(bytes: &[u8]) -> Option<anyhow::Result<Vec<(String, String)>>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if !matches!(bytes.trim_ascii_start().first(), Some(b'[' | b'{')) {
        return None;
    }
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(bytes).into_iter().collect();
    Some(match values {
        Ok(values) => entries_of_json(values),
        Err(error) => Err(ProgramError::NotEntries { why: error.to_string() }.into()),
    })
}

fn entries_of_json(values: Vec<Value>) -> anyhow::Result<Vec<(String, String)>> {
    let mut entries = Vec::new();
    for value in values {
        match value {
            Value::Array(array) => entries.extend(entries_of_json(array)?),
            Value::Object(mut object) => match (object.remove("key"), object.remove("value")) {
                (Some(Value::String(key)), Some(Value::String(value))) => entries.push((key, value)),
                (None, None) => {
                    for (key, value) in object {
                        match value {
                            Value::String(value) => entries.push((key, value)),
                            // `get` prints it for a missing key.
                            Value::Null => {}
                            _ => return Err(not_entries("a value is not a string")),
                        }
                    }
                }
                _ => return Err(not_entries("an entry has no key or no value")),
            },
            _ => return Err(not_entries("it holds something else than entries")),
        }
    }
    Ok(entries)
}

fn not_entries(why: &str) -> anyhow::Error {
    ProgramError::NotEntries { why: why.to_owned() }.into()
}
