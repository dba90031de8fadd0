//! One connection to a host: starts `ssh` with a script that answers requests.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::address::HostName;
use super::checksum::Checksum;
use super::frame::{Frame, Frames};
use super::request::Request;
use super::transport::{self, Transport};
use crate::host::session::{Session, SessionError};
use crate::host::{self, Liveness, Machine};

/// How long a host may print nothing during a request. `ssh` notices a broken connection earlier.
const SILENCE: Duration = Duration::from_secs(90);
/// How long a login may take, with the time that the user needs to enter a password.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(120);

/// Why a host did not answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// There is no connection: the program cannot be started, or failed before the host answered.
    #[error("cannot connect to {host}: {why}")]
    Connect {
        /// The host.
        host: HostName,
        /// The reason, as `ssh` gave it.
        why: String,
    },
    /// The connection ended, or the host stopped answering.
    #[error("lost the connection to {host}: {why}")]
    Lost {
        /// The host.
        host: HostName,
        /// The reason.
        why: String,
    },
    /// The connection ended, or the host stopped answering, while it replaced a file.
    #[error(
        "lost the connection to {host}: {why}; the file has either the old or the new content, and nothing between"
    )]
    LostInReplacement {
        /// The host.
        host: HostName,
        /// The reason.
        why: String,
    },
    /// The host answered something that is not an answer to the request.
    #[error("{host} sent an unexpected answer: {what}")]
    Unexpected {
        /// The host.
        host: HostName,
        /// What was wrong.
        what: String,
    },
    /// The interrupt flag was set.
    #[error("interrupted")]
    Interrupted,
}

impl RemoteError {
    /// Returns the error of a replacement whose answer did not come.
    #[must_use]
    pub fn in_replacement(self) -> Self {
        match self {
            Self::Lost { host, why } => Self::LostInReplacement { host, why },
            other => other,
        }
    }
}

/// A connection to a host. Dropping it ends it. Requests of several threads take turns.
#[derive(Debug)]
pub struct Connection {
    host: HostName,
    facts: HostFacts,
    interrupt: Arc<AtomicBool>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    session: Session,
    frames: Frames,
}

/// What the host says about itself when the connection begins.
#[derive(Debug)]
pub(super) struct HostFacts {
    pub(super) kind: HostKind,
    checksum: Checksum,
    /// Whether the user sees the processes of the whole host.
    pub(super) sees_all: bool,
    machine_id: String,
    /// How far its clock is ahead of this one's, or behind.
    clock: Clock,
}

/// Which kind of host it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostKind {
    Esxi,
    Linux,
    MacOs,
    Other,
}

#[derive(Clone, Copy, Debug)]
enum Clock {
    Ahead(Duration),
    Behind(Duration),
}

impl Connection {
    /// Connects to a host. Waits 15 seconds for it, and for as long as `ssh` asks the user something.
    ///
    /// # Errors
    /// [`RemoteError::Connect`], [`RemoteError::Interrupted`].
    pub fn open(host: &HostName, transport: &Transport) -> Result<Self, RemoteError> {
        let connect = |why: String| RemoteError::Connect { host: host.clone(), why };
        let words = transport::command(host, transport);
        let session = Session::start(&words).map_err(|error| connect(host::io_message(&error)))?;
        let token: String = (0..2).fold(String::new(), |mut token, _| {
            let _ = write!(token, "{:016x}", fastrand::u64(..));
            token
        });
        let mut state = State { session, frames: Frames::new(&token) };
        let interrupt = Arc::clone(&transport.interrupt);
        let sent = SystemTime::now();
        let answered = state
            .session
            .send(format!("{token}\n").as_bytes())
            .and_then(|()| state.answer(LOGIN_TIMEOUT, &interrupt));
        let greeting = answered.map_err(|error| match error {
            SessionError::Interrupted => RemoteError::Interrupted,
            SessionError::Ended(why) if !why.is_empty() => connect(why),
            error => connect(error.to_string()),
        })?;
        let facts = greeting
            .first()
            .and_then(|greeting| HostFacts::parse(greeting, sent))
            .ok_or_else(|| connect("the host does not run POSIX shell scripts".to_owned()))?;
        Ok(Self { host: host.clone(), facts, interrupt, state: Mutex::new(state) })
    }

    /// Returns the host.
    pub fn host(&self) -> &HostName {
        &self.host
    }

    pub(super) fn facts(&self) -> &HostFacts {
        &self.facts
    }

