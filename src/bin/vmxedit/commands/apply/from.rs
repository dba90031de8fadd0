//! `--from`: the entries of another file, as assignments.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use vmxedit::catalog::{self, MASK};
use vmxedit::document::{Dialect, KeyError};
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
    let (json, may_be_ini) = (json_entries(&bytes), has_heading(&bytes));
    let entries = match (json, parse(bytes, dialect)) {
        (Some(Ok(entries)), _) => entries,
        (Some(Err(_)), Ok(document)) if may_be_ini && document.entries().next().is_some() => {
            entries_of(&document, &only).at(&path)?
        }
        (Some(Err(error)), _) => return Err(error).at(&path),
        (None, parsed) => entries_of(&parsed.map_err(in_file(&path))?, &only).at(&path)?,
    };
    if entries.is_empty() && only.is_empty() {
        return Err(not_entries("it is empty")).at(&path);
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
        let invalid = |error: KeyError| ProgramError::NotEntries { why: error.to_string() };
        let key = Key::parse_as(&key, dialect).map_err(invalid).at(&path)?;
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

/// Returns whether two VMs with the same value of this key conflict: a MAC address, or the UUID.
pub(super) fn must_be_unique(key: &Key) -> bool {
    let key = key.as_str().to_ascii_lowercase();
    let is_address = |part: &str| matches!(part, "address" | "generatedaddress");
    let is_card =
        |device: &str| matches!(device.strip_prefix("ethernet").map(str::as_bytes), Some([b'0'..=b'9']));
    key == "uuid.bios"
        || key.split_once('.').is_some_and(|(device, part)| is_card(device) && is_address(part))
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

/// Returns whether the first line is a name in brackets, as in an INI file.
fn has_heading(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let line = bytes.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.trim_ascii_end().strip_prefix(b"[").and_then(|line| line.strip_suffix(b"]"));
    name.is_some_and(|name| !name.iter().any(|byte| b"[]{}\",".contains(byte)))
}

/// Returns the entries of JSON: objects with `key` and `value`, in an array or one after the other, or an object from keys to
/// values, each in the order of its members. Returns `None` for content that is not JSON.
fn json_entries(bytes: &[u8]) -> Option<anyhow::Result<Vec<(String, String)>>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if !matches!(bytes.trim_ascii_start().first(), Some(b'[' | b'{')) {
        return None;
    }
    let values: Result<Vec<Json>, _> = serde_json::Deserializer::from_slice(bytes).into_iter().collect();
    Some(match values {
        Ok(values) => entries_of_json(values),
        Err(error) => Err(ProgramError::NotEntries { why: error.to_string() }.into()),
    })
}

fn entries_of_json(values: Vec<Json>) -> anyhow::Result<Vec<(String, String)>> {
    let mut entries = Vec::new();
    for value in values {
        match value {
            Json::Array(array) => entries.extend(entries_of_json(array)?),
            Json::Object(members) => add_members(members, &mut entries)?,
            _ => return Err(not_entries("it holds something else than entries")),
        }
    }
    Ok(entries)
}

/// Adds the entry that an object with `key` and `value` is, or those that another object has.
fn add_members(members: Vec<(String, Json)>, entries: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    let named = |name: &str| members.iter().filter(|(member, _)| member == name).count();
    match (named("key"), named("value")) {
        (0, 0) => {}
        (1, 1) => {
            let text = |name: &str| {
                let value = members.iter().find(|(member, _)| member == name).map(|(_, value)| value);
                value.and_then(Json::as_str).map(str::to_owned)
            };
            let entry = text("key").zip(text("value"));
            entries
                .push(entry.ok_or_else(|| not_entries("the key or the value of an entry is not a string"))?);
            return Ok(());
        }
        (2.., _) | (_, 2..) => return Err(not_entries("an entry has two keys or two values")),
        _ => return Err(not_entries("an entry has no key or no value")),
    }
    for (key, value) in members {
        match value {
            Json::Text(value) => entries.push((key, value)),
            // `get` prints it for a missing key.
            Json::Null => {}
            _ => return Err(not_entries("a value is not a string")),
        }
    }
    Ok(())
}

/// JSON with all members of its objects, also those with the same name.
enum Json {
    Null,
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// A number or a boolean.
    Other,
}

impl Json {
    fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _value: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _value: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _value: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _value: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = array.next_element()? {
            values.push(value);
        }
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

fn not_entries(why: &str) -> anyhow::Error {
    ProgramError::NotEntries { why: why.to_owned() }.into()
}
