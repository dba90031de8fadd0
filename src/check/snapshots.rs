//! Checks the list of snapshots in a `.vmsd`.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Severity;
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

/// A number or a mark in a list of snapshots that does not match its entries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Count {
    /// The key that holds it, in lower case.
    pub(super) key: String,
    pub(super) problem: String,
    pub(super) help: &'static str,
    pub(super) severity: Severity,
}

/// Returns the numbers of a list of snapshots that do not match its entries. VMware writes all of them; a repair by hand
/// leaves them behind.
pub(super) fn wrong_counts(vmsd: &Document) -> Vec<Count> {
    const HELP: &str = "correct the number, or remove the .vmsd if the VM has no snapshots";
    let (mut number_of_snapshots, mut last_uid, mut needs_consolidation) = (None, None, false);
    let mut snapshots: BTreeMap<u64, u64> = BTreeMap::new();
    // The number of disks that each snapshot states, and that it names.
    let mut disks: HashMap<u64, (Option<u64>, u64)> = HashMap::new();
    for entry in vmsd.entries() {
        let (key, value) = (entry.key().to_ascii_lowercase(), entry.value());
        let Some((slot, field)) = key.strip_prefix("snapshot").and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        let number = value.trim().parse::<u64>().ok();
        match (slot.parse::<u64>(), field) {
            (Ok(slot), "uid") => {
                snapshots.insert(slot, number.unwrap_or(0));
            }
            (Ok(slot), "numdisks") => disks.entry(slot).or_default().0 = number,
            (Ok(slot), field) if field.starts_with("disk") && field.ends_with(".filename") => {
                disks.entry(slot).or_default().1 += 1;
            }
            (Err(_), "numsnapshots") => number_of_snapshots = number,
            (Err(_), "lastuid") => last_uid = number,
            (Err(_), "needconsolidate") => needs_consolidation = value.eq_ignore_ascii_case("TRUE"),
            _ => {}
        }
    }
    let mut wrong = Vec::new();
    let mut report = |key: String, problem: String| {
        wrong.push(Count { key, problem, help: HELP, severity: Severity::Warning });
    };
    let listed = snapshots.len() as u64;
    if let Some(number) = number_of_snapshots.filter(|number| *number != listed) {
        let problem = format!("snapshot.numSnapshots is {number}, but the list has {listed}");
        report("snapshot.numsnapshots".to_owned(), problem);
    }
    let highest = snapshots.values().copied().max().unwrap_or(0);
    if let Some(number) = last_uid.filter(|number| *number < highest) {
        let problem = format!("snapshot.lastUID is {number}, less than {highest}, which is in the list");
        report("snapshot.lastuid".to_owned(), problem);
    }
    for slot in snapshots.keys() {
        let (stated, named) = disks.get(slot).copied().unwrap_or_default();
        if let Some(number) = stated.filter(|number| *number != named) {
            let problem = format!("snapshot{slot}.numDisks is {number}, but it names {named}");
            report(format!("snapshot{slot}.numdisks"), problem);
        }
    }
    if needs_consolidation {
        wrong.push(Count {
            key: "snapshot.needconsolidate".to_owned(),
            problem: "snapshot.needConsolidate is TRUE: a deleted snapshot still has disks".to_owned(),
            help: "consolidate the disks in VMware",
            severity: Severity::Note,
        });
    }
    wrong
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

    use super::{problems, wrong_counts};
    use crate::check::Severity;
    use crate::check::neighbors::Neighbors;
    use crate::document::Document;
    use crate::host::MemoryFolder;

    #[test]
    fn numbers_that_do_not_match_the_entries_are_reported() {
        let list = "snapshot.lastUID = \"3\"\nsnapshot.numSnapshots = \"3\"\nsnapshot.needConsolidate = \"TRUE\"\n\
                    snapshot0.uid = \"9\"\nsnapshot0.numDisks = \"2\"\nsnapshot0.disk0.fileName = \"a.vmdk\"\n\
                    snapshot4.uid = \"2\"\nsnapshot4.numDisks = \"0\"\n";
        let found = wrong_counts(&Document::parse(list));
        let found: Vec<(&str, Severity)> =
            found.iter().map(|count| (count.problem.as_str(), count.severity)).collect();
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
        assert_eq!(wrong_counts(&Document::parse(list)), []);
        assert_eq!(
            wrong_counts(&Document::parse("snapshot.lastUID = \"7\"\nsnapshot.numSnapshots = \"0\"\n")),
            []
        );
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
