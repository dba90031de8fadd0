//! Stepping back from backup to backup.

use std::collections::HashMap;
use std::path::Path;

use vmxedit::file::{Backup, FindError, OpenError};
use vmxedit::host::Stat;

use crate::commands::backups::Original;

/// What to restore.
pub(super) enum Step<'a> {
    To(&'a Backup, Vec<u8>),
    /// Nothing: the file is equal to the oldest backup.
    End {
        oldest: &'a Path,
        /// The number of the other backups.
        others: usize,
    },
}

/// Returns the backup before the one that was restored last, or else the newest. The newest of `backups` is the first.
///
/// A file that was restored has the content and the time of its backup, so that an edit which brings an old content back is
/// not taken for that. Backups that are equal to the file are passed over, and so are those that another process has
/// removed since they were found.
///
/// # Errors
/// That of reading a backup, which names it.
pub(super) fn next<'a>(
    backups: &'a [Backup],
    content: &[u8],
    stat: &Stat,
    file: &Original,
) -> Result<Step<'a>, FindError> {
    let mut start = 0;
    for (at, backup) in backups.iter().enumerate() {
        let has_time = backup.stat.modified == stat.modified;
        if has_time && is_equal(backup, content, file).or_else(unless_removed)? {
            start = at + 1;
            break;
        }
    }
    let mut oldest = backups[..start].last();
    let mut removed = None;
    // A file that was restored may have been kept as a backup again: only the newer copy counts. Where times are coarse,
    // two backups may have the same time and length.
    let mut seen: HashMap<_, Vec<&Backup>> = HashMap::new();
    let version = |backup: &Backup| (backup.stat.modified, backup.stat.len);
    for backup in &backups[..start] {
        seen.entry(version(backup)).or_default().push(backup);
    }
    for backup in &backups[start..] {
        let similar = seen.entry(version(backup)).or_default();
        if is_copy(backup, similar, file).or_else(unless_removed)? {
            continue;
        }
        similar.push(backup);
        match file.read_backup(&backup.name) {
            Err(error) if is_removed(&error) => removed = Some(error),
            Err(error) => return Err(error),
            Ok(read) if read == content => oldest = Some(backup),
            Ok(read) => return Ok(Step::To(backup, read)),
        }
    }
    match (oldest, removed) {
        (None, Some(error)) => Err(error),
        (oldest, _) => Ok(Step::End {
            oldest: oldest.map_or(Path::new(""), |backup| &backup.path),
            others: backups.len().saturating_sub(1),
        }),
    }
}

/// Returns whether the backup of `file` has this content.
///
/// # Errors
/// That of reading the backup, which names it.
pub(super) fn is_equal(backup: &Backup, content: &[u8], file: &Original) -> Result<bool, FindError> {
    let is_possible = backup.stat.len == content.len() as u64;
    Ok(is_possible && file.read_backup(&backup.name)? == content)
}

/// Returns whether a backup has the content of one of the others.
fn is_copy(backup: &Backup, others: &[&Backup], file: &Original) -> Result<bool, FindError> {
    if others.is_empty() {
        return Ok(false);
    }
    let content = file.read_backup(&backup.name)?;
    for other in others {
        if is_equal(other, &content, file).or_else(unless_removed)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether the error says that the file is not there any more.
pub(super) fn is_removed(error: &FindError) -> bool {
    matches!(error.source, OpenError::NotFound(_))
}

/// Takes a backup that was removed for one that is not equal to the file.
fn unless_removed(error: FindError) -> Result<bool, FindError> {
    if is_removed(&error) { Ok(false) } else { Err(error) }
}
