//! The program: parses the command line, runs the command, exits with its code.

mod args;
mod batch;
mod commands;
mod edit;
mod error;
mod exit;
mod input;
mod output;
mod signals;

use std::ffi::OsString;
use std::process::ExitCode;

use commands::Run;
use exit::Exit;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let exit = match commands::parse(&words) {
        Ok(command) => run(&*command),
        Err(error) => output::print_clap_error(&error, commands::json_stream(&words)),
    };
    exit.into()
}

fn run(command: &dyn Run) -> Exit {
    let mut out = command.output();
    let exit = command.run(&mut out).unwrap_or_else(|error| out.error(command.file(), &error));
    let exit = out.finish(exit);
    // A signal that came too late to stop the work changes nothing.
    if exit != Exit::Success {
        signals::reraise_if_interrupted();
    }
    exit
}
