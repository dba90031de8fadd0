//! One connection to a host: starts `ssh` with a script that answers requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::address::HostName;
use super::error::RemoteError;
use super::facts::{HostFacts, HostKind};
use super::frame::{Frame, Frames};
use super::request::Request;
use super::transport::{self, Transport};
use crate::host::session::{Session, SessionError};
use crate::host::{self, Liveness, Machine};

/// How long a login may take, with the time that the user needs to enter a password.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(120);
/// How much a login may print, in bytes.
const MAX_GREETING: usize = 1 << 20;

/// A connection to a host. Dropping it ends it. Requests of several threads take turns.
///
/// One that ends between two requests, for example while an editor is open, is opened again once.
///
/// ```
/// use std::ffi::OsString;
/// use std::sync::Arc;
/// use vmxedit::remote::{Address, Connection, Depth, Transport};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // A shell of this machine in place of `ssh` and another host.
/// let program = ["sh", "-c", "eval \"$1\""].map(OsString::from).to_vec();
/// let transport = Transport { program: Some(program), may_ask: false, interrupt: Arc::default() };
/// let address = Address::parse(format!("host:{}", path.display()).as_ref())?.expect("another host");
/// let connection = Arc::new(Connection::open(&address.host, &transport)?);
/// let file = connection.read(&[address], Depth::Content)?.remove(0)?;
/// assert_eq!(file.bytes(), b"memsize = \"2048\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Connection {
    host: HostName,
    transport: Transport,
    facts: HostFacts,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    session: Session,
    frames: Frames,
    /// Whether it has answered a request.
    has_answered: bool,
    /// Why it is not used any more.
    failed: Option<RemoteError>,
}

/// What became of a request.
struct Failure {
    error: RemoteError,
    /// Whether the connection had ended.
    has_ended: bool,
    /// Whether the host may have got the whole request.
    is_sent: bool,
}

impl Connection {
    /// Connects to a host. Waits 120 seconds for it: the user may type a password in that time. Where `ssh` may ask for one,
    /// one host is connected at a time: what the user types must not go to another host.
    ///
    /// # Errors
    /// [`RemoteError::Connect`], [`RemoteError::Unexpected`], [`RemoteError::Interrupted`].
    pub fn open(host: &HostName, transport: &Transport) -> Result<Self, RemoteError> {
        let (state, facts) = State::open(host, transport)?;
        Ok(Self { host: host.clone(), transport: transport.clone(), facts, state: Mutex::new(state) })
    }

    /// Returns the host.
    pub fn host(&self) -> &HostName {
        &self.host
    }

    pub(super) fn facts(&self) -> &HostFacts {
        &self.facts
    }

    /// Sends a request that changes no file, and returns the frames of the answer.
    pub(super) fn request(&self, request: &Request) -> Result<Vec<Frame>, RemoteError> {
        let is_interrupted = || self.transport.interrupt.load(Ordering::Relaxed);
        self.ask(request, &mut |_| is_interrupted(), |_| true).map_err(|failure| failure.error)
    }

    /// Sends a request that changes something. Once the host may have all of it, the wait goes on when `interrupt` is set, and
    /// ends when it is set again.
    pub(super) fn change(
        &self,
        request: &Request,
        interrupt: &AtomicBool,
    ) -> Result<Vec<Frame>, RemoteError> {
        if self.transport.interrupt.load(Ordering::Relaxed) {
            return Err(RemoteError::Interrupted);
        }
        let mut is_repeated = false;
        let mut gives_up = |session: &mut Session| {
            interrupt.swap(false, Ordering::Relaxed)
                && (session.stop_sending() || std::mem::replace(&mut is_repeated, true))
        };
        self.ask(request, &mut gives_up, |failure| !failure.is_sent).map_err(|failure| {
            let error = failure.error;
            if failure.is_sent { error.in_replacement(&self.host) } else { error }
        })
    }

    /// Sends a request. Opens the connection again and repeats it, once, if the connection had ended and `may_repeat`. A
    /// fingerprint of the former connection does not count any more: the answer to a replacement is that the file changed.
    fn ask(
        &self,
        request: &Request,
        gives_up: &mut dyn FnMut(&mut Session) -> bool,
        may_repeat: impl Fn(&Failure) -> bool,
    ) -> Result<Vec<Frame>, Failure> {
        let mut state = self.state();
        // One that breaks at its first request would do so again.
        let had_answered = state.has_answered;
        let result = state.exchange(&self.host, request, gives_up);
        let Err(failure) = result else { return result };
        if !(failure.has_ended && had_answered && may_repeat(&failure)) {
            return Err(failure);
        }
        match State::open(&self.host, &self.transport) {
            Ok((opened, facts)) if facts.is_same_host(&self.facts) => *state = opened,
            _ => {
                state.has_answered = false;
                return Err(failure);
            }
        }
        state.exchange(&self.host, request, gives_up)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.facts.now()
    }
}

