//! Which entries and files an expression finds.

use super::vms;
use crate::harness::{Scratch, read_fixture};

/// Asserts that these expressions find exactly these entries of `vm.vmx`.
#[track_caller]
fn finds(vm: &Scratch, expressions: &[&str], entries: &[&str]) {
    let mut args = vec!["find"];
    args.extend(expressions.iter().flat_map(|expression| ["-e", *expression]));
    args.push("vm.vmx");
    let expected: String = entries.iter().map(|entry| format!("vm.vmx: {entry}\n")).collect();
    vm.run(&args).exits(i32::from(entries.is_empty()), &expected);
}

#[test]
fn a_key_finds_its_entry_in_any_case() {
    let vm = Scratch::with("memSize = \"1024\"\nmemsizes = \"1\"\n");
    finds(&vm, &["MEMSIZE"], &["memSize = \"1024\""]);
}

#[test]
fn a_pattern_matches_the_whole_key() {
    let vm =
        Scratch::with("ethernet0.present = \"1\"\nethernet1.present = \"2\"\nxethernet0.present = \"3\"\n");
    let both = ["ethernet0.present = \"1\"", "ethernet1.present = \"2\""];
    finds(&vm, &["ethernet*.present"], &both);
    finds(&vm, &["Ethernet?.*"], &both);
    finds(&vm, &["ethernet[1-9].present"], &both[1..]);
    finds(&vm, &["*.pres"], &[]);
}

#[test]
fn a_value_is_compared_as_vmware_reads_it() {
    let vm = Scratch::with("a.present = \"True\"\nmemsize = 0x400\nfirmware = \"efi\"\n");
    finds(&vm, &["a.present=TRUE"], &["a.present = \"True\""]);
    finds(&vm, &["memsize=1024"], &["memsize = \"0x400\""]);
    finds(&vm, &["firmware=efi"], &["firmware = \"efi\""]);
    finds(&vm, &["firmware=EFI"], &[]);
    finds(&vm, &["a.present=1"], &[]);
}

#[test]
fn a_value_pattern_matches_the_whole_decoded_value() {
    let vm = Scratch::with("displayName = \"Web |2201|22\"\n");
    finds(&vm, &["displayName=Web*"], &["displayName = \"Web \"01\"\""]);
    finds(&vm, &["displayName=Web \"0[0-9]\""], &["displayName = \"Web \"01\"\""]);
    finds(&vm, &["displayName=Web"], &[]);
    finds(&vm, &["displayName=web*"], &[]);
    finds(&vm, &["displayName=*|22*"], &[]);
}

#[test]
fn a_value_pattern_matches_a_boolean_in_any_case() {
    let vm = Scratch::with("a.present = \"true\"\ndisplayName = \"true\"\n");
    finds(&vm, &["*=T*"], &["a.present = \"true\""]);
}

#[test]
fn an_entry_with_another_value_is_found() {
    let vm = Scratch::with("memsize = \"1024\"\nMEMSIZE = \"2048\"\n");
    finds(&vm, &["memsize!=1024"], &["MEMSIZE = \"2048\""]);
    finds(&vm, &["memsize!=*"], &[]);
    finds(&vm, &["numvcpus!=2"], &[]);
}

#[test]
fn an_empty_value_is_a_value() {
    let vm = Scratch::with("a = \"\"\nb = \"1\"\nc =\n");
    finds(&vm, &["?="], &["a = \"\"", "c = \"\""]);
    finds(&vm, &["?!="], &["b = \"1\""]);
}

#[test]
fn a_file_without_an_entry_is_found() {
    let vms = vms();
    vms.run(&["find", "!memsize", "-r", "vms"]).prints("vms/a/a.vmx\n");
    vms.run(&["find", "!mem*", "-r", "vms"]).prints("vms/a/a.vmx\n");
    vms.run(&["find", "!guestOS", "-r", "vms"]).exits(1, "");
}

