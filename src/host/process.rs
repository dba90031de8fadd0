//! Names this process as VMware's lock members do, and finds out whether the process that one names is alive.

use std::sync::OnceLock;

use super::platform::process as platform;

/// Returns this process as lock members name it, `pid-start(program)`, and its start time. Computed once: neither
/// changes while the process lives.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockProcessDescriptor`.
pub(crate) fn execution_id() -> &'static (String, u64) {
    static ID: OnceLock<(String, u64)> = OnceLock::new();
    ID.get_or_init(|| {
        let pid = std::process::id();
        match platform::name_and_start(pid) {
            Some((name, start)) => (format!("{pid}-{start}({})", name.replace(' ', "_")), start),
            None => (format!("{pid}-0"), 0),
        }
    })
}

/// Whether the process that wrote a lock member is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Liveness {
    /// It is alive. Contains the name of its program, cut to 15 bytes by the kernel.
    Alive(String),
    /// It has ended: its id is free, or belongs to another process now.
    Dead,
    /// Neither could be found out.
    Unknown,
}

/// Returns whether process `pid`, started at `start` (0 for unknown), is alive on this host.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockValidExecutionID`.
pub(crate) fn process(pid: u32, start: u64) -> Liveness {
    match platform::exists(pid) {
        Some(true) => {}
        Some(false) => return Liveness::Dead,
        None => return Liveness::Unknown,
    }
    match platform::name_and_start(pid) {
        Some((_, started)) if start != 0 && started != 0 && started != start => Liveness::Dead,
        Some((name, _)) => Liveness::Alive(name),
        None => Liveness::Unknown,
    }
}

/// Returns whether a process has ended and its parent has not waited for it yet. It has no arguments then.
pub(crate) fn is_zombie(pid: u32) -> bool {
    platform::state(pid) == Some(b'Z')
}
