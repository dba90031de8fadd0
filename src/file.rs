//! A `.vmx` on disk: found, read whole, and replaced whole. It knows bytes, not keys.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use crate::error::{Cause, Error};

/// A file as it was read: what [`replace`](Self::replace) makes sure is still there.
#[derive(Debug)]
#[must_use = "a file that is read and not replaced is not edited"]
pub struct VmxFile {
    given: PathBuf,
    target: PathBuf,
    bytes: Vec<u8>,
    meta: Metadata,
}

/// Whether the old file is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backup {
    /// It is not.
    No,
    /// Beside the new one, with this suffix; `.1`, `.2`, ... behind it where that is taken.
    Suffix(String),
}

/// The file that `path` means: itself, or the one `.vmx` in a directory or a Fusion bundle.
///
/// # Errors
/// [`Cause::NoVmx`], [`Cause::SeveralVmx`] or [`Cause::Io`].
pub fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let meta = fs::metadata(path).map_err(|error| Cause::io("open", error).at(path))?;
    if !meta.is_dir() {
        return Ok(path.to_owned());
    }
    let unreadable = |error| Cause::io("list the directory", error).at(path);
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name());
    }
    names.sort();
    let is_vmx = |name: &&std::ffi::OsString| {
        let name = name.as_bytes();
        name.len() > 4
            && name[name.len() - 4..].eq_ignore_ascii_case(b".vmx")
            && path.join(os(name)).is_file()
    };
    let found: Vec<&std::ffi::OsString> = names.iter().filter(is_vmx).collect();
    let shown = |names: &mut dyn Iterator<Item = &std::ffi::OsString>| -> Vec<String> {
        names.take(20).map(|name| name.to_string_lossy().into_owned()).collect()
    };
    match found[..] {
        [name] => Ok(path.join(name)),
        [] => Err(Cause::NoVmx { names: shown(&mut names.iter()) }.at(path)),
        _ => Err(Cause::SeveralVmx { names: shown(&mut found.into_iter()) }.at(path)),
    }
}

fn os(name: &[u8]) -> &std::ffi::OsStr {
    std::ffi::OsStr::from_bytes(name)
}

