//! The virtual machine of a file: its power state, VMware's lock, its disks and snapshots, the host. It edits nothing.

pub(crate) mod descriptor;
pub(crate) mod disk;
pub mod lock;
pub mod named_file;
pub mod owner;
pub mod power;
pub mod snapshots;
pub(crate) mod working_dir;
