//! The snapshots of a VM, as the `.vmsd` in its folder lists them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use super::disk;
use super::named_file::locate;
use crate::document::Document;
use crate::host::{FolderView, is_not_regular};
use crate::vm::working_dir::{self, WorkingDir};

/// Maximum size of a `.vmsd`, in bytes. Real ones have about 1 KB for each snapshot; parsing takes up to ten times the
/// size.
const MAX_VMSD_SIZE: usize = 4 << 20;

/// The snapshots of a VM.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::vm::snapshots::Snapshots;
///
/// let list = Document::parse(
///     "snapshot.current = \"2\"\n\
///      snapshot0.uid = \"1\"\nsnapshot0.displayName = \"first\"\n\
///      snapshot1.uid = \"2\"\nsnapshot1.displayName = \"second\"\nsnapshot1.parent = \"1\"\n",
/// );
/// let snapshots = Snapshots::parse(&list);
/// let depths: Vec<usize> = snapshots.tree().iter().map(|(depth, _)| *depth).collect();
/// assert_eq!(depths, [0, 1]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshots {
    /// In the order of the file, which is mostly that of time.
    pub list: Vec<Snapshot>,
    /// The uid of the snapshot that the VM's state is based on, if it is in the list.
    pub current: Option<u64>,
    /// What the file says about the whole list.
    pub(crate) summary: Summary,
}

/// What a `.vmsd` says about the whole list. A repair by hand leaves wrong numbers behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// How many snapshots there are.
    pub(crate) count: Option<u64>,
    /// The uid of the snapshot that was taken last. It may have been deleted.
    pub(crate) last_uid: Option<u64>,
    /// The uid of the snapshot that the VM's state is based on. 0 means none.
    pub(crate) current: Option<u64>,
    /// Whether a deleted snapshot still has disks.
    pub(crate) needs_consolidation: bool,
}

/// One snapshot.
///
/// ```
/// use vmxedit::Document;
/// use vmxedit::vm::snapshots::Snapshots;
///
/// let list = Document::parse(
///     "snapshot.current = \"2\"\n\
///      snapshot0.uid = \"1\"\nsnapshot0.displayName = \"first\"\n\
///      snapshot1.uid = \"2\"\nsnapshot1.displayName = \"second\"\nsnapshot1.parent = \"1\"\n",
/// );
/// let snapshots = Snapshots::parse(&list);
/// let second = &snapshots.list[1];
/// assert_eq!((second.name.as_str(), second.parent), ("second", Some(1)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The number in its keys: 0 in `snapshot0.uid`.
    pub(crate) slot: u32,
    /// Its number in this VM.
    pub uid: u64,
    /// The uid of the snapshot that it was taken after, if that still exists.
    pub parent: Option<u64>,
    /// The name that the user gave it.
    pub name: String,
    /// The description that the user gave it.
    pub description: Option<String>,
    /// When it was taken, in microseconds since 1970 (UTC).
    pub taken: Option<i64>,
    /// The file with its state, as the `.vmsd` names it.
    pub file: Option<String>,
    /// The disks that hold its content, as the `.vmsd` names them.
    pub disks: Vec<String>,
    /// How many disks the `.vmsd` says that it has.
    pub(crate) disk_count: Option<u32>,
}

/// Returns the name of the `.vmsd` that lists the snapshots of the VM with the configuration `vmx`.
pub fn list_name(vmx: &OsStr) -> OsString {
    Path::new(vmx).with_extension("vmsd").into_os_string()
}

