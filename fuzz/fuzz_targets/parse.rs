//! Any bytes at all: writing gives them back, and every look at them ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vmxedit::{Document, document};

fuzz_target!(|bytes: &[u8]| {
    let parsed = Document::parse(bytes);
    assert_eq!(parsed.to_bytes(), bytes);
    let _ = document::foreign(bytes);
    let _ = parsed.check_dictionary();
    let _ = parsed.encryption();
    let _ = parsed.duplicates();
    for entry in parsed.entries() {
        let _ = (entry.key(), entry.value(), entry.text(), entry.number());
    }
});
