//! The disks in the folder of a `.vmx`: which is based on which, and which of them snapshots hold.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::neighbors::{Neighbors, locate};
use crate::document::Document;
use crate::vm::descriptor::Descriptor;
use crate::vm::disk;
use crate::vm::snapshots;

/// The number of disks in a folder up to which they are read.
const MAX_DISKS: usize = 20_000;

/// The disks in the folder. Paths are relative to it.
#[derive(Debug)]
pub(super) struct FolderDisks {
    folder: PathBuf,
    disks: HashMap<PathBuf, Descriptor>,
    /// Disks on which others are based.
    bases: HashMap<PathBuf, Base>,
    /// For each disk on which others are based: the only one above it on which no disk is based and that no snapshot
    /// holds, which is the one that the VM used last; `None` if there are several.
    tips: HashMap<PathBuf, Option<PathBuf>>,
    /// Disks that snapshots hold, with the name of the first snapshot.
    holders: HashMap<PathBuf, String>,
    has_snapshots: Option<bool>,
}

/// A disk on which others are based.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// The first of these.
    pub(super) child: PathBuf,
    /// The first of these that is known to be intact: the base has not been written to since it was created.
    pub(super) intact_child: Option<PathBuf>,
}

impl FolderDisks {
    /// Reads the start of every disk in the folder, and the list of snapshots of the VM with this configuration. Returns
    /// `None` if the folder cannot be listed, or if it has more disks than any VM.
    pub(super) fn read(neighbors: &Neighbors<'_>, document: &Document) -> Option<Self> {
        let folder = neighbors.folder;
        let mut names = folder.names().ok()?;
        names.retain(|name| may_be_disk(name));
        if names.len() > MAX_DISKS {
            return None;
        }
        names.sort_unstable();
        let disks: Vec<(PathBuf, Descriptor)> = names
            .into_iter()
            .filter_map(|name| Some((PathBuf::from(&name), chained(disk::read_entry(folder, &name).ok()?))))
            .collect();
        let other = snapshots::other_folder(folder, neighbors.name, document);
        let list = snapshots::read(other.as_deref().unwrap_or(folder), neighbors.name).ok();
        let held = list.as_ref().map(|list| list.as_ref().map(held_disks).unwrap_or_default());
        let mut found = Self {
            folder: folder.path().to_owned(),
            disks: HashMap::new(),
            bases: HashMap::new(),
            tips: HashMap::new(),
            holders: HashMap::new(),
            has_snapshots: held.as_ref().map(|held| held.has_snapshots),
        };
        for (disk, snapshot) in held.into_iter().flat_map(|held| held.disks) {
            if let Some(path) = found.locate(&disk) {
                found.holders.entry(path).or_insert(snapshot);
            }
        }
        let parents: HashMap<PathBuf, PathBuf> =
            disks.iter().filter_map(|(path, disk)| Some((path.clone(), found.parent(path, disk)?))).collect();
        let names: Vec<PathBuf> = disks.iter().map(|(path, _)| path.clone()).collect();
        found.disks = disks.into_iter().collect();
        for child in names.iter().filter(|child| parents.contains_key(*child)) {
            found.add_child(child, &parents[child]);
        }
        found.find_tips(&names, &parents);
        Some(found)
    }

    /// Returns the parent of a disk, if it is in the folder.
    fn parent(&self, path: &Path, disk: &Descriptor) -> Option<PathBuf> {
        let hint = locate(disk.parent.as_deref()?)?;
        self.relative(&disk::resolve_relative(path, hint.to_str()?))
    }

    /// Returns the path of a file directly in the folder, relative to the folder.
    fn relative(&self, path: &Path) -> Option<PathBuf> {
        let path = path.strip_prefix(&self.folder).unwrap_or(path);
        let path = path.strip_prefix(".").unwrap_or(path);
        let is_here = path.parent().is_some_and(|parent| parent.as_os_str().is_empty());
        (is_here && path.file_name().is_some()).then(|| path.to_owned())
    }

