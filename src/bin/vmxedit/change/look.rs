//! A look at a file: what it holds, what is wanted of it, what it would be. Nothing is written.

use std::path::Path;

use vmxedit::document::Dialect;
use vmxedit::file::VmxFile;
use vmxedit::{Change, Document, edit};

use super::{Want, Wanted};
use crate::args::EditArgs;
use crate::error::ResultExt;
use crate::input::{Input, parse};

/// What a look at a document says.
pub(super) struct Look {
    pub(super) before: Document,
    pub(super) after: Document,
    pub(super) bytes: Vec<u8>,
    pub(super) changed: bool,
    pub(super) changes: Vec<Change>,
    pub(super) wanted: Wanted,
}

pub(super) fn read(given: &Path, editing: &EditArgs) -> anyhow::Result<(VmxFile, Document)> {
    let file = VmxFile::find(given)?;
    let path = file.given();
    let document =
        parse(file.bytes().to_vec(), editing.dialect.of(&Input::Path(path.to_owned()))).at(path)?;
    Ok((file, document))
}

/// Looks at a file, unless `earlier` says the same: its content is what it was, and what is wanted hangs on nothing else.
pub(super) fn look_at(
    file: &VmxFile,
    earlier: Option<Look>,
    editing: &EditArgs,
    want: &Want<'_>,
) -> anyhow::Result<Look> {
    let path = file.given();
    match earlier {
        Some(look) if look.wanted.by_content_alone && look.before.to_bytes() == file.bytes() => Ok(look),
        _ => look(file.bytes(), editing.dialect.of(&Input::Path(path.to_owned())), path, want).at(path),
    }
}

/// Parses, makes the edits, and compares: an edit that ends where it began is none.
pub(super) fn look(old: &[u8], dialect: Dialect, path: &Path, want: &Want<'_>) -> anyhow::Result<Look> {
    let before = parse(old.to_vec(), dialect)?;
    let wanted = want(&before, path)?;
    let (after, mut changes) = match &wanted.instead {
        Some(content) => {
            let after = parse(content.clone(), dialect)?;
            let changes = edit::compare(&before, &after);
            (after, changes)
        }
        None => edit::apply(&before, &wanted.edits)?,
    };
    let bytes = after.to_bytes();
    let changed = bytes != old;
    if !changed {
        changes.clear();
    }
    Ok(Look { before, after, bytes, changed, changes, wanted })
}
