//! Detects files of another type by their first bytes, and files that are not a dictionary by their lines.

use std::fmt;

use super::dialect::DescriptorTitle;
use super::{BOM, Dialect, Document, FormatError};

/// A type of file that gets mistaken for a configuration.
///
/// ```
/// use vmxedit::document::{Dialect, FileType, sniff};
///
/// assert_eq!(sniff(b"%PDF-1.7\n", Dialect::Vmx), Some(FileType::Pdf));
/// assert_eq!(sniff(b"memsize = \"2048\"\n", Dialect::Vmx), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileType {
    /// A sparse virtual disk.
    SparseDisk,
    /// An ESXi sparse virtual disk.
    EsxiSparseDisk,
    /// A virtual disk of another kind.
    VirtualDisk,
    /// The text descriptor of a virtual disk.
    DiskDescriptor,
    /// A virtual disk where a text descriptor was expected.
    DiskWithoutDescriptor,
    /// The NVRAM of a VM.
    Nvram,
    /// The saved state of a VM.
    SavedState,
    /// gzip.
    Gzip,
    /// zip.
    Zip,
    /// xz.
    Xz,
    /// zstd.
    Zstd,
    /// bzip2.
    Bzip2,
    /// An ELF program.
    Elf,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// PDF.
    Pdf,
    /// Text in UTF-16.
    Utf16,
    /// A Hyper-V disk.
    Vhd,
    /// A QEMU disk.
    Qcow2,
    /// XML, such as a `.vmxf`.
    Xml,
    /// HTML.
    Html,
}

/// The first bytes of files, by their type.
const MAGIC_NUMBERS: [(&[u8], FileType); 20] = [
    (b"KDMV", FileType::SparseDisk),
    (b"COWD", FileType::EsxiSparseDisk),
    (b"VMDK", FileType::VirtualDisk),
    (b"MRVN", FileType::Nvram),
    (b"\xD2\xBE\xD2\xBE", FileType::SavedState),
    (b"\xD0\xBE\xD2\xBE", FileType::SavedState),
    (b"\xD1\xBE\xD2\xBE", FileType::SavedState),
    (b"\x1F\x8B", FileType::Gzip),
    (b"PK\x03\x04", FileType::Zip),
    (b"\xFD7zXZ", FileType::Xz),
    (b"\x28\xB5\x2F\xFD", FileType::Zstd),
    (b"BZh", FileType::Bzip2),
    (b"\x7FELF", FileType::Elf),
    (b"\x89PNG", FileType::Png),
    (b"\xFF\xD8\xFF", FileType::Jpeg),
    (b"%PDF-", FileType::Pdf),
    (b"\xFF\xFE", FileType::Utf16),
    (b"\xFE\xFF", FileType::Utf16),
    (b"conectix", FileType::Vhd),
    (b"QFI\xFB", FileType::Qcow2),
];

/// The first line of a disk's text descriptor, in any case.
const DESCRIPTOR_TITLE: &[u8] = b"# Disk DescriptorFile";

impl FileType {
    /// Describes the file: "a sparse virtual disk (.vmdk)".
    pub fn description(self) -> &'static str {
        match self {
            Self::SparseDisk => "a sparse virtual disk (.vmdk), whose descriptor is embedded in its data",
            Self::EsxiSparseDisk => "an ESXi sparse virtual disk (.vmdk), whose descriptor is another file",
            Self::VirtualDisk => "a virtual disk (.vmdk)",
            Self::DiskDescriptor => "a virtual disk's descriptor (.vmdk)",
            Self::DiskWithoutDescriptor => "a virtual disk without a text descriptor (.vmdk)",
            Self::Nvram => "a VM's NVRAM (.nvram)",
            Self::SavedState => "a VM's saved state (.vmss, .vmsn)",
            Self::Gzip => "gzip data",
            Self::Zip => "a zip archive",
            Self::Xz => "xz data",
            Self::Zstd => "zstd data",
            Self::Bzip2 => "bzip2 data",
            Self::Elf => "an ELF program",
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::Pdf => "a PDF document",
            Self::Utf16 => "UTF-16 text: save it as UTF-8",
            Self::Vhd => "a Hyper-V disk (.vhd)",
            Self::Qcow2 => "a QEMU disk (.qcow2)",
            Self::Xml => "XML (a .vmxf holds a VM's team data, not its settings)",
            Self::Html => "an HTML page",
        }
    }
}

impl fmt::Display for FileType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl From<FileType> for FormatError {
    fn from(found: FileType) -> Self {
        Self::new(found.description())
    }
}

/// Detects bytes that are plainly not a file of this dialect. Looks at no more than the first few hundred bytes and
/// the white space before them.
pub fn sniff(bytes: &[u8], dialect: Dialect) -> Option<FileType> {
    let sniffing = &dialect.syntax().sniffing;
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start();
    let title = text.get(..DESCRIPTOR_TITLE.len());
    if title.is_some_and(|title| title.eq_ignore_ascii_case(DESCRIPTOR_TITLE)) {
        match sniffing.descriptor_title {
            DescriptorTitle::Required => return None,
            DescriptorTitle::Forbidden => return Some(FileType::DiskDescriptor),
            DescriptorTitle::Ignored => {}
        }
    }
    let is_word = |magic: &[u8]| magic.iter().all(u8::is_ascii_graphic);
    let counts = |magic: &[u8]| sniffing.words || !is_word(magic);
    let magic = MAGIC_NUMBERS.iter().find(|(magic, _)| bytes.starts_with(magic) && counts(magic));
    if let Some((_, found)) = magic {
        return Some(*found);
    }
    if text.starts_with(b"<?xml") || text.starts_with(b"<Foundry") {
        return Some(FileType::Xml);
    }
    if text.starts_with(b"<!DOCTYPE") || text.starts_with(b"<html") {
        return Some(FileType::Html);
    }
    if is_utf16(bytes) {
        return Some(FileType::Utf16);
    }
    let needs_title = sniffing.descriptor_title == DescriptorTitle::Required;
    needs_title.then_some(FileType::DiskWithoutDescriptor)
}

/// Whether the first 64 pairs of bytes are all ASCII characters in UTF-16.
fn is_utf16(bytes: &[u8]) -> bool {
    if !bytes.iter().take(2).any(|byte| *byte == 0) {
        return false;
    }
    let pairs = (bytes.len() / 2).min(64);
    let zeros_at =
        |at: usize| bytes.chunks_exact(2).take(64).filter(|pair| pair[at] == 0 && pair[1 - at] != 0).count();
    pairs >= 4 && (zeros_at(0) == pairs || zeros_at(1) == pairs)
}

/// Whether a line is white space or a comment to VMware.
pub(super) fn is_blank_or_comment(line: &[u8]) -> bool {
    matches!(line.iter().find(|byte| !matches!(byte, b' ' | b'\t')), None | Some(b'#'))
}

/// See [`Document::ensure_dictionary`].
pub(super) fn ensure_dictionary(document: &Document) -> Result<(), FormatError> {
    if !document.syntax().needs_entries {
        return Ok(());
    }
    let (mut has_entry, mut has_other) = (false, false);
    for (at, (_, line)) in document.walk().enumerate() {
        if line.is_entry() {
            has_entry = true;
        } else if memchr::memchr(0, line.text).is_some() {
            return Err(FormatError::nul(at + 1));
        } else {
            has_other = has_other || !is_blank_or_comment(line.text);
        }
    }
    if has_other && !has_entry { Err(FormatError::no_entry()) } else { Ok(()) }
}
