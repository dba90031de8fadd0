//! Values that options and the configuration file share.

use std::num::NonZeroUsize;

use clap::ValueEnum;

/// The suffix of a backup, if the user does not choose one.
pub(crate) const DEFAULT_SUFFIX: &str = ".bak";

/// When results are colored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

/// Parses a number of parallel jobs.
pub(crate) fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "it must be a whole number, 1 or more".to_owned())
}

/// Parses the suffix of a backup.
pub(crate) fn suffix(text: &str) -> Result<String, String> {
    match text {
        "" => Err("with an empty suffix the backup would be the file itself".to_owned()),
        _ if text.contains(['/', '\0']) => Err("it must be a suffix, not a path".to_owned()),
        _ if text.to_ascii_lowercase().ends_with(".vmx") => {
            Err("a backup with this suffix would look like another VM".to_owned())
        }
        _ => Ok(text.to_owned()),
    }
}
