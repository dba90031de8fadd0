//! A `.vmx` on disk: found, read whole, and replaced whole. It knows bytes, not keys.

mod backup;
mod find;
mod leftover;
mod metadata;
mod save;

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD};
use rustix::io::Errno;

use crate::error::{Cause, Error};

pub use self::backup::backups;
pub use self::find::resolve;
pub use self::leftover::leftovers;
pub use self::save::{FileSystem, Placed, Prepared};

/// A configuration has some kilobytes; a disk, named by mistake, may have terabytes. Bytes.
pub const AT_MOST: usize = 256 << 20;

/// A file as it was read: what [`replace`](Self::replace) makes sure is still there.
#[derive(Debug)]
#[must_use = "a file that is read and not replaced is not edited"]
pub struct VmxFile {
    given: PathBuf,
    target: PathBuf,
    opened: File,
    bytes: Vec<u8>,
    meta: Metadata,
}

/// How a file is replaced.
#[derive(Clone, Debug, Default)]
pub struct Save {
    /// Keeps the old file beside the new one, with this suffix; `.1`, `.2`, ... behind it where that is taken.
    pub backup: Option<OsString>,
    /// What to do where owner, access control list or extended attributes cannot be kept.
    pub metadata: OnLoss,
    /// What to do where the file has other names, which would keep the old content.
    pub hard_links: OnLoss,
}

/// What to do where something would be lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnLoss {
    /// Refuse before anything changes.
    #[default]
    Refuse,
    /// Go on.
    Accept,
}

/// What a save left beside the file.
#[derive(Debug, Default)]
pub struct Saved {
    /// The old file, where it was to be kept.
    pub backup: Option<PathBuf>,
    /// Versions of other programs that an earlier run displaced before it was killed.
    pub strays: Vec<PathBuf>,
}

/// Opens a file to be read, and says how it was found. A symlink is followed.
///
/// # Errors
/// [`Cause::Io`]; for anything but a regular file of at most [`AT_MOST`] bytes [`Cause::NotVmx`]; for one that ESXi has
/// locked [`Cause::NotOff`].
pub fn open(path: &Path) -> Result<(File, Metadata), Error> {
    let io = |error| Cause::io("open", error).at(path);
    // A pipe would block on opening.
    let meta = fs::metadata(path).map_err(io)?;
    if !meta.is_file() {
        return Err(Cause::NotVmx { what: find::kind_of(&meta).to_owned(), line: None }.at(path));
    }
    if meta.len() > AT_MOST as u64 {
        return Err(Cause::NotVmx { what: "no VMX file is that large".to_owned(), line: None }.at(path));
    }
    let opened = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::ResourceBusy => Cause::NotOff {
            reason: "the file is locked by the ESXi host that has it open".to_owned(),
            hint: "shut the VM down first".to_owned(),
        }
        .at(path),
        _ => io(error),
    })?;
    Ok((opened, meta))
}

impl VmxFile {
    /// Reads the whole file. A symlink is followed.
    ///
    /// # Errors
    /// [`Cause::Io`]; for anything but a regular file of at most [`AT_MOST`] bytes [`Cause::NotVmx`]; for one that ESXi has locked [`Cause::NotOff`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let io = |action: &str, error| Cause::io(action, error).at(path);
        let target = path.canonicalize().map_err(|error| io("open", error))?;
        let (mut opened, _) = open(path)?;
        let meta = opened.metadata().map_err(|error| io("read", error))?;
        let mut bytes = Vec::new();
        opened.read_to_end(&mut bytes).map_err(|error| io("read", error))?;
        Ok(Self { given: path.to_owned(), target, opened, bytes, meta })
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The content alone, of a file that is only read.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The file itself, behind any symlink.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What [`replace`](Self::replace) would refuse before it begins, for callers that have something long to do first.
    ///
    /// # Errors
    /// [`Cause::ReadOnly`], [`Cause::Immutable`], [`Cause::HardLinks`] or [`Cause::Io`].
    pub fn check(&self, save: &Save) -> Result<(), Error> {
        self.check_writable()
            .and_then(|()| self.check_hard_links(save))
            .map_err(|cause| cause.at(&self.given))
    }

