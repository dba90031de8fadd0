//! Reads files of another host, with the evidence of the power state of their VMs.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::address::Address;
use super::connection::Connection;
use super::error::RemoteError;
use super::evidence::{answers, printed, tool_frames};
use super::folder::{RemoteFolder, failure, kind_name, shown_folder};
use super::frame::Frame;
use super::metadata::{component, parse_stat};
use super::request::Request;
use crate::document::Document;
use crate::file::{FindError, MAX_FILE_SIZE, OpenError, is_backup};
use crate::host::{self, FileKind, FolderView, Host, Stat, vm_list};
use crate::vm::power::Power;

/// A file on another host, as it was when it was read.
///
/// ```
/// use std::ffi::OsString;
/// use std::sync::Arc;
/// use vmxedit::{Document, PowerState};
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
/// let file = connection.read(&[address], Depth::View)?.remove(0)?;
/// let power = file.assess(&Document::parse(file.bytes()));
/// assert_eq!(power.state, PowerState::Off);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RemoteFile {
    pub(super) connection: Arc<Connection>,
    /// Where it is. The path is that of the file, also where a folder was named.
    pub(super) address: Address,
    /// The address as a path, for messages.
    shown: PathBuf,
    pub(super) name: OsString,
    pub(super) bytes: Vec<u8>,
    pub(super) stat: Option<Stat>,
    folder: RemoteFolder,
    /// The folder of a link that leads to the file, of which only the lock is known, and the name of the link.
    link: Option<(RemoteFolder, OsString)>,
    host: Host,
    /// The checksum of the evidence of the power state; empty if that was not gathered.
    pub(super) fingerprint: String,
    /// The owner of a link that leads to the file and that is not trusted.
    pub(super) untrusted: Option<String>,
}

/// A file that was asked for, or why it cannot be read.
///
/// ```
/// use vmxedit::remote::Found;
///
/// fn content(found: &Found) -> Option<&[u8]> {
///     found.as_ref().ok().map(|file| file.bytes())
/// }
/// ```
pub type Found = Result<RemoteFile, FindError>;

/// How much is read of each file.
///
/// ```
/// use vmxedit::remote::Depth;
///
/// // `get` needs no more than the content.
/// assert_ne!(Depth::Content, Depth::View);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its content.
    Content,
    /// Its content, its folder, and the evidence of the power state.
    View,
}

impl Connection {
    /// Reads files, in one round trip. A path may name a folder with one `.vmx`.
    ///
    /// # Errors
    /// The host does not answer.
    pub fn read(self: &Arc<Self>, files: &[Address], depth: Depth) -> Result<Vec<Found>, RemoteError> {
        let verb = match depth {
            Depth::Content => "content",
            Depth::View => "view",
        };
        let mut request = Request::for_content(verb).word(files.len().to_string());
        for file in files {
            request = request.word(&file.path);
        }
        let frames = self.request(&request)?;
        // Tools are asked once in a request: what they print comes with the first file.
        let tools: Vec<&Frame> = tool_frames(&frames);
        let starts = frames.iter().enumerate().filter(|(_, frame)| frame.header == "file").map(|(at, _)| at);
        let mut ends: Vec<usize> = starts.clone().skip(1).collect();
        ends.push(frames.len());
        let found: Vec<Found> = starts
            .zip(ends)
            .zip(files)
            .map(|((start, end), address)| self.file(address, depth, &frames[start + 1..end], &tools))
            .collect();
        if found.len() == files.len() {
            Ok(found)
        } else {
            Err(self.unexpected(format!("{} files instead of {}", found.len(), files.len())))
        }
    }

    fn file(self: &Arc<Self>, address: &Address, depth: Depth, frames: &[Frame], tools: &[&Frame]) -> Found {
        let first = |kind: &str| frames.iter().find(|frame| frame.header.split(' ').next() == Some(kind));
        let unexpected = |what: &str| {
            let source = io::Error::other(what.to_owned());
            OpenError::at(&address.shown())(OpenError::Io { action: "open", source })
        };
        let name_in = |frame: &Frame| {
            component(frame.line()).ok_or_else(|| unexpected("the host sent an unexpected name"))
        };
        let name = match first("located") {
            Some(frame) => name_in(frame)?,
            None => address.path.file_name().unwrap_or_default().to_owned(),
        };
        let address = match first("located") {
            Some(_) => &address.with_path(address.path.join(&name)),
            None => address,
        };
        if let Some(frame) = first("failed") {
            let names = frames.iter().filter(|frame| frame.header == "candidate");
            let names = names.map(|frame| String::from_utf8_lossy(frame.line()).into_owned()).collect();
            return Err(OpenError::at(&address.shown())(open_error(&frame.header, names)));
        }
        let content = first("content").map(|frame| frame.body.clone());
        let bytes = content.ok_or_else(|| unexpected("the host sent no content"))?;
        if bytes.len() > MAX_FILE_SIZE {
            return Err(OpenError::at(&address.shown())(OpenError::TooLarge));
        }
        let stat = frames.iter().find_map(|frame| parse_stat(frame, "file"));
        if depth == Depth::View && stat.is_none() {
            return Err(unexpected("the host does not describe the file"));
        }
        let word = |kind: &str| {
            let words = frames.iter().find_map(|frame| frame.words(kind))?;
            // A checksum of `cksum` is two words.
            Some(words.join(" "))
        };
        let real_name = first("name");
        let link_at = frames.iter().position(|frame| frame.header == "link-folder");
        let of_folder = &frames[..link_at.unwrap_or(frames.len())];
        let mut folder = RemoteFolder::of_frames(self, shown_folder(address), of_folder);
        let link = link_at.zip(first("link-name")).map(|(from, name)| {
            let folder = RemoteFolder::of_frames(self, shown_folder(address), &frames[from..]);
            Ok((folder, name_in(name)?))
        });
        if real_name.is_some_and(|frame| frame.header == "name yes") {
            folder.show_as(address);
        }
        let name = real_name.map_or(Ok(name), name_in)?;
        folder.set_alias(&address.path, &name);
        Ok(RemoteFile {
            folder,
            link: link.transpose()?,
            host: Host::of_answers(Arc::new(answers(frames, tools))),
            fingerprint: word("fingerprint").unwrap_or_default(),
            untrusted: word("untrusted"),
            shown: address.shown(),
            connection: Arc::clone(self),
            address: address.clone(),
            name,
            bytes,
            stat,
        })
    }

