//! What FILE can be, and reading it. Standard input is read at most once per run.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use clap::builder::{MapValueParser, PathBufValueParser, TypedValueParser, ValueParserFactory};
use vmxedit::document::{Dialect, Scan, ScanError, Selection};
use vmxedit::file::{self, OpenedFile, VmxFile};
use vmxedit::host::stdio::{is_opened_pipe, stdin_is_closed};
use vmxedit::host::{FileKind, OpenFile, Place};
use vmxedit::remote::{Address, AddressError, Depth, RemoteFile};
use vmxedit::transaction::{Source, parse};
use vmxedit::{Document, Key};

use crate::error::{ResultExt, UsageError, in_file};
use crate::remote;

/// The word that means standard input.
pub(crate) const STDIN: &str = "-";

/// A FILE of the command line, or a file that was found below one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub(crate) enum Input {
    Stdin,
    Path(PathBuf),
    /// A file whose path was resolved, for example below a directory. It is not resolved again.
    Listed(Place),
    /// A file or a directory on another host, and its name as it was written.
    Remote(Box<RemoteInput>),
    /// A file on another host that was read.
    Fetched(Arc<RemoteFile>),
}

/// A file or a directory on another host.
#[derive(Clone, Debug)]
pub(crate) struct RemoteInput {
    name: PathBuf,
    address: Result<Address, AddressError>,
}

impl RemoteInput {
    /// Returns the address.
    ///
    /// # Errors
    /// A [`UsageError`] for a name that is not one, and for that of a whole host.
    pub(crate) fn address(&self) -> Result<&Address, UsageError> {
        let address = self.address.as_ref().map_err(|error| UsageError(error.to_string()))?;
        if address.is_whole_host() {
            let name = self.name.display();
            return Err(UsageError(format!("{name} means all VMs of the host: name a file, as {name}PATH")));
        }
        Ok(address)
    }

    /// Returns the file with its folder and the evidence of the power state.
    ///
    /// # Errors
    /// Those of [`address`](Self::address) and of reading.
    pub(crate) fn fetch(&self) -> anyhow::Result<Arc<RemoteFile>> {
        remote::read(self.address()?, Depth::View)
    }
}

impl Input {
    pub(crate) fn is_stdin(&self) -> bool {
        matches!(self, Self::Stdin)
    }

    /// Returns the name for messages: the path, or `-`.
    pub(crate) fn name(&self) -> &Path {
        match self {
            Self::Stdin => Path::new(STDIN),
            Self::Path(path) => path,
            Self::Listed(place) => place.path(),
            Self::Remote(remote) => &remote.name,
            Self::Fetched(file) => file.shown(),
        }
    }

    /// Returns a file on another host as an input.
    pub(crate) fn of_address(address: Address) -> Self {
        Self::Remote(Box::new(RemoteInput { name: address.shown(), address: Ok(address) }))
    }

    /// Returns a file on another host with its folder and the evidence of the power state.
    ///
    /// # Errors
    /// A [`UsageError`] for a name that is not an address; those of reading.
    pub(crate) fn fetch(&self) -> anyhow::Result<Option<Arc<RemoteFile>>> {
        match self {
            Self::Remote(remote) => remote.fetch().map(Some),
            Self::Fetched(file) => Ok(Some(Arc::clone(file))),
            Self::Stdin | Self::Path(_) | Self::Listed(_) => Ok(None),
        }
    }

    /// Returns the address, if it means all VMs of a host.
    pub(crate) fn whole_host(&self) -> Option<&Address> {
        match self {
            Self::Remote(remote) => remote.address.as_ref().ok().filter(|address| address.is_whole_host()),
            _ => None,
        }
    }

    /// Finds the file: in the directory that is named, or behind a link.
    ///
    /// # Errors
    /// A [`UsageError`] with `why` if this is standard input; those of [`file::find`].
    pub(crate) fn find(&self, why: &str) -> anyhow::Result<Place> {
        match self {
            Self::Listed(place) => Ok(place.clone()),
            Self::Remote(_) | Self::Fetched(_) => {
                Err(UsageError::new("this cannot be done with a file on another host").into())
            }
            Self::Stdin | Self::Path(_) => Ok(file::find(self.path_or(why)?)?),
        }
    }

    /// Returns the file as an open folder and a name in it, so that its path is resolved once; a file on another host with
    /// its folder. Standard input, a pipe of the caller and a file that cannot be found stay as they are.
    pub(crate) fn resolved(&self) -> Self {
        let Self::Path(path) = self else {
            return self.fetch().ok().flatten().map_or_else(|| self.clone(), Self::Fetched);
        };
        match file::find(path) {
            Ok(place) if place.resolved_stat().is_none_or(|stat| stat.kind == FileKind::Regular) => {
                Self::Listed(place)
            }
            _ => self.clone(),
        }
    }

    /// Returns the path of a file, for a command that needs one.
    ///
    /// # Errors
    /// A [`UsageError`] with `why` if this is standard input.
    pub(crate) fn path_or(&self, why: &str) -> Result<&Path, UsageError> {
        match self {
            Self::Stdin => Err(UsageError::new(why)),
            _ => Ok(self.name()),
        }
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if is_stdin(path.as_os_str()) {
            return Self::Stdin;
        }
        match Address::parse(path.as_os_str()).transpose() {
            Some(address) => Self::Remote(Box::new(RemoteInput { name: path, address })),
            // A file in the directory `host:` would have the name of a file on that host.
            None if !matches!(Address::parse(path.join("x").as_os_str()), Ok(None)) => {
                Self::Path(Path::new(".").join(path))
            }
            None => Self::Path(path),
        }
    }
}

