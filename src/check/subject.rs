//! The file that is checked, prepared for rules that look keys up.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use hashbrown::HashTable;

use super::beside::Beside;
use crate::catalog::{self, KnownKey};
use crate::document::{Document, Encryption, Entry, Line};

/// An entry, read once.
#[derive(Debug)]
pub struct Item<'a> {
    /// The entry.
    pub entry: Entry<'a>,
    /// Its key in lower case.
    pub name: Cow<'a, str>,
    /// Its value.
    pub value: Cow<'a, str>,
}

impl Item<'_> {
    /// The line's number, counted from 1.
    pub fn line(&self) -> usize {
        self.entry.line_number()
    }

    /// The key as it is spelled.
    pub fn key(&self) -> Cow<'_, str> {
        self.entry.key()
    }

    /// The value for a message: a secret is masked, a long one cut.
    pub fn shown(&self) -> Cow<'_, str> {
        const AT_MOST: usize = 60;
        if catalog::is_secret(&self.name) {
            return Cow::Borrowed("****");
        }
        match self.value.char_indices().nth(AT_MOST) {
            Some((end, _)) => Cow::Owned(format!("{}...", &self.value[..end])),
            None => Cow::Borrowed(&self.value),
        }
    }

    /// Whether it says TRUE, in any case.
    pub fn is_true(&self) -> bool {
        self.value.eq_ignore_ascii_case("TRUE") || self.value == "1"
    }
}

/// A disk, a drive or a pass-through device and where it hangs: `scsi0:1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// `scsi`, `sata`, `ide` or `nvme`.
    pub bus: &'static str,
    /// The adapter's number.
    pub adapter: u32,
    /// The number on it.
    pub unit: u32,
}

impl Slot {
    /// `scsi0:1`.
    pub fn name(&self) -> String {
        format!("{}{}:{}", self.bus, self.adapter, self.unit)
    }

    /// `scsi0`.
    pub fn adapter_name(&self) -> String {
        format!("{}{}", self.bus, self.adapter)
    }

    fn of(name: &str) -> Option<Self> {
        let (device, _) = name.split_once('.')?;
        let (adapter, unit) = device.split_once(':')?;
        let bus = ["scsi", "sata", "ide", "nvme"].into_iter().find(|bus| adapter.starts_with(bus))?;
        Some(Self { bus, adapter: number(&adapter[bus.len()..])?, unit: number(unit)? })
    }
}

fn lower(key: Cow<'_, str>) -> Cow<'_, str> {
    if key.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(key.to_ascii_lowercase()) } else { key }
}

/// Digits alone are a number here.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// What a rule looks at.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The file.
    pub document: &'a Document,
    /// Every entry, in file order.
    pub items: Vec<Item<'a>>,
    /// The first item of each name.
    first: HashTable<usize>,
    hasher: RandomState,
    lines: OnceCell<Vec<Line<'a>>>,
    others: OnceCell<Vec<Line<'a>>>,
    slots: OnceCell<Vec<Slot>>,
    known: OnceCell<Vec<(usize, KnownKey)>>,
    path: Option<&'a Path>,
    beside: OnceCell<Beside>,
    encryption: OnceCell<Encryption>,
}

