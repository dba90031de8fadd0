//! A file, one edit, the file after it: to be checked by eye.

use vmxedit::document::EncodeError;
use vmxedit::edit::{EditError, IfAbsent};
use vmxedit::{Document, Edit, Key, Pattern, edit};

fn key(text: &str) -> Key {
    Key::parse(text).expect("a key")
}

fn set(name: &str, value: &str) -> Edit {
    Edit::Set { key: key(name), value: value.to_owned() }
}

fn unset(pattern: &str) -> Edit {
    Edit::Unset { pattern: Pattern::parse(pattern).expect("a pattern"), absent: IfAbsent::Ignore }
}

struct Given(Vec<u8>);

fn given(file: impl AsRef<[u8]>) -> Given {
    Given(file.as_ref().to_vec())
}

impl Given {
    #[track_caller]
    fn running(self, edits: &[Edit], after: impl AsRef<[u8]>) {
        let (document, _) = edit::apply(&Document::parse(self.0), edits).expect("it can be edited");
        let bytes = document.to_bytes();
        assert_eq!(bytes.escape_ascii().to_string(), after.as_ref().escape_ascii().to_string());
    }

    #[track_caller]
    fn refusing(self, edits: &[Edit]) -> EditError {
        edit::apply(&Document::parse(self.0), edits).expect_err("it must be refused")
    }
}

#[test]
fn a_set_value_keeps_spelling_indent_spacing_comment_and_ending() {
    given("  memSize=\t\"1\" # MB\r\nb = \"2\"")
        .running(&[set("MEMSIZE", "9")], "  memSize=\t\"9\" # MB\r\nb = \"2\"");
    given("b = \"2\"").running(&[set("b", "3")], "b = \"3\"");
}

#[test]
fn an_unquoted_value_gets_quotes_when_it_is_set() {
    given("a = 1 # c\n").running(&[set("a", "one two")], "a = \"one two\" # c\n");
    given("a =\nb=\n").running(&[set("a", "1"), set("b", "2")], "a = \"1\"\nb=\"2\"\n");
    given("a = # c\n").running(&[set("a", "1")], "a = \"1\" # c\n");
}

#[test]
fn a_value_is_escaped_as_vmware_escapes_it() {
    given("a = \"\"\n").running(&[set("a", "x\"y|z\nw\t\\#")], "a = \"x|22y|7Cz|0Aw\t\\#\"\n");
}

#[test]
fn a_needless_escape_stays_where_the_value_is_the_same() {
    given("a = \"|23C0\"\n").running(&[set("a", "#C0")], "a = \"|23C0\"\n");
}

