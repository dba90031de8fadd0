//! The keys whose meaning is known. VMware has thousands more: an unknown key is normal.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::kind::Kind;
use super::{pattern, table};

const TABLE: &str = include_str!("keys.tsv");

/// A key that the table knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The key as VMware spells it, with the slots that were asked for.
    pub name: String,
    /// What values it takes.
    pub kind: Kind,
    /// What VMware assumes where the key is missing, if that is known.
    pub default: Option<&'static str>,
    /// Who writes it in the normal course.
    pub rewritten: Owner,
    /// The hardware version that it needs at least, where it needs one.
    pub since_hardware: Option<u32>,
    /// A key that contradicts this one when it says `TRUE`.
    pub conflicts: Option<&'static str>,
    /// Something to know about it.
    pub note: Option<&'static str>,
    /// Where that comes from.
    pub source: &'static str,
    weakens: Option<&'static str>,
}

/// Who writes a key in the normal course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// VMware itself: what others write there may not stay.
    Vmware,
    /// Whoever configures the VM.
    User,
}

impl KnownKey {
    /// Whether this value opens the VM, or the host to it.
    pub fn weakens_isolation(&self, value: &str) -> bool {
        self.weakens.is_some_and(|opens| opens == "*" || opens.eq_ignore_ascii_case(value))
    }
}

/// What is known of the key `name`. Case does not count.
pub fn key(name: &str) -> Option<KnownKey> {
    let (pattern, row) = index().find(name)?;
    let [_, kind, default, owner, hardware, weakens, conflicts, source, note] = *row;
    Some(KnownKey {
        name: pattern::fill(pattern, name),
        kind: Kind::of(kind),
        default: table::some(default),
        rewritten: if owner == "vmware" { Owner::Vmware } else { Owner::User },
        since_hardware: table::number(hardware),
        conflicts: table::some(conflicts),
        note: table::some(note),
        source: table::sources(source).next().unwrap_or_default(),
        weakens: table::some(weakens),
    })
}

/// The known key that `name`, which is unknown, is most likely meant to be, with its slots: one that is a small edit
/// away, and no other as close. Names shorter than six letters are never guessed at.
pub fn nearest(name: &str) -> Option<String> {
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
    let alike = |other: &str| {
        other.len().abs_diff(shape.len()) <= allowed
            && ['#', '.', ':'].into_iter().all(|mark| marks(other, mark) == marks(&shape, mark))
    };
    let mut near: Vec<(usize, &str)> = index
        .shapes
        .iter()
        .filter(|(other, _)| alike(other))
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

/// The table by shape. Built when the first key is looked up.
struct Index {
    shapes: HashMap<String, Vec<Known>>,
    /// The patterns that end in `*`.
    open: Vec<Known>,
}

impl Index {
    fn find(&self, name: &str) -> Option<(&str, &Row)> {
        let matches = |known: &&Known| pattern::matches(&known.pattern, name);
        let alike = self.shapes.get(&pattern::shape(name)).map(Vec::as_slice).unwrap_or_default();
        let found = alike.iter().chain(&self.open).find(matches)?;
        Some((&found.pattern, &found.row))
    }
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index { shapes: HashMap::new(), open: Vec::new() };
        for row in table::rows(TABLE) {
            for pattern in pattern::expand(row[0]) {
                let known = Known { pattern, row };
                if known.pattern.ends_with('*') {
                    index.open.push(known);
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

    use super::{Owner, TABLE, index, key, nearest};
    use crate::catalog::{Kind, pattern, table};

    #[test]
    fn the_table_is_sorted_and_every_row_parses_and_has_a_source() {
        table::tests::check::<9>(TABLE, 7);
        let mut expanded = 0;
        for row in table::rows::<9>(TABLE) {
            let [patterns, kind, default, owner, hardware, ..] = row;
            let kind = Kind::of(kind);
            if let Some(default) = table::some(default) {
                assert!(kind.accepts(default), "{patterns}: the default {default} is no {kind}");
            }
            assert!(matches!(owner, "vmware" | "user"), "{patterns}: {owner}");
            assert!(table::number(hardware).is_none_or(|version| version <= 22), "{patterns}");
            expanded += pattern::expand(patterns).len();
        }
        let known = index().shapes.values().flatten().chain(&index().open);
        let distinct: HashSet<String> = known.map(|known| known.pattern.to_ascii_lowercase()).collect();
        assert_eq!(distinct.len(), expanded, "no pattern stands there twice");
        for row in table::rows::<9>(TABLE) {
            if let Some(other) = table::some(row[6]) {
                assert!(key(other).is_some(), "{}: {other} is a known key", row[0]);
            }
        }
    }

    #[test]
    fn keys_are_found_in_any_case_with_their_slots() {
        let found = key("SCSI0:12.FILENAME").expect("it is known");
        assert_eq!((found.name.as_str(), found.kind), ("scsi0:12.fileName", Kind::Path));
        let memory = key("memsize").expect("it is known");
        assert_eq!((memory.default, memory.rewritten), (Some("32"), Owner::User));
        assert_eq!(key("uuid.bios").map(|key| key.rewritten), Some(Owner::Vmware));
        assert_eq!(key("board-id").and_then(|key| key.conflicts), Some("board-id.reflectHost"));
        assert_eq!(key("guestinfo.anything.at.all").map(|key| key.kind), Some(Kind::Text));
        assert_eq!(key("vhu.enable"), None);
        assert!(key("isolation.tools.copy.disable").is_some_and(|key| key.weakens_isolation("false")));
        assert!(!key("isolation.tools.copy.disable").is_some_and(|key| key.weakens_isolation("TRUE")));
    }

    #[test]
    fn the_nearest_key_is_a_small_edit_away_and_keeps_its_slots() {
        assert_eq!(nearest("vhu.enable").as_deref(), Some("vhv.enable"));
        assert_eq!(nearest("scsi0:3.fielName").as_deref(), Some("scsi0:3.fileName"));
        assert_eq!(nearest("ethernet12.virtaulDev").as_deref(), Some("ethernet12.virtualDev"));
        assert_eq!(nearest("numvcpu").as_deref(), Some("numvcpus"));
        assert_eq!(nearest("memsize"), None, "it is known");
        for unlike in ["x", "abc", "my.key", "foo.present2", "memory", "nothing.like.this", "vhv.allow"] {
            assert_eq!(nearest(unlike), None, "{unlike}");
        }
    }
}
