//! Follows the system calls of the program with `ptrace`, and calls the test before each of them.
#![allow(unsafe_code, reason = "ptrace, fork hooks and waitpid have no safe wrapper")]

use std::collections::HashMap;
use std::ffi::{OsStr, c_int, c_void};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// How long a run may take before it is killed.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Which argument of a system call is a path, and which one is the folder that the path starts from.
struct PathArgument {
    call: libc::c_long,
    name: &'static str,
    /// `None` for the current folder.
    folder: Option<usize>,
    path: usize,
}

const fn at(call: libc::c_long, name: &'static str, folder: usize, path: usize) -> PathArgument {
    PathArgument { call, name, folder: Some(folder), path }
}

/// The system calls that resolve a path.
const PATH_ARGUMENTS: &[PathArgument] = &[
    at(libc::SYS_openat, "openat", 0, 1),
    at(libc::SYS_openat2, "openat2", 0, 1),
    at(libc::SYS_statx, "statx", 0, 1),
    at(libc::SYS_newfstatat, "newfstatat", 0, 1),
    at(libc::SYS_mkdirat, "mkdirat", 0, 1),
    at(libc::SYS_mknodat, "mknodat", 0, 1),
    at(libc::SYS_unlinkat, "unlinkat", 0, 1),
    at(libc::SYS_renameat, "renameat", 0, 1),
    at(libc::SYS_renameat, "renameat", 2, 3),
    at(libc::SYS_renameat2, "renameat2", 0, 1),
    at(libc::SYS_renameat2, "renameat2", 2, 3),
    at(libc::SYS_linkat, "linkat", 0, 1),
    at(libc::SYS_linkat, "linkat", 2, 3),
    at(libc::SYS_symlinkat, "symlinkat", 1, 2),
    at(libc::SYS_readlinkat, "readlinkat", 0, 1),
    at(libc::SYS_fchmodat, "fchmodat", 0, 1),
    at(libc::SYS_fchmodat2, "fchmodat2", 0, 1),
    at(libc::SYS_fchownat, "fchownat", 0, 1),
    at(libc::SYS_faccessat, "faccessat", 0, 1),
    at(libc::SYS_faccessat2, "faccessat2", 0, 1),
    at(libc::SYS_utimensat, "utimensat", 0, 1),
    from_current(libc::SYS_truncate, "truncate", 0),
    from_current(libc::SYS_statfs, "statfs", 0),
    from_current(libc::SYS_chdir, "chdir", 0),
    from_current(libc::SYS_getxattr, "getxattr", 0),
    from_current(libc::SYS_lgetxattr, "lgetxattr", 0),
    from_current(libc::SYS_setxattr, "setxattr", 0),
    from_current(libc::SYS_listxattr, "listxattr", 0),
    from_current(libc::SYS_llistxattr, "llistxattr", 0),
];

/// The older calls that some architectures do not have.
#[cfg(target_arch = "x86_64")]
const OLDER_PATH_ARGUMENTS: &[PathArgument] = &[
    from_current(libc::SYS_open, "open", 0),
    from_current(libc::SYS_creat, "creat", 0),
    from_current(libc::SYS_stat, "stat", 0),
    from_current(libc::SYS_lstat, "lstat", 0),
    from_current(libc::SYS_access, "access", 0),
    from_current(libc::SYS_mkdir, "mkdir", 0),
    from_current(libc::SYS_rmdir, "rmdir", 0),
    from_current(libc::SYS_unlink, "unlink", 0),
    from_current(libc::SYS_rename, "rename", 0),
    from_current(libc::SYS_rename, "rename", 1),
    from_current(libc::SYS_link, "link", 0),
    from_current(libc::SYS_link, "link", 1),
    from_current(libc::SYS_symlink, "symlink", 1),
    from_current(libc::SYS_readlink, "readlink", 0),
    from_current(libc::SYS_chmod, "chmod", 0),
    from_current(libc::SYS_chown, "chown", 0),
    from_current(libc::SYS_lchown, "lchown", 0),
    from_current(libc::SYS_utimes, "utimes", 0),
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER_PATH_ARGUMENTS: &[PathArgument] = &[];

const fn from_current(call: libc::c_long, name: &'static str, path: usize) -> PathArgument {
    PathArgument { call, name, folder: None, path }
}

/// A system call that is about to run.
pub(crate) struct Call {
    thread: libc::pid_t,
    /// Whether the started process makes it, and not one of its children.
    pub(crate) is_of_main: bool,
    number: libc::c_long,
    arguments: [u64; 6],
}

/// A path that a system call names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedPath {
    pub(crate) call: &'static str,
    /// Whether it starts from an open folder, and not from the root or the current folder.
    pub(crate) is_from_handle: bool,
    /// The path, joined with the folder that it starts from.
    pub(crate) path: PathBuf,
}

