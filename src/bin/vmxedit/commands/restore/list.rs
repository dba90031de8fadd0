//! `restore --list`: the backups of a file.

use vmxedit::document::Dialect;
use vmxedit::file::{self, Backup, VmxFile};
use vmxedit::host::Place;

use crate::commands::backups;
use crate::exit::Exit;
use crate::output::Output;
use crate::output::backups::{self as printer, Row};

/// Prints the backups with the usual suffix, the newest first, then those with others.
pub(super) fn print(file: &Place, dialect: Dialect, out: &mut Output) -> anyhow::Result<Exit> {
    let content = VmxFile::read_in(file)?.into_bytes();
    let row = |backup: &Backup, number| {
        anyhow::Ok(Row {
            path: backup.place.path().to_owned(),
            number,
            size: backup.stat.len,
            modified: backup.stat.modified_time(),
            is_current: is_equal(backup, &content, file)?,
        })
    };
    let mut rows = Vec::new();
    for backup in backups::numbered(file)? {
        rows.push(row(&backup, Some(backup.number))?);
    }
    for backup in backups::others(file, dialect)? {
        rows.push(row(&backup, None)?);
    }
    printer::print(out, file.path(), &rows);
    Ok(Exit::negative_if(rows.is_empty()))
}

/// Returns whether the backup of `file` has this content.
pub(super) fn is_equal(backup: &Backup, content: &[u8], file: &Place) -> anyhow::Result<bool> {
    let is_possible = backup.stat.len == content.len() as u64;
    Ok(is_possible && file::read_backup(&backup.place, file)? == content)
}
