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
    vm.run(&["unset", "vm.vmx", "a", "--strict"]).refuses(1, &["vm.vmx: no entry matches 'a'"]);
}

#[test]
fn strict_applies_to_patterns() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["unset", "vm.vmx", "x*", "--strict"]).refuses(1, &["no entry matches 'x*'"]);
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
    vm.run(&["get", "vm.vmx", "a"]).refuses(1, &["vm.vmx: no entry matches 'a'"]);
    vm.run(&["list", "vm.vmx"]).prints("");
    vm.run(&["set", "-q", "vm.vmx", "b=2"]).printed(0);
    assert_eq!(vm.read("vm.vmx"), b"# a comment\n\nb = \"2\"\n");
}

/// A VM with what identifies it and one device.
const WHOLE_VM: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\nmemsize = \"2048\"\n\
                        ethernet0.present = \"TRUE\"\n";

#[test]
fn a_pattern_that_matches_the_identity_of_the_vm_is_refused() {
    for args in [
        &["unset", "vm.vmx", "*"][..],
        &["unset", "vm.vmx", "*", "-n"],
        &["unset", "vm.vmx", "VIRTUALHW.*"],
        &["unset", "vm.vmx", "memsize", "guest?s"],
        &["unset", "vm.vmx", "*", "guestOS", "config.version"],
        &["apply", "--unset", "*", "vm.vmx"],
        &["apply", "--unset", "*", "vm.vmx", "other.vmx"],
    ] {
        let vm = Scratch::with(WHOLE_VM);
        vm.write("other.vmx", "a = \"1\"\n");
        let result = vm.run(args);
        assert_eq!(result.code, 4, "{args:?}: {}", result.stderr);
        result.says(&[
            "vm.vmx: nothing was changed: '",
            ", which every VM needs",
            "hint: `vmxedit list vm.vmx ",
            "` shows what it matches; to remove ",
        ]);
        assert_eq!(vm.read("vm.vmx"), WHOLE_VM.as_bytes(), "{args:?}");
    }
}

#[test]
fn the_refusal_names_the_keys_and_a_command_that_only_reads() {
    let vm = Scratch::with(WHOLE_VM);
    vm.run(&["unset", "vm.vmx", "*.version"]).refuses(
        4,
        &[
            "'*.version' matches config.version, virtualHW.version",
            "hint: `vmxedit list vm.vmx '*.version'` shows what it matches; to remove a key as well, name the key\n",
        ],
    );
    let error = vm.run(&["unset", "vm.vmx", "*.version", "--json"]).json();
    assert_eq!(error["error"]["kind"], "identity");
}

#[test]
fn a_key_of_the_identity_is_removed_by_its_name() {
    let vm = Scratch::with(WHOLE_VM);
    vm.run(&["unset", "vm.vmx", "guestos"]).prints("- guestOS = \"ubuntu-64\"\n");
    let vm = Scratch::with(WHOLE_VM);
    vm.run(&["unset", "vm.vmx", "*", "config.version", "virtualHW.version", "guestOS"]).printed(0);
    assert_eq!(vm.read("vm.vmx"), b"");
}

#[test]
fn patterns_of_files_that_are_not_vms_remove_any_key() {
    let files = Scratch::new();
    files.write("x.properties", "guestOS=1\na=2\n");
    files.run(&["unset", "x.properties", "*"]).prints("- guestOS = \"1\"\n- a = \"2\"\n");
}

#[test]
fn a_pattern_that_matches_nothing_is_reported() {
    let vm = Scratch::with(WHOLE_VM);
    for (pattern, note) in [
        ("ethernet0", "no entry matches 'ethernet0'; did you mean ethernet0.*?\n"),
        ("memory", "no entry matches 'memory'; did you mean memsize?\n"),
        ("memsiez", "no entry matches 'memsiez'; did you mean memsize?\n"),
        ("floppy0.*", "no entry matches 'floppy0.*'\n"),
    ] {
        vm.run(&["unset", "vm.vmx", pattern]).reports(0, "", &[note]);
        vm.run(&["unset", "vm.vmx", pattern, "-q"]).prints("");
    }
    let edit = vm.run(&["unset", "vm.vmx", "ethernet0", "memsize", "--json"]).json();
    assert_eq!(edit["notes"], serde_json::json!(["no entry matches 'ethernet0'; did you mean ethernet0.*?"]));
    assert_eq!(edit["changes"][0]["key"], "memsize");
}

#[test]
fn strict_suggests_what_was_meant() {
    let vm = Scratch::with(WHOLE_VM);
    vm.run(&["unset", "vm.vmx", "--strict", "ethernet0"])
        .refuses(1, &["vm.vmx: no entry matches 'ethernet0'\nhint: did you mean ethernet0.*?"]);
    vm.run(&["unset", "vm.vmx", "--strict", "nope"])
        .refuses(1, &["vm.vmx: no entry matches 'nope'\nhint: `vmxedit list vm.vmx` prints the entries"]);
    vm.run(&["unset", "vm.vmx", "--strict", "memsize", "mem*"]).prints("- memsize = \"2048\"\n");
}
