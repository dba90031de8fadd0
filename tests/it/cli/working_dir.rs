//! Which files of a folder belong to a VM: those of `workingDir`, and those next to the files of another VM.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use crate::harness::{Scratch, lock_member};

const SUSPENDED: &str = "a = \"1\"\nworkingDir = \"work\"\ncheckpoint.vmState = \"vm-1.vmss\"\n";

/// Asserts the state of `vm.vmx`, and a part of what `status` prints about it.
fn assert_state(vm: &Scratch, state: &str, detail: &str) {
    let shown = vm.run(&["status", "vm.vmx"]);
    assert!(shown.stdout.starts_with(&format!("vm.vmx: {state}\n")), "{}", shown.stdout);
    assert!(shown.stdout.contains(detail), "{}", shown.stdout);
}

/// Creates a file that was written long ago.
fn write_old(vm: &Scratch, name: &str) {
    let path = vm.write(name, "");
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    File::options().write(true).open(path).unwrap().set_modified(hour_ago).unwrap();
}

/// Returns the findings as JSON.
fn codes(vm: &Scratch) -> String {
    let checked = vm.run(&["check", "--json", "vm.vmx"]).json();
    assert!(checked["findings"].is_array(), "{checked}");
    checked.to_string()
}

#[test]
fn a_saved_state_in_the_working_directory_suspends_the_vm() {
    let vm = Scratch::with(SUSPENDED);
    vm.write("work/vm-1.vmss", "");
    assert_state(&vm, "suspended", "checkpoint.vmState = \"vm-1.vmss\", and the file is there");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["suspended"]);
    assert_eq!(vm.read("vm.vmx"), SUSPENDED.as_bytes());
}

#[test]
fn the_working_directory_may_be_absolute() {
    let vm = Scratch::new();
    let folder = vm.path("elsewhere").canonicalize().unwrap_or_else(|_| vm.path("elsewhere"));
    vm.write("vm.vmx", format!("a = \"1\"\nworkingDir = \"{}\"\n", folder.display()));
    vm.write("elsewhere/vm-0badcafe.vmss", "");
    let folder = vm.path("elsewhere").canonicalize().unwrap();
    vm.write("vm.vmx", format!("a = \"1\"\nworkingDir = \"{}\"\n", folder.display()));
    assert_state(&vm, "suspended", "elsewhere/vm-0badcafe.vmss is there: the saved memory");
}

#[test]
fn a_working_directory_that_is_the_own_folder_changes_nothing() {
    for named in ["", ".", "./", "../vm"] {
        let vm = Scratch::new();
        vm.write("vm/vm.vmx", format!("a = \"1\"\nworkingDir = \"{named}\"\n"));
        vm.write("vm/other.vmss", "");
        let shown = vm.run(&["status", "vm/vm.vmx"]).stdout;
        assert_eq!(shown.matches("other.vmss is there").count(), 1, "{named}: {shown}");
    }
}

#[test]
fn memory_and_logs_in_the_working_directory_are_evidence() {
    let vm = Scratch::with("a = \"1\"\nworkingDir = \"work\"\n");
    write_old(&vm, "work/vm-1.vmem");
    write_old(&vm, "work/vmware.log");
    assert_state(&vm, "off", "work/vm-1.vmem is there: it runs, or it crashed");
    vm.write("work/vmware.log", "");
    assert_state(&vm, "settling", "work/vmware.log changed");
    write_old(&vm, "work/vmware.log");
    vm.write("work/vm-1.vmem.lck/M40812.lck", lock_member("uuid=56-4d-01", "4211-1(vmware-vmx.exe)"));
    assert_state(&vm, "locked elsewhere", "M40812.lck");
}

#[test]
fn files_of_other_vms_in_the_working_directory_do_not_count() {
    let vm = Scratch::with("a = \"1\"\nworkingDir = \"work\"\n");
    for name in ["other.vmss", "vmother.vmss", "vm.vmx.vmss/x"] {
        vm.write(&format!("work/{name}"), "");
    }
    vm.write("work/vm-2.vmx", "");
    vm.write("work/vm-2.vmss", "");
    fs::remove_dir_all(vm.path("work/vm.vmx.vmss")).unwrap();
    assert_state(&vm, "off", "no evidence");
}

