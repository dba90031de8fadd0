//! Backups of the file that a line names.

use std::path::Path;

use vmxedit::file::{self, Backup};

use super::line::Line;
use super::{List, document, files};
use crate::config;
use crate::output::backups::described;

/// Adds the names of backups, the newest first; after a slash, paths.
pub(super) fn names(line: &Line, word: &str, list: &mut List) {
    if word.contains('/') {
        return files::any(word, list);
    }
    let Some(path) = document::path(line, "file") else { return };
    for backup in backups(&path) {
        if let Some(name) = backup.name.to_str() {
            list.add_matching(word, [(name, described(&backup))]);
        }
    }
}

fn backups(file: &Path) -> Vec<Backup> {
    // A configuration file that is not valid names no suffix; the command itself reports it.
    let _ = config::load();
    let Ok(place) = file::find(file) else { return Vec::new() };
    let suffix = config::current().suffix();
    let mut found = file::possible_backups(place.folder().as_ref(), place.name()).unwrap_or_default();
    // `vm.vmxf` is another file of the VM.
    let is_suffix = |backup: &Backup| {
        backup.suffix == suffix
            || !backup.suffix.as_encoded_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
    };
    found.retain(is_suffix);
    found.sort_by_key(|backup| std::cmp::Reverse((backup.suffix == suffix, backup.number)));
    found
}
