//! Disks and the chain of those that they are based on. Reads the first few KB of each file, never a disk's content.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use super::descriptor::{self, Descriptor, SECTOR};
use super::named_file::{locate, name_in};
use crate::host::{FolderView, io_message, is_not_regular};

/// Maximum length of a descriptor that is read, in bytes. Real ones have a few hundred bytes to a few KB.
const MAX_DESCRIPTOR_LEN: usize = 64 * 1024;
/// Maximum number of disks in a chain. VMware allows 32 snapshots.
const MAX_CHAIN_LEN: usize = 64;

/// A disk in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct ChainLink {
    /// The disk's file, relative to the folder of the VM or absolute.
    pub path: PathBuf,
    /// The disk's description, or why it could not be read.
    pub disk: Result<Descriptor, DiskError>,
}

/// Why a disk's description could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum DiskError {
    /// The file does not exist.
    #[error("no such file")]
    Missing,
    /// The path is a folder, a pipe or a device.
    #[error("not a regular file")]
    NotRegular,
    /// The content has no descriptor, as in the data file of a flat disk.
    #[error("not a disk descriptor")]
    NotADescriptor,
    /// The disk is based on itself.
    #[error("the chain of its parents does not end")]
    Cycle,
    /// The chain is longer than any that VMware creates.
    #[error("the chain of its parents is longer than {} disks", MAX_CHAIN_LEN)]
    ChainTooLong,
    /// The system's error message.
    #[error("cannot read the disk's descriptor: {0}")]
    Io(String),
}

impl From<io::Error> for DiskError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ if is_not_regular(&error) => Self::NotRegular,
            _ => Self::Io(io_message(&error)),
        }
    }
}

/// Reads a text descriptor, or the one inside a sparse file. `path` is relative to `folder`, or absolute.
///
/// # Errors
/// [`DiskError::NotADescriptor`] for any other content; those of opening and reading.
pub(crate) fn read(folder: &dyn FolderView, path: &Path) -> Result<Descriptor, DiskError> {
    let start = folder.read_part(path, 0, MAX_DESCRIPTOR_LEN)?;
    parse(&start, |at, length| folder.read_part(path, at, length))
}

/// Reads the description of the disk `name` in `folder`, as [`read`], but follows no link. A descriptor inside a sparse
/// file is read only from the file's start, where VMware writes it.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_entry(folder: &dyn FolderView, name: &OsStr) -> Result<Descriptor, DiskError> {
    let start = folder.read_entry(name, MAX_DESCRIPTOR_LEN)?;
    parse(&start, |at, length| {
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(start.len());
        Ok(start[at..].iter().take(length).copied().collect())
    })
}

/// Parses the start of a disk's file. `read_part` reads more of it, from a byte on.
fn parse(
    start: &[u8],
    read_part: impl Fn(u64, usize) -> io::Result<Vec<u8>>,
) -> Result<Descriptor, DiskError> {
    if start.starts_with(b"KDMV") {
        return Ok(parse_sparse(start, read_part)?);
    }
    if start.starts_with(b"COWD") {
        let capacity = le_number::<4>(start, 12).map(|sectors| sectors * SECTOR);
        let create_type = Some("vmfsSparse".to_owned());
        return Ok(Descriptor { capacity, create_type, ..Descriptor::default() });
    }
    descriptor::parse(start).ok_or(DiskError::NotADescriptor)
}

/// Reads a disk and its parents, the nearest first. The last link may be one that could not be read. `path` is relative
/// to `folder`, or absolute.
pub(crate) fn chain(folder: &dyn FolderView, path: &Path) -> Vec<ChainLink> {
    let mut links: Vec<ChainLink> = Vec::new();
    let mut next = Some(without_dot(path));
    while let Some(path) = next.take() {
        let end = if links.iter().any(|link| link.path == path) {
            Some(DiskError::Cycle)
        } else {
            (links.len() == MAX_CHAIN_LEN).then_some(DiskError::ChainTooLong)
        };
        if let Some(end) = end {
            links.push(ChainLink { path, disk: Err(end) });
            break;
        }
        let disk = read(folder, &path);
        let parent = disk.as_ref().ok().and_then(|disk| disk.parent.as_deref());
        next = parent.map(|parent| resolve_relative(&path, parent));
        links.push(ChainLink { path, disk });
    }
    links
}

/// Resolves `name`, found in `file`, relative to the folder of `file`. An absolute path stays.
pub(crate) fn resolve_relative(file: &Path, name: &str) -> PathBuf {
    without_dot(&file.parent().unwrap_or(Path::new("")).join(name))
}

/// Returns the name of the disk that `disk`, whose file is `path`, is based on, if that is directly in `folder`. The base of
/// a linked clone is in another folder.
pub(crate) fn parent_in(folder: &dyn FolderView, path: &Path, disk: &Descriptor) -> Option<OsString> {
    let parent = disk.parent.as_deref()?;
    locate(parent)?;
    name_in(folder, &resolve_relative(path, parent)).map(OsStr::to_owned)
}

