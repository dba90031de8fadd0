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
    let typed = files::split(word).0;
    let shown = |path: String| address.with_path(path.into()).shown().to_string_lossy().into_owned();
    let before = shown(folder.to_owned()).len();
    let path_of = |name: &str| format!("{typed}{}", &shown(format!("{folder}{name}"))[before..]);
    files::add(&entries, folder, start, &files::VM, path_of, list);
}
