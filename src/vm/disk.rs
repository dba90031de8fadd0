//! What a virtual disk's descriptor says, read from the first few KB of its file. The disk's content is never read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::document::{Charset, Document, Key};
use crate::error::Cause;

/// Descriptors are a few hundred bytes to a few KB.
const ENOUGH: u64 = 64 * 1024;
const SECTOR: u64 = 512;
/// VMware allows 32 snapshots in a chain.
const LONGEST_CHAIN: usize = 64;

/// What a disk says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// What the guest sees, in bytes.
    pub capacity: Option<u64>,
    /// `createType`: how the disk is stored ("monolithicSparse", "vmfs", "twoGbMaxExtentSparse" ...).
    pub create_type: Option<String>,
    /// The disk that it holds the differences to, as the file names it.
    pub parent: Option<String>,
    /// The content's id. It changes with the content.
    pub cid: Option<String>,
    /// The id that the parent's content had when the two belonged together.
    pub parent_cid: Option<String>,
}

/// A disk and those that it is based on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The disk's file.
    pub path: PathBuf,
    /// What it says, or why it could not be read.
    pub disk: Result<Disk, Unread>,
}

/// Why a disk could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is none.
    #[error("no such file")]
    Missing,
    /// A folder, a pipe, a device.
    #[error("not a regular file")]
    Irregular,
    /// The content is something else.
    #[error("{0}")]
    Foreign(String),
    /// It is based on itself.
    #[error("the chain of its parents does not end")]
    Endless,
    /// VMware allows 32 disks in a chain.
    #[error("it is based on more than 64 disks, one on another")]
    TooLong,
    /// The system's answer.
    #[error("{0}")]
    Failed(String),
}

impl Disk {
    /// Reads a text descriptor, or the one in a sparse extent.
    ///
    /// # Errors
    /// [`Cause::NotVmx`] for what is no disk's descriptor (a `-flat` extent, something else), [`Cause::Io`].
    pub fn read(path: &Path) -> Result<Self, Cause> {
        let unreadable = |error| Cause::io("read the disk's descriptor", error);
        let mut file = open(path).map_err(unreadable)?;
        let start = some_of(&mut file, ENOUGH).map_err(unreadable)?;
        if start.starts_with(b"KDMV") {
            return Self::of_sparse(&mut file, &start).map_err(unreadable);
        }
        if start.starts_with(b"COWD") {
            let capacity = number_at::<4>(&start, 12).map(|sectors| sectors * SECTOR);
            return Ok(Self { capacity, create_type: Some("vmfsSparse".to_owned()), ..Self::default() });
        }
        if !is_descriptor(&start) {
            return Err(Cause::NotVmx { what: "no disk's descriptor".to_owned(), line: None });
        }
        Ok(Self::of_text(&start))
    }

    /// The header of a sparse extent: sectors at 12, the descriptor's first sector at 28 and length at 36, all little
    /// endian. An extent of a disk in several files has no descriptor.
    ///
    /// Source: VMware, Virtual Disk Format 5.0, Hosted Sparse Extents.
    fn of_sparse(file: &mut File, start: &[u8]) -> io::Result<Self> {
        let capacity = number_at::<8>(start, 12).and_then(|sectors| sectors.checked_mul(SECTOR));
        let at = number_at::<8>(start, 28).and_then(|sector| sector.checked_mul(SECTOR)).unwrap_or(0);
        let length = number_at::<8>(start, 36).and_then(|sectors| sectors.checked_mul(SECTOR)).unwrap_or(0);
        if at == 0 || length == 0 {
            return Ok(Self { capacity, ..Self::default() });
        }
        file.seek(SeekFrom::Start(at))?;
        let text = some_of(file, length.min(ENOUGH))?;
        let end = memchr::memchr(0, &text).unwrap_or(text.len());
        Ok(Self { capacity, ..Self::of_text(&text[..end]) })
    }

    fn of_text(text: &[u8]) -> Self {
        let mut document = Document::parse(text);
        if let Some(label) = value(&document, "encoding") {
            document.read_as(Charset::of(&label));
        }
        let sectors: Vec<u64> = document.lines().filter_map(|line| extent_sectors(&line.text)).collect();
        let capacity = sectors.iter().try_fold(0_u64, |sum, sectors| sum.checked_add(*sectors));
        Self {
            capacity: capacity.filter(|_| !sectors.is_empty()).and_then(|sum| sum.checked_mul(SECTOR)),
            create_type: value(&document, "createType"),
            parent: value(&document, "parentFileNameHint").filter(|parent| !parent.is_empty()),
            cid: value(&document, "CID"),
            parent_cid: value(&document, "parentCID"),
        }
    }