#[test]
fn all_expressions_have_to_hold_in_one_file() {
    let vms = vms();
    vms.run(&["find", "-e", "guestOS=windows*", "-e", "memsize=1024", "-r", "vms"])
        .prints("vms/c/c.vmx: guestOS = \"windows9-64\"\nvms/c/c.vmx: memsize = \"0x400\"\n");
    vms.run(&["find", "-r", "vms", "-e", "guestOS=linux", "-e", "*vnc*"]).exits(1, "");
    vms.run(&["find", "-e", "*.vnc.enabled=TRUE", "-e", "!*.vnc.password", "-r", "vms"])
        .prints("vms/c/c.vmx: RemoteDisplay.vnc.enabled = \"TRUE\"\n");
    vms.run(&["find", "-e", "!memsize", "-e", "!numvcpus", "-r", "vms"]).prints("vms/a/a.vmx\n");
}

#[test]
fn an_entry_that_several_expressions_find_is_printed_once() {
    let vm = Scratch::with("a = \"1\"\nb = \"2\"\n");
    finds(&vm, &["b", "?", "a=1"], &["a = \"1\"", "b = \"2\""]);
}

#[test]
fn each_copy_of_a_duplicate_key_that_matches_is_printed() {
    let vm = Scratch::with("a = \"1\"\nA = \"2\"\na = \"1\"\n");
    finds(&vm, &["a"], &["a = \"1\"", "A = \"2\"", "a = \"1\""]);
    finds(&vm, &["a=1"], &["a = \"1\"", "a = \"1\""]);
}

#[test]
fn comments_and_other_lines_are_not_entries() {
    let vm = Scratch::with("# memsize = \"1\"\nmemsize 2\na = \"memsize = |223|22\" # memsize = \"4\"\nb\n");
    finds(&vm, &["memsize"], &[]);
    finds(&vm, &["*=memsize*"], &["a = \"memsize = \"3\"\""]);
}

#[test]
fn literal_turns_patterns_off() {
    let vm = Scratch::with("ethernet*.x = \"a*\"\nethernet0.x = \"ab\"\nd = \"[ds] x\"\n");
    vm.run(&["find", "--literal", "ethernet*.x", "vm.vmx"]).prints("vm.vmx: ethernet*.x = \"a*\"\n");
    vm.run(&["find", "--literal", "ethernet0.x=a*", "vm.vmx"]).exits(1, "");
    vm.run(&["find", "--literal", "ethernet*.x=a*", "vm.vmx"]).prints("vm.vmx: ethernet*.x = \"a*\"\n");
    vm.run(&["find", "--literal", "d=[ds] x", "vm.vmx"]).prints("vm.vmx: d = \"[ds] x\"\n");
    vm.run(&["find", "--literal", "ethernet*.x!=a*", "vm.vmx"]).exits(1, "");
}

#[test]
fn a_text_that_is_not_an_expression_is_a_usage_error() {
    let vm = Scratch::with("a = \"1\"\n");
    for (expression, reason) in [
        ("a b", "'a b' is not a key"),
        ("", "'' is not a key"),
        ("!a=hunter2", "'!a' means that no entry has this key: it takes no value"),
        ("[a", "'[a' is not a pattern"),
        ("a=[hunter2", "the value for 'a' is not a pattern"),
        ("a=[hunter2", "--literal takes * ? [ as ordinary characters"),
    ] {
        for args in [&["find", expression, "vm.vmx"][..], &["find", "-e", expression, "vm.vmx"]] {
            let result = vm.run(args);
            assert!(!result.stderr.contains("hunter2"), "{}", result.stderr);
            result.refuses(2, &[reason]);
        }
    }
}

