//! Compares everything in a folder before and after an attack.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The state of one file, folder or link.
#[derive(Debug, PartialEq, Eq)]
struct State {
    mode: u32,
    owner: (u32, u32),
    inode: (u64, u64),
    links: u64,
    len: u64,
    /// Creating and removing a name leaves no other trace than the times of the folder.
    modified: (i64, i64),
    changed: (i64, i64),
    content: String,
}

impl State {
    fn difference_to(&self, now: &Self) -> String {
        let part = |name, before: &dyn Debug, after: &dyn Debug| {
            let (before, after) = (format!("{before:?}"), format!("{after:?}"));
            (before != after).then(|| format!("{name} {before} -> {after}; "))
        };
        [
            part("mode", &format!("{:o}", self.mode), &format!("{:o}", now.mode)),
            part("owner", &self.owner, &now.owner),
            part("inode", &self.inode.1, &now.inode.1),
            part("links", &self.links, &now.links),
            part("length", &self.len, &now.len),
            part("content", &self.content, &now.content),
            part("modified", &self.modified, &now.modified),
            part("changed", &self.changed, &now.changed),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The state of everything in a folder, the folder included.
#[derive(PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<PathBuf, State>);

impl Snapshot {
    pub(crate) fn of(folder: &Path) -> Self {
        let mut found = BTreeMap::new();
        let mut waiting = vec![folder.to_owned()];
        while let Some(path) = waiting.pop() {
            let meta = fs::symlink_metadata(&path).unwrap();
            if meta.is_dir() {
                waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
            let content = match () {
                () if meta.is_file() => String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
                () if meta.is_symlink() => fs::read_link(&path).unwrap().to_string_lossy().into_owned(),
                () => String::new(),
            };
            let state = State {
                mode: meta.mode(),
                owner: (meta.uid(), meta.gid()),
                inode: (meta.dev(), meta.ino()),
                links: meta.nlink(),
                len: meta.len(),
                modified: (meta.mtime(), meta.mtime_nsec()),
                changed: (meta.ctime(), meta.ctime_nsec()),
                content,
            };
            found.insert(path, state);
        }
        Self(found)
    }

    /// Returns what differs from an earlier snapshot, or an empty text.
    pub(crate) fn differences(&self, before: &Self) -> String {
        let mut found = Vec::new();
        for (path, was) in &before.0 {
            match self.0.get(path) {
                Some(is) if is == was => {}
                Some(is) => found.push(format!("{}: {}\n", path.display(), was.difference_to(is))),
                None => found.push(format!("{} is gone\n", path.display())),
            }
        }
        let new = self.0.keys().filter(|path| !before.0.contains_key(*path));
        found.extend(new.map(|path| format!("{} is new\n", path.display())));
        found.concat()
    }
}
