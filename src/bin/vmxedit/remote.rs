//! Connections to other hosts: one for each, opened when it is first needed.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use vmxedit::ErrorKind;
use vmxedit::remote::{Address, Connection, Found, HostName, RemoteError, RemoteFile, Transport};

use crate::batch::Discovered;
use crate::error::UsageError;
use crate::input::Input;
use crate::signals;

/// Names the program that connects to another host.
const VARIABLE: &str = "VMXEDIT_SSH";

static HOSTS: OnceLock<Hosts> = OnceLock::new();

/// The hosts of this run.
struct Hosts {
    transport: Transport,
    connections: Mutex<HashMap<HostName, Arc<OnceLock<Opened>>>>,
}

/// A connection, or why there is none. A host that did not answer is not tried again.
type Opened = Result<Arc<Connection>, RemoteError>;

/// How much is read of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Its content.
    Content,
    /// Its content, its folder and the evidence of the power state.
    View,
}

/// Sets the program that connects to other hosts: `--rsh`, or the environment variable. Has to be called before a host is
/// needed.
///
/// # Errors
/// A [`UsageError`] for words that a shell could not split.
pub(crate) fn configure(rsh: Option<&str>) -> Result<(), UsageError> {
    let named = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let command = rsh.map(str::to_owned).or_else(|| named(VARIABLE));
    let source = if rsh.is_some() { "--rsh" } else { VARIABLE };
    let program = command.map(|command| {
        let words = shell_words::split(&command).ok().filter(|words| !words.is_empty());
        let words = words
            .ok_or_else(|| UsageError(format!("{source} is not a command: '{}'", command.escape_debug())))?;
        Ok(words.into_iter().map(OsString::from).collect())
    });
    let transport = Transport {
        program: program.transpose()?,
        may_ask: std::io::stdin().is_terminal() || std::io::stderr().is_terminal(),
        interrupt: signals::interrupt_flag(),
    };
    HOSTS.get_or_init(|| Hosts { transport, connections: Mutex::default() });
    Ok(())
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
    opened.get_or_init(|| Connection::open(host, &hosts.transport).map(Arc::new)).clone()
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
    let answer = connection(&first.host).and_then(|connection| match depth {
        Depth::Content => connection.read(addresses),
        Depth::View => connection.view(addresses),
    });
    match answer {
        Ok(found) => found.into_iter().map(|found: Found| Ok(Arc::new(found?))).collect(),
        Err(error) => {
            let failed = |address: &Address| Err(ErrorKind::from(error.clone()).at(address.shown()).into());
            addresses.iter().map(failed).collect()
        }
    }
}

/// Reads the files of other hosts among `files`: those of one host together, and all hosts at the same time.
pub(crate) fn fetch(files: Vec<Discovered>, depth: Depth) -> Vec<Discovered> {
    let mut of_hosts: BTreeMap<HostName, Vec<(usize, Address)>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        if let Ok(Input::Remote(remote)) = file
            && let Ok(address) = remote.address()
        {
            of_hosts.entry(address.host.clone()).or_default().push((at, address.clone()));
        }
    }
    if of_hosts.is_empty() {
        return files;
    }
    let read_host = |wanted: Vec<(usize, Address)>| {
        let (places, addresses): (Vec<usize>, Vec<Address>) = wanted.into_iter().unzip();
        places.into_iter().zip(read_all(&addresses, depth)).collect::<Vec<_>>()
    };
    let mut fetched = files;
    thread::scope(|scope| {
        let hosts: Vec<_> = of_hosts.into_values().map(|wanted| scope.spawn(|| read_host(wanted))).collect();
        for (at, found) in hosts.into_iter().filter_map(|host| host.join().ok()).flatten() {
            fetched[at] = found.map(Input::Fetched);
        }
    });
    fetched
}
