//! Where a file is: itself, behind any symlink, and the names beside which VMware locks it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where a file was when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file itself, behind any symlink; the name alone where nothing is there.
    pub target: PathBuf,
    /// What VMware locks it as: it locks beside the name it opens, so a link and its target have different locks. Sorted,
    /// so that everybody takes them in one order.
    pub names: Vec<PathBuf>,
}

impl Place {
    /// Where `file` is.
    pub fn of(file: &Path) -> Self {
        let name = file.file_name().unwrap_or_default();
        let directory =
            file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let beside_name = directory.canonicalize().map(|directory| directory.join(name));
        let target = match &beside_name {
            Ok(path) if is_no_symlink(path) => Ok(path.clone()),
            _ => file.canonicalize(),
        };
        let mut names = vec![beside_name.unwrap_or_else(|_| file.to_owned())];
        names.extend(target.as_ref().ok().cloned());
        names.sort();
        names.dedup();
        Self { target: target.unwrap_or_else(|_| file.to_owned()), names }
    }
}

fn is_no_symlink(path: &Path) -> bool {
    fs::read_link(path).is_err_and(|error| error.kind() == io::ErrorKind::InvalidInput)
}
