//! The file that is checked, prepared for rules that look up keys.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::folder_disks::FolderDisks;
use super::neighbors::Neighbors;
use crate::catalog::{self, KnownKey, Slot};
use crate::document::{Document, Encryption, Entry, Line};

/// An entry with its key and value decoded.
#[derive(Debug)]
pub(super) struct IndexedEntry<'a> {
    /// The entry in the document.
    pub(super) source: Entry<'a>,
    /// The key in lower case.
    pub(super) name: Cow<'a, str>,
    /// The value.
    pub(super) value: Cow<'a, str>,
}

impl IndexedEntry<'_> {
    /// Returns the line number, counted from 1.
    pub(super) fn line(&self) -> usize {
        self.source.line_number()
    }

    /// Returns the key as spelled in the file.
    pub(super) fn key(&self) -> Cow<'_, str> {
        self.source.key()
    }

    /// Returns the value for a message: masked if it is a secret, cut after 60 characters.
    pub(super) fn shown(&self) -> Cow<'_, str> {
        const MAX_CHARS: usize = 60;
        if catalog::is_secret(&self.name) {
            return Cow::Borrowed(catalog::MASK);
        }
        match self.value.char_indices().nth(MAX_CHARS) {
            Some((end, _)) => Cow::Owned(format!("{}...", &self.value[..end])),
            None => Cow::Borrowed(&self.value),
        }
    }

    /// Returns whether the value is `TRUE`, in any case, or `1`.
    pub(super) fn is_true(&self) -> bool {
        self.value.eq_ignore_ascii_case("TRUE") || self.value == "1"
    }
}

/// The file that is checked. What only some rules need is computed at its first use.
#[derive(Debug)]
pub(super) struct LintContext<'a> {
    /// The document.
    pub(super) document: &'a Document,
    /// Every entry, in file order.
    pub(super) entries: Vec<IndexedEntry<'a>>,
    /// Keys in lower case, and the index of the first entry with each.
    first: IndexMap<Cow<'a, str>, usize>,
    lines: OnceCell<Vec<Line<'a>>>,
    non_entry_lines: OnceCell<Vec<Line<'a>>>,
    filled_slots: OnceCell<Vec<Slot>>,
    known: OnceCell<Vec<(usize, KnownKey)>>,
    neighbors: Option<Neighbors<'a>>,
    folder_disks: OnceCell<Option<FolderDisks>>,
    encryption: OnceCell<Encryption>,
}

impl<'a> LintContext<'a> {
    /// Indexes the entries of `document`.
    pub(super) fn new(document: &'a Document, neighbors: Option<Neighbors<'a>>) -> Self {
        let entries: Vec<IndexedEntry<'_>> = document
            .entries()
            .map(|source| IndexedEntry { source, name: lower(source.key()), value: source.value() })
            .collect();
        let mut first = IndexMap::with_capacity(entries.len());
        for (at, entry) in entries.iter().enumerate() {
            first.entry(entry.name.clone()).or_insert(at);
        }
        Self {
            document,
            entries,
            first,
            lines: OnceCell::new(),
            non_entry_lines: OnceCell::new(),
            filled_slots: OnceCell::new(),
            known: OnceCell::new(),
            neighbors,
            folder_disks: OnceCell::new(),
            encryption: OnceCell::new(),
        }
    }

