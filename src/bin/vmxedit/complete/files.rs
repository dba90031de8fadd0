//! Paths of files and folders.

use std::fs;
use std::path::Path;

use vmxedit::host::FileKind;
use vmxedit::remote::Address;

use super::line::Line;
use super::{List, hosts};

/// How many entries of a folder are looked at.
const MAX_ENTRIES: usize = 20_000;
/// How the names of configurations end.
pub(super) const VM: [&str; 2] = ["vmx", "vmtx"];
/// How the name of a folder ends that is a VM of Fusion.
const BUNDLE: [&str; 1] = ["vmwarevm"];

/// An entry of a folder.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: FileKind,
}

/// Adds VMs and folders, here or on another host; where there are none, other files.
pub(super) fn vms(line: &Line, word: &str, list: &mut List) {
    match Address::parse(word.as_ref()) {
        Ok(Some(address)) => hosts::paths(line, word, &address, list),
        Ok(None) => paths(word, &VM, list),
        Err(_) => {}
    }
}

/// Adds preset files and folders; where there are none, other files.
pub(super) fn presets(word: &str, list: &mut List) {
    paths(word, &["toml"], list);
}

/// Adds all files and folders.
pub(super) fn any(word: &str, list: &mut List) {
    paths(word, &[], list);
}

fn paths(word: &str, extensions: &[&str], list: &mut List) {
    let (folder, start) = split(word);
    let shown = if folder.is_empty() { "." } else { folder };
    let entries = entries(Path::new(shown), |name| name.starts_with(start));
    add(&entries, folder, start, extensions, |name| format!("{folder}{name}"), list);
}

/// Adds the entries whose names start with `start`: folders, and files with one of the extensions; where there are none, other
/// files. `path_of` returns the path of an entry.
pub(super) fn add(
    entries: &[Entry],
    folder: &str,
    start: &str,
    extensions: &[&str],
    path_of: impl Fn(&str) -> String,
    list: &mut List,
) {
    let is_hidden = |name: &str| name.starts_with('.') && !start.starts_with('.');
    // In front of a path, a shell replaces `~`, and a colon ends the name of a host.
    let is_plain = |name: &str| !folder.is_empty() || !(name.starts_with('~') || name.ends_with(':'));
    let mut matching: Vec<&Entry> = entries.iter().collect();
    matching
        .retain(|entry| entry.name.starts_with(start) && !is_hidden(&entry.name) && is_plain(&entry.name));
    matching.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    let is_wanted = |entry: &Entry| match entry.kind {
        FileKind::Folder => true,
        _ => extensions.is_empty() || has_extension(&entry.name, extensions),
    };
    let has_wanted = matching.iter().any(|entry| is_wanted(entry));
    for entry in matching.into_iter().filter(|entry| is_wanted(entry) || !has_wanted) {
        let path = path_of(&entry.name);
        match entry.kind {
            FileKind::Folder if has_extension(&entry.name, &BUNDLE) => list.add(path, "bundle"),
            FileKind::Folder => list.add(path + "/", "folder"),
            _ => list.add(path, ""),
        }
    }
}

/// Returns the folder of a path, with its slash, and the rest.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

/// Returns whether a name has one of these extensions, in any case, after at least one character.
pub(super) fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let parts = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    parts.is_some_and(|(_, end)| extensions.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// Returns the folders and regular files of a folder whose names are text and match, in no order. Links with such names are
/// followed; another one may lead to a network that does not answer.
pub(super) fn entries(folder: &Path, is_match: impl Fn(&str) -> bool) -> Vec<Entry> {
    let Ok(listing) = fs::read_dir(folder) else { return Vec::new() };
    let entry = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok().filter(|name| is_match(name))?;
        let mut kind = entry.file_type().ok()?;
        if kind.is_symlink() {
            kind = fs::metadata(entry.path()).ok()?.file_type();
        }
        let kind = match (kind.is_dir(), kind.is_file()) {
            (true, _) => FileKind::Folder,
            (_, true) => FileKind::Regular,
            _ => return None,
        };
        Some(Entry { name, kind })
    };
    listing.take(MAX_ENTRIES).filter_map(|found| entry(found.ok()?)).collect()
}
