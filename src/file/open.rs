//! Opens a file to read it, and reads it whole.

use std::path::{Path, PathBuf};

use super::locate::{only_vmx_in, stat};
use super::{FindError, MAX_FILE_SIZE, OpenError, VmxFile, original};
use crate::host::{self, FileKind, Folder, OpenFile, Place, Stat, is_not_regular};

/// A regular file of at most [`MAX_FILE_SIZE`] bytes that is open to be read.
///
/// ```
/// use vmxedit::file::OpenedFile;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let opened = OpenedFile::find(&path)?;
/// assert_eq!(opened.file.read(1 << 20)?, b"memsize = \"2048\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct OpenedFile {
    /// The path, which may be that of a file in the folder that was given.
    pub path: PathBuf,
    /// The file, at its start.
    pub file: OpenFile,
}

impl OpenedFile {
    /// Opens the file that `path` means, as [`locate_vmx`](super::locate_vmx) finds it. A link is followed.
    ///
    /// # Errors
    /// [`FindError`], with the path of the file that was found where `path` is a folder.
    pub fn find(path: &Path) -> Result<Self, FindError> {
        let found = stat(path).map_err(OpenError::at(path))?;
        if found.kind == FileKind::Folder {
            let folder = Folder::open(path).map_err(OpenError::opening).map_err(OpenError::at(path))?;
            let name = only_vmx_in(&folder).map_err(OpenError::at(path))?;
            let found = path.join(name);
            return Self::open(&found).map_err(OpenError::at(&found));
        }
        Self::open_with(path, &found).map_err(OpenError::at(path))
    }

    /// Opens the file of a place.
    ///
    /// # Errors
    /// [`FindError`], with the path of the place.
    pub fn open_in(place: &Place) -> Result<Self, FindError> {
        let path = place.path();
        let file = original::open(place).map_err(OpenError::at(path))?;
        Ok(Self { path: path.to_owned(), file })
    }

    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, &stat(path)?)
    }

    /// Opens the file whose metadata were just read: opening a device can have an effect, so its type is checked first.
    fn open_with(path: &Path, stat: &Stat) -> Result<Self, OpenError> {
        check_type_and_size(stat)?;
        let file = match host::open_file(path) {
            // Another process put it there since.
            Err(error) if is_not_regular(&error) => {
                return Err(OpenError::NotRegular(super::locate::stat(path)?.kind.name()));
            }
            opened => opened.map_err(OpenError::opening)?,
        };
        check_type_and_size(file.stat())?;
        Ok(Self { path: path.to_owned(), file })
    }

    pub(super) fn read(self) -> Result<VmxFile, OpenError> {
        let Self { path, file } = self;
        let bytes = file.read(MAX_FILE_SIZE).map_err(OpenError::reading)?;
        Ok(VmxFile { path, bytes })
    }
}

fn check_type_and_size(stat: &Stat) -> Result<(), OpenError> {
    if stat.kind != FileKind::Regular {
        return Err(OpenError::NotRegular(stat.kind.name()));
    }
    if stat.len > MAX_FILE_SIZE as u64 { Err(OpenError::TooLarge) } else { Ok(()) }
}
