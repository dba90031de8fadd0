//! The words of `preset`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Editing, Output};

/// Shows presets, checks them, takes them back
///
/// Presets are TOML files: those that come with the program, and yours in the folders that `preset path` names. A name
/// stands for the first file NAME.toml there, else for a built-in preset; a word with a slash or .toml at its end is a
/// path.
#[derive(Args, Debug)]
pub(crate) struct Preset {
    #[command(subcommand)]
    pub(crate) command: PresetCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum PresetCommand {
    /// Lists the presets, a line each
    List(PresetList),
    /// Tells what a preset sets, when, why, and from which source
    Show(PresetShow),
    /// Tells whether a file is a valid preset
    Check {
        /// The preset file, or - for standard input
        file: PathBuf,
        #[command(flatten)]
        output: Output,
    },
    /// Takes back what a preset sets, where the value is still the preset's
    Revert(PresetRevert),
    /// Prints the folders where presets are looked for, in order
    Path {
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Args, Debug)]
pub(crate) struct PresetList {
    /// Only presets that have all of these words in name, title or keys, in any case
    #[arg(value_name = "WORD")]
    pub(crate) words: Vec<String>,
    /// Only those that suit this VM, and whether it has them; with --verbose the others too, with the reason
    #[arg(long = "for", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct PresetShow {
    /// The preset: a name, a path, or - for standard input
    pub(crate) name: String,
    /// Tell also what it would do to this file
    pub(crate) file: Option<PathBuf>,
    /// What a parameter is; NAME=@PATH takes it from a file
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct PresetRevert {
    /// The preset: a name or a path
    pub(crate) name: String,
    /// The .vmx file, a directory that holds one, a Fusion bundle, or - to edit standard
    /// input onto standard output, with the report on standard error
    pub(crate) file: PathBuf,
    /// What a parameter was
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    #[command(flatten)]
    pub(crate) editing: Editing,
}
