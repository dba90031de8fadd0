//! Replaces a file in two steps: stage (write the new file in the same folder) and commit (exchange the two names).
//!
//! Where the process is killed, the old or the new file is whole under the name, and the next save removes the other
//! one.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;

use super::exchange::{NewFile, OldVersion};
use super::leftover::{self, OldFile};
use super::{SaveError, SaveOptions, Saved, VmxFile, metadata};

/// A new file, written in the folder of the one that it will replace. Dropping it removes it.
#[derive(Debug)]
#[must_use = "a staged file that is not committed is removed"]
pub(crate) struct StagedFile {
    old: OldVersion,
    new: NewFile,
    /// The name under which the new file is exchanged with the old one.
    swap_name: PathBuf,
    folder: File,
    conflicting_copies: Vec<PathBuf>,
}

/// A new file under its name, which may not be on disk yet.
#[derive(Debug)]
#[must_use = "a committed file that is not synced may not survive a power failure"]
pub(crate) struct CommittedFile {
    folder: File,
    /// The files that the save left in the folder.
    pub(crate) saved: Saved,
}

impl VmxFile {
    /// Writes `content` to a new file in the same folder, for [`StagedFile::commit`]. What earlier saves left behind
    /// there is removed first, so the caller must hold the file's lock.
    ///
    /// # Errors
    /// [`SaveError`]: the old file is in place and the folder is as before.
    pub(crate) fn stage(mut self, content: &[u8], options: &SaveOptions) -> Result<StagedFile, SaveError> {
        self.check(options)?;
        let target = match self.target.take() {
            Some(target) => target,
            None => self.path.canonicalize().map_err(SaveError::io("open"))?,
        };
        let folder = File::open(target.parent().unwrap_or(Path::new("/")))
            .map_err(SaveError::io("open the directory"))?;
        let conflicting_copies = leftover::sweep(&target, &folder)?;
        let mut new = NewFile::create_for(&target)?;
        new.file.write_all(content).map_err(writing)?;
        metadata::copy(&self.file, &self.meta, &new.file, options.metadata)?;
        let old_file = if options.backup.is_some() { OldFile::Backup } else { OldFile::Delete };
        let swap_name = leftover::swap_name(&target, &self.bytes, content, old_file);
        let old = OldVersion { read: self, target, backup: options.backup.clone() };
        Ok(StagedFile { old, new, swap_name, folder, conflicting_copies })
    }
}

impl StagedFile {
    /// Writes the new file's content and metadata to the disk.
    ///
    /// # Errors
    /// [`SaveError::Io`]. Nothing was changed.
    pub(crate) fn sync(&self) -> Result<(), SaveError> {
        self.new.file.sync_all().map_err(writing)
    }

    /// Returns the file system that the new file is on.
    ///
    /// # Errors
    /// The system's, where the process has no file descriptors left.
    pub(crate) fn file_system(&self) -> io::Result<FileSystem> {
        Ok(FileSystem { device: self.old.read.meta.dev(), folder: self.folder.try_clone()? })
    }

    /// Puts the new file in the old one's place. Call [`sync`](Self::sync) or [`FileSystem::sync`] before. `interrupt`
    /// is read last.
    ///
    /// # Errors
    /// [`SaveError`]. After [`SaveError::Displaced`], another process's version is in place and one more is kept; after
    /// [`SaveError::NotConfirmed`], the new file is in place; after all others, the old file is in place.
    pub(crate) fn commit(self, interrupt: &AtomicBool) -> Result<CommittedFile, SaveError> {
        let Self { old, new, swap_name, folder, conflicting_copies } = self;
        let new = new.rename(swap_name)?;
        if interrupt.load(Ordering::Relaxed) {
            return Err(SaveError::Interrupted);
        }
        let backup = old.replace_with(new)?.map(|backup| old.read.sibling_as_given(&backup));
        Ok(CommittedFile { folder, saved: Saved { backup, conflicting_copies } })
    }
}

impl CommittedFile {
    /// Writes the folder's names to the disk.
    ///
    /// # Errors
    /// [`SaveError::NotConfirmed`]. The new file is in place all the same.
    pub(crate) fn sync(&self) -> Result<(), SaveError> {
        // Some file systems cannot sync folders. On those, a save is as durable as they make it.
        let synced = match rustix::fs::fsync(&self.folder) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(()),
            Err(Errno::INTR) => self.folder.sync_all(),
            other => other.map_err(io::Error::from),
        };
        synced.map_err(SaveError::NotConfirmed)
    }
}

/// A file system, to be synced once for many files.
#[derive(Debug)]
pub struct FileSystem {
    device: u64,
    folder: File,
}

impl FileSystem {
    /// Returns whether `staged` is on this file system.
    pub(crate) fn contains(&self, staged: &StagedFile) -> bool {
        self.device == staged.old.read.meta.dev()
    }

    /// Writes everything on this file system to the disk.
    ///
    /// # Errors
    /// The system's.
    pub fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.folder)?)
    }
}

fn writing(source: io::Error) -> SaveError {
    SaveError::Io { action: "write the new file", source }
}