    /// Puts `content` in the file's place, whole or not at all, and on disk when this returns. Mode, owner, access control
    /// list and extended attributes are kept; a symlink to the file stays. `stopped` is asked last before the new file
    /// takes its place.
    ///
    /// # Errors
    /// [`Cause::Changed`], [`Cause::ReadOnly`], [`Cause::HardLinks`], [`Cause::Metadata`], [`Cause::Stopped`],
    /// [`Cause::Io`]: the old file is in place and nothing is left beside it. [`Cause::Displaced`]: another program's
    /// version is in place and one more is kept. [`Cause::NotConfirmed`]: the new file is in place.
    pub fn replace(self, content: &[u8], save: &Save, stopped: &dyn Fn() -> bool) -> Result<Saved, Error> {
        let given = self.given.clone();
        self.replaced(content, save, stopped).map_err(|cause| cause.at(given))
    }

    /// Writes `content` beside the file, for [`Prepared::put_in_place`].
    ///
    /// # Errors
    /// As [`replace`](Self::replace): nothing is changed and nothing left.
    pub fn prepare(self, content: &[u8], save: &Save) -> Result<Prepared, Error> {
        let given = self.given.clone();
        self.prepared(content, save).map_err(|cause| cause.at(given))
    }

    fn replaced(self, content: &[u8], save: &Save, stopped: &dyn Fn() -> bool) -> Result<Saved, Cause> {
        let prepared = self.prepared(content, save)?;
        prepared.sync()?;
        let placed = prepared.placed(stopped)?;
        placed.sync()?;
        Ok(placed.saved)
    }

    fn is_what_was_read(&self, path: &Path) -> bool {
        let same = || -> io::Result<bool> {
            let mut now = OpenOptions::new().read(true).custom_flags(nofollow()).open(path)?;
            let meta = now.metadata()?;
            if (meta.dev(), meta.ino()) != (self.meta.dev(), self.meta.ino()) {
                return Ok(false);
            }
            let mut bytes = Vec::with_capacity(self.bytes.len() + 1);
            now.read_to_end(&mut bytes)?;
            Ok(bytes == self.bytes)
        };
        same().unwrap_or(false)
    }

    /// A file that its owner made read-only is not replaced behind the owner's back.
    fn check_writable(&self) -> Result<(), Cause> {
        let mode = self.meta.mode() & 0o7777;
        if mode & 0o222 == 0 {
            return Err(Cause::ReadOnly { mode });
        }
        match rustix::fs::accessat(CWD, &self.target, Access::WRITE_OK, AtFlags::EACCESS) {
            Ok(()) | Err(Errno::NOSYS) => Ok(()),
            Err(Errno::NOENT) => Err(Cause::Changed),
            Err(Errno::PERM) => Err(Cause::Immutable),
            Err(error) => Err(Cause::io("write it", error.into())),
        }
    }

    fn check_hard_links(&self, save: &Save) -> Result<(), Cause> {
        match self.meta.nlink() {
            links @ 2.. if save.hard_links == OnLoss::Refuse => Err(Cause::HardLinks { links }),
            _ => Ok(()),
        }
    }

    fn directory(&self) -> &Path {
        self.target.parent().unwrap_or(Path::new("/"))
    }

    /// A path beside the file, in the words in which the file was named.
    fn as_given(&self, path: &Path) -> PathBuf {
        match path.file_name() {
            Some(name) if !self.given.is_symlink() => self.given.with_file_name(name),
            _ => path.to_owned(),
        }
    }
}

/// Flags of an open that follows no symlink: a name that became one is not what was read.
fn nofollow() -> i32 {
    i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0)
}
