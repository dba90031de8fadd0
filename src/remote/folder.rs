//! A folder on another host: what the host answered about it, and requests for the rest.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::address::Address;
use super::connection::Connection;
use super::facts::HostKind;
use super::frame::Frame;
use super::metadata::{entry_name, parse_stat, split_name};
use super::request::Request;
use crate::host::regular_file::not_regular;
use crate::host::{self, FileKind, FolderView, Machine, Stat};

/// How much of a small file the host sends with the folder, in bytes.
const HEAD_LEN: usize = 64 << 10;
/// The unit in which the host reads parts of files, in bytes.
const BLOCK_LEN: u64 = 512;

/// A folder on another host, as it was when it was read. What it does not know costs a request.
///
/// ```
/// use std::ffi::OsString;
/// use std::sync::Arc;
/// use vmxedit::host::FolderView;
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
/// assert_eq!(file.folder().names()?, ["vm.vmx"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RemoteFolder {
    connection: Arc<Connection>,
    /// The address of the folder as the user named it, for messages.
    path: PathBuf,
    /// The absolute path on the host, without links.
    real_path: PathBuf,
    own: Option<Stat>,
    /// The entries themselves. Links are not followed.
    entries: HashMap<OsString, Stat>,
    /// The address's path and the name of the file to which it led when the folder was read.
    alias: Option<(PathBuf, OsString)>,
    /// What links lead to.
    targets: HashMap<OsString, Stat>,
    /// The first bytes of small files; the whole if they are fewer than [`HEAD_LEN`].
    heads: HashMap<OsString, Vec<u8>>,
    /// The lock directories, with their members: the content, or `None` for anything but a regular file.
    locks: HashMap<OsString, Members>,
    /// Whether entries are missing: the user may not list the folder, or it changes all the time.
    is_incomplete: bool,
    /// The type of the file system, where the host reports it.
    file_system: Option<u32>,
}

/// The members of a lock: the content, or `None` for anything but a regular file.
#[derive(Clone, Debug, Default)]
struct Members {
    found: HashMap<OsString, Option<Vec<u8>>>,
    /// Whether the user may not list the lock.
    is_incomplete: bool,
}

impl RemoteFolder {
    /// Collects the frames that describe a folder. `path` is the path of the folder for messages.
    pub(super) fn of_frames(connection: &Arc<Connection>, path: PathBuf, frames: &[Frame]) -> Self {
        let mut folder = Self {
            connection: Arc::clone(connection),
            path,
            real_path: PathBuf::new(),
            own: None,
            entries: HashMap::new(),
            alias: None,
            targets: HashMap::new(),
            heads: HashMap::new(),
            locks: HashMap::new(),
            is_incomplete: false,
            file_system: None,
        };
        let mut lock = None;
        for frame in frames {
            match frame.header.split(' ').next() {
                Some("folder" | "link-folder") => {
                    folder.real_path = host::path_of_bytes(frame.line());
                    let kind = frame.header.split(' ').nth(1);
                    folder.file_system = kind.and_then(|kind| u32::from_str_radix(kind, 16).ok());
                }
                Some("unreadable") => match lock.as_ref().and_then(|lock| folder.locks.get_mut(lock)) {
                    Some(members) => members.is_incomplete = true,
                    None => folder.is_incomplete = true,
                },
                Some("entry") => folder.add_entry(frame),
                Some("target") => folder.add_target(frame),
                Some("head") => {
                    folder.heads.extend(split_name(frame));
                }
                Some("lock") => {
                    lock = split_name(frame).map(|(name, _)| name);
                    folder.locks.extend(lock.clone().map(|name| (name, Members::default())));
                }
                Some("member" | "not-member") => {
                    let is_regular = frame.header.starts_with("member");
                    let members = lock.as_ref().and_then(|lock| folder.locks.get_mut(lock));
                    if let (Some(members), Some((name, content))) = (members, split_name(frame)) {
                        members.found.insert(name, is_regular.then_some(content));
                    }
                }
                _ => {}
            }
        }
        folder
    }

    fn add_entry(&mut self, frame: &Frame) {
        self.entries.extend(entry_name(frame).zip(parse_stat(frame, "entry")));
    }

    fn add_target(&mut self, frame: &Frame) {
        if frame.line() == b"." {
            self.own = parse_stat(frame, "target");
        } else {
            self.targets.extend(entry_name(frame).zip(parse_stat(frame, "target")));
        }
    }

