//! A program that answers on its standard output what it is asked on its standard input, such as `ssh`.

mod input;

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use self::input::Input;

/// The longest time between two looks at the caller's interrupt flag.
const PAUSE: Duration = Duration::from_millis(20);
/// How much of the end of the program's standard error is kept, in bytes.
const MAX_ERROR_LEN: usize = 8 << 10;
/// How much is read of the program's output at once, in bytes.
const PART_LEN: usize = 64 << 10;
/// How many parts of the output wait for the caller. Then the program has to wait.
const MAX_PARTS: usize = 16;

/// A program that was started. Dropping it closes its input, waits for it for a second, and kills it.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    input: Option<Input>,
    /// `None` once nothing more is expected.
    output: Option<Receiver<Vec<u8>>>,
    errors: Arc<Mutex<Vec<u8>>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The program ended. With what it printed on standard error, without control characters.
    #[error("it ended{}", after(.0))]
    Ended(String),
    /// It printed nothing, and read nothing, for too long.
    #[error("no answer for {} seconds", .0.as_secs())]
    Silent(Duration),
    /// The caller has given up.
    #[error("interrupted")]
    Interrupted,
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
        let (send, output) = sync_channel(MAX_PARTS);
        let errors = Arc::new(Mutex::new(Vec::new()));
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let input = stdin.map(Input::new).transpose()?;
        if let Some(mut stdout) = stdout {
            thread::Builder::new().spawn(move || {
                let mut buffer = vec![0; PART_LEN];
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
                    kept.extend_from_slice(&buffer[..len]);
                    // The reason why it ends comes last.
                    let excess = kept.len().saturating_sub(MAX_ERROR_LEN);
                    kept.drain(..excess);
                }
            })?;
        }
        Ok(Self { child, input, output: Some(output), errors })
    }

    /// Starts to write to the program's standard input. [`receive`](Self::receive) waits until the program has read it.
    pub(crate) fn send(&mut self, message: Vec<u8>) {
        if let Some(input) = &mut self.input {
            input.send(message);
        }
    }

    /// Returns the next part of what the program prints.
    ///
    /// # Errors
    /// It has ended, it neither prints nor reads anything for the time `limit`, or `gives_up`, which is asked every 20 ms,
    /// returns `true`.
    pub(crate) fn receive(
        &mut self,
        limit: Duration,
        gives_up: &mut dyn FnMut(&mut Self) -> bool,
    ) -> Result<Vec<u8>, SessionError> {
        let mut started = Instant::now();
        let mut written = self.written();
        loop {
            let Some(output) = &self.output else { return Err(self.ended()) };
            match output.recv_timeout(PAUSE) {
                Ok(part) => return Ok(part),
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
                Err(RecvTimeoutError::Timeout) if gives_up(self) => return Err(SessionError::Interrupted),
                Err(RecvTimeoutError::Timeout) if self.written() != written => {
                    (started, written) = (Instant::now(), self.written());
                }
                Err(RecvTimeoutError::Timeout) if started.elapsed() > limit => {
                    return Err(SessionError::Silent(limit));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn written(&self) -> usize {
        self.input.as_ref().map_or(0, Input::written)
    }

    /// Ends the sending of a message, unless all of it is sent. Returns whether it did: then the program never gets the end
    /// of the message.
    pub(crate) fn stop_sending(&mut self) -> bool {
        self.input.as_mut().is_none_or(Input::stop)
    }

    /// Ends the program, of which nothing more is expected. Returns whether it may have got all of the last message.
    pub(crate) fn end(&mut self) -> bool {
        let Some(input) = &mut self.input else { return false };
        input.stop();
        // A program that waits until its output is read could not end.
        self.output = None;
        if input.is_writing() {
            // It does not read, and so would not notice the end of its input.
            let _ = self.child.kill();
        }
        let is_sent = input.close();
        self.input = None;
        is_sent
    }

    /// Waits for the end of the program, of which nothing more is expected.
    fn ended(&mut self) -> SessionError {
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
        self.end();
        if self.wait(Duration::from_secs(1)).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::time::{Duration, Instant};

    use super::{Session, SessionError};

    fn start(script: &str) -> Session {
        Session::start(&["sh", "-c", script].map(OsString::from)).expect("started")
    }

    fn receive(session: &mut Session) -> Result<Vec<u8>, SessionError> {
        session.receive(Duration::from_secs(5), &mut |_| false)
    }

    #[test]
    fn what_is_sent_is_answered() {
        let mut session = start("while read -r line; do echo \"<$line>\"; done");
        for word in ["one", "two"] {
            session.send(format!("{word}\n").into_bytes());
            let answer = receive(&mut session).expect("an answer");
            assert_eq!(String::from_utf8_lossy(&answer), format!("<{word}>\n"));
        }
        assert!(session.end(), "all was sent");
    }

    #[test]
    fn the_end_of_the_messages_of_a_program_that_ends_is_kept() {
        let mut session = start("echo 'no \u{1b}route' >&2; exit 255");
        let error = receive(&mut session).expect_err("it ends");
        assert_eq!(error.to_string(), "it ended: no \\u{1b}route");
        session.send(b"x".to_vec());
        assert!(receive(&mut session).is_err());
        assert!(!session.end(), "nothing was sent");
        let mut session = start("dd if=/dev/zero bs=1024 count=4096 2>/dev/null >&2; echo; echo why >&2");
        while receive(&mut session).is_ok() {}
        let error = receive(&mut session).expect_err("it ends").to_string();
        assert!(error.len() < 64 << 10 && error.ends_with("why"), "{}", error.len());
    }

    #[test]
    fn silence_and_an_interrupt_end_the_wait() {
        let mut session = start("sleep 60");
        let error = session.receive(Duration::ZERO, &mut |_| false).expect_err("silent");
        assert!(matches!(error, SessionError::Silent(_)));
        let error = session.receive(Duration::from_secs(60), &mut |_| true).expect_err("interrupted");
        assert!(matches!(error, SessionError::Interrupted));
    }

    #[test]
    fn a_program_that_does_not_read_is_waited_for_only_until_the_limit() {
        let started = Instant::now();
        let mut session = start("exec sleep 60");
        session.send(vec![b'x'; 8 << 20]);
        let error = session.receive(Duration::from_millis(200), &mut |_| false).expect_err("silent");
        assert!(matches!(error, SessionError::Silent(_)), "{error}");
        assert!(!session.end(), "not all was sent");
        let mut session = start("exec sleep 60");
        session.send(vec![b'x'; 8 << 20]);
        let error = session.receive(Duration::from_secs(60), &mut Session::stop_sending);
        assert!(matches!(error, Err(SessionError::Interrupted)), "{error:?}");
        drop(session);
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_message_that_was_sent_cannot_be_stopped() {
        let mut session = start("read -r line; sleep 0.2; echo done");
        session.send(b"x\n".to_vec());
        while session.written() < 2 {}
        assert!(!session.stop_sending());
        assert_eq!(receive(&mut session).expect("an answer"), b"done\n");
    }

    #[test]
    fn output_that_nobody_reads_takes_no_memory_without_limit() {
        let mut session = start("exec cat /dev/zero");
        receive(&mut session).expect("output");
        std::thread::sleep(Duration::from_millis(300));
        let waiting = session.output.as_ref().map_or(0, |output| output.try_iter().count());
        // Those that come while these are counted included.
        assert!(waiting <= 1000, "{waiting}");
    }
}
