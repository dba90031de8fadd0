//! The `unset` command: keys, patterns and duplicates.

use super::VM;
use crate::harness::Scratch;

const DUPLICATE: &str = "a = \"1\"\nb = \"2\"\nA = \"3\"\n";

#[test]
fn unset_removes_every_copy_of_a_duplicate_key() {
    let vm = Scratch::with(DUPLICATE);
    vm.run(&["unset", "vm.vmx", "a"]).prints("- a = \"1\"\n- A = \"3\"\n");
    assert_eq!(vm.read("vm.vmx"), b"b = \"2\"\n");
}

#[test]
fn strict_refuses_a_key_that_is_no_longer_there() {
    let vm = Scratch::with(DUPLICATE);
    vm.run(&["unset", "-q", "vm.vmx", "a"]).printed(0);
    vm.run(&["unset", "vm.vmx", "a", "--strict"]).refuses(1, &["vm.vmx: no entry 'a'"]);
}

#[test]
fn strict_applies_to_patterns() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["unset", "vm.vmx", "x*", "--strict"]).refuses(1, &["no entry 'x*'"]);
}

#[test]
fn a_removed_entry_is_a_change_in_json() {
    let vm = Scratch::with(VM);
    vm.run(&["unset", "vm.vmx", "floppy0.*", "--json"]).prints(
        "{\"file\":\"vm.vmx\",\"changed\":true,\"dry_run\":false,\"changes\":[{\"op\":\"remove\",\"key\":\"floppy0.present\",\
         \"before\":\"FALSE\",\"after\":null,\"line\":7}],\"warnings\":[],\"notes\":[],\"skipped\":false,\"backup\":null}\n",
    );
}

#[test]
fn the_last_entry_can_be_removed_and_another_added() {
    let vm = Scratch::with("# a comment\n\na = \"1\"\n");
    vm.run(&["unset", "-q", "vm.vmx", "a"]).printed(0);
    vm.run(&["get", "vm.vmx", "a"]).refuses(1, &["vm.vmx: no entry 'a'"]);
    vm.run(&["list", "vm.vmx"]).prints("");
    vm.run(&["set", "-q", "vm.vmx", "b=2"]).printed(0);
    assert_eq!(vm.read("vm.vmx"), b"# a comment\n\nb = \"2\"\n");
}
