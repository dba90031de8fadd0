//! Options of the commands that work on many files.

use std::num::NonZeroUsize;

use clap::Args;

use crate::config;

/// Which files are found, and how many are processed at a time.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct BatchArgs {
    /// Process every .vmx file below the named directories, sorted by name; symbolic links are not
    /// followed
    #[arg(short, long)]
    pub(crate) recursive: bool,
    /// With --recursive: stay on the file system of each named directory
    #[arg(long, requires = "recursive")]
    pub(crate) one_file_system: bool,
    /// Number of files to process in parallel [default: number of CPUs]
    #[arg(long, value_name = "N", value_parser = config::jobs)]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Do not show progress on a terminal
    #[arg(long)]
    pub(crate) no_progress: bool,
}
