//! Reads, lists and edits every key of every real file and fixture, and parses the results with VMware's parser.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use vmxedit::edit::IfAbsent;
use vmxedit::{Document, Edit, Entry, Key, Pattern, edit};

use crate::harness::{Scratch, fixtures, read_fixture};
use crate::parts::vmtools::{self, VmTools};
use crate::suite::{Trial, first_tier, on_every_file, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = on_every_file(
        "format::every_file::every_key_can_be_read_set_and_unset",
        every_key_can_be_read_set_and_unset,
    );
    tests.extend(first_tier(test_list![fixtures_parse_to_their_expected_values]));
    tests
}

#[derive(Debug, Default)]
struct Counts {
    files: usize,
    entries: usize,
    set_same: usize,
    set_new: usize,
    refused_duplicates: usize,
    unset: usize,
}

fn every_key_can_be_read_set_and_unset(files: &[PathBuf]) {
    let vmware = vmtools::load();
    let mut counts = Counts::default();
    for file in files {
        check_file(file, vmware, &mut counts);
    }
    println!("{counts:?}, 0 failures");
}

fn check_file(file: &Path, vmware: &VmTools, counts: &mut Counts) {
    let bytes = fs::read(file).unwrap();
    let name = file.display();
    let document = Document::parse(&bytes[..]);
    assert_eq!(document.to_bytes(), bytes, "{name}");
    counts.files += 1;
    check_program(file, &bytes, &document);

    let sealed = document.encryption() != vmxedit::document::Encryption::None;
    for entry in document.entries() {
        counts.entries += 1;
        let key = Key::parse(&entry.key()).expect("the key of an entry should be valid");
        let set =
            |value: &str| edit::apply(&document, &[Edit::Set { key: key.clone(), value: value.to_owned() }]);
        if document.find(&key).len() > 1 {
            assert!(set("x").is_err(), "{name}: {key} is a duplicate");
            counts.refused_duplicates += 1;
            continue;
        }
        let (same, changes) = set(&entry.value()).expect("setting the current value should succeed");
        assert_eq!((same.to_bytes(), changes.len()), (bytes.clone(), 0), "{name}: {key}");
        counts.set_same += 1;
        if sealed {
            continue;
        }
        let value = format!("new \"{}\" | \u{7}#=", entry.line_number());
        let (after, _) = set(&value).unwrap_or_else(|cause| panic!("{name}: {key}: {cause}"));
        let new = after.to_bytes();
        assert_only_value_changed(&bytes, &new, &entry);
        assert_vmware_reads(
            vmware,
            &bytes,
            &new,
            entry.line_number(),
            value.as_bytes(),
            &format!("{name}: {key}"),
        );
        counts.set_new += 1;

        let pattern = Pattern::from(key.clone());
        let (without, _) = edit::apply(&document, &[Edit::Unset { pattern, absent: IfAbsent::Fail }])
            .expect("the entry should be removed");
        let mut expected: Vec<Vec<u8>> = physical_lines(&bytes);
        expected.remove(entry.line_number() - 1);
        assert_eq!(without.to_bytes(), [bom(&bytes), &expected.concat()].concat(), "{name}: {key}");
        counts.unset += 1;
    }
}

/// Gets, lists and sets all entries of a file with the built program.
fn check_program(file: &Path, bytes: &[u8], document: &Document) {
    let name = file.display();
    let vm = Scratch::with(bytes);
    let listed = vm.run(&["list", "vm.vmx"]);
    let lines: String = document.entries().map(|entry| format!("{}\n", entry.text())).collect();
    assert_eq!((listed.code, &*listed.stdout), (0, &*lines), "{name}: {}", listed.stderr);

    let once: Vec<Entry<'_>> = document
        .entries()
        .filter(|entry| document.find(&Key::parse(&entry.key()).unwrap()).len() == 1)
        .collect();
    if once.is_empty() {
        return;
    }
    let keys: Vec<String> = once.iter().map(|entry| entry.key().into_owned()).collect();
    let args: Vec<&str> =
        ["get", "vm.vmx", "-0", "--"].into_iter().chain(keys.iter().map(String::as_str)).collect();
    let got = vm.run(&args);
    let values: String = once.iter().map(|entry| format!("{}\0", entry.value())).collect();
    assert_eq!((got.code, got.stdout), (0, values), "{name}: {}", got.stderr);

    let same: Vec<String> = once
        .iter()
        .map(|entry| {
            let value = entry.value();
            format!("{}={}{value}", entry.key(), if value.starts_with('@') { "@" } else { "" })
        })
        .collect();
    let args: Vec<&str> =
        ["set", "vm.vmx", "--"].into_iter().chain(same.iter().map(String::as_str)).collect();
    let set = vm.run(&args);
    assert_eq!((set.code, &*set.stdout), (0, ""), "{name}: {}", set.stderr);
    assert_eq!(vm.read("vm.vmx"), bytes, "{name}");
}

