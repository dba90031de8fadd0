//! Checks the list of snapshots in a `.vmsd`.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::Severity;
use super::finding::cut_name;
use super::neighbors::{Neighbors, Presence};
use crate::document::Document;
use crate::vm::snapshots::{Snapshot, Snapshots};
use crate::vm::working_dir;

/// Something that is wrong with a list of snapshots.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The key that says it, in lower case.
    pub(super) key: String,
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) severity: Severity,
}

impl Problem {
    fn broken(key: String, message: String) -> Self {
        let help = "copy the missing files from the original VM";
        Self { key, message, help, severity: Severity::Error }
    }

    fn wrong_number(key: String, message: String) -> Self {
        let help = "correct the number, or remove the .vmsd if the VM has no snapshots";
        Self { key, message, help, severity: Severity::Warning }
    }
}

/// Returns what is wrong with a list of snapshots and the disks that it names.
///
/// `configuration` is that of the VM: the disks may be in the folder of its `workingDir`.
pub(super) fn problems(
    neighbors: &Neighbors<'_>,
    configuration: &Document,
    snapshots: &Snapshots,
) -> Vec<Problem> {
    let mut problems = wrong_numbers(snapshots);
    problems.extend(broken_links(neighbors, configuration, snapshots));
    problems
}

/// Returns the snapshots and disks that are missing.
fn broken_links(neighbors: &Neighbors<'_>, configuration: &Document, snapshots: &Snapshots) -> Vec<Problem> {
    let list = &snapshots.list;
    let uids: HashSet<u64> = list.iter().map(|snapshot| snapshot.uid).collect();
    // 0 means none.
    let is_known = |uid: u64| uid == 0 || uids.contains(&uid);
    let mut problems = Vec::new();
    let working_dir = OnceCell::new();
    for Snapshot { slot, name, parent, disks, .. } in list {
        let name = cut_name(name);
        if let Some(uid) = parent.filter(|uid| !is_known(*uid)) {
            let message = format!("the parent of '{name}', snapshot {uid}, is not in the list");
            problems.push(Problem::broken(format!("snapshot{slot}.parent"), message));
        }
        for (at, disk) in disks.iter().enumerate() {
            let working_dir = || working_dir.get_or_init(|| working_dir::of(neighbors.folder, configuration));
            if neighbors.presence_of_state(disk, working_dir) == Presence::Missing {
                let key = format!("snapshot{slot}.disk{at}.filename");
                let message = format!("the disk '{}' of '{name}' does not exist", cut_name(disk));
                problems.push(Problem::broken(key, message));
            }
        }
    }
    if let Some(Snapshot { slot, name, .. }) = first_in_cycle(list) {
        let message = format!("the parents of '{}' form a cycle", cut_name(name));
        problems.push(Problem::broken(format!("snapshot{slot}.parent"), message));
    }
    if let Some(uid) = snapshots.summary.current.filter(|uid| !is_known(*uid)) {
        let message = format!("the current snapshot, {uid}, is not in the list");
        problems.push(Problem::broken("snapshot.current".to_owned(), message));
    }
    problems
}

/// Returns the numbers that do not match the list.
fn wrong_numbers(snapshots: &Snapshots) -> Vec<Problem> {
    let Snapshots { list, summary, .. } = snapshots;
    let mut problems = Vec::new();
    let listed = list.len() as u64;
    if let Some(count) = summary.count.filter(|count| *count != listed) {
        let message = format!("snapshot.numSnapshots is {count}, but the list has {listed}");
        problems.push(Problem::wrong_number("snapshot.numsnapshots".to_owned(), message));
    }
    let highest = list.iter().map(|snapshot| snapshot.uid).max().unwrap_or(0);
    if let Some(uid) = summary.last_uid.filter(|uid| *uid < highest) {
        let message = format!("snapshot.lastUID is {uid}, less than {highest}, which is in the list");
        problems.push(Problem::wrong_number("snapshot.lastuid".to_owned(), message));
    }
    for Snapshot { slot, disks, disk_count, .. } in list {
        let named = disks.len();
        if let Some(count) = disk_count.filter(|count| usize::try_from(*count) != Ok(named)) {
            let message = format!("snapshot{slot}.numDisks is {count}, but it names {named}");
            problems.push(Problem::wrong_number(format!("snapshot{slot}.numdisks"), message));
        }
    }
    if summary.needs_consolidation {
        problems.push(Problem {
            key: "snapshot.needconsolidate".to_owned(),
            message: "snapshot.needConsolidate is TRUE: a deleted snapshot still has disks".to_owned(),
            help: "consolidate the disks in VMware",
            severity: Severity::Note,
        });
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

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{Problem, problems, wrong_numbers};
    use crate::check::Severity;
    use crate::check::neighbors::Neighbors;
    use crate::document::Document;
    use crate::host::MemoryFolder;
    use crate::vm::snapshots::Snapshots;

    #[test]
    fn numbers_that_do_not_match_the_entries_are_reported() {
        let list = "snapshot.lastUID = \"3\"\nsnapshot.numSnapshots = \"3\"\nsnapshot.needConsolidate = \"TRUE\"\n\
                    snapshot0.uid = \"9\"\nsnapshot0.numDisks = \"2\"\nsnapshot0.disk0.fileName = \"a.vmdk\"\n\
                    snapshot4.uid = \"2\"\nsnapshot4.numDisks = \"0\"\n";
        let wrong = |list: &str| wrong_numbers(&Snapshots::parse(&Document::parse(list)));
        let found = wrong(list);
        let found: Vec<(&str, Severity)> =
            found.iter().map(|problem| (problem.message.as_str(), problem.severity)).collect();
        assert_eq!(
            found,
            [
                ("snapshot.numSnapshots is 3, but the list has 2", Severity::Warning),
                ("snapshot.lastUID is 3, less than 9, which is in the list", Severity::Warning),
                ("snapshot0.numDisks is 2, but it names 1", Severity::Warning),
                ("snapshot.needConsolidate is TRUE: a deleted snapshot still has disks", Severity::Note),
            ]
        );
        let list = "snapshot.lastUID = \"9\"\nsnapshot.numSnapshots = \"1\"\nsnapshot.needConsolidate = \"FALSE\"\n\
                    snapshot0.uid = \"9\"\nsnapshot0.numDisks = \"1\"\nsnapshot0.disk0.fileName = \"a.vmdk\"\n";
        assert_eq!(wrong(list), []);
        assert_eq!(wrong("snapshot.lastUID = \"7\"\nsnapshot.numSnapshots = \"0\"\n"), []);
    }

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
        let found = |list: &str| -> Vec<Problem> {
            problems(&neighbors, &Document::default(), &Snapshots::parse(&Document::parse(list)))
        };
        assert_eq!(found(&vmsd), []);
        write!(
            vmsd,
            "snapshot{SNAPSHOTS}.uid = \"{0}\"\nsnapshot{SNAPSHOTS}.parent = \"{0}\"\n",
            SNAPSHOTS + 1
        )
        .expect("a string");
        let [cycle] = &found(&vmsd)[..] else { panic!("one problem") };
        assert_eq!(cycle.message, "the parents of '' form a cycle");
    }
}
