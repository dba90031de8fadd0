//! From what was named to the `.vmx` that is meant.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::{Cause, Error};

/// The file that `path` means: itself, or the one `.vmx` in a directory or a Fusion bundle.
///
/// # Errors
/// [`Cause::NoVmx`], [`Cause::SeveralVmx`] or [`Cause::Io`].
pub fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let meta = fs::metadata(path).map_err(|error| Cause::io("open", error).at(path))?;
    if meta.is_dir() { in_folder(path) } else { Ok(path.to_owned()) }
}

/// The one `.vmx` in a directory.
pub(super) fn in_folder(path: &Path) -> Result<PathBuf, Error> {
    let unreadable = |error| Cause::io("list the directory", error).at(path);
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name());
    }
    names.sort();
    let is_vmx = |name: &&OsString| {
        let name = name.as_bytes();
        name.len() > 4
            && name[name.len() - 4..].eq_ignore_ascii_case(b".vmx")
            && path.join(os(name)).is_file()
    };
    let found: Vec<&OsString> = names.iter().filter(is_vmx).collect();
    let shown = |names: &[&OsString]| -> Vec<String> {
        let mut shown: Vec<String> =
            names.iter().take(20).map(|name| name.to_string_lossy().into_owned()).collect();
        if names.len() > shown.len() {
            shown.push(format!("and {} more", names.len() - shown.len()));
        }
        shown
    };
    match found[..] {
        [name] => Ok(path.join(name)),
        [] => Err(Cause::NoVmx { names: shown(&names.iter().collect::<Vec<_>>()) }.at(path)),
        _ => Err(Cause::SeveralVmx { names: shown(&found) }.at(path)),
    }
}

fn os(name: &[u8]) -> &OsStr {
    OsStr::from_bytes(name)
}

/// What a thing is that is no regular file.
pub fn kind_of(meta: &fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = meta.file_type();
    if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
