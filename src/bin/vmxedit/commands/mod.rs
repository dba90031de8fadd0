//! The commands: one file each, and the table that registers them.

mod apply;
mod backups;
mod check;
mod close_keys;
mod command_line;
mod completions;
mod diff;
mod edit;
mod find;
mod get;
mod list;
mod man;
mod misplaced;
mod preset;
mod preset_args;
mod removal;
mod rename;
mod restore;
mod set;
mod show;
mod status;
mod unset;
mod usage;

use std::fmt::Debug;
use std::path::Path;

use clap::ArgMatches;

use crate::args::fast_path::FastLine;
use crate::exit::Exit;
use crate::output::Output;

pub(crate) use self::command_line::{
    HELP, NotRun, definition_in, definition_of, json_stream, leading_definition, names, parse, subcommands,
};
pub(crate) use self::preset_args::library as preset_library;

/// Every command, in the order of the help.
const COMMANDS: &[Command] = &[
    Command::of::<get::GetArgs>(),
    Command::of::<list::ListArgs>(),
    Command::of::<find::FindArgs>(),
    Command::of::<set::SetArgs>(),
    Command::of::<unset::UnsetArgs>(),
    Command::of::<rename::RenameArgs>(),
    Command::of::<apply::ApplyArgs>(),
    Command::of::<diff::DiffArgs>(),
    Command::of::<edit::EditCommandArgs>(),
    Command::of::<restore::RestoreArgs>(),
    Command::of::<preset::PresetArgs>(),
    Command::of::<check::CheckArgs>(),
    Command::of::<show::ShowArgs>(),
    Command::of::<status::StatusArgs>(),
    Command::of::<completions::CompletionsArgs>(),
    Command::of::<man::ManArgs>(),
];

/// A command that was typed, with its arguments.
pub(crate) trait Run: Debug {
    /// Returns how results are printed, and where: decided before anything can fail.
    fn output(&self) -> Output;

    /// Returns the file that an error without a path is about.
    fn file(&self) -> Option<&Path> {
        None
    }

    /// Returns the program that connects to other hosts, if one was named.
    fn rsh(&self) -> Option<&str> {
        None
    }

    /// Returns whether it edits files and keeps the old ones only if the configuration file says so.
    fn keeps_backup_if_configured(&self) -> bool {
        false
    }

    /// Runs the command. The caller prints the error and finishes the output.
    fn run(&self, out: &mut Output) -> anyhow::Result<Exit>;
}

/// The definition of a command: the type holds its arguments.
pub(crate) trait Subcommand: clap::Args + Run + 'static {
    const NAME: &'static str;
    const EXAMPLES: &'static [Example];
    /// Whether it edits FILE; then FILE `-` leaves standard output to the edited file.
    const EDITS: bool = false;

    /// Returns whether it reads the configuration files: it edits, looks presets up, or looks for backups.
    fn reads_config(&self) -> bool {
        Self::EDITS
    }

    /// Takes a command line that was read without clap, if it is a valid one of this command.
    fn from_fast_path(_line: FastLine) -> Option<Self> {
        None
    }
}

/// A command line and what it does.
pub(crate) type Example = (&'static str, &'static str);

/// A row of the table of commands. The definition for clap is built only when it is needed.
struct Command {
    name: &'static str,
    examples: &'static [Example],
    edits: bool,
    augment: fn(clap::Command) -> clap::Command,
    from_matches: fn(&ArgMatches) -> Result<ParsedCommand, clap::Error>,
    from_fast_path: fn(FastLine) -> Option<ParsedCommand>,
}

/// A command that was typed, and whether it reads the configuration files.
#[derive(Debug)]
pub(crate) struct ParsedCommand {
    pub(crate) command: Box<dyn Run>,
    pub(crate) reads_config: bool,
}

impl ParsedCommand {
    fn new<C: Subcommand>(command: C) -> Self {
        Self { reads_config: command.reads_config(), command: Box::new(command) }
    }
}

impl Command {
    const fn of<C: Subcommand>() -> Self {
        Self {
            name: C::NAME,
            examples: C::EXAMPLES,
            edits: C::EDITS,
            augment: C::augment_args,
            from_matches: |matches| Ok(ParsedCommand::new(C::from_arg_matches(matches)?)),
            from_fast_path: |line| Some(ParsedCommand::new(C::from_fast_path(line)?)),
        }
    }

    fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name == name)
    }
}
