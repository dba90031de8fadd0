//! The file that is checked, prepared for rules that look up keys.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use super::defect::{self, Defect};
use super::device::{Device, Devices};
use super::file_kind::FileKind;
use super::finding::cut_name;
use super::first_entries::FirstEntries;
use super::folder_disks::FolderDisks;
use super::neighbors::{Neighbors, Presence};
use super::{placeholder, quotes};
use crate::catalog::{self, KeyFacts, Product, SlotSupport};
use crate::document::{Document, Encryption, Entry, Line, LineEnding};

/// How many keys are looked up without an index of the catalog.
const MAX_KEYS_WITHOUT_INDEX: usize = 16;

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
        if catalog::is_secret(&self.name) { Cow::Borrowed(catalog::MASK) } else { cut_name(&self.value) }
    }

    /// Returns whether another program replaces the value, or a part of it, before VMware reads it. In text for the guest
    /// such marks are part of the text.
    pub(super) fn is_placeholder(&self) -> bool {
        let is_for_guest = || self.name.starts_with("guestinfo.") || self.name == "annotation";
        placeholder::is_in(&self.value) && !is_for_guest()
    }

    /// Returns the kind of the quotes that VMware takes for a part of the value, if it starts with one.
    pub(super) fn other_quotes(&self) -> Option<quotes::Kind> {
        if self.source.is_quoted() { None } else { quotes::kind_of(&self.value) }
    }

    /// Returns whether the value is a placeholder or in other quotes. Separate rules report both.
    pub(super) fn is_unfinished(&self) -> bool {
        self.is_placeholder() || self.other_quotes().is_some()
    }

    /// Returns whether VMware may read the value as `TRUE`.
    pub(super) fn is_true(&self) -> bool {
        catalog::possible_boolean(&self.value) == Some(true)
    }

    /// Returns whether VMware may read the value as `FALSE`.
    pub(super) fn is_false(&self) -> bool {
        catalog::possible_boolean(&self.value) == Some(false)
    }
}

/// A line that is not an entry.
#[derive(Debug)]
pub(super) struct OtherLine<'a> {
    /// Its number, counted from 1.
    pub(super) number: usize,
    /// The text without its ending.
    pub(super) text: Cow<'a, str>,
    /// The bytes without the ending.
    pub(super) raw: &'a [u8],
    /// Why it is not an entry; `None` for comments and empty lines.
    pub(super) defect: Option<Defect>,
}

/// How many lines end in each way, and the number of the first that does.
#[derive(Debug, Default)]
pub(super) struct Endings {
    pub(super) lf: (usize, Option<usize>),
    pub(super) crlf: (usize, Option<usize>),
    pub(super) cr: (usize, Option<usize>),
    pub(super) none: (usize, Option<usize>),
}

impl Endings {
    fn of_kind(&mut self, ending: LineEnding) -> &mut (usize, Option<usize>) {
        match ending {
            LineEnding::Lf => &mut self.lf,
            LineEnding::CrLf => &mut self.crlf,
            LineEnding::Cr => &mut self.cr,
            LineEnding::None => &mut self.none,
        }
    }
}

/// The file that is checked. What only some rules need is computed at its first use.
#[derive(Debug)]
pub(super) struct LintContext<'a> {
    /// The document.
    pub(super) document: &'a Document,
    /// Every entry, in file order.
    pub(super) entries: Vec<IndexedEntry<'a>>,
    /// The index of the first entry with each key.
    first: FirstEntries,
    /// The entries that repeat a key, and for each the first entry with it.
    copies: Vec<(u32, u32)>,
    endings: OnceCell<Endings>,
    non_entry_lines: OnceCell<Vec<OtherLine<'a>>>,
    devices: OnceCell<Devices>,
    known: OnceCell<Vec<(u32, &'static KeyFacts)>>,
    disk_files: OnceCell<Vec<(usize, Presence)>>,
    neighbors: Option<Neighbors<'a>>,
    folder_disks: OnceCell<Option<FolderDisks<'a>>>,
    encryption: OnceCell<Encryption>,
    /// What the document is.
    pub(super) kind: FileKind,
    /// The product that is to run the VM, if the caller knows it.
    pub(super) host: Option<Product>,
    /// The keys, in lower case, to which rules about the keys of the catalog are limited.
    pub(super) focus: Option<HashSet<String>>,
}

