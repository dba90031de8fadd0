//! What commands on many files share.

use std::num::NonZeroUsize;

use clap::Args;

/// How many files are found and worked on.
#[derive(Args, Debug, Default)]
pub(crate) struct Many {
    /// Descend into directories: every .vmx below them, in the order of their names; symlinks to directories are not
    /// followed
    #[arg(short, long)]
    pub(crate) recursive: bool,
    /// With --recursive: stay on the file system of each directory that is named
    #[arg(long, requires = "recursive")]
    pub(crate) one_file_system: bool,
    /// Work on so many files at once [default: one a processor core]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Show no progress on a terminal
    #[arg(long)]
    pub(crate) no_progress: bool,
}
