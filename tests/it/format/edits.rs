//! Edits with the library: the file before, the edits, and the file after them.

use vmxedit::document::EncodeError;
use vmxedit::edit::{EditError, IfAbsent};
use vmxedit::{Document, Edit, Key, Pattern, edit};

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

fn set(name: &str, value: &str) -> Edit {
    Edit::Set { key: key(name), value: value.to_owned() }
}

fn unset(pattern: &str) -> Edit {
    Edit::Unset { pattern: Pattern::parse(pattern).unwrap(), absent: IfAbsent::Ignore }
}

struct TestFile(Vec<u8>);

fn given(file: impl AsRef<[u8]>) -> TestFile {
    TestFile(file.as_ref().to_vec())
}

impl TestFile {
    #[track_caller]
    fn assert_becomes(self, edits: &[Edit], after: impl AsRef<[u8]>) {
        let (document, _) = edit::apply(&Document::parse(self.0), edits).unwrap();
        let bytes = document.to_bytes();
        assert_eq!(bytes.escape_ascii().to_string(), after.as_ref().escape_ascii().to_string());
    }

    #[track_caller]
    fn assert_refused(self, edits: &[Edit]) -> EditError {
        edit::apply(&Document::parse(self.0), edits).expect_err("the edits should be refused")
    }
}

#[test]
fn setting_a_value_preserves_the_rest_of_the_line() {
    given("  memSize=\t\"1\" # MB\r\nb = \"2\"")
        .assert_becomes(&[set("MEMSIZE", "9")], "  memSize=\t\"9\" # MB\r\nb = \"2\"");
    given("b = \"2\"").assert_becomes(&[set("b", "3")], "b = \"3\"");
}

#[test]
fn setting_an_unquoted_value_adds_quotes() {
    given("a = 1 # c\n").assert_becomes(&[set("a", "one two")], "a = \"one two\" # c\n");
    given("a =\nb=\n").assert_becomes(&[set("a", "1"), set("b", "2")], "a = \"1\"\nb=\"2\"\n");
    given("a = # c\n").assert_becomes(&[set("a", "1")], "a = \"1\" # c\n");
}

#[test]
fn values_are_escaped_like_vmware() {
    given("a = \"\"\n").assert_becomes(&[set("a", "x\"y|z\nw\t\\#")], "a = \"x|22y|7Cz|0Aw\t\\#\"\n");
}

#[test]
fn a_redundant_escape_is_preserved_if_the_value_is_unchanged() {
    given("a = \"|23C0\"\n").assert_becomes(&[set("a", "#C0")], "a = \"|23C0\"\n");
}

