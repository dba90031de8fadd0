//! Property tests of the guarantees in the documentation of the crate.

use proptest::prelude::*;
use vmxedit::document::Dialect;
use vmxedit::{Document, Edit, Key, edit};

use super::java_properties::{self, arbitrary_properties_file};
use crate::harness::{arbitrary_file, property_config};
use crate::parts::vmtools;
use crate::suite::{Trial, first_tier, test_list};

fn set(document: &Document, key: &str, value: &str) -> Option<(Document, usize)> {
    let edit = Edit::Set { key: Key::parse(key).ok()?, value: value.to_owned() };
    let (after, changes) = edit::apply(document, &[edit]).ok()?;
    Some((after, changes.len()))
}

fn vmware_reads_set_values_back() {
    // Where the library is absent, the test ends here: proptest would report it as a failed case.
    vmtools::load();
    vmware_reads_back();
}

const KEYS: &[&str] = &["memsize", "b.c", "b.new", "SCSI0:0.filename", "scsi0:1.present", "new"];

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        unedited_text_preserves_all_bytes,
        edited_text_reads_back,
        parsing_and_writing_preserves_all_bytes,
        edits_of_java_properties_are_lossless,
        setting_a_value_to_itself_changes_nothing,
        set_values_read_back,
        an_edit_changes_only_the_bytes_of_its_value,
        vmware_reads_set_values_back
    ])
}

proptest! {
    #![proptest_config(property_config())]

    fn unedited_text_preserves_all_bytes(bytes in prop_oneof![arbitrary_file(), prop::collection::vec(any::<u8>(), 0..200)]) {
        let document = Document::parse(&bytes[..]);
        prop_assert_eq!(document.with_text(document.to_text().as_bytes()), Ok(bytes));
    }

    fn edited_text_reads_back(old in arbitrary_file(), new in arbitrary_file()) {
        let document = Document::parse(old);
        let text = Document::parse(new).to_text();
        prop_assume!(!text.starts_with('\u{FEFF}'));
        if let Ok(bytes) = document.with_text(text.as_bytes()) {
            let after = Document::parse(bytes);
            // Unedited lines have another text if the encoding changes.
            if after.charset() == document.charset() {
                prop_assert_eq!(after.to_text(), text);
            }
        }
    }

    fn parsing_and_writing_preserves_all_bytes(bytes in prop_oneof![arbitrary_file(), prop::collection::vec(any::<u8>(), 0..200)]) {
        prop_assert_eq!(Document::parse(&bytes[..]).to_bytes(), bytes);
    }

    fn edits_of_java_properties_are_lossless(bytes in arbitrary_properties_file(), value in "[ =:#!\\\\a-c\\t\\n\u{E9}\u{20AC}]{0,8}") {
        let before = java_properties::parse(&bytes[..]);
        prop_assert_eq!(before.to_bytes(), &bytes[..]);
        for entry in before.entries() {
            let Ok(key) = Key::parse_as(&entry.key(), before.dialect()) else { continue };
            let entry = before.get(&key).expect("the last duplicate should be returned").expect("the key should exist");
            let set = |value: &str| {
                let edit = Edit::Set { key: key.clone(), value: value.to_owned() };
                edit::apply(&before, &[edit]).unwrap()
            };
            let (same, changes) = set(&entry.value());
            prop_assert_eq!((same.to_bytes(), changes.len()), (bytes.clone(), 0));
            let (after, _) = set(&value);
            let new = after.to_bytes();
            let again = java_properties::parse(&new[..]);
            prop_assert_eq!(again.get(&key).expect("the last duplicate should be returned").expect("the key should exist").value(), &*value);
            let (tail, head) = (entry.raw_line(), entry.raw_value());
            let within = head.as_ptr() as usize - tail.as_ptr() as usize;
            let start = before.lines().take_while(|line| line.number < entry.line_number()).map(|line| {
                line.text.chars().count() + line.ending.as_bytes().len()
            }).sum::<usize>() + within;
            prop_assert_eq!(&new[..start], &bytes[..start]);
            let kept = bytes.len() - start - head.len();
            prop_assert_eq!(&new[new.len() - kept..], &bytes[start + head.len()..]);
        }
    }

    fn setting_a_value_to_itself_changes_nothing(bytes in arbitrary_file()) {
        let document = Document::parse(&bytes[..]);
        for entry in document.entries() {
            if let Some((after, changes)) = set(&document, &entry.key(), &entry.value()) {
                prop_assert_eq!(changes, 0);
                prop_assert_eq!(after.to_bytes(), &bytes[..]);
            }
        }
    }

    fn set_values_read_back(
        bytes in arbitrary_file(),
        key in prop::sample::select(KEYS),
        value in "[^\0]{0,20}|[ #\"=|a-f0-9]{0,6}",
        dialect in prop::sample::select(&[Dialect::Vmx, Dialect::Descriptor][..]),
    ) {
        let before = Document::parse_as(&bytes[..], dialect);
        if let Some((after, _)) = set(&before, key, &value) {
            let again = Document::parse_as(after.to_bytes(), dialect);
            let key = Key::parse(key).unwrap();
            let entry = again.get(&key).expect("the key should not be a duplicate").expect("the key should exist");
            prop_assert_eq!(&*entry.value(), &*value);
        }
    }

    fn vmware_reads_back(
        bytes in arbitrary_file(),
        key in prop::sample::select(KEYS),
        value in "[^\0]{0,20}|[ #\"=|a-f0-9]{0,6}",
        dialect in prop::sample::select(&[Dialect::Vmx, Dialect::Descriptor][..]),
    ) {
        let before = Document::parse_as(&bytes[..], dialect);
        if let Some((after, _)) = set(&before, key, &value) {
            let again = Document::parse_as(after.to_bytes(), dialect);
            let key = Key::parse(key).unwrap();
            let entry = again.get(&key).expect("the key should not be a duplicate").expect("the key should exist");
            let (_, lines) = vmtools::load().read(&after.to_bytes());
            let (name, vmware_value) = lines[entry.line_number() - 1].entry.clone().expect("VMware should read an entry");
            prop_assert!(name.eq_ignore_ascii_case(key.as_str().as_bytes()));
            prop_assert_eq!(&vmware_value[..], &*entry.bytes());
        }
    }

    fn an_edit_changes_only_the_bytes_of_its_value(bytes in arbitrary_file(), value in "[^\0]{0,20}") {
        let before = Document::parse(&bytes[..]);
        for entry in before.entries().filter(|entry| !entry.key().eq_ignore_ascii_case(".encoding")) {
            let Some((after, changes)) = set(&before, &entry.key(), &value) else { continue };
            if changes == 0 {
                continue;
            }
            let new = after.to_bytes();
            let raw = entry.raw_value();
            let start = raw.as_ptr() as usize - entry.raw_line().as_ptr() as usize + offset_of_line(&bytes, entry.line_number());
            let end = start + raw.len();
            prop_assert_eq!(&new[..start], &bytes[..start]);
            prop_assert_eq!(&new[new.len() - (bytes.len() - end)..], &bytes[end..]);
        }
    }
}

/// Returns the offset of a line, independently of the parser.
fn offset_of_line(bytes: &[u8], number: usize) -> usize {
    let mut at = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    for _ in 1..number {
        while !matches!(bytes[at], b'\n' | b'\r') {
            at += 1;
        }
        at += if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
    }
    at
}
