//! Names, creates and finds backups of a file. An existing backup is never overwritten.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use super::{FindError, OpenError, Original, SaveError};
use crate::host::{self, FileKind, Folder, FolderView, Place, Stat};

/// The largest number of a backup.
const MAX_NUMBER: u32 = 999_999_999;
/// How many names are tried where other processes take them first.
const ATTEMPTS: u32 = 1000;

/// A backup of a file, in the folder of the file.
///
/// ```
/// use vmxedit::file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// std::fs::write(folder.path().join("vm.vmx.bak"), "memsize = \"1024\"\n")?;
/// let place = file::find(&path)?;
/// let backups = file::backups(&**place.folder(), place.name(), ".bak".as_ref())?;
/// assert_eq!(backups[0].name, "vm.vmx.bak");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Backup {
    /// Its name.
    pub name: OsString,
    /// Its path, for messages.
    pub path: PathBuf,
    /// What follows the name of the file, without the number: `.bak`.
    pub suffix: OsString,
    /// Its number; the first backup has none in its name, and 0 here.
    pub number: u32,
    /// Its metadata.
    pub stat: Stat,
}

/// Returns the backups of a file with this suffix, the newest last. They are sorted by their numbers, which are the
/// order in which they were made; times are not that order where clocks differ or files were copied. A link or anything
/// else that is not a regular file is none, nor is a file of another owner or with hard links: another user may have put
/// it there.
///
/// # Errors
/// [`OpenError::Io`] where the folder cannot be read.
pub fn backups(folder: &dyn FolderView, file: &OsStr, suffix: &OsStr) -> Result<Vec<Backup>, FindError> {
    let first = first_name(file, suffix);
    let number_of = |name: &OsStr| Some((suffix.to_owned(), number_after(&first, name)?));
    let mut found = select(folder, file, number_of)?;
    found.sort_by_key(|backup| backup.number);
    Ok(found)
}

/// Returns the files that may be backups of a file with any suffix, sorted by suffix, then by number. What they contain is
/// not examined.
///
/// # Errors
/// [`OpenError::Io`] where the folder cannot be read.
pub fn possible_backups(folder: &dyn FolderView, file: &OsStr) -> Result<Vec<Backup>, FindError> {
    let mut found = select(folder, file, |name| suffix_and_number(file, name))?;
    found.sort_by(|one, other| (&one.suffix, one.number).cmp(&(&other.suffix, other.number)));
    Ok(found)
}

/// Returns the entries of the folder that have a suffix and a number, and may be backups.
fn select(
    folder: &dyn FolderView,
    file: &OsStr,
    parse: impl Fn(&OsStr) -> Option<(OsString, u32)>,
) -> Result<Vec<Backup>, FindError> {
    let failed = |error| OpenError::at(&folder.path_of(file))(OpenError::io("look for backups")(error));
    let owner = folder.stat_entry(file).map_err(failed)?.owner;
    let mut found = Vec::new();
    for name in folder.names().map_err(failed)? {
        let Some((suffix, number)) = parse(&name) else { continue };
        let stat = match folder.stat_entry(&name) {
            Ok(stat) => stat,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        if is_backup(&stat, owner) {
            found.push(Backup { path: folder.path_of(&name), name, suffix, number, stat });
        }
    }
    Ok(found)
}

/// Returns what follows the name of the target in `name`, and the number after that.
fn suffix_and_number(target: &OsStr, name: &OsStr) -> Option<(OsString, u32)> {
    let rest = name.as_encoded_bytes().strip_prefix(target.as_encoded_bytes())?;
    let text = std::str::from_utf8(rest).ok().filter(|rest| !rest.is_empty())?;
    let numbered = text.rsplit_once('.').filter(|(suffix, _)| !suffix.is_empty());
    let numbered = numbered.and_then(|(suffix, number)| Some((suffix, parse_number(number.as_bytes())?)));
    let (suffix, number) = numbered.unwrap_or((text, 0));
    Some((suffix.into(), number))
}

/// Returns whether this may be the backup of a file of `owner`.
pub(crate) fn is_backup(stat: &Stat, owner: u32) -> bool {
    stat.kind == FileKind::Regular && stat.links == 1 && stat.owner == owner
}

/// Reads a backup that [`backups`] or [`possible_backups`] found, or a file that must be like one of them.
///
/// # Errors
/// [`FindError`]; also if it is not a backup of the file any more.
pub fn read_backup(backup: &Place, of: &Place) -> Result<Vec<u8>, FindError> {
    let failed = OpenError::at(backup.path());
    let owner = of.folder().stat_of(of.name()).map_err(OpenError::opening).map_err(&failed)?.owner;
    let original = Original::read(backup).map_err(&failed)?;
    if !is_backup(original.stat(), owner) {
        return Err(failed(OpenError::NotFound(io::ErrorKind::NotFound.into())));
    }
    Ok(original.bytes)
}

/// Returns the entries of the folder that have the name of a backup of `target`, with their numbers. The first has 0.
fn numbered(folder: &Folder, target: &OsStr, suffix: &OsStr) -> io::Result<Vec<(u32, OsString)>> {
    let first = first_name(target, suffix);
    let names = folder.names()?.into_iter();
    Ok(names.filter_map(|name| Some((number_after(&first, &name)?, name))).collect())
}

fn first_name(target: &OsStr, suffix: &OsStr) -> OsString {
    let mut first = target.to_owned();
    first.push(suffix);
    first
}

/// Returns the number of the backup `name`, which is `first`, or `first` with a dot and the number.
fn number_after(first: &OsStr, name: &OsStr) -> Option<u32> {
    match name.as_encoded_bytes().strip_prefix(first.as_encoded_bytes())? {
        [] => Some(0),
        [b'.', digits @ ..] => parse_number(digits),
        _ => None,
    }
}

fn parse_number(digits: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|c| c.is_ascii_digit()))?;
    text.parse().ok().filter(|number| *number <= MAX_NUMBER)
}

