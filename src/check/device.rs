//! The devices of a VM, each with its entries.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::iter;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::context::IndexedEntry;
use crate::catalog::{self, Slot};

/// The devices that entries name, in the order of their slots. It takes a few bytes for each entry: a file may have a million.
#[derive(Debug)]
pub(super) struct Devices {
    /// The slot of each device, and the index of its first entry.
    first: Vec<(Slot, u32)>,
    /// For each entry, the index of the next one of the same device, or [`NONE`].
    next: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Devices {
    pub(super) fn of(entries: &[IndexedEntry<'_>]) -> Self {
        let hasher = RandomState::new();
        let mut last: HashTable<u32> = HashTable::new();
        let mut first = Vec::new();
        let mut next = vec![NONE; entries.len()];
        let name = |at: u32| device_name(&entries[at as usize].name).unwrap_or_default();
        for (at, entry) in (0_u32..).zip(entries) {
            let Some(device) = device_name(&entry.name) else { continue };
            let is_same = |other: &u32| name(*other) == device;
            match last.entry(hasher.hash_one(device), is_same, |other| hasher.hash_one(name(*other))) {
                Entry::Occupied(mut found) => next[std::mem::replace(found.get_mut(), at) as usize] = at,
                Entry::Vacant(place) => {
                    if let Some(slot) = catalog::slot(device) {
                        place.insert(at);
                        first.push((slot, at));
                    }
                }
            }
        }
        first.sort_unstable();
        Self { first, next }
    }

    /// Returns the devices of a family, whether they are present or not.
    pub(super) fn of_family<'s, 'a>(
        &'s self,
        family: &str,
        entries: &'s [IndexedEntry<'a>],
    ) -> impl Iterator<Item = Device<'s, 'a>> {
        let start = self.first.partition_point(|(slot, _)| slot.family < family);
        let length = self.first[start..].partition_point(|(slot, _)| slot.family == family);
        let found = &self.first[start..start + length];
        found.iter().map(|(slot, first)| Device { slot: *slot, first: *first, next: &self.next, entries })
    }
}

/// A device, which is displayed as its slot: `scsi0:1`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Device<'s, 'a> {
    pub(super) slot: Slot,
    first: u32,
    next: &'s [u32],
    entries: &'s [IndexedEntry<'a>],
}

impl<'s, 'a> Device<'s, 'a> {
    /// Returns the first entry of a key of the device: `filename` for `scsi0:1.fileName`. The key is given in lower case.
    pub(super) fn entry(&self, key: &str) -> Option<&'s IndexedEntry<'a>> {
        self.find(key).map(|at| &self.entries[at])
    }

    /// Returns the index of the first entry of a key of the device, which is given in lower case.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        let is_key =
            |at: &u32| self.entries[*at as usize].name.split_once('.').is_some_and(|(_, found)| found == key);
        let own =
            iter::successors(Some(self.first), |at| Some(self.next[*at as usize]).filter(|at| *at != NONE));
        own.into_iter().find(is_key).map(|at| at as usize)
    }

    /// Returns the value of a key of the device, which is given in lower case.
    pub(super) fn value(&self, key: &str) -> Option<&'s str> {
        self.entry(key).map(|entry| &*entry.value)
    }

    /// Returns whether the value of a key of the device, which is given in lower case, is `expected`, in any case.
    pub(super) fn has_value(&self, key: &str, expected: &str) -> bool {
        self.value(key).is_some_and(|value| value.eq_ignore_ascii_case(expected))
    }

    /// Returns the entry that makes the device present.
    pub(super) fn present(&self) -> Option<&'s IndexedEntry<'a>> {
        self.entry("present").filter(|entry| entry.is_true())
    }

    /// Returns whether the device is present.
    pub(super) fn is_present(&self) -> bool {
        self.present().is_some()
    }

    /// Returns whether a device on a controller is a disk, and not an optical drive.
    pub(super) fn is_disk(&self) -> bool {
        // The types of raw device mappings are scsi-passthru-rdm and scsi-nonpassthru-rdm.
        let is_type = |device_type: &str| {
            let device_type = device_type.to_ascii_lowercase();
            device_type.ends_with("disk") || device_type.ends_with("-rdm")
        };
        self.value("devicetype").is_none_or(is_type)
    }
}

impl fmt::Display for Device<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.slot.fmt(f)
    }
}

/// Returns the first component of a key, if it ends with a number as the names of devices do: `scsi0:1`.
fn device_name(key: &str) -> Option<&str> {
    let (device, _) = key.split_once('.')?;
    device.ends_with(|end: char| end.is_ascii_digit()).then_some(device)
}
