//! Rules of `check` that read other files in the folder of the `.vmx`.

use std::fs;

use super::findings_of;
use vmxedit::Document;
use vmxedit::check::{self, Finding, Severity};

use crate::harness::{Scratch, isolated, lock_member};

/// The codes of the rules that are tested here.
pub(super) const CODES: [&str; 8] =
    ["VMX110", "VMX111", "VMX112", "VMX113", "VMX114", "VMX115", "VMX116", "VMX117"];

fn lines(findings: &[Finding]) -> Vec<Option<usize>> {
    findings.iter().map(|finding| finding.span.as_ref().map(|span| span.line)).collect()
}

const DISK: &str = "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"disk.vmdk\"\n";

#[test]
fn a_missing_disk_is_an_error_if_other_files_of_the_vm_exist() {
    let vm = Scratch::with(DISK);
    vm.write("vmware.log", "");
    let with_log = findings_of(&vm, "VMX110");
    assert_eq!((lines(&with_log), with_log[0].severity), (vec![Some(2)], Severity::Error));
}

#[test]
fn a_missing_disk_of_a_lone_vmx_file_is_a_note_because_the_file_may_be_a_copy() {
    let without_log = findings_of(&Scratch::with(DISK), "VMX110");
    assert_eq!((lines(&without_log), without_log[0].severity), (vec![Some(2)], Severity::Note));
}

#[test]
fn a_disk_that_exists_is_not_reported() {
    let vm = Scratch::with(DISK);
    vm.write("vmware.log", "");
    vm.write("disk.vmdk", "KDMV");
    assert!(findings_of(&vm, "VMX110").is_empty());
}

#[test]
fn paths_of_other_hosts_are_not_checked() {
    for named in ["C:\\vm\\disk.vmdk", "/vmfs/volumes/ds/disk.vmdk", "\\\\host\\x.vmdk", "other\\disk.vmdk"] {
        let vm = Scratch::with(format!("ide0:0.present = \"TRUE\"\nide0:0.fileName = \"{named}\"\n"));
        assert!(findings_of(&vm, "VMX110").is_empty(), "{named}");
    }
}

const CD: &str =
    "ide1:0.present = \"TRUE\"\nide1:0.deviceType = \"cdrom-image\"\nide1:0.fileName = \"x.iso\"\n";

#[test]
fn a_missing_image_is_reported() {
    assert_eq!(lines(&findings_of(&Scratch::with(CD), "VMX111")), [Some(3)]);
}

#[test]
fn a_missing_image_of_a_drive_that_starts_disconnected_is_not_reported() {
    let vm = Scratch::with(format!("{CD}ide1:0.startConnected = \"FALSE\"\n"));
    assert!(findings_of(&vm, "VMX111").is_empty());
}

#[test]
fn the_name_that_esxi_writes_for_an_empty_drive_is_not_reported() {
    let vm = Scratch::with(CD.replace("x.iso", "emptyBackingString"));
    assert!(findings_of(&vm, "VMX111").is_empty());
}

#[test]
fn a_missing_nvram_and_a_missing_saved_state_are_reported() {
    let vm = Scratch::with("nvram = \"vm.nvram\"\ncheckpoint.vmState = \"vm.vmss\"\n");
    vm.write("vmware.log", "");
    assert_eq!(lines(&findings_of(&vm, "VMX112")), [Some(1)]);
    assert_eq!(lines(&findings_of(&vm, "VMX114")), [Some(2)]);
    vm.write("vm.nvram", "x");
    vm.write("vm.vmss", "x");
    assert!(findings_of(&vm, "VMX112").is_empty() && findings_of(&vm, "VMX114").is_empty());
}

const CHILD: &str =
    "# Disk DescriptorFile\nversion=1\nparentFileNameHint=\"base.vmdk\"\nRW 8 SPARSE \"disk-s001.vmdk\"\n";
