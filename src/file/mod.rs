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

use rustix::fs::{Access, AtFlags, CWD, OFlags};
use rustix::io::Errno;

use crate::error::{Cause, Error};

pub use self::backup::backups;
pub use self::find::{kind_of, resolve};
pub use self::leftover::leftovers;
pub use self::save::{FileSystem, Placed, Prepared};

/// A configuration has some kilobytes; a disk, named by mistake, may have terabytes. Bytes.
pub const AT_MOST: usize = 256 << 20;

/// A file as it was read: what [`replace`](Self::replace) makes sure is still there.
#[derive(Debug)]
#[must_use = "a file that is read and not replaced is not edited"]
pub struct VmxFile {
    given: PathBuf,
    /// The file itself, behind any symlink, where that is known.
    target: Option<PathBuf>,
    opened: File,
    bytes: Vec<u8>,
    meta: Metadata,
}

/// A file that is open to be read.
#[derive(Debug)]
pub struct Opened {
    /// Its name.
    pub path: PathBuf,
    /// At its start.
    pub file: File,
    /// What is said of it.
    pub meta: Metadata,
}

impl Opened {
    /// Opens the file that `path` means, as [`resolve`] finds it. A symlink is followed.
    ///
    /// # Errors
    /// Those of [`resolve`] and of [`VmxFile::read`].
    pub fn find(path: &Path) -> Result<Self, Error> {
        let meta = look(path)?;
        if meta.is_dir() { Self::at(&find::in_folder(path)?) } else { Self::seen(path, &meta) }
    }

    fn at(path: &Path) -> Result<Self, Error> {
        // A pipe would block on opening, and a device might do something.
        Self::seen(path, &look(path)?)
    }

    /// Opens what `meta` was said of a moment ago.
    fn seen(path: &Path, meta: &Metadata) -> Result<Self, Error> {
        let io = |action: &str, error| Cause::io(action, error).at(path);
        check_kind(meta).map_err(|cause| cause.at(path))?;
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => Cause::NotOff {
                reason: "the file is locked by the ESXi host that has it open".to_owned(),
                hint: "shut the VM down first".to_owned(),
            }
            .at(path),
            _ => io("open", error),
        })?;
        let meta = file.metadata().map_err(|error| io("read", error))?;
        check_kind(&meta).map_err(|cause| cause.at(path))?;
        Ok(Self { path: path.to_owned(), file, meta })
    }

    fn read(self) -> Result<VmxFile, Error> {
        let Self { path: given, file: opened, meta } = self;
        let bytes = whole(&opened, &meta).map_err(|error| Cause::io("read", error).at(&given))?;
        check_size(bytes.len() as u64).map_err(|cause| cause.at(&given))?;
        Ok(VmxFile { given, target: None, opened, bytes, meta })
    }
}

fn look(path: &Path) -> Result<Metadata, Error> {
    fs::metadata(path).map_err(|error| Cause::io("open", error).at(path))
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

impl VmxFile {
    /// Reads the whole file. A symlink is followed.
    ///
    /// # Errors
    /// [`Cause::Io`]; for anything but a regular file of at most [`AT_MOST`] bytes [`Cause::NotVmx`]; for one that ESXi has locked [`Cause::NotOff`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        Opened::at(path)?.read()
    }

    /// Reads the file that `path` means, as [`resolve`] finds it.
    ///
    /// # Errors
    /// Those of both.
    pub fn find(path: &Path) -> Result<Self, Error> {
        Opened::find(path)?.read()
    }

    /// The same file, of which it is known that it is `target`, behind any symlink.
    pub fn known_as(self, target: &Path) -> Self {
        Self { target: Some(target.to_owned()), ..self }
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The content alone, of a file that is only read.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The name by which it was read.
    pub fn given(&self) -> &Path {
        &self.given
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

    /// Whether nobody saved the file under this name since.
    ///
    /// # Errors
    /// The system's, where that cannot be told.
    fn is_what_was_read(&self, path: &Path) -> io::Result<bool> {
        // A name that became a symlink is not what was read.
        let flags = OFlags::NOFOLLOW.bits().cast_signed();
        let now = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => return Ok(false),
            now => now?,
        };
        let meta = now.metadata()?;
        Ok((meta.dev(), meta.ino()) == (self.meta.dev(), self.meta.ino())
            && whole(&now, &meta)? == self.bytes)
    }

    /// A file that its owner made read-only is not replaced behind the owner's back.
    fn check_writable(&self) -> Result<(), Cause> {
        let mode = self.meta.mode() & 0o7777;
        if mode & 0o222 == 0 {
            return Err(Cause::ReadOnly { mode });
        }
        match rustix::fs::accessat(CWD, &self.given, Access::WRITE_OK, AtFlags::EACCESS) {
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

    /// A path beside the file, in the words in which the file was named.
    fn as_given(&self, path: &Path) -> PathBuf {
        match path.file_name() {
            Some(name) if !self.given.is_symlink() => self.given.with_file_name(name),
            _ => path.to_owned(),
        }
    }
}

/// All that is in a file; of one that grows, a little more than anybody may have.
fn whole(file: &File, meta: &Metadata) -> io::Result<Vec<u8>> {
    // Room for the end to be seen without another look at the size.
    let room = usize::try_from(meta.len()).unwrap_or(AT_MOST).min(AT_MOST) + 32;
    let mut bytes = Vec::with_capacity(room);
    file.take(AT_MOST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn check_kind(meta: &Metadata) -> Result<(), Cause> {
    if meta.is_file() {
        return check_size(meta.len());
    }
    Err(Cause::NotVmx { what: find::kind_of(meta).to_owned(), line: None })
}

fn check_size(len: u64) -> Result<(), Cause> {
    if len <= AT_MOST as u64 {
        return Ok(());
    }
    Err(Cause::NotVmx { what: "no VMX file is that large".to_owned(), line: None })
}
