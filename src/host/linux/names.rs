//! Names and paths as bytes.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// Returns the path with these bytes.
pub(crate) fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// Returns the first `len` bytes of a name.
pub(crate) fn truncated(name: &OsStr, len: usize) -> OsString {
    OsString::from_vec(name.as_bytes()[..len].to_vec())
}
