//! The file that is edited, as it was read.

use std::ffi::OsStr;
use std::io;

use super::{MAX_FILE_SIZE, OnLoss, OpenError, SaveError, SaveOptions, backup};
use crate::host::{FileKind, FolderView, OpenFile, Place, Stat, WriteAccess, is_not_regular};

/// A file and its content as it was read. Replacing it verifies that neither has changed since.
#[derive(Debug)]
pub(crate) struct Original {
    pub(super) place: Place,
    /// Not kept open where that may keep other processes from renaming the file.
    file: Option<OpenFile>,
    stat: Stat,
    pub(super) bytes: Vec<u8>,
    /// The metadata of the file, as they were when they were last read by name.
    latest: Option<Stat>,
}

/// What an [`Original`] was, once its file is closed.
#[derive(Debug)]
pub(super) struct OldVersion {
    pub(super) place: Place,
    pub(super) stat: Stat,
    pub(super) bytes: Vec<u8>,
}

/// What a name means, compared with an [`OldVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// The file that was read, with the content that was read.
    Unchanged,
    /// Another file, or other content.
    Changed,
    /// The file that was read, and another process has it open for writing.
    BeingWritten,
}

impl Original {
    /// Reads the file. A device or a pipe is not opened.
    ///
    /// # Errors
    /// [`OpenError`]: anything but a regular file of at most [`MAX_FILE_SIZE`] bytes is refused.
    pub(crate) fn read(place: &Place) -> Result<Self, OpenError> {
        let file = open(place)?;
        let bytes = file.read(MAX_FILE_SIZE).map_err(OpenError::reading)?;
        let stat = *file.stat();
        let file = Some(file).filter(OpenFile::is_on_native_file_system);
        Ok(Self { place: place.clone(), file, stat, bytes, latest: None })
    }

    /// Returns where the file is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Returns the content.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the metadata of the file that was read.
    pub(crate) fn stat(&self) -> &Stat {
        &self.stat
    }

    /// Returns whether the file looks as it did when it was read: the same inode, size and times. Where clocks are
    /// coarse or other hosts may write, that is not certain, and the answer is no.
    pub(crate) fn looks_unchanged(&mut self) -> bool {
        self.latest = self.place.folder().stat_of(self.place.name()).ok();
        self.latest.is_some_and(|latest| latest.looks_unchanged_since(&self.stat))
            && self.stat.is_settled()
            && self.file.as_ref().is_some_and(OpenFile::is_on_native_file_system)
    }

    /// Checks what staging checks first, for a caller that has a long operation to do before that.
    ///
    /// # Errors
    /// [`SaveError::ReadOnly`], [`SaveError::Immutable`], [`SaveError::HardLinks`], [`SaveError::Changed`],
    /// [`SaveError::BackupName`] or [`SaveError::Io`].
    pub(crate) fn check(&self, options: &SaveOptions) -> Result<(), SaveError> {
        self.check_writable()?;
        match self.stat().links {
            links @ 2.. if options.hard_links == OnLoss::Refuse => {
                return Err(SaveError::HardLinks { links });
            }
            _ => {}
        }
        match &options.backup {
            Some(suffix) => backup::check_name(&self.place, suffix),
            None => Ok(()),
        }
    }

    /// Returns the open file and what it was, in the form in which it can be replaced. A file of the lower layer of an
    /// overlay that has hard links gets another inode when it is changed: that happens here, before it is compared.
    pub(super) fn settle(self) -> Result<(OpenFile, OldVersion), SaveError> {
        let Self { place, file, stat, bytes, .. } = self;
        if let Some(file) = file.filter(|_| stat.links < 2) {
            // Permissions may have changed while an editor was open.
            let stat = file.current_stat().map_err(SaveError::io("read its metadata"))?;
            return Ok((file, OldVersion { place, stat, bytes }));
        }
        if stat.links > 1 {
            let folder: &dyn FolderView = &**place.folder();
            folder.open_for_writing(place.name()).map_err(SaveError::io("write it"))?;
        }
        let file = place.open().map_err(SaveError::io("open it again"))?;
        if file.read(MAX_FILE_SIZE).map_err(SaveError::io("read it again"))? != bytes {
            return Err(SaveError::Changed);
        }
        let stat = *file.stat();
        Ok((file, OldVersion { place, stat, bytes }))
    }

    /// Refuses a file that its owner has made read-only, even where the folder allows to replace it.
    fn check_writable(&self) -> Result<(), SaveError> {
        let mode = self.stat().mode;
        if mode & 0o222 == 0 {
            return Err(SaveError::ReadOnly { mode });
        }
        let folder = self.place.folder();
        let latest = self.latest.map_or_else(|| folder.stat_of(self.place.name()), Ok);
        match latest.and_then(|latest| folder.write_access(self.place.name(), &latest)) {
            Ok(WriteAccess::Allowed) => Ok(()),
            Ok(WriteAccess::Immutable) => Err(SaveError::Immutable),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(SaveError::Changed),
            Err(source) => Err(SaveError::Io { action: "write it", source }),
        }
    }
}

impl OldVersion {
    /// Compares the entry `name` with this version.
    ///
    /// # Errors
    /// The system's, where this could not be found out.
    pub(super) fn compare(&self, name: &OsStr) -> io::Result<Comparison> {
        let file = match self.place.folder().open_file(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound || is_not_regular(&error) => {
                return Ok(Comparison::Changed);
            }
            file => file?,
        };
        let has_same_rights = |stat: &Stat| {
            (stat.owner, stat.group, stat.mode) == (self.stat.owner, self.stat.group, self.stat.mode)
        };
        if !file.stat().is_same_file(&self.stat) || !has_same_rights(file.stat()) {
            return Ok(Comparison::Changed);
        }
        // From here on, no process that has it open already can change the content unseen.
        if file.is_open_for_writing() {
            return Ok(Comparison::BeingWritten);
        }
        let bytes = match file.read(MAX_FILE_SIZE) {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => return Ok(Comparison::Changed),
            bytes => bytes?,
        };
        // Some network file systems end the read at a size that they remember.
        let is_whole = file.is_on_native_file_system() || file.current_stat()?.len == bytes.len() as u64;
        Ok(if is_whole && bytes == self.bytes { Comparison::Unchanged } else { Comparison::Changed })
    }
}

/// Opens the file of a place. Opening a device can have an effect, so its type is checked first where it is not known.
pub(super) fn open(place: &Place) -> Result<OpenFile, OpenError> {
    let refuse = |kind: FileKind| OpenError::NotRegular(kind.name());
    if let Some(stat) = place.resolved_stat().filter(|stat| stat.kind != FileKind::Regular) {
        return Err(refuse(stat.kind));
    }
    let file = match place.open() {
        // Another process put it there since.
        Err(error) if is_not_regular(&error) => {
            let stat = place.folder().stat_of(place.name()).map_err(OpenError::opening)?;
            return Err(refuse(stat.kind));
        }
        file => file.map_err(OpenError::opening)?,
    };
    if file.stat().len > MAX_FILE_SIZE as u64 { Err(OpenError::TooLarge) } else { Ok(file) }
}
