//! A `.vmx` on disk: found, read whole, and replaced whole. It knows bytes, not keys.

mod find;
mod leftover;
mod metadata;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use self::leftover::Then;
use crate::error::{Cause, Error};

pub use self::find::resolve;

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

impl VmxFile {
    /// Reads the whole file. A symlink is followed.
    ///
    /// # Errors
    /// [`Cause::Io`]; for anything but a regular file [`Cause::NotVmx`]; for one that ESXi has locked [`Cause::NotOff`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let io = |action: &str, error| Cause::io(action, error).at(path);
        // A pipe would block on opening.
        let meta = fs::metadata(path).map_err(|error| io("open", error))?;
        if !meta.is_file() {
            return Err(Cause::NotVmx { what: find::kind_of(&meta).to_owned(), line: None }.at(path));
        }
        let target = path.canonicalize().map_err(|error| io("open", error))?;
        let mut opened = File::open(&target).map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => Cause::NotOff {
                reason: "the file is locked by the ESXi host that has it open".to_owned(),
                hint: "shut the VM down first".to_owned(),
            }
            .at(path),
            _ => io("open", error),
        })?;
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
        self.replace_target(content, save, stopped).map_err(|cause| cause.at(given))
    }

    fn replace_target(self, content: &[u8], save: &Save, stopped: &dyn Fn() -> bool) -> Result<Saved, Cause> {
        self.check_writable()?;
        self.check_hard_links(save)?;
        let directory = self.directory().to_owned();
        let synced_later = File::open(&directory).map_err(|error| Cause::io("open the directory", error))?;
        let strays = leftover::sweep(&self.target)?;

        let mut new = New::beside(&self.target)?;
        let written = |error| Cause::io("write the new file", error);
        new.file.write_all(content).map_err(written)?;
        metadata::copy(&self.opened, &self.meta, &new.file, save.metadata)?;
        new.file.sync_all().map_err(written)?;
        let then = if save.backup.is_some() { Then::Kept } else { Then::Removed };
        new.announce(&leftover::displaced(&self.target, &self.bytes, content, then))?;
        if stopped() {
            return Err(Cause::Stopped);
        }
        let saved = self.exchange(new, save)?;
        sync_folder(&synced_later).map_err(Cause::NotConfirmed)?;
        let backup = saved.map(|backup| self.as_given(&backup));
        Ok(Saved { backup, strays })
    }

    /// The new file gets the name, and what had it until then the new file's: if that is not what was read, they change
    /// back. Where the file system cannot exchange names, a last look and a plain rename.
    fn exchange(&self, mut new: New, save: &Save) -> Result<Option<PathBuf>, Cause> {
        match swap(&new.path, &self.target) {
            Ok(()) if self.is_what_was_read(&new.path) => {
                new.in_place = true;
                let kept = match &save.backup {
                    Some(suffix) => keep(&new.path, &self.target, suffix).map(Some),
                    None => fs::remove_file(&new.path).map(|()| None),
                };
                kept.map_err(Cause::NotConfirmed)
            }
            Ok(()) => Err(self.give_back(new)),
            Err(Errno::NOENT) => Err(Cause::Changed),
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => self.rename(new, save),
            Err(error) => Err(Cause::io("put the new file in place", error.into())),
        }
    }

    /// Another program saved the file since it was read: its version goes back to its place.
    fn give_back(&self, mut new: New) -> Cause {
        let mine = new.file.metadata().map(|meta| (meta.dev(), meta.ino()));
        let is_mine = |path: &Path| {
            fs::symlink_metadata(path)
                .is_ok_and(|meta| mine.as_ref().is_ok_and(|mine| *mine == (meta.dev(), meta.ino())))
        };
        if swap(&new.path, &self.target).is_ok() && is_mine(&new.path) {
            return Cause::Changed;
        }
        // It saved once more in between: that version is the one that stays.
        if !is_mine(&self.target) {
            let _ = swap(&new.path, &self.target);
        }
        new.in_place = true;
        if is_mine(&new.path) {
            new.in_place = false;
            return Cause::Changed;
        }
        Cause::Displaced { kept: new.path.clone() }
    }

    fn rename(&self, mut new: New, save: &Save) -> Result<Option<PathBuf>, Cause> {
        if !self.is_what_was_read(&self.target) {
            return Err(Cause::Changed);
        }
        let kept = match &save.backup {
            Some(suffix) => Some(self.copy_old(suffix)?),
            None => None,
        };
        match fs::rename(&new.path, &self.target) {
            Ok(()) => {
                new.in_place = true;
                Ok(kept)
            }
            Err(error) => {
                kept.map(fs::remove_file);
                Err(Cause::io("put the new file in place", error))
            }
        }
    }

    fn copy_old(&self, suffix: &OsStr) -> Result<PathBuf, Cause> {
        let failed = |error| Cause::folder("make the backup", error);
        for name in backup_names(&self.target, suffix) {
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&name) {
                Ok(mut copy) => {
                    let done = copy
                        .write_all(&self.bytes)
                        .map_err(failed)
                        .and_then(|()| metadata::copy(&self.opened, &self.meta, &copy, OnLoss::Accept))
                        .and_then(|()| copy.sync_all().map_err(failed));
                    return done.map(|()| name.clone()).inspect_err(|_| drop(fs::remove_file(&name)));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
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

/// The backups of a file, the newest last: content that was written later was displaced later.
///
/// # Errors
/// [`Cause::Io`] where the directory cannot be read.
pub fn backups(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let io = |error| Cause::io("look for backups", error).at(path);
    let target = path.canonicalize().map_err(io)?;
    let mut prefix = target.file_name().unwrap_or_default().to_owned();
    prefix.push(".bak");
    let mut found = Vec::new();
    for entry in fs::read_dir(target.parent().unwrap_or(Path::new("/"))).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name();
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        let numbered = |rest: &[u8]| {
            rest.first() == Some(&b'.') && rest.len() > 1 && rest[1..].iter().all(u8::is_ascii_digit)
        };
        if rest.is_some_and(|rest| rest.is_empty() || numbered(rest)) {
            let meta = entry.metadata().map_err(io)?;
            found.push(((meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()), entry.path()));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// A new file on its way. It goes again unless it takes its place.
struct New {
    path: PathBuf,
    file: File,
    in_place: bool,
}

impl New {
    fn beside(target: &Path) -> Result<Self, Cause> {
        let failed = |error| Cause::folder("make a temporary file beside it", error);
        for path in leftover::new_names(target) {
            match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
                Ok(file) => return Ok(Self { path, file, in_place: false }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }

    /// Takes the name that tells the next run what it will find here if this one is killed.
    fn announce(&mut self, name: &Path) -> Result<(), Cause> {
        fs::rename(&self.path, name).map_err(|error| Cause::folder("name the new file", error))?;
        name.clone_into(&mut self.path);
        Ok(())
    }
}

impl Drop for New {
    fn drop(&mut self) {
        if !self.in_place {
            // What cannot be removed now is recognised by the next run.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Some file systems have no sync of folders; on those a save is as durable as they make it.
fn sync_folder(folder: &File) -> io::Result<()> {
    match rustix::fs::fsync(folder) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(()),
        Err(Errno::INTR) => folder.sync_all(),
        other => Ok(other?),
    }
}

fn swap(a: &Path, b: &Path) -> Result<(), Errno> {
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)
}

/// Gives the displaced file its name as a backup; an existing one is never overwritten.
fn keep(displaced: &Path, target: &Path, suffix: &OsStr) -> io::Result<PathBuf> {
    for name in backup_names(target, suffix) {
        match renameat_with(CWD, displaced, CWD, &name, RenameFlags::NOREPLACE) {
            Ok(()) => return Ok(name),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn backup_names(target: &Path, suffix: &OsStr) -> impl Iterator<Item = PathBuf> {
    let mut first = target.as_os_str().to_owned();
    first.push(suffix);
    (0_u32..100_000).map(move |number| {
        let mut name = first.clone();
        if number > 0 {
            name.push(format!(".{number}"));
        }
        PathBuf::from(name)
    })
}

/// Flags of an open that follows no symlink: a name that became one is not what was read.
fn nofollow() -> i32 {
    i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0)
}
