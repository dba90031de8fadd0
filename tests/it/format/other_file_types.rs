//! Snapshot lists, templates, VMware's settings and disk descriptors, and which VM must be off to edit them.

use crate::harness::{Scratch, lock_member, start_time};

const DESCRIPTOR: &str = "# Disk DescriptorFile\nversion=1\nencoding=\"UTF-8\"\nCID=fffffffe\nparentCID=ffffffff\n\
    createType=\"vmfs\"\n\n# Extent description\nRW 188416 VMFS \"disk-flat.vmdk\"\nRW 1 FLAT \"a=b.vmdk\" 0\n\n\
    # The Disk Data Base\n#DDB\n\nddb.adapterType = \"lsilogic\"\nddb.geometry.cylinders = \"11\"\nddb.uuid = \"60 00\"\n";

/// Locks a file from another machine.
fn lock_from_another_machine(vm: &Scratch, name: &str) {
    vm.write(&format!("{name}.lck/M00001.lck"), lock_member("uuid=other", "1-2(vmware-vmx)"));
}

/// Asserts that `disk.vmdk` is `DESCRIPTOR` with `old` replaced once, and writes `DESCRIPTOR` again.
#[track_caller]
fn assert_descriptor_and_reset(vm: &Scratch, old: &str, new: &str) {
    assert_eq!(String::from_utf8_lossy(&vm.read("disk.vmdk")), DESCRIPTOR.replacen(old, new, 1));
    vm.write("disk.vmdk", DESCRIPTOR);
}

#[test]
fn editing_a_descriptor_preserves_extents_and_unquoted_header() {
    let vm = Scratch::new();
    vm.write("disk.vmdk", DESCRIPTOR);
    vm.run(&["get", "disk.vmdk", "CID", "createtype", "ddb.adapterType"])
        .prints("fffffffe\nvmfs\nlsilogic\n");
    vm.run(&["list", "disk.vmdk", "--keys"]).prints(
        "version\nencoding\nCID\nparentCID\ncreateType\nddb.adapterType\nddb.geometry.cylinders\nddb.uuid\n",
    );
    vm.run(&["set", "disk.vmdk", "CID=12ab34cd"]).prints("~ CID = \"fffffffe\" -> \"12ab34cd\"\n");
    assert_descriptor_and_reset(&vm, "CID=fffffffe", "CID=12ab34cd");
    vm.run(&["set", "disk.vmdk", "createType=monolithicFlat", "ddb.adapterType=ide", "-q"]).prints("");
    assert!(vm.read("disk.vmdk").windows(28).any(|part| part == b"createType=\"monolithicFlat\"\n"));
    vm.write("disk.vmdk", DESCRIPTOR);
    vm.run(&["unset", "disk.vmdk", "ddb.uuid", "-q"]).prints("");
    assert_descriptor_and_reset(&vm, "ddb.uuid = \"60 00\"\n", "");
    vm.run(&["set", "disk.vmdk", "CID=a b", "-q"]).prints("");
    assert_descriptor_and_reset(&vm, "CID=fffffffe", "CID=\"a b\"");
}

#[test]
fn new_descriptor_entries_match_the_style_of_their_section() {
    let vm = Scratch::new();
    vm.write("disk.vmdk", DESCRIPTOR);
    vm.run(&["set", "disk.vmdk", "isNativeSnapshot=no", "-q"]).prints("");
    assert_descriptor_and_reset(
        &vm,
        "createType=\"vmfs\"\n",
        "createType=\"vmfs\"\nisNativeSnapshot=\"no\"\n",
    );
    vm.run(&["set", "disk.vmdk", "generation=2", "-q"]).prints("");
    assert_descriptor_and_reset(&vm, "createType=\"vmfs\"\n", "createType=\"vmfs\"\ngeneration=2\n");
    vm.run(&["set", "disk.vmdk", "ddb.geometry.heads=255", "-q"]).prints("");
    assert_descriptor_and_reset(&vm, "\"11\"\n", "\"11\"\nddb.geometry.heads = \"255\"\n");
    vm.run(&["set", "disk.vmdk", "ddb.thinProvisioned=1", "-q"]).prints("");
    assert_descriptor_and_reset(&vm, "\"60 00\"\n", "\"60 00\"\nddb.thinProvisioned = \"1\"\n");
    vm.write("disk.vmdk", "# Disk DescriptorFile\nRW 1 FLAT \"a\" 0\n#DDB\nddb.x = \"1\"\n");
    vm.run(&["set", "disk.vmdk", "version=1", "-q"]).prints("");
    assert_eq!(
        vm.read("disk.vmdk"),
        b"# Disk DescriptorFile\nversion=1\nRW 1 FLAT \"a\" 0\n#DDB\nddb.x = \"1\"\n"
    );
}

