//! The known keys. VMware has thousands more, so an unknown key is normal.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::value_type::ValueType;
use super::{pattern, table};

const TABLE: &str = include_str!("keys.tsv");

/// A key that the table contains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownKey {
    /// The key as VMware spells it, with the slot numbers of the requested key.
    pub name: String,
    /// The type of its value.
    pub value_type: ValueType,
    /// The value that VMware uses if the key is missing, if known.
    pub default: Option<&'static str>,
    /// Who normally writes the key.
    pub written_by: WrittenBy,
    /// The lowest hardware version on which the key has an effect, if it needs one.
    pub since_hardware: Option<u32>,
    /// A key that contradicts this one if its value is `TRUE`.
    pub conflicts: Option<&'static str>,
    /// A remark for the user.
    pub note: Option<&'static str>,
    /// The reference for these facts.
    pub source: &'static str,
    /// The value that weakens isolation; `*` for any value.
    weakens: Option<&'static str>,
}

/// Who normally writes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrittenBy {
    /// VMware itself. It may overwrite a value that the user writes.
    Vmware,
    /// The user, or a tool that configures the VM.
    User,
}

impl KnownKey {
    /// Returns whether `value` weakens the isolation between the VM, its host and the network.
    pub fn weakens_isolation(&self, value: &str) -> bool {
        self.weakens.is_some_and(|weak| weak == "*" || weak.eq_ignore_ascii_case(value))
    }
}

/// Returns the facts about the key `name`, ignoring ASCII case. The first call builds an index of the table.
pub fn key(name: &str) -> Option<KnownKey> {
    let (pattern, row) = index().find(name)?;
    let [_, kind, default, written_by, hardware, weakens, conflicts, source, note] = *row;
    Some(KnownKey {
        name: pattern::fill(pattern, name),
        value_type: ValueType::parse(kind),
        default: table::some(default),
        written_by: if written_by == "vmware" { WrittenBy::Vmware } else { WrittenBy::User },
        since_hardware: table::number(hardware),
        conflicts: table::some(conflicts),
        note: table::some(note),
        source: table::sources(source).next().unwrap_or_default(),
        weakens: table::some(weakens),
    })
}

/// Returns the value that VMware uses if `name` is missing, if known. ASCII case is ignored.
///
/// Scans the table instead of building the index of [`key`]: callers ask for a handful of keys.
pub fn default_value(name: &str) -> Option<&'static str> {
    let is_match = |cell: &str| {
        if cell.contains('{') {
            pattern::expand(cell).iter().any(|pattern| pattern::matches(pattern, name))
        } else {
            !cell.ends_with('*') && pattern::matches(cell, name)
        }
    };
    let row: Row = table::find(TABLE, is_match)?;
    table::some(row[2])
}

/// Returns the known key that the unknown key `name` is most likely a misspelling of, with the slot numbers of `name`.
///
/// It is one or two typing errors away, and no other known key is as close. Names of fewer than six characters have no
/// suggestion. Compares with every known key of similar length.
pub fn suggest_key(name: &str) -> Option<String> {
    let index = index();
    let shape = pattern::shape(name);
    let allowed = match shape.chars().count() {
        0..6 => return None,
        6..12 => 1,
        _ => 2,
    };
    if index.find(name).is_some() {
        return None;
    }
    let marks = |text: &str, mark: char| text.matches(mark).count();
    let is_similar = |other: &str| {
        other.len().abs_diff(shape.len()) <= allowed
            && ['#', '.', ':'].into_iter().all(|mark| marks(other, mark) == marks(&shape, mark))
    };
    let mut near: Vec<(usize, &str)> = index
        .shapes
        .iter()
        .filter(|(other, _)| is_similar(other))
        .flat_map(|(other, found)| found.iter().map(move |known| (other, known)))
        .map(|(other, known)| (strsim::osa_distance(other, &shape), known.pattern.as_str()))
        .filter(|(distance, _)| (1..=allowed).contains(distance))
        .collect();
    near.sort_unstable();
    match near[..] {
        [(best, _), (second, _), ..] if best == second => None,
        [(_, pattern), ..] => Some(pattern::fill(pattern, name)),
        [] => None,
    }
}

