//! The disks in the folder of a `.vmx`: which is based on which, and which of them snapshots hold.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::finding::cut_name;
use super::neighbors::Neighbors;
use crate::document::Document;
use crate::host::FolderView;
use crate::vm::descriptor::Descriptor;
use crate::vm::disk;
use crate::vm::named_file::{locate, name_in};

/// The number of disks in a folder up to which they are read. A VM has at most some 250, each with up to 32 snapshots.
const MAX_DISKS: usize = 10_000;

/// The disks that are directly in the folder, by name.
#[derive(Debug)]
pub(super) struct FolderDisks<'a> {
    folder: &'a dyn FolderView,
    disks: HashMap<OsString, Descriptor>,
    /// Disks on which others are based.
    bases: HashMap<OsString, Base>,
    /// For each disk on which others are based: the only one above it on which no disk is based and that no snapshot
    /// holds, which is the one that the VM used last; `None` if there are several.
    tips: HashMap<OsString, Option<OsString>>,
    /// Disks that snapshots hold, with the name of the first snapshot.
    holders: HashMap<OsString, String>,
    has_snapshots: Option<bool>,
}

/// A disk on which others are based.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// The first of these.
    pub(super) child: OsString,
    /// The first of these that is known to be intact: the base has not been written to since it was created.
    pub(super) intact_child: Option<OsString>,
}

impl<'a> FolderDisks<'a> {
    /// Reads the start of every disk in the folder, and the list of snapshots of the VM with this configuration. Returns
    /// `None` if the folder cannot be listed, or if it has more disks than any VM.
    pub(super) fn read(neighbors: &Neighbors<'a>, document: &Document) -> Option<Self> {
        let folder = neighbors.folder;
        let mut names = folder.names().ok()?;
        names.retain(|name| may_be_disk(name));
        if names.len() > MAX_DISKS {
            return None;
        }
        names.sort_unstable();
        let disks: Vec<(OsString, Descriptor)> = names
            .into_iter()
            .filter_map(|name| {
                let disk = chained(disk::read_entry(folder, &name).ok()?);
                Some((name, disk))
            })
            .collect();
        let snapshots = neighbors.snapshots(document).ok().map(|list| list.unwrap_or_default().list);
        let mut found = Self {
            folder,
            disks: HashMap::new(),
            bases: HashMap::new(),
            tips: HashMap::new(),
            holders: HashMap::new(),
            has_snapshots: snapshots.as_ref().map(|list| !list.is_empty()),
        };
        for snapshot in snapshots.into_iter().flatten() {
            for disk in &snapshot.disks {
                if let Some(name) = found.locate(disk) {
                    found.holders.entry(name).or_insert_with(|| cut_name(&snapshot.name).into_owned());
                }
            }
        }
        let parents: HashMap<OsString, OsString> = disks
            .iter()
            .filter_map(|(name, disk)| Some((name.clone(), disk::parent_in(folder, Path::new(name), disk)?)))
            .collect();
        let names: Vec<OsString> = disks.iter().map(|(name, _)| name.clone()).collect();
        found.disks = disks.into_iter().collect();
        for child in names.iter().filter(|child| parents.contains_key(*child)) {
            found.add_child(child, &parents[child]);
        }
        found.find_tips(&names, &parents);
        Some(found)
    }

    fn add_child(&mut self, child: &OsStr, parent: &OsStr) {
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
    fn find_tips(&mut self, names: &[OsString], parents: &HashMap<OsString, OsString>) {
        let is_tip = |name: &&OsString| !self.bases.contains_key(*name) && !self.holders.contains_key(*name);
        for tip in names.iter().filter(is_tip) {
            let mut next = parents.get(tip);
            while let Some(name) = next {
                match self.tips.get_mut(name) {
                    None => {
                        self.tips.insert(name.clone(), Some(tip.clone()));
                    }
                    // The parents form a cycle.
                    Some(Some(known)) if known == tip => break,
                    Some(known @ Some(_)) => *known = None,
                    Some(None) => break,
                }
                next = parents.get(name);
            }
        }
    }

    /// Returns the name in the folder of a disk that the configuration names.
    pub(super) fn locate(&self, named: &str) -> Option<OsString> {
        name_in(self.folder, locate(named)?).map(OsStr::to_owned)
    }

    /// Returns the parent of the disk `name`, if both are in the folder.
    pub(super) fn parent_of(&self, name: &OsStr) -> Option<OsString> {
        disk::parent_in(self.folder, Path::new(name), self.disks.get(name)?)
    }

    /// Returns what is based on the disk `name`, if anything is.
    pub(super) fn base(&self, name: &OsStr) -> Option<&Base> {
        self.bases.get(name)
    }

    /// Returns the disk above `name` that the VM used last, if there is only one.
    pub(super) fn tip(&self, name: &OsStr) -> Option<&OsStr> {
        self.tips.get(name)?.as_deref()
    }

    /// Returns the name of the first snapshot that holds the disk `name`.
    pub(super) fn holder(&self, name: &OsStr) -> Option<&str> {
        self.holders.get(name).map(String::as_str)
    }

    /// Returns whether the VM is known to have no snapshots.
    pub(super) fn has_no_snapshots(&self) -> bool {
        self.has_snapshots == Some(false)
    }
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

    use super::{FolderDisks, may_be_disk};
    use crate::check::neighbors::Neighbors;
    use crate::document::Document;
    use crate::host::{FileKind, MemoryFolder};

    fn read(folder: &MemoryFolder) -> FolderDisks<'_> {
        let neighbors = Neighbors { folder, name: OsStr::new("vm.vmx") };
        FolderDisks::read(&neighbors, &Document::default()).expect("a folder that can be listed")
    }

    #[test]
    fn a_long_chain_with_a_branch_at_every_disk_is_read_in_linear_time() {
        const DISKS: usize = 5_000;
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
        let folder = MemoryFolder::with(&files);
        let disks = read(&folder);
        assert_eq!(disks.tip(OsStr::new("0.vmdk")), None, "there are many");
        let last = format!("{}.vmdk", DISKS - 1);
        let branch = format!("b{}.vmdk", DISKS - 1);
        assert_eq!(disks.tip(OsStr::new(&last)), Some(OsStr::new(&branch)));
        assert_eq!(disks.parent_of(OsStr::new(&branch)).as_deref(), Some(OsStr::new(&last)));
    }

    #[test]
    fn paths_in_the_folder_are_equal_and_others_are_none() {
        let folder = MemoryFolder::default().and("pipe.vmdk", FileKind::Pipe);
        let disks = read(&folder);
        for named in ["a.vmdk", "./a.vmdk", "/vmfs/volumes/ds/vm/a.vmdk"] {
            assert_eq!(disks.locate(named).as_deref(), Some(OsStr::new("a.vmdk")), "{named}");
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
