//! A program that answers on its standard output what it is asked on its standard input, such as `ssh`.

mod input;
#[cfg(test)]
mod tests;

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use self::input::Input;

/// The longest time between two looks at the caller's interrupt flag.
const PAUSE: Duration = Duration::from_millis(20);
/// How much of the end of the program's standard error is kept, in bytes.
const MAX_ERROR_LEN: usize = 8 << 10;
/// How much is read of the program's output at once, in bytes.
const PART_LEN: usize = 64 << 10;
/// How many parts of the output wait for the caller. Then the program has to wait.
const MAX_PARTS: usize = 16;
/// How long an exchange may take in any case: a message and what the program prints until the next one.
const EXCHANGE_TIME: Duration = Duration::from_secs(600);
/// How many bytes, of both directions, give an exchange one more second.
const BYTES_PER_SECOND: usize = 1 << 10;
/// How long a program may take to end, after the end of its input and after SIGTERM.
const END_TIME: Duration = Duration::from_secs(1);

/// A program that was started. Dropping it closes its input and waits for its end; after a second it gets SIGTERM, and after
/// another one SIGKILL. One that is asking for a password restores the terminal at SIGTERM.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    input: Option<Input>,
    /// `None` once nothing more is expected.
    output: Option<Receiver<Vec<u8>>>,
    errors: Arc<Mutex<Vec<u8>>>,
    /// Disconnected at the end of the program's standard error.
    errors_end: Receiver<()>,
    exchange: Exchange,
    /// When the caller was last asked whether it gives up.
    asked: Instant,
}

/// What has happened since the last message was sent.
#[derive(Debug)]
struct Exchange {
    started: Instant,
    received: usize,
    /// How long it may take apart from the time for its bytes.
    time: Duration,
}

/// The reason why a session ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The program ended. With what it printed on standard error, without control characters.
    #[error("it ended{}", after(.0))]
    Ended(String),
    /// It printed nothing, and read nothing, for too long.
    #[error("no answer for {} seconds", .0.as_secs())]
    Silent(Duration),
    /// It prints, but the answer takes too long for its length.
    #[error("no complete answer for {} seconds", .0.as_secs())]
    Slow(Duration),
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
        let (errors_open, errors_end) = channel();
        if let Some(mut stderr) = stderr {
            let kept = Arc::clone(&errors);
            thread::Builder::new().spawn(move || {
                let _open = errors_open;
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
        let exchange = Exchange { started: Instant::now(), received: 0, time: EXCHANGE_TIME };
        Ok(Self { child, input, output: Some(output), errors, errors_end, exchange, asked: Instant::now() })
    }

    /// Starts to write to the program's standard input. [`receive`](Self::receive) waits until the program has read it.
    pub(crate) fn send(&mut self, message: Vec<u8>) {
        (self.exchange.started, self.exchange.received) = (Instant::now(), 0);
        if let Some(input) = &mut self.input {
            input.send(message);
        }
    }

    /// Returns the next part of what the program prints.
    ///
    /// # Errors
    /// It has ended, it neither prints nor reads anything for the time `limit`, or it takes longer than ten minutes and one
    /// second for each KB since the last message was sent; or `gives_up`, which is asked every 20 ms, returns `true`.
    pub(crate) fn receive(
        &mut self,
        limit: Duration,
        gives_up: &mut dyn FnMut(&mut Self) -> bool,
    ) -> Result<Vec<u8>, SessionError> {
        let mut started = Instant::now();
        let mut written = self.written();
        loop {
            let Some(output) = &self.output else { return Err(self.ended()) };
            let received = output.recv_timeout(PAUSE);
            // Also while the program prints all the time.
            if self.asked.elapsed() >= PAUSE {
                self.asked = Instant::now();
                if gives_up(self) {
                    return Err(SessionError::Interrupted);
                }
            }
            match received {
                Ok(part) => {
                    self.exchange.received += part.len();
                    self.check_progress()?;
                    return Ok(part);
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
                Err(RecvTimeoutError::Timeout) if self.written() != written => {
                    (started, written) = (Instant::now(), self.written());
                }
                Err(RecvTimeoutError::Timeout) if started.elapsed() > limit => {
                    return Err(SessionError::Silent(limit));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.check_progress()?;
        }
    }

    /// Fails if the exchange takes too long for the number of its bytes. One that sends a byte now and then is never silent.
    fn check_progress(&self) -> Result<(), SessionError> {
        let seconds = (self.exchange.received + self.written()) / BYTES_PER_SECOND;
        let limit = self.exchange.time + Duration::from_secs(seconds as u64);
        let elapsed = self.exchange.started.elapsed();
        if elapsed > limit { Err(SessionError::Slow(elapsed)) } else { Ok(()) }
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
        let Some(mut input) = self.input.take() else { return false };
        input.stop();
        // A program that waits until its output is read could not end.
        self.output = None;
        if input.is_writing() {
            // It does not read, and so would not notice the end of its input.
            self.terminate();
        }
        input.close()
    }

    /// Waits for the end of the program, of which nothing more is expected.
    fn ended(&mut self) -> SessionError {
        let _ = self.wait(END_TIME);
        // The thread that reads standard error may be behind. A process that the program started may keep it open.
        let _ = self.errors_end.recv_timeout(END_TIME);
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&errors);
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        SessionError::Ended(lines.join("; ").escape_debug().to_string())
    }

    /// Ends the program with SIGTERM, or SIGKILL if that does not end it.
    fn terminate(&mut self) {
        // Not waited for yet: no other process has its id.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        }
        if self.wait(END_TIME).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
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
        if self.wait(END_TIME).is_none() {
            self.terminate();
        }
    }
}
