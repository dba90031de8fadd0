//! The text that describes a virtual disk: its header keys and its extents.
//!
//! Source: VMware, Virtual Disk Format 5.0, The Descriptor File.

use std::borrow::Cow;

use crate::document::{Charset, Document};

/// The size of a sector in extent lines and sparse headers, in bytes.
pub(super) const SECTOR: u64 = 512;

/// The first line of every descriptor.
const TITLE: &[u8] = b"# Disk DescriptorFile";

/// A disk as its descriptor, or the header of its sparse file, describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Descriptor {
    /// The size that the guest sees, in bytes.
    pub capacity: Option<u64>,
    /// `createType`: how the disk is stored ("monolithicSparse", "vmfs", "twoGbMaxExtentSparse" ...).
    pub create_type: Option<String>,
    /// The disk that this one is a delta of, as the descriptor names it.
    pub parent: Option<String>,
    /// The content id. It changes when the disk is written to.
    pub cid: Option<String>,
    /// The content id of the parent when this delta was created.
    pub parent_cid: Option<String>,
    /// The extents, in the order of the descriptor.
    pub extents: Vec<Extent>,
}

/// A part of a disk: a line such as `RW 4192256 SPARSE "disk-s001.vmdk"`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Extent {
    /// Its size, in sectors of 512 bytes.
    pub sectors: u64,
    /// Where it starts in its file, in sectors.
    pub offset: u64,
    /// Its type: `SPARSE`, `FLAT`, `ZERO`, `VMFS`, `VMFSSPARSE` ...
    pub kind: String,
    /// The file that holds its content, as the descriptor names it. `None` for an extent that VMware opens no file for:
    /// of type `ZERO`, or with `NOACCESS`.
    pub file: Option<String>,
}

/// Parses the content of a text descriptor. Returns `None` for content that does not start with a descriptor's title.
pub(crate) fn parse(bytes: &[u8]) -> Option<Descriptor> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let title = text.get(..TITLE.len())?;
    title.eq_ignore_ascii_case(TITLE).then(|| parse_untitled(bytes))
}

/// Parses a descriptor that is known to be one by its place, in a sparse file.
pub(super) fn parse_untitled(bytes: &[u8]) -> Descriptor {
    let mut document = Document::parse(bytes);
    if let Some(label) = document.value("encoding").map(Cow::into_owned) {
        document.read_as(Charset::of(&label));
    }
    let extents: Vec<Extent> = document.lines().filter_map(|line| Extent::parse(&line.text)).collect();
    let sectors = extents.iter().try_fold(0_u64, |sum, extent| sum.checked_add(extent.sectors));
    Descriptor {
        capacity: sectors.filter(|_| !extents.is_empty()).and_then(|sum| sum.checked_mul(SECTOR)),
        create_type: document.value("createType").map(Cow::into_owned),
        parent: document.value("parentFileNameHint").map(Cow::into_owned).filter(|parent| !parent.is_empty()),
        cid: document.value("CID").map(Cow::into_owned),
        parent_cid: document.value("parentCID").map(Cow::into_owned),
        extents,
    }
}

impl Descriptor {
    /// Returns whether `parent` has not been written to since this delta was created. VMware refuses the pair
    /// otherwise. True where one of the two ids is missing.
    pub(crate) fn belongs_on(&self, parent: &Self) -> bool {
        match (&self.parent_cid, &parent.cid) {
            (Some(expected), Some(found)) => expected.eq_ignore_ascii_case(found),
            _ => true,
        }
    }
}

impl Extent {
    /// Returns how many bytes its file has at least, if the file is nothing but the content of the disk.
    pub(crate) fn min_file_size(&self) -> Option<u64> {
        let is_raw = ["FLAT", "VMFS"].iter().any(|kind| self.kind.eq_ignore_ascii_case(kind));
        self.sectors.checked_add(self.offset).filter(|_| is_raw)?.checked_mul(SECTOR)
    }

    /// Returns whether a line describes an extent, well or badly.
    pub(crate) fn is_line(line: &str) -> bool {
        line.split_ascii_whitespace().next().is_some_and(is_access)
    }

    /// Parses a line such as `RW 4192256 SPARSE "disk-s001.vmdk"`.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let access = words.next().filter(|word| is_access(word))?;
        let sectors = words.next()?.parse().ok()?;
        let kind = words.next().unwrap_or_default();
        let has_file = access != "NOACCESS" && !matches!(kind, "" | "ZERO");
        let file = line.split('"').nth(1).filter(|_| has_file).map(str::to_owned);
        let offset = line.rsplit('"').next().and_then(|rest| rest.trim().parse().ok()).unwrap_or(0);
        Some(Self { sectors, offset, kind: kind.to_owned(), file })
    }
}

fn is_access(word: &str) -> bool {
    matches!(word, "RW" | "RDONLY" | "NOACCESS")
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn header_and_extents_are_parsed() {
        let text = "\u{feff}# disk descriptorfile\nversion=1\nCID=0a\nparentCID=ff\ncreateType=\"twoGbMaxExtentSparse\"\n\
                    parentFileNameHint=\"base.vmdk\"\nRW 2048 SPARSE \"a s001.vmdk\"\nRW 2 ZERO\n\
                    NOACCESS 4 FLAT \"gone.vmdk\" 0\nRDONLY 1 FLAT \"a-f002.vmdk\" 0\nRW many SPARSE \"no.vmdk\"\n";
        let found = parse(text.as_bytes()).expect("a descriptor");
        assert_eq!(found.capacity, Some((2048 + 2 + 4 + 1) * 512));
        assert_eq!(found.create_type.as_deref(), Some("twoGbMaxExtentSparse"));
        assert_eq!(found.parent.as_deref(), Some("base.vmdk"));
        assert_eq!((found.cid.as_deref(), found.parent_cid.as_deref()), (Some("0a"), Some("ff")));
        let extents: Vec<_> = found
            .extents
            .iter()
            .map(|extent| (extent.sectors, &*extent.kind, extent.file.as_deref()))
            .collect();
        assert_eq!(
            extents,
            [
                (2048, "SPARSE", Some("a s001.vmdk")),
                (2, "ZERO", None),
                (4, "FLAT", None),
                (1, "FLAT", Some("a-f002.vmdk"))
            ]
        );
    }

    #[test]
    fn content_without_the_title_is_not_a_descriptor() {
        assert_eq!(parse(b"CID=0a\nRW 2 FLAT \"a-flat.vmdk\" 0\n"), None);
        assert_eq!(parse(b"KDMV\x01\0\0\0"), None);
        assert_eq!(parse(b""), None);
    }
}