    fn add_child(&mut self, child: &Path, parent: &Path) {
        // ESX does not change this id when it writes to the disk.
        const FIXED_CID: &str = "fffffffe";
        let is_intact = self.disks.get(child).zip(self.disks.get(parent)).is_some_and(|(child, parent)| {
            let is_known = parent.cid.as_ref().is_some_and(|cid| !cid.eq_ignore_ascii_case(FIXED_CID));
            is_known && child.parent_cid.is_some() && child.belongs_on(parent)
        });
        let base = self.bases.entry(parent.to_owned());
        let base = base.or_insert_with(|| Base { child: child.to_owned(), intact_child: None });
        if is_intact && base.intact_child.is_none() {
            base.intact_child = Some(child.to_owned());
        }
    }

    /// Walks down from each disk that may be the one that the VM used last. Each disk is visited twice at most.
    fn find_tips(&mut self, names: &[PathBuf], parents: &HashMap<PathBuf, PathBuf>) {
        let is_tip = |name: &&PathBuf| !self.bases.contains_key(*name) && !self.holders.contains_key(*name);
        for tip in names.iter().filter(is_tip) {
            let mut next = parents.get(tip);
            while let Some(path) = next {
                match self.tips.get_mut(path) {
                    None => {
                        self.tips.insert(path.clone(), Some(tip.clone()));
                    }
                    // The parents form a cycle.
                    Some(Some(known)) if known == tip => break,
                    Some(known @ Some(_)) => *known = None,
                    Some(None) => break,
                }
                next = parents.get(path);
            }
        }
    }

    /// Returns the path in the folder of a disk that the configuration names.
    pub(super) fn locate(&self, named: &str) -> Option<PathBuf> {
        self.relative(locate(named)?)
    }

    /// Returns the parent of the disk `path`, if both are in the folder.
    pub(super) fn parent_of(&self, path: &Path) -> Option<PathBuf> {
        self.parent(path, self.disks.get(path)?)
    }

    /// Returns what is based on the disk `path`, if anything is.
    pub(super) fn base(&self, path: &Path) -> Option<&Base> {
        self.bases.get(path)
    }

    /// Returns the disk above `path` that the VM used last, if there is only one.
    pub(super) fn tip(&self, path: &Path) -> Option<&Path> {
        self.tips.get(path)?.as_deref()
    }

    /// Returns the name of the first snapshot that holds the disk `path`.
    pub(super) fn holder(&self, path: &Path) -> Option<&str> {
        self.holders.get(path).map(String::as_str)
    }

    /// Returns whether the VM is known to have no snapshots.
    pub(super) fn has_no_snapshots(&self) -> bool {
        self.has_snapshots == Some(false)
    }
}

/// What a list of snapshots (`.vmsd`) says about disks.
#[derive(Debug, Default)]
struct HeldDisks {
    has_snapshots: bool,
    /// The disks that snapshots hold, as the list names them, and the names of these snapshots.
    disks: Vec<(String, String)>,
}

/// Reads the disks of all snapshots in one pass: a list may have very many.
fn held_disks(list: &Document) -> HeldDisks {
    let mut names: HashMap<String, Option<String>> = HashMap::new();
    let mut disks = Vec::new();
    for entry in list.entries() {
        let key = entry.key().to_ascii_lowercase();
        let Some((snapshot, field)) = key.split_once('.').filter(|(start, _)| start.starts_with("snapshot"))
        else {
            continue;
        };
        match field {
            "uid" => {
                names.entry(snapshot.to_owned()).or_default();
            }
            "displayname" => {
                let name = entry.value().into_owned();
                names.entry(snapshot.to_owned()).or_default().get_or_insert(name);
            }
            _ if field.starts_with("disk") && field.ends_with(".filename") => {
                disks.push((entry.value().into_owned(), snapshot.to_owned()));
            }
            _ => {}
        }
    }
    let named = disks
        .into_iter()
        .filter_map(|(disk, snapshot)| Some((disk, names.get(&snapshot)?.clone().unwrap_or_default())));
    HeldDisks { disks: named.collect(), has_snapshots: !names.is_empty() }
}

