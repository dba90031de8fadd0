//! `check` on the other files of a VM, as part of the VM and by themselves, and commands that refuse them.

use vmxedit::check::Severity;

use crate::harness::Scratch;

const VM: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nscsi0.present = \"TRUE\"\n\
                  scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"disk.vmdk\"\n";

fn descriptor(header: &[u8], extents: &[&[u8]]) -> Vec<u8> {
    let mut text = header.to_vec();
    text.extend_from_slice(b"# Disk DescriptorFile\nversion=1\nCID=00000001\nparentCID=ffffffff\n");
    for name in extents {
        text.extend_from_slice(&[b"RW 63 SPARSE \"", *name, b"\"\n"].concat());
    }
    text
}

/// Returns the code, severity and message of each finding in `file`.
fn findings(vm: &Scratch, file: &str) -> Vec<(String, String, String)> {
    let result = vm.run(&["check", file, "--json"]).json();
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let found = result["findings"].as_array().unwrap().iter();
    found.map(|found| (text(found, "code"), text(found, "severity"), text(found, "message"))).collect()
}

fn messages(vm: &Scratch, file: &str) -> Vec<String> {
    findings(vm, file).into_iter().map(|(.., message)| message).collect()
}

#[test]
fn missing_parts_of_a_disk_are_one_finding() {
    let vm = Scratch::with(VM);
    let parts: Vec<String> = (1..=28).map(|number| format!("disk-s{number:03}.vmdk")).collect();
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    vm.write("disk.vmdk", descriptor(b"", &parts));
    vm.write("disk-s001.vmdk", "KDMV");
    let message = "cannot open the disk 'disk.vmdk': 27 of its 28 parts do not exist, first 'disk-s002.vmdk'";
    assert_eq!(messages(&vm, "vm.vmx"), [message]);
    assert_eq!(messages(&vm, "disk.vmdk"), ["27 of its 28 parts do not exist, first 'disk-s002.vmdk'"]);
}

#[test]
fn parts_are_found_by_their_names_in_the_encoding_of_the_descriptor() {
    for (encoding, name, utf8) in [
        ("GBK", &b"\xB4\xC5\xC5\xCC-s001.vmdk"[..], "\u{78C1}\u{76D8}-s001.vmdk"),
        ("windows-1252", b"caf\xE9-s001.vmdk", "caf\u{E9}-s001.vmdk"),
        ("windows-1251", b"\xE4-s001.vmdk", "\u{434}-s001.vmdk"),
        ("Shift_JIS", b"\x83\x7C-s001.vmdk", "\u{30DD}-s001.vmdk"),
    ] {
        let vm = Scratch::with(VM);
        let mut text = descriptor(b"", &[]);
        text.extend_from_slice(format!("encoding=\"{encoding}\"\n").as_bytes());
        text.extend_from_slice(&[b"RW 63 SPARSE \"", name, b"\"\n"].concat());
        vm.write("disk.vmdk", text);
        vm.write(utf8, "KDMV");
        assert_eq!(messages(&vm, "vm.vmx"), [""; 0], "{encoding}");
        assert_eq!(messages(&vm, "disk.vmdk"), [""; 0], "{encoding}");
    }
}

#[test]
fn all_commands_read_a_descriptor_after_a_byte_order_mark_or_a_blank_line() {
    for start in [&b"\xEF\xBB\xBF"[..], b"\n", b" \r\n\t"] {
        let vm = Scratch::with(VM);
        vm.write("disk.vmdk", descriptor(start, &[b"gone.vmdk"]));
        let expected = ["cannot open the disk 'disk.vmdk': its part 'gone.vmdk' does not exist"];
        assert_eq!(messages(&vm, "vm.vmx"), expected, "{start:?}");
        vm.run(&["get", "disk.vmdk", "CID"]).prints("00000001\n");
        vm.run(&["set", "disk.vmdk", "CID=00000002"]).exits(0, "~ CID = \"00000001\" -> \"00000002\"\n");
        assert!(vm.run(&["show", "vm.vmx"]).printed(0).contains("31.5 KB"));
    }
}

#[test]
fn a_disk_that_is_no_descriptor_is_an_error_and_a_lost_one_names_its_data() {
    let vm = Scratch::with(VM);
    vm.write("disk.vmdk", "just text\n");
    assert_eq!(messages(&vm, "vm.vmx"), ["cannot open the disk 'disk.vmdk': not a disk descriptor"]);
    let vm = Scratch::with(VM);
    vm.write("disk-flat.vmdk", "data");
    let result = vm.run(&["check", "vm.vmx", "--json"]).json();
    assert_eq!(result["findings"][0]["severity"], "error");
    assert_eq!(
        result["findings"][0]["help"],
        "its data file 'disk-flat.vmdk' exists: restore the descriptor"
    );
}