    /// Returns the absolute path on the host, without links.
    pub fn real_path(&self) -> &Path {
        &self.real_path
    }

    /// Notes that a path led to the file `name` when the folder was read.
    pub(super) fn set_alias(&mut self, path: &Path, name: &OsStr) {
        self.alias = Some((path.to_owned(), name.to_owned()));
    }

    /// Names the folder in messages by its absolute path: the address is that of a link in another folder.
    pub(super) fn show_as(&mut self, link: &Address) {
        self.path = link.with_path(self.real_path.clone()).shown();
    }

    /// Returns the name of an entry, if a path is one.
    fn own_name<'p>(&self, path: &'p Path) -> Option<&'p OsStr> {
        let mut components = path.strip_prefix(&self.real_path).unwrap_or(path).components();
        let mut components = components.by_ref().filter(|part| !matches!(part, std::path::Component::CurDir));
        match (components.next(), components.next()) {
            (Some(std::path::Component::Normal(name)), None) => Some(name),
            _ => None,
        }
    }

    /// Returns whether the first bytes of a file are all of it.
    fn is_whole(&self, name: &OsStr, head: &[u8]) -> bool {
        let stat = self.entries.get(name).filter(|stat| stat.kind == FileKind::Regular);
        head.len() < HEAD_LEN && stat.is_some_and(|stat| stat.len == head.len() as u64)
    }

    fn request(&self, request: &Request) -> io::Result<Vec<Frame>> {
        self.connection.request(request).map_err(io::Error::other)
    }
}

impl FolderView for RemoteFolder {
    fn path(&self) -> &Path {
        &self.path
    }

    fn machine(&self) -> &dyn Machine {
        &*self.connection
    }

    fn real_path_of(&self, name: &OsStr) -> PathBuf {
        self.real_path.join(name)
    }

