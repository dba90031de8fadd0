//! The virtual machine around the file: its power state, VMware's lock, the host. It edits nothing.

pub mod disk;
pub(crate) mod folder;
pub mod host;
pub mod lock;
pub mod neighbour;
pub mod place;
pub mod power;
pub mod snapshots;
