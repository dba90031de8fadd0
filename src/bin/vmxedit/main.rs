//! The program: parses the command line, runs the command, exits with its code.

mod args;
mod batch;
#[allow(clippy::doc_markdown, reason = "the doc comments of arguments are the text of --help")]
mod commands;
mod complete;
mod config;
mod edit;
mod error;
mod exit;
mod input;
mod output;
mod remote;
mod signals;
mod words;

use std::process::ExitCode;

use commands::{NotRun, ParsedCommand};
use error::UsageError;
use exit::Exit;
use words::CommandLine;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    let line = CommandLine::typed();
    if let Some(words) = complete::requested(line) {
        return complete::run(words).into();
    }
    let exit = match commands::parse(line) {
        Ok(command) => run(&command),
        Err(NotRun::Help(help)) => output::print_help(&help),
        Err(NotRun::Invalid(error)) => output::print_usage_error(&error.into(), commands::json_stream(line)),
    };
    exit.into()
}

fn run(command: &ParsedCommand) -> Exit {
    let ParsedCommand { command, reads_config } = command;
    let loaded = if *reads_config { config::load() } else { Ok(()) };
    let mut out = command.output();
    let configured = remote::configure(command.rsh(), output::prompt::is_at_terminal())
        .map_err(|why| UsageError(why).into());
    let result = configured.and(loaded).and_then(|()| {
        // An edit without the backup that the file asks for is not what `--quiet` is for.
        if !out.quiet || command.keeps_backup_if_configured() {
            for ignored in config::ignored() {
                out.ignored_config(ignored);
            }
        }
        command.run(&mut out)
    });
    let exit = result.unwrap_or_else(|error| out.error(command.file(), &error));
    let exit = out.finish(exit);
    // A signal that came too late to stop the work changes nothing.
    if exit != Exit::Success {
        signals::reraise_if_interrupted();
    }
    exit
}
