//! A folder in memory, for tests of what reads through [`FolderView`] alone.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use super::regular_file::not_regular;
use super::{FileKind, FolderView, Machine, Stat, ThisMachine};

/// A folder that no file system has: `/vmfs/volumes/ds/vm` of a host that is not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryFolder {
    entries: BTreeMap<PathBuf, Entry>,
}

#[derive(Clone, Debug)]
enum Entry {
    File(Vec<u8>),
    Other(FileKind),
}

impl MemoryFolder {
    /// Creates a folder with these files.
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let entry = |(name, content): &(&str, &[u8])| (PathBuf::from(name), Entry::File(content.to_vec()));
        Self { entries: files.iter().map(entry).collect() }
    }

    /// Adds something that is not a regular file.
    pub(crate) fn and(mut self, name: &str, kind: FileKind) -> Self {
        self.entries.insert(name.into(), Entry::Other(kind));
        self
    }

    fn entry(&self, path: &Path) -> io::Result<&Entry> {
        const FOLDER: &Entry = &Entry::Other(FileKind::Folder);
        let relative = path.strip_prefix(FolderView::path(self)).unwrap_or(path);
        if is_own(relative) {
            return Ok(FOLDER);
        }
        self.entries.get(relative).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl FolderView for MemoryFolder {
    fn path(&self) -> &Path {
        Path::new("/vmfs/volumes/ds/vm")
    }

    fn machine(&self) -> &dyn Machine {
        &ThisMachine
    }

    fn real_path_of(&self, name: &OsStr) -> PathBuf {
        self.path_of(name)
    }

    fn names(&self) -> io::Result<Vec<OsString>> {
        Ok(self.entries.keys().map(|path| path.clone().into_os_string()).collect())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let (kind, len) = match self.entry(path)? {
            Entry::File(content) => (FileKind::Regular, content.len() as u64),
            Entry::Other(kind) => (*kind, 0),
        };
        Ok(Stat {
            kind,
            device: 1,
            inode: u64::from(!is_own(path.strip_prefix(FolderView::path(self)).unwrap_or(path))),
            len,
            mode: 0o600,
            owner: 0,
            group: 0,
            links: 1,
            modified: (0, 0),
            changed: (0, 0),
            is_immutable: None,
        })
    }

    fn stat_entry(&self, name: &OsStr) -> io::Result<Stat> {
        self.stat(Path::new(name))
    }

    fn read_part(&self, path: &Path, start: u64, len: usize) -> io::Result<Vec<u8>> {
        let Entry::File(content) = self.entry(path)? else { return Err(not_regular()) };
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(content.len());
        Ok(content[start..].iter().take(len).copied().collect())
    }

    fn read_entry(&self, name: &OsStr, len: usize) -> io::Result<Vec<u8>> {
        self.read_part(Path::new(name), 0, len)
    }

    fn child(&self, _name: &OsStr) -> io::Result<Box<dyn FolderView>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn open_for_writing(&self, _name: &OsStr) -> io::Result<()> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn folder(&self, path: &Path) -> io::Result<Box<dyn FolderView>> {
        let below = |(name, entry): (&PathBuf, &Entry)| {
            Some((name.strip_prefix(path).ok()?.to_owned(), entry.clone()))
        };
        let entries: BTreeMap<PathBuf, Entry> = self.entries.iter().filter_map(below).collect();
        if entries.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(Box::new(Self { entries })) }
    }

    fn is_network(&self) -> bool {
        true
    }
}

/// Returns whether a path in the folder is that of the folder itself.
fn is_own(path: &Path) -> bool {
    matches!(path.to_str(), Some("" | "."))
}
