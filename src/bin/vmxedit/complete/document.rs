//! The file that a line names, whose keys and values are completed.

use std::path::{Path, PathBuf};

use vmxedit::Document;
use vmxedit::document::Dialect;
use vmxedit::file::OpenedFile;
use vmxedit::host::{self, FileKind};

use super::files;
use super::line::Line;
use crate::args::dialect_named;
use crate::input::Input;

/// The largest file that is read, in bytes. Real configurations have some KB.
pub(super) const MAX_LEN: usize = 1 << 20;

/// Returns whether a file may be read at a TAB: a regular file that is not too large. A pipe would lose what is read, as would
/// some files of the kernel, whose size is 0.
pub(super) fn is_readable(path: &Path) -> bool {
    let is_small = |len| (1..=MAX_LEN as u64).contains(&len);
    host::stat(path).is_ok_and(|stat| stat.kind == FileKind::Regular && is_small(stat.len))
}

/// Returns the content of the file with this argument, if it is a file of this host that may be read.
pub(super) fn read(line: &Line, argument: &str) -> Option<Document> {
    let path = path(line, argument).filter(|path| is_readable(path))?;
    let explicit = line.values("dialect").next().and_then(|name| dialect_named(name.to_str()?));
    let opened = OpenedFile::find(&path).ok()?;
    let dialect = explicit.unwrap_or_else(|| Dialect::of(&opened.path));
    let bytes = opened.file.read(MAX_LEN).ok()?;
    Some(Document::parse_as(bytes, dialect))
}

/// Returns the path of the file with this argument: in a folder, that of the only `.vmx`.
pub(super) fn path(line: &Line, argument: &str) -> Option<PathBuf> {
    let word = line.values(argument).next()?;
    let Input::Path(path) = Input::from(PathBuf::from(word)) else { return None };
    match host::stat(&path).ok()?.kind {
        FileKind::Folder => only_vmx_in(&path),
        FileKind::Regular => Some(path),
        _ => None,
    }
}

fn only_vmx_in(folder: &Path) -> Option<PathBuf> {
    let mut found = files::entries(folder, |name| files::has_extension(name, &["vmx"]))
        .into_iter()
        .filter(|entry| entry.kind == FileKind::Regular);
    let only = found.next().filter(|_| found.next().is_none())?;
    Some(folder.join(only.name))
}
