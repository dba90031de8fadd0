//! This host: who it is to VMware's lock, which processes live, which run a VM.

mod monitors;
pub mod tools;

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::OnceLock;

use self::monitors::Processes;
pub use self::monitors::{Monitor, Monitors};
use self::tools::{Told, Tools};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

/// This host's name in lock members: base64 of a hash of the host name and the MAC address of the first `ethN`,
/// with `/` as `-`.
///
/// Source: open-vm-tools `lib/file/file.c` (`GetOldMachineID`) and `lib/misc/machineID.c`; Linux only.
pub fn machine_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(work_out_machine_id)
}

fn work_out_machine_id() -> String {
    let name = rustix::system::uname();
    let mut raw = [0_u8; 12];
    raw[..4].copy_from_slice(&djb2(name.nodename().to_bytes()).to_le_bytes());
    if let Some(mac) = first_ethernet() {
        raw[4..10].copy_from_slice(&mac);
    }
    BASE64_STANDARD.encode(raw).replace('/', "-")
}

/// This process as lock members name it, `pid-start(program)`, and its start time.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockProcessDescriptor`.
pub fn execution_id() -> &'static (String, u64) {
    static ID: OnceLock<(String, u64)> = OnceLock::new();
    ID.get_or_init(|| {
        let pid = std::process::id();
        match read_once(&format!("/proc/{pid}/stat")).ok().as_deref().and_then(name_and_start) {
            Some((name, start)) => (format!("{pid}-{start}({})", name.replace(' ', "_")), start),
            None => (format!("{pid}-0"), 0),
        }
    })
}

/// What the kernel tells in one of its short files: all of it at the first read.
fn read_once(path: &str) -> io::Result<Vec<u8>> {
    let mut room = [0; 2048];
    let mut file = File::open(path)?;
    loop {
        match file.read(&mut room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return Ok(room[..read?].to_vec()),
        }
    }
}

/// Bernstein's hash, as VMware uses it for host names and lock paths.
pub(super) fn djb2(bytes: &[u8]) -> u32 {
    bytes.iter().fold(5381, |hash: u32, byte| hash.wrapping_mul(33).wrapping_add(u32::from(*byte)))
}

/// Whether a machine id has no hardware part: hosts of one name then share it.
pub(super) fn has_no_hardware_id(machine: &str) -> bool {
    BASE64_STANDARD.decode(machine.replace('-', "/")).is_ok_and(|raw| raw.len() == 12 && raw[4..] == [0; 8])
}

/// Whether `path` lies on a network file system, where other hosts may be.
pub(super) fn is_network(path: &Path) -> bool {
    // NFS, SMB, CIFS, SMB2, 9p, FUSE (sshfs).
    const NETWORKS: [u64; 6] = [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546];
    let existing = path.ancestors().find(|path| path.exists()).unwrap_or(path);
    rustix::fs::statfs(existing)
        .is_ok_and(|stat| u64::try_from(stat.f_type).is_ok_and(|kind| NETWORKS.contains(&kind)))
}

/// Whether this is an ESXi host.
pub fn is_vmkernel() -> bool {
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

/// Whether the process that wrote a lock member still lives. Three answers, since not knowing is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// It lives: its name.
    Alive(String),
    /// There is no such process, or another one has its number now.
    Dead,
    /// It cannot be told.
    Unknown,
}

/// Whether process `pid`, started at `start` (field 22 of `/proc/PID/stat`; 0 for unknown), lives on this host. What
/// `/proc` hides from other users is not gone: the kernel is asked.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockValidExecutionID`.
pub fn process(pid: u32, start: u64) -> Liveness {
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

/// The name and the start time (field 22) of a line of `/proc/PID/stat`. The name may hold anything.
fn name_and_start(line: &[u8]) -> Option<(String, u64)> {
    let line = String::from_utf8_lossy(line);
    let (head, fields) = line.rsplit_once(')')?;
    let started = fields.split_ascii_whitespace().nth(19)?.parse().ok()?;
    Some((head.split_once('(')?.1.to_owned(), started))
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// This host's processes and tools as they were when they were first asked: for one file, or for a batch of files whose
/// locks are all held by then.
#[derive(Debug, Default)]
pub struct Host {
    processes: OnceLock<Result<Processes, String>>,
    tools: Tools,
}

impl Host {
    /// The `vmware-vmx` processes whose last argument is the file `vmx`, compared as files.
    ///
    /// # Errors
    /// Where `/proc` cannot be read: why, in words. Then it is not known.
    pub fn monitors_of(&self, vmx: &Path) -> Result<Monitors, String> {
        let list = || Processes::list().map_err(|error| error.to_string());
        self.processes.get_or_init(list).as_ref().map(|processes| processes.of(vmx)).map_err(Clone::clone)
    }

    /// What every tool that is there says of the VM.
    pub fn ask_tools(&self, vmx: &Path) -> Vec<Told> {
        self.tools.ask(vmx)
    }
}
