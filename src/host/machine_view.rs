//! What locks and files tell about the machine that they are on.

use std::fmt::Debug;
use std::time::SystemTime;

use super::{Liveness, machine, process};

/// The machine that a folder is on: this one, or another host that answered.
///
/// ```
/// use vmxedit::host::{Folder, FolderView, machine_id};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let opened = Folder::open(folder.path())?;
/// assert_eq!(opened.machine().id(), machine_id());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Machine: Debug + Sync {
    /// Returns the machine's id in VMware's lock members.
    fn id(&self) -> &str;

    /// Returns whether it is an ESXi host.
    fn is_vmkernel(&self) -> bool;

    /// Returns whether its process `pid`, started at `start` (0 for unknown), is alive. `namespace` is the number of the PID
    /// namespace in which the process has this id, where it is known.
    fn liveness(&self, pid: u32, start: u64, namespace: Option<u64>) -> Liveness;

    /// Returns the time on its clock, which also dates its files.
    fn now(&self) -> SystemTime;
}

/// The machine that this process runs on.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThisMachine;

impl Machine for ThisMachine {
    fn id(&self) -> &str {
        machine::machine_id()
    }

    fn is_vmkernel(&self) -> bool {
        machine::is_vmkernel()
    }

    fn liveness(&self, pid: u32, start: u64, namespace: Option<u64>) -> Liveness {
        process::process(pid, start, namespace)
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