/// Asserts that the bytes before and after the value did not change.
fn assert_only_value_changed(old: &[u8], new: &[u8], entry: &Entry<'_>) {
    let lines = physical_lines(old);
    let line_start: usize = lines[..entry.line_number() - 1].iter().map(Vec::len).sum();
    let in_line = entry.raw_value().as_ptr() as usize - entry.raw_line().as_ptr() as usize;
    let start = bom(old).len() + line_start + in_line;
    let end = start + entry.raw_value().len();
    assert_eq!(&new[..start], &old[..start]);
    assert_eq!(&new[new.len() - (old.len() - end)..], &old[end..]);
}

/// Asserts that VMware's parser reads the new value, and every other line as before.
fn assert_vmware_reads(vmware: &VmTools, old: &[u8], new: &[u8], number: usize, value: &[u8], context: &str) {
    let ((_, mut old), (_, new)) = (vmware.read(old), vmware.read(new));
    let (_, new_value) =
        new[number - 1].entry.clone().unwrap_or_else(|| panic!("{context}: VMware reads no entry"));
    assert_eq!(new_value, value, "{context}");
    let mut new = new;
    old.remove(number - 1);
    new.remove(number - 1);
    assert_eq!(old, new, "{context}");
}

fn bom(bytes: &[u8]) -> &[u8] {
    if bytes.starts_with(b"\xEF\xBB\xBF") { &bytes[..3] } else { b"" }
}

/// Splits a file into lines with their endings, without the byte order mark, independently of the parser.
fn physical_lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    let bytes = &bytes[bom(bytes).len()..];
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        line.push(bytes[at]);
        let ends = bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        if ends {
            lines.push(std::mem::take(&mut line));
        }
        at += 1;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn fixtures_parse_to_their_expected_values() {
    let expected: HashMap<&str, &[(&str, &str)]> = HashMap::from([
        ("crlf.vmx", &[("displayName", "Caf\u{E9}")][..]),
        ("shift-jis.vmx", &[("displayname", "\u{30C6}\u{30B9}\u{30C8}\u{30DD}")][..]),
        ("gbk.vmx", &[("displayName", "\u{4F4D}\u{7F6E}")][..]),
        ("lying-encoding.vmx", &[("annotation", "caf|E9"), ("guestOS", "other")][..]),
        ("unknown-encoding.vmx", &[("displayName", "|F8|E5")][..]),
        ("bom.vmx", &[("config.version", "8")][..]),
        (
            "odd-lines.vmx",
            &[
                ("memsize", "512"),
                ("numvcpus", "2"),
                ("guestOS", "other-64"),
                ("empty", ""),
                ("empty2", ""),
                ("a", "b=c"),
                ("quote", "a\"b"),
                ("smart", "\u{201C}TRUE\u{201D}"),
                (";key", "data"),
                ("//key", "data"),
                ("escapes", "\" ||22 |2|22 |zz | "),
                ("nul", "1"),
            ][..],
        ),
    ]);
    for file in fixtures() {
        let document = Document::parse(fs::read(&file).unwrap());
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (key, value) in expected.get(&*name).copied().unwrap_or_default() {
            let key = Key::parse(key).unwrap();
            let entry = document
                .get(&key)
                .expect("the key should not be a duplicate")
                .unwrap_or_else(|| panic!("{name}: {key}"));
            assert_eq!(entry.value(), *value, "{name}: {key}");
        }
    }
    for ignored in ["weird", "unterminated", "glued", "THIS", "__CPU"] {
        let document = Document::parse(read_fixture("odd-lines.vmx"));
        assert!(document.find(&Key::parse(ignored).unwrap()).is_empty(), "{ignored}");
    }
}
