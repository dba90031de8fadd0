//! This host: its identity in VMware's locks, its processes, its tools.

pub mod child;
pub(crate) mod listing;
pub mod private_file;
pub(crate) mod regular_file;
pub mod stdio;
pub mod tools;
mod vmx_processes;

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::OnceLock;

use self::tools::{Reload, ToolReport, Tools};
use self::vmx_processes::Processes;
pub(crate) use self::vmx_processes::VmxProcesses;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

/// Returns this host's id in lock members: base64 of a hash of the host name and the MAC address of the first `ethN`,
/// with `/` as `-`. Computed once for the process, which takes no other id when the host is renamed.
///
/// Source: open-vm-tools `lib/file/file.c` (`GetOldMachineID`) and `lib/misc/machineID.c`; Linux only.
pub fn machine_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(compute_machine_id)
}

fn compute_machine_id() -> String {
    let name = rustix::system::uname();
    let mut raw = [0_u8; 12];
    raw[..4].copy_from_slice(&djb2(name.nodename().to_bytes()).to_le_bytes());
    if let Some(mac) = first_ethernet() {
        raw[4..10].copy_from_slice(&mac);
    }
    BASE64_STANDARD.encode(raw).replace('/', "-")
}

/// Returns this process as lock members name it, `pid-start(program)`, and its start time. Computed once: neither
/// changes while the process lives.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockProcessDescriptor`.
pub(crate) fn execution_id() -> &'static (String, u64) {
    static ID: OnceLock<(String, u64)> = OnceLock::new();
    ID.get_or_init(|| {
        let pid = std::process::id();
        match read_once(&format!("/proc/{pid}/stat")).ok().as_deref().and_then(name_and_start) {
            Some((name, start)) => (format!("{pid}-{start}({})", name.replace(' ', "_")), start),
            None => (format!("{pid}-0"), 0),
        }
    })
}

/// Reads one of the kernel's short files. The kernel returns all of it at the first read.
fn read_once(path: &str) -> io::Result<Vec<u8>> {
    let mut buffer = [0; 2048];
    let mut file = File::open(path)?;
    loop {
        match file.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return Ok(buffer[..read?].to_vec()),
        }
    }
}

/// Hashes `bytes` with Bernstein's djb2, as VMware uses it for host names and lock paths.
pub(super) fn djb2(bytes: &[u8]) -> u32 {
    bytes.iter().fold(5381, |hash: u32, byte| hash.wrapping_mul(33).wrapping_add(u32::from(*byte)))
}

/// Returns whether a machine id has no hardware part. Hosts with the same name then have the same id.
pub(super) fn has_no_hardware_id(machine: &str) -> bool {
    BASE64_STANDARD.decode(machine.replace('-', "/")).is_ok_and(|raw| raw.len() == 12 && raw[4..] == [0; 8])
}

/// Returns whether `path` is on a network file system, which other hosts may use.
pub(super) fn is_network(path: &Path) -> bool {
    // NFS, SMB, CIFS, SMB2, 9p, FUSE (sshfs).
    const NETWORKS: [u64; 6] = [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546];
    let existing = path.ancestors().find(|path| path.exists()).unwrap_or(path);
    rustix::fs::statfs(existing)
        .is_ok_and(|stat| u64::try_from(stat.f_type).is_ok_and(|kind| NETWORKS.contains(&kind)))
}

/// Returns whether this is an ESXi host.
pub(crate) fn is_vmkernel() -> bool {
    rustix::system::uname().sysname().to_bytes() == b"VMkernel"
}

fn first_ethernet() -> Option<[u8; 6]> {
    (0..8).find_map(|n| {
        let text = String::from_utf8(read_once(&format!("/sys/class/net/eth{n}/address")).ok()?).ok()?;
        let mut mac = [0; 6];
        let mut bytes = text.trim().split(':');
        for byte in &mut mac {
            *byte = u8::from_str_radix(bytes.next()?, 16).ok()?;
        }
        Some(mac)
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

/// Returns whether process `pid`, started at `start` (field 22 of `/proc/PID/stat`; 0 for unknown), is alive on this
/// host. `/proc` may hide processes of other users, so a signal 0 decides whether the process exists.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockValidExecutionID`.
pub(crate) fn process(pid: u32, start: u64) -> Liveness {
    let Some(id) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return Liveness::Unknown };
    if test_kill_process(id) == Err(Errno::SRCH) {
        return Liveness::Dead;
    }
    match read_once(&format!("/proc/{pid}/stat")).ok().as_deref().and_then(name_and_start) {
        Some((_, started)) if start != 0 && started != 0 && started != start => Liveness::Dead,
        Some((name, _)) => Liveness::Alive(name),
        None => Liveness::Unknown,
    }
}

/// Returns the name and the start time (field 22) in a line of `/proc/PID/stat`. The name may contain any byte.
fn name_and_start(line: &[u8]) -> Option<(String, u64)> {
    let line = String::from_utf8_lossy(line);
    let (head, fields) = line.rsplit_once(')')?;
    let started = fields.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some((head.split_once('(')?.1.to_owned(), started))
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// A cache of this host's processes and of what its tools report.
///
/// Each is read once, when it is first needed, and stays as it was then. Use one value for a batch of files whose locks
/// are all held by then, and drop it after that: evidence that was read before a lock was taken is worthless under the
/// lock. [`refreshed`](Self::refreshed) starts over and keeps what does not depend on the moment: where the tools are,
/// and which of them hang.
#[derive(Debug, Default)]
pub struct Host {
    processes: OnceLock<Result<Processes, String>>,
    tools: Tools,
}

impl Host {
    /// Returns a host of which nothing has been read. It shares the paths of the tools with this one, and does not wait
    /// again for a tool that hung less than 30 seconds ago.
    #[must_use]
    pub fn refreshed(&self) -> Self {
        Self { processes: OnceLock::new(), tools: self.tools.refreshed() }
    }

    /// Returns the `vmware-vmx` processes whose last argument is the file `vmx`. Paths are compared by inode.
    ///
    /// # Errors
    /// The reason, where `/proc` cannot be read.
    pub(crate) fn processes_of(&self, vmx: &Path) -> Result<VmxProcesses, String> {
        let list = || Processes::list().map_err(|error| error.to_string());
        self.processes.get_or_init(list).as_ref().map(|processes| processes.of(vmx)).map_err(Clone::clone)
    }

    /// Returns what each tool on the `PATH` reports about the VM: `vmrun`, `vim-cmd`, `esxcli`.
    ///
    /// Starts up to four processes and waits 5 seconds at most for each.
    pub(crate) fn query_tools(&self, vmx: &Path) -> Vec<ToolReport> {
        self.tools.query(vmx)
    }

    /// Returns whether this host keeps parsed configurations in memory (ESXi), so that an edit needs a reload.
    pub fn needs_reload(&self) -> bool {
        self.tools.needs_reload()
    }

    /// Makes an ESXi host read the configuration again. Starts two processes and waits 5 seconds at most for each.
    pub fn reload(&self, vmx: &Path) -> Reload {
        self.tools.reload(vmx)
    }
}
