//! The words that `diff` takes.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::Output;

/// Compares two files key by key, in whatever order they stand
///
/// Prints a line for each key that is only in B (+), only in A (-), or has another value (~). Upper and lower case of
/// keys, spacing and comments do not count. Exits with 0 when nothing differs, else with 1.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// A .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    #[arg(value_name = "A")]
    pub(crate) file: PathBuf,
    /// The file to compare it with
    #[arg(value_name = "B", required_unless_present_any = ["backup", "preset"],
          conflicts_with_all = ["backup", "preset"])]
    pub(crate) other: Option<PathBuf>,
    /// Compare the newest FILE.bak, FILE.bak.1, ... with A: what has changed since; or the backup NAME, a path, a name
    /// beside A, or a suffix of A
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) backup: Option<OsString>,
    /// Compare A with what this preset would make of it
    #[arg(long, value_name = "PRESET", conflicts_with = "backup")]
    pub(crate) preset: Option<String>,
    /// What a parameter of the preset is; NAME=@PATH takes it from a file
    #[arg(long = "param", value_name = "NAME=VALUE", requires = "preset")]
    pub(crate) parameters: Vec<String>,
    /// Print a unified diff of the lines instead: order, spacing and comments count
    #[arg(long, conflicts_with_all = ["semantic", "ignore_volatile"])]
    pub(crate) unified: bool,
    /// Values that VMware reads alike are alike: TRUE and true, 1024 and 0x400
    #[arg(long)]
    pub(crate) semantic: bool,
    /// Leave out keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...
    #[arg(long)]
    pub(crate) ignore_volatile: bool,
    /// Show passwords and keys in what is printed
    #[arg(long)]
    pub(crate) show_secrets: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
