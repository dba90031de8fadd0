//! The words that each command takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::dialect::Rules;
use super::many::Many;

/// Prints the values of keys
///
/// Passwords and keys too: what is asked for is printed.
#[derive(Args, Debug)]
pub(crate) struct Get {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    pub(crate) file: PathBuf,
    /// Keys; upper and lower case are the same
    #[arg(required = true, value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Print this for a key that is not there, and exit with 0
    #[arg(long, value_name = "VALUE")]
    pub(crate) default: Option<String>,
    /// End each value with a NUL byte instead of a newline
    #[arg(short = '0', long)]
    pub(crate) null: bool,
    /// Print every value of a key that stands there several times
    #[arg(long)]
    pub(crate) all: bool,
    /// Print the bytes as they stand in the file: not unescaped, not decoded
    #[arg(long)]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) rules: Rules,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Prints entries as they are written, in file order
#[derive(Args, Debug)]
pub(crate) struct List {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - for standard input
    pub(crate) file: PathBuf,
    /// Only keys that match one of these: * ? [abc] [!abc], over the whole key, in any case
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
    /// Print the keys alone
    #[arg(long)]
    pub(crate) keys: bool,
    /// Print the bytes as they stand in the file
    #[arg(long)]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) rules: Rules,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Sets keys to values: all of them, or none
///
/// An entry that exists keeps its place, spelling, spacing and comment. A new one goes after the last entry of its
/// family (ethernet0.*), else at the end. A value is taken as it is typed: what VMX must escape is escaped.
#[derive(Args, Debug)]
pub(crate) struct Set {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - to edit standard
    /// input onto standard output, with the report on standard error
    pub(crate) file: PathBuf,
    /// KEY ends at the first =. KEY=@PATH takes the value from a file, without its last newline; KEY=@@TEXT is the value
    /// @TEXT
    #[arg(required = true, value_name = "KEY=VALUE")]
    pub(crate) assignments: Vec<String>,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Removes entries, whole lines
#[derive(Args, Debug)]
pub(crate) struct Unset {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - to edit standard
    /// input onto standard output, with the report on standard error
    pub(crate) file: PathBuf,
    /// Keys, or patterns of keys: * ? [abc] [!abc], over the whole key, in any case
    #[arg(required = true, value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
    /// A key or pattern that nothing matches is an error (exit 1)
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Renames a key, or with .* on both a whole family
#[derive(Args, Debug)]
pub(crate) struct Rename {
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - to edit standard
    /// input onto standard output, with the report on standard error
    pub(crate) file: PathBuf,
    /// The key as it is, or FAMILY.*
    pub(crate) old: String,
    /// The key as it shall be, or FAMILY.*
    pub(crate) new: String,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Applies presets and edits to any number of files
///
/// On each file presets come first, then --unset, then --set: all of it, or none. One file that fails stops none of
/// the others.
#[derive(Args, Debug)]
#[group(id = "work", required = true, multiple = true, args = ["presets", "set", "unset"])]
pub(crate) struct Apply {
    /// A preset: a name (see preset list), the path of a preset file, or - for standard input
    #[arg(short, long = "preset", value_name = "PRESET")]
    pub(crate) presets: Vec<String>,
    /// What a preset's parameter is; NAME=@PATH takes it from a file, PRESET.NAME=VALUE means one preset alone
    #[arg(long = "param", value_name = "NAME=VALUE", requires = "presets")]
    pub(crate) parameters: Vec<String>,
    /// Set a key, as in the command set
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Remove entries, as in the command unset
    #[arg(long, value_name = "PATTERN")]
    pub(crate) unset: Vec<String>,
    /// .vmx files, directories that hold one, Fusion bundles; or - alone
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    /// Apply presets although their conditions do not hold
    #[arg(long)]
    pub(crate) ignore_conditions: bool,
    /// Skip files that a preset's conditions rule out, instead of refusing them
    #[arg(long, conflicts_with = "ignore_conditions")]
    pub(crate) if_applicable: bool,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Puts a backup back, an edit like any other
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The .vmx file, a directory that holds one, or a Fusion bundle
    pub(crate) file: PathBuf,
    /// The backup; the newest FILE.bak, FILE.bak.1, ... unless named
    #[arg(value_name = "BACKUP")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) editing: Editing,
}

/// Tells whether VMs are off, and what that rests on
///
/// Exits with 0 when every VM is off, else with 1. "off" means that nothing conclusive or strong says otherwise.
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// .vmx files, directories that hold one, Fusion bundles
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Prints the completions for a shell
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Prints a manual page
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The command's page instead of the program's
    pub(crate) command: Vec<String>,
}

/// What editing commands share.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Editing {
    /// Change nothing; say what would change
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Also print a unified diff
    #[arg(long)]
    pub(crate) diff: bool,
    /// Change nothing; exit with 1 if anything would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Keep the old file beside the new one; an existing backup is never overwritten [default suffix: .bak]
    #[arg(long, value_name = "SUFFIX", num_args = 0..=1, require_equals = true, default_missing_value = ".bak",
          value_parser = suffix)]
    pub(crate) backup: Option<String>,
    /// Wait until the VM is off and its lock is free, then edit; without a number, for ever
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "ever",
          value_parser = seconds)]
    pub(crate) wait: Option<Duration>,
    /// Edit although the VM is not known to be off; nobody's lock is removed
    #[arg(long)]
    pub(crate) force: bool,
    /// Make an ESXi host read the file again afterwards
    #[arg(long)]
    pub(crate) reload: bool,
    /// Go on where owner, access control list or extended attributes cannot be kept
    #[arg(long)]
    pub(crate) lossy_metadata: bool,
    /// Go on where the file has other hard links: they keep the old content
    #[arg(long)]
    pub(crate) break_links: bool,
    /// Do not wait for the disk: for scratch trees; a power cut may take the file
    #[arg(long)]
    pub(crate) no_sync: bool,
    /// Show passwords and keys in what is printed
    #[arg(long)]
    pub(crate) show_secrets: bool,
    #[command(flatten)]
    pub(crate) rules: Rules,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What all commands share.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Output {
    /// Print results and errors only
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Say more on standard error
    #[arg(short, long, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Colours; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(crate) color: When,
    /// Print JSON for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

fn suffix(text: &str) -> Result<String, String> {
    match text {
        "" => Err("an empty suffix would be the file itself".to_owned()),
        _ if text.contains(['/', '\0']) => Err("a suffix, not a path".to_owned()),
        _ if text.to_ascii_lowercase().ends_with(".vmx") => {
            Err("the backup would look like a VM of its own".to_owned())
        }
        _ => Ok(text.to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    if text == "ever" {
        return Ok(Duration::MAX);
    }
    let seconds: u64 = text.parse().map_err(|_| "a whole number of seconds".to_owned())?;
    Ok(Duration::from_secs(seconds))
}
