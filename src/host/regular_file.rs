//! Limits of what is opened and read: a name may be that of a pipe without a writer, of a device, or of a file without end.

use std::io;

/// Maximum size of a configuration, in bytes. Real ones have some KB; a disk that is named by mistake may have
/// terabytes.
pub(crate) const MAX_CONFIGURATION_SIZE: usize = 256 << 20;

/// Returns whether `error`, of an operation of this module, means that the name is not that of a regular file.
pub fn is_not_regular(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidInput && error.raw_os_error().is_none()
}

pub(crate) fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}