/// What a test does to a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It runs.
    Runs,
    /// It fails with this error, without effect.
    Fails(c_int),
    /// Its process is killed before it.
    ProcessKilled,
    /// The started process is killed before it. Its children go on.
    MainKilled,
    /// All children of the started process are killed before it.
    ChildrenKilled,
}

impl Call {
    /// Returns the number of the call.
    pub(crate) fn number(&self) -> libc::c_long {
        self.number
    }

    /// Returns the path of the file that the descriptor in the first argument refers to.
    pub(crate) fn file(&self) -> PathBuf {
        self.link(&format!("fd/{}", self.arguments[0]))
    }

    /// Returns the paths that the call names.
    pub(crate) fn paths(&self) -> Vec<NamedPath> {
        let known = PATH_ARGUMENTS.iter().chain(OLDER_PATH_ARGUMENTS);
        known.filter(|known| known.call == self.number).filter_map(|known| self.named(known)).collect()
    }

    /// Returns the flags of an open, or `None` for another call.
    pub(crate) fn open_flags(&self) -> Option<c_int> {
        #[cfg(target_arch = "x86_64")]
        if self.number == libc::SYS_open {
            return c_int::try_from(self.arguments[1]).ok();
        }
        match self.number {
            libc::SYS_openat => c_int::try_from(self.arguments[2]).ok(),
            libc::SYS_openat2 => {
                // `open_how` begins with the flags, in 64 bits.
                let mut flags = [0; 8];
                self.memory().read_exact_at(&mut flags, self.arguments[2]).ok()?;
                c_int::try_from(u64::from_ne_bytes(flags)).ok()
            }
            _ => None,
        }
    }

    /// Returns the folder that the call lists, or `None` for another call.
    pub(crate) fn listed_folder(&self) -> Option<PathBuf> {
        (self.number == libc::SYS_getdents64).then(|| self.link(&format!("fd/{}", self.arguments[0])))
    }

    fn named(&self, known: &PathArgument) -> Option<NamedPath> {
        let bytes = self.string(self.arguments[known.path])?;
        let given = Path::new(OsStr::from_bytes(&bytes));
        // The kernel takes the lower 32 bits.
        #[allow(clippy::cast_possible_truncation, reason = "as the kernel")]
        let folder = known.folder.map(|folder| (self.arguments[folder] as u32).cast_signed());
        let folder = folder.filter(|folder| *folder != libc::AT_FDCWD);
        // Without a name the call concerns the handle itself.
        if given.as_os_str().is_empty() {
            return None;
        }
        let base = folder.map_or_else(|| self.link("cwd"), |folder| self.link(&format!("fd/{folder}")));
        Some(NamedPath {
            call: known.name,
            is_from_handle: folder.is_some() && given.is_relative(),
            path: base.join(given),
        })
    }

    fn link(&self, name: &str) -> PathBuf {
        std::fs::read_link(format!("/proc/{}/{name}", self.thread)).unwrap_or_default()
    }

    fn memory(&self) -> File {
        File::open(format!("/proc/{}/mem", self.thread)).expect("the memory of a traced process")
    }

