//! Lists the names in a folder with four system calls and a small buffer.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FileType, OFlags, RawDir};

/// Size of the buffer for a part of a listing, in bytes.
const BUFFER_SIZE: usize = 8 << 10;

/// Calls `take` with each name in the folder, in no order.
///
/// # Errors
/// The system's; `take` may have been called for some names.
pub(crate) fn each(folder: &Path, mut take: impl FnMut(&OsStr)) -> io::Result<()> {
    let flags = OFlags::DIRECTORY.bits().cast_signed();
    let folder = OpenOptions::new().read(true).custom_flags(flags).open(folder)?;
    each_entry(&folder, |name, _| take(name))
}

/// Returns whether the first part of a listing has no entries but `.` and `..`.
pub(super) fn starts_empty(folder: impl AsFd) -> io::Result<bool> {
    let mut buffer = Vec::with_capacity(BUFFER_SIZE);
    let mut entries = RawDir::new(folder, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        if !matches!(entry?.file_name().to_bytes(), b"." | b"..") {
            return Ok(false);
        }
        if entries.is_buffer_empty() {
            break;
        }
    }
    Ok(true)
}

/// Calls `take` with the name and the type of each entry, from where the handle is in the listing.
pub(super) fn each_entry(folder: impl AsFd, mut take: impl FnMut(&OsStr, FileType)) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(BUFFER_SIZE);
    let mut entries = RawDir::new(folder, buffer.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if !matches!(name, b"." | b"..") {
            take(OsStr::from_bytes(name), entry.file_type());
        }
    }
    Ok(())
}
