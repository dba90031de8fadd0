//! Fixes of findings, rules that a comment turns off, and the errors that an edit adds.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use vmxedit::check::{self, Fix};
use vmxedit::edit::compare;
use vmxedit::{Document, Entry, Key, catalog};

use super::check_rules::findings_of;
use crate::harness::{arbitrary_file, fixtures, property_config};

fn file_with_comment(comment: &str) -> String {
    format!("memsize = \"255\"\n{comment}\nnumvcpus = yes\n")
}

#[test]
fn an_allow_comment_disables_a_rule_for_the_whole_file() {
    assert_eq!(findings_of("VMX062", file_with_comment("")).len(), 1);
    for comment in [
        "# vmxedit: allow VMX062",
        "#vmxedit:allow vmx062",
        "  #  vmxedit:  allow  VMX028, VMX062",
        "# vmxedit: allow VMX062 the guest wants it so",
    ] {
        assert_eq!(findings_of("VMX062", file_with_comment(comment)).len(), 0, "{comment}");
    }
}

#[test]
fn a_comment_that_only_resembles_an_allow_comment_disables_nothing() {
    for comment in [
        "# vmxedit: allow because VMX062",
        "# vmxedit: allow VMX063",
        "# allow VMX062",
        "## vmxedit: allow VMX062",
        "x = \"1\" # vmxedit: allow VMX062",
    ] {
        assert_eq!(findings_of("VMX062", file_with_comment(comment)).len(), 1, "{comment}");
    }
}

#[test]
fn fixes_preserve_the_values_that_vmware_reads() {
    let bad = "\u{FEFF}a = \"1\"\n\u{FEFF}b = x#c\nmemsize = \"4\"\n q = a\"b # c\nmemsize = \"4\"\nMEMSIZE = \"4\"";
    let document = Document::parse(bad);
    let fixed = check::apply_fixes(&document, &check::check(&document, None));
    let text = String::from_utf8(fixed).unwrap();
    assert_eq!(text, "a = \"1\"\nb = \"x\"#c\nmemsize = \"4\"\n q = \"a|22b\" # c\n");
}

#[test]
fn no_fix_is_offered_where_it_would_change_a_value() {
    // Without .encoding, the byte order mark may be the only sign of UTF-8.
    let fixes =
        |text: &str| check::check(&Document::parse(text), None).iter().filter(|f| f.fix.is_some()).count();
    assert_eq!(fixes("\u{FEFF}a = \"\u{E9}\"\n"), 0);
    assert_eq!(fixes("\u{FEFF}.encoding = \"UTF-8\"\na = \"\u{E9}\"\n"), 1);
    assert_eq!(fixes("b = \"1\"\n\u{FEFF}b = \"2\"\n"), 0, "the fix would create a duplicate");
    assert_eq!(fixes("a = \"1\"\na = \"2\"\na = \"1\"\n"), 0, "the values conflict");
    assert_eq!(fixes("a = |\"x\n"), 0, "quotes would change the value");
}

#[test]
fn fixing_fixtures_preserves_their_values() {
    for file in fixtures() {
        let document = Document::parse(fs::read(&file).unwrap());
        let fixed = Document::parse(check::apply_fixes(&document, &check::check(&document, None)));
        for entry in document.entries() {
            let Ok(key) = Key::parse(entry.key().trim_start_matches('\u{FEFF}')) else { continue };
            let values: Vec<String> =
                fixed.find(&key).iter().map(|entry| entry.value().into_owned()).collect();
            let is_read_alike = |value: &String| catalog::values_equal(key.as_str(), value, &entry.value());
            assert!(values.iter().any(is_read_alike), "{}: {key}", file.display());
        }
    }
}

#[test]
fn a_review_has_the_errors_that_an_edit_adds_and_all_findings_about_the_keys_that_it_sets() {
    let codes = |before: &str, after: &str| -> Vec<&str> {
        let (before, after) = (Document::parse(before), Document::parse(after));
        let findings = check::review(&before, &after, &compare(&before, &after), None);
        findings.iter().map(|finding| finding.rule.code).collect()
    };
    assert_eq!(codes("memsize = \"256\"\n", "memsize = \"255\"\n"), ["VMX062"]);
    let bad = "memsize = \"255\"\n";
    assert_eq!(codes(bad, "memsize = \"254\"\n"), ["VMX062"], "the new value is wrong too");
    assert_eq!(codes(bad, &format!("x = \"1\"\n{bad}")), [""; 0], "the error only moved to another line");
    let unquoted = "memsize = 256\n";
    assert_eq!(codes(unquoted, "memsize = 512\n"), [""; 0], "it had no quotes before");
    assert_eq!(codes("memsiez = \"1\"\n", "memsiez = \"2\"\n"), ["VMX045"], "it is misspelled again");
    let large = "# x\n".repeat(20_000);
    assert_eq!(
        codes(&large, &format!("{large}memsize = \"255\"\n")),
        [""; 0],
        "the file is too large for a VM"
    );
}

/// Returns the value of each key, with byte order marks removed from the keys.
fn read(document: &Document) -> BTreeMap<String, String> {
    let plain = |entry: Entry<'_>| {
        let key = entry.key().trim_start_matches('\u{FEFF}').to_ascii_lowercase();
        (key, entry.value().into_owned())
    };
    document.entries().map(plain).collect()
}

proptest! {
    #![proptest_config(property_config())]

    #[test]
    fn findings_of_arbitrary_bytes_have_valid_spans_and_fixes_preserve_values(
        bytes in prop_oneof![4 => arbitrary_file(), 1 => prop::collection::vec(any::<u8>(), 0..200)],
    ) {
        let document = Document::parse(&bytes[..]);
        let findings = check::check(&document, None);
        let lines: Vec<usize> = document.lines().map(|line| line.text.chars().count()).collect();
        for span in findings.iter().filter_map(|finding| finding.span.as_ref()) {
            prop_assert!(span.line >= 1 && span.columns.start <= span.columns.end);
            prop_assert!(span.line <= lines.len(), "{:?}", findings);
            let width = lines[span.line - 1];
            // An incomplete character may be shown as several characters.
            prop_assert!(span.columns.end <= width + 3, "{:?} in {}", findings, width);
        }
        let mut findings = findings;
        findings.retain(|finding| !matches!(finding.fix, Some(Fix::Requote(_))));
        let fixed = read(&Document::parse(check::apply_fixes(&document, &findings)));
        let before = read(&document);
        prop_assert!(fixed.keys().eq(before.keys()), "{:?} and {:?}", fixed, before);
        for (key, value) in &fixed {
            prop_assert!(catalog::values_equal(key, value, &before[key]), "{} = {:?}", key, value);
        }
    }
}
