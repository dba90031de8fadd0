//! Edits with the library: the file before, the edits, and the file after them.

use vmxedit::edit::{EditError, IfAbsent};
use vmxedit::{Document, Edit, Key, Pattern, edit};

pub(super) fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

pub(super) fn set(name: &str, value: &str) -> Edit {
    Edit::Set { key: key(name), value: value.to_owned() }
}

pub(super) fn unset(pattern: &str) -> Edit {
    Edit::Unset { pattern: Pattern::parse(pattern).unwrap(), absent: IfAbsent::Ignore }
}

pub(super) struct TestFile(Vec<u8>);

pub(super) fn given(file: impl AsRef<[u8]>) -> TestFile {
    TestFile(file.as_ref().to_vec())
}

impl TestFile {
    #[track_caller]
    pub(super) fn assert_becomes(self, edits: &[Edit], after: impl AsRef<[u8]>) {
        let (document, _) = edit::apply(&Document::parse(self.0), edits).unwrap();
        let bytes = document.to_bytes();
        assert_eq!(bytes.escape_ascii().to_string(), after.as_ref().escape_ascii().to_string());
    }

    #[track_caller]
    pub(super) fn assert_refused(self, edits: &[Edit]) -> EditError {
        edit::apply(&Document::parse(self.0), edits).expect_err("the edits should be refused")
    }
}

#[test]
fn setting_a_value_preserves_the_rest_of_the_line() {
    given("  memSize=\t\"1\" # MB\r\nb = \"2\"")
        .assert_becomes(&[set("MEMSIZE", "9")], "  memSize=\t\"9\" # MB\r\nb = \"2\"");
}

#[test]
fn setting_the_last_value_preserves_a_missing_final_newline() {
    given("b = \"2\"").assert_becomes(&[set("b", "3")], "b = \"3\"");
}

#[test]
fn setting_an_unquoted_value_adds_quotes() {
    given("a = 1 # c\n").assert_becomes(&[set("a", "one two")], "a = \"one two\" # c\n");
    given("a =\nb=\n").assert_becomes(&[set("a", "1"), set("b", "2")], "a = \"1\"\nb=\"2\"\n");
    given("a = # c\n").assert_becomes(&[set("a", "1")], "a = \"1\" # c\n");
}

const SCSI: &str = "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nmemsize = \"4\"\n";

#[test]
fn a_new_entry_follows_its_family() {
    given(SCSI).assert_becomes(
        &[set("scsi0:0.fileName", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nscsi0:0.fileName = \"x\"\nmemsize = \"4\"\n",
    );
}

#[test]
fn a_new_entry_without_a_family_follows_its_device() {
    given(SCSI).assert_becomes(
        &[set("SCSI0:1.present", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nSCSI0:1.present = \"x\"\nmemsize = \"4\"\n",
    );
}

#[test]
fn a_new_entry_without_a_device_goes_last() {
    given(SCSI).assert_becomes(
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
    given("a = \"1\"\rb = \"1\"\r").assert_becomes(&[set("d", "4")], "a = \"1\"\rb = \"1\"\rd = \"4\"\r");
}

#[test]
fn an_appended_line_ends_with_a_newline_if_no_other_line_has_an_ending() {
    given("a = \"1\"").assert_becomes(&[set("d", "4")], "a = \"1\"\nd = \"4\"\n");
    given("").assert_becomes(&[set("d", "4")], "d = \"4\"\n");
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
}

#[test]
fn unset_removes_every_entry_that_a_pattern_matches() {
    given("e0.a = \"1\"\ne0.b = \"2\"\ne1.a = \"3\"\n").assert_becomes(&[unset("E0.*")], "e1.a = \"3\"\n");
}

#[test]
fn the_only_entry_can_be_replaced_by_another() {
    given("a = \"1\"\n").assert_becomes(&[unset("a"), set("b", "2")], "b = \"2\"\n");
    given("a = \"1\"").assert_becomes(&[unset("a"), set("b", "2")], "b = \"2\"\n");
}

#[test]
fn an_entry_of_a_removed_family_is_appended() {
    given("a = \"1\"\ne0.x = \"1\"\nb = \"1\"\n")
        .assert_becomes(&[unset("e0.*"), set("e0.y", "2")], "a = \"1\"\nb = \"1\"\ne0.y = \"2\"\n");
}

fn rename(from: &str, to: &str) -> Edit {
    Edit::Rename { from: key(from), to: key(to) }
}

#[test]
fn rename_changes_only_the_key() {
    given("  memSize=\"1\" # c\n").assert_becomes(&[rename("memsize", "memsize")], "  memsize=\"1\" # c\n");
}

#[test]
fn rename_to_a_key_that_exists_is_refused_with_its_line() {
    let error = given("a = \"1\"\nb = \"2\"\n").assert_refused(&[rename("a", "B")]);
    assert!(matches!(error, EditError::KeyExists { line: 2, .. }), "{error}");
}

#[test]
fn rename_of_a_missing_key_is_refused() {
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
}

#[test]
fn a_key_between_duplicate_keys_can_be_edited() {
    given("a = \"1\"\nb = \"2\"\nA = \"3\"\n")
        .assert_becomes(&[set("b", "4")], "a = \"1\"\nb = \"4\"\nA = \"3\"\n");
}

#[test]
fn edits_are_atomic() {
    let document = Document::parse("a = \"1\"\na = \"2\"\nb = \"1\"\n");
    assert!(edit::apply(&document, &[set("b", "2"), set("a", "3")]).is_err());
    assert_eq!(document.to_bytes(), b"a = \"1\"\na = \"2\"\nb = \"1\"\n");
}

/// A file with a TPM, which VMware encrypts in part.
const PARTLY_ENCRYPTED: &str =
    "guestOS = \"windows11-64\"\nencryption.data = \"AA\"\nvtpm.present = \"TRUE\"\n";

/// A file whose settings are encrypted.
const SEALED: &str = "displayName = \"x\"\nencryption.keySafe = \"k\"\nencryption.data = \"AA\"\n";

#[test]
fn keys_that_belong_to_the_encryption_are_not_edited() {
    let error = given(PARTLY_ENCRYPTED).assert_refused(&[unset("vtpm.*")]);
    assert!(matches!(error, EditError::EncryptionKey { .. }), "{error}");
}

#[test]
fn other_keys_of_a_partly_encrypted_file_are_edited() {
    given(PARTLY_ENCRYPTED)
        .assert_becomes(&[set("guestos", "other")], PARTLY_ENCRYPTED.replace("windows11-64", "other"));
}

#[test]
fn an_encrypted_file_is_not_edited() {
    let error = given(SEALED).assert_refused(&[set("memsize", "4")]);
    assert!(matches!(error, EditError::Encrypted), "{error}");
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
fn an_entry_added_and_removed_in_one_call_is_not_a_change() {
    let document = Document::parse("a = \"1\"\n");
    let (after, changes) = edit::apply(&document, &[set("b", "1"), unset("b")]).unwrap();
    assert_eq!((after.to_bytes(), changes), (b"a = \"1\"\n".to_vec(), vec![]));
}

#[test]
fn an_entry_that_an_earlier_edit_removed_is_not_missing() {
    let strict = Edit::Unset { pattern: Pattern::parse("A").unwrap(), absent: IfAbsent::Fail };
    given("a = \"1\"\nab = \"1\"\n").assert_becomes(&[unset("a*"), strict], "");
}

#[test]
fn a_missing_key_of_an_encrypted_file_is_reported_as_encrypted() {
    let error = given(SEALED).assert_refused(&[unset("memsize")]);
    assert!(matches!(error, EditError::Encrypted), "{error}");
}
