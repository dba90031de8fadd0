//! `set`: keys get values, all of them or none.

use indexmap::IndexMap;
use vmxedit::{Cause, Edit, Error, Key};

use super::fail;
use crate::change::{self, Wanted};
use crate::cli::Set;
use crate::report::Failure;

pub(crate) fn run(args: &Set) -> Result<u8, Failure> {
    match assignments(&args.assignments) {
        Ok(assignments) => change::run(&args.file, &args.editing, &|_| {
            Ok(Wanted { edits: edits(&assignments), ..Wanted::default() })
        }),
        Err(error) => fail(&args.editing.output, None, &error),
    }
}

/// What was typed, each key once.
pub(super) fn assignments(words: &[String]) -> Result<IndexMap<Key, String>, Error> {
    let mut assignments = IndexMap::with_capacity(words.len());
    for word in words {
        let (key, value) = change::assignment(word)?;
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