    /// Returns the first entry of a key, which is given in lower case.
    pub(super) fn entry(&self, name: &str) -> Option<&IndexedEntry<'a>> {
        self.first.get(name).map(|at| &self.entries[*at])
    }

    /// Returns whether any key is set on more than one line.
    pub(super) fn has_duplicates(&self) -> bool {
        self.first.len() < self.entries.len()
    }

    /// Returns the value of a key, which is given in lower case.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.entry(name).map(|entry| &*entry.value)
    }

    /// Returns whether the value of a key, which is given in lower case, is `TRUE`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.entry(name).is_some_and(IndexedEntry::is_true)
    }

    /// Returns whether the value of a key, which is given in lower case, is `expected`, in any case.
    pub(super) fn has_value(&self, name: &str, expected: &str) -> bool {
        self.value(name).is_some_and(|value| value.eq_ignore_ascii_case(expected))
    }

    /// Returns whether `DEVICE.present` is `TRUE`.
    pub(super) fn is_present(&self, device: &str) -> bool {
        self.is_true(&format!("{device}.present"))
    }

    /// Returns whether `DEVICE.present` is `FALSE`, which turns off everything below the device.
    pub(super) fn is_absent(&self, device: &str) -> bool {
        self.value(&format!("{device}.present")).is_some_and(|value| value.eq_ignore_ascii_case("FALSE"))
    }

    /// Returns the entry of a key and its value, if that is a number.
    pub(super) fn number(&self, name: &str) -> Option<(&IndexedEntry<'a>, u64)> {
        let entry = self.entry(name)?;
        Some((entry, entry.value.trim().parse().ok()?))
    }

    /// Returns each N of the keys that start with `PREFIXN.` or `PREFIXN:`.
    pub(super) fn device_numbers(&self, prefix: &str) -> BTreeSet<u32> {
        self.entries
            .iter()
            .filter_map(|entry| entry.name.strip_prefix(prefix)?.split(['.', ':']).next().and_then(number))
            .collect()
    }

    /// Returns the names of the devices of a family that are present: `ethernet0`. Sorted by number.
    pub(super) fn present_devices(&self, family: &str) -> impl Iterator<Item = String> {
        let names = self.device_numbers(family).into_iter().map(move |number| format!("{family}{number}"));
        names.filter(|name| self.is_present(name))
    }

    /// Returns the entries whose keys the catalog has, with its facts about them.
    pub(super) fn known(&self) -> impl Iterator<Item = (&IndexedEntry<'a>, &KnownKey)> {
        let known = self.known.get_or_init(|| {
            let entries = self.entries.iter().enumerate();
            entries.filter_map(|(at, entry)| Some((at, catalog::key(&entry.name)?))).collect()
        });
        known.iter().map(|(at, known)| (&self.entries[*at], known))
    }

    /// Returns the slots of disks and drives that are in use: `present` is `TRUE`. Sorted by family and numbers.
    pub(super) fn filled_slots(&self) -> impl Iterator<Item = Slot> {
        let slots = self.filled_slots.get_or_init(|| {
            let devices = self.entries.iter().filter_map(|entry| disk_device(&entry.name));
            let devices: BTreeSet<&str> = devices.collect();
            let present = devices.into_iter().filter(|device| self.is_present(device));
            let mut slots: Vec<Slot> = present.filter_map(catalog::slot).collect();
            slots.sort();
            slots
        });
        slots.iter().copied()
    }

    /// Returns the slots in use that hold a disk, not an optical drive or another device.
    pub(super) fn disks(&self) -> impl Iterator<Item = Slot> {
        self.filled_slots().filter(|slot| {
            let device_type = self.value(&format!("{slot}.devicetype")).unwrap_or("disk");
            device_type.to_ascii_lowercase().ends_with("disk")
        })
    }

    /// Returns the version of the virtual hardware.
    pub(super) fn hardware_version(&self) -> Option<u32> {
        self.value("virtualhw.version").and_then(|value| value.trim().parse().ok())
    }

    /// Returns the id of the guest operating system, in lower case.
    pub(super) fn guest(&self) -> Option<String> {
        self.value("guestos").map(str::to_ascii_lowercase)
    }

    /// Returns how much of the file is encrypted.
    pub(super) fn encryption(&self) -> Encryption {
        *self.encryption.get_or_init(|| self.document.encryption())
    }

    /// Returns every line.
    pub(super) fn lines(&self) -> &[Line<'a>] {
        self.lines.get_or_init(|| self.document.lines().collect())
    }

    /// Returns the comments, with their line numbers.
    pub(super) fn comments(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.non_entry_lines().iter().map(|line| (line.number, &*line.text));
        lines.filter(|(_, text)| text.trim_start_matches([' ', '\t']).starts_with('#'))
    }

    /// Returns the lines that are not entries.
    pub(super) fn non_entry_lines(&self) -> &[Line<'a>] {
        self.non_entry_lines.get_or_init(|| self.document.non_entry_lines().collect())
    }

    /// Returns the folder of the file; `None` if the document is checked alone.
    pub(super) fn neighbors(&self) -> Option<&Neighbors<'a>> {
        self.neighbors.as_ref()
    }

    /// Returns the disks in the folder of the file; `None` if the VM has no disk, or if the document is checked alone.
    pub(super) fn folder_disks(&self) -> Option<&FolderDisks> {
        let read = || self.disks().next().and_then(|_| FolderDisks::read(self.neighbors()?));
        self.folder_disks.get_or_init(read).as_ref()
    }
}

fn lower(key: Cow<'_, str>) -> Cow<'_, str> {
    if key.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(key.to_ascii_lowercase()) } else { key }
}

/// Parses ASCII digits; a sign is not accepted.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Returns `scsi0:1` of the key `scsi0:1.filename`, if disks can be attached to that family of controllers.
fn disk_device(key: &str) -> Option<&str> {
    const FAMILIES: [&str; 4] = ["ide", "nvme", "sata", "scsi"];
    let (device, _) = key.split_once('.')?;
    (device.contains(':') && FAMILIES.iter().any(|family| device.starts_with(family))).then_some(device)
}
