//! Writes to the standard input of a program in a thread: the program may stop reading.

use std::io::{self, Write as _};
use std::process::ChildStdin;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How much is given to the system at once, in bytes.
const PART_LEN: usize = 16 << 10;

/// The standard input of a program. Dropping it closes it when the part that is being written is through.
#[derive(Debug)]
pub(super) struct Input {
    /// What is written next. `None` once nothing more is sent.
    messages: Option<Sender<Vec<u8>>>,
    progress: Arc<Mutex<Progress>>,
}

/// How much of the last message is written.
#[derive(Debug, Default)]
struct Progress {
    total: usize,
    /// With the part that the system has not taken yet.
    offered: usize,
    written: usize,
    is_being_written: bool,
    /// Whether no part follows: the program does not read any more, or its user has given up.
    is_closed: bool,
}

impl Input {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn new(mut stdin: ChildStdin) -> io::Result<Self> {
        let (messages, receive) = channel::<Vec<u8>>();
        let progress = Arc::new(Mutex::new(Progress::default()));
        let shared = Arc::clone(&progress);
        thread::Builder::new().spawn(move || {
            for message in receive {
                let mut rest = &message[..];
                while !rest.is_empty() {
                    let part = &rest[..rest.len().min(PART_LEN)];
                    if !lock(&shared).offer(part.len()) {
                        return;
                    }
                    let written = stdin.write(part);
                    if !lock(&shared).take(&written) {
                        return;
                    }
                    rest = &rest[written.unwrap_or_default()..];
                }
            }
        })?;
        Ok(Self { messages: Some(messages), progress })
    }

    /// Starts to write a message. Does not wait.
    pub(super) fn send(&mut self, message: Vec<u8>) {
        let mut progress = lock(&self.progress);
        (progress.total, progress.offered, progress.written) = (message.len(), 0, 0);
        // The thread has ended if the program does not read any more: then nothing is written.
        let _ = self.messages.as_ref().map(|messages| messages.send(message));
    }

    /// Returns how many bytes of the last message are written.
    pub(super) fn written(&self) -> usize {
        lock(&self.progress).written
    }

    /// Returns whether the system has not taken all that it was given.
    pub(super) fn is_writing(&self) -> bool {
        lock(&self.progress).is_being_written
    }

    /// Ends the sending, unless all of the message has been given to the system. Returns whether it did: then the program
    /// never gets the end of the message.
    pub(super) fn stop(&mut self) -> bool {
        let mut progress = lock(&self.progress);
        if progress.offered >= progress.total {
            return false;
        }
        progress.is_closed = true;
        drop(progress);
        self.messages = None;
        true
    }

    /// Ends the sending. Returns whether the program may have got the whole message. It has ended, or is about to.
    pub(super) fn close(&mut self) -> bool {
        self.stop();
        self.messages = None;
        // A part that the program does not take any more fails at once.
        let started = Instant::now();
        while self.is_writing() && started.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(1));
        }
        let mut progress = lock(&self.progress);
        progress.is_closed = true;
        progress.offered >= progress.total
    }
}

impl Progress {
    /// Notes a part that is about to be written. Returns `false` if nothing more is.
    fn offer(&mut self, len: usize) -> bool {
        if !self.is_closed {
            self.offered += len;
            self.is_being_written = true;
        }
        !self.is_closed
    }

    /// Notes what became of a part. Returns `false` if nothing more is written.
    fn take(&mut self, written: &io::Result<usize>) -> bool {
        match written {
            Ok(len) => self.written += len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.is_closed = true,
        }
        self.offered = self.written;
        self.is_being_written = false;
        !self.is_closed
    }
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}
