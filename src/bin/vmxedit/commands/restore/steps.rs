//! Stepping back from backup to backup.

use std::path::{Path, PathBuf};

use vmxedit::file::{self, Backup, FindError, OpenError};
use vmxedit::host::Place;

/// What to restore into a file with a certain content.
pub(super) enum Step {
    To {
        backup: PathBuf,
        content: Vec<u8>,
        /// Backups between two that the file is equal to.
        skipped: Vec<PathBuf>,
    },
    /// Nothing: the file is equal to the oldest backup.
    End {
        oldest: PathBuf,
        /// The number of the other backups.
        others: usize,
    },
}

/// Returns the newest of these backups that is older than every one that the file is equal to. The newest is the first.
///
/// An edit may bring an old content back: a step from the newest equal backup would lead from there to the same
/// backups again. Backups that another process has removed since they were found do not count.
///
/// # Errors
/// That of reading a backup, which names it.
pub(super) fn next(backups: &[Backup], content: &[u8], file: &Place) -> Result<Step, FindError> {
    let mut equal = Vec::new();
    for (at, backup) in backups.iter().enumerate() {
        match is_equal(backup, content, file) {
            Err(error) if is_removed(&error) => {}
            is_equal => equal.extend(is_equal?.then_some(at)),
        }
    }
    let next = equal.last().map_or(0, |oldest| oldest + 1);
    let mut removed = None;
    for backup in &backups[next..] {
        let content = match file::read_backup(&backup.place, file) {
            Err(error) if is_removed(&error) => {
                removed = Some(error);
                continue;
            }
            content => content?,
        };
        let between = equal.first().map_or(0..0, |newest| *newest..next);
        let skipped = between.filter(|at| !equal.contains(at)).map(|at| path(&backups[at]).to_owned());
        return Ok(Step::To { backup: path(backup).to_owned(), content, skipped: skipped.collect() });
    }
    match (equal.last(), removed) {
        (None, Some(error)) => Err(error),
        (oldest, _) => Ok(Step::End {
            oldest: oldest.map(|at| path(&backups[*at]).to_owned()).unwrap_or_default(),
            others: backups.len().saturating_sub(1),
        }),
    }
}

/// Returns whether the backup of `file` has this content.
///
/// # Errors
/// That of reading the backup, which names it.
pub(super) fn is_equal(backup: &Backup, content: &[u8], file: &Place) -> Result<bool, FindError> {
    let is_possible = backup.stat.len == content.len() as u64;
    Ok(is_possible && file::read_backup(&backup.place, file)? == content)
}

/// Returns whether the error says that the file is not there any more.
pub(super) fn is_removed(error: &FindError) -> bool {
    matches!(error.source, OpenError::NotFound(_))
}

fn path(backup: &Backup) -> &Path {
    backup.place.path()
}
