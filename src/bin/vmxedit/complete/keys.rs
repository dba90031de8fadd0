//! Keys, and assignments to keys.

use std::collections::HashSet;

use vmxedit::catalog::{self, KnownKey};
use vmxedit::document::Dialect;
use vmxedit::{Document, Entry};

use super::kind::Scope;
use super::line::Line;
use super::{List, document, files, starts_with, values};
use crate::output::candidates::shown_value;

/// How many keys that the file lacks are added.
const MAX_LACKING: usize = 200;

/// Adds keys.
pub(super) fn keys(line: &Line, scope: Scope, word: &str, list: &mut List) {
    let argument = if scope == Scope::Source { "from" } else { file_argument(line) };
    let document = document::read(line, argument);
    add_keys(document.as_ref(), scope, word, "", list);
}

/// Adds `KEY=` and, after that, the values of the key.
pub(super) fn assignments(line: &Line, word: &str, list: &mut List) {
    let document = document::read(line, file_argument(line));
    match word.split_once('=') {
        None => add_keys(document.as_ref(), Scope::Any, word, "=", list),
        Some((_, value)) if value.starts_with('@') && !value.starts_with("@@") && !line.has("literal") => {
            let at = word.len() - value.len() + 1;
            list.with_prefix(&word[..at], |list| files::any(&word[at..], list));
        }
        Some((key, value)) => {
            let escapes = !line.has("literal");
            let start = &word[..=key.len()];
            list.with_prefix(start, |list| values::add(document.as_ref(), key, value, escapes, list));
        }
    }
}

/// Adds what `find` searches for: `KEY`, `KEY=VALUE`, `KEY!=VALUE`, `!KEY`. The files follow it, so that keys are those that the
/// catalog knows.
pub(super) fn expressions(line: &Line, word: &str, list: &mut List) {
    let document = document::read(line, file_argument(line));
    if let Some(key) = word.strip_prefix('!') {
        return list.with_prefix("!", |list| add_keys(document.as_ref(), Scope::Any, key, "", list));
    }
    match word.split_once('=') {
        None => add_keys(document.as_ref(), Scope::Any, word, "=", list),
        Some((key, value)) => {
            let start = &word[..=key.len()];
            let key = key.strip_suffix('!').unwrap_or(key);
            list.with_prefix(start, |list| values::add(document.as_ref(), key, value, false, list));
        }
    }
}

/// Returns the argument that names the file whose keys are meant.
fn file_argument(line: &Line) -> &'static str {
    if line.has("file") { "file" } else { "files" }
}

fn add_keys(document: Option<&Document>, scope: Scope, word: &str, end: &str, list: &mut List) {
    let is_exact = document.is_some_and(|document| document.dialect() == Dialect::Properties);
    let mut found: Vec<(String, String)> = Vec::new();
    let mut present = HashSet::new();
    for entry in document.into_iter().flat_map(Document::entries) {
        let key = entry.key();
        let is_match = if is_exact { key.starts_with(word) } else { starts_with(&key, word) };
        // These characters have a meaning in the arguments that keys are typed in.
        let can_be_typed = !key.contains(['=', '*', '?', '[', '"']) && !key.is_empty();
        let folded = if is_exact { key.to_string() } else { key.to_ascii_lowercase() };
        if is_match && can_be_typed && present.insert(folded) {
            found.push((key.to_string(), described(&entry)));
        }
    }
    let knows_catalog = document.is_none_or(|document| document.dialect() == Dialect::Vmx);
    let is_wanted = match scope {
        Scope::Any => document.is_none() || !word.is_empty(),
        Scope::Present | Scope::Source => document.is_none(),
    };
    if knows_catalog && is_wanted {
        let known = catalog::keys_starting_with(word);
        let lacking = known.filter(|key| !present.contains(&key.name.to_ascii_lowercase()));
        found.extend(lacking.take(MAX_LACKING).map(|key| (key.name.clone(), meaning(&key))));
    }
    if !is_exact {
        spell_alike(&mut found);
    }
    for (key, description) in found {
        // More of such a name follows.
        let end = if key.ends_with('.') { "" } else { end };
        list.add(key + end, description);
    }
}

/// Spells what all keys have in common without regard to case as the first one does: a shell that completes what candidates have in
/// common would delete a part of the word.
fn spell_alike(found: &mut [(String, String)]) {
    let Some((first, rest)) = found.split_first_mut() else { return };
    let is_same = |(one, other): &(char, char)| one.eq_ignore_ascii_case(other);
    let common_with = |key: &str| -> usize {
        first.0.chars().zip(key.chars()).take_while(is_same).map(|(letter, _)| letter.len_utf8()).sum()
    };
    let Some(common) = rest.iter().map(|(key, _)| common_with(key)).min() else { return };
    for (key, _) in rest {
        key.replace_range(..common, &first.0[..common]);
    }
}

/// Returns the value of an entry, masked if it is secret.
fn described(entry: &Entry<'_>) -> String {
    shown_value(&entry.key(), &entry.value())
}

/// Returns what the catalog says about a key that the file lacks.
fn meaning(key: &KnownKey) -> String {
    let default = key.default.map(|value| format!(", default {value}")).unwrap_or_default();
    let note = key.note.map(|note| format!("; {note}")).unwrap_or_default();
    format!("not set: {}{default}{note}", key.value_type)
}
