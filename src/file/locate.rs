//! Finds the `.vmx` file that a path means: a file, a folder or a Fusion bundle.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::{FindError, OpenError};
use crate::host::{self, FileKind, Folder, FolderView, Place, Resolved, Stat};

/// Maximum number of names in an error.
const MAX_NAMES: usize = 20;

/// Returns the file that `path` means: the path itself, or the only `.vmx` in a folder or a Fusion bundle. Links are
/// followed.
///
/// # Errors
/// [`OpenError::NotFound`], [`OpenError::NoVmx`], [`OpenError::SeveralVmx`] or [`OpenError::Io`], with `path`.
pub fn locate_vmx(path: &Path) -> Result<PathBuf, FindError> {
    if stat(path).map_err(OpenError::at(path))?.kind != FileKind::Folder {
        return Ok(path.to_owned());
    }
    let folder = Folder::open(path).map_err(OpenError::opening).map_err(OpenError::at(path))?;
    let name = only_vmx_in(&folder).map_err(OpenError::at(path))?;
    Ok(path.join(name))
}

/// Returns the place of the file that `path` means, as [`locate_vmx`] finds it. Each folder on the way is opened once.
/// Links are followed, and [`Place::check_links`] says whether they are trusted.
///
/// # Errors
/// As [`locate_vmx`].
pub fn find(path: &Path) -> Result<Place, FindError> {
    let failed = OpenError::at(path);
    match host::resolve(path).map_err(OpenError::opening).map_err(&failed)? {
        Resolved::File(place) => {
            place.as_listed().map_err(OpenError::io("list the directory")).map_err(&failed)
        }
        Resolved::Folder(folder, links) => {
            let name = only_vmx_in(&folder).map_err(&failed)?;
            let found = path.join(&name);
            let entry = host::resolve_entry(&folder, &name, &links).map_err(OpenError::opening);
            match entry.map_err(OpenError::at(&found))? {
                Resolved::File(place) => Ok(place.named(found.clone())),
                Resolved::Folder(..) => Err(OpenError::at(&found)(OpenError::not_regular(FileKind::Folder))),
            }
        }
    }
}

/// Returns the name of the only `.vmx` in a folder.
pub(super) fn only_vmx_in(folder: &Folder) -> Result<OsString, OpenError> {
    let mut entries = folder.entries().map_err(OpenError::io("list the directory"))?;
    entries.sort();
    let is_regular = |name: &OsStr, kind: Option<FileKind>| match kind {
        Some(kind) if kind != FileKind::Symlink => kind == FileKind::Regular,
        _ => FolderView::stat(folder, Path::new(name)).is_ok_and(|stat| stat.kind == FileKind::Regular),
    };
    let is_vmx =
        |(name, kind): &&(OsString, Option<FileKind>)| has_vmx_ending(name) && is_regular(name, *kind);
    let found: Vec<&OsString> = entries.iter().filter(is_vmx).map(|(name, _)| name).collect();
    match found[..] {
        [name] => Ok(name.clone()),
        [] => Err(OpenError::NoVmx {
            names: shorten(&entries.iter().map(|(name, _)| name).collect::<Vec<_>>()),
        }),
        _ => Err(OpenError::SeveralVmx { names: shorten(&found) }),
    }
}

/// Returns whether a name ends in `.vmx`, in any case, and has more than that.
fn has_vmx_ending(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.len() > 4 && bytes[bytes.len() - 4..].eq_ignore_ascii_case(b".vmx")
}

pub(super) fn stat(path: &Path) -> Result<Stat, OpenError> {
    host::stat(path).map_err(OpenError::opening)
}

fn shorten(names: &[&OsString]) -> Vec<String> {
    let mut shown: Vec<String> =
        names.iter().take(MAX_NAMES).map(|name| name.to_string_lossy().into_owned()).collect();
    if names.len() > shown.len() {
        shown.push(format!("and {} more", names.len() - shown.len()));
    }
    shown
}
