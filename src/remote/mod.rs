//! Files on another host, over SSH. Nothing is installed there.
//!
//! The system's `ssh` connects and authenticates; no password or key passes through this program. On the host, a POSIX shell runs
//! a script (`host.sh`), which answers requests: it reads files with their folders and the evidence of the power state,
//! and replaces a file. An edit is computed here, by the same code as for a local file, and takes two requests:
//!
//! 1. [`Connection::read`] returns the file, its folder, the locks in it, what the host's tools and processes say, and a
//!    fingerprint of all that.
//! 2. [`Connection::replace`] sends the new content. The host checks that it is complete, takes VMware's lock, compares the
//!    file and the fingerprint with the present, writes the new file, and renames it over the old one. If either has
//!    changed, the first request is made again.
//!
//! Names and contents are data for the script, never code: they arrive on its standard input, escaped.

mod address;
mod checksum;
mod connection;
mod error;
mod facts;
mod folder;
mod frame;
mod read;
mod replace;
mod request;
mod transport;

pub use self::address::{Address, AddressError, HostName};
pub use self::connection::Connection;
pub use self::error::RemoteError;
pub use self::folder::RemoteFolder;
pub use self::read::{Below, Depth, Extent, Found, Registered, RemoteFile};
pub use self::replace::{RefusedReplacement, RemoteSave, Replaced, Replacement};
pub use self::transport::Transport;

#[cfg(test)]
mod tests {
    use std::ffi::{OsStr, OsString};
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::{Address, Connection, Depth, Replaced, Replacement, Transport};
    use crate::Document;
    use crate::file::OnLoss;
    use crate::host::FolderView as _;
    use crate::vm::power::{Power, PowerState};

    static NEVER: AtomicBool = AtomicBool::new(false);

    /// Shells whose script runs on this host, without `ssh`.
    fn shells() -> Vec<Vec<OsString>> {
        let local =
            |shell: &str| ["sh", "-c", &format!("{shell} -c \"$2\""), "rsh"].map(OsString::from).to_vec();
        ["sh", "bash", "busybox sh"].into_iter().map(local).collect()
    }

    fn connect(program: &[OsString], path: &Path) -> (Arc<Connection>, Address) {
        let mut text = OsString::from("there:");
        text.push(path);
        let address = Address::parse(&text).expect("an address").expect("of another host");
        let transport =
            Transport { program: Some(program.to_vec()), may_ask: false, interrupt: Arc::default() };
        (Arc::new(Connection::open(&address.host, &transport).expect("connected")), address)
    }

    fn replacement(content: &[u8]) -> Replacement<'_> {
        Replacement {
            content,
            backup: Some(".bak".into()),
            modified: None,
            metadata: OnLoss::Refuse,
            hard_links: OnLoss::Refuse,
            durable: true,
            requires_off: true,
            patience: Duration::ZERO,
            reload: false,
            interrupt: &NEVER,
        }
    }

    #[test]
    fn a_file_is_read_and_replaced_in_each_shell() {
        for shell in shells() {
            let folder = tempfile::tempdir().expect("a folder");
            let vmx = folder.path().join("it's $(a) vm.vmx");
            fs::write(&vmx, b"memsize = \"1024\"\n\0\xFF").expect("written");
            let (connection, address) = connect(&shell, folder.path());
            let found = connection.read(&[address], Depth::View).expect("an answer");
            let file = found.into_iter().next().expect("a file").expect("found");
            assert_eq!(file.bytes(), b"memsize = \"1024\"\n\0\xFF");
            assert_eq!(file.folder().names().expect("names"), [vmx.file_name().expect("a name")]);
            let document = Document::parse(file.bytes());
            let power = Power::assess_in(file.folder(), file.name(), &document, file.host());
            assert_eq!(power.state, PowerState::Off, "{power:?}");
            let replaced = file.replace(&replacement(b"memsize = \"2048\"\n")).expect("an answer");
            let Replaced::Done(saved) = replaced else { panic!("{shell:?}: {replaced:?}") };
            assert_eq!(fs::read(&vmx).expect("read"), b"memsize = \"2048\"\n");
            assert_eq!(saved.backup.as_deref(), Some(OsStr::new("it's $(a) vm.vmx.bak")));
            let replaced = file.replace(&replacement(b"x")).expect("an answer");
            assert!(matches!(replaced, Replaced::Changed), "{replaced:?}");
            assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 2, "nothing is left");
        }
    }
}