type Row = [&'static str; 9];

struct Known {
    pattern: String,
    row: Row,
}

/// The table, indexed by [`pattern::shape`].
struct Index {
    shapes: HashMap<String, Vec<Known>>,
    /// The patterns that end in `*`.
    prefixes: Vec<Known>,
}

impl Index {
    fn find(&self, name: &str) -> Option<(&str, &Row)> {
        let matches = |known: &&Known| pattern::matches(&known.pattern, name);
        let same_shape = self.shapes.get(&pattern::shape(name)).map(Vec::as_slice).unwrap_or_default();
        let found = same_shape.iter().chain(&self.prefixes).find(matches)?;
        Some((&found.pattern, &found.row))
    }
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index { shapes: HashMap::new(), prefixes: Vec::new() };
        for row in table::rows(TABLE) {
            for pattern in pattern::expand(row[0]) {
                let known = Known { pattern, row };
                if known.pattern.ends_with('*') {
                    index.prefixes.push(known);
                } else {
                    index.shapes.entry(pattern::shape(&known.pattern)).or_default().push(known);
                }
            }
        }
        index
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{TABLE, WrittenBy, default_value, index, key, suggest_key};
    use crate::catalog::{ValueType, pattern, table};

    #[test]
    fn the_table_is_sorted_and_every_row_parses_and_has_a_source() {
        table::tests::check::<9>(TABLE, 7);
        let mut expanded = 0;
        for row in table::rows::<9>(TABLE) {
            let [patterns, kind, default, owner, hardware, ..] = row;
            let kind = ValueType::parse(kind);
            if let Some(default) = table::some(default) {
                assert!(kind.accepts(default), "{patterns}: the default {default} is not {kind}");
            }
            assert!(matches!(owner, "vmware" | "user"), "{patterns}: {owner}");
            assert!(table::number(hardware).is_none_or(|version| version <= 22), "{patterns}");
            expanded += pattern::expand(patterns).len();
        }
        let known = index().shapes.values().flatten().chain(&index().prefixes);
        let distinct: HashSet<String> = known.map(|known| known.pattern.to_ascii_lowercase()).collect();
        assert_eq!(distinct.len(), expanded, "no pattern occurs twice");
        for row in table::rows::<9>(TABLE) {
            if let Some(other) = table::some(row[6]) {
                assert!(key(other).is_some(), "{}: {other} is a known key", row[0]);
            }
        }
    }

    #[test]
    fn keys_are_found_in_any_case_with_their_slots() {
        let found = key("SCSI0:12.FILENAME").expect("a known key");
        assert_eq!((found.name.as_str(), found.value_type), ("scsi0:12.fileName", ValueType::Path));
        let memory = key("memsize").expect("a known key");
        assert_eq!((memory.default, memory.written_by), (Some("32"), WrittenBy::User));
        assert_eq!(key("uuid.bios").map(|key| key.written_by), Some(WrittenBy::Vmware));
        assert_eq!(key("board-id").and_then(|key| key.conflicts), Some("board-id.reflectHost"));
        assert_eq!(key("guestinfo.anything.at.all").map(|key| key.value_type), Some(ValueType::Text));
        assert_eq!(key("vhu.enable"), None);
        assert!(key("isolation.tools.copy.disable").is_some_and(|key| key.weakens_isolation("false")));
        assert!(!key("isolation.tools.copy.disable").is_some_and(|key| key.weakens_isolation("TRUE")));
    }

    #[test]
    fn defaults_are_the_same_with_and_without_the_index() {
        assert_eq!(default_value("MEMSIZE"), Some("32"));
        for [patterns, ..] in table::rows::<9>(TABLE) {
            for pattern in pattern::expand(patterns) {
                let name = pattern.replace('#', "0").replace('*', "x");
                assert_eq!(default_value(&name), key(&name).and_then(|key| key.default), "{name}");
            }
        }
    }

    #[test]
    fn a_suggestion_is_a_small_edit_away_and_keeps_the_slots() {
        assert_eq!(suggest_key("vhu.enable").as_deref(), Some("vhv.enable"));
        assert_eq!(suggest_key("scsi0:3.fielName").as_deref(), Some("scsi0:3.fileName"));
        assert_eq!(suggest_key("ethernet12.virtaulDev").as_deref(), Some("ethernet12.virtualDev"));
        assert_eq!(suggest_key("numvcpu").as_deref(), Some("numvcpus"));
        assert_eq!(suggest_key("memsize"), None, "a known key");
        for name in ["x", "abc", "my.key", "foo.present2", "memory", "nothing.like.this", "vhv.allow"] {
            assert_eq!(suggest_key(name), None, "{name}");
        }
    }
}
