//! Questions to the user at the terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use vmxedit::host::stdio::{self, StdinLine};

use super::escape::escape;

/// How often a wait for an answer checks for a signal.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Returns whether a user can answer: standard input is a terminal.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal()
}

/// Returns whether a user is there: standard input or standard error is a terminal.
pub(crate) fn is_at_terminal() -> bool {
    can_ask() || io::stderr().is_terminal()
}

/// Returns whether a program that is started now can show itself and be used: standard input and output are a terminal.
pub(crate) fn has_terminal() -> bool {
    can_ask() && io::stdout().is_terminal()
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

/// Waits for a line. Returns `None` at the end of input, or once `interrupted` returns true.
fn read_line(interrupted: &dyn Fn() -> bool) -> Option<String> {
    while !interrupted() {
        match stdio::read_stdin_line(POLL_INTERVAL) {
            Ok(StdinLine::Text(line)) => return Some(line),
            Ok(StdinLine::TimedOut) => {}
            Ok(StdinLine::End) | Err(_) => return None,
        }
    }
    None
}
