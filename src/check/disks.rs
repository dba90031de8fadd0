//! Disk descriptors and lists of snapshots, as far as it takes to see whether their files are there.

use std::collections::HashSet;

use super::beside::{Beside, Presence};
use crate::document::{Document, Key};

/// The files that the disk `named` needs and that are not there: its extents, its parents and theirs.
pub(super) fn missing_parts(beside: &Beside, named: &str) -> Vec<String> {
    // A chain that comes back to itself ends.
    let mut seen = HashSet::new();
    let mut missing = Vec::new();
    let mut next = Some(named.to_owned());
    while let Some(named) = next.take().filter(|named| seen.insert(named.clone())) {
        let Some(text) = beside.read_small(&named).filter(|text| text.starts_with(b"# Disk DescriptorFile"))
        else {
            break;
        };
        let text = String::from_utf8_lossy(&text).into_owned();
        let parent = parent(&text);
        for file in extents(&text).map(str::to_owned).chain(parent.clone()) {
            let file = beside_of(&named, &file);
            if beside.presence(&file) == Presence::Missing {
                missing.push(file);
            }
        }
        next = parent.map(|parent| beside_of(&named, &parent));
    }
    missing
}

/// A disk names other files as seen from its own folder.
fn beside_of(disk: &str, file: &str) -> String {
    match disk.rsplit_once('/') {
        Some((folder, _)) if !file.starts_with('/') => format!("{folder}/{file}"),
        _ => file.to_owned(),
    }
}

/// The names in `RW 4192256 SPARSE "disk-s001.vmdk"`.
fn extents(descriptor: &str) -> impl Iterator<Item = &str> {
    descriptor.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let is_extent = matches!(words.next(), Some("RW" | "RDONLY")) && words.next()?.parse::<u64>().is_ok();
        let kind = words.next()?;
        (is_extent && kind != "ZERO").then(|| line.split('"').nth(1)).flatten()
    })
}

fn parent(descriptor: &str) -> Option<String> {
    let line = descriptor.lines().find(|line| line.to_ascii_lowercase().starts_with("parentfilenamehint"))?;
    line.split('"').nth(1).map(str::to_owned)
}

/// What is broken in a `.vmsd`.
pub(super) fn broken_snapshots(beside: &Beside, bytes: Vec<u8>) -> Vec<String> {
    let document = Document::parse(bytes);
    document.prepare_lookups();
    let value = |name: String| {
        let key = Key::parse(&name).ok()?;
        document.find(&key).first().map(|entry| entry.value().into_owned())
    };
    let numbers: Vec<u32> = document
        .entries()
        .filter_map(|entry| {
            entry.key().to_ascii_lowercase().strip_prefix("snapshot")?.strip_suffix(".uid")?.parse().ok()
        })
        .collect();
    let uids: HashSet<String> =
        numbers.iter().filter_map(|number| value(format!("snapshot{number}.uid"))).collect();
    let known = |uid: &str| uid == "0" || uids.contains(uid);
    let mut broken = Vec::new();
    for number in numbers {
        let name = value(format!("snapshot{number}.displayName")).unwrap_or_else(|| format!("{number}"));
        if let Some(uid) = value(format!("snapshot{number}.parent")).filter(|uid| !known(uid)) {
            broken.push(format!(
                "the snapshot '{name}' was taken from snapshot {uid}, which is not in the list"
            ));
        }
        let disks = (0..64).map_while(|disk| value(format!("snapshot{number}.disk{disk}.fileName")));
        for disk in disks.filter(|disk| beside.presence(disk) == Presence::Missing) {
            broken.push(format!("the disk '{disk}' of the snapshot '{name}' is not there"));
        }
    }
    if let Some(uid) = value("snapshot.current".to_owned()).filter(|uid| !known(uid)) {
        broken.push(format!("the current snapshot is {uid}, which is not in the list"));
    }
    broken
}