impl VmxFile {
    /// Reads the whole file. A symlink is followed.
    ///
    /// # Errors
    /// [`Cause::Io`] or, for anything but a regular file, [`Cause::NotVmx`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let io = |action: &str, error| Cause::io(action, error).at(path);
        let target = path.canonicalize().map_err(|error| io("open", error))?;
        // A pipe would block on opening.
        let meta = fs::metadata(&target).map_err(|error| io("open", error))?;
        if !meta.is_file() {
            return Err(Cause::NotVmx { what: kind_of(&meta).to_owned(), line: None }.at(path));
        }
        let mut file = File::open(&target).map_err(|error| io("open", error))?;
        let meta = file.metadata().map_err(|error| io("read", error))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| io("read", error))?;
        Ok(Self { given: path.to_owned(), target, bytes, meta })
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file itself, behind any symlink.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What tells this file from every other on this host.
    pub fn identity(&self) -> (u64, u64) {
        (self.meta.dev(), self.meta.ino())
    }

    /// Puts `content` in the file's place, whole or not at all, and on disk when this returns. Mode and owner are
    /// kept; a symlink to the file stays. Gives the backup's path, if one was asked for.
    ///
    /// # Errors
    /// [`Cause::Changed`] where the file is not what was read, [`Cause::ReadOnly`], [`Cause::Io`]: the old file is in
    /// place and nothing is left beside it. [`Cause::NotConfirmed`]: the new one is in place.
    pub fn replace(self, content: &[u8], backup: &Backup) -> Result<Option<PathBuf>, Error> {
        let given = self.given.clone();
        self.replace_target(content, backup).map_err(|cause| cause.at(given))
    }

    fn replace_target(self, content: &[u8], backup: &Backup) -> Result<Option<PathBuf>, Cause> {
        let mode = self.meta.mode() & 0o7777;
        if mode & 0o222 == 0 {
            return Err(Cause::ReadOnly { mode });
        }
        let directory = self.target.parent().unwrap_or(Path::new("/"));
        let opened = File::open(directory).map_err(|error| Cause::io("open the directory", error))?;
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(self.target.file_name().unwrap_or_default());
        prefix.push(".vmxedit-");
        let mut new = tempfile::Builder::new()
            .prefix(&prefix)
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(directory)
            .map_err(|error| Cause::io("make a temporary file beside it", error))?;
        let written = |error| Cause::io("write the new file", error);
        new.write_all(content).map_err(written)?;
        self.keep_owner_and_mode(new.as_file())?;
        new.as_file().sync_all().map_err(written)?;
        self.check_unchanged()?;
        let kept = self.keep_old(backup)?;
        if let Err(error) = new.persist(&self.target) {
            if let Some(kept) = kept {
                // The file it is a second name of is still in its place.
                let _ = fs::remove_file(kept);
            }
            return Err(Cause::io("put the new file in place", error.error));
        }
        opened.sync_all().map_err(Cause::NotConfirmed)?;
        Ok(kept.map(|kept| self.as_given(kept)))
    }

    /// A path beside the file, in the words in which the file was named.
    fn as_given(&self, path: PathBuf) -> PathBuf {
        match path.file_name() {
            Some(name) if !self.given.is_symlink() => self.given.with_file_name(name),
            _ => path,
        }
    }

    fn keep_owner_and_mode(&self, new: &File) -> Result<(), Cause> {
        let made = new.metadata().map_err(|error| Cause::io("look at the new file", error))?;
        if (made.uid(), made.gid()) != (self.meta.uid(), self.meta.gid()) {
            fchown(new, Some(self.meta.uid()), Some(self.meta.gid()))
                .map_err(|error| Cause::io("keep the file's owner", error))?;
        }
        new.set_permissions(Permissions::from_mode(self.meta.mode() & 0o7777))
            .map_err(|error| Cause::io("keep the file's mode", error))
    }

    /// Somebody may have saved the file since it was read.
    fn check_unchanged(&self) -> Result<(), Cause> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => Cause::Changed,
            _ => Cause::io("read it again", error),
        };
        let mut now = File::open(&self.target).map_err(unreadable)?;
        let meta = now.metadata().map_err(unreadable)?;
        let mut bytes = Vec::with_capacity(self.bytes.len() + 1);
        now.read_to_end(&mut bytes).map_err(unreadable)?;
        let same = (meta.dev(), meta.ino()) == self.identity() && bytes == self.bytes;
        if same { Ok(()) } else { Err(Cause::Changed) }
    }

    /// Gives the old file a second name, or a copy where the file system has no hard links.
    fn keep_old(&self, backup: &Backup) -> Result<Option<PathBuf>, Cause> {
        let Backup::Suffix(suffix) = backup else { return Ok(None) };
        for number in 0_u32.. {
            let mut name = self.target.clone().into_os_string();
            name.push(suffix);
            if number > 0 {
                name.push(format!(".{number}"));
            }
            let path = PathBuf::from(name);
            match fs::hard_link(&self.target, &path) {
                Ok(()) => return Ok(Some(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
                    ) =>
                {
                    return self.copy_old(&path).map(|()| Some(path));
                }
                Err(error) => return Err(Cause::io("make the backup", error)),
            }
        }
        Ok(None)
    }

    fn copy_old(&self, path: &Path) -> Result<(), Cause> {
        let failed = |error| Cause::io("make the backup", error);
        let mut copy = File::create_new(path).map_err(failed)?;
        copy.write_all(&self.bytes).map_err(failed)?;
        self.keep_owner_and_mode(&copy)?;
        copy.sync_all().map_err(failed)
    }
}

fn kind_of(meta: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = meta.file_type();
    if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
