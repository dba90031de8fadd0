//! Questions to whoever sits at the terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::terminal;

/// How soon a signal is heard while nobody answers.
const TURN: Duration = Duration::from_millis(100);

/// Whether somebody can answer.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal()
}

/// Asks until the answer begins with one of `keys`, and gives that. There is none at the end of input, or where
/// `stopped` says so.
pub(crate) fn ask(question: &str, keys: &str, stopped: &dyn Fn() -> bool) -> Option<char> {
    loop {
        let _ = io::Write::write_all(
            &mut io::stderr().lock(),
            format!("{} ", terminal::escape(question)).as_bytes(),
        );
        let answer = line(stopped)?;
        let first = answer.trim_start().chars().next().map(|c| c.to_ascii_lowercase());
        if let Some(key) = first.filter(|key| keys.contains(*key)) {
            return Some(key);
        }
    }
}

/// What was typed: a terminal gives a line at a time.
fn line(stopped: &dyn Fn() -> bool) -> Option<String> {
    let stdin = io::stdin();
    let turn = Timespec::try_from(TURN).expect("a tenth of a second");
    loop {
        if stopped() {
            return None;
        }
        match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&turn)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => break,
            Err(_) => return None,
        }
    }
    let mut room = [0; 256];
    match rustix::io::read(&stdin, &mut room) {
        Ok(0) | Err(_) => None,
        Ok(read) => Some(String::from_utf8_lossy(&room[..read]).into_owned()),
    }
}
