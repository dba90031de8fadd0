//! Rules of `check` for disks that do not fit the snapshots of the VM, and what an edit reports about them.

use std::fs;

use vmxedit::check::Severity;

use super::findings_of;
use crate::harness::Scratch;

/// The codes of the rules that are tested here.
pub(super) const CODES: [&str; 3] = ["VMX180", "VMX181", "VMX182"];

/// Returns the content of a disk that is based on `parent`, unless that is empty.
fn disk(cid: &str, parent_cid: &str, parent: &str) -> String {
    let hint = if parent.is_empty() { String::new() } else { format!("parentFileNameHint=\"{parent}\"\n") };
    format!("# Disk DescriptorFile\nversion=1\nCID={cid}\nparentCID={parent_cid}\n{hint}RW 8 ZERO\n")
}

/// Adds a line to the configuration.
fn append(vm: &Scratch, line: &str) {
    let mut content = vm.read("vm.vmx");
    content.extend(line.as_bytes());
    vm.write("vm.vmx", content);
}

fn configuration(disk: &str) -> String {
    format!("scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"{disk}\"\n")
}

fn vm_with_disk(name: &str) -> Scratch {
    Scratch::with(configuration(name))
}

/// Creates a VM that uses the disk `name`; its snapshot 'before' holds root.vmdk, on which root-000001.vmdk is based.
fn vm_with_snapshot(name: &str) -> Scratch {
    let vm = vm_with_disk(name);
    vm.write("root.vmdk", disk("fffffffe", "ffffffff", ""));
    vm.write("root-000001.vmdk", disk("00000001", "fffffffe", "root.vmdk"));
    vm.write("vm.vmsd", LIST);
    vm
}

const LIST: &str = "snapshot.numSnapshots = \"1\"\nsnapshot.current = \"1\"\nsnapshot0.uid = \"1\"\n\
                    snapshot0.displayName = \"before\"\nsnapshot0.numDisks = \"1\"\nsnapshot0.disk0.fileName = \"root.vmdk\"\n";

#[test]
fn a_disk_below_a_snapshot_is_an_error_that_names_the_right_disk() {
    let found = findings_of(&vm_with_snapshot("root.vmdk"), "VMX181");
    assert_eq!(found.len(), 1, "{found:#?}");
    let finding = &found[0];
    assert_eq!((finding.severity, finding.span.as_ref().map(|span| span.line)), (Severity::Error, Some(3)));
    assert_eq!(
        finding.message,
        "'root.vmdk' belongs to the snapshot 'before', and 'root-000001.vmdk' is based on it"
    );
    assert_eq!(finding.help.as_deref(), Some("set scsi0:0.fileName = \"root-000001.vmdk\""));
}

#[test]
fn the_newest_disk_and_an_independent_one_are_not_reported() {
    assert!(findings_of(&vm_with_snapshot("root-000001.vmdk"), "VMX181").is_empty());
    let vm = vm_with_snapshot("root.vmdk");
    append(&vm, "scsi0:0.mode = \"independent-persistent\"\n");
    assert!(findings_of(&vm, "VMX181").is_empty());
}

#[test]
fn a_disk_is_known_by_every_path_to_its_folder() {
    let store = Scratch::new();
    std::fs::create_dir(store.path("vm")).unwrap();
    std::os::unix::fs::symlink("vm", store.path("link")).unwrap();
    store.write("vm/root.vmdk", disk("fffffffe", "ffffffff", ""));
    store.write("vm/root-000001.vmdk", disk("00000001", "fffffffe", &named(&store, "link/root.vmdk")));
    store.write("vm/vm.vmsd", LIST.replace("root.vmdk", &named(&store, "link/root.vmdk")));
    for path in
        ["root.vmdk", "../vm/root.vmdk", &named(&store, "vm/root.vmdk"), &named(&store, "link/root.vmdk")]
    {
        store.write("vm/vm.vmx", configuration(path));
        let found = store.run(&["check", "link/vm.vmx", "--allow", "VMX061"]);
        let message =
            format!("'{path}' belongs to the snapshot 'before', and 'root-000001.vmdk' is based on it");
        assert!(found.stdout.contains(&message), "{path}: {}", found.stdout);
    }
}

fn named(vm: &Scratch, path: &str) -> String {
    vm.path(path).to_str().unwrap().to_owned()
}

#[test]
fn the_right_disk_is_not_guessed_if_there_are_several() {
    let vm = vm_with_snapshot("root.vmdk");
    vm.write("root-000002.vmdk", disk("00000002", "fffffffe", "root.vmdk"));
    let found = findings_of(&vm, "VMX181");
    assert!(found[0].help.as_deref().unwrap().contains("vmware.log"), "{found:?}");
    // A second snapshot holds the first: only one disk is left that the VM may have used last.
    let list = LIST.replace("\"1\"\nsnapshot.current", "\"2\"\nsnapshot.current")
        + "snapshot1.uid = \"2\"\nsnapshot1.displayName = \"later\"\nsnapshot1.disk0.fileName = \"root-000001.vmdk\"\n";
    vm.write("vm.vmsd", list);
    let found = findings_of(&vm, "VMX181");
    assert_eq!(found[0].help.as_deref(), Some("set scsi0:0.fileName = \"root-000002.vmdk\""));
}

#[test]
fn a_list_that_names_the_disk_is_a_warning_if_nothing_is_based_on_it() {
    let vm = vm_with_snapshot("root.vmdk");
    fs::remove_file(vm.path("root-000001.vmdk")).unwrap();
    let found = findings_of(&vm, "VMX181");
    assert_eq!(found[0].severity, Severity::Warning, "{found:?}");
    vm.write("vm.vmsd", "");
    assert!(findings_of(&vm, "VMX181").is_empty());
}

