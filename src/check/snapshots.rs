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
    let mut stated: HashMap<String, u64> = HashMap::new();
    let mut snapshots: BTreeMap<u64, u64> = BTreeMap::new();
    let mut disks: HashMap<u64, u64> = HashMap::new();
    let mut needs_consolidation = false;
    for entry in vmsd.entries() {
        let (key, value) = (entry.key().to_ascii_lowercase(), entry.value());
        let Some(rest) = key.strip_prefix("snapshot") else { continue };
        let (slot, field) = rest.split_once('.').unwrap_or((rest, ""));
        let slot = slot.parse::<u64>().ok();
        match (slot, field) {
            (Some(slot), "uid") => {
                snapshots.insert(slot, value.trim().parse().unwrap_or(0));
            }
            (Some(slot), field) if field.starts_with("disk") && field.ends_with(".filename") => {
                *disks.entry(slot).or_default() += 1;
            }
            (None, "needconsolidate") => needs_consolidation = value.eq_ignore_ascii_case("TRUE"),
            _ => {}
        }
        if matches!((slot, field), (None, "numsnapshots" | "lastuid") | (Some(_), "numdisks"))
            && let Ok(number) = value.trim().parse()
        {
            stated.entry(key).or_insert(number);
        }
    }
    let mut wrong = Vec::new();
    let mut report = |key: &str, problem: String| {
        wrong.push(Count { key: key.to_owned(), problem, help: HELP, severity: Severity::Warning });
    };
    let listed = snapshots.len() as u64;
    if let Some(number) = stated.get("snapshot.numsnapshots").filter(|number| **number != listed) {
        report(
            "snapshot.numsnapshots",
            format!("snapshot.numSnapshots is {number}, and {listed} are listed"),
        );
    }
    let highest = snapshots.values().copied().max().unwrap_or(0);
    if let Some(number) = stated.get("snapshot.lastuid").filter(|number| **number < highest) {
        let problem = format!("snapshot.lastUID is {number}, less than {highest}, which is in the list");
        report("snapshot.lastuid", problem);
    }
    for slot in snapshots.keys() {
        let named = disks.get(slot).copied().unwrap_or(0);
        let key = format!("snapshot{slot}.numdisks");
        if let Some(number) = stated.get(&key).filter(|number| **number != named) {
            report(&key, format!("snapshot{slot}.numDisks is {number}, and {named} are named"));
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
                ("snapshot.numSnapshots is 3, and 2 are listed", Severity::Warning),
                ("snapshot.lastUID is 3, less than 9, which is in the list", Severity::Warning),
                ("snapshot0.numDisks is 2, and 1 are named", Severity::Warning),
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
