//! The machine: the only module that touches the operating system. Folders and files, processes, the host's tools, its
//! identity in VMware's locks.
//!
//! The code for one operating system is in a separate module, which the other modules use as `platform`.

mod answers;
mod cache;
pub mod child;
mod interrupt;
mod io_message;
#[cfg(target_os = "linux")]
mod linux;
mod machine;
mod machine_view;
#[cfg(test)]
mod memory_folder;
mod place;
pub mod private_file;
mod process;
mod program;
mod protected;
mod random;
pub(crate) mod regular_file;
pub(crate) mod session;
mod stat;
pub mod stdio;
pub(crate) mod temporary;
pub mod tools;
mod view;
mod vm_id;
pub(crate) mod vm_list;
mod vmx_processes;

#[cfg(target_os = "linux")]
use self::linux as platform;
use self::platform::identity;

pub(crate) use self::answers::Answers;
pub use self::cache::Host;
pub use self::interrupt::interrupt_flag;
pub use self::io_message::{io_message, without_number};
pub use self::machine::machine_id;
pub(crate) use self::machine::{djb2, has_no_hardware_id, is_vmkernel, machine_id_of, parse_mac};
pub use self::machine_view::Machine;
use self::machine_view::ThisMachine;
#[cfg(test)]
pub(crate) use self::memory_folder::MemoryFolder;
pub use self::place::{FollowedLink, LockName, Place, Resolved, UntrustedLink, UntrustedReason};
pub use self::platform::{
    EntryKind, Folder, NewFile, OpenFile, WriteAccess, effective_user, is_unsupported_rename, open_file,
    raise_open_file_limit, resolve, resolve_entry, stat_path as stat,
};
pub(crate) use self::platform::{HARMLESS_MODE, copy_metadata, is_shared_file_system, path_of_bytes};
pub use self::process::Liveness;
pub(crate) use self::process::{execution_id, pid_namespace};
pub use self::protected::{ProtectedFileError, read_protected};
pub(crate) use self::random::{random, random_word};
pub use self::regular_file::is_not_regular;
pub use self::stat::{FileKind, Stat, Timestamp};
pub use self::view::FolderView;
pub(crate) use self::view::ListedOnce;
pub use self::vm_id::VmId;
pub(crate) use self::vmx_processes::{Hidden, VmxProcess};
