//! Syncs the file systems of many files, once for all of them.

use std::io;

use vmxedit::file::FileSystem;
use vmxedit::transaction::Durability;

use super::Request;

/// With fewer files than this, syncing each is cheaper than syncing their file system.
const MIN_FILES: usize = 8;

/// The file systems that were synced, with the results. Files on others are synced one by one.
#[derive(Default)]
pub(super) struct Synced {
    file_systems: Vec<(FileSystem, io::Result<()>)>,
    is_skipped: bool,
}

impl Synced {
    /// Syncs the file systems of `files`, which are not in their places yet.
    pub(super) fn before(files: Vec<FileSystem>, request: &Request<'_>) -> Self {
        let is_skipped = request.options.durability == Durability::Deferred;
        if is_skipped || files.len() < MIN_FILES {
            return Self { file_systems: Vec::new(), is_skipped };
        }
        let mut distinct: Vec<FileSystem> = Vec::new();
        for file in files {
            if !distinct.iter().any(|known| known.is_same(&file)) {
                distinct.push(file);
            }
        }
        Self::sync(distinct)
    }

    /// Syncs the same file systems again.
    pub(super) fn again(&self) -> Self {
        Self::sync(self.file_systems.iter().map(|(file_system, _)| file_system.clone()).collect())
    }

    fn sync(file_systems: Vec<FileSystem>) -> Self {
        let synced = file_systems.into_iter().map(|file_system| {
            let result = file_system.sync();
            (file_system, result)
        });
        // Where a whole file system cannot be synced, its files are synced one by one.
        let is_known = |result: &io::Result<()>| {
            !result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Unsupported)
        };
        let file_systems = synced.filter(|(_, result)| is_known(result)).collect();
        Self { file_systems, is_skipped: false }
    }

    /// Whether nothing is synced, as the user wants it.
    pub(super) fn is_skipped(&self) -> bool {
        self.is_skipped
    }

    /// Returns the result for the files of this file system; `None` if they are synced one by one, or not at all.
    pub(super) fn result_of(&self, file_system: &FileSystem) -> Option<io::Result<()>> {
        let (_, result) = self.file_systems.iter().find(|(known, _)| known.is_same(file_system))?;
        Some(result.as_ref().copied().map_err(|error| io::Error::new(error.kind(), error.to_string())))
    }
}
