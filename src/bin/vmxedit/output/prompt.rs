//! Questions to the user at the terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::escape::escape;

/// How often a wait for an answer checks for a signal.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Returns whether a user can answer: standard input is a terminal.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal()
}

/// Asks until the answer begins with one of `keys`, and returns that key. Returns `None` at the end of input, or once
/// `interrupted` returns true.
pub(crate) fn ask(question: &str, keys: &str, interrupted: &dyn Fn() -> bool) -> Option<char> {
    loop {
        let _ = io::Write::write_all(&mut io::stderr().lock(), format!("{} ", escape(question)).as_bytes());
        let answer = read_line(interrupted)?;
        let first = answer.trim_start().chars().next().map(|c| c.to_ascii_lowercase());
        if let Some(key) = first.filter(|key| keys.contains(*key)) {
            return Some(key);
        }
    }
}

/// Reads one line; a terminal returns a line per read.
fn read_line(interrupted: &dyn Fn() -> bool) -> Option<String> {
    let stdin = io::stdin();
    let timeout = Timespec::try_from(POLL_INTERVAL).expect("a tenth of a second fits");
    loop {
        if interrupted() {
            return None;
        }
        match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => break,
            Err(_) => return None,
        }
    }
    let mut buffer = [0; 256];
    match rustix::io::read(&stdin, &mut buffer) {
        Ok(0) | Err(_) => None,
        Ok(read) => Some(String::from_utf8_lossy(&buffer[..read]).into_owned()),
    }
}
