//! Whether a VM has snapshots, as the `.vmsd` beside it tells.

use std::io;
use std::path::Path;

use crate::document::{Document, Key};

/// How many snapshots the VM of `vmx` has. Without a `.vmsd`, or with an empty one, none.
///
/// # Errors
/// The system's, and [`io::ErrorKind::InvalidData`] where the `.vmsd` does not tell.
///
/// Source: VMware writes `snapshot.numSnapshots` into every `.vmsd` that is not empty.
pub fn count(vmx: &Path) -> io::Result<usize> {
    let bytes = match std::fs::read(vmx.with_extension("vmsd")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        read => read?,
    };
    let document = Document::parse(bytes);
    let key = Key::parse("snapshot.numSnapshots").map_err(io::Error::other)?;
    match document.find(&key).first() {
        Some(entry) => entry.value().trim().parse().map_err(|_| io::ErrorKind::InvalidData.into()),
        None if document
            .entries()
            .any(|entry| entry.key().to_ascii_lowercase().starts_with("snapshot0.")) =>
        {
            Err(io::ErrorKind::InvalidData.into())
        }
        None => Ok(0),
    }
}
