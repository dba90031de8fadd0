//! Open regular files.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::time::SystemTime;

use rustix::buffer::spare_capacity;
use rustix::fs::Mode;
use rustix::io::Errno;

use super::file_system_type::FileSystemType;
use super::stat::stat_of;
use crate::host::regular_file::not_regular;
use crate::host::{FileKind, Stat};

/// A regular file that is open for reading, at its start.
///
/// ```
/// use vmxedit::host::open_file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let file = open_file(&path)?;
/// assert_eq!(file.stat().len, 17);
/// assert_eq!(file.read_part(11, 4)?, b"2048");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    stat: Stat,
}

impl OpenFile {
    /// Takes a descriptor that was opened with `O_NONBLOCK`, so that opening did not wait for a pipe's writer.
    ///
    /// # Errors
    /// The system's; [`is_not_regular`](crate::host::is_not_regular) for anything but a regular file.
    pub(super) fn new(file: OwnedFd) -> io::Result<Self> {
        let stat = stat_of(&file)?;
        if stat.kind != FileKind::Regular {
            return Err(not_regular());
        }
        Ok(Self { file: file.into(), stat })
    }

    /// Returns the metadata, as they were when the file was opened.
    pub fn stat(&self) -> &Stat {
        &self.stat
    }

    /// Reads the file from its start to its end.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::FileTooLarge`] past `max_len` bytes, also where the file grows meanwhile. No more
    /// memory is taken than the file's size when it was opened, unless it grows.
    pub fn read(&self, max_len: usize) -> io::Result<Vec<u8>> {
        let len = usize::try_from(self.stat.len).unwrap_or(usize::MAX);
        if len > max_len {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        // With some bytes to spare, the read that finds the end needs no larger buffer.
        let mut bytes = Vec::with_capacity(len + 32);
        loop {
            if bytes.len() == bytes.capacity() {
                bytes.reserve(bytes.len());
            }
            let room = bytes.capacity() - bytes.len();
            let read = match rustix::io::read(&self.file, spare_capacity(&mut bytes)) {
                Err(Errno::INTR) => continue,
                read => read?,
            };
            if bytes.len() > max_len {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            // A short read may come before an error: only the size shows that nothing is left to read.
            let is_whole = bytes.len() as u64 == self.stat.len && read < room;
            if read == 0 || (is_whole && self.is_on_native_file_system()) {
                return Ok(bytes);
            }
        }
    }

    /// Returns whether the file is on a common file system of Linux itself: other hosts do not write to it, times are
    /// exact to some milliseconds, a file has the size that it reports, and all extended attributes are listed.
    pub(crate) fn is_on_native_file_system(&self) -> bool {
        FileSystemType::of(self.stat.device, &self.file).is_native()
    }

    /// Reads up to `len` bytes from the byte `start` on. Fewer are returned only at the end of the file.
    ///
    /// # Errors
    /// The system's.
    pub fn read_part(&self, start: u64, len: usize) -> io::Result<Vec<u8>> {
        let size = usize::try_from(self.stat.len.saturating_sub(start)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; len.min(size.saturating_add(1))];
        let mut filled = 0;
        while filled < bytes.len() {
            match self.file.read_at(&mut bytes[filled..], start + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Returns the metadata, as they are now.
    ///
    /// # Errors
    /// The system's.
    pub fn current_stat(&self) -> io::Result<Stat> {
        Ok(stat_of(&self.file)?)
    }

    /// Returns whether another process is known to have the file open for writing. Where the system cannot tell, the
    /// answer is no.
    pub fn is_open_for_writing(&self) -> bool {
        super::lease::is_open_for_writing(&self.file)
    }

    /// Returns the file itself, to read from it.
    pub fn into_file(self) -> File {
        self.file
    }

    /// Returns a reader of the file that ends after `max_len` bytes, for programs that read many files.
    ///
    /// On a common file system of Linux itself it ends at the size that the file had when it was opened: that saves the
    /// last read, which finds the end.
    pub fn into_reader(self, max_len: usize) -> impl Read {
        let len = if self.is_on_native_file_system() { self.stat.len } else { u64::MAX };
        self.file.take(len.min(max_len as u64))
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }
}

/// A regular file that this process has just created.
///
/// ```
/// use vmxedit::host::Folder;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let mut new = Folder::open(folder.path())?.create_file("new.vmx".as_ref(), 0o600)?;
/// new.write(b"memsize = \"4096\"\n")?;
/// new.sync()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct NewFile(File);

impl NewFile {
    pub(super) fn new(file: OwnedFd) -> Self {
        Self(file.into())
    }

    /// Returns the metadata, as they are now.
    ///
    /// # Errors
    /// The system's.
    pub fn stat(&self) -> io::Result<Stat> {
        Ok(stat_of(&self.0)?)
    }

    /// Sets the permissions.
    ///
    /// # Errors
    /// The system's.
    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        Ok(rustix::fs::fchmod(&self.0, Mode::from_raw_mode(mode))?)
    }

    /// Sets the time of the last change of the content.
    ///
    /// # Errors
    /// The system's.
    pub fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.0.set_modified(time)
    }

    /// Appends `content`.
    ///
    /// # Errors
    /// The system's, and a part may be written.
    pub fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.0.write_all(content)
    }

    /// Writes `content` over the start of the file.
    ///
    /// # Errors
    /// The system's, and a part may be written.
    pub fn rewrite(&self, content: &[u8]) -> io::Result<()> {
        self.0.write_all_at(content, 0)
    }

    /// Writes content and metadata to the disk.
    ///
    /// # Errors
    /// The system's.
    pub fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }

    pub(super) fn file(&self) -> &File {
        &self.0
    }
}
