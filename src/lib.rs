//! What a VMware `.vmx` file is, and how to change it without losing anything.
//!
//! The walk of a change: read the file ([`file::VmxFile`]), parse it ([`Document`]), make the edits
//! ([`edit::apply`]), look at the VM ([`vm::power`]), put the new bytes in the old ones' place.
//!
//! ```
//! use vmxedit::{Document, Edit, Key};
//!
//! let before = Document::parse("memSize = \"1024\"  # MB\r\nguestOS = \"darwin12-64\"\r\n");
//! let key = Key::parse("memsize")?;
//! let (after, changes) = vmxedit::edit::apply(&before, &[Edit::Set { key, value: "2048".into() }])?;
//! assert_eq!(after.to_bytes(), b"memSize = \"2048\"  # MB\r\nguestOS = \"darwin12-64\"\r\n");
//! assert_eq!(changes.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The laws
//!
//! 1. `to_bytes(parse(bytes)) == bytes`, for any bytes at all.
//! 2. Setting a value to what it already is changes nothing.
//! 3. What was set reads back, here and in VMware's own parser.
//! 4. An edit touches the bytes of the value it names, and nothing else.
//!
//! # Limits
//!
//! - A line of 2 GiB or more is kept, but is no entry.
//! - In Java properties ([`document::Dialect`]) Java's reader stands in the place of VMware's. A new entry behind a last line that
//!   ends in a joining backslash takes that backslash away.
//! - Encrypted configurations are read and edited only as far as they stand in clear text.
//! - Where a file system cannot exchange two names, another program's save between the last look and the rename is
//!   overwritten.
//! - Linux is what it is tested on.

pub mod catalog;
pub mod check;
pub mod diff;
pub mod document;
pub mod edit;
pub mod file;
pub mod preset;
mod regular_file;
pub mod show;
pub mod transaction;
pub mod vm;

pub use document::{Document, Entry, Key, Pattern};
pub use edit::{Change, Edit};
pub use file::VmxFile;
pub use transaction::{Error, ErrorKind, File, Vm};
pub use vm::power::PowerState;
