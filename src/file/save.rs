//! Replaces a file in two steps: stage (write the new file in the same folder) and commit (exchange the two names).
//!
//! Where the process is killed, the old or the new file is whole under the name, and the next save removes the other
//! one.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exchange::{StagedName, replace};
use super::leftover::{self, NEW_EXTENSION, OldFile};
use super::original::OldVersion;
use super::{LeftBehind, OnLoss, Original, SaveError, SaveOptions, Saved};
use crate::host::{Folder, FolderView, NewFile, Stat, copy_metadata, temporary};

/// Whether what earlier saves left behind is removed.
pub(crate) enum Sweep<'a> {
    /// It is: the caller holds the file's lock. The view lists the file's folder.
    Leftovers(&'a dyn FolderView),
    /// It is not: what looks left behind may belong to the process that holds the lock.
    Nothing,
}

/// A new file, written in the folder of the one that it will replace. Dropping it removes it.
#[derive(Debug)]
#[must_use = "a staged file that is not committed is removed"]
pub(crate) struct StagedFile {
    old: OldVersion,
    backup: Option<OsString>,
    /// Open until it is renamed: some file systems do not rename a file that is open.
    new: NewFile,
    new_stat: Stat,
    name: StagedName,
    /// The name under which the new file is exchanged with the old one.
    swap_name: OsString,
    left_behind: LeftBehind,
}

/// A new file under its name, which may not be on disk yet.
#[derive(Debug)]
#[must_use = "a committed file that is not synced may not survive a power failure"]
pub(crate) struct CommittedFile {
    folder: Arc<Folder>,
    /// The files that the save left in the folder.
    pub(crate) saved: Saved,
    /// What failed after the new file was in place.
    pub(crate) incomplete: Option<SaveError>,
}

impl Original {
    /// Writes `content` to a new file in the same folder, for [`StagedFile::commit`].
    ///
    /// # Errors
    /// [`SaveError`]: the old file is in place and the folder is as before.
    pub(crate) fn stage(
        self,
        content: &[u8],
        options: &SaveOptions,
        sweep: &Sweep<'_>,
    ) -> Result<StagedFile, SaveError> {
        self.check(options)?;
        let (file, old) = self.settle()?;
        let folder = Arc::clone(old.place.folder());
        let left_behind = match sweep {
            Sweep::Leftovers(listed) => leftover::sweep(&old.place, old.stat.len, *listed),
            Sweep::Nothing => LeftBehind::default(),
        };
        // The file is closed before its name is removed.
        let (name, mut new) = create(&folder, &old)?;
        new.write(content).map_err(writing)?;
        let new_stat = new.stat().map_err(SaveError::io("read the new file's metadata"))?;
        copy_metadata(&file, &old.stat, &new, &new_stat, &|what, source| match options.metadata {
            OnLoss::Accept => Ok(()),
            OnLoss::Refuse => Err(SaveError::Metadata { what: what.to_owned(), source }),
        })?;
        if let Some(modified) = options.modified {
            let _ = new.set_modified(modified);
        }
        // On some file systems, a file that is open cannot be renamed.
        drop(file);
        let old_file = if options.backup.is_some() { OldFile::Backup } else { OldFile::Delete };
        let swap_name = leftover::swap_name(old.place.name(), &old.bytes, content, old_file);
        Ok(StagedFile { old, backup: options.backup.clone(), new, new_stat, name, swap_name, left_behind })
    }
}

/// Creates the new file. Until it has the metadata of the old one, only its owner may read it, unless all users may read
/// the old one.
fn create(folder: &Arc<Folder>, old: &OldVersion) -> Result<(StagedName, NewFile), SaveError> {
    const PRIVATE: u32 = 0o600;
    const READABLE_BY_ALL: u32 = 0o444;
    let mode = old.stat.mode;
    let mode = if mode & READABLE_BY_ALL == READABLE_BY_ALL { mode & 0o755 } else { PRIVATE };
    loop {
        let name = temporary::random_name(old.place.name(), NEW_EXTENSION);
        match folder.create_file(&name, mode) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => {
                let new = created.map_err(SaveError::folder("make a temporary file in its folder"))?;
                return Ok((StagedName::new(folder, name), new));
            }
        }
    }
}

impl StagedFile {
    /// Writes the new file's content and metadata to the disk.
    ///
    /// # Errors
    /// [`SaveError::Io`]. Nothing was changed.
    pub(crate) fn sync(&self) -> Result<(), SaveError> {
        self.new.sync().map_err(writing)
    }

    /// Returns the file system that the new file is on.
    pub(crate) fn file_system(&self) -> FileSystem {
        FileSystem { device: self.new_stat.device, folder: Arc::clone(self.old.place.folder()) }
    }

    /// Puts the new file in the old one's place. Call [`sync`](Self::sync) or [`FileSystem::sync`] before. `interrupt`
    /// is read last.
    ///
    /// # Errors
    /// [`SaveError`]. After [`SaveError::Displaced`], another process's version is in place and one more is kept; after
    /// all others, the old file is in place. What fails once the new file is in place is in
    /// [`CommittedFile::incomplete`].
    pub(crate) fn commit(self, interrupt: &AtomicBool) -> Result<CommittedFile, SaveError> {
        let Self { old, backup, new, new_stat, mut name, swap_name, left_behind } = self;
        drop(new);
        name.rename(swap_name)?;
        if interrupt.load(Ordering::Relaxed) {
            return Err(SaveError::Interrupted);
        }
        let folder = Arc::clone(old.place.folder());
        let replaced = replace(&old, &new_stat, name, backup.as_deref())?;
        let backup = replaced.backup.map(|name| old.place.sibling(&name));
        Ok(CommittedFile { folder, saved: Saved { backup, left_behind }, incomplete: replaced.incomplete })
    }
}

impl CommittedFile {
    /// Writes the folder's names to the disk.
    ///
    /// # Errors
    /// [`SaveError::NotConfirmed`]. The new file is in place all the same.
    pub(crate) fn sync(&self) -> Result<(), SaveError> {
        self.folder.sync().map_err(SaveError::NotConfirmed)
    }
}

/// A file system, to be synced once for many files.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::transaction::{self, Options, Plan, Source};
/// use vmxedit::{Document, Edit, Error, Key, file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let (place, options, host) = (file::find(&path)?, Options::default(), Host::default());
/// let set = Edit::Set { key: Key::parse("memsize")?, value: "4096".into() };
/// let plan = |_: &Document, _: &Source<'_>| Ok::<_, Error>(Plan::<()>::of_edits(vec![set.clone()]));
/// let locked = transaction::begin(&place, &options, transaction::PEER_TIMEOUT, &host)?;
/// let staged = locked.stage(None, &plan, &host)?;
/// if let Some(file_system) = staged.file_system() {
///     file_system.sync()?;
/// }
/// staged.commit_unsynced()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileSystem {
    device: u64,
    folder: Arc<Folder>,
}

impl FileSystem {
    /// Returns whether both are the same file system.
    pub fn is_same(&self, other: &Self) -> bool {
        self.device == other.device
    }

    /// Writes everything on this file system to the disk.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::Unsupported`] on a kernel that cannot do it.
    pub fn sync(&self) -> io::Result<()> {
        self.folder.sync_file_system()
    }
}

fn writing(source: io::Error) -> SaveError {
    SaveError::Io { action: "write the new file", source }
}
