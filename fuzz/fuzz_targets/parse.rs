//! Fuzzes the parser: for any bytes, writing the document returns the same bytes, and every query terminates.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vmxedit::Document;
use vmxedit::document::{Dialect, sniff};

fuzz_target!(|bytes: &[u8]| {
    for dialect in [Dialect::Vmx, Dialect::Descriptor, Dialect::Properties] {
        look(bytes, dialect);
    }
});

fn look(bytes: &[u8], dialect: Dialect) {
    let parsed = Document::parse_as(bytes, dialect);
    assert_eq!(parsed.to_bytes(), bytes);
    let _ = sniff(bytes, dialect);
    let _ = parsed.ensure_dictionary();
    let _ = parsed.lines_malformed();
    let _ = parsed.encryption();
    let _ = parsed.duplicates();
    for entry in parsed.entries() {
        let _ = (entry.key(), entry.value(), entry.text(), entry.line_number());
    }
}
