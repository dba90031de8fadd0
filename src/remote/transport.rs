//! The command that connects to a host and starts the script there.

use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::address::HostName;

/// The program on the host.
const SCRIPT: &str = include_str!("host.sh");
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

/// Returns the command that connects to the host and starts the script.
pub(super) fn command(host: &HostName, transport: &Transport) -> Vec<OsString> {
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

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn the_script_that_is_sent_fits_into_one_argument() {
        assert!(script().len() < 64 << 10);
    }
}
