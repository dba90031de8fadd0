//! `man`: prints manual pages, from the definition of the command line.

mod arguments;
mod command_page;
mod document;
mod markdown;
mod presets_page;
mod tables;

use clap::Args;

use super::{Example, Run, Subcommand, command_line};
use crate::args::OutputArgs;
use crate::error::{ProgramError, UsageError};
use crate::exit::Exit;
use crate::output::{Output, Stream};

/// Print a manual page
#[derive(Args, Debug)]
pub(super) struct ManArgs {
    /// Print this command's page instead of the main page; presets is the page about the format of presets
    command: Vec<String>,
}

impl Subcommand for ManArgs {
    const NAME: &'static str = "man";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit man set | man -l -", "Read a page without installing it"),
        ("vmxedit man preset show > vmxedit-preset-show.1", "Save the page of a subcommand"),
        ("vmxedit man presets | man -l -", "Read how to write a preset"),
    ];
}

impl Run for ManArgs {
    fn output(&self) -> Output {
        Output::new(&OutputArgs::default(), Stream::Stdout)
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let words: Vec<&str> = self.command.iter().flat_map(|word| word.split('-')).collect();
        let mut program = command_line::definition();
        // Fills in the full names of subcommands.
        program.build();
        let page = if words == [presets_page::NAME] {
            presets_page::render()
        } else {
            command_page::render(&program, find(&program, &words)?)
        };
        out.bytes(page.as_bytes(), "");
        Ok(Exit::Success)
    }
}

/// Returns the command with these words, such as `preset` and `show`.
fn find<'p>(program: &'p clap::Command, words: &[&str]) -> Result<&'p clap::Command, ProgramError> {
    let missing = || {
        let message = format!("no manual page '{}'", words.join("-").escape_debug());
        UsageError::with_hint(message, "`vmxedit --help` lists the commands; each has a page")
    };
    words.iter().try_fold(program, |command, word| {
        commands_of(command).find(|command| command.get_name() == *word).ok_or_else(missing)
    })
}

/// Returns the commands of a command that have a page.
fn commands_of(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    command.get_subcommands().filter(|command| command.get_name() != "help")
}

/// Returns the name of a command's page, such as `vmxedit-preset-show`.
fn page_name(command: &clap::Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}
