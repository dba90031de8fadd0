//! Opens and reads regular files only: a name may be that of a pipe without a writer, or of a device.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::io::Errno;

/// Maximum size of a configuration, in bytes. Real ones have some KB; a disk that is named by mistake may have
/// terabytes.
pub(crate) const MAX_CONFIGURATION_SIZE: usize = 256 << 20;

/// What to do where the last component of a path is a symlink.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symlinks {
    Follow,
    /// A symlink counts as not regular.
    Refuse,
}

/// Reads a whole regular file. Symlinks are followed.
///
/// # Errors
/// The system's; [`is_not_regular`] for anything but a regular file; [`io::ErrorKind::FileTooLarge`] past `max_len` bytes.
pub(crate) fn read_regular(path: &Path, max_len: usize) -> io::Result<Vec<u8>> {
    let (file, meta) = open_regular(path, Symlinks::Follow)?;
    read_opened(&file, &meta, max_len)
}

/// Reads a regular file that was just opened, from its start.
///
/// # Errors
/// The system's; [`io::ErrorKind::FileTooLarge`] past `max_len` bytes, also where the file grows meanwhile.
pub(crate) fn read_opened(file: &File, meta: &Metadata, max_len: usize) -> io::Result<Vec<u8>> {
    let len = usize::try_from(meta.len()).unwrap_or(usize::MAX);
    if len > max_len {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    // With some bytes to spare, the read that finds the end needs no larger buffer.
    let mut bytes = Vec::with_capacity(len + 32);
    file.take(max_len as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > max_len {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// How long the holder of a lease may take to release it. The kernel breaks a lease after 45 seconds by default.
pub(super) const LEASE_TIMEOUT: Duration = Duration::from_secs(60);

/// Opens a regular file for reading. The type is checked after opening, and opening never waits for a pipe's writer:
/// the owner of the folder could put a pipe there at any moment.
///
/// # Errors
/// The system's; [`is_not_regular`] for anything but a regular file.
pub(crate) fn open_regular(path: &Path, symlinks: Symlinks) -> io::Result<(File, Metadata)> {
    let file = open_when_free(path, symlinks).map_err(|error| match Errno::from_io_error(&error) {
        // A symlink that is not followed; a socket.
        Some(Errno::LOOP) if symlinks == Symlinks::Refuse => not_regular(),
        Some(Errno::NXIO) => not_regular(),
        _ => error,
    })?;
    let meta = file.metadata()?;
    if meta.is_file() { Ok((file, meta)) } else { Err(not_regular()) }
}

/// Returns whether `error`, of an operation of this module, means that the name is not that of a regular file.
pub fn is_not_regular(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput && error.raw_os_error().is_none()
}

/// Opens a file, after its lease is broken if another process holds one, such as Samba for an oplock. The first attempt
/// asks the holder to release it.
fn open_when_free(path: &Path, symlinks: Symlinks) -> io::Result<File> {
    let follow = if symlinks == Symlinks::Refuse { OFlags::NOFOLLOW } else { OFlags::empty() };
    let flags = (OFlags::NONBLOCK | follow).bits().cast_signed();
    let started = Instant::now();
    loop {
        match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            // Only a regular file has a lease.
            Err(error)
                if error.kind() == io::ErrorKind::WouldBlock
                    && started.elapsed() < LEASE_TIMEOUT
                    && fs::metadata(path)?.is_file() =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            opened => return opened,
        }
    }
}

pub(super) fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::path::Path;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::{Symlinks, is_not_regular, open_regular, read_regular};

    #[test]
    fn only_regular_files_up_to_the_limit_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "12345").expect("written");
        assert_eq!(read_regular(&path("file"), 5).expect("readable"), b"12345");
        let error = read_regular(&path("file"), 4).expect_err("one byte too many");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);

        mknodat(CWD, path("pipe"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).expect("a socket");
        for name in ["pipe", "socket", ".", "/dev/zero"] {
            let error = read_regular(&path(name), 5).expect_err(name);
            assert!(is_not_regular(&error), "{name}: {error}");
        }
        assert!(!is_not_regular(&read_regular(Path::new("/no/such"), 5).expect_err("missing")));
    }

    #[test]
    fn a_symlink_is_followed_or_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "").expect("written");
        std::os::unix::fs::symlink("file", &link).expect("a link");
        assert!(open_regular(&link, Symlinks::Follow).is_ok());
        assert!(is_not_regular(&open_regular(&link, Symlinks::Refuse).expect_err("a link")));
        assert!(open_regular(&file, Symlinks::Refuse).is_ok());
    }
}
