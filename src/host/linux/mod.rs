//! What is specific to Linux.

mod file;
mod folder;
pub(super) mod identity;
mod resolve;
mod stat;

pub use self::file::{NewFile, OpenFile};
pub use self::folder::{EntryKind, Folder};
pub use self::resolve::{resolve, resolve_entry};