/// Returns what a disk says about the one that it is based on. The owner of the folder may have made the rest large.
fn chained(disk: Descriptor) -> Descriptor {
    const MAX_PATH: usize = 4096;
    const MAX_ID: usize = 16;
    let id = |id: Option<String>| id.filter(|id| id.len() <= MAX_ID);
    Descriptor {
        parent: disk.parent.filter(|path| path.len() <= MAX_PATH),
        cid: id(disk.cid),
        parent_cid: id(disk.parent_cid),
        extents: Vec::new(),
        create_type: None,
        ..disk
    }
}

/// Returns whether a file may hold the description of a disk. A `.vmdk` with one of these names holds data.
fn may_be_disk(name: &OsStr) -> bool {
    const DATA: [&str; 6] = ["-ctk", "-delta", "-flat", "-rdm", "-rdmp", "-sesparse"];
    let name = name.to_string_lossy().to_ascii_lowercase();
    let Some(stem) = name.strip_suffix(".vmdk") else { return false };
    let is_part = stem.rsplit_once('-').is_some_and(|(_, part)| {
        let digits = part.strip_prefix(['f', 's']);
        digits.is_some_and(|digits| digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()))
    });
    !is_part && !DATA.iter().any(|end| stem.ends_with(end))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::Path;

    use super::{FolderDisks, may_be_disk};
    use crate::check::neighbors::Neighbors;
    use crate::document::Document;
    use crate::host::{FileKind, MemoryFolder};

    fn read(folder: &MemoryFolder) -> FolderDisks {
        let neighbors = Neighbors { folder, name: OsStr::new("vm.vmx") };
        FolderDisks::read(&neighbors, &Document::default()).expect("a folder that can be listed")
    }

    #[test]
    fn a_long_chain_with_a_branch_at_every_disk_is_read_in_linear_time() {
        const DISKS: usize = 10_000;
        let mut files: Vec<(String, String)> = Vec::new();
        for at in 0..DISKS {
            let parent =
                at.checked_sub(1).map_or(String::new(), |at| format!("parentFileNameHint=\"{at}.vmdk\"\n"));
            let title = "# Disk DescriptorFile\n";
            files.push((format!("{at}.vmdk"), format!("{title}{parent}")));
            files.push((format!("b{at}.vmdk"), format!("{title}parentFileNameHint=\"{at}.vmdk\"\n")));
        }
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, content)| (&**name, content.as_bytes())).collect();
        let disks = read(&MemoryFolder::with(&files));
        assert_eq!(disks.tip(Path::new("0.vmdk")), None, "there are many");
        let last = format!("{}.vmdk", DISKS - 1);
        let branch = format!("b{}.vmdk", DISKS - 1);
        assert_eq!(disks.tip(Path::new(&last)), Some(Path::new(&branch)));
        assert_eq!(disks.parent_of(Path::new(&branch)).as_deref(), Some(Path::new(&last)));
    }

    #[test]
    fn paths_in_the_folder_are_equal_and_others_are_none() {
        let disks = read(&MemoryFolder::default().and("pipe.vmdk", FileKind::Pipe));
        for named in ["a.vmdk", "./a.vmdk", "/vmfs/volumes/ds/vm/a.vmdk"] {
            assert_eq!(disks.locate(named).as_deref(), Some(Path::new("a.vmdk")), "{named}");
        }
        for named in ["", ".", "..", "../a.vmdk", "b/a.vmdk", "/vmfs/volumes/ds/a.vmdk", "b\\a.vmdk"] {
            assert_eq!(disks.locate(named), None, "{named}");
        }
    }

    #[test]
    fn names_of_files_with_data_are_told_apart() {
        for name in ["a.vmdk", "a-000001.VMDK", "my-s1.vmdk", "a-flat-2.vmdk"] {
            assert!(may_be_disk(OsStr::new(name)), "{name}");
        }
        for name in [
            "a-flat.vmdk",
            "a-000001-delta.vmdk",
            "a-s001.vmdk",
            "a-f012.vmdk",
            "a-CTK.vmdk",
            "a.vmx",
            "vmdk",
        ] {
            assert!(!may_be_disk(OsStr::new(name)), "{name}");
        }
    }
}
