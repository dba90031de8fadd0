//! Checks a disk: its parts and parents must exist and match.

use super::neighbors::{Neighbors, Presence};
use crate::vm::disk::{self, Link, Unread};

/// Returns what is wrong with the disk `named` and its parents.
pub(super) fn problems(neighbors: &Neighbors, named: &str) -> Vec<String> {
    let Some(path) = neighbors.locate(named) else { return Vec::new() };
    let links = disk::chain(&path);
    let mut problems = Vec::new();
    for (at, link) in links.iter().enumerate() {
        let child = at.checked_sub(1).and_then(|at| links[at].disk.as_ref().ok());
        let parent = child.map(|_| format!("its parent '{}'", file_name(link)));
        match (&link.disk, &parent) {
            (Ok(disk), Some(parent)) if child.is_some_and(|child| !child.belongs_on(disk)) => {
                problems.push(format!("{parent} was changed after the snapshot was taken"));
            }
            (Err(Unread::Missing), _) if is_missing(neighbors, link) => {
                problems.extend(parent.map(|parent| format!("{parent} does not exist")));
            }
            // A type of disk that is unknown here, or a folder of another host.
            (Ok(_) | Err(Unread::Missing | Unread::Foreign(_)), _) => {}
            (Err(error), Some(parent)) => problems.push(format!("{parent}: {error}")),
            (Err(error), None) => problems.push(error.to_string()),
        }
        if link.disk.is_ok() {
            problems.extend(missing_extents(neighbors, link));
        }
    }
    problems
}

fn file_name(link: &Link) -> String {
    link.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_missing(neighbors: &Neighbors, link: &Link) -> bool {
    neighbors.presence(&link.path.to_string_lossy()) == Presence::Missing
}

/// Returns a message for each file that holds data of the disk and does not exist.
fn missing_extents(neighbors: &Neighbors, link: &Link) -> Vec<String> {
    let bytes = neighbors.read_small(&link.path.to_string_lossy()).unwrap_or_default();
    let mut missing = extent_files(&bytes);
    missing.retain(|name| {
        let path = disk::beside(&link.path, name);
        !name.contains('\\') && neighbors.presence(&path.to_string_lossy()) == Presence::Missing
    });
    missing.iter().map(|name| format!("its part '{name}' does not exist")).collect()
}

/// Returns the files that the extents of a text descriptor name: `RW 4192256 SPARSE "disk-s001.vmdk"`.
fn extent_files(descriptor: &[u8]) -> Vec<String> {
    if !descriptor.starts_with(b"# Disk DescriptorFile") {
        return Vec::new();
    }
    let name = |line: &str| {
        let mut words = line.split_whitespace();
        let is_extent = matches!(words.next(), Some("RW" | "RDONLY")) && words.next()?.parse::<u64>().is_ok();
        let extent_type = words.next()?;
        let name = line.split('"').nth(1).map(str::to_owned);
        name.filter(|_| is_extent && extent_type != "ZERO")
    };
    String::from_utf8_lossy(descriptor).lines().filter_map(name).collect()
}
