//! The backups of a file, as the user names them.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use vmxedit::ErrorKind;
use vmxedit::document::Dialect;
use vmxedit::file::{self, Backup, FindError};
use vmxedit::host::{self, FolderView, Place, Stat};
use vmxedit::remote::RemoteFile;
use vmxedit::transaction::{self, Source};

use crate::config;
use crate::error::{ProgramError, at_path};
use crate::input::{self, Input};

/// A file whose backups are looked for.
#[derive(Clone)]
pub(super) enum Original {
    Local(Place),
    Remote(Arc<RemoteFile>),
}

impl Original {
    /// Finds the file.
    ///
    /// # Errors
    /// A [`UsageError`](crate::error::UsageError) with `why` if this is standard input; those of finding and of reading.
    pub(super) fn find(input: &Input, why: &str) -> anyhow::Result<Self> {
        Ok(match input.fetch()? {
            Some(file) => Self::Remote(file),
            None => Self::Local(input.find(why)?),
        })
    }

    /// Returns the file as it is at the time of the call, which is the source of an edit.
    pub(super) fn of_source(&self, source: &Source<'_>) -> Self {
        source.remote.map_or_else(|| self.clone(), |file| Self::Remote(Arc::clone(file)))
    }

    pub(super) fn input(&self) -> Input {
        match self {
            Self::Local(place) => Input::Listed(place.clone()),
            Self::Remote(file) => Input::Fetched(Arc::clone(file)),
        }
    }

    /// Returns the path, for messages.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Local(place) => place.path(),
            Self::Remote(file) => file.shown(),
        }
    }

    pub(super) fn name(&self) -> &OsStr {
        match self {
            Self::Local(place) => place.name(),
            Self::Remote(file) => file.name(),
        }
    }

    fn folder(&self) -> &dyn FolderView {
        match self {
            Self::Local(place) => &**place.folder(),
            Self::Remote(file) => file.folder(),
        }
    }

    /// Returns the metadata of the file.
    pub(super) fn stat(&self) -> anyhow::Result<Stat> {
        self.folder().stat_entry(self.name()).map_err(|source| at_path(source, self.path()))
    }

    /// Reads the content of the file.
    pub(super) fn read(&self) -> anyhow::Result<Vec<u8>> {
        Ok(input::read_bytes(&self.input())?.1)
    }

    /// Refuses a file behind a link that is not trusted: another user would decide which backups are looked for.
    pub(super) fn check_links(&self) -> anyhow::Result<()> {
        match self {
            Self::Local(place) => {
                place
                    .check_links(place.resolved_stat())
                    .map_err(|link| ErrorKind::from(link).at(place.path()))?;
            }
            Self::Remote(file) => {
                file.check_links().map_err(|refused| ErrorKind::RefusedByHost(refused).at(file.shown()))?;
            }
        }
        Ok(())
    }

    /// Returns the backups with this suffix, the newest first.
    pub(super) fn backups(&self, suffix: &OsStr) -> Result<Vec<Backup>, FindError> {
        let mut backups = file::backups(self.folder(), self.name(), suffix)?;
        backups.reverse();
        Ok(backups)
    }

    /// Reads the backup with this name in the folder of the file.
    ///
    /// # Errors
    /// [`FindError`]; also if it is not a backup of the file.
    pub(super) fn read_backup(&self, name: &OsStr) -> Result<Vec<u8>, FindError> {
        match self {
            Self::Local(place) => file::read_backup(&place.neighbor(name), place),
            Self::Remote(file) => file.read_backup(name),
        }
    }

    /// Returns the time of the last change of a backup; `None` if it is not there any more.
    pub(super) fn time_of(&self, backup: &OsStr) -> Option<SystemTime> {
        self.folder().stat_entry(backup).ok().map(|stat| stat.modified_time())
    }

    /// Returns the path of an entry of the folder, for messages.
    pub(super) fn path_of(&self, name: &OsStr) -> PathBuf {
        self.folder().path_of(name)
    }

    /// Returns whether the folder of the file is the current directory.
    fn is_in_current_directory(&self) -> bool {
        let Self::Local(place) = self else { return false };
        let current = host::stat(Path::new("."));
        current.is_ok_and(|current| place.folder().stat().is_ok_and(|folder| folder.is_same_file(&current)))
    }
}

/// A backup that the user named.
pub(super) enum Named {
    /// The entry with this name in the folder of the file.
    Neighbor(OsString),
    /// Any file.
    Other(Input),
}

