//! One connection to a host: starts `ssh` with a script that answers requests.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use super::address::HostName;
use super::frame::{Frame, Frames};
use crate::host::session::{Session, SessionError};
use crate::host::{self, Liveness, Machine};

/// The program on the host.
const SCRIPT: &str = include_str!("host.sh");
/// How long a host may print nothing during a request. `ssh` notices a broken connection earlier.
const SILENCE: Duration = Duration::from_secs(90);
/// How long a login may take, with the time that the user needs to enter a password.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(120);
/// How long connecting may take, in seconds.
const CONNECT_TIMEOUT: u32 = 15;

/// How hosts are reached.
#[derive(Clone, Debug)]
pub struct Transport {
    /// The program and its first arguments, instead of `ssh`. It gets `[-p PORT] [USER@]HOST COMMAND`.
    pub program: Option<Vec<OsString>>,
    /// Whether `ssh` may ask for a password or about the key of a host, on a terminal.
    pub may_ask: bool,
    /// Ends the wait for a host when another thread or a signal handler sets it.
    pub interrupt: Arc<AtomicBool>,
}

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
    sums: SumTool,
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

/// The checksum that the host can compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SumTool {
    Sha256,
    /// POSIX `cksum`.
    Cksum,
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
        let words = command(host, transport);
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
            .send(&request.text)
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
        match self.facts.sums {
            SumTool::Sha256 => Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            }),
            SumTool::Cksum => cksum(content),
        }
    }
}

impl Machine for Connection {
    fn id(&self) -> &str {
        &self.facts.machine_id
    }

    fn is_vmkernel(&self) -> bool {
        self.facts.kind == HostKind::Esxi
    }

    fn liveness(&self, pid: u32, start: u64, _namespace: Option<u64>) -> Liveness {
        let frames = match self.request(&Request::new("process").word(pid.to_string())) {
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
        let sums = if words.next()? == "sha256" { SumTool::Sha256 } else { SumTool::Cksum };
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
        Some(Self { kind, sums, sees_all, machine_id: host::machine_id_of(name, mac), clock })
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

/// A request: a verb, and words that may have any bytes but NUL.
#[derive(Debug)]
pub(super) struct Request {
    text: Vec<u8>,
}

impl Request {
    pub(super) fn new(verb: &str) -> Self {
        Self { text: format!("{verb}\n").into_bytes() }
    }

    pub(super) fn word(mut self, word: impl AsRef<OsStr>) -> Self {
        escape(word.as_ref().as_encoded_bytes(), &mut self.text);
        self.text.push(b'\n');
        self
    }

    /// Adds the number of lines of a content, the content and an end.
    pub(super) fn content(mut self, content: &[u8]) -> Self {
        const BYTES_PER_LINE: usize = 1024;
        let lines = content.chunks(BYTES_PER_LINE);
        self = self.word(lines.len().to_string());
        for line in lines {
            escape(line, &mut self.text);
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(b"end\n");
        self
    }
}

/// Writes bytes as the escapes of `printf %b`.
fn escape(bytes: &[u8], text: &mut Vec<u8>) {
    for byte in bytes {
        match byte {
            b'\\' | 0..=0x1F | 0x7F.. => text.extend_from_slice(format!("\\0{byte:03o}").as_bytes()),
            byte => text.push(*byte),
        }
    }
}

/// Returns the command that connects to the host and starts the script.
fn command(host: &HostName, transport: &Transport) -> Vec<OsString> {
    let mut words: Vec<OsString> = if let Some(words) = &transport.program {
        words.clone()
    } else {
        let asks = if transport.may_ask { "no" } else { "yes" };
        let options = [
            format!("ConnectTimeout={CONNECT_TIMEOUT}"),
            "ServerAliveInterval=15".to_owned(),
            "ServerAliveCountMax=3".to_owned(),
            "LogLevel=ERROR".to_owned(),
            format!("BatchMode={asks}"),
        ];
        let options = options.iter().flat_map(|option| ["-o", option]);
        ["ssh", "-T"].into_iter().chain(options).map(OsString::from).collect()
    };
    if let Some(port) = host.port() {
        words.extend(["-p".into(), port.to_string().into()]);
    }
    words.push(host.destination().into());
    words.push(format!("exec sh -c '{}'", script().replace('\'', "'\\''")).into());
    words
}

/// Returns the script without comments and indentation.
fn script() -> String {
    let lines = SCRIPT.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| [line.trim_start_matches(' '), "\n"]).collect()
}

/// Returns what POSIX `cksum` prints for a content: the checksum and the length.
fn cksum(content: &[u8]) -> String {
    const POLYNOMIAL: u32 = 0x04C1_1DB7;
    let add = |crc: u32, byte: u8| {
        (0..8).fold(crc ^ (u32::from(byte) << 24), |crc, _| {
            (crc << 1) ^ (if crc >> 31 == 1 { POLYNOMIAL } else { 0 })
        })
    };
    let mut crc = content.iter().fold(0, |crc, byte| add(crc, *byte));
    let mut len = content.len();
    while len > 0 {
        crc = add(crc, len.to_le_bytes()[0]);
        len >>= 8;
    }
    format!("{} {}", !crc, content.len())
}

#[cfg(test)]
mod tests {
    use super::{Request, cksum, parse_stat, script};

    #[test]
    fn the_checksum_is_that_of_posix_cksum() {
        for (content, sum) in [("", "4294967295 0"), ("a", "1220704766 1"), ("123456789\n", "1552147931 10")]
        {
            assert_eq!(cksum(content.as_bytes()), sum, "{content}");
        }
    }

    #[test]
    fn words_are_escaped_for_printf() {
        let request = Request::new("stat").word("a b\\c\n\u{e9}'$(x)");
        assert_eq!(request.text, b"stat\na b\\0134c\\0012\\0303\\0251'$(x)\n");
        let request = Request::new("x").content(b"");
        assert_eq!(request.text, b"x\n0\nend\n");
    }

    #[test]
    fn a_stat_line_has_name_and_start_time() {
        let fields = (1..=30).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(parse_stat(&format!("7 (a) b) S {fields}")), Some(("a) b".to_owned(), 19)));
        assert_eq!(parse_stat(&format!("7 (a) Z {fields}")), None);
    }

    #[test]
    fn the_script_that_is_sent_fits_into_one_argument() {
        assert!(script().len() < 64 << 10);
    }
}