const BASE: &str = "# Disk DescriptorFile\nversion=1\nRW 8 FLAT \"base-flat.vmdk\" 0\nRW 8 ZERO\n";

/// Creates a VM with a disk that is based on another one.
fn vm_with_chain() -> Scratch {
    let vm = Scratch::with(DISK);
    vm.write("disk.vmdk", CHILD);
    vm.write("disk-s001.vmdk", "KDMV");
    vm.write("base.vmdk", BASE);
    vm.write("base-flat.vmdk", vec![0; 8 * 512]);
    vm
}

#[test]
fn a_complete_disk_chain_is_not_reported() {
    assert!(findings_of(&vm_with_chain(), "VMX113").is_empty());
}

#[test]
fn a_missing_parent_in_a_disk_chain_is_reported() {
    let vm = vm_with_chain();
    fs::remove_file(vm.path("base.vmdk")).unwrap();
    let missing = findings_of(&vm, "VMX113");
    assert!(missing[0].message.contains("'base.vmdk'"), "{missing:?}");
}

#[test]
fn a_missing_extent_in_a_disk_chain_is_reported() {
    let vm = vm_with_chain();
    fs::remove_file(vm.path("base-flat.vmdk")).unwrap();
    let missing = findings_of(&vm, "VMX113");
    assert_eq!(lines(&missing), [Some(2)]);
    assert!(missing[0].message.contains("'base-flat.vmdk'"), "{missing:?}");
}

#[test]
fn a_parent_that_changed_in_a_disk_chain_is_reported() {
    let vm = vm_with_chain();
    vm.write("disk.vmdk", CHILD.replace("version=1", "version=1\nparentCID=00000001"));
    vm.write("base.vmdk", BASE.replace("version=1", "version=1\nCID=00000002"));
    let changed = findings_of(&vm, "VMX113");
    assert!(changed[0].message.contains("its parent 'base.vmdk' was changed"), "{changed:?}");
}

#[test]
fn a_disk_chain_that_does_not_end_is_reported_once() {
    let vm = vm_with_chain();
    vm.write("base.vmdk", CHILD.replace("base.vmdk", "disk.vmdk"));
    let cycle = findings_of(&vm, "VMX113");
    assert!(cycle.len() == 1 && cycle[0].message.contains("does not end"), "{cycle:?}");
}

#[test]
fn a_disk_that_is_not_a_regular_file_is_reported() {
    let vm = Scratch::with(DISK);
    let make = |program: &str, args: &[&str]| {
        let made = isolated(program).args(args).current_dir(vm.path("")).status();
        assert!(made.unwrap().success());
    };
    for (program, args) in
        [("mkdir", &["disk.vmdk"][..]), ("mkfifo", &["disk.vmdk"]), ("ln", &["-s", "/dev/zero", "disk.vmdk"])]
    {
        make(program, args);
        let broken = findings_of(&vm, "VMX113");
        assert!(broken.len() == 1 && broken[0].message.contains("regular file"), "{args:?}: {broken:?}");
        make("rm", &["-rf", "disk.vmdk"]);
    }
}

const SNAPSHOTS: &str = "snapshot.current = \"2\"\nsnapshot0.uid = \"1\"\nsnapshot0.displayName = \"clean\"\nsnapshot0.numDisks = \"1\"\n\
                snapshot0.disk0.fileName = \"disk.vmdk\"\nsnapshot1.uid = \"2\"\nsnapshot1.parent = \"1\"\n";

#[test]
fn snapshots_with_missing_disks_or_parents_are_reported() {
    let vm = Scratch::with(DISK);
    vm.write("vm.vmsd", SNAPSHOTS.replace("parent = \"1\"", "parent = \"7\""));
    let broken = findings_of(&vm, "VMX115");
    let messages: Vec<&str> = broken.iter().map(|finding| finding.message.as_str()).collect();
    assert!(messages[0].contains("'disk.vmdk' of 'clean'"), "{messages:?}");
    assert!(messages[1].contains("snapshot 7"), "{messages:?}");
    assert_eq!(lines(&broken), [None, None]);
}

