//! Which folders other users cannot change.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::identity::{ROOT, effective_user};

const WRITABLE_BY_ALL: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Returns whether only root or this user can have written the file, or can create files in the folder.
pub(super) fn is_private(meta: &Metadata) -> bool {
    has_trusted_owner(meta) && meta.mode() & WRITABLE_BY_ALL == 0
}

/// Returns the path of a folder without links, if no other user can replace an entry of it that belongs to root or this
/// user, or a folder on the way to it. All users may be able to create entries, as in `/tmp`.
///
/// # Errors
/// The system's: for example, the path does not exist.
pub(in crate::host) fn fixed_path(folder: &Path) -> io::Result<Option<PathBuf>> {
    let folder = fs::canonicalize(folder)?;
    let is_fixed = |folder: &Path| {
        let keeps_entries = |meta: Metadata| is_private(&meta) || meta.mode() & STICKY != 0;
        fs::metadata(folder).is_ok_and(|meta| has_trusted_owner(&meta) && keeps_entries(meta))
    };
    Ok(folder.ancestors().all(is_fixed).then_some(folder))
}

fn has_trusted_owner(meta: &Metadata) -> bool {
    [ROOT, effective_user()].contains(&meta.uid())
}