#[test]
fn a_new_entry_follows_its_family_or_its_device_or_goes_last() {
    let file = "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nmemsize = \"4\"\n";
    given(file).assert_becomes(
        &[set("scsi0:0.fileName", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nscsi0:0.fileName = \"x\"\nmemsize = \"4\"\n",
    );
    given(file).assert_becomes(
        &[set("SCSI0:1.present", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nSCSI0:1.present = \"x\"\nmemsize = \"4\"\n",
    );
    given(file).assert_becomes(
        &[set("usb.present", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nmemsize = \"4\"\nusb.present = \"x\"\n",
    );
}

#[test]
fn new_entries_are_inserted_in_the_given_order() {
    given("a.x = \"1\"\nz = \"1\"\n").assert_becomes(
        &[set("a.y", "2"), set("a.z", "3")],
        "a.x = \"1\"\na.y = \"2\"\na.z = \"3\"\nz = \"1\"\n",
    );
}

#[test]
fn an_appended_line_uses_the_most_common_line_ending() {
    given("a = \"1\"\r\nb = \"2\"\r\nc = \"3\"")
        .assert_becomes(&[set("d", "4")], "a = \"1\"\r\nb = \"2\"\r\nc = \"3\"\r\nd = \"4\"\r\n");
    given("a = \"1\"").assert_becomes(&[set("d", "4")], "a = \"1\"\nd = \"4\"\n");
    given("").assert_becomes(&[set("d", "4")], "d = \"4\"\n");
    given("a = \"1\"\rb = \"1\"\r").assert_becomes(&[set("d", "4")], "a = \"1\"\rb = \"1\"\rd = \"4\"\r");
    given("\u{FEFF}").assert_becomes(&[set("d", "4")], "\u{FEFF}d = \"4\"\n");
}

#[test]
fn an_inserted_line_does_not_join_a_lone_cr_and_lf() {
    given("e.x = \"1\"\r\na = \"1\"\rb = \"1\"\rc.x = \"1\"\r").assert_becomes(
        &[set("c.y", "2")],
        "e.x = \"1\"\r\na = \"1\"\rb = \"1\"\rc.x = \"1\"\rc.y = \"2\"\r",
    );
    given("a.x = \"1\"\n\nb\rc\rd\r")
        .assert_becomes(&[set("a.y", "2")], "a.x = \"1\"\na.y = \"2\"\r\n\nb\rc\rd\r");
}

#[test]
fn inserting_a_line_preserves_a_missing_final_newline() {
    given("a.x = \"1\"\nb = \"2\"").assert_becomes(&[set("a.y", "2")], "a.x = \"1\"\na.y = \"2\"\nb = \"2\"");
}

#[test]
fn unset_removes_whole_lines_and_every_copy() {
    given("a = \"1\" # c\n# k\nA = \"2\"\nb = \"3\"\n").assert_becomes(&[unset("a")], "# k\nb = \"3\"\n");
    given("e0.a = \"1\"\ne0.b = \"2\"\ne1.a = \"3\"\n").assert_becomes(&[unset("E0.*")], "e1.a = \"3\"\n");
    given("a = \"1\"\n").assert_becomes(&[unset("a"), set("b", "2")], "b = \"2\"\n");
    given("a = \"1\"").assert_becomes(&[unset("a"), set("b", "2")], "b = \"2\"\n");
}

#[test]
fn an_entry_of_a_removed_family_is_appended() {
    given("a = \"1\"\ne0.x = \"1\"\nb = \"1\"\n")
        .assert_becomes(&[unset("e0.*"), set("e0.y", "2")], "a = \"1\"\nb = \"1\"\ne0.y = \"2\"\n");
}

#[test]
fn rename_changes_only_the_key() {
    let rename = |from, to| Edit::Rename { from: key(from), to: key(to) };
    given("  memSize=\"1\" # c\n").assert_becomes(&[rename("memsize", "memsize")], "  memsize=\"1\" # c\n");
    let error = given("a = \"1\"\nb = \"2\"\n").assert_refused(&[rename("a", "B")]);
    assert!(matches!(error, EditError::KeyExists { line: 2, .. }), "{error}");
    let error = given("a = \"1\"\n").assert_refused(&[rename("x", "y")]);
    assert!(matches!(error, EditError::NoSuchKey { .. }), "{error}");
}

#[test]
fn rename_prefix_renames_a_whole_family() {
    let rename = Edit::RenamePrefix { from: key("ethernet0"), to: key("ethernet1") };
    given("Ethernet0.present = \"1\"\nethernet0.filter4.name = \"x\"\nethernet00.x = \"1\"\n")
        .assert_becomes(
            &[rename],
            "ethernet1.present = \"1\"\nethernet1.filter4.name = \"x\"\nethernet00.x = \"1\"\n",
        );
}

#[test]
fn editing_a_duplicate_key_is_refused_with_its_lines() {
    let error = given("a = \"1\"\nb = \"2\"\nA = \"3\"\n").assert_refused(&[set("a", "4")]);
    assert!(matches!(&error, EditError::Duplicate(duplicate) if duplicate.lines == [1, 3]), "{error}");
    given("a = \"1\"\nb = \"2\"\nA = \"3\"\n")
        .assert_becomes(&[set("b", "4")], "a = \"1\"\nb = \"4\"\nA = \"3\"\n");
}

#[test]
fn edits_are_atomic() {
    let document = Document::parse("a = \"1\"\na = \"2\"\nb = \"1\"\n");
    assert!(edit::apply(&document, &[set("b", "2"), set("a", "3")]).is_err());
    assert_eq!(document.to_bytes(), b"a = \"1\"\na = \"2\"\nb = \"1\"\n");
}

#[test]
fn values_are_encoded_in_the_declared_encoding() {
    given(b".encoding = \"windows-1252\"\na = \"\"\n")
        .assert_becomes(&[set("a", "caf\u{E9}")], b".encoding = \"windows-1252\"\na = \"caf\xE9\"\n");
    given(".encoding = \"Shift_JIS\"\na = \"\"\n")
        .assert_becomes(&[set("a", "\u{30DD}")], b".encoding = \"Shift_JIS\"\na = \"\x83|7C\"\n");
    let error = given(".encoding = \"windows-1252\"\na = \"\"\n").assert_refused(&[set("a", "\u{4F4D}")]);
    assert!(
        matches!(
            error,
            EditError::Encode { source: EncodeError::Unencodable { character: '\u{4F4D}', .. }, .. }
        ),
        "{error}"
    );
}

#[test]
fn values_set_with_a_new_encoding_use_the_new_encoding() {
    given(".encoding = \"windows-1252\"\na = \"\"\n").assert_becomes(
        &[set("a", "\u{4F4D}"), set(".encoding", "UTF-8")],
        ".encoding = \"UTF-8\"\na = \"\u{4F4D}\"\n",
    );
}

#[test]
fn invalid_bytes_are_preserved_and_shown_escaped() {
    let document = Document::parse(&b"a = \"caf\xE9\"\nb = \"1\"\n"[..]);
    let entry =
        document.get(&key("a")).expect("the key should not be a duplicate").expect("the key should exist");
    assert_eq!(entry.value(), "caf|E9");
    given(b"a = \"caf\xE9\"\nb = \"1\"\n").assert_becomes(&[set("b", "2")], b"a = \"caf\xE9\"\nb = \"2\"\n");
}

#[test]
fn values_end_at_a_nul_like_c_strings() {
    let document = Document::parse("a = \"x|00y\"\nb = 1\0 2\n");
    let value = |name| {
        document
            .get(&key(name))
            .expect("the key should not be a duplicate")
            .expect("the key should exist")
            .value()
            .into_owned()
    };
    assert_eq!((&*value("a"), &*value("b")), ("x", "1"));
    given("b = 1\0 2\n").assert_becomes(&[set("b", "3")], "b = \"3\"\0 2\n");
    assert!(matches!(
        given("").assert_refused(&[set("a", "x\0y")]),
        EditError::Encode { source: EncodeError::Nul, .. }
    ));
}

#[test]
fn moving_a_byte_order_mark_to_the_start_is_refused() {
    let error = given("a = \"1\"\n\u{FEFF}b = \"2\"\n").assert_refused(&[unset("a")]);
    assert!(matches!(error, EditError::MisplacedBom { line: 2 }), "{error}");
    given("a = \"1\"\n\u{FEFF}b = \"2\"\nc = \"3\"\n")
        .assert_becomes(&[unset("c")], "a = \"1\"\n\u{FEFF}b = \"2\"\n");
    given("\u{FEFF}\u{FEFF}b = \"2\"\nc = \"3\"\n")
        .assert_becomes(&[unset("c")], "\u{FEFF}\u{FEFF}b = \"2\"\n");
}

#[test]
fn encryption_keys_and_encrypted_files_are_not_edited() {
    let partly = "guestOS = \"windows11-64\"\nencryption.data = \"AA\"\nvtpm.present = \"TRUE\"\n";
    assert!(matches!(given(partly).assert_refused(&[unset("vtpm.*")]), EditError::EncryptionKey { .. }));
    given(partly).assert_becomes(&[set("guestos", "other")], partly.replace("windows11-64", "other"));
    let sealed = "displayName = \"x\"\nencryption.keySafe = \"k\"\nencryption.data = \"AA\"\n";
    assert!(matches!(given(sealed).assert_refused(&[set("memsize", "4")]), EditError::Encrypted));
}

#[test]
fn twenty_thousand_edits_of_a_large_file_are_applied() {
    let file: String = (0..20_000).map(|n| format!("device{n}.present = \"TRUE\"\n")).collect();
    let edits: Vec<Edit> = (0..20_000)
        .map(|n| set(&format!("device{n}.{}", if n % 2 == 0 { "present" } else { "fileName" }), "x"))
        .collect();
    let (after, changes) = edit::apply(&Document::parse(file), &edits).unwrap();
    assert_eq!((changes.len(), after.lines().count()), (20_000, 30_000));
    let last = after.lines().last().expect("the document should have lines").text.into_owned();
    assert_eq!(last, "device19999.fileName = \"x\"");
}

#[test]
fn keys_are_compared_in_the_new_encoding() {
    given(b".encoding = \"windows-1252\"\ncaf\xC3\xA9 = \"1\"\n").assert_becomes(
        &[set(".encoding", "UTF-8"), set("caf\u{E9}", "2")],
        ".encoding = \"UTF-8\"\ncaf\u{E9} = \"2\"\n",
    );
    given(".encoding = \"UTF-8\"\na = \"1\"\n").assert_becomes(
        &[unset(".encoding"), set(".encoding", "windows-1252"), set("a", "\u{E9}")],
        b"a = \"\xE9\"\n.encoding = \"windows-1252\"\n",
    );
}

#[test]
fn an_invalid_key_differs_from_its_escaped_form() {
    let file = b"\x80 = \"1\"\n|80 = \"2\"\n";
    given(file).assert_becomes(&[set("|80", "3")], b"\x80 = \"1\"\n|80 = \"3\"\n");
    given(file).assert_becomes(&[unset("|80")], b"\x80 = \"1\"\n");
    assert!(Document::parse(&file[..]).duplicates().is_empty());
    given(b"\x80 = \"1\"\n").assert_becomes(&[set("|80", "3")], b"\x80 = \"3\"\n");
    let rename = Edit::RenamePrefix { from: key("fam"), to: key("to") };
    given(b"Fam.\x80x = \"1\"\n").assert_becomes(&[rename], b"to.\x80x = \"1\"\n");
}

#[test]
fn an_entry_added_and_removed_in_one_call_is_not_a_change() {
    let document = Document::parse("a = \"1\"\n");
    let (after, changes) = edit::apply(&document, &[set("b", "1"), unset("b")]).unwrap();
    assert_eq!((after.to_bytes(), changes), (b"a = \"1\"\n".to_vec(), vec![]));
    let strict = Edit::Unset { pattern: Pattern::parse("A").unwrap(), absent: IfAbsent::Fail };
    given("a = \"1\"\nab = \"1\"\n").assert_becomes(&[unset("a*"), strict], "");
}

#[test]
fn a_missing_key_of_an_encrypted_file_is_reported_as_encrypted() {
    let sealed = "displayName = \"x\"\nencryption.keySafe = \"k\"\nencryption.data = \"AA\"\n";
    assert!(matches!(given(sealed).assert_refused(&[unset("memsize")]), EditError::Encrypted));
}
