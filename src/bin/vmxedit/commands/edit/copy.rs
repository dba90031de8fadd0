//! The private copy that an editor gets: nobody else can read it, and it goes with everything that the editor left
//! beside it.

use std::ffi::OsStr;
use std::fs::{OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use tempfile::TempDir;
use vmxedit::Cause;
use vmxedit::file::MAX_FILE_SIZE;

/// A file in a folder of its own, under the name of the file that it is a copy of.
pub(super) struct Copy {
    folder: TempDir,
    path: PathBuf,
}

impl Copy {
    pub(super) fn of(name: &Path, text: &str) -> Result<Self, Cause> {
        let failed = |error| Cause::io("make a copy for the editor", error);
        let place = std::path::absolute(std::env::temp_dir()).map_err(failed)?;
        let folder = tempfile::Builder::new()
            .prefix("vmxedit-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(place)
            .map_err(failed)?;
        let path = folder.path().join(name.file_name().unwrap_or(OsStr::new("vm.vmx")));
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        Ok(Self { folder, path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What the editor made of it. Editors write it anew or in place; a link, a pipe or a device in its place is no text.
    pub(super) fn read(&self) -> Result<Vec<u8>, Cause> {
        let failed = |error| Cause::io("read what the editor made of the copy", error);
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(&self.path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("it is no regular file any more")));
        }
        let mut text = Vec::new();
        file.take(MAX_FILE_SIZE as u64 + 1).read_to_end(&mut text).map_err(failed)?;
        if text.len() > MAX_FILE_SIZE {
            return Err(failed(io::Error::other("it is larger than 256 MB")));
        }
        Ok(text)
    }

    /// Leaves it where it is.
    pub(super) fn keep(self) -> PathBuf {
        let _ = self.folder.keep();
        self.path
    }
}
