//! This host: who it is to VMware's lock, which processes live, which run a VM.

pub mod tools;

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// This host's name in lock members: base64 of a hash of the host name and the MAC address of the first `ethN`,
/// with `/` as `-`.
///
/// Source: open-vm-tools `lib/file/file.c` (`GetOldMachineID`) and `lib/misc/machineID.c`; Linux only.
pub fn machine_id() -> String {
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
pub fn execution_id() -> (String, u64) {
    let pid = std::process::id();
    match fs::read(format!("/proc/{pid}/stat")).ok().as_deref().and_then(name_and_start) {
        Some((name, start)) => (format!("{pid}-{start}({})", name.replace(' ', "_")), start),
        None => (format!("{pid}-0"), 0),
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
        let text = fs::read_to_string(format!("/sys/class/net/eth{n}/address")).ok()?;
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

/// Whether process `pid`, started at `start` (field 22 of `/proc/PID/stat`; 0 for unknown), lives on this host.
///
/// Source: open-vm-tools `lib/file/fileLockPosix.c`, `FileLockValidExecutionID`.
pub fn process(pid: u32, start: u64) -> Liveness {
    let line = match fs::read(format!("/proc/{pid}/stat")) {
        Ok(line) => line,
        Err(error)
            if error.kind() == std::io::ErrorKind::NotFound && Path::new("/proc/self/stat").exists() =>
        {
            return Liveness::Dead;
        }
        Err(_) => return Liveness::Unknown,
    };
    match name_and_start(&line) {
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

/// A running virtual machine monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// Its process id.
    pub pid: u32,
    /// The program's name, such as `vmware-vmx`.
    pub program: String,
}

/// The `vmware-vmx` processes whose last argument is the file `vmx`, compared as files.
///
/// # Errors
/// Where `/proc` cannot be read: then it is not known.
pub fn monitors_of(vmx: &Path) -> std::io::Result<Vec<Monitor>> {
    let wanted = identity(vmx);
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(entry) = entry else { continue };
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(name) = fs::read(format!("/proc/{pid}/comm")) else { continue };
        if !name.starts_with(b"vmware-vmx") {
            continue;
        }
        let Some((program, last)) = program_and_last_argument(pid) else { continue };
        let path = under_working_directory(pid, last);
        let same_file = wanted.is_some() && identity(&path) == wanted;
        if same_file || path == vmx {
            found.push(Monitor { pid, program });
        }
    }
    Ok(found)
}

/// A process of that name tells by its arguments which VM it runs; `/proc` separates them by NUL.
fn program_and_last_argument(pid: u32) -> Option<(String, PathBuf)> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let line = line.strip_suffix(b"\0").unwrap_or(&line);
    let mut words = line.split(|byte| *byte == 0);
    let program = Path::new(std::str::from_utf8(words.next()?).ok()?).file_name()?.to_str()?.to_owned();
    let last = words.next_back()?;
    Some((program, PathBuf::from(OsString::from_vec(last.to_vec()))))
}

fn under_working_directory(pid: u32, path: PathBuf) -> PathBuf {
    if path.is_absolute() {
        return path;
    }
    fs::read_link(format!("/proc/{pid}/cwd")).map(|directory| directory.join(&path)).unwrap_or(path)
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}
