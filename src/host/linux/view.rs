//! An open folder as what summaries, checks and the power state read.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};

use super::Folder;
use super::file_system_type::FileSystemType;
use super::folder::plain;
use super::opening::open_examined_at;
use super::resolve::open_through_trusted_links;
use super::stat::stat_at;
use crate::host::regular_file::not_regular;
use crate::host::{FileKind, FolderView, Machine, Stat, ThisMachine};

impl FolderView for Folder {
    fn path(&self) -> &Path {
        Self::path(self)
    }

    fn machine(&self) -> &dyn Machine {
        &ThisMachine
    }

    fn real_path_of(&self, name: &OsStr) -> PathBuf {
        Self::real_path_of(self, name)
    }

    fn names(&self) -> io::Result<Vec<OsString>> {
        Self::names(self)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        Ok(stat_at(&self.handle, path.as_os_str(), AtFlags::empty())?)
    }

    fn stat_entry(&self, name: &OsStr) -> io::Result<Stat> {
        Ok(stat_at(&self.handle, plain(name)?, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    fn read_part(&self, path: &Path, start: u64, len: usize) -> io::Result<Vec<u8>> {
        // A device is not even examined by a handle, unless it takes the place of a file at this moment.
        if FolderView::stat(self, path)?.kind != FileKind::Regular {
            return Err(not_regular());
        }
        open_examined_at(&self.handle, path.as_os_str())?.read_part(start, len)
    }

    fn read_entry(&self, name: &OsStr, len: usize) -> io::Result<Vec<u8>> {
        if self.stat_entry(name)?.kind != FileKind::Regular {
            return Err(not_regular());
        }
        self.open_file(name)?.read_part(0, len)
    }

    fn open_for_writing(&self, name: &OsStr) -> io::Result<()> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        rustix::fs::openat(&self.handle, plain(name)?, flags, Mode::empty())?;
        Ok(())
    }

    fn child(&self, name: &OsStr) -> io::Result<Box<dyn FolderView>> {
        Ok(Box::new(self.open_child(name)?))
    }

    fn folder(&self, path: &Path) -> io::Result<Box<dyn FolderView>> {
        Ok(Box::new(open_through_trusted_links(self, path)?))
    }

    fn is_network(&self) -> bool {
        self.file_system_type().is_some_and(FileSystemType::is_shared)
    }
}
