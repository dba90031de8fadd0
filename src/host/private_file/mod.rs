//! A text in a private file, for another program such as an editor.

mod folder;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, fchmod, openat};

use self::folder::PrivateFolder;
use super::child::Child;
use super::platform::trust::fixed_path;

/// A file in its own folder below the folder for temporary files. No other user can read either.
///
/// Removing it removes the folder, with all that the other program left in it. This process holds a lock of the folder,
/// and so does the program that [`open_with`](Self::open_with) starts: what is not locked was left by a process that
/// was killed, and [`remove_abandoned`] removes it. Dropping the value removes the folder, too, but hides a failure.
///
/// ```
/// use vmxedit::host::private_file::PrivateFile;
///
/// let file = PrivateFile::create("vm.vmx".as_ref(), b"memsize = \"2048\"\n")?;
/// std::fs::write(file.path(), "memsize = \"4096\"\n")?;
/// assert_eq!(file.read(1 << 20)?, b"memsize = \"4096\"\n");
/// file.remove()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropping it hides that the file could not be removed"]
#[derive(Debug)]
pub struct PrivateFile {
    folder: PrivateFolder,
    name: OsString,
    path: PathBuf,
}

/// Why the folder of a private file is not what was asked for. The file may contain passwords.
///
/// ```
/// use vmxedit::host::private_file::{PrivateFile, PrivateFileError};
///
/// let removed: Result<(), PrivateFileError> = PrivateFile::create("vm.vmx".as_ref(), b"")?.remove();
/// assert!(removed.is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrivateFileError {
    /// A part of the folder is still there.
    #[error("cannot remove {}, which may contain passwords", path.display())]
    NotRemoved {
        /// The folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is kept, but [`remove_abandoned`] will remove it.
    #[error("{} is kept only until the next edit: its folder cannot be renamed", path.display())]
    KeptForNow {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl PrivateFile {
    /// Creates a file with this name and content, whatever the umask. An error leaves nothing behind.
    ///
    /// # Errors
    /// The system's; also if the new folder cannot be made private.
    pub fn create(name: &OsStr, content: &[u8]) -> io::Result<Self> {
        let folder = PrivateFolder::create(&temporary_folder()?)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(openat(folder.handle(), name, flags, mode)?);
        fchmod(&file, mode)?;
        file.write_all(content)?;
        let path = folder.path().join(name);
        Ok(Self { folder, name: name.to_owned(), path })
    }

    /// Returns the absolute path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts a program on this terminal, with the path of the file as the last argument.
    ///
    /// # Errors
    /// The system's, if it cannot be started.
    pub fn open_with(
        &self,
        program: impl AsRef<OsStr>,
        arguments: &[impl AsRef<OsStr>],
    ) -> io::Result<Child> {
        let path = self.path.as_os_str();
        let arguments = arguments.iter().map(AsRef::as_ref).chain([path]);
        self.folder.with_inherited_lock(|| Child::start(program, arguments))
    }

    /// Reads the file, which the other program may have replaced.
    ///
    /// # Errors
    /// The system's, also for a link; an error for anything else but a regular file, and past `max_len` bytes.
    pub fn read(&self, max_len: usize) -> io::Result<Vec<u8>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(self.folder.handle(), &self.name, flags, Mode::empty())?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is not a regular file any more"));
        }
        let mut bytes = Vec::new();
        file.take(max_len as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > max_len {
            return Err(io::Error::other(format!("it is larger than {} MB", max_len >> 20)));
        }
        Ok(bytes)
    }

    /// Keeps the file and the folder, and returns the new path of the file: the folder gets a name that
    /// [`remove_abandoned`] leaves alone.
    ///
    /// # Errors
    /// [`PrivateFileError::KeptForNow`] if the folder cannot be renamed.
    pub fn keep(self) -> Result<PathBuf, PrivateFileError> {
        let Self { folder, name, path } = self;
        match folder.keep() {
            Ok(folder) => Ok(folder.join(name)),
            Err(source) => Err(PrivateFileError::KeptForNow { path, source }),
        }
    }

    /// Removes the file and everything else in its folder.
    ///
    /// # Errors
    /// [`PrivateFileError::NotRemoved`] if a part of it is still there. As much as possible is removed.
    pub fn remove(self) -> Result<(), PrivateFileError> {
        remove(self.folder).map(drop)
    }
}

/// Removes the folders of private files whose process was killed, of this user, and returns their paths.
///
/// Only folders with the name, the owner, the mode and the place that [`PrivateFile::create`] gives them are removed,
/// and only if neither the process that created one nor the program that it started is running.
///
/// # Errors
/// The system's, if the folder for temporary files cannot be listed.
pub fn remove_abandoned() -> io::Result<Vec<Result<PathBuf, PrivateFileError>>> {
    Ok(folder::abandoned(&temporary_folder()?)?.into_iter().map(remove).collect())
}

fn remove(folder: PrivateFolder) -> Result<PathBuf, PrivateFileError> {
    let path = folder.path().to_owned();
    match folder.remove() {
        Ok(()) => Ok(path),
        Err(source) => Err(PrivateFileError::NotRemoved { path, source }),
    }
}

/// Returns the path of the folder in `TMPDIR`, or of `/tmp` if it is not set or empty, without links.
///
/// # Errors
/// The system's; also if another user could replace what this one creates there, or a folder on the way.
fn temporary_folder() -> io::Result<PathBuf> {
    let mut folder = std::env::temp_dir();
    if folder.as_os_str().is_empty() {
        folder = PathBuf::from("/tmp");
    }
    fixed_path(&folder)?.ok_or_else(|| {
        io::Error::other(format!(
            "other users can replace files in {}: set TMPDIR to another directory",
            folder.display()
        ))
    })
}
