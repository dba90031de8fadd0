//! Which editor, and waiting for it.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use vmxedit::Cause;

use crate::signals;

const PAUSE: Duration = Duration::from_millis(20);

/// How long an editor has to end when we are told to.
const ENDS_WITHIN: Duration = Duration::from_secs(2);

/// Opens `path` in the editor, on this terminal, until it is closed.
///
/// # Errors
/// [`Cause::Editor`] where it cannot be started or says that it failed, [`Cause::Stopped`].
pub(super) fn open(path: &Path) -> Result<(), Cause> {
    let name = name();
    let failed = |why: String| Cause::Editor { editor: format!("'{name}'"), why };
    let words =
        shell_words::split(&name).map_err(|error| failed(format!("cannot be understood: {error}")))?;
    let (program, arguments) = words.split_first().ok_or_else(|| failed("is empty".to_owned()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .arg(path)
        .spawn()
        .map_err(|error| failed(format!("cannot be started: {error}")))?;
    let ended = wait(&mut child).map_err(|error| failed(format!("cannot be waited for: {error}")))?;
    // Ctrl-C was for the editor.
    signals::forget_keys();
    if signals::told_to_end().is_some() {
        return Err(Cause::Stopped);
    }
    match ended {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(failed(match status.signal() {
            Some(signal) => format!("was ended by signal {signal}"),
            None => format!("ended with exit code {}", status.code().unwrap_or(-1)),
        })),
        None => Err(Cause::Stopped),
    }
}

/// `$VISUAL`, else `$EDITOR`, else `vi`.
fn name() -> String {
    ["VISUAL", "EDITOR"]
        .iter()
        .filter_map(std::env::var_os)
        .map(|name| name.to_string_lossy().into_owned())
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "vi".to_owned())
}

/// Waits for the editor. When we are told to end, it is told so too, and left alone if it does not listen.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let mut told = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        match (signals::told_to_end(), told) {
            (Some(signal), None) => {
                told = Some(Instant::now());
                if let Some(signal) = Signal::from_named_raw(signal) {
                    // It may have ended just now.
                    let _ = kill_process(Pid::from_child(child), signal);
                }
            }
            (_, Some(told)) if told.elapsed() > ENDS_WITHIN => return Ok(None),
            _ => std::thread::sleep(PAUSE),
        }
    }
}
