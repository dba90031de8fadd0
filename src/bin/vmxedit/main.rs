//! The program: what was typed, what is done, what is shown.

mod change;
mod cli;
mod commands;
mod report;
mod signals;

use std::ffi::OsString;
use std::process::ExitCode;

use report::Failure;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let command = match cli::parse(&words) {
        Ok(command) => command,
        Err(error) => {
            // Help and version go to standard output; a pipe that is closed there is nobody's fault.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(command) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => ExitCode::from(last_words(&failure)),
    }
}

/// A reader that has seen enough (`| head -1`) is no failure; every other lost output is.
fn last_words(failure: &Failure) -> u8 {
    match failure {
        Failure::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Failure::Output(error) => {
            report::to_stderr(&format!("vmxedit: cannot write to standard output: {error}"));
            5
        }
    }
}
