//! Names this process as VMware's lock members do, and finds out whether the process that one names is alive.

use std::sync::OnceLock;

use super::io_message;
use super::platform::process as platform;

/// This process as lock members name it.
#[derive(Debug)]
pub(crate) struct ExecutionId {
    /// The process id.
    pub pid: u32,
    /// The start time in clock ticks. 0 where it is not known.
    pub start: u64,
    /// `pid-start(program)`.
    pub text: String,
}

/// Returns this process as lock members name it. Computed once: none of it changes while the process lives.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockProcessDescriptor`.
pub(crate) fn execution_id() -> &'static ExecutionId {
    static ID: OnceLock<ExecutionId> = OnceLock::new();
    ID.get_or_init(|| {
        let pid = std::process::id();
        match platform::name_and_start(pid) {
            Some((name, start)) => {
                // Outside this time namespace, the process has another start time.
                let start = if platform::sees_other_clock() { 0 } else { start };
                ExecutionId { pid, start, text: format!("{pid}-{start}({})", name.replace(' ', "_")) }
            }
            None => ExecutionId { pid, start: 0, text: format!("{pid}-0") },
        }
    })
}

/// The PID namespace of this process: which processes it sees, and under which ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PidNamespace {
    /// The namespace that the system starts with, which sees all processes.
    Initial,
    /// A container's, with its number. Processes outside it have no id in it.
    Other(u64),
    /// It could not be found out.
    Unknown,
}

/// Returns the number of this process's PID namespace, where that is not the one that the system starts with. The
/// number is unique among the namespaces that exist.
pub(crate) fn pid_namespace() -> Option<u64> {
    match platform::pid_namespace() {
        PidNamespace::Other(number) => Some(number),
        PidNamespace::Initial | PidNamespace::Unknown => None,
    }
}

/// Whether the process that wrote a lock member is alive.
///
/// ```
/// use vmxedit::host::{Folder, FolderView, Liveness};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // No process has this number.
/// let opened = Folder::open(folder.path())?;
/// assert!(!matches!(opened.machine().liveness(4_194_305, 1, None), Liveness::Alive(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Liveness {
    /// It is alive. Contains the name of its program, cut to 15 bytes by the kernel.
    Alive(String),
    /// It has ended: its id is free, or belongs to another process now.
    Dead,
    /// Neither could be found out, for this reason.
    Unknown(String),
}

/// Returns whether process `pid`, started at `start` (0 for unknown), is alive on this host. `namespace` is the number
/// of the PID namespace in which it has this id, where the member has one; VMware's members have none.
///
/// A process without a namespace that is not here is dead only where this process sees all others. A process of a
/// container is searched for from outside.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockValidExecutionID`, which knows no namespaces.
pub(super) fn process(pid: u32, start: u64, namespace: Option<u64>) -> Liveness {
    match (platform::pid_namespace(), namespace) {
        (PidNamespace::Initial, None) => here(pid, start),
        (PidNamespace::Other(own), Some(namespace)) if own == namespace => here(pid, start),
        (PidNamespace::Initial, Some(namespace)) => match platform::find_in_namespace(namespace, pid) {
            Ok(Some(pid)) => here(pid, start),
            Ok(None) => Liveness::Dead,
            Err(error) => {
                let error = io_message(&error);
                Liveness::Unknown(format!("the PID namespaces of processes cannot be read: {error}"))
            }
        },
        // Its id may be another process's here.
        (PidNamespace::Other(_) | PidNamespace::Unknown, _) => match platform::name_and_start(pid) {
            Some((name, started)) if start != 0 && started == start => Liveness::Alive(name),
            _ => Liveness::Unknown("processes outside this PID namespace cannot be seen".to_owned()),
        },
    }
}

/// Returns whether process `pid` of this namespace, started at `start`, is alive.
fn here(pid: u32, start: u64) -> Liveness {
    match platform::exists(pid) {
        Some(true) => {}
        Some(false) => return Liveness::Dead,
        None => return Liveness::Unknown("no process has this id".to_owned()),
    }
    match platform::name_and_start(pid) {
        Some((_, started)) if start != 0 && started != 0 && started != start => {
            if platform::sees_other_clock() {
                Liveness::Unknown("start times differ in this time namespace".to_owned())
            } else {
                Liveness::Dead
            }
        }
        Some((name, _)) => Liveness::Alive(name),
        // It may have ended in between.
        None if platform::exists(pid) == Some(false) => Liveness::Dead,
        None => Liveness::Unknown("/proc does not show it".to_owned()),
    }
}

/// Returns whether a process has ended with all of its threads, whether or not its parent has waited for it. It has no
/// arguments then.
pub(super) fn has_ended(pid: u32) -> bool {
    platform::is_zombie(pid) == Some(true) || platform::exists(pid) == Some(false)
}