/// Returns how many snapshots the VM with the configuration `vmx` in `folder` has: 0 without a `.vmsd`, or with an empty
/// one.
///
/// # Errors
/// The system's; [`io::ErrorKind::InvalidInput`] where the `.vmsd` is not a regular file, [`io::ErrorKind::FileTooLarge`]
/// past 4 MiB, and [`io::ErrorKind::InvalidData`] where it lists snapshots and not their number.
///
/// Source: VMware writes `snapshot.numSnapshots` into every `.vmsd` that is not empty.
pub fn count(folder: &dyn FolderView, vmx: &OsStr) -> io::Result<usize> {
    let Some(document) = read(folder, vmx)? else { return Ok(0) };
    match document.value("snapshot.numSnapshots").map(Cow::into_owned) {
        Some(number) => number.trim().parse().map_err(|_| io::ErrorKind::InvalidData.into()),
        None if document
            .entries()
            .any(|entry| entry.key().to_ascii_lowercase().starts_with("snapshot0.")) =>
        {
            Err(io::ErrorKind::InvalidData.into())
        }
        None => Ok(0),
    }
}

/// Returns the first of the disks of a VM that holds only the changes since a snapshot, and is in the folder of the disk that
/// it is based on. If no snapshot is listed, a backup that failed left it. A linked clone, whose base is in another folder,
/// has none.
///
/// Reads the descriptors of the disks up to this one; of 1,000 at most, more than a VM can have.
pub fn delta_beside_base<'n>(
    folder: &dyn FolderView,
    disks: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    const MAX_DISKS: usize = 1000;
    disks.into_iter().take(MAX_DISKS).find(|name| {
        let Some(path) = locate(name) else { return false };
        disk::read(folder, path).is_ok_and(|disk| disk::parent_in(folder, path, &disk).is_some())
    })
}

