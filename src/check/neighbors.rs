//! Looks up the files in the folder of a `.vmx`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::host::regular_file::read_regular;

/// The folder of a `.vmx`.
#[derive(Debug)]
pub(super) struct Neighbors {
    pub(super) vmx: PathBuf,
    folder: PathBuf,
}

/// Whether a file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Exists,
    Missing,
    /// The path belongs to another host, or the file cannot be examined.
    Unknown,
}

impl Neighbors {
    /// Opens no file. The folder is that of the target if `vmx` is a symbolic link.
    pub(super) fn of(vmx: &Path) -> Self {
        let target = vmx.canonicalize().unwrap_or_else(|_| vmx.to_owned());
        let folder = target.parent().unwrap_or(Path::new("/")).to_owned();
        Self { vmx: vmx.to_owned(), folder }
    }

    /// Returns the path of a file that the configuration names; `None` for a path of a Windows host.
    pub(super) fn locate(&self, named: &str) -> Option<PathBuf> {
        let is_windows = named.contains('\\') || named.as_bytes().get(1) == Some(&b':');
        (!is_windows && !named.is_empty() && !named.contains('\0')).then(|| self.folder.join(named))
    }

    /// Returns whether a file that the configuration names exists.
    pub(super) fn presence(&self, named: &str) -> Presence {
        let Some(path) = self.locate(named) else { return Presence::Unknown };
        match fs::metadata(&path) {
            Ok(_) => Presence::Exists,
            Err(error) if error.kind() != io::ErrorKind::NotFound => Presence::Unknown,
            // A path whose folder is missing too belongs to another host.
            Err(_) if path.parent().is_some_and(Path::is_dir) => Presence::Missing,
            Err(_) => Presence::Unknown,
        }
    }

    /// Reads a regular file of at most 1 MiB; `None` if there is no such file.
    pub(super) fn read_small(&self, named: &str) -> Option<Vec<u8>> {
        const MAX_SIZE: usize = 1 << 20;
        read_regular(&self.locate(named)?, MAX_SIZE).ok()
    }
}
