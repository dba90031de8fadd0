//! The virtual machine monitors that run on this host, and which VM each runs.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::{identity, read_once};
use crate::vm::folder;

/// A running virtual machine monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// Its process id.
    pub pid: u32,
    /// The program's name, such as `vmware-vmx`.
    pub program: String,
}

/// What the processes of this host say of one VM.
#[derive(Debug, Default)]
pub struct Monitors {
    /// Those that run it.
    pub running: Vec<Monitor>,
    /// Those of which it cannot be told, each with the reason.
    pub unclear: Vec<(Monitor, String)>,
    /// Whether processes of other users are hidden from this one.
    pub others_hidden: bool,
}

/// The monitors among this host's processes, whatever they run.
#[derive(Debug)]
pub(super) struct Processes {
    monitors: Vec<(Monitor, Option<PathBuf>)>,
    others_hidden: bool,
}

impl Processes {
    /// Looks through `/proc`.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn list() -> io::Result<Self> {
        let mut found = Self { monitors: Vec::new(), others_hidden: false };
        // Asked first: what has such a number later than this was started later than this.
        let kernel = kernel_threads();
        let mut pids: Vec<u32> = Vec::new();
        folder::each(Path::new("/proc"), |name| {
            pids.extend(name.to_str().and_then(|name| name.parse::<u32>().ok()));
        })?;
        let first_seen = pids.contains(&1);
        for pid in pids.into_iter().filter(|pid| !kernel.contains(pid)) {
            match name_of(pid) {
                Ok(name) if name.starts_with(b"vmware-vmx") => {
                    let program = String::from_utf8_lossy(name.trim_ascii_end()).into_owned();
                    found.monitors.push((Monitor { pid, program }, last_argument(pid)));
                }
                Ok(_) => {}
                Err(error) => found.others_hidden |= error.kind() == io::ErrorKind::PermissionDenied,
            }
        }
        found.others_hidden |= !first_seen;
        Ok(found)
    }

    /// Those whose last argument is the file `vmx`, compared as files.
    pub(super) fn of(&self, vmx: &Path) -> Monitors {
        let is_it =
            |path: &Path| path == vmx || identity(vmx).is_some_and(|wanted| identity(path) == Some(wanted));
        let mut found = Monitors { others_hidden: self.others_hidden, ..Monitors::default() };
        for (monitor, runs) in &self.monitors {
            match runs {
                Some(path) if path.is_absolute() => {
                    if is_it(path) {
                        found.running.push(monitor.clone());
                    }
                }
                Some(path) => match fs::read_link(format!("/proc/{}/cwd", monitor.pid)) {
                    Ok(folder) if is_it(&folder.join(path)) => found.running.push(monitor.clone()),
                    Err(error) if path.file_name() == vmx.file_name() => {
                        let why = format!("its working directory cannot be read: {error}");
                        found.unclear.push((monitor.clone(), why));
                    }
                    _ => {}
                },
                None => found.unclear.push((monitor.clone(), "its arguments cannot be read".to_owned())),
            }
        }
        found
    }
}

/// A process's name, as the kernel cuts it.
fn name_of(pid: u32) -> io::Result<Vec<u8>> {
    read_once(&format!("/proc/{pid}/comm"))
}

/// The kernel's own threads, most of an idle host's processes: the children of the one that starts them. What else stands
/// there are helpers that the kernel runs, and a monitor is none. Empty where it is not known.
fn kernel_threads() -> HashSet<u32> {
    /// In the ninth field of `/proc/PID/stat`: a thread of the kernel. In a container, process 2 may be anybody.
    const PF_KTHREAD: u64 = 0x0020_0000;
    let stat = read_once("/proc/2/stat").unwrap_or_default();
    let fields = stat.rsplit(|byte| *byte == b')').next().unwrap_or_default();
    let flags = std::str::from_utf8(fields).ok().and_then(|fields| fields.split_ascii_whitespace().nth(6));
    let is_kernel =
        flags.and_then(|flags| flags.parse().ok()).is_some_and(|flags: u64| flags & PF_KTHREAD != 0);
    if !is_kernel {
        return HashSet::new();
    }
    let mut children = String::with_capacity(8 << 10);
    let read = File::open("/proc/2/task/2/children").and_then(|mut list| list.read_to_string(&mut children));
    if read.is_err() {
        // Half a number would be another.
        return HashSet::new();
    }
    children.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// A monitor's last argument is the VM that it runs; `/proc` separates arguments by NUL.
fn last_argument(pid: u32) -> Option<PathBuf> {
    let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let line = line.strip_suffix(b"\0").unwrap_or(&line);
    let mut words = line.split(|byte| *byte == 0);
    words.next()?;
    Some(PathBuf::from(OsString::from_vec(words.next_back()?.to_vec())))
}