#[test]
fn a_missing_image_is_a_note_in_a_lone_copy_and_a_warning_in_a_vm() {
    let vm = Scratch::with(
        "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nsata0.present = \"TRUE\"\n\
         sata0:1.present = \"TRUE\"\nsata0:1.deviceType = \"cdrom-image\"\nsata0:1.fileName = \"autoinst.iso\"\n",
    );
    let severity = |severity: Severity| {
        vec![(
            "VMX111".to_owned(),
            severity.to_string(),
            "the image 'autoinst.iso' does not exist".to_owned(),
        )]
    };
    assert_eq!(findings(&vm, "vm.vmx"), severity(Severity::Note));
    let notes = vm.run(&["check", "--deny", "warnings", "vm.vmx"]).printed(0);
    assert!(notes.starts_with("note[VMX111]"), "{notes}");
    vm.write("vmware.log", "");
    assert_eq!(findings(&vm, "vm.vmx"), severity(Severity::Warning));
}

const SNAPSHOTS: &str = ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"1\"\nsnapshot.needConsolidate = \"TRUE\"\n\
                         snapshot.numSnapshots = \"3\"\nsnapshot.current = \"9\"\nsnapshot0.uid = \"9\"\n\
                         snapshot0.displayName = \"x\"\nsnapshot0.numDisks = \"2\"\n\
                         snapshot0.disk0.fileName = \"disk.vmdk\"\n";

#[test]
fn numbers_of_a_list_of_snapshots_that_do_not_match_are_reported_in_both_files() {
    let vm = Scratch::with(VM);
    vm.write("disk.vmdk", descriptor(b"", &[]));
    vm.write("vm.vmsd", SNAPSHOTS);
    let counts = [
        "snapshot.numSnapshots is 3, but the list has 1",
        "snapshot.lastUID is 1, less than 9, which is in the list",
        "snapshot0.numDisks is 2, but it names 1",
        "snapshot.needConsolidate is TRUE: a deleted snapshot still has disks",
    ];
    let in_vm: Vec<String> = counts.iter().map(|count| format!("vm.vmsd: {count}")).collect();
    let of_list = messages(&vm, "vm.vmx").into_iter().filter(|message| message.starts_with("vm.vmsd: "));
    assert_eq!(of_list.collect::<Vec<_>>(), in_vm);
    let mut in_list = messages(&vm, "vm.vmsd");
    in_list.sort();
    let mut expected = counts;
    expected.sort_unstable();
    assert_eq!(in_list, expected);
    let result = vm.run(&["check", "vm.vmsd", "--json"]).json();
    let lines: Vec<_> =
        result["findings"].as_array().unwrap().iter().map(|finding| finding["line"].as_u64()).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(4), Some(8)]);
}

#[test]
fn a_list_of_snapshots_a_template_and_a_descriptor_are_checked_when_they_are_named() {
    let vm = Scratch::new();
    vm.write("vm.vmsd", "snapshot0.uid = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.parent = \"7\"\n");
    vm.write("t.vmtx", "config.version = \"8\"\nvirtualHW.version = \"5\"\nguestOS = \"other\"\n");
    vm.write("disk.vmdk", [&descriptor(b"", &[])[..], b"CID=00000001\n"].concat());
    let codes =
        |file: &str| -> Vec<String> { findings(&vm, file).into_iter().map(|(code, ..)| code).collect() };
    assert_eq!(codes("vm.vmsd"), ["VMX009", "VMX115"]);
    assert_eq!(codes("t.vmtx"), ["VMX060"]);
    assert_eq!(codes("disk.vmdk"), ["VMX009"]);
    vm.run(&["check", "--fix", "-q", "disk.vmdk"]).printed(0);
    assert_eq!(vm.read("disk.vmdk"), descriptor(b"", &[]));
}

#[test]
fn a_recursive_check_finds_configurations_and_templates_alone() {
    let vm = Scratch::new();
    for name in ["a/a.vmx", "b/b.vmtx", "c/c.vmsd", "d/d.vmdk"] {
        vm.write(name, VM.replace("scsi0:0.present = \"TRUE\"\n", ""));
    }
    let result = vm.run(&["check", "-r", ".", "--json"]).json_lines();
    let files: Vec<_> = result.iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["./a/a.vmx", "./b/b.vmtx"]);
    let shown = vm.run(&["show", "-r", ".", "--json"]).json_lines();
    assert_eq!(shown.len(), 1, "other commands look for .vmx alone: {shown:?}");
}

