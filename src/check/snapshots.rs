//! Checks the list of snapshots in a `.vmsd`.

use std::collections::{HashMap, HashSet};

use super::neighbors::{Neighbors, Presence};
use crate::document::{Document, Key};
use crate::vm::snapshots::{Snapshot, Snapshots};

/// Returns what is wrong with a list of snapshots and the disks that it names.
///
/// `document` is the configuration: the disks may be in the folder of its `workingDir`.
pub(super) fn problems(neighbors: &Neighbors<'_>, document: &Document, vmsd: &Document) -> Vec<String> {
    let list = Snapshots::parse(vmsd).list;
    let uids: HashSet<u64> = list.iter().map(|snapshot| snapshot.uid).collect();
    // 0 means none.
    let is_known = |uid: u64| uid == 0 || uids.contains(&uid);
    let mut problems = Vec::new();
    for snapshot in &list {
        let name = &snapshot.name;
        if let Some(uid) = snapshot.parent.filter(|uid| !is_known(*uid)) {
            problems.push(format!("the parent of '{name}', snapshot {uid}, is not in the list"));
        }
        let is_missing = |disk: &&String| neighbors.presence_of_state(disk, document) == Presence::Missing;
        for disk in snapshot.disks.iter().filter(is_missing) {
            problems.push(format!("the disk '{disk}' of '{name}' does not exist"));
        }
    }
    if let Some(snapshot) = first_in_cycle(&list) {
        problems.push(format!("the parents of '{}' form a cycle", snapshot.name));
    }
    if let Some(uid) = current(vmsd).filter(|uid| !is_known(*uid)) {
        problems.push(format!("the current snapshot, {uid}, is not in the list"));
    }
    problems
}

/// Returns the first snapshot whose chain of parents does not end. Each snapshot is visited once.
fn first_in_cycle(list: &[Snapshot]) -> Option<&Snapshot> {
    let parents: HashMap<u64, u64> =
        list.iter().filter_map(|snapshot| Some((snapshot.uid, snapshot.parent?))).collect();
    let mut finite: HashSet<u64> = HashSet::with_capacity(list.len());
    for snapshot in list {
        let mut chain = HashSet::new();
        let mut next = Some(snapshot.uid);
        while let Some(uid) = next.filter(|uid| !finite.contains(uid)) {
            if !chain.insert(uid) {
                return Some(snapshot);
            }
            next = parents.get(&uid).copied();
        }
        finite.extend(chain);
    }
    None
}

fn current(vmsd: &Document) -> Option<u64> {
    let key = Key::parse("snapshot.current").ok()?;
    vmsd.find(&key).first()?.value().trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::problems;
    use crate::check::neighbors::Neighbors;
    use crate::document::Document;
    use crate::host::MemoryFolder;

    #[test]
    fn a_long_chain_of_snapshots_is_checked_in_linear_time() {
        use std::fmt::Write;
        const SNAPSHOTS: usize = 20_000;
        let mut vmsd = String::new();
        for at in 0..SNAPSHOTS {
            writeln!(vmsd, "snapshot{at}.uid = \"{}\"\nsnapshot{at}.parent = \"{at}\"", at + 1)
                .expect("a string");
        }
        let folder = MemoryFolder::default();
        let neighbors = Neighbors { folder: &folder, name: OsStr::new("vm.vmx") };
        assert_eq!(problems(&neighbors, &Document::default(), &Document::parse(vmsd.as_bytes())), [""; 0]);
        write!(
            vmsd,
            "snapshot{SNAPSHOTS}.uid = \"{0}\"\nsnapshot{SNAPSHOTS}.parent = \"{0}\"\n",
            SNAPSHOTS + 1
        )
        .expect("a string");
        let found = problems(&neighbors, &Document::default(), &Document::parse(vmsd.as_bytes()));
        assert_eq!(found, ["the parents of '' form a cycle"]);
    }
}
