//! Which key or device of a file was probably meant by a name that matches nothing in it.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::path::Path;

use vmxedit::{Document, Key, Pattern, catalog};

use crate::output::Output;
use crate::words::{quoted, quoted_path};

/// Returns whether the key or pattern matches an entry.
pub(super) fn matches_any(document: &Document, pattern: &Pattern) -> bool {
    match pattern.as_key() {
        Some(key) => !document.find(key).is_empty(),
        None => document.entries().any(|entry| pattern.selects(&entry)),
    }
}

/// Reports keys that are probably misspelled: no file has them.
pub(super) fn report_unknown<'k>(missing: impl IntoIterator<Item = &'k str>, out: &mut Output) {
    if out.quiet {
        return;
    }
    for key in missing {
        if let Some(meant) = catalog::suggest_key(key) {
            out.note(None, &format!("'{key}' is not a known key"));
            out.hint(&format!("did you mean {meant}?"));
        }
    }
}

/// What was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// The entries of a device, by this pattern.
    Device(String),
    /// A key of the file, in its spelling.
    Key(String),
    /// A key that VMware knows and the file does not have.
    KnownKey(String),
}

/// How many names get a suggestion: each takes a pass over the keys.
const MAX_SUGGESTIONS: usize = 8;

/// Finds what was probably meant by names that match nothing in a document: by the first few of them.
pub(super) struct Suggestions<'d> {
    document: &'d Document,
    keys: OnceCell<Vec<Cow<'d, str>>>,
    left: Cell<usize>,
}

impl<'d> Suggestions<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, keys: OnceCell::new(), left: Cell::new(MAX_SUGGESTIONS) }
    }

    /// Returns what was probably meant by a key or pattern.
    pub(super) fn meant_by(&self, name: &str) -> Option<Meant> {
        self.left.set(self.left.get().checked_sub(1)?);
        let device = || self.device(name).map(Meant::Device);
        let key = || name.strip_suffix(".*").filter(|key| self.has_entries(key));
        device().or_else(|| key().map(|key| Meant::Key(key.to_owned()))).or_else(|| self.close_key(name))
    }

    /// Returns what was probably meant if the file has entries that it matches.
    pub(super) fn in_file(&self, name: &str) -> Option<String> {
        match self.meant_by(name)? {
            Meant::Device(found) | Meant::Key(found) => Some(found),
            Meant::KnownKey(_) => None,
        }
    }

    /// Reports that no entry of the file matches a key or pattern, and what was probably meant.
    pub(super) fn report(&self, file: &Path, name: &str, out: &mut Output) {
        out.note(Some(file), &format!("no entry matches '{name}'"));
        match self.meant_by(name) {
            Some(Meant::Device(pattern)) => {
                out.hint(&format!("vmxedit list {} {}", quoted_path(file), quoted(&pattern)));
            }
            Some(Meant::Key(key) | Meant::KnownKey(key)) => out.hint(&format!("did you mean {key}?")),
            None => {}
        }
    }

    /// Returns the pattern of the entries of a device with this name.
    fn device(&self, name: &str) -> Option<String> {
        if name.is_empty() || name.ends_with('*') {
            return None;
        }
        let has = |separator: &str| self.has_entries(&format!("{name}{separator}*"));
        let separator = match (has("."), has(":")) {
            (true, true) => "[.:]",
            (true, false) => ".",
            (false, true) => ":",
            (false, false) => return None,
        };
        Some(format!("{name}{separator}*"))
    }

    fn close_key(&self, name: &str) -> Option<Meant> {
        let known = catalog::suggest_key(name);
        let present = known.as_deref().and_then(|known| Key::parse(known).ok());
        let present = present.and_then(|key| Some(self.document.find(&key).first()?.key().into_owned()));
        let present = present.or_else(|| similar_key(name, self.keys()));
        present.map(Meant::Key).or(known.map(Meant::KnownKey))
    }

    fn keys(&self) -> &[Cow<'d, str>] {
        self.keys.get_or_init(|| self.document.entries().map(|entry| entry.key()).collect())
    }

    fn has_entries(&self, text: &str) -> bool {
        let pattern = Pattern::parse_as(text, self.document.dialect()).ok();
        pattern.is_some_and(|pattern| matches_any(self.document, &pattern))
    }
}

