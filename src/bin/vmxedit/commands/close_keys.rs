//! Which key or device of a file was probably meant by a name that matches nothing in it.

use vmxedit::document::PatternSet;
use vmxedit::{Document, Key, Pattern, catalog};

use super::similar::similar_key;

/// Returns whether the key or pattern matches an entry.
pub(super) fn matches_any(document: &Document, pattern: &Pattern) -> bool {
    match pattern.as_key() {
        Some(key) => !document.find(key).is_empty(),
        None => document.entries().any(|entry| pattern.selects(&entry)),
    }
}

/// Returns the key or pattern with entries in the file that was probably meant by `text`, which has none: the whole
/// device, or a key whose spelling is close.
pub(super) fn suggestion(document: &Document, text: &str) -> Option<String> {
    let device = format!("{text}.*");
    if !text.ends_with('*') && has_entries(document, &device) {
        return Some(device);
    }
    if let Some(key) = text.strip_suffix(".*").filter(|key| has_entries(document, key)) {
        return Some(key.to_owned());
    }
    let known = catalog::suggest_key(text).and_then(|known| Key::parse(&known).ok());
    let known = known.and_then(|known| Some(document.find(&known).first()?.key().into_owned()));
    known.or_else(|| {
        let keys: Vec<_> = document.entries().map(|entry| entry.key()).collect();
        similar_key(text, &keys)
    })
}

fn has_entries(document: &Document, text: &str) -> bool {
    let pattern = Pattern::parse_as(text, document.dialect()).ok();
    let set = PatternSet::new(pattern);
    document.entries().any(|entry| set.selects(&entry))
}

#[cfg(test)]
mod tests {
    use super::suggestion;
    use vmxedit::Document;

    #[test]
    fn a_device_a_key_or_a_close_spelling_is_suggested() {
        let document = Document::parse(
            "memSize = \"1\"\nethernet0.present = \"TRUE\"\nsite.owner = \"x\"\nab = \"1\"\n",
        );
        for (text, meant) in [
            ("ethernet0", Some("ethernet0.*")),
            ("ETHERNET?", Some("ETHERNET?.*")),
            ("memsize.*", Some("memsize")),
            ("memory", Some("memSize")),
            ("memsiez", Some("memSize")),
            ("site.ownre", Some("site.owner")),
            ("ethernet1.present", None),
            ("numvcpu", None),
            ("ac", None),
            ("*", None),
        ] {
            assert_eq!(suggestion(&document, text).as_deref(), meant, "{text}");
        }
    }
}