#[test]
fn files_that_describe_no_vm_are_refused_by_name_and_by_content() {
    let vm = Scratch::new();
    let plain = "a = \"1\"\n";
    let descriptor = String::from_utf8(descriptor(b"", &[])).unwrap();
    for (name, content, what) in [
        ("preferences", plain, "VMware's preferences"),
        ("preferences", "pref.x = \"1\"\n", "VMware's preferences"),
        ("config", plain, "VMware's settings"),
        ("settings.ini", plain, "VMware's settings"),
        ("inventory.vmls", plain, "VMware's list of VMs"),
        ("x.properties", "a = 1\n", "Java properties"),
        ("networking", "VERSION=1,0\nanswer VNET_1_DHCP yes\n", "VMware's network settings"),
    ] {
        vm.write(name, content);
        for command in ["check", "show", "status"] {
            vm.run(&[command, name]).refuses(4, &[&format!("{name}: not a VMX file: {what}")]);
        }
    }
    vm.write("x.vmsd", SNAPSHOTS);
    vm.run(&["show", "x.vmsd"]).refuses(4, &["x.vmsd: not a VMX file: a VM's list of snapshots (.vmsd)"]);
    vm.write("x.vmdk", descriptor);
    vm.run(&["show", "x.vmdk"]).refuses(4, &["x.vmdk: not a VMX file: a virtual disk's descriptor (.vmdk)"]);
    vm.write("sparse.vmdk", "KDMV\u{1}\0");
    vm.run(&["check", "sparse.vmdk"])
        .refuses(4, &["a sparse virtual disk (.vmdk), whose descriptor is embedded"]);
}

#[test]
fn rules_about_vms_do_not_judge_edits_of_settings() {
    let vm = Scratch::new();
    vm.write("preferences", "memsize = \"4\"\n");
    vm.run(&["set", "preferences", "memsize=1"]).exits(0, "~ memsize = \"4\" -> \"1\"\n");
    vm.write("vm.vmx", "memsize = \"4\"\n");
    vm.run(&["set", "vm.vmx", "memsize=1"]).reports(0, "~ memsize = \"4\" -> \"1\"\n", &["VMX062"]);
}

#[test]
fn what_a_lone_list_of_snapshots_lacks_is_a_note() {
    let vm = Scratch::new();
    vm.write("vm.vmsd", "snapshot0.uid = \"1\"\nsnapshot0.disk0.fileName = \"disk.vmdk\"\n");
    let found = |severity: Severity| {
        let message = "the disk 'disk.vmdk' of '' does not exist".to_owned();
        vec![("VMX115".to_owned(), severity.to_string(), message)]
    };
    assert_eq!(findings(&vm, "vm.vmsd"), found(Severity::Note));
    vm.write("vm.vmx", VM);
    assert_eq!(findings(&vm, "vm.vmsd"), found(Severity::Error));
}

#[test]
fn problems_of_a_list_of_snapshots_are_at_its_lines_and_its_disks_may_be_in_the_working_directory() {
    let vm = Scratch::with(format!("{VM}workingDir = \"state\"\n"));
    vm.write("disk.vmdk", descriptor(b"", &[]));
    vm.write("state/a.vmdk", descriptor(b"", &[]));
    vm.write(
        "vm.vmsd",
        "snapshot.current = \"5\"\nsnapshot0.uid = \"1\"\nsnapshot0.parent = \"7\"\nsnapshot0.numDisks = \"2\"\n\
         snapshot0.disk0.fileName = \"a.vmdk\"\nsnapshot0.disk1.fileName = \"gone.vmdk\"\n",
    );
    let result = vm.run(&["check", "vm.vmsd", "--json"]).json();
    let found = result["findings"].as_array().unwrap().iter();
    let found: Vec<_> =
        found.map(|finding| (finding["line"].as_u64(), finding["message"].as_str().unwrap())).collect();
    assert_eq!(
        found,
        [
            (Some(1), "the current snapshot, 5, is not in the list"),
            (Some(3), "the parent of '', snapshot 7, is not in the list"),
            (Some(6), "the disk 'gone.vmdk' of '' does not exist"),
        ]
    );
}

#[test]
fn a_part_that_is_too_short_and_lines_that_are_malformed_are_reported() {
    let vm = Scratch::with(VM);
    let extents = "RW 8 FLAT \"disk-flat.vmdk\" 0\nRW 8 VMFS \"disk-flat.vmdk\" 8\n";
    vm.write("disk.vmdk", [&descriptor(b"", &[])[..], extents.as_bytes()].concat());
    vm.write("disk-flat.vmdk", vec![0; 16 * 512]);
    assert_eq!(messages(&vm, "vm.vmx"), [""; 0]);
    vm.write("disk-flat.vmdk", vec![0; 16 * 512 - 1]);
    let problem = "its part 'disk-flat.vmdk' has 8191 of 8192 bytes";
    assert_eq!(messages(&vm, "vm.vmx"), [format!("cannot open the disk 'disk.vmdk': {problem}")]);
    assert_eq!(messages(&vm, "disk.vmdk"), [problem]);

    vm.write(
        "disk.vmdk",
        "# Disk DescriptorFile\nversion=1\nCID=0000000g\nRW many FLAT \"disk-flat.vmdk\" 0\nRW 8 ZERO\n",
    );
    let result = vm.run(&["check", "disk.vmdk", "--json"]).json();
    let found = result["findings"].as_array().unwrap().iter();
    let found: Vec<_> =
        found.map(|finding| (finding["line"].as_u64(), finding["message"].as_str().unwrap())).collect();
    assert_eq!(
        found,
        [
            (Some(3), "'0000000g' is not a number of up to 8 hexadecimal digits"),
            (Some(4), "the extent is malformed"),
        ]
    );
}
