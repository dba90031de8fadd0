//! `restore --list`: the backups of a file.

use vmxedit::document::Dialect;
use vmxedit::file::Backup;

use super::steps;
use crate::commands::backups::{self, Original};
use crate::error::message_with_causes;
use crate::exit::Exit;
use crate::output::Output;
use crate::output::backups::{self as printer, Row};

/// Prints the backups with the usual suffix, the newest first, then those with others.
pub(super) fn print(file: &Original, dialect: Dialect, out: &mut Output) -> anyhow::Result<Exit> {
    let content = file.read()?;
    let mut rows = Vec::new();
    for backup in backups::numbered(file)? {
        rows.extend(row(&backup, Some(backup.number), &content, file, out));
    }
    for backup in backups::others(file, dialect)? {
        rows.extend(row(&backup, None, &content, file, out));
    }
    printer::print(out, file.path(), &rows);
    Ok(Exit::negative_if(rows.is_empty()))
}

/// Returns the row of a backup; `None` if another process has removed it. What cannot be read is listed as well.
fn row(
    backup: &Backup,
    number: Option<u32>,
    content: &[u8],
    file: &Original,
    out: &mut Output,
) -> Option<Row> {
    let path = &backup.path;
    let is_current = match steps::is_equal(backup, content, file) {
        Ok(is_equal) => Some(is_equal),
        Err(error) if steps::is_removed(&error) => return None,
        Err(error) => {
            let why = message_with_causes(&error.source);
            out.note(Some(path), &format!("it may be equal to the file: {why}"));
            None
        }
    };
    Some(Row {
        path: path.to_owned(),
        number,
        size: backup.stat.len,
        modified: backup.stat.modified_time(),
        is_current,
    })
}