#[test]
fn a_working_directory_that_cannot_be_opened_never_makes_a_suspended_vm_look_off() {
    for named in ["missing", "C:\\VMs", "/nowhere/at/all", "vm.vmx"] {
        let vm = Scratch::with(SUSPENDED.replace("\"work\"", &format!("\"{named}\"")));
        assert_state(&vm, "suspended", "cannot be opened");
        vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["suspended", "cannot be opened"]);
        // Without a saved state it is a hint.
        vm.write("vm.vmx", format!("a = \"1\"\nworkingDir = \"{named}\"\n"));
        assert_state(&vm, "off", "cannot be opened");
        assert!(!codes(&vm).contains("VMX114"));
    }
}

#[test]
fn check_finds_the_saved_state_in_the_working_directory() {
    let vm = Scratch::with(SUSPENDED);
    vm.write("vmware.log", "");
    vm.write("work/vm-1.vmss", "");
    assert!(!codes(&vm).contains("VMX114"));
    fs::remove_file(vm.path("work/vm-1.vmss")).unwrap();
    assert!(codes(&vm).contains("VMX114"));
    fs::remove_dir(vm.path("work")).unwrap();
    assert!(!codes(&vm).contains("VMX114"), "it may be on another host");
}

#[test]
fn snapshots_in_the_working_directory_are_shown_and_counted() {
    let vm = Scratch::with("virtualHW.version = \"21\"\nguestOS = \"other\"\nworkingDir = \"work\"\n");
    let list = "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.displayName = \"before\"\n\
                snapshot0.disk0.fileName = \"vm-0.vmdk\"\n";
    vm.write("work/vm.vmsd", list);
    vm.write("work/vm-0.vmdk", "");
    assert!(vm.run(&["show", "vm.vmx"]).stdout.contains("before"));
    vm.run(&["apply", "-n", "-p", "snapshots-off", "vm.vmx"]).refuses(4, &["the VM has snapshots"]);
    assert!(!codes(&vm).contains("VMX115"));
    fs::remove_file(vm.path("work/vm-0.vmdk")).unwrap();
    assert!(codes(&vm).contains("VMX115"));
}

#[test]
fn a_value_names_a_file_next_to_it_only_by_its_whole_name() {
    for (value, state) in [
        ("see http://wiki.example.com/", "off"),
        (".", "off"),
        ("./", "off"),
        ("b-1.vms", "off"),
        ("b", "off"),
        ("b-1.vmss", "suspended"),
        ("/some/where/b-1.vmss", "suspended"),
    ] {
        let vm = Scratch::with(format!("annotation = \"{value}\"\n"));
        for name in ["b.vmx", "b-1.vmss", ".hidden.vmss"] {
            vm.write(name, "");
        }
        assert_state(&vm, state, "");
    }
}

#[test]
fn the_lock_of_a_named_file_counts_and_that_of_another_vm_does_not() {
    let vm = Scratch::with("scsi0:0.fileName = \"disk.vmdk\"\n");
    vm.write("vm-2.vmx", "");
    let member = lock_member("uuid=56-4d-01", "4211-1(vmware-vmx.exe)");
    vm.write("vm-2.vmdk.lck/M40812.lck", &member);
    vm.write("disk.vmdk2.vmdk.lck/M40812.lck", &member);
    assert_state(&vm, "off", "no evidence");
    vm.write("disk.vmdk.lck/M40812.lck", &member);
    assert_state(&vm, "locked elsewhere", "disk.vmdk.lck");
}

#[test]
fn a_link_of_this_user_in_the_working_directory_is_followed() {
    for named in ["link", "link/sub", "./link/sub/../sub"] {
        let vm = Scratch::with(SUSPENDED.replace("\"work\"", &format!("\"{named}\"")));
        vm.write("target/vm-1.vmss", "");
        vm.write("target/sub/vm-1.vmss", "");
        symlink("target", vm.path("link")).unwrap();
        assert_state(&vm, "suspended", "checkpoint.vmState = \"vm-1.vmss\", and the file is there");
    }
}