impl From<&Source<'_>> for Input {
    fn from(source: &Source<'_>) -> Self {
        match (source.place, source.remote) {
            (Some(place), _) => Self::Listed(place.clone()),
            (None, Some(file)) => Self::Fetched(Arc::clone(file)),
            (None, None) => Self::from(source.path.to_owned()),
        }
    }
}

impl ValueParserFactory for Input {
    type Parser = MapValueParser<PathBufValueParser, fn(PathBuf) -> Self>;

    fn value_parser() -> Self::Parser {
        PathBufValueParser::new().map(Self::from)
    }
}

/// Returns whether a word of the command line means standard input.
pub(crate) fn is_stdin(word: impl AsRef<OsStr>) -> bool {
    word.as_ref() == STDIN
}

/// Reads standard input to its end.
///
/// # Errors
/// A [`UsageError`] at the second call: the first one has read everything. Also fails if it is closed, larger than
/// [`file::MAX_FILE_SIZE`], or unreadable.
pub(crate) fn read_stdin() -> anyhow::Result<Vec<u8>> {
    static IS_TAKEN: AtomicBool = AtomicBool::new(false);
    if IS_TAKEN.swap(true, Ordering::Relaxed) {
        return Err(UsageError::stdin_used_twice().into());
    }
    let read = if stdin_is_closed() {
        Err(io::Error::other("it is closed"))
    } else {
        read_bounded(io::stdin().lock())
    };
    read.context("cannot read standard input").at(STDIN)
}

/// Reads a file that the user named, perhaps a pipe.
///
/// # Errors
/// Those of opening and reading; also if it is larger than [`file::MAX_FILE_SIZE`].
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    read_bounded(File::open(path)?)
}

/// Reads to the end.
///
/// # Errors
/// Those of reading; also if there are more than [`file::MAX_FILE_SIZE`] bytes.
pub(crate) fn read_bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(file::MAX_FILE_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > file::MAX_FILE_SIZE {
        return Err(io::Error::other("it is larger than 256 MB"));
    }
    Ok(bytes)
}

/// Reads and parses a file or standard input, for a command that only reads.
pub(crate) fn read_document(input: &Input, dialect: Dialect) -> anyhow::Result<Document> {
    let (path, bytes) = read_bytes(input)?;
    Ok(parse(bytes, dialect).map_err(in_file(path))?)
}

/// Reads a file or standard input, for a command that only reads. Returns its path as well.
pub(crate) fn read_bytes(input: &Input) -> anyhow::Result<(PathBuf, Vec<u8>)> {
    Ok(match input {
        Input::Stdin => (PathBuf::from(STDIN), read_stdin()?),
        Input::Path(path) => match VmxFile::find(path) {
            Ok(found) => (found.path().to_owned(), found.into_bytes()),
            Err(_) if is_opened_pipe(path) => (path.clone(), read_pipe(path)?),
            Err(error) => return Err(error.into()),
        },
        Input::Listed(place) => (place.path().to_owned(), VmxFile::read_in(place)?.into_bytes()),
        Input::Remote(remote) => {
            let file = remote::read(remote.address()?, Depth::Content)?;
            (file.shown().to_owned(), file.bytes().to_vec())
        }
        Input::Fetched(file) => (file.shown().to_owned(), file.bytes().to_vec()),
    })
}

/// Reads what `keys` need of a file or standard input, in constant memory for a file.
pub(crate) fn scan(input: &Input, dialect: Dialect, keys: &[Key]) -> anyhow::Result<Scan> {
    let (_, scan) = scan_with(input, |reader, expected| Scan::read(reader, expected, dialect, keys))?;
    Ok(scan)
}

/// Reads the selected entries of a file or standard input, in constant memory for a file. Returns the path of the file,
/// too.
pub(crate) fn select(input: &Input, selection: &Selection<'_>) -> anyhow::Result<(PathBuf, Scan)> {
    scan_with(input, |reader, expected| Scan::select(reader, expected, selection))
}

fn scan_with(
    input: &Input,
    scan: impl Fn(&mut dyn Read, usize) -> Result<Scan, ScanError>,
) -> anyhow::Result<(PathBuf, Scan)> {
    let scan = |reader: &mut dyn Read, expected: usize, path: PathBuf| {
        let scanned = scan(reader, expected).at(&path)?;
        Ok((path, scanned))
    };
    let len = |file: &OpenFile| usize::try_from(file.stat().len).unwrap_or(file::MAX_FILE_SIZE);
    let (path, bytes) = match input {
        Input::Stdin => (PathBuf::from(STDIN), read_stdin()?),
        Input::Path(path) => match OpenedFile::find(path) {
            Ok(OpenedFile { path, file }) => {
                let expected = len(&file);
                return scan(&mut file.into_file().take(file::MAX_FILE_SIZE as u64), expected, path);
            }
            Err(_) if is_opened_pipe(path) => (path.clone(), read_pipe(path)?),
            Err(error) => return Err(error.into()),
        },
        Input::Listed(place) => {
            let OpenedFile { path, file } = OpenedFile::open_in(place)?;
            let expected = len(&file);
            return scan(&mut file.into_reader(file::MAX_FILE_SIZE), expected, path);
        }
        Input::Remote(_) | Input::Fetched(_) => read_bytes(input)?,
    };
    scan(&mut &bytes[..], bytes.len(), path)
}

fn read_pipe(path: &Path) -> anyhow::Result<Vec<u8>> {
    read_file(path).context("cannot read").at(path)
}
