//! Fuzzes edits: a value that was set reads back, and no line is lost.
//!
//! The first line of the input is the edit, the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vmxedit::edit::{self, IfAbsent};
use vmxedit::{Document, Edit, Key, Pattern};

fuzz_target!(|input: &[u8]| {
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let Ok(command) = std::str::from_utf8(&input[..at]) else { return };
    let file = input.get(at + 1..).unwrap_or_default();
    let before = Document::parse(file);
    let words: Vec<&str> = command.splitn(3, '\t').collect();
    match words[..] {
        ["u", pattern] => {
            let Ok(pattern) = Pattern::parse(pattern) else { return };
            let edit = Edit::Unset { pattern: pattern.clone(), absent: IfAbsent::Ignore };
            if let Ok((after, _)) = edit::apply(&before, &[edit]) {
                let again = Document::parse(after.to_bytes());
                assert!(!again.entries().any(|entry| pattern.matches(&entry.key())));
            }
        }
        ["r", from, to] => {
            let (Ok(from), Ok(to)) = (Key::parse(from), Key::parse(to)) else { return };
            let value = before.find(&from).first().map(|entry| entry.raw_value().to_vec());
            if let Ok((after, _)) = edit::apply(&before, &[Edit::Rename { from, to: to.clone() }]) {
                let again = Document::parse(after.to_bytes());
                assert_eq!(again.find(&to).first().map(|entry| entry.raw_value().to_vec()), value);
            }
        }
        [key, value] => {
            let Ok(key) = Key::parse(key) else { return };
            let edit = Edit::Set { key: key.clone(), value: value.to_owned() };
            if let Ok((after, changes)) = edit::apply(&before, &[edit]) {
                let bytes = after.to_bytes();
                if changes.is_empty() {
                    assert_eq!(bytes, file);
                }
                let again = Document::parse(bytes);
                let entry = again.get(&key).expect("the key is unique").expect("the key is set");
                assert_eq!(entry.value(), value);
                assert_eq!(
                    again.lines().count(),
                    before.lines().count() + usize::from(before.find(&key).is_empty())
                );
            }
        }
        _ => {}
    }
});
