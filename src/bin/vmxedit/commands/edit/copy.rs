//! The private copy that an editor opens. It is removed together with all files that the editor leaves next to it.

use std::ffi::OsStr;
use std::fs::{OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use tempfile::TempDir;

use crate::input::read_bounded;

/// A file in its own directory, readable only by this user, with the name of the original.
pub(super) struct PrivateCopy {
    folder: TempDir,
    path: PathBuf,
}

impl PrivateCopy {
    pub(super) fn new(name: &Path, text: &str) -> anyhow::Result<Self> {
        let failed =
            |error: io::Error| anyhow::Error::from(error).context("cannot make a copy for the editor");
        let parent = std::path::absolute(std::env::temp_dir()).map_err(failed)?;
        let folder = tempfile::Builder::new()
            .prefix("vmxedit-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent)
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

    /// Reads the edited text. The editor may have replaced the file; a link, a pipe or a device is refused.
    pub(super) fn read(&self) -> anyhow::Result<Vec<u8>> {
        let failed = |error: io::Error| anyhow::Error::from(error).context("cannot read the edited copy");
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(&self.path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("it is not a regular file any more")));
        }
        read_bounded(file).map_err(failed)
    }

    /// Keeps the copy. Returns its path.
    pub(super) fn keep(self) -> PathBuf {
        let _ = self.folder.keep();
        self.path
    }
}