    fn string(&self, address: u64) -> Option<Vec<u8>> {
        let memory = self.memory();
        let mut bytes = Vec::new();
        // Never across a page: the next one may not be mapped.
        while bytes.len() < 8192 {
            let address = address + bytes.len() as u64;
            let mut part = vec![0; usize::try_from(4096 - address % 4096).ok()?.min(256)];
            memory.read_exact_at(&mut part, address).ok()?;
            if let Some(end) = part.iter().position(|byte| *byte == 0) {
                bytes.extend_from_slice(&part[..end]);
                return Some(bytes);
            }
            bytes.extend_from_slice(&part);
        }
        None
    }
}

/// How a traced run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    /// Whether it was killed at [`TIME_LIMIT`].
    pub(crate) is_killed: bool,
    pub(crate) took: Duration,
    /// The most memory that it had, in KB.
    pub(crate) peak_kb: u64,
}

/// Runs a command, and calls `before` before each system call of each of its threads, but not of its children.
pub(crate) fn trace(command: &mut Command, mut before: impl FnMut(&Call)) -> Ended {
    let runs = |call: &Call| {
        before(call);
        Fate::Runs
    };
    run(command, libc::PTRACE_SYSCALL, 0, runs)
}

/// Runs a command, and asks `before` what happens to each system call of it and of all its children. Returns when all of
/// them have ended.
pub(crate) fn trace_all(command: &mut Command, before: impl FnMut(&Call) -> Fate) -> Ended {
    let children = libc::PTRACE_O_TRACEFORK | libc::PTRACE_O_TRACEVFORK | libc::PTRACE_O_TRACEEXEC;
    run(command, libc::PTRACE_SYSCALL, children, before)
}

/// Runs a command at full speed, and measures its memory.
pub(crate) fn measure(command: &mut Command) -> Ended {
    run(command, libc::PTRACE_CONT, 0, |_| Fate::Runs)
}

fn run(
    command: &mut Command,
    resume: libc::c_uint,
    more_options: c_int,
    mut before: impl FnMut(&Call) -> Fate,
) -> Ended {
    let started = Instant::now();
    // SAFETY: ptrace is a system call without memory arguments here, and is allowed after fork.
    unsafe {
        command.pre_exec(|| {
            match libc::ptrace(libc::PTRACE_TRACEME, 0, ptr::null_mut::<c_void>(), ptr::null_mut::<c_void>())
            {
                -1 => Err(std::io::Error::last_os_error()),
                _ => Ok(()),
            }
        });
    }
    #[allow(clippy::zombie_processes, reason = "the loop below waits for it")]
    let child = command.spawn().expect("the traced program");
    let main = libc::pid_t::try_from(child.id()).expect("a process id");
    let mut ended = Ended { code: None, signal: None, is_killed: false, took: Duration::ZERO, peak_kb: 0 };
    // Many processes that are started and traced take their time on a busy machine.
    let limit = if more_options == 0 { TIME_LIMIT } else { 10 * TIME_LIMIT };
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let process = pidfd_open(Pid::from_raw(main).expect("a process id"), PidfdFlags::empty());
            let is_late = is_done.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if is_late && let Ok(process) = process {
                let _ = pidfd_send_signal(process, Signal::KILL);
            }
            is_late
        });
        // The process of each thread.
        let mut known = HashMap::new();
        let mut failing = HashMap::new();
        while let Some((thread, status)) = wait() {
            if !libc::WIFSTOPPED(status) {
                known.remove(&thread);
                if thread == main {
                    ended.code = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
                    ended.signal = libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status));
                    if more_options == 0 {
                        break;
                    }
                }
                continue;
            }
            let is_new = !known.contains_key(&thread);
            if is_new {
                known.insert(thread, process_of(thread));
            }
            if is_new && thread == main {
                let options = libc::PTRACE_O_TRACESYSGOOD
                    | libc::PTRACE_O_EXITKILL
                    | libc::PTRACE_O_TRACECLONE
                    | libc::PTRACE_O_TRACEEXIT
                    | more_options;
                request(libc::PTRACE_SETOPTIONS, thread, 0, usize::try_from(options).expect("flags"));
            }
            let signal = libc::WSTOPSIG(status);
            let mut forwarded = 0;
            if signal == libc::SIGTRAP | 0x80 {
                if let Some(call) = entered(thread, known[&thread] == main) {
                    match before(&call) {
                        Fate::Runs => {}
                        Fate::Fails(error) => {
                            skip_call(thread);
                            failing.insert(thread, error);
                        }
                        Fate::ProcessKilled => kill(known[&thread]),
                        Fate::MainKilled => kill(main),
                        Fate::ChildrenKilled => {
                            known
                                .values()
                                .filter(|process| **process != main)
                                .for_each(|process| kill(*process));
                        }
                    }
                } else if let Some(error) = failing.remove(&thread) {
                    set_result(thread, -i64::from(error));
                }
            } else if status >> 16 == libc::PTRACE_EVENT_EXIT {
                ended.peak_kb = ended.peak_kb.max(peak_kb(thread));
            } else if status >> 16 == 0 && signal != libc::SIGTRAP && !(is_new && signal == libc::SIGSTOP) {
                forwarded = usize::try_from(signal).expect("a signal");
            }
            request(resume, thread, 0, forwarded);
        }
        let _ = done.send(());
        ended.is_killed = watch.join().expect("the watch");
    });
    ended.took = started.elapsed();
    ended
}

