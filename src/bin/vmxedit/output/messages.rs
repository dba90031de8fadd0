//! Messages on standard error: notes, warnings, errors.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::escape::{display_path, escape_json, escape_line_breaks, escape_lines, is_unsafe};
use super::sink::{Chunk, Sink};
use super::{Output, Stream};
use crate::error::{describe, io_message};
use crate::exit::Exit;

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

    /// Prints an error: as text on standard error and, with `--json`, as JSON among the results. `file` is the file
    /// that the error is about if the error does not name one. Returns the exit code.
    pub(crate) fn error(&mut self, file: Option<&Path>, error: &anyhow::Error) -> Exit {
        let error = describe(error, file);
        let is_about_command_line = error.exit == Exit::Usage && error.path.is_none();
        let path = error.path.as_deref().or(file.filter(|_| !is_about_command_line));
        let message = escape_line_breaks(&error.message);
        self.message(&match (path, error.line, error.column) {
            (Some(path), Some(line), Some(column)) => {
                format!("{}:{line}:{column}: {message}", display_path(path))
            }
            (Some(path), Some(line), None) => format!("{}:{line}: {message}", display_path(path)),
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

/// Prints help, the version, or an error in the command line. An error is printed as JSON, too, to the stream `json`.
pub(crate) fn print_clap_error(error: &clap::Error, json: Option<Stream>) -> Exit {
    let text = error.to_string();
    let is_plain = |c: char| c == '\n' || !is_unsafe(c);
    if error.use_stderr() && !text.chars().all(is_plain) {
        // An argument may contain characters that would control a terminal.
        write_stderr(text.trim_end());
    } else if let Err(failure) = error.print()
        && !error.use_stderr()
        && failure.kind() != io::ErrorKind::BrokenPipe
    {
        write_stderr(&format!("vmxedit: cannot write to standard output: {}", io_message(&failure)));
        return Exit::Failed;
    }
    if !error.use_stderr() {
        return Exit::Success;
    }
    if let Some(stream) = json {
        let (message, hint) = message_and_hint(&text);
        let error = json!({
            "code": Exit::Usage.code(), "kind": "usage", "message": message, "hint": hint,
            "line": Value::Null, "column": Value::Null,
        });
        let mut sink = Sink::direct(stream.writer());
        // An argument may contain characters that would control the terminal.
        let json = escape_json(&json!({ "file": Value::Null, "error": error }).to_string());
        sink.write(format!("{json}\n").as_bytes());
        sink.flush();
    }
    Exit::Usage
}

/// Splits what clap prints into the error and its tips, each on one line and without the usage.
fn message_and_hint(text: &str) -> (String, Option<String>) {
    let join = |lines: &[&str]| lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let lines: Vec<&str> = text.lines().take_while(|line| !line.starts_with("Usage:")).collect();
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.trim().is_empty()).collect();
    let is_tip = |line: &&str| line.trim_start().starts_with("tip: ");
    let tips = lines.iter().position(is_tip).unwrap_or(lines.len());
    let hint = join(&lines[tips..]);
    let hint = hint.strip_prefix("tip: ").map(|hint| hint.replace(" tip: ", "; "));
    (join(&lines[..tips]), hint)
}

fn located(file: Option<&Path>, text: &str) -> String {
    let text = escape_line_breaks(text);
    file.map_or_else(|| format!("vmxedit: {text}"), |file| format!("{}: {text}", display_path(file)))
}

#[cfg(test)]
mod tests {
    use super::message_and_hint;

    #[test]
    fn the_json_of_a_clap_error_names_the_argument_and_the_tip() {
        let text =
            "error: unexpected argument '--bogus' found\n\n  tip: use '-- --bogus'\n\nUsage: vmxedit set\n";
        let (message, hint) = message_and_hint(text);
        assert_eq!(message, "unexpected argument '--bogus' found");
        assert_eq!(hint.as_deref(), Some("use '-- --bogus'"));
        let (message, hint) =
            message_and_hint("error: required:\n  <KEY=VALUE>...\n\nUsage: x\n\nFor more\n");
        assert_eq!((message.as_str(), hint), ("required: <KEY=VALUE>...", None));
    }
}
