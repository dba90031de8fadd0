//! What a host says about itself when the connection begins.

use std::time::{Duration, SystemTime};

use super::checksum::Checksum;
use super::frame::Frame;
use crate::host;

/// The end of the year 9999, in seconds since 1970.
const LAST_SECOND: u64 = 253_402_300_799;

/// What the host says about itself when the connection begins.
#[derive(Clone, Debug)]
pub(super) struct HostFacts {
    pub(super) kind: HostKind,
    pub(super) checksum: Checksum,
    /// Whether the user sees the processes of the whole host.
    pub(super) sees_all: bool,
    pub(super) machine_id: String,
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

impl HostFacts {
    /// Parses what the script prints when it starts. `None` for something else.
    pub(super) fn parse(greeting: &Frame, received: SystemTime) -> Option<Result<Self, String>> {
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
        let time = words.next()?;
        let Some(clock) = Clock::at(time, received) else {
            return Some(Err(format!("its time is '{}'", time.escape_debug())));
        };
        let mut lines = greeting.body.split(|byte| *byte == b'\n');
        let name = lines.next()?;
        let mac = lines.find_map(|line| host::parse_mac(std::str::from_utf8(line).ok()?));
        Some(Ok(Self { kind, checksum, sees_all, machine_id: host::machine_id_of(name, mac), clock }))
    }

    /// Returns whether these are the facts of the same host.
    pub(super) fn is_same_host(&self, other: &Self) -> bool {
        (self.kind, self.checksum, &self.machine_id) == (other.kind, other.checksum, &other.machine_id)
    }

    /// Returns the present time of the host's clock.
    pub(super) fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        let theirs = match self.clock {
            Clock::Ahead(by) => now.checked_add(by),
            Clock::Behind(by) => now.checked_sub(by),
        };
        theirs.unwrap_or(now)
    }
}

impl Clock {
    /// Compares the clock of the host with that of this one. The host said its time, in seconds since 1970, a moment before
    /// that was `received`: the result is late rather than early, so that a file does not look older than it is.
    fn at(seconds: &str, received: SystemTime) -> Option<Self> {
        let seconds = seconds.parse().ok().filter(|seconds| *seconds <= LAST_SECOND)?;
        let theirs = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
        Some(match theirs.duration_since(received) {
            Ok(by) => Self::Ahead(by),
            Err(error) => Self::Behind(error.duration()),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::super::frame::Frame;
    use super::HostFacts;

    fn parse(time: &str, received: SystemTime) -> Option<Result<HostFacts, String>> {
        let header = format!("host Linux 0 sha256 yes {time}");
        HostFacts::parse(&Frame { header, body: b"name\n".to_vec() }, received)
    }

    #[test]
    fn the_clock_of_a_host_may_differ_but_not_be_absurd() {
        let received = SystemTime::now();
        for (time, years) in [("0", 50), ("253402300799", 7000)] {
            let facts = parse(time, received).expect("a greeting").expect(time);
            let off = facts.now().duration_since(received).unwrap_or_else(|error| error.duration());
            assert!(off > Duration::from_secs(years * 365 * 86400), "{time}: {off:?}");
        }
        for time in ["253402300800", "9223372036854775807", "18446744073709551615", "-1", "x", ""] {
            assert!(parse(time, received).expect("a greeting").is_err(), "{time}");
        }
        let greeting = Frame { header: "Welcome".to_owned(), body: Vec::new() };
        assert!(HostFacts::parse(&greeting, received).is_none());
    }
}
