//! What only Linux has: `/proc`, `/sys`, and its system calls.

pub(in crate::host) mod child;
mod file;
pub(in crate::host) mod file_systems;
mod folder;
pub(in crate::host) mod identity;
pub(crate) mod listing;
pub(in crate::host) mod machine;
pub(in crate::host) mod process;
pub(in crate::host) mod program;
mod resolve;
mod stat;
pub(in crate::host) mod vmx_processes;

use std::fs::File;
use std::io::{self, Read};

pub use self::file::{NewFile, OpenFile};
pub use self::folder::{EntryKind, Folder};
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
