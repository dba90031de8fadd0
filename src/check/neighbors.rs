//! Looks up the files in the folder of a `.vmx`.

use std::ffi::OsStr;
use std::io;

use crate::document::Document;
use crate::host::FolderView;
pub(super) use crate::vm::named_file::Presence;
use crate::vm::named_file::{self, locate};
use crate::vm::snapshots::{self, Snapshots};
use crate::vm::working_dir::WorkingDir;

/// The folder of a `.vmx`.
#[derive(Debug)]
pub(super) struct Neighbors<'a> {
    pub(super) folder: &'a dyn FolderView,
    /// The name of the `.vmx` in the folder.
    pub(super) name: &'a OsStr,
}

impl Neighbors<'_> {
    /// Returns whether a file that the configuration names exists. It is not opened.
    pub(super) fn presence(&self, named: &str) -> Presence {
        named_file::presence(self.folder, named)
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

    /// Reads the list of snapshots of the VM with this configuration; `Ok(None)` if it does not exist.
    pub(super) fn snapshots(&self, document: &Document) -> io::Result<Option<Snapshots>> {
        let other = snapshots::other_folder(self.folder, self.name, document);
        let list = snapshots::read(other.as_deref().unwrap_or(self.folder), self.name)?;
        Ok(list.as_ref().map(Snapshots::parse))
    }
}
