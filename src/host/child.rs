//! A program that this process starts on its own terminal and waits for.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// A program that was started. Dropping it leaves the program running.
///
/// ```
/// use std::time::Duration;
/// use vmxedit::host::child::{Child, Ended};
///
/// let mut child = Child::start("true", [""; 0])?;
/// let ended = loop {
///     if let Some(ended) = child.wait_for(Duration::from_millis(10))? {
///         break ended;
///     }
/// };
/// assert_eq!(ended, Ended::Success);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Child(std::process::Child);

/// How a program ended.
///
/// ```
/// use vmxedit::host::child::Ended;
///
/// let text = Ended::Code(2).to_string();
/// assert!(text.contains('2'), "{text}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// It exited with code 0.
    Success,
    /// It exited with this code.
    Code(i32),
    /// This signal killed it.
    Signal(i32),
}

impl Child {
    /// Starts `program`, a path or a name on the `PATH`, with the standard streams and the folder of this process.
    ///
    /// # Errors
    /// The system's, if it cannot be started.
    pub fn start<S: AsRef<OsStr>>(
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = S>,
    ) -> io::Result<Self> {
        Ok(Self(Command::new(program).args(arguments).spawn()?))
    }

    /// Returns how the program ended, or `None` if it is still running after `timeout`.
    ///
    /// The answer comes at the start or at the end of that time, so wait in short steps.
    ///
    /// # Errors
    /// The system's, if the program cannot be waited for.
    pub fn wait_for(&mut self, timeout: Duration) -> io::Result<Option<Ended>> {
        if let Some(status) = self.0.try_wait()? {
            return Ok(Some(Ended::from(status)));
        }
        std::thread::sleep(timeout);
        Ok(self.0.try_wait()?.map(Ended::from))
    }

    /// Sends a signal to the program. Does nothing if the program has ended, or for a number that is not a signal.
    pub fn send_signal(&self, signal: i32) {
        if let Some(signal) = Signal::from_named_raw(signal) {
            let _ = kill_process(Pid::from_child(&self.0), signal);
        }
    }
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(0), _) => Self::Success,
            (_, Some(signal)) => Self::Signal(signal),
            (code, None) => Self::Code(code.unwrap_or(-1)),
        }
    }
}

/// Writes what happened, to follow the name of the program: `exited with code 3`.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("exited with code 0"),
            Self::Code(code) => write!(f, "exited with code {code}"),
            Self::Signal(signal) => write!(f, "was killed by signal {signal}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Child, Ended};

    fn wait(child: &mut Child) -> Ended {
        let mut steps = std::iter::repeat_with(|| child.wait_for(Duration::from_millis(20)).expect("waited"));
        steps.find_map(|ended| ended).expect("the steps do not end")
    }

    #[test]
    fn an_exit_code_and_a_signal_are_told_apart() {
        for (script, ended, text) in [
            ("exit 0", Ended::Success, "exited with code 0"),
            ("exit 3", Ended::Code(3), "exited with code 3"),
            ("kill -KILL $$", Ended::Signal(9), "was killed by signal 9"),
        ] {
            let mut child = Child::start("sh", ["-c", script]).expect("started");
            assert_eq!(wait(&mut child), ended);
            assert_eq!(ended.to_string(), text);
        }
    }

    #[test]
    fn a_signal_that_is_passed_on_ends_the_program() {
        let mut child = Child::start("sleep", ["60"]).expect("started");
        assert_eq!(child.wait_for(Duration::ZERO).expect("waited"), None);
        child.send_signal(15);
        assert_eq!(wait(&mut child), Ended::Signal(15));
        child.send_signal(15);
    }
}
