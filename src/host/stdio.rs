//! The standard streams and named pipes, through which a program exchanges data with its caller.

use std::fs;
use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::stdio::{stderr, stdin, stdout};

/// Writes to a standard stream whose reader may close it early (`| head -1`). That is not an error: what follows is
/// discarded.
///
/// Each write is one system call, without a buffer.
///
/// ```
/// use std::io::Write;
/// use vmxedit::host::stdio::PipeTolerantWriter;
///
/// let mut out = PipeTolerantWriter::to_stdout();
/// writeln!(out, "no error, even if the reader has closed the pipe")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PipeTolerantWriter {
    stream: BorrowedFd<'static>,
    is_closed: bool,
}

impl PipeTolerantWriter {
    /// Returns a writer to standard output.
    pub fn to_stdout() -> Self {
        Self { stream: stdout(), is_closed: false }
    }

    /// Returns a writer to standard error.
    pub fn to_stderr() -> Self {
        Self { stream: stderr(), is_closed: false }
    }
}

impl Write for PipeTolerantWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        match rustix::io::write(self.stream, bytes) {
            Err(Errno::PIPE) => {
                self.is_closed = true;
                Ok(bytes.len())
            }
            other => Ok(other?),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns whether the caller closed standard input: the standard library then opens `/dev/null` in its place, for
/// reading and writing.
pub fn stdin_is_closed() -> bool {
    let Ok(flags) = rustix::fs::fcntl_getfl(stdin()) else { return true };
    let Ok(stat) = rustix::fs::fstat(stdin()) else { return true };
    let null = fs::metadata("/dev/null").map(|meta| meta.rdev());
    let is_null = null.is_ok_and(|null| null != 0 && null == stat.st_rdev);
    is_null && flags.contains(OFlags::RDWR)
}

/// What a read from standard input found.
///
/// ```
/// use std::time::Duration;
/// use vmxedit::host::stdio::{StdinLine, read_stdin_line};
///
/// match read_stdin_line(Duration::from_millis(1))? {
///     StdinLine::Text(line) => assert!(!line.contains('\0')),
///     StdinLine::End | StdinLine::TimedOut => {}
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StdinLine {
    /// A line, with its ending. It is cut after 256 bytes; invalid UTF-8 is replaced.
    Text(String),
    /// The end of the input.
    End,
    /// Nothing was typed in time, or a signal ended the wait.
    TimedOut,
}

/// Waits for a line on a terminal, which returns one line per read.
///
/// # Errors
/// The system's, for an input that cannot be read.
pub fn read_stdin_line(timeout: Duration) -> io::Result<StdinLine> {
    // A wait longer than the system's type can express has no end.
    let timeout = Timespec::try_from(timeout).ok();
    match poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], timeout.as_ref()) {
        Ok(0) | Err(Errno::INTR) => return Ok(StdinLine::TimedOut),
        polled => polled?,
    };
    let mut buffer = [0; 256];
    Ok(match rustix::io::read(stdin(), &mut buffer)? {
        0 => StdinLine::End,
        read => StdinLine::Text(String::from_utf8_lossy(&buffer[..read]).into_owned()),
    })
}

/// Returns whether `path` is a pipe that the caller of this process has opened: `/dev/stdin`, or `/dev/fd/N` of a shell's
/// `<(...)`. A named pipe in a folder is none: its owner may have put it there, and opening it would wait for a writer.
pub fn is_opened_pipe(path: &Path) -> bool {
    /// `/dev/stdin` leads to `/proc/self/fd/0`.
    const MAX_LINKS: usize = 3;
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Some(folder) = path.parent().and_then(|parent| parent.canonicalize().ok()) else { return false };
        if folder.starts_with("/proc") && folder.ends_with("fd") {
            return path.metadata().is_ok_and(|meta| meta.file_type().is_fifo());
        }
        let Ok(target) = path.read_link() else { return false };
        path = folder.join(target);
    }
    false
}