/// Returns the only key that differs from `name` in one letter: another one, or one too many, too few or swapped.
fn similar_key(name: &str, keys: &[Cow<'_, str>]) -> Option<String> {
    const MIN_CHARS: usize = 4;
    const MAX_CHARS: usize = 128;
    if !(MIN_CHARS..=MAX_CHARS).contains(&name.chars().count()) {
        return None;
    }
    let mut found: Vec<&str> = keys.iter().map(|key| &**key).filter(|key| is_slip(key, name)).collect();
    found.sort_unstable_by_key(|key| key.to_ascii_lowercase());
    found.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    if let [only] = found[..] { Some(only.to_owned()) } else { None }
}

/// Returns whether two keys differ in one letter, in any case, and in no digit: devices with other numbers are other devices.
/// Takes time in proportion to their length, and hardly any for most.
fn is_slip(one: &str, other: &str) -> bool {
    if one.len().abs_diff(other.len()) > char::MAX.len_utf8() {
        return false;
    }
    let common = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| {
        pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    let mut start = common(&mut one.as_bytes().iter().zip(other.as_bytes()));
    while !(one.is_char_boundary(start) && other.is_char_boundary(start)) {
        start -= 1;
    }
    let (one, other) = (&one[start..], &other[start..]);
    let mut end = common(&mut one.as_bytes().iter().rev().zip(other.as_bytes().iter().rev()));
    while !(one.is_char_boundary(one.len() - end) && other.is_char_boundary(other.len() - end)) {
        end -= 1;
    }
    let mut rest = one[..one.len() - end].chars();
    let mut expected = other[..other.len() - end].chars();
    let letters = |text: &mut std::str::Chars<'_>| [text.next(), text.next(), text.next()];
    let is_digit = |c: char| c.is_ascii_digit();
    match (letters(&mut rest), letters(&mut expected)) {
        ([Some(a), None, _], [Some(b), None, _]) => !is_digit(a) && !is_digit(b),
        ([Some(letter), None, _], [None, ..]) | ([None, ..], [Some(letter), None, _]) => !is_digit(letter),
        ([Some(a), Some(b), None], [Some(c), Some(d), None]) => {
            a.eq_ignore_ascii_case(&d) && b.eq_ignore_ascii_case(&c) && !(is_digit(a) && is_digit(b))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;
    use vmxedit::Document;

    use super::{MAX_SUGGESTIONS, Meant, Suggestions, is_slip, similar_key};

    #[test]
    fn a_device_a_key_or_a_close_spelling_is_suggested() {
        let document = Document::parse(
            "memSize = \"1\"\nEthernet0.present = \"TRUE\"\nsite.owner = \"x\"\nab = \"1\"\nscsi0:0.mode = \"x\"\n\
             ide1:0.mode = \"x\"\nide1.present = \"TRUE\"\n",
        );
        let device = |pattern: &str| Some(Meant::Device(pattern.to_owned()));
        let key = |key: &str| Some(Meant::Key(key.to_owned()));
        for (text, meant) in [
            ("ethernet0", device("ethernet0.*")),
            ("ETHERNET?", device("ETHERNET?.*")),
            ("scsi0", device("scsi0:*")),
            ("ide1", device("ide1[.:]*")),
            ("memsize.*", key("memsize")),
            ("memory", key("memSize")),
            ("memsiez", key("memSize")),
            ("site.ownre", key("site.owner")),
            ("numvcpu", Some(Meant::KnownKey("numvcpus".to_owned()))),
            ("ethernet1.present", None),
            ("ethernet", None),
            ("nothing.like.this", None),
            ("ac", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Suggestions::new(&document).meant_by(text), meant, "{text}");
        }
        let in_file = |name: &str| Suggestions::new(&document).in_file(name);
        assert_eq!((in_file("numvcpu"), in_file("scsi0").as_deref()), (None, Some("scsi0:*")));
    }

    #[test]
    fn only_the_first_names_get_a_suggestion() {
        let document = Document::parse("site.owner = \"x\"\n");
        let suggestions = Suggestions::new(&document);
        let found = (0..100).filter(|_| suggestions.meant_by("site.ownre").is_some()).count();
        assert_eq!(found, MAX_SUGGESTIONS);
    }

    #[test]
    fn a_key_that_differs_in_one_letter_is_similar() {
        let keys =
            ["guestinfo.role", "ethernet0.present", "ab", "x.min", "Dup.key", "dup.KEY"].map(Cow::from);
        for (name, similar) in [
            ("guestinfo.rol", Some("guestinfo.role")),
            ("GUESTINFO.ROEL", Some("guestinfo.role")),
            ("ethernet1.present", None),
            ("ethernet.present", None),
            ("abc", None),
            ("x.max", None),
            ("dupkey", Some("Dup.key")),
        ] {
            assert_eq!(similar_key(name, &keys).as_deref(), similar, "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_slip_is_a_distance_of_one(one in "[abBé1.]{0,5}", other in "[abBé1.]{0,5}") {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            let distance = strsim::osa_distance(&one.to_ascii_lowercase(), &other.to_ascii_lowercase());
            prop_assert_eq!(is_slip(&one, &other), distance == 1 && digits(&one) == digits(&other));
        }
    }
}