/// Waits for an event of a child of this thread. Returns `None` if it has none.
fn wait() -> Option<(libc::pid_t, c_int)> {
    let mut status = 0;
    // SAFETY: the status is a local variable.
    let thread = unsafe { libc::waitpid(-1, &raw mut status, libc::__WALL | libc::__WNOTHREAD) };
    (thread > 0).then_some((thread, status))
}

fn kill(process: libc::pid_t) {
    // SAFETY: it takes no pointers.
    unsafe {
        libc::kill(process, libc::SIGKILL);
    }
}

/// Returns the process of a thread.
fn process_of(thread: libc::pid_t) -> libc::pid_t {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).unwrap_or_default();
    let process = status.lines().find_map(|line| line.strip_prefix("Tgid:"));
    process.and_then(|process| process.trim().parse().ok()).unwrap_or(thread)
}

/// Makes a thread that enters a system call return from it without effect.
#[cfg(target_arch = "x86_64")]
fn skip_call(thread: libc::pid_t) {
    request(libc::PTRACE_POKEUSER, thread, std::mem::offset_of!(libc::user, regs.orig_rax), usize::MAX);
}

/// Sets what a system call returns.
#[cfg(target_arch = "x86_64")]
fn set_result(thread: libc::pid_t, result: i64) {
    let result = usize::from_ne_bytes(result.to_ne_bytes());
    request(libc::PTRACE_POKEUSER, thread, std::mem::offset_of!(libc::user, regs.rax), result);
}

#[cfg(not(target_arch = "x86_64"))]
fn skip_call(_: libc::pid_t) {
    crate::suite::skip("the registers of this processor are not known");
}

#[cfg(not(target_arch = "x86_64"))]
fn set_result(_: libc::pid_t, _: i64) {}

/// Sends a request to a stopped thread. A thread that was killed meanwhile is not an error.
fn request(request: libc::c_uint, thread: libc::pid_t, address: usize, data: usize) {
    // SAFETY: the requests that are used here do not write to memory of this process.
    unsafe {
        libc::ptrace(request, thread, address as *mut c_void, data as *mut c_void);
    }
}

/// Returns the system call that a thread is entering, or `None` if it returns from one.
fn entered(thread: libc::pid_t, is_of_main: bool) -> Option<Call> {
    // SAFETY: all-zero is a valid value of this plain structure, and the kernel writes at most its size.
    unsafe {
        let mut info: libc::ptrace_syscall_info = std::mem::zeroed();
        let size = size_of::<libc::ptrace_syscall_info>();
        let written = libc::ptrace(
            libc::PTRACE_GET_SYSCALL_INFO,
            thread,
            size as *mut c_void,
            (&raw mut info).cast::<c_void>(),
        );
        (written > 0 && info.op == libc::PTRACE_SYSCALL_INFO_ENTRY).then(|| Call {
            thread,
            is_of_main,
            number: libc::c_long::try_from(info.u.entry.nr).unwrap_or(-1),
            arguments: info.u.entry.args,
        })
    }
}

fn peak_kb(process: libc::pid_t) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
