//! Finds files on another host: below a folder, in the inventory of an ESXi host, and the names in one folder.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use super::address::Address;
use super::connection::Connection;
use super::error::RemoteError;
use super::evidence::printed;
use super::frame::Frame;
use super::metadata::component;
use super::read::{open_error, tidy};
use super::request::Request;
use crate::file::{FindError, OpenError};
use crate::host::{self, FileKind, vm_list};

/// The VMs that a host has registered.
///
/// ```
/// use vmxedit::remote::Registered;
///
/// fn is_complete(vms: &Registered) -> bool {
///     vms.unclear.is_empty()
/// }
/// ```
#[derive(Debug)]
pub struct Registered {
    /// Their files, each once.
    pub files: Vec<Address>,
    /// Why a row of the list cannot be read, for each such row.
    pub unclear: Vec<String>,
}

/// How far a search below a folder goes.
///
/// ```
/// use vmxedit::remote::Extent;
///
/// let extent = Extent::OneFileSystem;
/// assert_ne!(extent, Extent::All);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Into all folders.
    All,
    /// Not into other file systems.
    OneFileSystem,
}

/// The files below a folder.
///
/// ```
/// use std::ffi::OsString;
/// use std::sync::Arc;
/// use vmxedit::remote::{Address, Connection, Extent, Transport};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // A shell of this machine in place of `ssh` and another host.
/// let program = ["sh", "-c", "eval \"$1\""].map(OsString::from).to_vec();
/// let transport = Transport { program: Some(program), may_ask: false, interrupt: Arc::default() };
/// let address = Address::parse(format!("host:{}", path.display()).as_ref())?.expect("another host");
/// let connection = Arc::new(Connection::open(&address.host, &transport)?);
/// let below = connection.search(&address.with_path(folder.path().into()), Extent::All, &["vmx"])??;
/// assert!(below.is_complete && below.files.len() == 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Below {
    /// The files, sorted by path.
    pub files: Vec<Address>,
    /// Whether all folders could be read.
    pub is_complete: bool,
}

impl Connection {
    /// Returns the files with one of the extensions below a folder, sorted, and whether a part of it could not be read.
    ///
    /// # Errors
    /// The host does not answer; `Ok(Err(..))` where the folder does not exist or cannot be listed.
    pub fn search(
        self: &Arc<Self>,
        folder: &Address,
        extent: Extent,
        extensions: &[&str],
    ) -> Result<Result<Below, FindError>, RemoteError> {
        let one = match extent {
            Extent::OneFileSystem => "one",
            Extent::All => "all",
        };
        let either = |c: char| format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase());
        let patterns =
            extensions.iter().map(|end| format!("*?.{}", end.chars().map(either).collect::<String>()));
        let request = Request::new("search").patient().word(one).word(extensions.len().to_string());
        let frames = self.request(&patterns.fold(request, Request::word).word(&folder.path))?;
        if let Some(error) = failed(folder, &frames) {
            return Ok(Err(error));
        }
        let found = frames.iter().filter(|frame| frame.header == "found");
        let mut paths: Vec<PathBuf> = found.map(|frame| tidy(&host::path_of_bytes(frame.line()))).collect();
        paths.sort();
        let is_complete = !frames.iter().any(|frame| frame.header == "incomplete");
        Ok(Ok(Below { files: paths.into_iter().map(|path| folder.with_path(path)).collect(), is_complete }))
    }

    /// Returns the VMs that an ESXi host has registered, and the reason for each row of its list that cannot be read. `host` is
    /// the address of the whole host.
    ///
    /// # Errors
    /// The host does not answer; `Ok(Err(..))` with the reason where it has no list.
    pub fn registered(&self, host: &Address) -> Result<Result<Registered, String>, RemoteError> {
        let frames = self.request(&Request::new("registered"))?;
        let list = match &frames[..] {
            [tool, status, ..] => printed(tool, status)
                .and_then(|list| vm_list::registered_paths(&list))
                .map_err(|why| format!("vim-cmd vmsvc/getallvms: {why}")),
            _ => Err("it has no vim-cmd: it is not an ESXi host".to_owned()),
        };
        Ok(list.map(|(paths, unclear)| {
            let files = paths.into_iter().map(|path| host.with_path(path)).collect();
            Registered { files, unclear }
        }))
    }

    /// Returns the names of the folders and regular files in a folder, at most 1000, in no order.
    ///
    /// # Errors
    /// The host does not answer; `Ok(Err(..))` where the folder does not exist or cannot be listed.
    pub fn names(
        &self,
        folder: &Address,
    ) -> Result<Result<Vec<(OsString, FileKind)>, FindError>, RemoteError> {
        let frames = self.request(&Request::new("names").word(&folder.path))?;
        if let Some(error) = failed(folder, &frames) {
            return Ok(Err(error));
        }
        let named = |frame: &Frame| {
            let kind = match frame.words("name")?[..] {
                ["folder"] => FileKind::Folder,
                _ => FileKind::Regular,
            };
            Some((component(frame.line())?, kind))
        };
        Ok(Ok(frames.iter().filter_map(named).collect()))
    }
}

/// Returns why the host could not look into a folder, if it says so.
fn failed(folder: &Address, frames: &[Frame]) -> Option<FindError> {
    let frame = frames.iter().find(|frame| frame.header.starts_with("failed"))?;
    Some(OpenError::at(&folder.shown())(open_error(&frame.header, Vec::new())))
}
