//! The known keys. VMware has thousands more, so an unknown key is normal.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::value_type::ValueType;
use super::{pattern, table};

const TABLE: &str = include_str!("keys.tsv");

/// A key that the table contains.
///
/// ```
/// use vmxedit::catalog::key;
///
/// let known = key("MEMSIZE").expect("a known key");
/// assert!(known.value_type.accepts("2048") && !known.value_type.accepts("2 GB"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownKey {
    /// The key as VMware spells it, with the numbers of the requested key.
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
///
/// ```
/// use vmxedit::catalog::{WrittenBy, key};
///
/// let written_by = |name| key(name).map(|known| known.written_by);
/// assert_eq!(written_by("memsize"), Some(WrittenBy::User));
/// assert_eq!(written_by("uuid.location"), Some(WrittenBy::Vmware));
/// ```
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
        weakens(self.weakens, value)
    }
}

/// Returns the facts about the key `name`, ignoring ASCII case. The first call builds an index of the table.
///
/// The leaves of CPUID are hexadecimal numbers: `cpuid.8000000a.eax` is known as `cpuid.1.eax` is.
pub fn key(name: &str) -> Option<KnownKey> {
    let decimal = decimal_leaf(name);
    let (pattern, facts) = index().find(&decimal)?;
    let filled = match &decimal {
        Cow::Borrowed(name) => pattern::fill(pattern, name),
        Cow::Owned(_) => name.to_owned(),
    };
    Some(KnownKey::new(filled, facts))
}

/// Returns the known keys whose names start with `start`, ordered by name. ASCII case is ignored. A number that `start` does not
/// have is 0, as in `ethernet0.present`. A name that ends in a dot is the start of keys with any end, such as `guestinfo.`.
///
/// Takes time for the whole table at the first item.
pub fn keys_starting_with(start: &str) -> impl Iterator<Item = KnownKey> {
    let mut found: Vec<(String, &'static TableRow)> = Vec::new();
    for row in rows() {
        let names = pattern::expand(row.cell).into_iter();
        found.extend(names.filter_map(|pattern| Some((pattern::starting_with(&pattern, start)?, row))));
    }
    found.sort_by_cached_key(|(name, _)| name.to_ascii_lowercase());
    found.dedup_by(|(one, _), (other, _)| one.eq_ignore_ascii_case(other));
    found.into_iter().map(|(name, row)| KnownKey::new(name, row.facts()))
}

impl KnownKey {
    fn new(name: String, facts: &KeyFacts) -> Self {
        let KeyFacts { row, value_type, note } = facts;
        let [_, _, default, written_by, hardware, weakens, conflicts, source, _] = *row;
        Self {
            name,
            value_type: *value_type,
            default: table::some(default),
            written_by: if written_by == "vmware" { WrittenBy::Vmware } else { WrittenBy::User },
            since_hardware: table::number(hardware),
            conflicts: table::some(conflicts),
            note: *note,
            source: table::sources(source).next().unwrap_or_default(),
            weakens: table::some(weakens),
        }
    }
}

/// Returns whether the key is one of those by which VMware recognizes a VM and its guest: every VM has them. ASCII case is
/// ignored.
pub fn is_identity(name: &str) -> bool {
    const KEYS: [&str; 3] = ["config.version", "virtualHW.version", "guestOS"];
    KEYS.iter().any(|key| key.eq_ignore_ascii_case(name))
}

/// Returns the value that VMware uses if `name` is missing, if known. ASCII case is ignored.
///
/// Scans the table instead of building the index of [`key`]: callers ask for a handful of keys.
pub fn default_value(name: &str) -> Option<&'static str> {
    let is_match = |cell: &str| !cell.ends_with('*') && pattern::matches_with_words(cell, name);
    let row: Row = table::find(TABLE, is_match)?;
    table::some(row[2])
}

/// What the table says about a key, without its numbers: cheap for each entry of a large file.
#[derive(Debug)]
pub(crate) struct KeyFacts {
    row: Row,
    /// The type of its value.
    pub(crate) value_type: ValueType,
    /// A remark for the user.
    pub(crate) note: Option<&'static str>,
}

impl KeyFacts {
    fn new(row: Row) -> Self {
        Self { row, value_type: ValueType::parse(row[1]), note: table::some(row[8]) }
    }

    /// As [`KnownKey::weakens_isolation`].
    pub(crate) fn weakens_isolation(&self, value: &str) -> bool {
        weakens(table::some(self.row[5]), value)
    }
}

/// Returns what the table says about the key `name`. ASCII case is ignored. The first call builds an index of the table.
pub(crate) fn key_facts(name: &str) -> Option<&'static KeyFacts> {
    index().find(&decimal_leaf(name)).map(|(_, facts)| facts)
}

/// Returns what [`key_facts`] does, without an index: for callers that look up a handful of keys. Takes time for the whole
/// table.
pub(crate) fn key_facts_without_index(name: &str) -> Option<&'static KeyFacts> {
    let name = decimal_leaf(name);
    let find = |is_prefix: bool| {
        let rows = rows().iter().filter(|row| row.cell.ends_with('*') == is_prefix);
        rows.into_iter().find(|row| pattern::matches_with_words(row.cell, &name))
    };
    find(false).or_else(|| find(true)).map(TableRow::facts)
}

/// Returns whether `value` is one that weakens isolation: this one, or any if it is `*`.
fn weakens(weak: Option<&str>, value: &str) -> bool {
    weak.is_some_and(|weak| weak == "*" || weak.eq_ignore_ascii_case(value))
}