impl<'a> Subject<'a> {
    /// `document`, and where its files are if it has a place.
    pub fn new(document: &'a Document, path: Option<&'a Path>) -> Self {
        let items: Vec<Item<'_>> = document
            .entries()
            .map(|entry| Item { entry, name: lower(entry.key()), value: entry.value() })
            .collect();
        let hasher = RandomState::new();
        let mut first = HashTable::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let is_it = |other: &usize| items[*other].name == item.name;
            let hash = |at: &usize| hasher.hash_one(&items[*at].name);
            first.entry(hash(&at), is_it, hash).or_insert(at);
        }
        Self {
            document,
            items,
            first,
            hasher,
            lines: OnceCell::new(),
            others: OnceCell::new(),
            slots: OnceCell::new(),
            known: OnceCell::new(),
            path,
            beside: OnceCell::new(),
            encryption: OnceCell::new(),
        }
    }

    /// The first entry of a key that is given in lower case.
    pub fn item(&self, name: &str) -> Option<&Item<'a>> {
        let at = self.first.find(self.hasher.hash_one(name), |at| self.items[*at].name == name)?;
        Some(&self.items[*at])
    }

    /// Every line.
    pub fn lines(&self) -> &[Line<'a>] {
        self.lines.get_or_init(|| self.document.lines().collect())
    }

    /// Whether a key stands on more than one line.
    pub fn has_duplicates(&self) -> bool {
        self.first.len() < self.items.len()
    }

    /// The value of a key that is given in lower case.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.item(name).map(|item| &*item.value)
    }

    /// Whether a key that is given in lower case says TRUE.
    pub fn is_true(&self, name: &str) -> bool {
        self.item(name).is_some_and(Item::is_true)
    }

    /// Whether a device is there: `NAME.present` says TRUE.
    pub fn is_present(&self, device: &str) -> bool {
        self.is_true(&format!("{device}.present"))
    }

    /// Whether `NAME.present` says FALSE, which takes everything under NAME away.
    pub fn is_absent(&self, device: &str) -> bool {
        self.value(&format!("{device}.present")).is_some_and(|value| value.eq_ignore_ascii_case("FALSE"))
    }

    /// A key's value as a number.
    pub fn number(&self, name: &str) -> Option<(&Item<'a>, u64)> {
        let item = self.item(name)?;
        Some((item, item.value.trim().parse().ok()?))
    }

    /// The numbers N of all `prefixN.` and `prefixN:` keys.
    pub fn units(&self, prefix: &str) -> BTreeSet<u32> {
        self.items
            .iter()
            .filter_map(|item| item.name.strip_prefix(prefix)?.split(['.', ':']).next().and_then(number))
            .collect()
    }

    /// The entries whose keys are known, with what is known of them.
    pub fn known(&self) -> impl Iterator<Item = (&Item<'a>, &KnownKey)> {
        let known = self.known.get_or_init(|| {
            let items = self.items.iter().enumerate();
            items.filter_map(|(at, item)| Some((at, catalog::key(&item.name)?))).collect()
        });
        known.iter().map(|(at, known)| (&self.items[*at], known))
    }

    /// Every slot that a key names, sorted.
    pub fn slots(&self) -> &[Slot] {
        self.slots.get_or_init(|| {
            let slots: BTreeSet<Slot> = self.items.iter().filter_map(|item| Slot::of(&item.name)).collect();
            slots.into_iter().collect()
        })
    }

    /// The slots that hold something: `present` says TRUE.
    pub fn filled_slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots().iter().filter(|slot| self.is_present(&slot.name()))
    }

    /// Whether the slot holds a disk, not an optical drive or another device.
    pub fn is_disk(&self, slot: &Slot) -> bool {
        let kind = self.value(&format!("{}.devicetype", slot.name())).unwrap_or("disk");
        kind.to_ascii_lowercase().ends_with("disk")
    }

    /// The virtual hardware's version.
    pub fn hardware_version(&self) -> Option<u32> {
        self.value("virtualhw.version").and_then(|value| value.trim().parse().ok())
    }

    /// The guest's id, in lower case.
    pub fn guest(&self) -> Option<String> {
        self.value("guestos").map(str::to_ascii_lowercase)
    }

    /// How much of the file is encrypted.
    pub fn encryption(&self) -> Encryption {
        *self.encryption.get_or_init(|| self.document.encryption())
    }

    /// The lines that are comments, with their numbers.
    pub fn comments(&self) -> impl Iterator<Item = (usize, &str)> {
        let others = self.others().iter().map(|line| (line.number, &*line.text));
        others.filter(|(_, text)| text.trim_start_matches([' ', '\t']).starts_with('#'))
    }

    /// The lines that are no entries.
    pub fn others(&self) -> &[Line<'a>] {
        self.others.get_or_init(|| self.document.non_entry_lines().collect())
    }

    /// The files beside it, where it has a place.
    pub(super) fn beside(&self) -> Option<&Beside> {
        let path = self.path?;
        Some(self.beside.get_or_init(|| Beside::of(path)))
    }
}
