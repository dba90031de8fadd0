//! Snapshot lists, templates, disks and VMware's settings, and which VM must be off to edit them.

use super::descriptors::DESCRIPTOR;
use crate::harness::{Scratch, isolated, lock_member, start_time};

/// Locks a file from another machine.
fn lock_from_another_machine(vm: &Scratch, name: &str) {
    vm.write(&format!("{name}.lck/M00001.lck"), lock_member("uuid=other", "1-2(vmware-vmx)"));
}

#[test]
fn dictionary_files_with_other_names_are_edited_like_a_vmx() {
    let vm = Scratch::new();
    for name in
        ["vm.vmsd", "vm.vmtx", "config", "preferences", "preferences.ini", "settings.ini", "inventory.vmls"]
    {
        vm.write(name, "# c\n.encoding = \"UTF-8\"\nPref.A = \"1\"  # d\n");
        vm.run(&["get", name, "pref.a"]).prints("1\n");
        vm.run(&["set", name, "pref.a=2", "pref.b=3", "-q"]).printed(0);
        vm.run(&["unset", name, ".encoding", "-q"]).printed(0);
        assert_eq!(vm.read(name), b"# c\nPref.A = \"2\"  # d\npref.b = \"3\"\n", "{name}");
    }
}

#[test]
fn a_properties_key_with_an_equals_sign_is_read_and_removed_but_not_set() {
    let files = Scratch::new();
    files.write("x.properties", "a\\=b=1\n");
    files.run(&["get", "x.properties", "a=b"]).prints("1\n");
    files.run(&["set", "x.properties", "a=b=2", "-n"]).prints("+ a = \"b=2\"\n");
    files.run(&["unset", "x.properties", "a=b"]).prints("- a=b = \"1\"\n");
    assert_eq!(files.read("x.properties"), b"");
}

#[test]
fn the_keys_of_an_apply_are_valid_in_the_dialect_of_every_file() {
    let files = Scratch::with("a = \"1\"\n");
    files.write("x.properties", "a=1\n");
    files.run(&["apply", "--set", "a b=1", "x.properties"]).prints("+ a b = \"1\"\n");
    files.run(&["apply", "--set", "a b=2", "x.properties", "vm.vmx"]).refuses(2, &["'a b' is not a key"]);
    assert_eq!(files.read("x.properties"), b"a=1\na\\ b=1\n");
}

#[test]
fn an_empty_vmsd_is_accepted() {
    let vm = Scratch::with("displayName = \"x\"\n");
    vm.write("vm.vmsd", "");
    vm.run(&["list", "vm.vmsd"]).prints("");
    vm.run(&["set", "vm.vmsd", "snapshot.numSnapshots=0"]).prints("+ snapshot.numSnapshots = \"0\"\n");
    assert_eq!(vm.read("vm.vmsd"), b"snapshot.numSnapshots = \"0\"\n");
    assert_eq!(vm.names(), ["vm.vmsd", "vm.vmx"]);
}

/// The files that belong to a locked VM.
const OF_A_LOCKED_VM: [&str; 3] = ["vm.vmsd", "other.vmsd", "disk.vmdk"];

fn locked_vm() -> Scratch {
    let vm = Scratch::with("displayName = \"x\"\n");
    vm.write("vm.vmsd", "a = \"1\"\n");
    vm.write("other.vmsd", "a = \"1\"\n");
    vm.write("disk.vmdk", DESCRIPTOR);
    lock_from_another_machine(&vm, "vm.vmx");
    vm
}

#[test]
fn snapshots_and_disks_are_refused_while_their_vm_is_locked() {
    let vm = locked_vm();
    for name in OF_A_LOCKED_VM {
        let before = vm.read(name);
        vm.run(&["set", name, "a=2"]).refuses(3, &[name, "locked elsewhere", "vm.vmx.lck/M00001.lck"]);
        assert_eq!(vm.read(name), before);
    }
}

#[test]
fn a_dry_run_says_that_an_edit_would_be_refused_while_the_vm_is_locked() {
    let vm = locked_vm();
    for (name, printed) in
        OF_A_LOCKED_VM.into_iter().zip(["~ a = \"1\" -> \"2\"\n", "~ a = \"1\" -> \"2\"\n", "+ a = \"2\"\n"])
    {
        let before = vm.read(name);
        vm.run(&["set", name, "a=2", "-n"]).reports(
            0,
            printed,
            &["an edit would be refused now", "vm.vmx.lck"],
        );
        assert_eq!(vm.read(name), before);
    }
}

#[test]
fn the_status_of_snapshots_and_disks_is_that_of_their_vm() {
    let vm = locked_vm();
    for name in OF_A_LOCKED_VM {
        let before = vm.read(name);
        vm.run(&["status", name]).exits(
            1,
            &format!(
                "{name}: locked elsewhere\n  strong: 1-2(vmware-vmx) on another machine, uuid=other, holds \
                 vm.vmx.lck/M00001.lck\n"
            ),
        );
        assert_eq!(vm.read(name), before);
    }
}

#[test]
fn snapshots_of_a_locked_vm_are_edited_with_force() {
    let vm = locked_vm();
    vm.run(&["set", "vm.vmsd", "a=2", "--force"]).reports(
        0,
        "~ a = \"1\" -> \"2\"\n",
        &["--force: edited although the VM is locked elsewhere"],
    );
    assert_eq!(vm.read("vm.vmsd"), b"a = \"2\"\n");
}

