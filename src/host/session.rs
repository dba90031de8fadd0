//! A program that answers on its standard output what it is asked on its standard input, such as `ssh`.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The longest time between two looks at the caller's interrupt flag.
const PAUSE: Duration = Duration::from_millis(20);
/// How much of the program's standard error is kept, in bytes.
const MAX_ERROR_LEN: usize = 8 << 10;

/// A program that was started. Dropping it closes its input, waits for it for a second, and kills it.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Vec<u8>>,
    errors: Arc<Mutex<Vec<u8>>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The program ended. With what it printed on standard error, without control characters.
    #[error("it ended{}", after(.0))]
    Ended(String),
    /// It printed nothing for too long.
    #[error("no answer for {} seconds", .0.as_secs())]
    Silent(Duration),
    /// The caller's interrupt flag was set.
    #[error("interrupted")]
    Interrupted,
    /// The system refused.
    #[error("{0}")]
    Io(#[source] io::Error),
}

fn after(errors: &str) -> String {
    if errors.is_empty() { String::new() } else { format!(": {errors}") }
}

impl Session {
    /// Starts `words`, a program and its arguments, with the terminal of this process. Unlike this process, it does not
    /// end by the terminal's interrupt and quit signals, so that what it does is not cut off.
    ///
    /// # Errors
    /// The system's, if it cannot be started.
    pub(crate) fn start(words: &[OsString]) -> io::Result<Self> {
        // An ignored signal stays ignored in the program that the shell becomes.
        let script = OsStr::new("trap '' INT QUIT; exec \"$@\"");
        let mut child = Command::new("/bin/sh")
            .args([OsStr::new("-c"), script, OsStr::new("sh")])
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (send, output) = channel();
        let errors = Arc::new(Mutex::new(Vec::new()));
        let (input, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        if let Some(mut stdout) = stdout {
            thread::Builder::new().spawn(move || {
                let mut buffer = vec![0; 64 << 10];
                while let Ok(len @ 1..) = stdout.read(&mut buffer) {
                    if send.send(buffer[..len].to_vec()).is_err() {
                        break;
                    }
                }
            })?;
        }
        if let Some(mut stderr) = stderr {
            let kept = Arc::clone(&errors);
            thread::Builder::new().spawn(move || {
                let mut buffer = [0; 1024];
                while let Ok(len @ 1..) = stderr.read(&mut buffer) {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    let free = MAX_ERROR_LEN.saturating_sub(kept.len());
                    kept.extend_from_slice(&buffer[..len.min(free)]);
                }
            })?;
        }
        Ok(Self { child, input, output, errors })
    }

    /// Writes to the program's standard input.
    ///
    /// # Errors
    /// [`SessionError::Ended`] if it has ended.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<(), SessionError> {
        let Some(input) = &mut self.input else { return Err(self.ended()) };
        match input.write_all(bytes).and_then(|()| input.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(self.ended()),
            Err(error) => Err(SessionError::Io(error)),
        }
    }

    /// Returns the next part of what the program prints.
    ///
    /// # Errors
    /// It has ended, prints nothing for the time `limit`, or `interrupt` is set.
    pub(crate) fn receive(
        &mut self,
        limit: Duration,
        interrupt: &AtomicBool,
    ) -> Result<Vec<u8>, SessionError> {
        let started = Instant::now();
        loop {
            match self.output.recv_timeout(PAUSE) {
                Ok(part) => return Ok(part),
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
                Err(RecvTimeoutError::Timeout) if interrupt.load(Ordering::Relaxed) => {
                    return Err(SessionError::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) if started.elapsed() > limit => {
                    return Err(SessionError::Silent(limit));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Waits for the end of the program, of which nothing more is expected.
    fn ended(&mut self) -> SessionError {
        self.input = None;
        let _ = self.wait(Duration::from_secs(1));
        // The thread that reads standard error may be behind.
        thread::sleep(PAUSE);
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&errors);
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        SessionError::Ended(lines.join("; ").escape_debug().to_string())
    }

    fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(None) if started.elapsed() < limit => thread::sleep(Duration::from_millis(1)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.input = None;
        if self.wait(Duration::from_secs(1)).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::{Session, SessionError};

    fn start(script: &str) -> Session {
        Session::start(&["sh", "-c", script].map(OsString::from)).expect("started")
    }

    #[test]
    fn what_is_sent_is_answered() {
        let mut session = start("while read -r line; do echo \"<$line>\"; done");
        for word in ["one", "two"] {
            session.send(format!("{word}\n").as_bytes()).expect("sent");
            let answer = session.receive(Duration::from_secs(5), &AtomicBool::new(false)).expect("an answer");
            assert_eq!(String::from_utf8_lossy(&answer), format!("<{word}>\n"));
        }
    }

    #[test]
    fn the_message_of_a_program_that_ends_is_kept() {
        let mut session = start("echo 'no \u{1b}route' >&2; exit 255");
        let error = session.receive(Duration::from_secs(5), &AtomicBool::new(false)).expect_err("it ends");
        assert_eq!(error.to_string(), "it ended: no \\u{1b}route");
        assert!(session.send(b"x").is_err());
    }

    #[test]
    fn silence_and_an_interrupt_end_the_wait() {
        let mut session = start("sleep 60");
        let error = session.receive(Duration::ZERO, &AtomicBool::new(false)).expect_err("silent");
        assert!(matches!(error, SessionError::Silent(_)));
        let error =
            session.receive(Duration::from_secs(60), &AtomicBool::new(true)).expect_err("interrupted");
        assert!(matches!(error, SessionError::Interrupted));
    }
}
