//! Starts the editor and waits for it.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::ProgramError;
use crate::signals;

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// How long the editor may take to end after it got a signal.
const TERMINATION_TIMEOUT: Duration = Duration::from_secs(2);

/// How an editor ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Normally,
    /// A signal asked this program to end.
    Interrupted,
}

/// Opens `path` in the editor, on this terminal, and waits until the editor ends.
///
/// # Errors
/// [`ProgramError::Editor`] if it cannot be started or fails.
pub(super) fn open(path: &Path) -> Result<Ended, ProgramError> {
    let name = editor_name();
    let failed = |why: String| ProgramError::Editor { editor: format!("'{name}'"), why };
    let words = shell_words::split(&name).map_err(|error| failed(format!("cannot be parsed: {error}")))?;
    let (program, arguments) = words.split_first().ok_or_else(|| failed("is empty".to_owned()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .arg(path)
        .spawn()
        .map_err(|error| failed(format!("cannot be started: {error}")))?;
    let ended = wait(&mut child).map_err(|error| failed(format!("cannot be waited for: {error}")))?;
    // Ctrl-C was meant for the editor.
    signals::clear_keyboard_signals();
    if signals::termination_signal().is_some() {
        return Ok(Ended::Interrupted);
    }
    match ended {
        Some(status) if status.success() => Ok(Ended::Normally),
        Some(status) => Err(failed(match status.signal() {
            Some(signal) => format!("was killed by signal {signal}"),
            None => format!("exited with code {}", status.code().unwrap_or(-1)),
        })),
        None => Ok(Ended::Interrupted),
    }
}

/// Returns `$VISUAL`, else `$EDITOR`, else `vi`.
fn editor_name() -> String {
    ["VISUAL", "EDITOR"]
        .iter()
        .filter_map(std::env::var_os)
        .map(|name| name.to_string_lossy().into_owned())
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "vi".to_owned())
}

/// Waits for the editor. A termination signal is passed on to it; if it does not end then, it is left running.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let mut signaled = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        match (signals::termination_signal(), signaled) {
            (Some(signal), None) => {
                signaled = Some(Instant::now());
                if let Some(signal) = Signal::from_named_raw(signal) {
                    // The editor may have ended in the meantime.
                    let _ = kill_process(Pid::from_child(child), signal);
                }
            }
            (_, Some(since)) if since.elapsed() > TERMINATION_TIMEOUT => return Ok(None),
            _ => std::thread::sleep(POLL_INTERVAL),
        }
    }
}
