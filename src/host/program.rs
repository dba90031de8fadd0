//! Finds a program on the `PATH` and runs it within limits of time and output.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::platform::child::Child;
use super::platform::program::{is_trusted, is_trusted_folder};

/// Time after which a program counts as hanging.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum size of what a program prints, in bytes: the list of some 10,000 VMs.
const MAX_OUTPUT: usize = 8 << 20;
/// The longest time between two looks at the caller's interrupt flag.
const PAUSE: Duration = Duration::from_millis(10);

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    /// It took too long.
    #[error("it did not answer within {} seconds", TIMEOUT.as_secs())]
    Hung,
    /// It printed more than the caller would keep.
    #[error("it printed too much")]
    TooMuch,
    /// The caller's interrupt flag was set.
    #[error("the wait for it was interrupted")]
    Interrupted,
    /// The system does not start it.
    #[error("it cannot be started: {0}")]
    Start(#[source] io::Error),
    /// Its output or its exit status cannot be read.
    #[error("its output cannot be read: {0}")]
    Read(#[source] io::Error),
    /// It reported failure, or a signal ended it.
    #[error("it failed: {0}")]
    Failed(ExitStatus),
}

/// Returns the path of the first program with this name on the `PATH` that is safe to run.
///
/// Only absolute entries count: an empty or a relative one names the current folder or one in it, where another user
/// may have put a program. An entry whose program another user can have written is passed over.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    search_path().find_map(|folder| {
        // Most folders do not have it: that costs one call.
        folder.join(name).metadata().ok()?;
        // Without links, which another user could exchange before the program starts.
        let program = folder.canonicalize().ok()?.join(name);
        is_trusted(&program).then_some(program)
    })
}

/// Returns the absolute entries of the `PATH`.
fn search_path() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.into_iter().filter(|folder| folder.is_absolute())
}

/// Runs a program. Returns what it printed until it ended with success.
///
/// It counts as hanging after 5 seconds. What it has started is killed when it ends, when the caller stops waiting, and
/// when this fails. It finds programs where [`find`] does. `interrupt` is read every 10 ms.
pub(super) fn run(program: &Path, words: &[&str], interrupt: &AtomicBool) -> Result<Vec<u8>, RunError> {
    if interrupt.load(Ordering::Relaxed) {
        return Err(RunError::Interrupted);
    }
    let started = Instant::now();
    let mut child = Child::start(Command::new(program).args(words).env("PATH", trusted_path()))
        .map_err(RunError::Start)?;
    let mut output = Output::default();
    loop {
        if output.is_complete {
            std::thread::sleep(Duration::from_millis(1));
        } else {
            output.read(&mut child, PAUSE)?;
        }
        if let Some(status) = child.try_wait().map_err(RunError::Read)? {
            // A process that it has started may keep the pipe open.
            while output.read(&mut child, Duration::ZERO)? {}
            return if status.success() { Ok(output.bytes) } else { Err(RunError::Failed(status)) };
        }
        if interrupt.load(Ordering::Relaxed) {
            return Err(RunError::Interrupted);
        }
        if started.elapsed() > TIMEOUT {
            return Err(RunError::Hung);
        }
    }
}

/// Returns the `PATH` for a program that runs without the user naming it.
fn trusted_path() -> OsString {
    // No entry has a separator: they come from the splitting of the `PATH`.
    std::env::join_paths(search_path().filter(|folder| is_trusted_folder(folder))).unwrap_or_default()
}

/// What a program has printed so far.
#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    is_complete: bool,
}

impl Output {
    /// Reads a part, and waits for it for the time `wait` at most. Returns whether there was any.
    fn read(&mut self, child: &mut Child, wait: Duration) -> Result<bool, RunError> {
        let mut buffer = [0; 16 << 10];
        let len = child.read(&mut buffer, wait).map_err(RunError::Read)?;
        self.is_complete |= len == Some(0);
        self.bytes.extend_from_slice(&buffer[..len.unwrap_or(0)]);
        if self.bytes.len() > MAX_OUTPUT {
            Err(RunError::TooMuch)
        } else {
            Ok(len.is_some_and(|len| len > 0))
        }
    }
}
