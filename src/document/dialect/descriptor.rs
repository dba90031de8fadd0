//! The text descriptor of a virtual disk: a dictionary that starts with a header in another form.
//!
//! The entries of the header (`version`, `CID`, `createType`, ...) have no dot in their keys and no space around the
//! `=`; numbers are not in quotes. Those of the disk database (`ddb.*`) come last and look as in a `.vmx`. The lines on
//! extents in between are not entries.

use super::{DescriptorTitle, Replacement, Sniffing, Syntax, vmx};

pub(super) const SYNTAX: Syntax = Syntax {
    may_be_encrypted: false,
    sniffing: Sniffing { descriptor_title: DescriptorTitle::Required, words: true },
    encoding_keys: &["encoding", "ddb.encoding"],
    replace_value,
    is_header_key: Some(is_header_key),
    new_entry,
    ..vmx::SYNTAX
};

fn is_header_key(key: &str) -> bool {
    !key.contains('.')
}

/// Leaves a value without quotes bare if VMware reads the new one so too.
fn replace_value(at: &Replacement<'_>, raw: Vec<u8>) -> Vec<u8> {
    let is_special = |byte: &u8| matches!(byte, b' ' | b'\t' | b'#' | b'"' | b'|');
    if !at.parts.quoted && !raw.is_empty() && !raw.iter().any(is_special) {
        return raw;
    }
    vmx::replace_value(at, raw)
}

/// VMware writes versions and content ids of the header bare, every other value in quotes.
fn new_entry(key: &[u8], raw: &[u8], separator: &dyn Fn() -> String) -> Vec<u8> {
    let is_number = !raw.is_empty() && raw.iter().all(u8::is_ascii_hexdigit);
    match (key.contains(&b'.'), is_number) {
        (true, _) => vmx::new_entry(key, raw, separator),
        (false, true) => [key, b"=", raw].concat(),
        (false, false) => [key, b"=\"", raw, b"\""].concat(),
    }
}
