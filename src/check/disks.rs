//! Whether what a disk and a list of snapshots name is there, and still fits.

use std::collections::{HashMap, HashSet};

use super::beside::{Beside, Presence};
use crate::document::{Document, Key};
use crate::vm::disk::{self, ChainLink, DiskError};
use crate::vm::snapshots::Snapshots;

/// What is broken in the disk `named` and those that it is based on.
pub(super) fn broken(beside: &Beside, named: &str) -> Vec<String> {
    let Some(path) = beside.locate(named) else { return Vec::new() };
    let links = disk::chain(&path);
    let mut broken = Vec::new();
    for (at, link) in links.iter().enumerate() {
        let child = at.checked_sub(1).and_then(|at| links[at].disk.as_ref().ok());
        let whose = child.map(|_| format!("its parent '{}': ", name_of(link))).unwrap_or_default();
        match &link.disk {
            Ok(disk) if child.is_some_and(|child| !child.belongs_on(disk)) => {
                broken.push(format!("its parent '{}' was written to since", name_of(link)));
            }
            Err(DiskError::Missing) if beside.presence(&link.path.to_string_lossy()) == Presence::Missing => {
                broken.extend(child.map(|_| format!("its parent '{}' is not there", name_of(link))));
            }
            // A kind of disk that is not known here, or a folder of another host.
            Ok(_) | Err(DiskError::Missing | DiskError::NotADescriptor) => {}
            Err(why) => broken.push(format!("{whose}{why}")),
        }
        if link.disk.is_ok() {
            broken.extend(missing_extents(beside, link));
        }
    }
    broken
}

fn name_of(link: &ChainLink) -> String {
    link.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files with a disk's data that a text descriptor names in `RW 4192256 SPARSE "disk-s001.vmdk"`.
fn missing_extents(beside: &Beside, link: &ChainLink) -> Vec<String> {
    let descriptor = beside.read_small(&link.path.to_string_lossy()).unwrap_or_default();
    if !descriptor.starts_with(b"# Disk DescriptorFile") {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&descriptor);
    let missing = extents(&text).filter(|name| {
        let path = disk::resolve_relative(&link.path, name);
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
    let parents: HashMap<u64, u64> =
        snapshots.list.iter().filter_map(|snapshot| Some((snapshot.uid, snapshot.parent?))).collect();
    let is_endless = |uid: u64| {
        let chain = std::iter::successors(Some(uid), |uid| parents.get(uid).copied());
        chain.take(parents.len() + 2).count() > parents.len() + 1
    };
    if let Some(snapshot) = snapshots.list.iter().find(|snapshot| is_endless(snapshot.uid)) {
        broken.push(format!("the snapshots that '{}' was taken after go in a circle", snapshot.name));
    }
    let current = Key::parse("snapshot.current").ok().and_then(|key| {
        document.find(&key).first().and_then(|entry| entry.value().trim().parse::<u64>().ok())
    });
    if let Some(uid) = current.filter(|uid| !known(*uid)) {
        broken.push(format!("the current snapshot is {uid}, which is not in the list"));
    }
    broken
}
