//! Messages on standard error: notes, warnings, errors.

use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::escape::{display_path, escape_line_breaks, escape_lines};
use super::sink::{Chunk, Sink};
use super::{Output, Stream};
use crate::args::OutputArgs;
use crate::config::Ignored;
use crate::error::{describe, io_message};
use crate::exit::Exit;
use crate::words::CommandLine;

impl Output {
    /// Prints information. `--quiet` suppresses it.
    pub(crate) fn note(&mut self, file: Option<&Path>, text: &str) {
        if !self.quiet {
            self.message(&located(file, text));
        }
    }

    /// Prints what the user can do about the note before it. `--quiet` suppresses it.
    pub(crate) fn hint(&mut self, text: &str) {
        if !self.quiet {
            self.message(&format!("hint: {}", escape_line_breaks(text)));
        }
    }

    /// Prints a warning. `--quiet` suppresses it.
    pub(crate) fn warn(&mut self, file: &Path, text: &str) {
        if !self.quiet {
            self.warn_always(file, text);
        }
    }

    /// Prints a warning, even with `--quiet`.
    pub(crate) fn warn_always(&mut self, file: &Path, text: &str) {
        self.message(&located(Some(file), &format!("warning: {text}")));
    }

    /// Prints that a configuration file is not read, and what to do about it, even with `--quiet`.
    pub(crate) fn ignored_config(&mut self, ignored: &Ignored) {
        self.warn_always(&ignored.file, &ignored.reason);
        let line = CommandLine::typed().shown().unwrap_or_else(|| "vmxedit ...".to_owned());
        let hint =
            ignored.remedy.clone().unwrap_or_else(|| format!("run without it: VMXEDIT_CONFIG= {line}"));
        self.message(&format!("hint: {}", escape_line_breaks(&hint)));
    }

    /// Prints an error: as text on standard error and, with `--json`, as JSON among the results. `file` is the file
    /// that the error is about if the error does not name one. Returns the exit code.
    pub(crate) fn error(&mut self, file: Option<&Path>, error: &anyhow::Error) -> Exit {
        let error = describe(error, file);
        let is_about_command_line = error.exit == Exit::Usage && error.path.is_none();
        let path = error.path.as_deref().or(file.filter(|_| !is_about_command_line));
        let message = escape_line_breaks(&error.message);
        self.message(&match (path, error.line, error.column) {
            (Some(path), Some(line), Some(column)) => {
                format!("vmxedit: {}:{line}:{column}: {message}", display_path(path))
            }
            (Some(path), Some(line), None) => format!("vmxedit: {}:{line}: {message}", display_path(path)),
            (path, ..) => located(path, &message),
        });
        if let Some(hint) = &error.hint {
            self.message(&format!("hint: {}", escape_line_breaks(hint)));
        }
        if self.json {
            let file = error.path.as_deref().or(file).map(|path| path.to_string_lossy());
            self.json(&json!({
                "file": file,
                "error": {
                    "code": error.exit.code(), "kind": error.kind, "message": error.message, "hint": error.hint,
                    "line": error.line, "column": error.column,
                },
            }));
        }
        error.exit
    }

    pub(super) fn message(&mut self, text: &str) {
        if let Sink::Buffered(chunks) = &mut self.sink {
            return chunks.push(Chunk::Message(text.to_owned()));
        }
        // Results that precede the message appear before it.
        self.sink.flush();
        write_stderr(text);
    }
}

/// Writes a line to standard error, with control characters escaped: what is written to a pipe or a log may end on a
/// terminal. A failure is ignored: it could be reported nowhere.
pub(crate) fn write_stderr(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escape_lines(text));
}

/// Prints help or the version. Help that takes the place of a missing command goes to standard error.
pub(crate) fn print_help(help: &clap::Error) -> Exit {
    let is_error = help.use_stderr();
    match help.print() {
        Err(failure) if !is_error && failure.kind() != io::ErrorKind::BrokenPipe => {
            write_stderr(&format!("vmxedit: cannot write to standard output: {}", io_message(&failure)));
            Exit::Failed
        }
        _ if is_error => Exit::Usage,
        _ => Exit::Success,
    }
}

/// Prints an error in the command line, as JSON, too, to the stream `json`.
pub(crate) fn print_usage_error(error: &anyhow::Error, json: Option<Stream>) -> Exit {
    let args = OutputArgs { json: json.is_some(), ..OutputArgs::default() };
    let mut out = Output::new(&args, json.unwrap_or(Stream::Stdout));
    // An argument in the JSON may contain characters that would control a terminal, now or when it is shown.
    out.is_escaped = true;
    let exit = out.error(None, error);
    out.finish(exit)
}

/// Returns a message with the name of the program and the file that it is about.
fn located(file: Option<&Path>, text: &str) -> String {
    let text = escape_line_breaks(text);
    match file {
        Some(file) => format!("vmxedit: {}: {text}", display_path(file)),
        None => format!("vmxedit: {text}"),
    }
}
