//! The command that connects to a host and starts the script there.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::address::HostName;

/// The program on the host.
const SCRIPT: &str = include_str!("host.sh");
/// How long connecting may take, in seconds.
const CONNECT_TIMEOUT: u32 = 15;

/// How hosts are reached.
///
/// ```
/// use std::sync::Arc;
/// use vmxedit::remote::Transport;
///
/// // `None` means ssh.
/// let program = Some(["ssh", "-J", "bastion"].map(Into::into).to_vec());
/// let transport = Transport { program, may_ask: true, interrupt: Arc::default() };
/// assert!(transport.may_ask);
/// ```
#[derive(Clone, Debug)]
pub struct Transport {
    /// The program and its first arguments, instead of `ssh`. It gets `[-p PORT] [USER@]HOST COMMAND`; one whose file is named
    /// `ssh` also gets the options that this program sets for `ssh`.
    pub program: Option<Vec<OsString>>,
    /// Whether `ssh` may ask for a password or about the key of a host, on a terminal.
    pub may_ask: bool,
    /// Ends the wait for a host when another thread or a signal handler sets it.
    pub interrupt: Arc<AtomicBool>,
}

/// Returns the command that connects to the host and starts the script.
pub(super) fn command(host: &HostName, transport: &Transport) -> Vec<OsString> {
    let mut words = transport.program.clone().unwrap_or_else(|| vec!["ssh".into()]);
    if words.first().is_some_and(|program| Path::new(program).file_name() == Some(OsStr::new("ssh"))) {
        // For each option, `ssh` takes the first value: that of the caller.
        let asks = if transport.may_ask { "no" } else { "yes" };
        let options = [
            format!("ConnectTimeout={CONNECT_TIMEOUT}"),
            "ServerAliveInterval=15".to_owned(),
            "ServerAliveCountMax=3".to_owned(),
            "LogLevel=ERROR".to_owned(),
            format!("BatchMode={asks}"),
            // With a command of the configuration, `ssh` refuses the one that follows.
            "RemoteCommand=none".to_owned(),
        ];
        let options = options.iter().flat_map(|option| ["-o", option]);
        words.extend(["-T"].into_iter().chain(options).map(OsString::from));
    }
    if let Some(port) = host.port() {
        words.extend(["-p".into(), port.to_string().into()]);
    }
    words.push(host.destination().into());
    words.push(format!("exec sh -c '{}'", script().replace('\'', "'\\''")).into());
    words
}

/// Returns the script without its comments.
fn script() -> String {
    let lines = SCRIPT.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::super::address::Address;
    use super::{Transport, command, script};

    fn words(program: Option<&[&str]>) -> Vec<String> {
        let address = Address::parse("ssh://root@h:22/a.vmx".as_ref()).expect("an address").expect("remote");
        let program = program.map(|words| words.iter().map(OsString::from).collect());
        let transport = Transport { program, may_ask: false, interrupt: std::sync::Arc::default() };
        let words = command(&address.host, &transport);
        words.into_iter().map(|word| word.into_string().expect("text")).collect()
    }

    #[test]
    fn each_ssh_gets_the_same_options_after_its_own() {
        let own = words(None);
        assert!(own.contains(&"BatchMode=yes".to_owned()) && own[1] == "-T", "{own:?}");
        assert_eq!(own[own.len() - 4..own.len() - 1], ["-p", "22", "root@h"]);
        let named = words(Some(&["/usr/bin/ssh", "-i", "key"]));
        assert_eq!(named[..3], ["/usr/bin/ssh", "-i", "key"]);
        assert_eq!(named[3..], own[1..]);
        let other = words(Some(&["plink", "-batch"]));
        assert_eq!(other[..other.len() - 1], ["plink", "-batch", "-p", "22", "root@h"]);
    }

    #[test]
    fn the_script_that_is_sent_fits_into_one_argument() {
        assert!(script().len() < 64 << 10);
    }
}