#[test]
fn a_descriptor_is_written_in_its_declared_encoding() {
    let vm = Scratch::new();
    let old = b"# Disk DescriptorFile\nencoding=\"windows-1252\"\nparentFileNameHint=\"caf\xE9.vmdk\"\n";
    vm.write("disk.vmdk", old);
    vm.run(&["get", "disk.vmdk", "parentFileNameHint"]).prints("caf\u{E9}.vmdk\n");
    vm.run(&["set", "disk.vmdk", "parentFileNameHint=\u{E8}.vmdk", "-q"]).prints("");
    assert!(vm.read("disk.vmdk").ends_with(b"=\"\xE8.vmdk\"\n"));
    vm.run(&["set", "disk.vmdk", "parentFileNameHint=\u{4F4D}"]).refuses(4, &["windows-1252, has no"]);
    vm.run(&["set", "disk.vmdk", "ddb.encoding=UTF-8", "parentFileNameHint=\u{E9}", "-q"]).prints("");
    assert_eq!(
        vm.read("disk.vmdk"),
        b"# Disk DescriptorFile\nencoding=\"windows-1252\"\nparentFileNameHint=\"\xE9\"\nddb.encoding = \"UTF-8\"\n",
        "the first encoding key is used"
    );
    vm.run(&["set", "disk.vmdk", "encoding=UTF-8", "parentFileNameHint=\u{4F4D}", "-q"]).prints("");
    vm.run(&["get", "disk.vmdk", "parentFileNameHint"]).prints("\u{4F4D}\n");
}

#[test]
fn binary_disks_and_misnamed_descriptors_are_refused() {
    let vm = Scratch::new();
    vm.write("vm.vmx", DESCRIPTOR);
    vm.run(&["set", "vm.vmx", "CID=1"]).refuses(4, &["a virtual disk's descriptor (.vmdk)"]);
    vm.write("sparse.vmdk", format!("KDMV\x01\0\0\0{DESCRIPTOR}"));
    vm.run(&["set", "sparse.vmdk", "CID=1"]).refuses(4, &["a sparse virtual disk (.vmdk)"]);
    vm.write("flat.vmdk", "a = \"1\"\n");
    vm.run(&["get", "flat.vmdk", "a"]).refuses(4, &["a virtual disk without a text descriptor"]);
    let flat = std::fs::File::create(vm.path("x-flat.vmdk")).unwrap();
    flat.set_len(1 << 40).unwrap();
    vm.run(&["get", "x-flat.vmdk", "a"]).refuses(4, &["no VMX file is that large"]);
}

