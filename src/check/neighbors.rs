//! Looks up the files in the folder of a `.vmx`.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use crate::document::Document;
use crate::host::{FileKind, FolderView};
use crate::vm::named_file::locate;
use crate::vm::snapshots::{self, Snapshots};
use crate::vm::working_dir::WorkingDir;

/// The folder of a `.vmx`.
#[derive(Debug)]
pub(super) struct Neighbors<'a> {
    pub(super) folder: &'a dyn FolderView,
    /// The name of the `.vmx` in the folder.
    pub(super) name: &'a OsStr,
}

/// Whether a file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Exists,
    Missing,
    /// The path belongs to another host, or the file cannot be examined.
    Unknown,
}

impl Neighbors<'_> {
    /// Returns whether a file that the configuration names exists. It is not opened.
    pub(super) fn presence(&self, named: &str) -> Presence {
        let Some(path) = locate(named) else { return Presence::Unknown };
        match self.folder.stat(path) {
            Ok(_) => Presence::Exists,
            Err(error) if error.kind() != io::ErrorKind::NotFound => Presence::Unknown,
            // A path whose folder is missing too belongs to another host.
            Err(_) if path.parent().is_some_and(|parent| self.is_folder(parent)) => Presence::Missing,
            Err(_) => Presence::Unknown,
        }
    }

    /// As [`presence`](Self::presence), for a file that VMware may have put into the folder of `workingDir`.
    /// `working_dir` is called if that matters.
    pub(super) fn presence_of_state<'w>(
        &self,
        named: &str,
        working_dir: impl FnOnce() -> &'w WorkingDir,
    ) -> Presence {
        let presence = self.presence(named);
        if presence != Presence::Missing {
            return presence;
        }
        match (working_dir(), locate(named)) {
            (WorkingDir::Other(other), Some(path)) if other.stat(path).is_ok() => Presence::Exists,
            (WorkingDir::Unreachable { .. }, _) => Presence::Unknown,
            _ => Presence::Missing,
        }
    }

    fn is_folder(&self, path: &Path) -> bool {
        let is_own = path.as_os_str().is_empty();
        is_own || self.folder.stat(path).is_ok_and(|stat| stat.kind == FileKind::Folder)
    }

    /// Reads the list of snapshots of the VM with this configuration; `Ok(None)` if it does not exist.
    pub(super) fn snapshots(&self, document: &Document) -> io::Result<Option<Snapshots>> {
        let other = snapshots::other_folder(self.folder, self.name, document);
        let list = snapshots::read(other.as_deref().unwrap_or(self.folder), self.name)?;
        Ok(list.as_ref().map(Snapshots::parse))
    }
}
