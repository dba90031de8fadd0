//! Checks a disk: its parts and parents must exist and match.

use std::path::Path;

use super::neighbors::{Neighbors, Presence};
use crate::document::Encryption;
use crate::host::FileKind;
use crate::vm::descriptor::Descriptor;
use crate::vm::disk::{self, ChainLink, DiskError};
use crate::vm::named_file::locate;

/// Returns what is wrong with the disk `named` of a VM that is encrypted to this degree, and with its parents. Whether an
/// encrypted VM's disk has a descriptor that can be read is not known.
pub(super) fn problems(neighbors: &Neighbors<'_>, named: &str, encryption: Encryption) -> Vec<String> {
    let Some(path) = locate(named) else { return Vec::new() };
    let links = disk::chain(neighbors.folder, path);
    let mut problems = Vec::new();
    for (at, link) in links.iter().enumerate() {
        let child = at.checked_sub(1).and_then(|at| links[at].disk.as_ref().ok());
        let parent = child.map(|_| format!("its parent '{}'", file_name(link)));
        match (&link.disk, &parent) {
            (Ok(disk), Some(parent)) if child.is_some_and(|child| !child.belongs_on(disk)) => {
                problems.push(format!("{parent} was changed after the snapshot was taken"));
            }
            (Err(DiskError::Missing), _) if is_missing(neighbors, link) => {
                problems.extend(parent.map(|parent| format!("{parent} does not exist")));
            }
            // A type of disk that is unknown here, or a folder of another host.
            (Ok(_) | Err(DiskError::Missing), _) | (Err(DiskError::NotADescriptor), Some(_)) => {}
            (Err(DiskError::NotADescriptor), None) if encryption != Encryption::None => {}
            (Err(error), Some(parent)) => problems.push(format!("{parent}: {error}")),
            (Err(error), None) => problems.push(error.to_string()),
        }
        if let Ok(disk) = &link.disk {
            problems.extend(missing_parts(neighbors, &link.path, disk));
            problems.extend(short_part(neighbors, &link.path, disk));
        }
    }
    problems
}

fn file_name(link: &ChainLink) -> String {
    link.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_missing(neighbors: &Neighbors<'_>, link: &ChainLink) -> bool {
    neighbors.presence(&link.path.to_string_lossy()) == Presence::Missing
}

/// Returns a message if files that hold data of the disk do not exist.
fn missing_parts(neighbors: &Neighbors<'_>, path: &Path, disk: &Descriptor) -> Option<String> {
    let files: Vec<&str> = disk.extents.iter().filter_map(|extent| extent.file.as_deref()).collect();
    let is_missing = |name: &&str| {
        let path = disk::resolve_relative(path, name);
        locate(name).is_some() && neighbors.presence(&path.to_string_lossy()) == Presence::Missing
    };
    let missing: Vec<&str> = files.iter().copied().filter(is_missing).collect();
    match missing[..] {
        [] => None,
        [name] => Some(format!("its part '{name}' does not exist")),
        [first, ..] => {
            let (missing, all) = (missing.len(), files.len());
            Some(format!("{missing} of its {all} parts do not exist, first '{first}'"))
        }
    }
}

/// Returns a message if a file with content of the disk ends before the content does, as that of an interrupted copy.
fn short_part(neighbors: &Neighbors<'_>, path: &Path, disk: &Descriptor) -> Option<String> {
    disk.extents.iter().find_map(|extent| {
        let (name, min) = (extent.file.as_deref()?, extent.min_file_size()?);
        locate(name)?;
        let stat = neighbors.folder.stat(&disk::resolve_relative(path, name)).ok()?;
        // A copy of a VM without its content has an empty file in place of the data.
        let is_short = stat.kind == FileKind::Regular && stat.len > 0 && stat.len < min;
        is_short.then(|| format!("its part '{name}' has {} of {min} bytes", stat.len))
    })
}
