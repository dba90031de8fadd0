//! Files on another host, over SSH. Nothing is installed there.
//!
//! The system's `ssh` connects and authenticates; no password or key passes through this program. On the host, a POSIX shell runs
//! a script (`host.sh`), which answers requests: it reads files with their folders and the evidence of the power state,
//! and replaces a file. An edit is computed here, by the same code as for a local file, and takes two requests:
//!
//! 1. [`Connection::read`] returns the file, its folder, the locks in it, what the host's tools and processes say, and a
//!    fingerprint of all that.
//! 2. [`RemoteFile::replace`] sends the new content. The host checks that it is complete, takes VMware's lock, compares the
//!    file and the fingerprint with the present, writes the new file, and renames it over the old one. If either has
//!    changed, the first request is made again.
//!
//! Names and contents are data for the script, never code: they arrive on its standard input, escaped.

mod address;
mod checksum;
mod connection;
mod error;
mod evidence;
mod facts;
mod folder;
mod frame;
mod metadata;
mod outcome;
mod read;
mod replace;
mod request;
mod search;
mod transport;

pub use self::address::{Address, AddressError, HostName};
pub use self::connection::Connection;
pub use self::error::RemoteError;
pub use self::folder::RemoteFolder;
pub use self::outcome::{RefusedReplacement, RemoteSave, Replaced};
pub use self::read::{Depth, Found, RemoteFile};
pub use self::replace::Replacement;
pub use self::search::{Below, Extent, Registered};
pub use self::transport::Transport;

#[cfg(test)]
mod tests;