/// Returns the backups of a file with the usual suffix, the newest first.
pub(super) fn numbered(file: &Original) -> anyhow::Result<Vec<Backup>> {
    Ok(file.backups(config::current().suffix().as_ref())?)
}

/// How many bytes of files that may be backups are read, to see whether they are: another user may own the folder.
const MAX_EXAMINED: u64 = 256 << 20;

/// Returns the files next to a file that may be backups with another suffix, the newest of each suffix first: they have
/// its name in front, and its format.
pub(super) fn others(file: &Original, dialect: Dialect) -> anyhow::Result<Vec<Backup>> {
    let mut found = file::possible_backups(file.folder(), file.name())?;
    found.retain(|backup| backup.suffix != config::current().suffix());
    found.sort_by(|one, other| (&one.suffix, other.number).cmp(&(&other.suffix, one.number)));
    let mut left = MAX_EXAMINED;
    found.retain(|backup| {
        let Some(rest) = left.checked_sub(backup.stat.len) else { return false };
        left = rest;
        let content = file.read_backup(&backup.name).ok();
        content.is_some_and(|bytes| transaction::parse(bytes, dialect).is_ok())
    });
    Ok(found)
}

/// Returns the newest backup of a file.
///
/// # Errors
/// [`ProgramError::NoBackup`], which names files with other suffixes.
pub(super) fn newest(file: &Original, dialect: Dialect) -> anyhow::Result<Named> {
    let newest = numbered(file)?.into_iter().next();
    newest.map_or_else(|| Err(none(file, dialect)), |backup| Ok(Named::Neighbor(backup.name)))
}

/// Returns the error that a file has no backup.
pub(super) fn none(file: &Original, dialect: Dialect) -> anyhow::Error {
    let others = others(file, dialect).unwrap_or_default();
    let suffix = others.first().map(|other| {
        let mut suffix = other.suffix.clone();
        if other.number > 0 {
            suffix.push(format!(".{}", other.number));
        }
        suffix
    });
    let others = others.into_iter().map(|other| other.path).collect();
    let mut name = file.path().as_os_str().to_owned();
    name.push(config::current().suffix());
    at_path(ProgramError::NoBackup { name: name.into(), others, suffix }, file.path())
}

/// Returns the backup with this name: the number of a backup or what follows the name of `file`, else a path, else the name
/// of a file next to `file`. For a file on another host, a file next to it comes before a path.
///
/// # Errors
/// [`ProgramError::NoSuchBackup`].
pub(super) fn named(file: &Original, name: &OsStr) -> anyhow::Result<Named> {
    let path = Path::new(name);
    let is_plain = path.file_name() == Some(name);
    let is_usable = |name: &OsString| file.read_backup(name).is_ok();
    // Before a file in the current directory, where another user may have put one with such a name.
    if is_plain {
        let mut suffixed = file.name().to_owned();
        suffixed.push(name);
        if let Some(found) = with_number(file, name)?.into_iter().chain([suffixed]).find(is_usable) {
            return Ok(Named::Neighbor(found));
        }
    }
    let neighbor = || Some(name.to_owned()).filter(|name| is_plain && is_usable(name)).map(Named::Neighbor);
    let other = || match Input::from(path.to_owned()) {
        input @ Input::Remote(_) => Some(Named::Other(input)),
        // A pipe of the caller as well. What is next to the file may be another user's.
        input => {
            let may_be_read =
                path.exists() && !path.is_dir() && !(is_plain && file.is_in_current_directory());
            may_be_read.then_some(Named::Other(input))
        }
    };
    let found = match file {
        Original::Local(_) => other().or_else(neighbor),
        Original::Remote(file) => neighbor().or_else(other).or_else(|| {
            let is_absolute = path.is_absolute();
            is_absolute.then(|| Named::Other(Input::of_address(file.address().with_path(path.to_owned()))))
        }),
    };
    found.ok_or_else(|| at_path(ProgramError::NoSuchBackup { name: path.to_owned() }, file.path()))
}

/// Returns the name of the backup whose number this is.
fn with_number(file: &Original, text: &OsStr) -> anyhow::Result<Option<OsString>> {
    let Some(number) = number(text) else { return Ok(None) };
    let found = numbered(file)?.into_iter().find(|backup| backup.number == number);
    Ok(found.map(|backup| backup.name))
}

fn number(name: &OsStr) -> Option<u32> {
    name.to_str()?.parse().ok()
}