    /// Returns the files with one of the extensions below a folder, sorted, and whether a part of it could not be read.
    ///
    /// # Errors
    /// The host does not answer; `Ok(Err(..))` where there is no such folder.
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
        if let Some(frame) = frames.iter().find(|frame| frame.header.starts_with("failed")) {
            return Ok(Err(OpenError::at(&folder.shown())(open_error(&frame.header, Vec::new()))));
        }
        let found = frames.iter().filter(|frame| frame.header == "found");
        let mut paths: Vec<PathBuf> = found.map(|frame| tidy(&host::path_of_bytes(frame.line()))).collect();
        paths.sort();
        let is_complete = !frames.iter().any(|frame| frame.header == "incomplete");
        Ok(Ok(Below { files: paths.into_iter().map(|path| folder.with_path(path)).collect(), is_complete }))
    }
}

impl Connection {
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
}

impl Connection {
    /// Returns the names of the folders and regular files in a folder, at most 1000, in no order.
    ///
    /// # Errors
    /// The host does not answer; `Ok(Err(..))` where there is no such folder.
    pub fn names(
        &self,
        folder: &Address,
    ) -> Result<Result<Vec<(OsString, FileKind)>, FindError>, RemoteError> {
        let frames = self.request(&Request::new("names").word(&folder.path))?;
        if let Some(frame) = frames.iter().find(|frame| frame.header.starts_with("failed")) {
            return Ok(Err(OpenError::at(&folder.shown())(open_error(&frame.header, Vec::new()))));
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

impl RemoteFile {
    /// Returns the address for messages.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// Returns where the file is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the name of the file.
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// Returns the absolute path on the host: without links where the folder was read, otherwise as the file was named.
    pub fn real_path(&self) -> PathBuf {
        if self.folder.real_path().as_os_str().is_empty() {
            tidy(&self.address.path)
        } else {
            self.folder.real_path().join(&self.name)
        }
    }

    /// Returns the content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the folder of the file.
    pub fn folder(&self) -> &RemoteFolder {
        &self.folder
    }

    /// Reads a backup next to the file, by its name. What another process has put in its place since the folder was listed
    /// is refused.
    ///
    /// # Errors
    /// [`FindError`]; also if it is not a backup of the file.
    pub fn read_backup(&self, name: &OsStr) -> Result<Vec<u8>, FindError> {
        let shown = self.folder.path_of(name);
        let failed = |error: OpenError| OpenError::at(&shown)(error);
        let opening = |source: io::Error| OpenError::Io { action: "open", source };
        let owner = self.folder.stat_entry(&self.name).map_err(opening).map_err(failed)?.owner;
        let no_backup = || failed(OpenError::NotFound(io::ErrorKind::NotFound.into()));
        let listed = self.folder.stat_entry(name).map_err(|_| no_backup())?;
        if !is_backup(&listed, owner) {
            return Err(no_backup());
        }
        let request = Request::for_content("entry").word(self.folder.real_path()).word(name);
        let frames =
            self.connection.request(&request).map_err(io::Error::other).map_err(opening).map_err(failed)?;
        if let Some(frame) = frames.iter().find(|frame| frame.header.starts_with("failed")) {
            return Err(failed(open_error(&frame.header, Vec::new())));
        }
        let opened = frames.iter().find_map(|frame| parse_stat(frame, "opened"));
        let opened = opened
            .filter(|stat| stat.is_same_file(&listed) && is_backup(stat, owner))
            .ok_or_else(no_backup)?;
        let content = frames.into_iter().find(|frame| frame.header == "content").map(|frame| frame.body);
        content.filter(|content| content.len() as u64 == opened.len).ok_or_else(no_backup)
    }

    /// Returns the metadata of the file.
    pub fn stat(&self) -> Option<&Stat> {
        self.stat.as_ref()
    }

    /// Assesses the power state of the VM, with what was read of the host.
    pub fn assess(&self, document: &Document) -> Power {
        let link = self.link.as_ref().map(|(folder, name)| (folder as &dyn FolderView, &**name));
        Power::assess_in(&self.folder, &self.name, link, document, &self.host)
    }

    /// Returns the host, as it answered when the file was read.
    pub fn host(&self) -> &Host {
        &self.host
    }
}

/// Returns the path without empty components and without `.`.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

fn open_error(header: &str, names: Vec<String>) -> OpenError {
    match header.split(' ').nth(1) {
        Some("none") => OpenError::NoVmx { names },
        Some("several") => OpenError::SeveralVmx { names },
        Some("missing" | "dangling") => OpenError::NotFound(failure(header)),
        Some("too-large") => OpenError::TooLarge,
        Some("not-regular") => OpenError::NotRegular(kind_name(header)),
        _ => OpenError::Io { action: "open", source: failure(header) },
    }
}
