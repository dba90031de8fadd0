//! The program: what was typed, what is done, what is shown.

mod bulk;
mod change;
mod cli;
mod commands;
mod report;
mod signals;

use std::ffi::OsString;
use std::process::ExitCode;

use report::Failure;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let command = match cli::parse(&words) {
        Ok(command) => command,
        Err(error) => {
            // Help and version go to standard output; a pipe that is closed there is nobody's fault.
            report::mistake(&error);
            if error.use_stderr() && words.iter().any(|word| word == "--json") {
                let _ = report::usage_error(&error.kind().to_string());
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match commands::run(command) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => ExitCode::from(last_words(&failure)),
    }
}

/// What is said when nobody hears the rest.
fn last_words(failure: &Failure) -> u8 {
    let cannot = "vmxedit: cannot write to standard output";
    match failure {
        // A pipe's reader knows that it has gone; the edited file is lost all the same.
        Failure::ResultLost(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return 5,
        Failure::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return 0,
        Failure::Output(error) | Failure::ResultLost(error) => {
            report::to_stderr(&format!("{cannot}: {error}"));
        }
        Failure::OutputAfterSave(error) => {
            report::to_stderr(&format!("{cannot}: {error}; the edit is saved"));
        }
    }
    5
}
