//! Whether what a disk and a list of snapshots name is there, and still fits.

use std::collections::HashSet;

use super::beside::{Beside, Presence};
use crate::document::{Document, Key};
use crate::vm::disk::{self, Link};
use crate::vm::snapshots::Snapshots;

/// What is broken in the disk `named` and those that it is based on.
pub(super) fn broken(beside: &Beside, named: &str) -> Vec<String> {
    let Some(path) = beside.locate(named) else { return Vec::new() };
    let links = disk::chain(&path);
    let mut broken: Vec<String> = links.iter().flat_map(|link| missing_extents(beside, link)).collect();
    for pair in links.windows(2) {
        let (child, parent) = (&pair[0], &pair[1]);
        let name = name_of(parent);
        match (&child.disk, &parent.disk) {
            (_, Err(_)) if beside.presence(&parent.path.to_string_lossy()) == Presence::Missing => {
                broken.push(format!("its parent '{name}' is not there"));
            }
            (Ok(disk), Ok(base)) if !disk.belongs_on(base) => {
                broken.push(format!("its parent '{name}' was written to since"));
            }
            _ => {}
        }
    }
    broken
}

fn name_of(link: &Link) -> String {
    link.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files with a disk's data that a text descriptor names in `RW 4192256 SPARSE "disk-s001.vmdk"`.
fn missing_extents(beside: &Beside, link: &Link) -> Vec<String> {
    let descriptor = beside.read_small(&link.path.to_string_lossy()).unwrap_or_default();
    if !descriptor.starts_with(b"# Disk DescriptorFile") {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&descriptor);
    let missing = extents(&text).filter(|name| {
        let path = disk::beside(&link.path, name);
        !name.contains('\\') && beside.presence(&path.to_string_lossy()) == Presence::Missing
    });
    missing.map(|name| format!("its part '{name}' is not there")).collect()
}

fn extents(descriptor: &str) -> impl Iterator<Item = &str> {
    descriptor.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let is_extent = matches!(words.next(), Some("RW" | "RDONLY")) && words.next()?.parse::<u64>().is_ok();
        let kind = words.next()?;
        (is_extent && kind != "ZERO").then(|| line.split('"').nth(1)).flatten()
    })
}

/// What is broken in the list of snapshots that stands in `bytes`.
pub(super) fn broken_snapshots(beside: &Beside, bytes: Vec<u8>) -> Vec<String> {
    let document = Document::parse(bytes);
    let snapshots = Snapshots::parse(&document);
    let uids: HashSet<u64> = snapshots.list.iter().map(|snapshot| snapshot.uid).collect();
    // 0 stands for none.
    let known = |uid: u64| uid == 0 || uids.contains(&uid);
    let mut broken = Vec::new();
    for snapshot in &snapshots.list {
        let name = &snapshot.name;
        if let Some(uid) = snapshot.parent.filter(|uid| !known(*uid)) {
            broken.push(format!("'{name}' was taken after snapshot {uid}, which is not in the list"));
        }
        for disk in snapshot.disks.iter().filter(|disk| beside.presence(disk) == Presence::Missing) {
            broken.push(format!("the disk '{disk}' of '{name}' is not there"));
        }
    }
    let current = Key::parse("snapshot.current").ok().and_then(|key| {
        document.find(&key).first().and_then(|entry| entry.value().trim().parse::<u64>().ok())
    });
    if let Some(uid) = current.filter(|uid| !known(*uid)) {
        broken.push(format!("the current snapshot is {uid}, which is not in the list"));
    }
    broken
}
