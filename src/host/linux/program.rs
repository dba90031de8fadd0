//! Decides which programs may run without the user naming them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Access, access};

use super::trust::{fixed_path, is_private};

/// Returns whether the program may run: an executable regular file that, like its folder, only root or the user can
/// have written. For a symlink this holds for its own folder, for the target and for the target's folder.
pub(in crate::host) fn is_trusted(program: &Path) -> bool {
    let is_program = fs::metadata(program).is_ok_and(|meta| {
        meta.is_file()
            && meta.mode() & 0o111 != 0
            && is_private(&meta)
            && access(program, Access::EXEC_OK).is_ok()
    });
    let has_trusted_folder = |file: &Path| file.parent().is_some_and(is_trusted_folder);
    is_program
        && has_trusted_folder(program)
        && fs::canonicalize(program).is_ok_and(|target| has_trusted_folder(&target))
}

/// Returns whether only root or the user can create files in the folder, and replace it or a folder above it. The sticky
/// bit of a world-writable folder does not keep other users from creating files there.
pub(in crate::host) fn is_trusted_folder(folder: &Path) -> bool {
    let Ok(Some(folder)) = fixed_path(folder) else { return false };
    fs::metadata(folder).is_ok_and(|meta| meta.is_dir() && is_private(&meta))
}