    /// Sends a request and returns the frames of the answer.
    pub(super) fn request(&self, request: &Request) -> Result<Vec<Frame>, RemoteError> {
        let mut state = self.state();
        state
            .session
            .send(request.text())
            .and_then(|()| state.answer(SILENCE, &self.interrupt))
            .map_err(|error| self.lost(&error))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lost(&self, error: &SessionError) -> RemoteError {
        match error {
            SessionError::Interrupted => RemoteError::Interrupted,
            error => RemoteError::Lost { host: self.host.clone(), why: error.to_string() },
        }
    }

    pub(super) fn unexpected(&self, what: impl Into<String>) -> RemoteError {
        RemoteError::Unexpected { host: self.host.clone(), what: what.into() }
    }

    /// Returns the checksum that the host computes of this content.
    pub(super) fn sum(&self, content: &[u8]) -> String {
        self.facts.checksum.of(content)
    }
}

impl Machine for Connection {
    fn id(&self) -> &str {
        &self.facts.machine_id
    }

    fn is_vmkernel(&self) -> bool {
        self.facts.kind == HostKind::Esxi
    }

    fn liveness(&self, pid: u32, start: u64, namespace: Option<u64>) -> Liveness {
        let namespace = namespace.map(|number| number.to_string()).unwrap_or_default();
        let request = Request::new("process").word(pid.to_string()).word(namespace);
        let frames = match self.request(&request) {
            Ok(frames) => frames,
            Err(error) => return Liveness::Unknown(error.to_string()),
        };
        let alive = frames.iter().find(|frame| frame.header == "alive");
        match alive.map(|frame| String::from_utf8_lossy(&frame.body)) {
            Some(stat) => match parse_stat(&stat) {
                Some((_, started)) if start != 0 && started != start && self.facts.sees_all => Liveness::Dead,
                Some((name, _)) => Liveness::Alive(name),
                None if has_ended(&stat) => Liveness::Dead,
                None => Liveness::Unknown(format!("process {pid} of {} cannot be examined", self.host)),
            },
            None if frames.iter().any(|frame| frame.header == "dead") => Liveness::Dead,
            None => Liveness::Unknown(format!("not all processes of {} can be seen", self.host)),
        }
    }

    fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        match self.facts.clock {
            Clock::Ahead(by) => now + by,
            Clock::Behind(by) => now - by,
        }
    }
}

impl State {
    /// Reads the frames up to the end of the answer. The host may be silent for `limit`.
    fn answer(&mut self, limit: Duration, interrupt: &AtomicBool) -> Result<Vec<Frame>, SessionError> {
        loop {
            if let Some(frames) = self.frames.take_answer() {
                return Ok(frames);
            }
            let part = self.session.receive(limit, interrupt)?;
            self.frames.push(&part);
        }
    }
}

impl HostFacts {
    fn parse(greeting: &Frame, sent: SystemTime) -> Option<Self> {
        let mut words = greeting.header.strip_prefix("host ")?.split(' ');
        let kind = match words.next()? {
            "VMkernel" => HostKind::Esxi,
            "Linux" => HostKind::Linux,
            "Darwin" => HostKind::MacOs,
            _ => HostKind::Other,
        };
        words.next()?;
        let checksum = if words.next()? == "sha256" { Checksum::Sha256 } else { Checksum::Cksum };
        let sees_all = words.next()? == "yes";
        let seconds = words.next()?.parse().ok()?;
        let theirs = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let clock = match theirs.duration_since(sent) {
            Ok(by) => Clock::Ahead(by),
            Err(error) => Clock::Behind(error.duration()),
        };
        let mut lines = greeting.body.split(|byte| *byte == b'\n');
        let name = lines.next()?;
        let mac = lines.find_map(|line| host::parse_mac(std::str::from_utf8(line).ok()?));
        Some(Self { kind, checksum, sees_all, machine_id: host::machine_id_of(name, mac), clock })
    }
}

/// Returns whether `/proc/PID/stat` is that of a process that has ended and that its parent has not waited for.
fn has_ended(stat: &str) -> bool {
    let mut fields = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
    // The state and the number of threads: the first thread can end before the others.
    (fields.next(), fields.nth(16)) == (Some("Z"), Some("1"))
}

/// Parses `/proc/PID/stat`: the name of the program and its start time. `None` for a process that has ended.
fn parse_stat(stat: &str) -> Option<(String, u64)> {
    let (start, rest) = stat.rsplit_once(')')?;
    let name = start.split_once('(')?.1;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    if has_ended(stat) {
        return None;
    }
    Some((name.to_owned(), fields.get(19)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse_stat;

    #[test]
    fn a_stat_line_has_name_and_start_time() {
        let fields = (1..=30).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(parse_stat(&format!("7 (a) b) S {fields}")), Some(("a) b".to_owned(), 19)));
        assert_eq!(parse_stat(&format!("7 (a) Z {fields}")), None);
    }
}