/// Returns whether the table has the key `name`. ASCII case is ignored.
pub(super) fn is_known(name: &str) -> bool {
    index().find(&decimal_leaf(name)).is_some()
}

/// Returns the patterns of the table, except those that end in `*`, with their shapes.
pub(super) fn patterns() -> impl Iterator<Item = (&'static str, &'static str)> {
    let shapes = index().shapes.iter();
    shapes.flat_map(|(shape, found)| found.iter().map(move |(pattern, _)| (shape.as_str(), pattern.as_str())))
}

/// Returns `name` with a decimal number in place of a leaf with hexadecimal letters: `cpuid.8000000a.eax`. Any other name
/// stays.
fn decimal_leaf(name: &str) -> Cow<'_, str> {
    const PREFIX: &str = "cpuid.";
    let has_prefix = name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
    let rest = if has_prefix { &name[PREFIX.len()..] } else { "" };
    let leaf = rest.split('.').next().unwrap_or_default();
    let is_hexadecimal = (1..=8).contains(&leaf.len()) && leaf.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal && leaf.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        Cow::Owned(format!("{PREFIX}0{}", &rest[leaf.len()..]))
    } else {
        Cow::Borrowed(name)
    }
}

type Row = [&'static str; 9];

/// A row of the table, which is split when it is needed.
struct TableRow {
    /// The first cell: patterns with words in braces.
    cell: &'static str,
    line: &'static str,
    facts: OnceLock<KeyFacts>,
}

impl TableRow {
    fn facts(&self) -> &KeyFacts {
        self.facts.get_or_init(|| KeyFacts::new(table::cells(self.line)))
    }
}

fn rows() -> &'static [TableRow] {
    static ROWS: OnceLock<Vec<TableRow>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let rows = table::first_cells(TABLE);
        rows.map(|(cell, line)| TableRow { cell, line, facts: OnceLock::new() }).collect()
    })
}

/// The table, indexed by [`pattern::shape`]: patterns without braces, and their rows.
struct Index {
    shapes: HashMap<String, Vec<(String, &'static TableRow)>>,
    /// The patterns that end in `*`.
    prefixes: Vec<(String, &'static TableRow)>,
}

impl Index {
    fn find(&self, name: &str) -> Option<(&str, &'static KeyFacts)> {
        let same_shape = self.shapes.get(&pattern::shape(name)).map(Vec::as_slice).unwrap_or_default();
        let mut known = same_shape.iter().chain(&self.prefixes);
        let (pattern, row) = known.find(|(pattern, _)| pattern::matches(pattern, name))?;
        Some((pattern, row.facts()))
    }
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index { shapes: HashMap::new(), prefixes: Vec::new() };
        for row in rows() {
            for pattern in pattern::expand(row.cell) {
                if pattern.ends_with('*') {
                    index.prefixes.push((pattern, row));
                } else {
                    index.shapes.entry(pattern::shape(&pattern)).or_default().push((pattern, row));
                }
            }
        }
        index
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{
        KeyFacts, TABLE, WrittenBy, default_value, index, key, key_facts, key_facts_without_index,
        keys_starting_with,
    };
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
        let distinct: HashSet<String> = known.map(|(pattern, _)| pattern.to_ascii_lowercase()).collect();
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
    fn facts_are_the_same_with_and_without_the_index() {
        assert_eq!(default_value("MEMSIZE"), Some("32"));
        for name in ["memsiez", "guestinfo.", "CPUID.8000000A.EAX"] {
            let facts = |found: Option<&KeyFacts>| found.map(|facts| facts.row);
            assert_eq!(facts(key_facts_without_index(name)), facts(key_facts(name)), "{name}");
        }
        for [patterns, ..] in table::rows::<9>(TABLE) {
            for pattern in pattern::expand(patterns) {
                let name = pattern.replace('#', "0").replace('*', "x").to_ascii_uppercase();
                assert_eq!(default_value(&name), key(&name).and_then(|key| key.default), "{name}");
                let (scanned, indexed) = (key_facts_without_index(&name), key_facts(&name));
                assert!(
                    scanned.is_some_and(|facts| indexed.is_some_and(|other| facts.row == other.row)),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn keys_are_found_by_their_start() {
        let names = |start: &str| keys_starting_with(start).map(|key| key.name).collect::<Vec<_>>();
        assert_eq!(names("MEMSI"), ["memsize"]);
        assert!(names("SCSI3:1.").contains(&"scsi3:1.fileName".to_owned()));
        assert!(names("guesti").contains(&"guestinfo.".to_owned()));
        assert_eq!(names("memsizes"), [""; 0]);
        for known in keys_starting_with("") {
            let name = if known.name.ends_with('.') { known.name.clone() + "x" } else { known.name.clone() };
            assert!(key(&name).is_some(), "{name}");
        }
    }

    #[test]
    fn leaves_of_cpuid_are_hexadecimal_numbers() {
        for name in ["cpuid.8000000a.eax", "CPUID.1F.ECX.amd", "cpuid.d.1.eax", "cpuid.0.eax"] {
            let found = key(name).expect("a known key");
            assert_eq!(
                (found.value_type, found.name.eq_ignore_ascii_case(name)),
                (ValueType::Bits, true),
                "{name}"
            );
        }
        for name in ["cpuid.8000000g.eax", "cpuid..eax", "cpuid.123456789a.eax", "cpuid.a", "hostCPUIDa.a"] {
            assert_eq!(key(name), None, "{name}");
        }
    }
}