#[test]
fn a_colon_in_the_place_of_the_equal_sign_is_recognized() {
    let vms = vms();
    let say = |expression: &str, parts: &[&str]| {
        vms.run(&["find", expression, "-r", "vms"]).reports(1, "", parts);
    };
    say("guestOS:other", &["'guestOS:other' is not a known key\nhint: did you mean guestOS=other?\n"]);
    say(
        "RemoteDisplay.vnc.password:geheim",
        &["'RemoteDisplay.vnc.password:****' is not", "did you mean RemoteDisplay.vnc.password=VALUE?\n"],
    );
    vms.run(&["find", "scsi3:0.fileName", "-r", "vms"]).reports(1, "", &[]);
}

#[test]
fn a_misspelled_key_that_is_found_nowhere_gets_a_suggestion() {
    let vms = vms();
    let suggestion = ["'memsiez' is not a known key", "hint: did you mean memsize?"];
    vms.run(&["find", "memsiez=1024", "-r", "vms"]).refuses(1, &suggestion);
    let result = vms.run(&["find", "-l", "!memsiez", "-r", "vms"]);
    assert_eq!((result.code, result.stdout.lines().count()), (0, 3));
    result.says(&suggestion);
    vms.run(&["find", "numvcpus", "-r", "vms"]).exits(1, "");
}

#[test]
fn keys_and_values_are_found_in_any_encoding() {
    for (encoding, key, value) in
        [("windows-1252", &b"n\xE9"[..], &b"caf\xE9"[..]), ("GBK", b"n\xA8\xA6", b"caf\xA8\xA6")]
    {
        let text = [b".encoding = \"", encoding.as_bytes(), b"\"\n", key, b" = \"", value, b"\"\n"].concat();
        let vm = Scratch::with(text);
        for expression in ["n\u{E9}", "n\u{E9}=caf\u{E9}", "n?=caf?", "*\u{E9}=*\u{E9}"] {
            finds(&vm, &[expression], &["n\u{E9} = \"caf\u{E9}\""]);
        }
    }
}

#[test]
fn a_byte_order_mark_and_lines_that_end_in_cr_do_not_hide_entries() {
    let vm = Scratch::with("\u{FEFF}a = \"1\"\rb = \"2\"\rc = \"3\"");
    finds(&vm, &["[a-c]"], &["a = \"1\"", "b = \"2\"", "c = \"3\""]);
    let result = vm.run(&["find", "--json", "c", "vm.vmx"]);
    assert_eq!(result.json()["line"], 3);
}

#[test]
fn the_encrypted_part_of_a_file_cannot_be_searched() {
    let vm = Scratch::with(read_fixture("encrypted.vmx"));
    for expression in ["memsize", "!memsize", "memsize!=1", "*=1024"] {
        vm.run(&["find", expression, "vm.vmx"]).refuses(4, &["vm.vmx: an encrypted configuration"]);
    }
    finds(&vm, &["displayName=sealed"], &["displayName = \"sealed\""]);
    finds(&vm, &["displayName=other"], &[]);
    finds(&vm, &["!encryption.data"], &[]);
}

#[test]
fn keys_in_clear_text_of_a_partly_encrypted_file_are_found() {
    let vm = Scratch::with(read_fixture("partly-encrypted.vmx"));
    assert_eq!(vm.run(&["find", "guestOS", "vm.vmx"]).code, 0);
    vm.run(&["find", "nothing", "vm.vmx"]).exits(1, "");
}

#[test]
fn java_properties_are_searched_by_their_own_rules() {
    let vm = Scratch::new();
    vm.write("a.properties", "Key\\:1=caf\\u00e9\nkey\\:1=b\\\n  c\nlast=1\n");
    vm.run(&["find", "Key:1", "a.properties"]).prints("a.properties: Key:1 = \"caf\u{E9}\"\n");
    vm.run(&["find", "key*=bc", "a.properties"]).prints("a.properties: key:1 = \"bc\"\n");
    let result = vm.run(&["find", "last", "--json", "a.properties"]);
    assert_eq!(result.json()["line"], 4);
    vm.write("a.txt", "Key\\:1=x\n");
    vm.run(&["find", "Key:1", "--dialect", "properties", "a.txt"]).prints("a.txt: Key:1 = \"x\"\n");
}
