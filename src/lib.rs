//! Reads and edits VMware's `.vmx` files without losing anything.
//!
//! [`Vm`] edits a virtual machine's configuration on disk: it takes VMware's lock, checks that the VM is powered off,
//! and replaces the file atomically. The lock is held until the VM is saved or dropped.
//!
//! ```no_run
//! use vmxedit::Vm;
//!
//! Vm::open("mac.vmx")?.set("memsize", "4096")?.unset("serial1.*")?.save()?;
//! # Ok::<(), vmxedit::Error>(())
//! ```
//!
//! [`Document`] is the content of a file, without the file. Reading and editing it does no I/O.
//!
//! ```
//! use vmxedit::{Document, Edit, Key, edit};
//!
//! let before = Document::parse("memSize = \"1024\"  # MB\r\nguestOS = \"darwin12-64\"\r\n");
//! let key = Key::parse("memsize")?;
//! let (after, changes) = edit::apply(&before, &[Edit::Set { key, value: "2048".into() }])?;
//! assert_eq!(after.to_bytes(), b"memSize = \"2048\"  # MB\r\nguestOS = \"darwin12-64\"\r\n");
//! assert_eq!(changes.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! - [`transaction`] is the safe edit: [`Vm`] and [`File`], and the steps behind them for programs that wait, report or edit
//!   many files at once.
//! - [`document`] parses a file into lines and entries, and [`edit`] changes it.
//! - [`search`] finds entries in many files by key and value.
//! - [`catalog`] describes VMware's keys, guest systems and hardware versions; [`check`] finds problems; [`preset`] applies
//!   documented sets of entries; [`show`] summarizes a VM.
//! - [`vm`] has the power state, VMware's lock, disks and snapshots. [`file`](mod@file) finds and reads files. [`diff`] compares
//!   texts.
//!
//! # Guarantees
//!
//! 1. `Document::parse(bytes).to_bytes() == bytes`, for any bytes.
//! 2. Setting a value to what it already is changes nothing.
//! 3. A value that was set is read back, by this library and by VMware.
//! 4. An edit changes the value that it names, adding quotes if there are none, and nothing else.
//!
//! # Limits
//!
//! - A line of 2 GiB or more is kept, but is not parsed as an entry.
//! - In Java properties files ([`document::Dialect`]), values are read back by `java.util.Properties` instead of VMware. If the
//!   last line ends in a backslash that joins it to the next one, adding an entry removes that backslash.
//! - Of an encrypted configuration, only the entries in plain text are read. A partially encrypted one can be edited, except
//!   for the keys of its encryption.
//! - On a file system that cannot exchange two names, a save by another process between the last comparison and the rename is
//!   overwritten.
//! - Tested on Linux only.

pub mod catalog;
pub mod check;
pub mod diff;
pub mod document;
pub mod edit;
pub mod file;
pub mod host;
pub mod preset;
pub mod search;
pub mod show;
pub mod transaction;
pub mod vm;

pub use document::{Document, Entry, Key, Pattern};
pub use edit::{Change, Edit};
pub use transaction::{Error, ErrorKind, File, Vm};
pub use vm::power::PowerState;
