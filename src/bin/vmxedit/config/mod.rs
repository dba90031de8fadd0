//! The configuration files: default values of options, for editing commands, presets and backups.

mod file;
mod values;

use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use vmxedit::host::{self, ProtectedFileError, read_protected};
use vmxedit::transaction::Wait;

use crate::error::{ProgramError, at_path};
use crate::words::quoted_path;

pub(crate) use self::values::{DEFAULT_SUFFIX, When, jobs, suffix};

/// Names another file to read, and no other; empty: none.
const VARIABLE: &str = "VMXEDIT_CONFIG";
const SYSTEM_FILE: &str = "/etc/vmxedit/config.toml";
/// Real files have some hundred bytes.
const MAX_LEN: usize = 1 << 20;

static LOADED: OnceLock<(Config, Vec<Ignored>)> = OnceLock::new();

/// The values of the configuration files. A value that is missing is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
    pub(crate) backup: Option<Backup>,
    pub(crate) wait: Option<Wait>,
    pub(crate) jobs: Option<NonZeroUsize>,
    pub(crate) color: Option<When>,
    /// Folders with presets, in the order in which they are searched.
    pub(crate) preset_folders: Vec<PathBuf>,
}

/// Whether an edit keeps the old file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Backup {
    No,
    /// With this suffix.
    Yes(String),
}

impl Config {
    /// Returns the suffix of backups that are not named.
    pub(crate) fn suffix(&self) -> &str {
        match &self.backup {
            Some(Backup::Yes(suffix)) => suffix,
            Some(Backup::No) | None => DEFAULT_SUFFIX,
        }
    }

    /// Returns these values, and those of `fallback` for what is missing. The folders of both are searched.
    fn or(self, fallback: Self) -> Self {
        Self {
            backup: self.backup.or(fallback.backup),
            wait: self.wait.or(fallback.wait),
            jobs: self.jobs.or(fallback.jobs),
            color: self.color.or(fallback.color),
            preset_folders: [self.preset_folders, fallback.preset_folders].concat(),
        }
    }
}

/// Returns the configuration that [`load`] read; an empty one if it was not called.
pub(crate) fn current() -> &'static Config {
    static EMPTY: Config =
        Config { backup: None, wait: None, jobs: None, color: None, preset_folders: Vec::new() };
    LOADED.get().map_or(&EMPTY, |(config, _)| config)
}

/// A file that is not read because another user could have written it.
#[derive(Debug)]
pub(crate) struct Ignored {
    pub(crate) file: PathBuf,
    pub(crate) reason: String,
    /// What makes it a file that is read.
    pub(crate) remedy: Option<String>,
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.reason)
    }
}

/// Returns the files that [`load`] did not read.
pub(crate) fn ignored() -> &'static [Ignored] {
    LOADED.get().map_or(&[], |(_, ignored)| ignored)
}

/// Reads the configuration files, once.
///
/// # Errors
/// [`ProgramError::Config`] for a file that is not valid; that of reading one.
pub(crate) fn load() -> anyhow::Result<()> {
    let mut ignored = Vec::new();
    let mut config = Config::default();
    for source in sources() {
        let path = source.path();
        match read_protected(path, MAX_LEN) {
            Ok(bytes) => config = config.or(file::parse(&bytes).map_err(|error| at_path(error, path))?),
            Err(error) if source.may_be_missing(&error) => {}
            Err(ProtectedFileError::Io(source)) => {
                return Err(at_path(ProgramError::ConfigUnreadable { source }, path));
            }
            Err(error) => {
                let reason = format!("the configuration file is ignored: {error}");
                ignored.push(Ignored { file: path.to_owned(), reason, remedy: remedy(&error, path) });
            }
        }
    }
    LOADED.get_or_init(|| (config, ignored));
    Ok(())
}

/// Returns the command that takes the right to write from other users, where that is what is wrong.
fn remedy(error: &ProtectedFileError, file: &Path) -> Option<String> {
    match error {
        ProtectedFileError::Writable { .. } => Some(format!("chmod go-w {}", quoted_path(file))),
        ProtectedFileError::Replaceable { folder, owner } if [0, host::effective_user()].contains(owner) => {
            Some(format!("chmod go-w {}", quoted_path(folder)))
        }
        _ => None,
    }
}

/// A configuration file that is looked for.
enum Source {
    /// The environment names it.
    Named(PathBuf),
    User(PathBuf),
    System,
}

impl Source {
    fn path(&self) -> &Path {
        match self {
            Self::Named(path) | Self::User(path) => path,
            Self::System => Path::new(SYSTEM_FILE),
        }
    }

    /// Returns whether the file is not there, as far as this user is concerned. What cannot be read in the home of another
    /// user, as after `su` without `-`, is not this user's.
    fn may_be_missing(&self, error: &ProtectedFileError) -> bool {
        match self {
            Self::Named(_) => false,
            Self::User(path) => error.is_not_found() || (error.is_io() && is_in_home_of_another_user(path)),
            Self::System => error.is_not_found(),
        }
    }
}

/// Returns the files in the order of their precedence.
fn sources() -> Vec<Source> {
    match std::env::var_os(VARIABLE) {
        Some(path) if path.is_empty() || path == "/dev/null" => Vec::new(),
        Some(path) => vec![Source::Named(path.into())],
        None => user_folder()
            .map(|folder| Source::User(folder.join("config.toml")))
            .into_iter()
            .chain([Source::System])
            .collect(),
    }
}

/// Returns the folder of the user's files for this program.
pub(crate) fn user_folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let config = named("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config = config.or_else(|| named("HOME").map(|home| Path::new(&home).join(".config")));
    config.map(|config| config.join("vmxedit"))
}

/// Returns whether the path is below `HOME`, and that is the home of another user.
pub(crate) fn is_in_home_of_another_user(path: &Path) -> bool {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    path.starts_with(&home) && host::stat(&home).is_ok_and(|home| home.owner != host::effective_user())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use vmxedit::transaction::Wait;

    use super::{Backup, Config};

    #[test]
    fn a_value_of_the_user_takes_precedence_and_folders_are_joined() {
        let user =
            Config { backup: Some(Backup::No), preset_folders: vec!["/mine".into()], ..Config::default() };
        let system = Config {
            backup: Some(Backup::Yes(".old".to_owned())),
            wait: Some(Wait::UpTo(Duration::from_secs(5))),
            preset_folders: vec!["/all".into()],
            ..Config::default()
        };
        let both = user.or(system.clone());
        assert_eq!((both.backup, both.wait), (Some(Backup::No), system.wait));
        assert_eq!(both.preset_folders, ["/mine", "/all"].map(std::path::PathBuf::from));
    }
}