#[test]
fn snapshots_with_their_disks_and_parents_are_not_reported() {
    let vm = Scratch::with(DISK);
    vm.write("disk.vmdk", "x");
    vm.write("vm.vmsd", SNAPSHOTS);
    assert!(findings_of(&vm, "VMX115").is_empty());
}

#[test]
fn snapshots_that_form_a_cycle_are_reported() {
    let vm = Scratch::with(DISK);
    vm.write("disk.vmdk", "x");
    vm.write("vm.vmsd", format!("{SNAPSHOTS}snapshot0.parent = \"2\"\n"));
    let cycle = findings_of(&vm, "VMX115");
    assert!(cycle[0].message.contains("form a cycle"), "{cycle:?}");
}

#[test]
fn the_empty_list_of_snapshots_that_vmware_writes_is_not_reported() {
    let vm = Scratch::with(DISK);
    vm.write("vm.vmsd", "");
    assert!(findings_of(&vm, "VMX115").is_empty());
}

#[test]
fn the_snapshots_of_a_linked_configuration_are_those_of_its_target() {
    let vm = Scratch::with(DISK);
    vm.write("store/vm.vmx", DISK);
    vm.write("store/vm.vmsd", "snapshot0.uid = \"1\"\nsnapshot0.parent = \"7\"\n");
    std::os::unix::fs::symlink("store/vm.vmx", vm.path("link.vmx")).unwrap();
    let findings = check::check(&Document::parse(DISK), Some(&vm.path("link.vmx")));
    let broken: Vec<&str> =
        findings.iter().filter(|found| found.rule.code == "VMX115").map(|found| &*found.message).collect();
    assert_eq!(broken, ["vm.vmsd: the parent of '', snapshot 7, is not in the list"]);
}

#[test]
fn a_pipe_has_no_neighboring_files() {
    let shown = Scratch::new().pipe(DISK.as_bytes(), &["check", "/dev/stdin"]).printed(1);
    assert!(shown.contains("VMX061") && !shown.contains("VMX11"), "{shown}");
}

const LEFTOVER: &str = ".vm.vmx.vmxedit-00000000000000aa.new";

/// Creates a VM with what a lock and an edit may leave behind.
fn vm_with_leftovers() -> Scratch {
    let vm = Scratch::with("guestOS = \"other\"\n");
    vm.write("vm.vmx.lck/readme.txt", "no lock");
    vm.write("vm.vmx.lck/M40812.lck", lock_member("uuid=56-4d-01", "4211-1(vmware-vmx.exe)"));
    vm.write(LEFTOVER, "half a file");
    vm
}

#[test]
fn a_folder_without_locks_and_leftovers_is_not_reported() {
    let vm = Scratch::with("guestOS = \"other\"\n");
    assert!(findings_of(&vm, "VMX116").is_empty() && findings_of(&vm, "VMX117").is_empty());
}

#[test]
fn a_stale_lock_is_reported_and_that_of_another_machine_is_not() {
    let locks = findings_of(&vm_with_leftovers(), "VMX116");
    assert_eq!(locks.len(), 1, "{locks:?}");
}

#[test]
fn a_leftover_of_an_edit_is_reported() {
    let leftovers = findings_of(&vm_with_leftovers(), "VMX117");
    assert_eq!(leftovers.len(), 1, "{leftovers:?}");
}

#[test]
fn a_check_changes_no_locks_and_leftovers() {
    let vm = vm_with_leftovers();
    assert_eq!((findings_of(&vm, "VMX116").len(), findings_of(&vm, "VMX117").len()), (1, 1));
    assert_eq!(vm.names(), [LEFTOVER, "vm.vmx", "vm.vmx.lck"]);
}
