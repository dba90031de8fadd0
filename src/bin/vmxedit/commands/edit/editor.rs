//! Starts the editor and waits for it.

use std::time::{Duration, Instant};

use vmxedit::host::child;
use vmxedit::host::private_file::PrivateFile;

use crate::error::{ProgramError, io_message};
use crate::output::prompt;
use crate::signals;

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// How long the editor may take to end after it got a signal.
const TERMINATION_TIMEOUT: Duration = Duration::from_secs(2);

/// The editor if neither `VISUAL` nor `EDITOR` names one.
const FALLBACK: &str = "vi";

/// The user's editor.
pub(super) struct Editor {
    name: String,
    /// The program and its arguments.
    words: Vec<String>,
}

/// How an editor ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Normally,
    /// A signal asked this program to end.
    Interrupted,
}

impl Editor {
    /// Returns the editor in `VISUAL`, else in `EDITOR`, else `vi`, which needs a terminal.
    ///
    /// # Errors
    /// [`ProgramError::NoEditor`] without both variables and without a terminal; [`ProgramError::Editor`] if the name
    /// cannot be split into words.
    pub(super) fn find() -> Result<Self, ProgramError> {
        let named = ["VISUAL", "EDITOR"]
            .iter()
            .filter_map(std::env::var_os)
            .map(|name| name.to_string_lossy().into_owned())
            .find(|name| !name.trim().is_empty());
        let fallback = || prompt::has_terminal().then(|| FALLBACK.to_owned());
        let name = named.or_else(fallback).ok_or(ProgramError::NoEditor)?;
        match shell_words::split(&name) {
            Ok(words) => Ok(Self { name, words }),
            Err(error) => Err(Self { name, words: Vec::new() }.failed(format!("cannot be parsed: {error}"))),
        }
    }

    /// Opens the file in the editor, on this terminal, and waits until the editor ends.
    ///
    /// # Errors
    /// [`ProgramError::Editor`] if it cannot be started or fails.
    pub(super) fn open(&self, file: &PrivateFile) -> Result<Ended, ProgramError> {
        let (program, arguments) =
            self.words.split_first().ok_or_else(|| self.failed("is empty".to_owned()))?;
        let mut child = file
            .open_with(program, arguments)
            .map_err(|error| self.failed(format!("cannot be started: {}", io_message(&error))))?;
        let ended = wait(&mut child)
            .map_err(|error| self.failed(format!("cannot be waited for: {}", io_message(&error))))?;
        // Ctrl-C was meant for the editor.
        signals::clear_keyboard_signals();
        if signals::termination_signal().is_some() {
            return Ok(Ended::Interrupted);
        }
        match ended {
            Some(child::Ended::Success) => Ok(Ended::Normally),
            Some(ended) => Err(self.failed(ended.to_string())),
            None => Ok(Ended::Interrupted),
        }
    }

    fn failed(&self, why: String) -> ProgramError {
        ProgramError::Editor { editor: format!("'{}'", self.name), why }
    }
}

/// Waits for the editor. A termination signal is passed on to it; if it does not end then, it is left running.
fn wait(child: &mut child::Child) -> std::io::Result<Option<child::Ended>> {
    let mut signaled: Option<Instant> = None;
    loop {
        if let Some(ended) = child.wait_for(POLL_INTERVAL)? {
            return Ok(Some(ended));
        }
        match (signals::termination_signal(), signaled) {
            (Some(signal), None) => {
                signaled = Some(Instant::now());
                child.send_signal(signal);
            }
            (_, Some(since)) if since.elapsed() > TERMINATION_TIMEOUT => return Ok(None),
            _ => {}
        }
    }
}