/// Reads the `.vmsd` of `vmx` in `folder`. Returns `None` where it does not exist.
///
/// # Errors
/// As [`count`], except for what it lists.
pub(crate) fn read(folder: &dyn FolderView, vmx: &OsStr) -> io::Result<Option<Document>> {
    match folder.read(Path::new(&list_name(vmx)), MAX_VMSD_SIZE) {
        Ok(bytes) => Ok(Some(Document::parse(bytes))),
        // Its name is longer than that of the configuration: it may be too long for any file.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Opens the folder with the `.vmsd` of `vmx`, whose content is `document`, where that is not `folder` but the one that
/// `workingDir` names.
pub fn other_folder(
    folder: &dyn FolderView,
    vmx: &OsStr,
    document: &Document,
) -> Option<Box<dyn FolderView>> {
    let has_list = |folder: &dyn FolderView| folder.stat_entry(&list_name(vmx)).is_ok();
    if has_list(folder) {
        return None;
    }
    match working_dir::of(folder, document) {
        WorkingDir::Other(other) if has_list(&*other) => Some(other),
        _ => None,
    }
}

impl Snapshots {
    /// Reads the `.vmsd` of `vmx` in `folder`. Returns `None` where it does not exist or is not a regular file. An empty
    /// one lists no snapshots.
    ///
    /// # Errors
    /// The system's, on the `.vmsd`; [`io::ErrorKind::FileTooLarge`] past 4 MiB.
    pub fn of(folder: &dyn FolderView, vmx: &OsStr) -> io::Result<Option<Self>> {
        match read(folder, vmx) {
            Err(error) if is_not_regular(&error) => Ok(None),
            document => Ok(document?.as_ref().map(Self::parse)),
        }
    }

    /// Returns the snapshots that the content of a `.vmsd` lists. Slot numbers may have gaps; slots without a `uid` are
    /// skipped.
    pub fn parse(document: &Document) -> Self {
        let number = |key: &str| {
            document.value(key).map(Cow::into_owned).and_then(|text| text.trim().parse::<u64>().ok())
        };
        let mut slots: Vec<u32> = document.entries().filter_map(|entry| slot(&entry.key())).collect();
        slots.sort_unstable();
        slots.dedup();
        // A list that grows takes twice the memory for a moment.
        let mut list = Vec::with_capacity(slots.len());
        list.extend(slots.iter().filter_map(|slot| Snapshot::read(document, *slot)));
        let mut seen = HashSet::new();
        list.retain(|snapshot| seen.insert(snapshot.uid));
        let current = number("snapshot.current");
        let summary = Summary {
            count: number("snapshot.numSnapshots"),
            last_uid: number("snapshot.lastUID"),
            current,
            needs_consolidation: document
                .value("snapshot.needConsolidate")
                .is_some_and(|value| value.eq_ignore_ascii_case("TRUE")),
        };
        let current = current.filter(|uid| list.iter().any(|known| known.uid == *uid));
        Self { list, current, summary }
    }

    /// Returns every snapshot once, each before those that were taken after it, with its depth in the tree. Those whose
    /// parents form a cycle come last, at depth 0.
    pub fn tree(&self) -> Vec<(usize, &Snapshot)> {
        let known: HashSet<u64> = self.list.iter().map(|snapshot| snapshot.uid).collect();
        let mut after: HashMap<Option<u64>, Vec<&Snapshot>> = HashMap::new();
        for snapshot in self.list.iter().rev() {
            after.entry(snapshot.parent.filter(|uid| known.contains(uid))).or_default().push(snapshot);
        }
        let mut next: Vec<_> =
            after.remove(&None).unwrap_or_default().into_iter().map(|first| (0, first)).collect();
        let mut tree = Vec::with_capacity(self.list.len());
        while let Some((depth, snapshot)) = next.pop() {
            tree.push((depth, snapshot));
            let children = after.remove(&Some(snapshot.uid)).unwrap_or_default();
            next.extend(children.into_iter().map(|child| (depth + 1, child)));
        }
        let mut cycles: Vec<&Snapshot> = after.into_values().flatten().collect();
        cycles.sort_by_key(|snapshot| snapshot.uid);
        tree.extend(cycles.into_iter().map(|snapshot| (0, snapshot)));
        tree
    }
}

impl Snapshot {
    fn read(document: &Document, slot: u32) -> Option<Self> {
        let field = |name: &str| document.value(&format!("snapshot{slot}.{name}")).map(Cow::into_owned);
        let number = |name: &str| field(name).and_then(|text| text.trim().parse::<i64>().ok());
        let disk = |at: u32| field(&format!("disk{at}.fileName"));
        Some(Self {
            slot,
            uid: field("uid")?.trim().parse().ok()?,
            parent: field("parent").and_then(|text| text.trim().parse().ok()),
            name: field("displayName").unwrap_or_default(),
            description: field("description").filter(|text| !text.is_empty()),
            taken: number("createTimeHigh")
                .zip(number("createTimeLow"))
                .and_then(|(high, low)| time(high, low)),
            file: field("filename"),
            disks: (0..).map_while(disk).collect(),
            disk_count: field("numDisks").and_then(|text| text.trim().parse().ok()),
        })
    }
}

/// Joins two halves of 32 bits. VMware writes each as a signed number; the sign has no meaning.
fn time(high: i64, low: i64) -> Option<i64> {
    high.checked_mul(1 << 32)?.checked_add(low & 0xFFFF_FFFF)
}

/// Returns N of a key `snapshotN.uid`.
fn slot(key: &str) -> Option<u32> {
    let key = key.to_ascii_lowercase();
    key.strip_prefix("snapshot")?.strip_suffix(".uid")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fmt::Write as _;
    use std::io;

    use super::{Snapshots, count, delta_beside_base};
    use crate::document::Document;
    use crate::host::{FileKind, Folder, MemoryFolder};

    #[test]
    fn snapshots_are_read_with_their_parents_and_times() {
        let text = ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"7\"\nsnapshot.numSnapshots = \"2\"\nsnapshot.current = \"7\"\n\
                    snapshot0.uid = \"1\"\nsnapshot0.displayName = \"first\"\nsnapshot0.createTimeHigh = \"391236\"\n\
                    snapshot0.createTimeLow = \"-1431655766\"\nsnapshot0.disk0.fileName = \"vm.vmdk\"\n\
                    snapshot3.uid = \"7\"\nsnapshot3.parent = \"1\"\nsnapshot3.displayName = \"second\"\n";
        let found = Snapshots::parse(&Document::parse(text));
        assert_eq!(found.current, Some(7));
        let [first, second] = &found.list[..] else { panic!("two: {found:?}") };
        assert_eq!((first.uid, first.parent, &*first.name), (1, None, "first"));
        assert_eq!(first.taken, Some((391_236_i64 << 32) + 0xAAAA_AAAA));
        assert_eq!(first.disks, ["vm.vmdk"]);
        assert_eq!((second.uid, second.parent, second.taken), (7, Some(1), None));
        assert_eq!(Snapshots::parse(&Document::parse("")), Snapshots::default());
    }

    #[test]
    fn the_list_has_the_name_of_the_configuration() {
        let folder = MemoryFolder::with(&[("my.vm.vmsd", b"snapshot.numSnapshots = \"2\"\n")]);
        assert_eq!(count(&folder, OsStr::new("my.vm.vmx")).expect("a list"), 2);
        assert_eq!(count(&folder, OsStr::new("my.vmx")).expect("no list"), 0);
        assert_eq!(Snapshots::of(&folder, OsStr::new("my.vmx")).expect("no list"), None);
    }

    #[test]
    fn a_delta_is_found_beside_its_base_and_not_in_a_linked_clone() {
        let delta = |hint: &str| format!("# Disk DescriptorFile\nCID=0a\nparentFileNameHint=\"{hint}\"\n");
        let found = |hint: &str| {
            let disk = delta(hint);
            let folder = MemoryFolder::with(&[("a-000001.vmdk", disk.as_bytes())]);
            delta_beside_base(&folder, ["gone.vmdk", "D:\\a.vmdk", "a-000001.vmdk"]).is_some()
        };
        for hint in ["a.vmdk", "./a.vmdk", "/vmfs/volumes/ds/vm/a.vmdk"] {
            assert!(found(hint), "{hint}");
        }
        for hint in ["", "../base/a.vmdk", "/vmfs/volumes/ds/base/a.vmdk", "D:\\base\\a.vmdk"] {
            assert!(!found(hint), "{hint}");
        }
    }

    #[test]
    fn what_is_not_a_regular_file_in_the_place_of_the_list_is_not_counted() {
        let vmx = OsStr::new("vm.vmx");
        for kind in [FileKind::Pipe, FileKind::Device, FileKind::Socket, FileKind::Folder] {
            let folder = MemoryFolder::default().and("vm.vmsd", kind);
            assert!(count(&folder, vmx).is_err(), "{kind:?}");
            assert_eq!(Snapshots::of(&folder, vmx).expect("as if it were not there"), None);
        }
    }

    #[test]
    fn a_list_of_3_gb_and_a_name_that_is_too_long_for_a_list_are_told_apart() {
        let files = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(files.path()).expect("opened");
        let list = std::fs::File::create(files.path().join("vm.vmsd")).expect("created");
        list.set_len(3 << 30).expect("a sparse file");
        let too_large = |error: io::Error| error.kind() == io::ErrorKind::FileTooLarge;
        assert!(count(&folder, OsStr::new("vm.vmx")).is_err_and(too_large));
        assert!(Snapshots::of(&folder, OsStr::new("vm.vmx")).is_err_and(too_large));
        let longest = format!("{}.vmx", "x".repeat(251));
        assert_eq!(count(&folder, OsStr::new(&longest)).expect("no list"), 0);
    }

    #[test]
    fn the_tree_has_each_snapshot_once_even_where_parents_form_cycles() {
        let family = [(1, 0), (2, 1), (3, 2), (4, 1), (7, 8), (8, 7), (9, 9), (2, 4), (5, 77)];
        let mut text = String::new();
        for (at, (uid, parent)) in family.iter().enumerate() {
            writeln!(text, "snapshot{at}.uid = \"{uid}\"\nsnapshot{at}.parent = \"{parent}\"")
                .expect("text grows");
        }
        let found = Snapshots::parse(&Document::parse(text));
        let tree: Vec<(usize, u64)> = found.tree().iter().map(|(depth, known)| (*depth, known.uid)).collect();
        assert_eq!(tree, [(0, 1), (1, 2), (2, 3), (1, 4), (0, 5), (0, 7), (0, 8), (0, 9)]);
    }
}
