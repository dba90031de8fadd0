//! Resolves a path to the file itself, behind any symlink, and to the names under which VMware locks it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The resolved path of a file, as it was at the time of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileLocation {
    /// The file itself, behind any symlink. The path as given where no file exists.
    pub target: PathBuf,
    /// The paths that VMware may lock: it puts the lock next to the name that it opens, so a symlink and its target
    /// have different locks. Sorted, so that all processes take them in one order.
    pub lock_paths: Vec<PathBuf>,
}

impl FileLocation {
    /// Resolves `file`. Where a part cannot be resolved, the path is used as given.
    pub fn resolve(file: &Path) -> Self {
        let name = file.file_name().unwrap_or_default();
        let directory =
            file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let named = directory.canonicalize().map(|directory| directory.join(name));
        let target = match &named {
            Ok(path) if is_no_symlink(path) => Ok(path.clone()),
            _ => file.canonicalize(),
        };
        let mut lock_paths = vec![named.unwrap_or_else(|_| file.to_owned())];
        lock_paths.extend(target.as_ref().ok().cloned());
        lock_paths.sort();
        lock_paths.dedup();
        Self { target: target.unwrap_or_else(|_| file.to_owned()), lock_paths }
    }
}

fn is_no_symlink(path: &Path) -> bool {
    fs::read_link(path).is_err_and(|error| error.kind() == io::ErrorKind::InvalidInput)
}
