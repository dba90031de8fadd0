//! The folder that `workingDir` names: VMware puts the saved state, the memory and the snapshots of a VM there instead of
//! next to its `.vmx`.
//!
//! Source: VMware Workstation Pro 16, "Virtual Machine Files": they are "in the virtual machines directory or the working
//! directory".

use crate::document::{Document, Key};
use crate::host::{self, FolderView, io_message};
use crate::vm::named_file::{is_same_folder, locate};

/// Where the files of a VM are besides the folder of its `.vmx`.
#[derive(Debug)]
pub(crate) enum WorkingDir {
    /// Nowhere else.
    SameFolder,
    /// In this folder. Other VMs may use it as well.
    Other(Box<dyn FolderView>),
    /// In a folder that cannot be opened.
    Unreachable {
        /// The folder, as the configuration names it.
        named: String,
        /// Why: the system's error message, or that it belongs to another host.
        why: String,
    },
}

/// Opens the folder that `workingDir` names in the configuration `document`, a file in `folder`. The owner of the file
/// chooses it: it may be anywhere. Links to it are followed as in the path of an edit. Only names, locks and the list of
/// snapshots in it are read.
pub(crate) fn of(folder: &dyn FolderView, document: &Document) -> WorkingDir {
    let Ok(key) = Key::parse("workingDir") else { return WorkingDir::SameFolder };
    let Some(entry) = document.find(&key).into_iter().find(|entry| !entry.raw_value().is_empty()) else {
        return WorkingDir::SameFolder;
    };
    let named = entry.value().into_owned();
    let unreachable = |why: String| WorkingDir::Unreachable { named: named.clone(), why };
    let Some(path) = locate(&named) else { return unreachable("it is a path of Windows".to_owned()) };
    // The name in the file's encoding, and in UTF-8.
    let opened = folder
        .folder(&host::path_of_bytes(&entry.bytes()))
        .or_else(|error| folder.folder(path).map_err(|_| error));
    match opened {
        Ok(other) if is_same_folder(folder, ".".as_ref(), &*other) => WorkingDir::SameFolder,
        Ok(other) => WorkingDir::Other(other),
        Err(error) => unreachable(io_message(&error)),
    }
}
