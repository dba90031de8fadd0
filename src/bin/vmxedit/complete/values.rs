//! Values of a key: the present one, and those that the catalog knows.

use vmxedit::catalog::{self, ValueType};
use vmxedit::{Document, Key};

use super::{List, starts_with};

/// Adds values that start with `word`. `escapes` is whether `@` at the start of a value has to be doubled.
pub(super) fn add(document: Option<&Document>, key: &str, word: &str, escapes: bool, list: &mut List) {
    let mut values: Vec<(String, String)> = Vec::new();
    if let Some(value) = document.and_then(|document| present(document, key)) {
        let at = if escapes && value.starts_with('@') { "@" } else { "" };
        values.push((format!("{at}{value}"), "present value".to_owned()));
    }
    // A shell inserts a single candidate at once, and a default alone is not a choice.
    let known = known(key);
    let is_choice = known.len() > 1 || !values.is_empty();
    for (value, description) in known.into_iter().filter(|_| is_choice) {
        match values.iter_mut().find(|(other, _)| other.eq_ignore_ascii_case(&value)) {
            Some((_, present)) if !description.is_empty() => {
                *present = format!("present value; {description}");
            }
            Some(_) => {}
            None => values.push((value, description)),
        }
    }
    let matching: Vec<_> = values.into_iter().filter(|(value, _)| starts_with(value, word)).collect();
    // A shell that completes what several values have in common would delete a part of the word.
    let differ = matching.windows(2).any(|pair| pair[0].0[..word.len()] != pair[1].0[..word.len()]);
    for (value, description) in matching {
        let value = if differ { format!("{word}{}", &value[word.len()..]) } else { value };
        list.add(value, description);
    }
}

/// Returns the value of the key in the file, unless it is secret or empty.
fn present(document: &Document, key: &str) -> Option<String> {
    let parsed = Key::parse_as(key, document.dialect()).ok()?;
    let entry = document.get(&parsed).ok()??;
    let value = entry.value().into_owned();
    (!catalog::is_secret(key) && !value.is_empty()).then_some(value)
}

/// Returns the values that the catalog knows, with descriptions. The key may be a pattern of devices: `ethernet*.virtualDev`.
fn known(key: &str) -> Vec<(String, String)> {
    if key.eq_ignore_ascii_case("virtualHW.version") {
        let version = |known: catalog::Hardware| (known.version.to_string(), known.products.to_owned());
        return catalog::hardware_versions().map(version).collect();
    }
    let Some(known) = catalog::key(&key.replace('*', "0")) else { return Vec::new() };
    let default = known.default.filter(|default| !default.is_empty());
    let described = |value: &str| {
        let is_default = default.is_some_and(|default| default.eq_ignore_ascii_case(value));
        (value.to_owned(), if is_default { "default" } else { "" }.to_owned())
    };
    match known.value_type {
        ValueType::Boolean | ValueType::Flag => ["TRUE", "FALSE"].map(described).to_vec(),
        ValueType::Choice(choices) => choices.iter().map(described).collect(),
        ValueType::GuestOs => {
            catalog::guest_oses().map(|guest| (guest.id.to_owned(), guest.label.to_owned())).collect()
        }
        ValueType::Integer { or, .. } => or.iter().chain(default).map(described).collect(),
        _ => default.into_iter().map(described).collect(),
    }
}
