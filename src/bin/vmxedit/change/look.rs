//! A look at a file: what it holds, what is wanted of it, what it would be. Nothing is written.

use std::path::Path;

use vmxedit::document::{Dialect, FormatError, sniff};
use vmxedit::file::{self, VmxFile};
use vmxedit::{Cause, Change, Document, Error, edit};

use super::{Want, Wanted};
use crate::cli::Editing;

/// What memory is spent on.
const LINES_AT_MOST: usize = 8 << 20;

/// What a look at a document says.
pub(super) struct Look {
    pub(super) before: Document,
    pub(super) after: Document,
    pub(super) bytes: Vec<u8>,
    pub(super) changed: bool,
    pub(super) changes: Vec<Change>,
    pub(super) wanted: Wanted,
}

pub(super) fn read(given: &Path, editing: &Editing) -> Result<(VmxFile, Document), Error> {
    let file = VmxFile::find(given)?;
    let path = file.given();
    let document = parse(file.bytes().to_vec(), editing.rules.of(path)).map_err(|cause| cause.at(path))?;
    Ok((file, document))
}

/// Looks at a file, unless `earlier` says the same: its content is what it was, and what is wanted hangs on nothing else.
pub(super) fn look_at(
    file: &VmxFile,
    earlier: Option<Look>,
    editing: &Editing,
    want: &Want<'_>,
) -> Result<Look, Error> {
    let path = file.given();
    match earlier {
        Some(look) if look.wanted.by_content_alone && look.before.to_bytes() == file.bytes() => Ok(look),
        _ => look(file.bytes(), editing.rules.of(path), path, want).map_err(|cause| cause.at(path)),
    }
}

/// Parses, makes the edits, and compares: an edit that ends where it began is none.
pub(super) fn look(old: &[u8], dialect: Dialect, path: &Path, want: &Want<'_>) -> Result<Look, Cause> {
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

/// A document, unless the bytes are plainly something else.
pub(crate) fn parse(bytes: Vec<u8>, dialect: Dialect) -> Result<Document, Cause> {
    if let Some(found) = sniff(&bytes, dialect) {
        return Err(FormatError::from(found).into());
    }
    let refused = |what: &str| Err(Cause::NotVmx { what: what.to_owned(), line: None });
    if bytes.len() > file::AT_MOST {
        return refused("no VMX file is that large");
    }
    if bytes.len() > LINES_AT_MOST && memchr::memchr2_iter(b'\n', b'\r', &bytes).count() > LINES_AT_MOST {
        return refused("no VMX file has that many lines");
    }
    let document = Document::parse_as(bytes, dialect);
    document.ensure_dictionary()?;
    Ok(document)
}
