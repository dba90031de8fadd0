//! What a file is when it is no plain `.vmx`: something else by mistake, or encrypted.

use super::{Dialect, Document, Key};
use crate::error::Cause;

/// How much of a configuration is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Nothing.
    None,
    /// Part of it (Windows 11 guests with a virtual TPM): ordinary keys stand in clear text.
    Partial,
    /// All but `displayName`: the settings are in `encryption.data`.
    Full,
}

/// First bytes of files that get mistaken for a `.vmx`.
const MAGICS: [(&[u8], &str); 20] = [
    (b"KDMV", "a sparse virtual disk (.vmdk)"),
    (b"COWD", "an ESXi sparse virtual disk (.vmdk)"),
    (b"VMDK", "a virtual disk (.vmdk)"),
    (b"MRVN", "a VM's NVRAM (.nvram)"),
    (b"\xD2\xBE\xD2\xBE", "a VM's saved state (.vmss, .vmsn)"),
    (b"\xD0\xBE\xD2\xBE", "a VM's saved state (.vmss, .vmsn)"),
    (b"\xD1\xBE\xD2\xBE", "a VM's saved state (.vmss, .vmsn)"),
    (b"\x1F\x8B", "gzip data"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\xFD7zXZ", "xz data"),
    (b"\x28\xB5\x2F\xFD", "zstd data"),
    (b"BZh", "bzip2 data"),
    (b"\x7FELF", "an ELF program"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"%PDF-", "a PDF document"),
    (b"\xFF\xFE", "UTF-16 text: save it as UTF-8"),
    (b"\xFE\xFF", "UTF-16 text: save it as UTF-8"),
    (b"conectix", "a Hyper-V disk (.vhd)"),
    (b"QFI\xFB", "a QEMU disk (.qcow2)"),
];

/// The first line of a disk's text descriptor, compared in any case.
const DESCRIPTOR: &[u8] = b"# Disk DescriptorFile";

/// What `bytes` are when they are plainly no dictionary.
pub fn foreign(bytes: &[u8]) -> Option<&'static str> {
    foreign_as(bytes, Dialect::Vmx)
}

/// What `bytes` are when they are plainly no file of this dialect.
pub fn foreign_as(bytes: &[u8], dialect: Dialect) -> Option<&'static str> {
    let text = bytes.strip_prefix(super::BOM).unwrap_or(bytes);
    let is_descriptor =
        text.get(..DESCRIPTOR.len()).is_some_and(|start| start.eq_ignore_ascii_case(DESCRIPTOR));
    match dialect {
        Dialect::Descriptor if is_descriptor => return None,
        Dialect::Vmx if is_descriptor => return Some("a virtual disk's descriptor (.vmdk)"),
        _ => {}
    }
    // Properties may start with any word.
    let is_word = |magic: &[u8]| magic.iter().all(u8::is_ascii_graphic);
    let is_magic = |magic: &[u8]| dialect != Dialect::Properties || !is_word(magic);
    if let Some((_, what)) = MAGICS.iter().find(|(magic, _)| bytes.starts_with(magic) && is_magic(magic)) {
        return Some(what);
    }
    let text = text.trim_ascii_start();
    if text.starts_with(b"<?xml") || text.starts_with(b"<Foundry") {
        return Some("XML (a .vmxf holds a VM's team data, not its settings)");
    }
    if text.starts_with(b"<!DOCTYPE") || text.starts_with(b"<html") {
        return Some("an HTML page");
    }
    let half =
        |at: usize| bytes.chunks_exact(2).take(64).filter(|pair| pair[at] == 0 && pair[1 - at] != 0).count();
    let pairs = (bytes.len() / 2).min(64);
    if pairs >= 4 && (half(0) == pairs || half(1) == pairs) {
        return Some("UTF-16 text: save it as UTF-8");
    }
    (dialect == Dialect::Descriptor).then_some("a virtual disk without a text descriptor (.vmdk)")
}

/// What is said of a NUL byte outside an entry's line.
pub(super) fn nul_in(line: usize) -> Cause {
    Cause::NotVmx { what: "binary data (a NUL byte)".into(), line: Some(line) }
}

/// Whether a line is blank or a comment.
pub(super) fn is_passed_over(line: &[u8]) -> bool {
    matches!(line.iter().find(|byte| !matches!(byte, b' ' | b'\t')), None | Some(b'#'))
}

/// What is said of a file with text but no entry.
pub(super) fn no_entry() -> Cause {
    Cause::NotVmx { what: "not one line is `key = \"value\"`".into(), line: None }
}

/// The keys that tell how much of the configuration is encrypted.
pub(super) const ENCRYPTION_KEYS: [&str; 5] =
    ["encryption.data", "vmx.encryptionType", "config.version", "virtualHW.version", "guestOS"];

impl Document {
    /// Whether the lines can be those of a dictionary.
    ///
    /// # Errors
    /// [`Cause::NotVmx`] for a NUL byte outside an entry's line, or a file with lines that are more than blanks and comments
    /// but no entry.
    pub fn check_dictionary(&self) -> Result<(), Cause> {
        if self.dialect() == Dialect::Properties {
            // Java reads any bytes.
            return Ok(());
        }
        let (mut has_entry, mut has_other) = (false, false);
        for (at, (_, row)) in self.walk().enumerate() {
            if row.is_entry() {
                has_entry = true;
            } else if memchr::memchr(0, row.text).is_some() {
                return Err(nul_in(at + 1));
            } else {
                has_other = has_other || !is_passed_over(row.text);
            }
        }
        if has_other && !has_entry { Err(no_entry()) } else { Ok(()) }
    }

    /// How much of the configuration is encrypted.
    ///
    /// Source: VMware's fully encrypted files keep `.encoding`, `displayName` and `encryption.*` alone in clear text.
    pub fn encryption(&self) -> Encryption {
        if self.dialect() != Dialect::Vmx {
            return Encryption::None;
        }
        let first = |key: &str| {
            Key::parse(key)
                .ok()
                .and_then(|key| self.find(&key).first().map(|entry| entry.value().into_owned()))
        };
        let [data, kind, clear @ ..] = ENCRYPTION_KEYS;
        if first(data).is_none() {
            return Encryption::None;
        }
        let partial = first(kind).is_some_and(|kind| kind.eq_ignore_ascii_case("partial"));
        let clear = clear.into_iter().any(|key| first(key).is_some());
        if partial || clear { Encryption::Partial } else { Encryption::Full }
    }
}