/// Returns the names that a backup may have, in the order in which they are tried: from the number after the largest one
/// on. In a folder that cannot be listed, the first [`ATTEMPTS`] numbers are tried.
pub(super) fn names(folder: &Folder, target: &OsStr, suffix: &OsStr) -> impl Iterator<Item = OsString> {
    let taken = numbered(folder, target, suffix).unwrap_or_default();
    let start = next_number(taken.into_iter().map(|(number, _)| number).collect());
    let first = first_name(target, suffix);
    (start..=start.saturating_add(ATTEMPTS)).map(move |number| {
        let mut name = first.clone();
        if number > 0 {
            name.push(format!(".{number}"));
        }
        name
    })
}

/// Returns the number after the largest one; where that is too large, the first that is free.
fn next_number(mut taken: Vec<u32>) -> u32 {
    taken.sort_unstable();
    taken.dedup();
    match taken.last() {
        None => 0,
        Some(last) if *last < MAX_NUMBER => last + 1,
        Some(_) => (0..).zip(&taken).find(|(free, taken)| free != *taken).map_or(0, |(free, _)| free),
    }
}

/// Checks that there is a free name for a backup, and that it is not too long.
pub(super) fn check_name(place: &Place, suffix: &OsStr) -> Result<(), SaveError> {
    for name in names(place.folder(), place.name(), suffix) {
        let refused = |source| SaveError::BackupName { name: Path::new(&name).to_owned(), source };
        match place.folder().stat_of(&name) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(refused(error)),
        }
    }
    let name = place.name().into();
    Err(SaveError::BackupName { name, source: io::ErrorKind::AlreadyExists.into() })
}

/// Renames the displaced file to the next backup name. Returns that name.
pub(super) fn keep(
    folder: &Folder,
    displaced: &OsStr,
    target: &OsStr,
    suffix: &OsStr,
) -> io::Result<OsString> {
    for name in names(folder, target, suffix) {
        match rename_new(folder, displaced, &name) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn rename_new(folder: &Folder, from: &OsStr, to: &OsStr) -> io::Result<()> {
    match folder.rename_new(from, to) {
        // An empty file takes the name first, so that no backup is overwritten.
        Err(error) if host::is_unsupported_rename(&error) => {
            drop(folder.create_file(to, 0o600)?);
            folder.rename(from, to).inspect_err(|_| drop(folder.remove_file(to)))
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{MAX_NUMBER, next_number, number_after, suffix_and_number};

    #[test]
    fn a_backup_has_a_number_in_its_name() {
        let number = |name: &str| number_after(OsStr::new("vm.vmx.bak"), OsStr::new(name));
        assert_eq!(number("vm.vmx.bak"), Some(0));
        assert_eq!(number("vm.vmx.bak.12"), Some(12));
        for other in
            ["vm.vmx", "vm.vmx.bak.", "vm.vmx.bak.x", "vm.vmx.bak.+1", "vm.vmx.bak1", "vm.vmx.bak.9999999999"]
        {
            assert_eq!(number(other), None, "{other}");
        }
    }

    #[test]
    fn a_backup_with_any_suffix_has_a_suffix_and_perhaps_a_number() {
        let parse = |name: &str| {
            let (suffix, number) = suffix_and_number(OsStr::new("vm.vmx"), OsStr::new(name))?;
            Some((suffix.into_string().expect("the names are text"), number))
        };
        for (name, suffix, number) in [
            ("vm.vmx.old", ".old", 0),
            ("vm.vmx.old.3", ".old", 3),
            ("vm.vmx-2026.11.27", "-2026.11", 27),
            ("vm.vmx.1", ".1", 0),
            ("vm.vmx~", "~", 0),
        ] {
            assert_eq!(parse(name), Some((suffix.to_owned(), number)), "{name}");
        }
        assert_eq!((parse("vm.vmx"), parse("other.vmx.bak")), (None, None));
    }

    #[test]
    fn the_next_number_is_after_all_others_while_there_is_one() {
        assert_eq!(next_number(vec![]), 0);
        assert_eq!(next_number(vec![0]), 1);
        assert_eq!(next_number(vec![7, 2]), 8);
        assert_eq!(next_number(vec![0, MAX_NUMBER, 1, 1, 3]), 2);
        assert_eq!(next_number(vec![MAX_NUMBER]), 0);
    }
}
