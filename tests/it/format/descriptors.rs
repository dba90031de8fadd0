//! Disk descriptors: their header and database are edited, their extents are not.

use crate::harness::Scratch;

pub(super) const DESCRIPTOR: &str = "# Disk DescriptorFile\nversion=1\nencoding=\"UTF-8\"\nCID=fffffffe\nparentCID=ffffffff\n\
    createType=\"vmfs\"\n\n# Extent description\nRW 188416 VMFS \"disk-flat.vmdk\"\nRW 1 FLAT \"a=b.vmdk\" 0\n\n\
    # The Disk Data Base\n#DDB\n\nddb.adapterType = \"lsilogic\"\nddb.geometry.cylinders = \"11\"\nddb.uuid = \"60 00\"\n";

fn vm_with_disk() -> Scratch {
    let vm = Scratch::new();
    vm.write("disk.vmdk", DESCRIPTOR);
    vm
}

/// Asserts that quiet edits of `DESCRIPTOR` replace `old` once.
#[track_caller]
fn assert_edited(edit: &[&str], old: &str, new: &str) {
    let vm = vm_with_disk();
    vm.run(&[&edit[..1], &["disk.vmdk", "-q"], &edit[1..]].concat()).printed(0);
    assert_eq!(String::from_utf8_lossy(&vm.read("disk.vmdk")), DESCRIPTOR.replacen(old, new, 1));
}

#[test]
fn the_values_of_a_descriptor_are_read() {
    vm_with_disk()
        .run(&["get", "disk.vmdk", "CID", "createtype", "ddb.adapterType"])
        .prints("fffffffe\nvmfs\nlsilogic\n");
}

#[test]
fn the_extents_of_a_descriptor_are_not_listed() {
    vm_with_disk().run(&["list", "disk.vmdk", "--keys"]).prints(
        "version\nencoding\nCID\nparentCID\ncreateType\nddb.adapterType\nddb.geometry.cylinders\nddb.uuid\n",
    );
}

#[test]
fn an_edit_of_a_descriptor_is_reported() {
    vm_with_disk()
        .run(&["set", "disk.vmdk", "CID=12ab34cd"])
        .prints("~ CID = \"fffffffe\" -> \"12ab34cd\"\n");
}

#[test]
fn editing_a_descriptor_preserves_extents_and_unquoted_header() {
    assert_edited(&["set", "CID=12ab34cd"], "CID=fffffffe", "CID=12ab34cd");
    assert_edited(&["unset", "ddb.uuid"], "ddb.uuid = \"60 00\"\n", "");
}

#[test]
fn the_header_and_the_database_of_a_descriptor_are_edited_together() {
    let vm = vm_with_disk();
    vm.run(&["set", "disk.vmdk", "createType=monolithicFlat", "ddb.adapterType=ide", "-q"]).printed(0);
    let edited = DESCRIPTOR.replace("\"vmfs\"", "\"monolithicFlat\"").replace("lsilogic", "ide");
    assert_eq!(String::from_utf8_lossy(&vm.read("disk.vmdk")), edited);
}

#[test]
fn a_header_value_that_needs_quotes_gets_them() {
    assert_edited(&["set", "CID=a b"], "CID=fffffffe", "CID=\"a b\"");
}

#[test]
fn new_header_entries_have_quotes_unless_they_are_numbers() {
    assert_edited(
        &["set", "isNativeSnapshot=no"],
        "createType=\"vmfs\"\n",
        "createType=\"vmfs\"\nisNativeSnapshot=\"no\"\n",
    );
    assert_edited(&["set", "generation=2"], "createType=\"vmfs\"\n", "createType=\"vmfs\"\ngeneration=2\n");
}

#[test]
fn new_descriptor_entries_match_the_style_of_their_section() {
    assert_edited(&["set", "ddb.geometry.heads=255"], "\"11\"\n", "\"11\"\nddb.geometry.heads = \"255\"\n");
    assert_edited(
        &["set", "ddb.thinProvisioned=1"],
        "\"60 00\"\n",
        "\"60 00\"\nddb.thinProvisioned = \"1\"\n",
    );
}

