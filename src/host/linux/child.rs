//! Runs a child process in a separate process group, which is killed when the value is dropped.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{self, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};

/// How long a killed process may take to end. One that waits for a network file system may take forever.
const KILL_TIMEOUT: Duration = Duration::from_secs(1);

/// A child process whose output is read. Dropping it kills what is left of its process group.
#[derive(Debug)]
pub(in crate::host) struct Child {
    process: process::Child,
    output: Option<ChildStdout>,
}

impl Child {
    /// Starts the command without input and without an error output.
    pub(in crate::host) fn start(command: &mut Command) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut process = command.spawn()?;
        let output = process.stdout.take();
        Ok(Self { process, output })
    }

    /// Reads a part of the output into `buffer`. Waits for it for the time `wait` at most, and less if a signal comes.
    /// Returns its length, 0 at the end, and `None` where there is nothing yet.
    pub(in crate::host) fn read(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<Option<usize>> {
        let Some(output) = &mut self.output else { return Ok(Some(0)) };
        let wait = Timespec::try_from(wait).map_err(|_| io::ErrorKind::InvalidInput)?;
        match poll(&mut [PollFd::new(output, PollFlags::IN)], Some(&wait)) {
            Ok(0) | Err(Errno::INTR) => Ok(None),
            // This does not wait: there are bytes, or no process has the other end open.
            Ok(_) => output.read(buffer).map(Some),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns how the child ended. `None` while it runs.
    pub(in crate::host) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process.try_wait()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The number of the group is free where no process of the group is left.
        let _ = kill_process_group(Pid::from_child(&self.process), Signal::KILL);
        let killed = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && killed.elapsed() < KILL_TIMEOUT {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