#[test]
fn dictionary_files_with_other_names_are_edited_like_a_vmx() {
    let vm = Scratch::new();
    for name in
        ["vm.vmsd", "vm.vmtx", "config", "preferences", "preferences.ini", "settings.ini", "inventory.vmls"]
    {
        vm.write(name, "# c\n.encoding = \"UTF-8\"\nPref.A = \"1\"  # d\n");
        vm.run(&["get", name, "pref.a"]).prints("1\n");
        vm.run(&["set", name, "pref.a=2", "pref.b=3", "-q"]).prints("");
        vm.run(&["unset", name, ".encoding", "-q"]).prints("");
        assert_eq!(vm.read(name), b"# c\nPref.A = \"2\"  # d\npref.b = \"3\"\n", "{name}");
    }
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

#[test]
fn snapshots_and_disks_are_refused_while_their_vm_is_locked() {
    let vm = Scratch::with("displayName = \"x\"\n");
    vm.write("vm.vmsd", "a = \"1\"\n");
    vm.write("other.vmsd", "a = \"1\"\n");
    vm.write("disk.vmdk", DESCRIPTOR);
    lock_from_another_machine(&vm, "vm.vmx");
    for name in ["vm.vmsd", "other.vmsd", "disk.vmdk"] {
        let before = vm.read(name);
        vm.run(&["set", name, "a=2"]).refuses(3, &[name, "locked elsewhere", "vm.vmx.lck/M00001.lck"]);
        vm.run(&["set", name, "a=2", "-n"]).says(&["an edit would be refused now", "vm.vmx.lck"]);
        vm.run(&["status", name]).exits(
            1,
            &format!(
                "{name}: locked elsewhere\n  strong: 1-2(vmware-vmx) on another machine, uuid=other, holds \
                 vm.vmx.lck/M00001.lck\n"
            ),
        );
        assert_eq!(vm.read(name), before);
    }
    vm.run(&["set", "vm.vmsd", "a=2", "--force"])
        .says(&["--force: edited although the VM is locked elsewhere"]);
    assert_eq!(vm.read("vm.vmsd"), b"a = \"2\"\n");
}

#[test]
fn a_template_is_refused_while_it_or_its_vm_is_locked() {
    let vm = Scratch::new();
    vm.write("t.vmtx", "a = \"1\"\n");
    lock_from_another_machine(&vm, "t.vmtx");
    vm.run(&["set", "t.vmtx", "a=2"]).refuses(3, &["t.vmtx.lck/M00001.lck"]);
    let vm = Scratch::new();
    vm.write("t.vmtx", "a = \"1\"\n");
    vm.write("t.vmx", "a = \"1\"\n");
    lock_from_another_machine(&vm, "t.vmx");
    vm.run(&["set", "t.vmtx", "a=2"]).refuses(3, &["t.vmx.lck/M00001.lck"]);
}

#[test]
fn a_snapshot_list_belongs_to_the_vm_of_its_name_or_to_every_vm_in_the_folder() {
    let vm = Scratch::new();
    vm.write("a.vmx", "x = \"1\"\n");
    vm.write("b.vmx", "x = \"1\"\n");
    vm.write("a.vmsd", "");
    vm.write("c.vmsd", "");
    lock_from_another_machine(&vm, "b.vmx");
    vm.run(&["set", "a.vmsd", "x=1", "-q"]).prints("");
    vm.run(&["set", "c.vmsd", "x=1"]).refuses(3, &["b.vmx.lck"]);
}

#[test]
fn a_disk_is_refused_while_it_or_another_disk_is_locked() {
    let vm = Scratch::with("scsi0:0.fileName = \"disk.vmdk\"\n");
    vm.write("disk.vmdk", DESCRIPTOR);
    vm.run(&["set", "disk.vmdk", "CID=1", "-q"]).prints("");
    vm.run(&["set", "disk.vmdk", "CID=2", "-q"]).prints("");
    assert_eq!(vm.names(), ["disk.vmdk", "vm.vmx"]);
    lock_from_another_machine(&vm, "disk.vmdk");
    vm.run(&["set", "disk.vmdk", "CID=3"]).refuses(3, &["disk.vmdk.lck/M00001.lck"]);
    let vm = Scratch::with("scsi0:0.fileName = \"disk.vmdk\"\n");
    vm.write("disk.vmdk", DESCRIPTOR);
    lock_from_another_machine(&vm, "disk2.vmdk");
    vm.run(&["set", "disk.vmdk", "CID=1"]).refuses(3, &["disk2.vmdk.lck/M00001.lck"]);
}

#[test]
fn settings_and_properties_ignore_vm_state_but_respect_their_own_lock() {
    let vm = Scratch::with("checkpoint.vmState = \"vm.vmss\"\n");
    vm.write("vm.vmss", "x");
    lock_from_another_machine(&vm, "vm.vmx");
    for name in ["config", "preferences", "settings.ini", "inventory.vmls", "webclient.properties"] {
        vm.write(name, "a = \"1\"\n");
        vm.run(&["set", name, "a=2", "-q"]).prints("");
        lock_from_another_machine(&vm, name);
        vm.run(&["set", name, "a=3"]).refuses(3, &[&format!("{name}.lck/M00001.lck")]);
    }
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["suspended"]);
}

#[test]
fn a_live_local_vm_lock_blocks_its_snapshot_list() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmsd", "a = \"1\"\n");
    let pid = std::process::id();
    let execution = format!("{pid}-{}(it)", start_time(pid));
    vm.write("vm.vmx.lck/M00001.lck", lock_member(vmxedit::host::machine_id(), &execution));
    vm.run(&["set", "vm.vmsd", "a=2"]).refuses(3, &[&format!("pid {pid}, holds vm.vmx.lck/M00001.lck")]);
}
