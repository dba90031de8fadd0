//! What only Linux has: `/proc`, `/sys`, and its system calls.

mod access;
pub(in crate::host) mod child;
mod file;
mod file_system_type;
mod folder;
pub(in crate::host) mod identity;
mod lease;
mod limits;
pub(crate) mod listing;
pub(in crate::host) mod machine;
mod metadata;
mod names;
mod opening;
pub(in crate::host) mod process;
pub(in crate::host) mod program;
mod quirks;
mod resolve;
mod stat;
pub(in crate::host) mod trust;
mod view;
pub(in crate::host) mod vmx_processes;

use std::fs::File;
use std::io::{self, Read};

pub use self::access::WriteAccess;
pub use self::file::{NewFile, OpenFile};
pub(crate) use self::file_system_type::is_shared_file_system;
pub use self::folder::{EntryKind, Folder, is_unsupported_rename};
pub use self::identity::effective_user;
pub use self::limits::raise_open_file_limit;
pub(crate) use self::metadata::{HARMLESS_MODE, copy_metadata};
pub(crate) use self::names::{path_of_bytes, truncated};
pub use self::opening::{open_file, stat as stat_path};
pub use self::resolve::{resolve, resolve_entry};

/// Reads one of the kernel's short files. The kernel returns all of it at the first read.
fn read_once(path: &str) -> io::Result<Vec<u8>> {
    let mut buffer = [0; 2048];
    let mut file = File::open(path)?;
    loop {
        match file.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return Ok(buffer[..read?].to_vec()),
        }
    }
}
