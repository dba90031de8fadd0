//! The virtual machine of a file: its power state, VMware's lock, its disks and snapshots, the host. It edits nothing.

pub mod descriptor;
pub mod disk;
pub(crate) mod folder;
pub mod host;
pub mod location;
pub mod lock;
pub mod owner;
pub mod power;
pub mod snapshots;

use crate::document::{Document, Key};

/// Returns the value of the first entry with this key.
fn value(document: &Document, key: &str) -> Option<String> {
    let key = Key::parse(key).ok()?;
    document.find(&key).first().map(|entry| entry.value().into_owned())
}