#[test]
fn the_first_header_entry_precedes_the_extents() {
    let vm = Scratch::new();
    vm.write("disk.vmdk", "# Disk DescriptorFile\nRW 1 FLAT \"a\" 0\n#DDB\nddb.x = \"1\"\n");
    vm.run(&["set", "disk.vmdk", "version=1", "-q"]).printed(0);
    assert_eq!(
        vm.read("disk.vmdk"),
        b"# Disk DescriptorFile\nversion=1\nRW 1 FLAT \"a\" 0\n#DDB\nddb.x = \"1\"\n"
    );
}

/// Returns a descriptor in windows-1252 with a parent of this name.
fn vm_with_parent(name: &[u8]) -> Scratch {
    let vm = Scratch::new();
    let head = &b"# Disk DescriptorFile\nencoding=\"windows-1252\"\nparentFileNameHint=\""[..];
    vm.write("disk.vmdk", [head, name, b"\"\n"].concat());
    vm
}

#[test]
fn a_descriptor_is_read_in_its_declared_encoding() {
    vm_with_parent(b"caf\xE9.vmdk")
        .run(&["get", "disk.vmdk", "parentFileNameHint"])
        .prints("caf\u{E9}.vmdk\n");
}

#[test]
fn a_descriptor_is_written_in_its_declared_encoding() {
    let vm = vm_with_parent(b"caf\xE9.vmdk");
    vm.run(&["set", "disk.vmdk", "parentFileNameHint=\u{E8}.vmdk", "-q"]).printed(0);
    assert!(vm.read("disk.vmdk").ends_with(b"=\"\xE8.vmdk\"\n"));
}

#[test]
fn a_character_that_the_encoding_of_a_descriptor_lacks_is_refused() {
    vm_with_parent(b"caf\xE9.vmdk")
        .run(&["set", "disk.vmdk", "parentFileNameHint=\u{4F4D}"])
        .refuses(4, &["windows-1252, has no"]);
}

#[test]
fn the_first_encoding_key_of_a_descriptor_is_used() {
    let vm = vm_with_parent(b"\xE8.vmdk");
    vm.run(&["set", "disk.vmdk", "ddb.encoding=UTF-8", "parentFileNameHint=\u{E9}", "-q"]).printed(0);
    assert_eq!(
        vm.read("disk.vmdk"),
        b"# Disk DescriptorFile\nencoding=\"windows-1252\"\nparentFileNameHint=\"\xE9\"\nddb.encoding = \"UTF-8\"\n"
    );
    vm.run(&["set", "disk.vmdk", "encoding=UTF-8", "parentFileNameHint=\u{4F4D}", "-q"]).printed(0);
    vm.run(&["get", "disk.vmdk", "parentFileNameHint"]).prints("\u{4F4D}\n");
}

#[test]
fn a_descriptor_that_is_named_vmx_is_refused() {
    let vm = Scratch::with(DESCRIPTOR);
    vm.run(&["set", "vm.vmx", "CID=1"]).refuses(4, &["a virtual disk's descriptor (.vmdk)"]);
}

#[test]
fn a_descriptor_in_a_binary_disk_is_refused() {
    let vm = Scratch::new();
    vm.write("sparse.vmdk", format!("KDMV\x01\0\0\0{DESCRIPTOR}"));
    vm.run(&["set", "sparse.vmdk", "CID=1"]).refuses(4, &["a sparse virtual disk (.vmdk)"]);
}

#[test]
fn a_disk_without_a_descriptor_is_refused() {
    let vm = Scratch::new();
    vm.write("flat.vmdk", "a = \"1\"\n");
    vm.run(&["get", "flat.vmdk", "a"]).refuses(4, &["a virtual disk without a text descriptor"]);
    let flat = std::fs::File::create(vm.path("x-flat.vmdk")).unwrap();
    flat.set_len(1 << 40).unwrap();
    vm.run(&["get", "x-flat.vmdk", "a"]).refuses(4, &["no VMX file is that large"]);
}