impl State {
    fn open(host: &HostName, transport: &Transport) -> Result<(Self, HostFacts), RemoteError> {
        static ASKS: Mutex<()> = Mutex::new(());
        let _asks = transport.may_ask.then(|| ASKS.lock().unwrap_or_else(PoisonError::into_inner));
        let is_interrupted = || transport.interrupt.load(Ordering::Relaxed);
        if is_interrupted() {
            return Err(RemoteError::Interrupted);
        }
        let connect = |why: String| RemoteError::Connect { host: host.clone(), why };
        let words = transport::command(host, transport);
        let mut session = Session::start(&words).map_err(|error| connect(host::io_message(&error)))?;
        let token = u128::from_ne_bytes(host::random().map_err(|error| connect(host::io_message(&error)))?);
        let token = format!("{token:032x}");
        session.send(format!("{token}\n").into_bytes());
        let mut state = Self { session, frames: Frames::new(&token), has_answered: false, failed: None };
        let greeting = state.answer(LOGIN_TIMEOUT, MAX_GREETING, &mut |_| is_interrupted());
        let received = SystemTime::now();
        let greeting = greeting.map_err(|error| match error {
            Unanswered::Session(SessionError::Interrupted) => RemoteError::Interrupted,
            Unanswered::Session(SessionError::Ended(why)) if !why.is_empty() => connect(why),
            Unanswered::Session(error) => connect(error.to_string()),
            Unanswered::TooLong(_) => connect("the login prints too much".to_owned()),
        })?;
        let facts = greeting
            .first()
            .and_then(|greeting| HostFacts::parse(greeting, received))
            .ok_or_else(|| connect("the host does not run POSIX shell scripts".to_owned()))?;
        let facts = facts.map_err(|what| RemoteError::Unexpected { host: host.clone(), what })?;
        Ok((state, facts))
    }

    /// Sends a request and returns the frames of the answer. After a failure the connection is not used any more: the rest of
    /// the answer would be taken for that of the next request.
    fn exchange(
        &mut self,
        host: &HostName,
        request: &Request,
        gives_up: &mut dyn FnMut(&mut Session) -> bool,
    ) -> Result<Vec<Frame>, Failure> {
        if let Some(error) = &self.failed {
            let has_ended = matches!(error, RemoteError::Lost { .. });
            return Err(Failure { error: error.clone(), has_ended, is_sent: false });
        }
        self.session.send(request.text().to_vec());
        let unanswered = match self.answer(request.silence(), request.max_answer(), gives_up) {
            Ok(frames) => {
                self.has_answered = true;
                return Ok(frames);
            }
            Err(unanswered) => unanswered,
        };
        let has_ended = matches!(unanswered, Unanswered::Session(SessionError::Ended(_)));
        let lost = |why: String| RemoteError::Lost { host: host.clone(), why };
        let error = match unanswered {
            Unanswered::Session(SessionError::Interrupted) => RemoteError::Interrupted,
            Unanswered::Session(error) => lost(error.to_string()),
            Unanswered::TooLong(limit) => {
                let what = format!("it is larger than {} MB", limit >> 20);
                RemoteError::Unexpected { host: host.clone(), what }
            }
        };
        if !has_ended {
            // It would not do better if it were opened again.
            self.has_answered = false;
        }
        self.failed = Some(match &error {
            RemoteError::Unexpected { what, .. } => lost(what.clone()),
            error => error.clone(),
        });
        Err(Failure { error, has_ended, is_sent: self.session.end() })
    }

    /// Reads the frames up to the end of the answer, of at most `max_len` bytes. The host may be silent for `limit`.
    fn answer(
        &mut self,
        limit: Duration,
        max_len: usize,
        gives_up: &mut dyn FnMut(&mut Session) -> bool,
    ) -> Result<Vec<Frame>, Unanswered> {
        let mut len = 0;
        loop {
            if let Some(frames) = self.frames.take_answer() {
                return Ok(frames);
            }
            let part = self.session.receive(limit, gives_up).map_err(Unanswered::Session)?;
            len += part.len();
            if len > max_len {
                return Err(Unanswered::TooLong(max_len));
            }
            self.frames.push(&part);
        }
    }
}

/// The reason why a request has no answer.
enum Unanswered {
    Session(SessionError),
    /// It is longer than this.
    TooLong(usize),
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
        let fields = |threads: u32| {
            let numbers = (1..=30).map(|n| if n == 17 { threads } else { n });
            numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(parse_stat(&format!("7 (a) b) S {}", fields(1))), Some(("a) b".to_owned(), 19)));
        assert_eq!(parse_stat(&format!("7 (a) Z {}", fields(1))), None);
        assert_eq!(parse_stat(&format!("7 (a) Z {}", fields(2))), Some(("a".to_owned(), 19)));
    }
}