#[test]
fn a_template_is_refused_while_it_is_locked() {
    let vm = Scratch::new();
    vm.write("t.vmtx", "a = \"1\"\n");
    lock_from_another_machine(&vm, "t.vmtx");
    vm.run(&["set", "t.vmtx", "a=2"]).refuses(3, &["t.vmtx.lck/M00001.lck"]);
}

#[test]
fn a_template_is_refused_while_its_vm_is_locked() {
    let vm = Scratch::new();
    vm.write("t.vmtx", "a = \"1\"\n");
    vm.write("t.vmx", "a = \"1\"\n");
    lock_from_another_machine(&vm, "t.vmx");
    vm.run(&["set", "t.vmtx", "a=2"]).refuses(3, &["t.vmx.lck/M00001.lck"]);
}

#[test]
fn a_snapshot_list_belongs_to_the_vm_of_its_name() {
    let vm = Scratch::new();
    vm.write("a.vmx", "x = \"1\"\n");
    vm.write("b.vmx", "x = \"1\"\n");
    vm.write("a.vmsd", "");
    lock_from_another_machine(&vm, "b.vmx");
    vm.run(&["set", "a.vmsd", "x=1", "-q"]).printed(0);
}

#[test]
fn a_snapshot_list_with_another_name_belongs_to_every_vm_in_the_folder() {
    let vm = Scratch::new();
    vm.write("a.vmx", "x = \"1\"\n");
    vm.write("b.vmx", "x = \"1\"\n");
    vm.write("c.vmsd", "");
    lock_from_another_machine(&vm, "b.vmx");
    vm.run(&["set", "c.vmsd", "x=1"]).refuses(3, &["b.vmx.lck"]);
}

fn vm_with_disk() -> Scratch {
    let vm = Scratch::with("scsi0:0.fileName = \"disk.vmdk\"\n");
    vm.write("disk.vmdk", DESCRIPTOR);
    vm
}

#[test]
fn a_disk_can_be_edited_again_and_no_lock_is_left() {
    let vm = vm_with_disk();
    vm.run(&["set", "disk.vmdk", "CID=1", "-q"]).printed(0);
    vm.run(&["set", "disk.vmdk", "CID=2", "-q"]).printed(0);
    assert_eq!(vm.names(), ["disk.vmdk", "vm.vmx"]);
}

#[test]
fn a_disk_is_refused_while_it_is_locked() {
    let vm = vm_with_disk();
    lock_from_another_machine(&vm, "disk.vmdk");
    vm.run(&["set", "disk.vmdk", "CID=3"]).refuses(3, &["disk.vmdk.lck/M00001.lck"]);
}

#[test]
fn a_disk_is_refused_while_another_disk_is_locked() {
    let vm = vm_with_disk();
    lock_from_another_machine(&vm, "disk2.vmdk");
    vm.run(&["set", "disk.vmdk", "CID=1"]).refuses(3, &["disk2.vmdk.lck/M00001.lck"]);
}

/// Settings and properties, which do not belong to a VM.
const SETTINGS: [&str; 5] =
    ["config", "preferences", "settings.ini", "inventory.vmls", "webclient.properties"];

#[test]
fn only_the_lock_of_a_disk_counts_if_its_vm_is_in_another_folder() {
    let vm = Scratch::new();
    vm.write("vm/vm.vmx", "scsi0:0.fileName = \"../disk.vmdk\"\n");
    vm.write("disk.vmdk", DESCRIPTOR);
    lock_from_another_machine(&vm, "vm/vm.vmx");
    vm.run(&["set", "vm/vm.vmx", "a=1"]).refuses(3, &["vm.vmx.lck/M00001.lck"]);
    assert_eq!(vm.run(&["set", "disk.vmdk", "CID=1"]).code, 0);
    lock_from_another_machine(&vm, "disk.vmdk");
    vm.run(&["set", "disk.vmdk", "CID=2"]).refuses(3, &["disk.vmdk.lck/M00001.lck"]);
}

#[test]
fn settings_and_properties_are_edited_next_to_a_vm_that_is_not_off() {
    let vm = Scratch::with("checkpoint.vmState = \"vm.vmss\"\n");
    vm.write("vm.vmss", "x");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["suspended"]);
    lock_from_another_machine(&vm, "vm.vmx");
    for name in SETTINGS {
        vm.write(name, "a = \"1\"\n");
        vm.run(&["set", name, "a=2", "-q"]).printed(0);
    }
}

#[test]
fn settings_and_properties_are_refused_while_they_are_locked() {
    let vm = Scratch::new();
    for name in SETTINGS {
        vm.write(name, "a = \"1\"\n");
        lock_from_another_machine(&vm, name);
        vm.run(&["set", name, "a=3"]).refuses(3, &[&format!("{name}.lck/M00001.lck")]);
    }
}

#[test]
fn a_live_local_vm_lock_blocks_its_snapshot_list() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmsd", "a = \"1\"\n");
    // An emulator shows this process itself other start times than other processes see.
    let mut holder = isolated("sleep").arg("600").spawn().unwrap();
    let pid = holder.id();
    let execution = format!("{pid}-{}(sleep)", start_time(pid));
    vm.write("vm.vmx.lck/M00001.lck", lock_member(vmxedit::host::machine_id(), &execution));
    let result = vm.run(&["set", "vm.vmsd", "a=2"]);
    holder.kill().unwrap();
    holder.wait().unwrap();
    result.refuses(3, &[&format!("pid {pid}, holds vm.vmx.lck/M00001.lck")]);
}