    fn names(&self) -> io::Result<Vec<OsString>> {
        if self.is_incomplete {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "Permission denied"));
        }
        Ok(self.entries.keys().cloned().collect())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        if matches!(path.to_str(), Some("" | ".")) || path == self.real_path {
            return self.own.ok_or_else(|| io::ErrorKind::NotFound.into());
        }
        let alias = self.alias.as_ref().filter(|(alias, _)| alias == path).map(|(_, name)| &**name);
        if let Some(name) = alias.or_else(|| self.own_name(path)) {
            return match self.entries.get(name) {
                Some(stat) if stat.kind != FileKind::Symlink => Ok(*stat),
                Some(_) => self.targets.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into()),
                None => Err(io::ErrorKind::NotFound.into()),
            };
        }
        let frames = self.request(&Request::new("stat").word(&self.real_path).word(path))?;
        let found = frames.iter().find_map(|frame| parse_stat(frame, "target"));
        found.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn stat_entry(&self, name: &OsStr) -> io::Result<Stat> {
        self.entries.get(name).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read_part(&self, path: &Path, start: u64, len: usize) -> io::Result<Vec<u8>> {
        if self.stat(path)?.kind != FileKind::Regular {
            return Err(not_regular());
        }
        let head = self.own_name(path).and_then(|name| self.heads.get(name));
        let from = usize::try_from(start).unwrap_or(usize::MAX);
        let is_whole = |head: &Vec<u8>| self.own_name(path).is_some_and(|name| self.is_whole(name, head));
        if let Some(head) = head
            && (is_whole(head) || from.saturating_add(len) <= head.len())
        {
            return Ok(head.iter().skip(from).take(len).copied().collect());
        }
        let skipped = usize::try_from(start % BLOCK_LEN).unwrap_or_default();
        let blocks = ((skipped + len) as u64).div_ceil(BLOCK_LEN);
        let request = Request::new("part").word((start / BLOCK_LEN).to_string()).word(blocks.to_string());
        let frames = self.request(&request.word(&self.real_path).word(path))?;
        if let Some(frame) = frames.iter().find(|frame| frame.header.starts_with("failed")) {
            return Err(failure(&frame.header));
        }
        let part = frames.into_iter().find(|frame| frame.header == "part");
        let part = part.ok_or_else(|| io::Error::other("the host sent an unexpected answer"))?;
        Ok(part.body.into_iter().skip(skipped).take(len).collect())
    }

    fn read_entry(&self, name: &OsStr, len: usize) -> io::Result<Vec<u8>> {
        if self.stat_entry(name)?.kind != FileKind::Regular {
            return Err(not_regular());
        }
        self.read_part(Path::new(name), 0, len)
    }

    fn open_for_writing(&self, _name: &OsStr) -> io::Result<()> {
        // The host is asked for the power state instead. A lock file whose holder is not known counts as held.
        Err(io::ErrorKind::ResourceBusy.into())
    }

    fn child(&self, name: &OsStr) -> io::Result<Box<dyn FolderView>> {
        let stat = self.stat_entry(name)?;
        if stat.kind != FileKind::Folder {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let Some(members) = self.locks.get(name) else { return self.folder(Path::new(name)) };
        let entry = |(name, content): (&OsString, &Option<Vec<u8>>)| {
            let kind = if content.is_some() { FileKind::Regular } else { FileKind::Folder };
            let len = content.as_ref().map_or(0, |content| content.len() as u64);
            (name.clone(), Stat { kind, len, ..stat })
        };
        let head = |(name, content): (&OsString, &Option<Vec<u8>>)| Some((name.clone(), content.clone()?));
        Ok(Box::new(Self {
            path: self.path.join(name),
            real_path: self.real_path.join(name),
            own: Some(stat),
            entries: members.found.iter().map(entry).collect(),
            alias: None,
            targets: HashMap::new(),
            heads: members.found.iter().filter_map(head).collect(),
            locks: HashMap::new(),
            is_incomplete: members.is_incomplete,
            file_system: self.file_system,
            connection: Arc::clone(&self.connection),
        }))
    }

    fn folder(&self, path: &Path) -> io::Result<Box<dyn FolderView>> {
        let frames = self.request(&Request::new("list").word(&self.real_path).word(path))?;
        if let Some(frame) = frames.iter().find(|frame| frame.header.starts_with("failed")) {
            return Err(failure(&frame.header));
        }
        if frames.iter().any(|frame| frame.header.starts_with("untrusted")) {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "it is reached through a link of another user",
            ));
        }
        Ok(Box::new(Self::of_frames(&self.connection, self.path.join(path), &frames)))
    }

    fn may_lead_to(&self, path: &Path, name: &OsStr) -> bool {
        // An ESXi host lists all of its VMs, each with the name of its datastore where the real path has an id.
        self.connection.facts().kind != HostKind::Esxi
            || path.file_name() == Some(name)
            || self.alias.as_ref().is_some_and(|(alias, _)| alias == path)
    }

    fn is_network(&self) -> bool {
        // Every datastore of ESXi may be shared. What is not known may be.
        let is_linux = self.connection.facts().kind == HostKind::Linux;
        !is_linux || self.file_system.is_none_or(host::is_shared_file_system)
    }
}

/// Returns the error that a frame `failed REASON` reports.
pub(super) fn failure(header: &str) -> io::Error {
    match header.split(' ').nth(1) {
        // With the text that the error of a system call has.
        Some("missing" | "dangling") => io::Error::new(io::ErrorKind::NotFound, "No such file or directory"),
        Some("denied") => io::Error::new(io::ErrorKind::PermissionDenied, "Permission denied"),
        Some("not-folder") => io::Error::new(io::ErrorKind::NotADirectory, "Not a directory"),
        Some("not-regular") => not_regular(),
        Some("loop") => io::Error::other("Too many levels of symbolic links"),
        Some("folder") => {
            io::Error::other("other users can change the folder, and this host has no safe way to read there")
        }
        Some("moved") => io::Error::other("another process replaced a folder of its path"),
        _ => io::Error::other("the host failed"),
    }
}

/// Returns what a file is that is not a regular one, from a frame `failed not-regular KIND`.
pub(super) fn kind_name(header: &str) -> &'static str {
    match header.split(' ').nth(2) {
        Some("fifo") => FileKind::Pipe.name(),
        Some("socket") => FileKind::Socket.name(),
        Some("device") => FileKind::Device.name(),
        Some("folder") => FileKind::Folder.name(),
        _ => "it is not a regular file",
    }
}

/// Returns the address of a folder for messages, given that of a file in it.
pub(super) fn shown_folder(file: &Address) -> PathBuf {
    file.with_path(file.path.parent().unwrap_or(Path::new("/")).to_owned()).shown()
}
