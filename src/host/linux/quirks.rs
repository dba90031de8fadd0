//! What differs between the file systems that a folder may be on.

use std::ffi::{OsStr, OsString};
use std::io;
use std::time::Duration;

use rustix::io::Errno;

use super::Folder;
use super::file_system_type::FileSystemType;
use crate::host::interrupt::is_interrupted;

impl Folder {
    pub(super) fn file_system_type(&self) -> Option<FileSystemType> {
        Some(FileSystemType::of(self.stat().ok()?.device, &self.handle))
    }

    /// Returns whether the folder is on a common file system of Linux itself: other hosts do not write to it, times are
    /// exact to some milliseconds, names differ by case, and all extended attributes are listed.
    pub(super) fn is_on_native_file_system(&self) -> bool {
        self.file_system_type().is_some_and(FileSystemType::is_native)
    }

    /// Returns the name by which the folder lists the entry `name`, which may be spelled in another case on a file
    /// system that ignores case.
    ///
    /// # Errors
    /// As [`entries`](Self::entries).
    pub fn listed_name(&self, name: &OsStr) -> io::Result<OsString> {
        if self.is_on_native_file_system() {
            return Ok(name.to_owned());
        }
        let mut found = None;
        for listed in self.names()? {
            if listed == name {
                return Ok(listed);
            }
            if listed.eq_ignore_ascii_case(name) {
                found = Some(listed);
            }
        }
        Ok(found.unwrap_or_else(|| name.to_owned()))
    }

    /// Repeats `operation` for a moment while another process has a file open that is to be renamed or removed, on file
    /// systems that do not allow that, such as SMB.
    pub(super) fn retry_busy(&self, operation: impl Fn() -> Result<(), Errno>) -> io::Result<()> {
        const ATTEMPTS: usize = 100;
        const PAUSE: Duration = Duration::from_millis(10);
        let mut result = operation();
        for _ in 0..ATTEMPTS {
            if result != Err(Errno::BUSY) || self.is_on_native_file_system() || is_interrupted() {
                break;
            }
            std::thread::sleep(PAUSE);
            result = operation();
        }
        Ok(result?)
    }

    /// Repeats `operation` on an existing file for a moment while the file is missing: some file systems remove a file
    /// before they rename another one to its name.
    ///
    /// # Errors
    /// Those of the operation.
    pub(crate) fn retry_missing<T>(&self, operation: impl Fn() -> io::Result<T>) -> io::Result<T> {
        const ATTEMPTS: usize = 20;
        const PAUSE: Duration = Duration::from_millis(10);
        let mut result = operation();
        for _ in 0..ATTEMPTS {
            let is_missing = result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
            if !is_missing || self.is_on_native_file_system() {
                break;
            }
            std::thread::sleep(PAUSE);
            result = operation();
        }
        result
    }
}