#[test]
fn a_disk_under_one_that_no_list_names_is_a_warning_until_it_is_written_to() {
    let vm = vm_with_disk("root.vmdk");
    vm.write("root.vmdk", disk("0000000a", "ffffffff", ""));
    vm.write("clone.vmdk", disk("0000000b", "0000000A", "root.vmdk"));
    let found = findings_of(&vm, "VMX181");
    assert_eq!(found[0].severity, Severity::Warning, "{found:?}");
    assert_eq!(found[0].message, "'clone.vmdk' is based on 'root.vmdk': it is lost when the VM writes");
    // The id changes when the VM writes, but releases of ESX write one that never changes.
    for (cid, parent_cid) in [("0000000c", "0000000a"), ("fffffffe", "fffffffe")] {
        vm.write("root.vmdk", disk(cid, "ffffffff", ""));
        vm.write("clone.vmdk", disk("0000000b", parent_cid, "root.vmdk"));
        assert!(findings_of(&vm, "VMX181").is_empty(), "{cid}");
    }
}

#[test]
fn chains_that_do_not_end_and_files_that_hold_data_are_passed_over() {
    let vm = vm_with_disk("a.vmdk");
    vm.write("a.vmdk", disk("1", "2", "b.vmdk"));
    vm.write("b.vmdk", disk("2", "1", "a.vmdk"));
    vm.write("c.vmdk", disk("3", "2", "./b.vmdk"));
    vm.write("c-s001.vmdk", disk("3", "1", "a.vmdk"));
    std::os::unix::fs::symlink(vm.path("c.vmdk"), vm.path("d.vmdk")).unwrap();
    let found = findings_of(&vm, "VMX181");
    assert_eq!(found[0].message, "'b.vmdk' is based on 'a.vmdk': it is lost when the VM writes");
    assert_eq!(found[0].help.as_deref(), Some("set scsi0:0.fileName = \"c.vmdk\""), "a link is not followed");
}

#[test]
fn a_delta_without_a_listed_snapshot_is_a_note() {
    for list in [None, Some(""), Some("snapshot.numSnapshots = \"0\"\n")] {
        let vm = vm_with_snapshot("root-000001.vmdk");
        fs::remove_file(vm.path("vm.vmsd")).unwrap();
        if let Some(list) = list {
            vm.write("vm.vmsd", list);
        }
        let found = findings_of(&vm, "VMX182");
        assert_eq!((found.len(), found[0].severity), (1, Severity::Note), "{list:?}");
        assert_eq!(
            found[0].message,
            "'root-000001.vmdk' is based on 'root.vmdk', but the VM has no snapshots"
        );
    }
}

#[test]
fn a_listed_snapshot_a_linked_clone_and_a_list_that_cannot_be_read_are_not_reported() {
    assert!(findings_of(&vm_with_snapshot("root-000001.vmdk"), "VMX182").is_empty());
    let clone = vm_with_disk("clone.vmdk");
    clone.write("clone.vmdk", disk("1", "2", "../base/root.vmdk"));
    assert!(findings_of(&clone, "VMX182").is_empty());
    let unreadable = vm_with_snapshot("root-000001.vmdk");
    unreadable.write("vm.vmsd", "x".repeat((4 << 20) + 1));
    assert!(findings_of(&unreadable, "VMX182").is_empty());
}

#[test]
fn a_shared_disk_of_a_snapshot_is_an_error() {
    let vm = vm_with_snapshot("root-000001.vmdk");
    append(&vm, "scsi0:0.sharing = \"multi-writer\"\n");
    let found = findings_of(&vm, "VMX180");
    assert_eq!((found.len(), found[0].severity), (1, Severity::Error));
    let base = vm_with_snapshot("root.vmdk");
    append(&base, "scsi0:0.sharing = \"multi-writer\"\n");
    assert!(findings_of(&base, "VMX180").is_empty());
}

#[test]
fn an_edit_that_makes_the_vm_use_a_disk_below_a_snapshot_says_so() {
    for option in ["--verbose", "--dry-run", "--json"] {
        let vm = vm_with_snapshot("root-000001.vmdk");
        let ran = vm.run(&["set", option, "vm.vmx", "scsi0:0.fileName=root.vmdk"]);
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(shown.contains("belongs to the snapshot 'before'"), "{option}: {shown}");
        assert!(shown.contains("(VMX181)"), "{option}: {shown}");
    }
}

#[test]
fn an_edit_reports_a_missing_disk_only_if_it_changes_the_disk() {
    let vm = vm_with_snapshot("root-000001.vmdk");
    let set = |setting: &str| {
        let ran = vm.run(&["set", "vm.vmx", setting]);
        format!("{}{}", ran.stdout, ran.stderr)
    };
    assert!(set("scsi0:0.fileName=gone.vmdk").contains("(VMX110)"));
    assert!(!set("memsize=512").contains("VMX110"), "it was missing before");
    assert!(!set("scsi0:0.fileName=root-000001.vmdk").contains("VMX"));
}

#[test]
fn a_list_of_snapshots_in_the_working_directory_counts() {
    let vm = vm_with_snapshot("root-000001.vmdk");
    append(&vm, "workingDir = \"work\"\n");
    vm.write("work/vm.vmsd", LIST);
    fs::remove_file(vm.path("vm.vmsd")).unwrap();
    assert!(findings_of(&vm, "VMX182").is_empty());
    let vm = vm_with_snapshot("root.vmdk");
    append(&vm, "workingDir = \"work\"\n");
    vm.write("work/vm.vmsd", LIST);
    fs::remove_file(vm.path("vm.vmsd")).unwrap();
    assert_eq!(findings_of(&vm, "VMX181").len(), 1);
}
