//! Compares the parser with VMware's own, line by line.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use vmxedit::Document;

use crate::harness::deterministic_runner;
use crate::parts::corpus::corpus_root;
use crate::parts::vmtools::{self, ParsedLine};
use crate::suite::{Trial, first_tier, on_every_file, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = on_every_file("format::vmware_parser::agrees_with_vmware", agrees_with_vmware);
    tests.extend(first_tier(test_list![
        agrees_with_vmware_on_at_least_100_000_generated_lines,
        agrees_with_recorded_vmware_output,
        writes_values_like_vmware
    ]));
    tests
}

/// Parses `bytes` with vmxedit, and returns a row for every line, without its text.
pub(crate) fn vmxedit_lines(bytes: &[u8]) -> Vec<ParsedLine> {
    let document = Document::parse(bytes);
    let mut entries = document.entries().peekable();
    let mut lines = Vec::new();
    for number in 1..=document.lines().count() {
        let entry = entries.next_if(|entry| entry.line_number() == number);
        lines.push(entry.map(|entry| (entry.raw_key().to_vec(), entry.bytes().into_owned())));
    }
    lines.into_iter().map(|entry| ParsedLine { line: Vec::new(), entry }).collect()
}

/// Removes the texts of lines, so that only the entries are compared.
pub(crate) fn without_line_text(lines: Vec<ParsedLine>) -> Vec<ParsedLine> {
    lines.into_iter().map(|read| ParsedLine { line: Vec::new(), entry: read.entry }).collect()
}

/// Generates files from the tokens of VMware's grammar.
fn arbitrary_dictionary() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(&[
            "a", "b", "memsize", "scsi0:0.fileName", "=", " = ", "\"", "\"\"", "\"x\"", "\"a b\"", "#", "# c", " ", "\t", "|",
            "|22", "||", "|0A", "|0", "|G", "|00", "\\", "'", "\u{FEFF}", "\u{A0}", "é", "//", ";", "TRUE", "1", ".", ":",
        ][..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        3 => prop::sample::select(&["\n", "\r\n", "\r", "\r\r\n", "\n\r"][..]).prop_map(|end| end.as_bytes().to_vec()),
        1 => Just(vec![0]),
        3 => Just(b"key = \"value\"".to_vec()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn agrees_with_vmware_on_at_least_100_000_generated_lines() {
    let vmware = vmtools::load();
    let mut runner = deterministic_runner();
    let (mut lines, mut entries) = (0, 0);
    while lines < 120_000 {
        let bytes = arbitrary_dictionary().new_tree(&mut runner).unwrap().current();
        let (_, expected) = vmware.read(&bytes);
        lines += expected.len();
        entries += expected.iter().filter(|line| line.entry.is_some()).count();
        assert_eq!(vmxedit_lines(&bytes), without_line_text(expected), "{}", bytes.escape_ascii());
    }
    assert!(entries > 10_000, "too few generated lines are entries: {entries}");
    println!("{lines} generated lines, {entries} entries, 0 disagreements");
}

fn agrees_with_vmware(files: &[PathBuf]) {
    let vmware = vmtools::load();
    let mut lines = 0;
    for file in files {
        let bytes = fs::read(file).unwrap();
        let (_, expected) = vmware.read(&bytes);
        lines += expected.len();
        assert_eq!(vmxedit_lines(&bytes), without_line_text(expected), "{}", file.display());
    }
    println!("{} files, {lines} lines, 0 disagreements", files.len());
}

fn agrees_with_recorded_vmware_output() {
    let root = corpus_root();
    let vectors = fs::read_to_string(root.join("vectors/dictll-parse.jsonl")).unwrap();
    let bytes = |value: &serde_json::Value| value.as_str().map(decode64);
    let mut count = 0;
    for vector in vectors.lines() {
        let vector: serde_json::Value = serde_json::from_str(vector).unwrap();
        let input = bytes(&vector["input_b64"]).expect("every vector should have an input");
        let expected: Vec<ParsedLine> = vector["lines"]
            .as_array()
            .expect("every vector should have lines")
            .iter()
            .map(|line| ParsedLine {
                line: Vec::new(),
                entry: bytes(&line["name_b64"]).zip(bytes(&line["value_b64"])),
            })
            .collect();
        assert_eq!(vmxedit_lines(&input), expected, "{}", vector["label"]);
        count += 1;
    }
    println!("{count} recorded inputs, 0 disagreements");
}

fn writes_values_like_vmware() {
    let vmware = vmtools::load();
    for byte in 1..=255_u8 {
        let value: Vec<u8> = vec![b'x', byte, b'y'];
        let text: String = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&value).0.into_owned();
        let document = Document::parse(".encoding = \"windows-1252\"\n");
        let key = vmxedit::Key::parse("key").unwrap();
        let edit = vmxedit::Edit::Set { key, value: text };
        let (after, _) = vmxedit::edit::apply(&document, &[edit]).unwrap();
        let expected = vmware.marshal(b"key", &value);
        assert_eq!(
            after.to_bytes().strip_prefix(b".encoding = \"windows-1252\"\n"),
            Some(&expected[..]),
            "{byte:02X}"
        );
    }
}

fn decode64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.decode(text).unwrap()
}
