//! Edits of text with the library: escapes, encodings, invalid bytes, NUL and byte order marks.

use vmxedit::document::EncodeError;
use vmxedit::edit::EditError;
use vmxedit::{Document, Edit};

use super::edits::{given, key, set, unset};

#[test]
fn values_are_escaped_like_vmware() {
    given("a = \"\"\n").assert_becomes(&[set("a", "x\"y|z\nw\t\\#")], "a = \"x|22y|7Cz|0Aw\t\\#\"\n");
}

#[test]
fn a_redundant_escape_is_preserved_if_the_value_is_unchanged() {
    given("a = \"|23C0\"\n").assert_becomes(&[set("a", "#C0")], "a = \"|23C0\"\n");
}

#[test]
fn values_are_encoded_in_the_declared_encoding() {
    given(b".encoding = \"windows-1252\"\na = \"\"\n")
        .assert_becomes(&[set("a", "caf\u{E9}")], b".encoding = \"windows-1252\"\na = \"caf\xE9\"\n");
}

#[test]
fn a_byte_that_looks_like_a_special_character_is_escaped() {
    given(".encoding = \"Shift_JIS\"\na = \"\"\n")
        .assert_becomes(&[set("a", "\u{30DD}")], b".encoding = \"Shift_JIS\"\na = \"\x83|7C\"\n");
}

#[test]
fn a_character_that_the_encoding_lacks_is_refused() {
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

/// Returns the value of an entry that is there once.
fn value(document: &Document, name: &str) -> String {
    let entry = document.get(&key(name)).expect("the key should not be a duplicate");
    entry.expect("the key should exist").value().into_owned()
}

#[test]
fn invalid_bytes_are_shown_escaped() {
    let document = Document::parse(&b"a = \"caf\xE9\"\nb = \"1\"\n"[..]);
    assert_eq!(value(&document, "a"), "caf|E9");
}

#[test]
fn invalid_bytes_of_other_entries_are_preserved() {
    given(b"a = \"caf\xE9\"\nb = \"1\"\n").assert_becomes(&[set("b", "2")], b"a = \"caf\xE9\"\nb = \"2\"\n");
}

#[test]
fn values_end_at_a_nul_like_c_strings() {
    let document = Document::parse("a = \"x|00y\"\nb = 1\0 2\n");
    assert_eq!((&*value(&document, "a"), &*value(&document, "b")), ("x", "1"));
}

#[test]
fn the_bytes_after_a_nul_are_preserved() {
    given("b = 1\0 2\n").assert_becomes(&[set("b", "3")], "b = \"3\"\0 2\n");
}

#[test]
fn a_value_with_a_nul_is_refused() {
    let error = given("").assert_refused(&[set("a", "x\0y")]);
    assert!(matches!(error, EditError::Encode { source: EncodeError::Nul, .. }), "{error}");
}

#[test]
fn keys_are_compared_in_the_new_encoding() {
    given(b".encoding = \"windows-1252\"\ncaf\xC3\xA9 = \"1\"\n").assert_becomes(
        &[set(".encoding", "UTF-8"), set("caf\u{E9}", "2")],
        ".encoding = \"UTF-8\"\ncaf\u{E9} = \"2\"\n",
    );
}

#[test]
fn an_encoding_that_is_removed_and_set_again_is_the_new_encoding() {
    given(".encoding = \"UTF-8\"\na = \"1\"\n").assert_becomes(
        &[unset(".encoding"), set(".encoding", "windows-1252"), set("a", "\u{E9}")],
        b".encoding = \"windows-1252\"\na = \"\xE9\"\n",
    );
}

#[test]
fn an_invalid_key_differs_from_its_escaped_form() {
    let file = b"\x80 = \"1\"\n|80 = \"2\"\n";
    given(file).assert_becomes(&[set("|80", "3")], b"\x80 = \"1\"\n|80 = \"3\"\n");
    given(file).assert_becomes(&[unset("|80")], b"\x80 = \"1\"\n");
    assert!(Document::parse(&file[..]).duplicates().is_empty());
}

#[test]
fn an_invalid_key_is_named_by_its_escaped_form() {
    given(b"\x80 = \"1\"\n").assert_becomes(&[set("|80", "3")], b"\x80 = \"3\"\n");
}

#[test]
fn renaming_a_family_preserves_invalid_bytes_of_its_keys() {
    let rename = Edit::RenamePrefix { from: key("fam"), to: key("to") };
    given(b"Fam.\x80x = \"1\"\n").assert_becomes(&[rename], b"to.\x80x = \"1\"\n");
}

#[test]
fn moving_a_byte_order_mark_to_the_start_is_refused() {
    let error = given("a = \"1\"\n\u{FEFF}b = \"2\"\n").assert_refused(&[unset("a")]);
    assert!(matches!(error, EditError::MisplacedBom { line: 2 }), "{error}");
}

#[test]
fn a_byte_order_mark_that_does_not_move_is_preserved() {
    given("a = \"1\"\n\u{FEFF}b = \"2\"\nc = \"3\"\n")
        .assert_becomes(&[unset("c")], "a = \"1\"\n\u{FEFF}b = \"2\"\n");
    given("\u{FEFF}\u{FEFF}b = \"2\"\nc = \"3\"\n")
        .assert_becomes(&[unset("c")], "\u{FEFF}\u{FEFF}b = \"2\"\n");
}