    /// Whether `parent` is still what this disk holds the differences to. A parent that was written to since makes
    /// VMware refuse the pair.
    pub fn belongs_on(&self, parent: &Self) -> bool {
        match (&self.parent_cid, &parent.cid) {
            (Some(expected), Some(found)) => expected.eq_ignore_ascii_case(found),
            _ => true,
        }
    }
}

/// The disk `path` and, one after another, those that it is based on. The last one may be unreadable.
pub fn chain(path: &Path) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next.take() {
        let end = if links.iter().any(|link| link.path == path) {
            Some(Unread::Endless)
        } else {
            (links.len() == LONGEST_CHAIN).then_some(Unread::TooLong)
        };
        if let Some(end) = end {
            links.push(Link { path, disk: Err(end) });
            break;
        }
        let disk = Disk::read(&path).map_err(|cause| why(&cause));
        let parent = disk.as_ref().ok().and_then(|disk| disk.parent.as_deref());
        next = parent.map(|parent| beside(&path, parent));
        links.push(Link { path, disk });
    }
    links
}

fn why(cause: &Cause) -> Unread {
    match cause {
        Cause::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => Unread::Missing,
        Cause::Io { source, .. } if source.kind() == io::ErrorKind::InvalidInput => Unread::Irregular,
        Cause::NotVmx { what, .. } => Unread::Foreign(what.clone()),
        other => Unread::Failed(other.to_string()),
    }
}

/// The file that `name`, as `file` names it, means: beside that file unless it is a whole path.
pub fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}

/// Opens a regular file alone: a name in a descriptor may be a pipe that never ends, or a device.
fn open(path: &Path) -> io::Result<File> {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    Ok(file)
}

fn some_of(file: &mut File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_descriptor(start: &[u8]) -> bool {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let title: &[u8] = b"# Disk DescriptorFile";
    text.get(..title.len()).is_some_and(|head| head.eq_ignore_ascii_case(title))
}

fn value(document: &Document, key: &str) -> Option<String> {
    let key = Key::parse(key).ok()?;
    document.find(&key).first().map(|entry| entry.value().into_owned())
}

/// The sectors of an extent's line: `RW 4192256 SPARSE "disk-s001.vmdk"`.
fn extent_sectors(line: &str) -> Option<u64> {
    let mut words = line.split_ascii_whitespace();
    matches!(words.next()?, "RW" | "RDONLY" | "NOACCESS").then(|| words.next()?.parse().ok()).flatten()
}

/// The little-endian number of `N` bytes at `at`.
fn number_at<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let found = bytes.get(at..at + N)?;
    Some(found.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::{Disk, Unread, chain};

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
        let folder = tempfile::tempdir().expect("a folder");
        let read = |bytes: &[u8]| {
            let path = folder.path().join("a.vmdk");
            std::fs::write(&path, bytes).expect("written");
            Disk::read(&path)
        };
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
        assert!(Disk::read(folder.path()).is_err());
        assert!(Disk::read(std::path::Path::new("/dev/zero")).is_err());
    }

    #[test]
    fn parents_are_followed_to_the_end_and_never_in_circles() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("a.vmdk", TEXT);
        write(
            "base.vmdk",
            "# Disk DescriptorFile\nCID=ff\nparentCID=ffffffff\nRW 2050 VMFS \"base-flat.vmdk\"\n",
        );
        let links = chain(&folder.path().join("a.vmdk"));
        let disks: Vec<&Disk> = links.iter().filter_map(|link| link.disk.as_ref().ok()).collect();
        assert_eq!(disks.len(), 2);
        assert!(disks[0].belongs_on(disks[1]), "ids are hexadecimal");
        assert!(!disks[1].belongs_on(disks[0]));

        write("base.vmdk", &TEXT.replace("base.vmdk", "a.vmdk"));
        let links = chain(&folder.path().join("a.vmdk"));
        assert_eq!(links.len(), 3);
        assert!(links[2].disk.as_ref().is_err_and(|why| *why == Unread::Endless));
    }
}
