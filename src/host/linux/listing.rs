//! Lists the names in a folder with four system calls and a small buffer.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FileType, OFlags, RawDir};

/// Size of the buffer for a part of a listing, in bytes.
const BUFFER_SIZE: usize = 8 << 10;

/// Returns the names in the folder, in no order.
///
/// # Errors
/// The system's, for what cannot be opened or listed or is not a folder.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    names_in(&open(folder)?)
}

/// Returns the names in a folder that was just opened, in no order.
///
/// # Errors
/// The system's, for what cannot be listed.
pub(crate) fn names_in(folder: &File) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    each_in(folder, |name| names.push(name.to_owned()))?;
    Ok(names)
}

/// Calls `take` with each name in the folder, in no order.
///
/// # Errors
/// As [`names`]; `take` may have been called for some names.
pub(crate) fn each(folder: &Path, take: impl FnMut(&OsStr)) -> io::Result<()> {
    each_in(&open(folder)?, take)
}

fn open(folder: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY.bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(folder)
}

fn each_in(folder: &File, mut take: impl FnMut(&OsStr)) -> io::Result<()> {
    each_entry(folder, |name, _| take(name))
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
