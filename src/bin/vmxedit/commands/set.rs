//! `set`: keys get values, all of them or none.

use std::path::Path;

use indexmap::IndexMap;
use vmxedit::document::Dialect;
use vmxedit::{Cause, Edit, Error, Key};

use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Set;
use crate::report::Failure;

pub(crate) fn run(args: &Set) -> Result<u8, Failure> {
    match assignments(&args.assignments, args.editing.rules.of(&args.file)) {
        Ok(assignments) => change::run(&args.file, &args.editing, &|_, _| {
            Ok(Wanted { edits: edits(&assignments), by_content_alone: true, ..Wanted::default() })
        }),
        Err(error) => fail_edit(&args.editing, &args.file, &error),
    }
}

/// What was typed, each key once.
pub(super) fn assignments(words: &[String], dialect: Dialect) -> Result<IndexMap<Key, String>, Error> {
    let mut assignments = IndexMap::with_capacity(words.len());
    for word in words {
        let (key, value) = assignment(word, dialect)?;
        let name = key.to_string();
        if assignments.insert(key, value).is_some() {
            return Err(Cause::Usage(format!("'{name}' is assigned twice")).into());
        }
    }
    Ok(assignments)
}

pub(super) fn edits(assignments: &IndexMap<Key, String>) -> Vec<Edit> {
    assignments.iter().map(|(key, value)| Edit::Set { key: key.clone(), value: value.clone() }).collect()
}

/// `KEY=VALUE` as it was typed: `@PATH` is the content of a file, `@@` a literal `@`.
fn assignment(word: &str, dialect: Dialect) -> Result<(Key, String), Error> {
    let Some((key, value)) = word.split_once('=') else {
        return Err(Cause::Usage(format!("'{}' is not KEY=VALUE", word.escape_debug())).into());
    };
    let key = Key::parse_as(key, dialect)?;
    let value = match value.strip_prefix('@') {
        None => value.to_owned(),
        Some(literal) if literal.starts_with('@') => literal.to_owned(),
        Some("-") => text(&key, Path::new("-"), change::read_stdin()?)?,
        Some(path) => value_from(&key, Path::new(path))?,
    };
    Ok((key, value))
}

fn value_from(key: &Key, path: &Path) -> Result<String, Error> {
    let bytes = change::read_file(path).map_err(|error| Cause::io("read the value", error).at(path))?;
    text(key, path, bytes)
}

fn text(key: &Key, path: &Path, bytes: Vec<u8>) -> Result<String, Error> {
    let not_text = |_| Cause::ValueNotText { key: key.to_string(), path: path.to_owned() };
    let mut text = String::from_utf8(bytes).map_err(not_text)?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