#[test]
fn a_new_entry_goes_behind_its_family_then_its_device_then_the_end() {
    let file = "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nmemsize = \"4\"\n";
    given(file).running(
        &[set("scsi0:0.fileName", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nscsi0:0.fileName = \"x\"\nmemsize = \"4\"\n",
    );
    given(file).running(
        &[set("SCSI0:1.present", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nSCSI0:1.present = \"x\"\nmemsize = \"4\"\n",
    );
    given(file).running(
        &[set("usb.present", "x")],
        "scsi0.present = \"1\"\nscsi0:0.present = \"1\"\nmemsize = \"4\"\nusb.present = \"x\"\n",
    );
}

#[test]
fn several_new_entries_stand_in_the_order_given() {
    given("a.x = \"1\"\nz = \"1\"\n")
        .running(&[set("a.y", "2"), set("a.z", "3")], "a.x = \"1\"\na.y = \"2\"\na.z = \"3\"\nz = \"1\"\n");
}

#[test]
fn an_appended_line_ends_as_most_lines_do_and_the_last_line_gets_its_ending() {
    given("a = \"1\"\r\nb = \"2\"\r\nc = \"3\"")
        .running(&[set("d", "4")], "a = \"1\"\r\nb = \"2\"\r\nc = \"3\"\r\nd = \"4\"\r\n");
    given("a = \"1\"").running(&[set("d", "4")], "a = \"1\"\nd = \"4\"\n");
    given("").running(&[set("d", "4")], "d = \"4\"\n");
    given("a = \"1\"\rb = \"1\"\r").running(&[set("d", "4")], "a = \"1\"\rb = \"1\"\rd = \"4\"\r");
    given("\u{FEFF}").running(&[set("d", "4")], "\u{FEFF}d = \"4\"\n");
}

#[test]
fn a_lone_cr_and_a_line_feed_do_not_become_one_line_end() {
    given("e.x = \"1\"\r\na = \"1\"\rb = \"1\"\rc.x = \"1\"\r")
        .running(&[set("c.y", "2")], "e.x = \"1\"\r\na = \"1\"\rb = \"1\"\rc.x = \"1\"\rc.y = \"2\"\r");
    given("a.x = \"1\"\n\nb\rc\rd\r").running(&[set("a.y", "2")], "a.x = \"1\"\na.y = \"2\"\r\n\nb\rc\rd\r");
}

#[test]
fn a_line_in_the_middle_leaves_the_last_lines_missing_newline_alone() {
    given("a.x = \"1\"\nb = \"2\"").running(&[set("a.y", "2")], "a.x = \"1\"\na.y = \"2\"\nb = \"2\"");
}

#[test]
fn unset_takes_whole_lines_and_every_copy() {
    given("a = \"1\" # c\n# k\nA = \"2\"\nb = \"3\"\n").running(&[unset("a")], "# k\nb = \"3\"\n");
    given("e0.a = \"1\"\ne0.b = \"2\"\ne1.a = \"3\"\n").running(&[unset("E0.*")], "e1.a = \"3\"\n");
    given("a = \"1\"\n").running(&[unset("a"), set("b", "2")], "b = \"2\"\n");
    given("a = \"1\"").running(&[unset("a"), set("b", "2")], "b = \"2\"\n");
}

#[test]
fn a_family_that_was_taken_out_comes_back_at_the_end() {
    given("a = \"1\"\ne0.x = \"1\"\nb = \"1\"\n")
        .running(&[unset("e0.*"), set("e0.y", "2")], "a = \"1\"\nb = \"1\"\ne0.y = \"2\"\n");
}

#[test]
fn rename_changes_the_name_alone() {
    let rename = |from, to| Edit::Rename { from: key(from), to: key(to) };
    given("  memSize=\"1\" # c\n").running(&[rename("memsize", "memsize")], "  memsize=\"1\" # c\n");
    let error = given("a = \"1\"\nb = \"2\"\n").refusing(&[rename("a", "B")]);
    assert!(matches!(error, EditError::KeyExists { line: 2, .. }), "{error}");
    let error = given("a = \"1\"\n").refusing(&[rename("x", "y")]);
    assert!(matches!(error, EditError::NoSuchKey { .. }), "{error}");
}

#[test]
fn rename_takes_a_whole_family_along() {
    let rename = Edit::RenamePrefix { from: key("ethernet0"), to: key("ethernet1") };
    given("Ethernet0.present = \"1\"\nethernet0.filter4.name = \"x\"\nethernet00.x = \"1\"\n").running(
        &[rename],
        "ethernet1.present = \"1\"\nethernet1.filter4.name = \"x\"\nethernet00.x = \"1\"\n",
    );
}

#[test]
fn an_edit_of_a_key_that_stands_there_twice_is_refused_with_its_lines() {
    let error = given("a = \"1\"\nb = \"2\"\nA = \"3\"\n").refusing(&[set("a", "4")]);
    assert!(matches!(&error, EditError::Duplicate(duplicate) if duplicate.lines == [1, 3]), "{error}");
    given("a = \"1\"\nb = \"2\"\nA = \"3\"\n").running(&[set("b", "4")], "a = \"1\"\nb = \"4\"\nA = \"3\"\n");
}

#[test]
fn all_edits_are_made_or_none() {
    let document = Document::parse("a = \"1\"\na = \"2\"\nb = \"1\"\n");
    assert!(edit::apply(&document, &[set("b", "2"), set("a", "3")]).is_err());
    assert_eq!(document.to_bytes(), b"a = \"1\"\na = \"2\"\nb = \"1\"\n");
}

#[test]
fn values_are_encoded_as_the_file_says() {
    given(b".encoding = \"windows-1252\"\na = \"\"\n")
        .running(&[set("a", "caf\u{E9}")], b".encoding = \"windows-1252\"\na = \"caf\xE9\"\n");
    given(".encoding = \"Shift_JIS\"\na = \"\"\n")
        .running(&[set("a", "\u{30DD}")], b".encoding = \"Shift_JIS\"\na = \"\x83|7C\"\n");
    let error = given(".encoding = \"windows-1252\"\na = \"\"\n").refusing(&[set("a", "\u{4F4D}")]);
    assert!(
        matches!(
            error,
            EditError::Encode { source: EncodeError::Unencodable { character: '\u{4F4D}', .. }, .. }
        ),
        "{error}"
    );
}

#[test]
fn a_value_set_together_with_the_encoding_is_written_in_the_new_one() {
    given(".encoding = \"windows-1252\"\na = \"\"\n").running(
        &[set("a", "\u{4F4D}"), set(".encoding", "UTF-8")],
        ".encoding = \"UTF-8\"\na = \"\u{4F4D}\"\n",
    );
}

#[test]
fn bytes_that_are_invalid_stay_and_read_escaped() {
    let document = Document::parse(&b"a = \"caf\xE9\"\nb = \"1\"\n"[..]);
    let entry = document.get(&key("a")).expect("once").expect("there");
    assert_eq!(entry.value(), "caf|E9");
    given(b"a = \"caf\xE9\"\nb = \"1\"\n").running(&[set("b", "2")], b"a = \"caf\xE9\"\nb = \"2\"\n");
}

#[test]
fn values_end_at_a_nul_as_vmwares_strings_do() {
    let document = Document::parse("a = \"x|00y\"\nb = 1\0 2\n");
    let value = |name| document.get(&key(name)).expect("once").expect("there").value().into_owned();
    assert_eq!((&*value("a"), &*value("b")), ("x", "1"));
    given("b = 1\0 2\n").running(&[set("b", "3")], "b = \"3\"\0 2\n");
    assert!(matches!(
        given("").refusing(&[set("a", "x\0y")]),
        EditError::Encode { source: EncodeError::Nul, .. }
    ));
}

#[test]
fn a_byte_order_mark_inside_the_file_does_not_become_the_files_own() {
    let error = given("a = \"1\"\n\u{FEFF}b = \"2\"\n").refusing(&[unset("a")]);
    assert!(matches!(error, EditError::MisplacedBom { line: 2 }), "{error}");
    given("a = \"1\"\n\u{FEFF}b = \"2\"\nc = \"3\"\n")
        .running(&[unset("c")], "a = \"1\"\n\u{FEFF}b = \"2\"\n");
    given("\u{FEFF}\u{FEFF}b = \"2\"\nc = \"3\"\n").running(&[unset("c")], "\u{FEFF}\u{FEFF}b = \"2\"\n");
}

#[test]
fn what_belongs_to_the_encryption_is_not_touched() {
    let partly = "guestOS = \"windows11-64\"\nencryption.data = \"AA\"\nvtpm.present = \"TRUE\"\n";
    assert!(matches!(given(partly).refusing(&[unset("vtpm.*")]), EditError::EncryptionKey { .. }));
    given(partly).running(&[set("guestos", "other")], partly.replace("windows11-64", "other"));
    let sealed = "displayName = \"x\"\nencryption.keySafe = \"k\"\nencryption.data = \"AA\"\n";
    assert!(matches!(given(sealed).refusing(&[set("memsize", "4")]), EditError::Encrypted));
}

#[test]
fn twenty_thousand_edits_of_twenty_thousand_lines_are_all_made() {
    let file: String = (0..20_000).map(|n| format!("device{n}.present = \"TRUE\"\n")).collect();
    let edits: Vec<Edit> = (0..20_000)
        .map(|n| set(&format!("device{n}.{}", if n % 2 == 0 { "present" } else { "fileName" }), "x"))
        .collect();
    let (after, changes) = edit::apply(&Document::parse(file), &edits).expect("it can be edited");
    assert_eq!((changes.len(), after.lines().count()), (20_000, 30_000));
    let last = after.lines().last().expect("lines").text.into_owned();
    assert_eq!(last, "device19999.fileName = \"x\"");
}

#[test]
fn keys_are_told_apart_by_the_encoding_that_the_file_will_have() {
    given(b".encoding = \"windows-1252\"\ncaf\xC3\xA9 = \"1\"\n").running(
        &[set(".encoding", "UTF-8"), set("caf\u{E9}", "2")],
        ".encoding = \"UTF-8\"\ncaf\u{E9} = \"2\"\n",
    );
    given(".encoding = \"UTF-8\"\na = \"1\"\n").running(
        &[unset(".encoding"), set(".encoding", "windows-1252"), set("a", "\u{E9}")],
        b"a = \"\xE9\"\n.encoding = \"windows-1252\"\n",
    );
}

#[test]
fn a_key_that_is_no_text_is_not_the_key_that_it_is_shown_as() {
    let file = b"\x80 = \"1\"\n|80 = \"2\"\n";
    given(file).running(&[set("|80", "3")], b"\x80 = \"1\"\n|80 = \"3\"\n");
    given(file).running(&[unset("|80")], b"\x80 = \"1\"\n");
    assert!(Document::parse(&file[..]).duplicates().is_empty());
    given(b"\x80 = \"1\"\n").running(&[set("|80", "3")], b"\x80 = \"3\"\n");
    let rename = Edit::RenamePrefix { from: key("fam"), to: key("to") };
    given(b"Fam.\x80x = \"1\"\n").running(&[rename], b"to.\x80x = \"1\"\n");
}

#[test]
fn what_comes_and_goes_in_one_call_was_never_there() {
    let document = Document::parse("a = \"1\"\n");
    let (after, changes) = edit::apply(&document, &[set("b", "1"), unset("b")]).expect("fine");
    assert_eq!((after.to_bytes(), changes), (b"a = \"1\"\n".to_vec(), vec![]));
    let strict = Edit::Unset { pattern: Pattern::parse("A").expect("a pattern"), absent: IfAbsent::Fail };
    given("a = \"1\"\nab = \"1\"\n").running(&[unset("a*"), strict], "");
}

#[test]
fn what_may_be_sealed_is_not_said_to_be_gone() {
    let sealed = "displayName = \"x\"\nencryption.keySafe = \"k\"\nencryption.data = \"AA\"\n";
    assert!(matches!(given(sealed).refusing(&[unset("memsize")]), EditError::Encrypted));
}