impl<'a> LintContext<'a> {
    /// Indexes the entries of `document`.
    pub(super) fn new(document: &'a Document, neighbors: Option<Neighbors<'a>>) -> Self {
        let entries: Vec<IndexedEntry<'_>> = document
            .entries()
            .map(|source| IndexedEntry { source, name: lower(source.key()), value: source.value() })
            .collect();
        let (first, copies) = FirstEntries::of(&entries);
        Self {
            document,
            entries,
            first,
            copies,
            endings: OnceCell::new(),
            non_entry_lines: OnceCell::new(),
            devices: OnceCell::new(),
            known: OnceCell::new(),
            disk_files: OnceCell::new(),
            kind: FileKind::of(document, neighbors.as_ref().map(|near| near.name)),
            neighbors,
            folder_disks: OnceCell::new(),
            encryption: OnceCell::new(),
            host: None,
            focus: None,
        }
    }

    /// Returns the first entry of a key, which is given in lower case.
    pub(super) fn entry(&self, name: &str) -> Option<&IndexedEntry<'a>> {
        self.first.get(&self.entries, name).map(|at| &self.entries[at])
    }

    /// Returns the entries of each key that is set on more than one line, in the order of the first.
    pub(super) fn duplicates(&self) -> impl Iterator<Item = (&IndexedEntry<'a>, Vec<&IndexedEntry<'a>>)> {
        let mut groups: BTreeMap<u32, Vec<&IndexedEntry<'a>>> = BTreeMap::new();
        for (copy, first) in &self.copies {
            groups.entry(*first).or_default().push(&self.entries[*copy as usize]);
        }
        groups.into_iter().map(|(first, copies)| (&self.entries[first as usize], copies))
    }

    /// Returns the value of a key, which is given in lower case.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.entry(name).map(|entry| &*entry.value)
    }

    /// Returns whether the value of a key, which is given in lower case, is `TRUE`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.entry(name).is_some_and(IndexedEntry::is_true)
    }

    /// Returns whether the value of a key, which is given in lower case, is `FALSE`.
    pub(super) fn is_false(&self, name: &str) -> bool {
        self.entry(name).is_some_and(IndexedEntry::is_false)
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
        self.is_false(&format!("{device}.present"))
    }

    /// Returns the entry of a key and its value, if that is a number.
    pub(super) fn number(&self, name: &str) -> Option<(&IndexedEntry<'a>, u64)> {
        let entry = self.entry(name)?;
        Some((entry, entry.value.trim().parse().ok()?))
    }

    /// Returns the devices of a family, such as `ethernet`, whether they are present or not. Devices that are attached to
    /// these are left out.
    pub(super) fn devices(&self, family: &str) -> impl Iterator<Item = Device<'_, 'a>> {
        self.of_family(family).filter(|device| device.slot.unit.is_none())
    }

    /// Returns the devices of a family that are present.
    pub(super) fn present_devices(&self, family: &str) -> impl Iterator<Item = Device<'_, 'a>> {
        self.devices(family).filter(Device::is_present)
    }

    /// Returns the disks and drives on controllers that are present, in the order of their slots. Those in slots that
    /// VMware never uses are left out.
    pub(super) fn drives(&self) -> impl Iterator<Item = Device<'_, 'a>> {
        let devices = catalog::STORAGE_FAMILIES.iter().flat_map(|family| self.of_family(family));
        devices.filter(|device| {
            let is_used = matches!(device.slot.support, SlotSupport::Supported | SlotSupport::PvscsiOnly);
            device.slot.unit.is_some() && is_used && device.is_present()
        })
    }

    /// Returns the disks that are present, in the order of their slots.
    pub(super) fn disks(&self) -> impl Iterator<Item = Device<'_, 'a>> {
        self.drives().filter(Device::is_disk)
    }

    fn of_family(&self, family: &str) -> impl Iterator<Item = Device<'_, 'a>> {
        self.devices.get_or_init(|| Devices::of(&self.entries)).of_family(family, &self.entries)
    }

    /// Returns the entries whose keys the catalog has, with its facts about them. With a focus, those in it.
    pub(super) fn known(&self) -> impl Iterator<Item = (&IndexedEntry<'a>, &'static KeyFacts)> {
        let known = self.known.get_or_init(|| {
            let facts = match &self.focus {
                Some(keys) if keys.len() <= MAX_KEYS_WITHOUT_INDEX => catalog::key_facts_without_index,
                _ => catalog::key_facts,
            };
            let entries = (0..).zip(&self.entries).filter(|(_, entry)| self.is_in_focus(entry));
            entries.filter_map(|(at, entry)| Some((at, facts(&entry.name)?))).collect()
        });
        known.iter().map(|(at, known)| (&self.entries[*at as usize], *known))
    }

    /// Returns the entries whose keys the catalog lacks. With a focus, those in it.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &IndexedEntry<'a>> {
        let mut known = self.known().map(|(entry, _)| entry.line()).peekable();
        let entries = self.entries.iter().filter(|entry| self.is_in_focus(entry));
        entries.filter(move |entry| known.next_if_eq(&entry.line()).is_none())
    }

    fn is_in_focus(&self, entry: &IndexedEntry<'_>) -> bool {
        self.focus.as_ref().is_none_or(|keys| keys.contains(&*entry.name))
    }

    /// Returns the `fileName` entries of the disks, and whether each file exists. Without a folder there are none.
    pub(super) fn disk_files(&self) -> impl Iterator<Item = (&IndexedEntry<'a>, Presence)> {
        let files = self.disk_files.get_or_init(|| {
            let Some(neighbors) = self.neighbors() else { return Vec::new() };
            let named = self.disks().filter_map(|disk| disk.find("filename"));
            let named = named.filter(|at| !self.entries[*at].is_unfinished());
            named.map(|at| (at, neighbors.presence(&self.entries[at].value))).collect()
        });
        files.iter().map(|(at, presence)| (&self.entries[*at], *presence))
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

    /// Returns how the lines end.
    pub(super) fn endings(&self) -> &Endings {
        self.endings.get_or_init(|| {
            let mut endings = Endings::default();
            for line in self.document.lines() {
                let (number, first) = endings.of_kind(line.ending);
                *number += 1;
                first.get_or_insert(line.number);
            }
            endings
        })
    }

    /// Returns a line of the file by its number. Takes time for all lines before it.
    pub(super) fn line(&self, number: usize) -> Option<Line<'a>> {
        self.document.lines().nth(number.checked_sub(1)?)
    }

    /// Returns the comments, with their line numbers.
    pub(super) fn comments(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.non_entry_lines().iter().map(|line| (line.number, &*line.text));
        lines.filter(|(_, text)| text.trim_start_matches([' ', '\t']).starts_with('#'))
    }

    /// Returns the lines that are not entries.
    pub(super) fn non_entry_lines(&self) -> &[OtherLine<'a>] {
        self.non_entry_lines.get_or_init(|| {
            let lines = self.document.non_entry_lines();
            let other = |Line { number, text, raw, .. }| {
                let defect = defect::diagnose(&text).map(|(defect, _)| defect);
                OtherLine { number, text, raw, defect }
            };
            lines.map(other).collect()
        })
    }

    /// Returns the folder of the file; `None` if the document is checked alone.
    pub(super) fn neighbors(&self) -> Option<&Neighbors<'a>> {
        self.neighbors.as_ref()
    }

    /// Returns the disks in the folder of the file; `None` if the VM has no disk, or if the document is checked alone.
    pub(super) fn folder_disks(&self) -> Option<&FolderDisks<'a>> {
        let read = || self.disks().next().and_then(|_| FolderDisks::read(self.neighbors()?, self.document));
        self.folder_disks.get_or_init(read).as_ref()
    }
}

fn lower(key: Cow<'_, str>) -> Cow<'_, str> {
    if key.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(key.to_ascii_lowercase()) } else { key }
}
