//! Which of the files that a configuration names are there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of a `.vmx`.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) vmx: PathBuf,
    folder: PathBuf,
}

/// Whether a file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    There,
    Missing,
    /// It is named by a place that this host does not have, or cannot be looked at.
    Unknown,
}

impl Beside {
    pub(super) fn of(vmx: &Path) -> Self {
        let target = vmx.canonicalize().unwrap_or_else(|_| vmx.to_owned());
        let folder = target.parent().unwrap_or(Path::new("/")).to_owned();
        Self { vmx: vmx.to_owned(), folder }
    }

    /// Where a file that the configuration names is; `None` for a place on another kind of host.
    pub(super) fn locate(&self, named: &str) -> Option<PathBuf> {
        let windows = named.contains('\\') || named.as_bytes().get(1) == Some(&b':');
        (!windows && !named.is_empty() && !named.contains('\0')).then(|| self.folder.join(named))
    }

    pub(super) fn presence(&self, named: &str) -> Presence {
        let Some(path) = self.locate(named) else { return Presence::Unknown };
        match fs::metadata(&path) {
            Ok(_) => Presence::There,
            Err(error) if error.kind() != io::ErrorKind::NotFound => Presence::Unknown,
            // A whole folder that is missing is another host's.
            Err(_) if path.parent().is_some_and(Path::is_dir) => Presence::Missing,
            Err(_) => Presence::Unknown,
        }
    }

    /// A small text file beside it, if it is one.
    pub(super) fn read_small(&self, named: &str) -> Option<Vec<u8>> {
        const AT_MOST: u64 = 1 << 20;
        let path = self.locate(named)?;
        let meta = fs::metadata(&path).ok()?;
        (meta.is_file() && meta.len() <= AT_MOST).then(|| fs::read(&path).ok()).flatten()
    }
}
