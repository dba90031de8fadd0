//! Tells the file systems that other hosts may use from those of this host alone.

use std::path::Path;

use super::platform::file_systems as platform;

/// Returns whether `path` is on a network file system, which other hosts may use.
pub(crate) fn is_network(path: &Path) -> bool {
    let existing = path.ancestors().find(|path| path.exists()).unwrap_or(path);
    platform::is_network(existing)
}
