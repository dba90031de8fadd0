//! This host: its identity in VMware's locks, its processes, its tools, its file systems.
//!
//! What only one operating system has is in a module of its own, which the others here use as `platform`.

mod cache;
mod file_systems;
#[cfg(target_os = "linux")]
mod linux;
mod machine;
mod process;
mod program;
pub(crate) mod regular_file;
pub mod tools;
mod vm_id;
mod vmx_processes;

#[cfg(target_os = "linux")]
use self::linux as platform;

pub use self::cache::Host;
pub(crate) use self::file_systems::is_network;
pub use self::machine::machine_id;
pub(crate) use self::machine::{djb2, has_no_hardware_id, is_vmkernel};
pub(crate) use self::platform::listing;
pub(crate) use self::process::{Liveness, execution_id, pid_namespace, process};
pub use self::vm_id::VmId;
pub(crate) use self::vmx_processes::Hidden;
