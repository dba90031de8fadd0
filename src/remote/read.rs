//! Reads files of another host, with the evidence of the power state of their VMs.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::address::Address;
use super::connection::Connection;
use super::error::RemoteError;
use super::evidence::{answers, tool_frames};
use super::folder::{RemoteFolder, failure, kind_name, shown_folder};
use super::frame::Frame;
use super::metadata::{component, parse_stat};
use super::request::Request;
use crate::document::Document;
use crate::file::{FindError, MAX_FILE_SIZE, OpenError, is_backup};
use crate::host::{FolderView, Host, Stat};
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
pub(super) fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

pub(super) fn open_error(header: &str, names: Vec<String>) -> OpenError {
    match header.split(' ').nth(1) {
        Some("none") => OpenError::NoVmx { names },
        Some("several") => OpenError::SeveralVmx { names },
        Some("missing" | "dangling") => OpenError::NotFound(failure(header)),
        Some("too-large") => OpenError::TooLarge,
        Some("not-regular") => OpenError::NotRegular(kind_name(header)),
        _ => OpenError::Io { action: "open", source: failure(header) },
    }
}
