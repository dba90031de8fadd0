//! Opens a file to read it, and reads it whole.

use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::locate::{file_type_name, metadata, only_vmx_in};
use super::{FindError, MAX_FILE_SIZE, OpenError, VmxFile};
use crate::host::regular_file::{Symlinks, is_not_regular, open_regular, read_opened};

/// A regular file of at most [`MAX_FILE_SIZE`] bytes that is open to be read.
#[derive(Debug)]
pub struct OpenedFile {
    /// The path, which may be that of a file in the folder that was given.
    pub path: PathBuf,
    /// The file, at its start.
    pub file: File,
    /// The metadata of the open file.
    pub meta: Metadata,
}

impl OpenedFile {
    /// Opens the file that `path` means, as [`locate_vmx`](super::locate_vmx) finds it. A symlink is followed.
    ///
    /// # Errors
    /// [`FindError`], with the path of the file that was found where `path` is a folder.
    pub fn find(path: &Path) -> Result<Self, FindError> {
        let meta = metadata(path).map_err(OpenError::at(path))?;
        if meta.is_dir() {
            let found = only_vmx_in(path).map_err(OpenError::at(path))?;
            return Self::open(&found).map_err(OpenError::at(&found));
        }
        Self::open_with(path, &meta).map_err(OpenError::at(path))
    }

    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, &metadata(path)?)
    }

    /// Opens the file whose metadata were just read: opening a device can have an effect, so its type is checked first.
    fn open_with(path: &Path, meta: &Metadata) -> Result<Self, OpenError> {
        check_type_and_size(meta)?;
        let (file, meta) = match open_regular(path, Symlinks::Follow) {
            // Another process put it there since.
            Err(error) if is_not_regular(&error) => {
                return Err(OpenError::NotRegular(file_type_name(&metadata(path)?)));
            }
            opened => opened.map_err(OpenError::opening)?,
        };
        check_type_and_size(&meta)?;
        Ok(Self { path: path.to_owned(), file, meta })
    }

    pub(super) fn read(self) -> Result<VmxFile, OpenError> {
        let Self { path, file, meta } = self;
        let bytes = read_opened(&file, &meta, MAX_FILE_SIZE).map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => OpenError::TooLarge,
            _ => OpenError::Io { action: "read", source: error },
        })?;
        Ok(VmxFile { path, target: None, file, bytes, meta })
    }
}

fn check_type_and_size(meta: &Metadata) -> Result<(), OpenError> {
    if !meta.is_file() {
        return Err(OpenError::NotRegular(file_type_name(meta)));
    }
    if meta.len() > MAX_FILE_SIZE as u64 { Err(OpenError::TooLarge) } else { Ok(()) }
}
