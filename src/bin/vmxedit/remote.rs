//! Connections to other hosts: one for each, opened when it is first needed.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use vmxedit::ErrorKind;
use vmxedit::remote::{Address, Connection, Depth, Found, HostName, RemoteError, RemoteFile, Transport};

use crate::signals;
use crate::words::quoted;

/// Names the program that connects to another host.
const VARIABLE: &str = "VMXEDIT_SSH";

static HOSTS: OnceLock<Hosts> = OnceLock::new();

/// The hosts of this run.
struct Hosts {
    /// The command that an option names.
    rsh: Option<Vec<OsString>>,
    may_ask: bool,
    transport: OnceLock<Result<Transport, String>>,
    connections: Mutex<HashMap<HostName, Arc<OnceLock<Opened>>>>,
}

/// A connection, or why there is none. A host that did not answer is not tried again.
type Opened = Result<Arc<Connection>, RemoteError>;

/// Sets how hosts are reached, before one is needed: by the command `rsh`, else by the one that the environment variable
/// names, else by `ssh`. `may_ask` tells whether it may ask the user.
///
/// # Errors
/// What is wrong with `rsh`: a shell could not split it into words.
pub(crate) fn configure(rsh: Option<&str>, may_ask: bool) -> Result<(), String> {
    let words = rsh.map(|rsh| words(rsh, "--rsh")).transpose()?;
    HOSTS.get_or_init(|| Hosts {
        rsh: words,
        may_ask,
        transport: OnceLock::new(),
        connections: Mutex::default(),
    });
    Ok(())
}

/// Splits a command into its words.
fn words(command: &str, source: &str) -> Result<Vec<OsString>, String> {
    let words = shell_words::split(command).ok().filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| format!("{source} is not a command: '{}'", command.escape_debug()))?;
    Ok(words.into_iter().map(OsString::from).collect())
}

/// Returns the words of the environment variable; `None` if it is not set, or blank.
fn named_by_variable() -> Result<Option<Vec<OsString>>, String> {
    let Some(value) = std::env::var_os(VARIABLE) else { return Ok(None) };
    let value = value.to_str().ok_or_else(|| format!("{VARIABLE} is not UTF-8 text"))?;
    if value.trim().is_empty() { Ok(None) } else { words(value, VARIABLE).map(Some) }
}

impl Hosts {
    /// Returns how hosts are reached. The environment variable is read when a host is needed: local files do not depend on
    /// it.
    fn transport(&self) -> Result<&Transport, String> {
        let transport = self.transport.get_or_init(|| {
            let program = match &self.rsh {
                Some(words) => Some(words.clone()),
                None => named_by_variable()?,
            };
            Ok(Transport { program, may_ask: self.may_ask, interrupt: signals::interrupt_flag() })
        });
        transport.as_ref().map_err(Clone::clone)
    }
}

/// Returns a shell command that connects to a host, to which a command for the host can be added. Of a program that is not
/// `ssh` only the name is shown: its arguments may contain a password.
pub(crate) fn shell_command(host: &HostName) -> String {
    let program = HOSTS.get().and_then(|hosts| hosts.transport().ok()).and_then(|it| it.program.as_deref());
    let program = program.map_or_else(|| "ssh".to_owned(), shown_program);
    let port = host.port().map(|port| format!(" -p {port}")).unwrap_or_default();
    format!("{program}{port} {}", quoted(host.destination()))
}

fn shown_program(words: &[OsString]) -> String {
    let is_ssh = words.first().is_some_and(|word| Path::new(word).file_name() == Some(OsStr::new("ssh")));
    let shown = if is_ssh { words } else { words.get(..1).unwrap_or_default() };
    let shown: Vec<_> = shown.iter().map(|word| word.to_string_lossy()).collect();
    let more = if shown.len() < words.len() { " ..." } else { "" };
    shell_words::join(shown) + more
}

/// Returns the connection to a host.
pub(crate) fn connection(host: &HostName) -> Opened {
    let Some(hosts) = HOSTS.get() else {
        let why = "no connections are allowed in this command".to_owned();
        return Err(RemoteError::Connect { host: host.clone(), why });
    };
    let opened = {
        let mut connections = hosts.connections.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(connections.entry(host.clone()).or_default())
    };
    let open = || {
        // Without it, Ctrl+C would leave an `ssh` that asks for a password, with the echo of the terminal switched off.
        signals::watch();
        let transport = hosts.transport().map_err(|why| RemoteError::Connect { host: host.clone(), why })?;
        Connection::open(host, transport).map(Arc::new)
    };
    opened.get_or_init(open).clone()
}

/// Reads one file.
///
/// # Errors
/// The host does not answer; those of reading the file.
pub(crate) fn read(address: &Address, depth: Depth) -> anyhow::Result<Arc<RemoteFile>> {
    let mut found = read_all(std::slice::from_ref(address), depth);
    found.pop().unwrap_or_else(|| Err(anyhow::anyhow!("the host sent no answer")))
}

/// Reads files of one host, in one round trip. Returns them in their order.
pub(crate) fn read_all(addresses: &[Address], depth: Depth) -> Vec<anyhow::Result<Arc<RemoteFile>>> {
    let Some(first) = addresses.first() else { return Vec::new() };
    let answer = connection(&first.host).and_then(|connection| connection.read(addresses, depth));
    match answer {
        Ok(found) => found.into_iter().map(|found: Found| Ok(Arc::new(found?))).collect(),
        Err(error) => {
            let failed = |address: &Address| Err(ErrorKind::from(error.clone()).at(address.shown()).into());
            addresses.iter().map(failed).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::shown_program;

    #[test]
    fn arguments_of_a_program_that_is_not_ssh_are_not_shown() {
        let shown = |words: &[&str]| shown_program(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(shown(&["/usr/bin/ssh", "-i", "my key"]), "/usr/bin/ssh -i 'my key'");
        assert_eq!(shown(&["sshpass", "-p", "hunter2", "ssh"]), "sshpass ...");
        assert_eq!(shown(&["plink"]), "plink");
    }
}
