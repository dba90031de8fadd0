//! Finds the `.vmx` file that a path means: a file, a folder or a Fusion bundle.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use super::{FindError, OpenError};

/// Maximum number of names in an error.
const MAX_NAMES: usize = 20;

/// Returns the file that `path` means: the path itself, or the only `.vmx` in a folder or a Fusion bundle.
///
/// # Errors
/// [`OpenError::NotFound`], [`OpenError::NoVmx`], [`OpenError::SeveralVmx`] or [`OpenError::Io`], with `path`.
pub fn locate_vmx(path: &Path) -> Result<PathBuf, FindError> {
    let meta = metadata(path).map_err(OpenError::at(path))?;
    if meta.is_dir() { only_vmx_in(path).map_err(OpenError::at(path)) } else { Ok(path.to_owned()) }
}

/// Returns the only `.vmx` in a folder.
pub(super) fn only_vmx_in(folder: &Path) -> Result<PathBuf, OpenError> {
    let unreadable = OpenError::io("list the directory");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(&unreadable)? {
        names.push(entry.map_err(&unreadable)?.file_name());
    }
    names.sort();
    let is_vmx = |name: &&OsString| {
        let bytes = name.as_bytes();
        bytes.len() > 4
            && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b".vmx")
            && folder.join(name).is_file()
    };
    let found: Vec<&OsString> = names.iter().filter(is_vmx).collect();
    match found[..] {
        [name] => Ok(folder.join(name)),
        [] => Err(OpenError::NoVmx { names: shorten(&names.iter().collect::<Vec<_>>()) }),
        _ => Err(OpenError::SeveralVmx { names: shorten(&found) }),
    }
}

pub(super) fn metadata(path: &Path) -> Result<fs::Metadata, OpenError> {
    fs::metadata(path).map_err(OpenError::opening)
}

/// Returns what a file that is not regular is, such as "a directory".
pub fn file_type_name(meta: &fs::Metadata) -> &'static str {
    let file_type = meta.file_type();
    if file_type.is_dir() {
        "a directory"
    } else if file_type.is_fifo() {
        "a pipe"
    } else if file_type.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

fn shorten(names: &[&OsString]) -> Vec<String> {
    let mut shown: Vec<String> =
        names.iter().take(MAX_NAMES).map(|name| name.to_string_lossy().into_owned()).collect();
    if names.len() > shown.len() {
        shown.push(format!("and {} more", names.len() - shown.len()));
    }
    shown
}