/// Removes a leading `./`: two paths of one file in the folder should be equal.
fn without_dot(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

/// Parses the header of a sparse extent: sectors at 12, the descriptor's first sector at 28 and length at 36, all little
/// endian. An extent of a disk in several files has no descriptor.
///
/// Source: VMware, Virtual Disk Format 5.0, Hosted Sparse Extents.
fn parse_sparse(
    start: &[u8],
    read_part: impl Fn(u64, usize) -> io::Result<Vec<u8>>,
) -> io::Result<Descriptor> {
    let bytes_at = |at| le_number::<8>(start, at).and_then(|sectors| sectors.checked_mul(SECTOR));
    let capacity = bytes_at(12);
    let at = bytes_at(28).unwrap_or(0);
    let length = bytes_at(36).unwrap_or(0);
    if at == 0 || length == 0 {
        return Ok(Descriptor { capacity, ..Descriptor::default() });
    }
    let length = usize::try_from(length).unwrap_or(MAX_DESCRIPTOR_LEN).min(MAX_DESCRIPTOR_LEN);
    let text = read_part(at, length)?;
    let end = memchr::memchr(0, &text).unwrap_or(text.len());
    Ok(Descriptor { capacity, ..descriptor::parse_untitled(&text[..end]) })
}

/// Returns the little-endian number of `N` bytes at `at`.
fn le_number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let found = bytes.get(at..at + N)?;
    Some(found.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{DiskError, chain, read as read_disk};
    use crate::host::{Folder, MemoryFolder};
    use crate::vm::descriptor::Descriptor;

    const TEXT: &str = "# Disk DescriptorFile\nversion=1\nCID=0a\nparentCID=FF\ncreateType=\"twoGbMaxExtentSparse\"\n\
                        parentFileNameHint=\"base.vmdk\"\nRW 2048 SPARSE \"a-s001.vmdk\"\nRW 2 SPARSE \"a-s002.vmdk\"\n";

    /// A sparse extent of 4096 sectors whose descriptor is in sector 1.
    fn sparse(descriptor: &str) -> Vec<u8> {
        let mut bytes = b"KDMV\x01\0\0\0\x03\0\0\0".to_vec();
        for number in [4096_u64, 128, 1, 20] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.resize(512, 0);
        bytes.extend(descriptor.as_bytes());
        bytes.resize(512 * 21, 0);
        bytes
    }

    #[test]
    fn text_and_embedded_descriptors_are_read() {
        let read = |bytes: &[u8]| read_disk(&MemoryFolder::with(&[("a.vmdk", bytes)]), Path::new("a.vmdk"));
        let disk = read(TEXT.as_bytes()).expect("a descriptor");
        assert_eq!(disk.capacity, Some(2050 * 512));
        assert_eq!(disk.create_type.as_deref(), Some("twoGbMaxExtentSparse"));
        assert_eq!((disk.parent.as_deref(), disk.cid.as_deref()), (Some("base.vmdk"), Some("0a")));

        let disk =
            read(&sparse("# Disk DescriptorFile\ncreateType=\"monolithicSparse\"\n")).expect("one inside");
        assert_eq!(
            (disk.capacity, disk.create_type.as_deref()),
            (Some(4096 * 512), Some("monolithicSparse"))
        );
        assert!(read(b"\0\0\0\0").is_err(), "a flat extent");
        assert!(read(b"KDMV").expect("cut short").capacity.is_none());
        assert!(read(&sparse("")[..100]).is_ok());
    }

    #[test]
    fn a_folder_and_a_device_are_refused_and_a_huge_file_is_read_in_part() {
        let files = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(files.path()).expect("opened");
        let read = |path: &str| read_disk(&folder, Path::new(path)).expect_err("no disk");
        assert_eq!(read("no.vmdk"), DiskError::Missing);
        assert_eq!(read("/dev/zero"), DiskError::NotRegular);
        std::fs::create_dir(files.path().join("folder.vmdk")).expect("created");
        assert_eq!(read("folder.vmdk"), DiskError::NotRegular);
        let huge = std::fs::File::create(files.path().join("huge.vmdk")).expect("created");
        huge.set_len(3 << 30).expect("a sparse file");
        assert_eq!(read("huge.vmdk"), DiskError::NotADescriptor);
    }

    #[test]
    fn the_place_of_an_embedded_descriptor_may_be_past_the_end() {
        for at in [1 << 22, u64::MAX / 512, u64::MAX] {
            let mut bytes = sparse("");
            bytes[28..36].copy_from_slice(&at.to_le_bytes());
            let folder = MemoryFolder::with(&[("a.vmdk", &bytes)]);
            let disk = read_disk(&folder, Path::new("a.vmdk")).expect("a header");
            assert_eq!((disk.capacity, disk.create_type), (Some(4096 * 512), None));
        }
    }

    #[test]
    fn the_chain_of_parents_ends_at_the_base_or_at_a_cycle() {
        let base = "# Disk DescriptorFile\nCID=ff\nparentCID=ffffffff\nRW 2050 VMFS \"base-flat.vmdk\"\n";
        let chain_of = |base: &str| {
            let files = [("a.vmdk", TEXT.as_bytes()), ("base.vmdk", base.as_bytes())];
            chain(&MemoryFolder::with(&files), Path::new("a.vmdk"))
        };
        let links = chain_of(base);
        let disks: Vec<&Descriptor> = links.iter().filter_map(|link| link.disk.as_ref().ok()).collect();
        assert_eq!(disks.len(), 2);
        assert!(disks[0].belongs_on(disks[1]), "ids are hexadecimal");
        assert!(!disks[1].belongs_on(disks[0]));

        for own in ["a.vmdk", "./a.vmdk"] {
            let links = chain_of(&TEXT.replace("base.vmdk", own));
            assert_eq!(links.len(), 3, "{own}");
            assert!(links[2].disk.as_ref().is_err_and(|why| *why == DiskError::Cycle));
        }
    }
}
