//! Paths on another host, of the folder that was typed.

use std::sync::atomic::Ordering;

use vmxedit::remote::Address;

use super::files::{self, Entry};
use super::line::Line;
use super::{ASKS_HOST, HOST_LIMIT, List};
use crate::remote;

/// Adds the VMs and folders whose paths start with that of `address`, which was typed as `word`.
pub(super) fn paths(line: &Line, word: &str, address: &Address, list: &mut List) {
    // Only `ssh` is started at a TAB.
    if line.has("rsh") || !remote::configure_quick(HOST_LIMIT) {
        return;
    }
    let Some(path) = address.path.to_str() else { return };
    let (folder, start) = files::split(path);
    ASKS_HOST.store(true, Ordering::Relaxed);
    let listing =
        remote::connection(&address.host).and_then(|it| it.names(&address.with_path(folder.into())));
    let Ok(Ok(names)) = listing else { return };
    let entry = |(name, kind): (std::ffi::OsString, _)| Some(Entry { name: name.into_string().ok()?, kind });
    let entries: Vec<Entry> = names.into_iter().filter_map(entry).collect();
    // The path may be encoded in part, and stays as the user typed it.
    let shown = |path: String| address.with_path(path.into()).shown().to_string_lossy().into_owned();
    let shown_folder = shown(folder.to_owned());
    let names_folder = |word: &&str| {
        let parsed = Address::parse(word.as_ref());
        matches!(parsed, Ok(Some(other)) if other.path.to_str() == Some(folder))
    };
    let typed = Some(files::split(word).0).filter(names_folder).unwrap_or(&shown_folder);
    let path_of = |name: &str| format!("{typed}{}", &shown(format!("{folder}{name}"))[shown_folder.len()..]);
    files::add(&entries, folder, start, &files::VM, path_of, list);
}
