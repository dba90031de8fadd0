//! Edits that change the encoding of a file, and text that does not fit it.

use crate::harness::Scratch;

const FILE: &[u8] = b".encoding = \"windows-1252\"\ndisplayName = \"B\xFCro\"\n";

#[test]
fn changing_the_encoding_warns_if_text_becomes_invalid() {
    let vm = Scratch::with(FILE);
    for (args, printed) in [
        (&["set", "vm.vmx", ".encoding=UTF-8", "-n"][..], "~ .encoding = \"windows-1252\" -> \"UTF-8\"\n"),
        (&["unset", "vm.vmx", ".encoding", "-n"], "- .encoding = \"windows-1252\"\n"),
        (&["rename", "vm.vmx", ".encoding", "x.y", "-n"], "~ .encoding -> x.y\n"),
    ] {
        vm.run(args).reports(0, printed, &["vm.vmx: warning: the bytes on line "]);
    }
}

#[test]
fn an_unknown_encoding_causes_a_warning() {
    Scratch::with(FILE).run(&["set", "vm.vmx", ".encoding=klingon", "-n"]).reports(
        0,
        "~ .encoding = \"windows-1252\" -> \"klingon\"\n",
        &["\"klingon\" is not a known encoding"],
    );
}

#[test]
fn changing_the_encoding_together_with_the_text_causes_no_warning() {
    let vm = Scratch::with(FILE);
    vm.run(&["set", "vm.vmx", ".encoding=UTF-8", "displayName=B\u{FC}ro"])
        .prints("~ .encoding = \"windows-1252\" -> \"UTF-8\"\n~ displayName = \"B|FCro\" -> \"B\u{FC}ro\"\n");
    assert_eq!(vm.read("vm.vmx"), ".encoding = \"UTF-8\"\ndisplayName = \"B\u{FC}ro\"\n".as_bytes());
}

#[test]
fn new_text_in_a_file_that_is_not_in_its_encoding_causes_a_warning() {
    let vm = Scratch::with(b"displayName = \"B\xFCro\"\n");
    vm.run(&["set", "vm.vmx", "annotation=\u{FC}", "-n"]).reports(
        0,
        "+ annotation = \"\u{FC}\"\n",
        &["line 1 is not valid UTF-8: this is not the file's encoding; the new text was written in UTF-8"],
    );
}

#[test]
fn a_value_that_the_encoding_lacks_is_refused() {
    let file = ".encoding = \"windows-1252\"\na = \"1\"\n";
    let vm = Scratch::with(file);
    vm.run(&["set", "vm.vmx", "a=\u{4F4D}"]).refuses(
        4,
        &["vm.vmx: 'a' cannot be written: the file's encoding, windows-1252, has no '\u{4F4D}'", "hint: "],
    );
    assert_eq!(vm.read("vm.vmx"), file.as_bytes());
}

#[test]
fn a_key_that_the_encoding_lacks_is_refused() {
    let file = ".encoding = \"windows-1252\"\na = \"1\"\n";
    let vm = Scratch::with(file);
    vm.run(&["set", "vm.vmx", "\u{43A}\u{43B}\u{44E}\u{447}=1"]).refuses(4, &["has no '\u{43A}'"]);
    assert_eq!(vm.read("vm.vmx"), file.as_bytes());
}

/// A file whose encoding is unknown.
const UNKNOWN: &[u8] = b".encoding = \"x-klingon\"\na = \"\xF8\"\n";

#[test]
fn a_file_in_an_unknown_encoding_accepts_only_ascii() {
    let vm = Scratch::with(UNKNOWN);
    vm.run(&["set", "vm.vmx", "a=\u{E9}"]).refuses(4, &["x-klingon"]);
    vm.run(&["set", "vm.vmx", "b=1"]).prints("+ b = \"1\"\n");
}

#[test]
fn bytes_in_an_unknown_encoding_are_printed_escaped() {
    Scratch::with(UNKNOWN).run(&["get", "vm.vmx", "a"]).prints("|F8\n");
}

#[test]
fn a_new_encoding_becomes_the_first_entry() {
    for (before, after) in [
        ("a = \"1\"\n", ".encoding = \"UTF-8\"\na = \"1\"\n"),
        (
            "#!/usr/bin/vmware\n# text\r\na = \"1\"\n",
            "#!/usr/bin/vmware\n# text\r\n.encoding = \"UTF-8\"\na = \"1\"\n",
        ),
        ("\u{feff}a = \"1\"", "\u{feff}.encoding = \"UTF-8\"\na = \"1\""),
        ("# text", "# text\n.encoding = \"UTF-8\"\n"),
    ] {
        let result = Scratch::new().pipe(before.as_bytes(), &["set", "-", ".encoding=UTF-8"]);
        assert_eq!((result.code, &*result.stdout), (0, after), "{before:?}");
    }
}

#[test]
fn an_encoding_that_is_late_can_be_moved_by_one_command() {
    let vm = Scratch::with("config.version = \"8\"\n.encoding = \"GBK\"\n");
    let args = ["apply", "--unset", ".encoding", "--set", ".encoding=GBK", "vm.vmx"];
    vm.run(&args).prints("- .encoding = \"GBK\"\n+ .encoding = \"GBK\"\n");
    assert_eq!(vm.read("vm.vmx"), b".encoding = \"GBK\"\nconfig.version = \"8\"\n");
}

#[test]
fn declaring_an_encoding_that_the_text_is_not_in_causes_a_warning() {
    let file = b"displayName = \"B\xFCro\"\n";
    Scratch::with(file).run(&["set", "vm.vmx", ".encoding=UTF-8", "-n"]).reports(
        0,
        "+ .encoding = \"UTF-8\"\n",
        &["line 2 is not valid UTF-8: this is not the file's encoding\n"],
    );
    let vm = Scratch::with(file);
    vm.run(&["set", "vm.vmx", ".encoding=windows-1252"]).prints("+ .encoding = \"windows-1252\"\n");
}
