//! `preset`: lists, shows, checks and reverts presets.

mod list;
mod revert;
mod show;

use std::path::Path;

use clap::{Args, ValueHint};
use vmxedit::preset;

use super::{Example, Run, Subcommand, preset_args};
use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::input::{Input, STDIN};
use crate::output::{Output, Stream, presets};

/// List, show, check and revert presets
///
/// A preset is a TOML file. Some are built in; others are in the folders that `preset path` prints. A name means the
/// first file NAME.toml in these folders, else the built-in preset. An argument that contains a slash or ends in .toml is a
/// path.
#[derive(Args, Debug)]
pub(super) struct PresetArgs {
    #[command(subcommand)]
    command: PresetCommand,
}

#[derive(clap::Subcommand, Debug)]
enum PresetCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Check(CheckArgs),
    Revert(revert::RevertArgs),
    Path(PathArgs),
}

impl Subcommand for PresetArgs {
    const NAME: &'static str = "preset";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit preset list", "List the presets"),
        ("vmxedit preset list --for vm.vmx", "List the presets that apply to a VM"),
        ("vmxedit preset show macos-serial vm.vmx", "Show a preset and what it would change"),
        ("vmxedit preset revert macos-serial vm.vmx", "Revert a preset"),
        ("vmxedit preset check ./mine.toml", "Check whether a preset file is valid"),
        ("vmxedit preset path", "Print where to put presets of your own"),
    ];
    const EDITS: bool = true;
}

impl PresetArgs {
    fn command(&self) -> &dyn Run {
        match &self.command {
            PresetCommand::List(args) => args,
            PresetCommand::Show(args) => args,
            PresetCommand::Check(args) => args,
            PresetCommand::Revert(args) => args,
            PresetCommand::Path(args) => args,
        }
    }
}

impl Run for PresetArgs {
    fn output(&self) -> Output {
        self.command().output()
    }

    fn file(&self) -> Option<&Path> {
        self.command().file()
    }

    fn rsh(&self) -> Option<&str> {
        self.command().rsh()
    }

    fn keeps_backup_if_configured(&self) -> bool {
        self.command().keeps_backup_if_configured()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        self.command().run(out)
    }
}

/// Check whether a file is a valid preset
#[derive(Args, Debug)]
struct CheckArgs {
    /// The preset file, or - for standard input
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for CheckArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn file(&self) -> Option<&Path> {
        Some(self.file.name())
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let preset = match &self.file {
            Input::Stdin => preset_args::named(STDIN, out)?,
            _ => preset::read(self.file.name())?,
        };
        presets::print_valid(out, self.file.name(), &preset);
        Ok(Exit::Success)
    }
}

/// Print the folders where presets are looked up, in order
#[derive(Args, Debug)]
struct PathArgs {
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for PathArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        presets::print_folders(out, preset_args::library().folders());
        Ok(Exit::Success)
    }
}
