//! Everything that the program prints, as text or as JSON. No other module prints.

pub(crate) mod backups;
pub(crate) mod candidates;
pub(crate) mod changes;
mod color;
pub(crate) mod comparison;
mod diff;
mod escape;
pub(crate) mod findings;
mod mask;
pub(crate) mod matches;
mod messages;
pub(crate) mod power;
pub(crate) mod presets;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod rules;
mod sarif;
pub(crate) mod show;
mod sink;

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use vmxedit::host::stdio::PipeTolerantWriter;

use self::sink::{Chunk, Sink};
use crate::args::OutputArgs;
use crate::config::When;
use crate::error::io_message;
use crate::exit::Exit;
use crate::input::Input;

pub(crate) use self::mask::Secrets;
pub(crate) use self::messages::{print_help, print_usage_error, write_stderr};

/// Which stream results go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    /// Used while standard output carries an edited file.
    Stderr,
}

impl Stream {
    /// Returns the stream for the results of an edit of `file`.
    pub(crate) fn for_edit(file: &Input) -> Self {
        if file.is_stdin() { Self::Stderr } else { Self::Stdout }
    }

    fn writer(self) -> PipeTolerantWriter {
        match self {
            Self::Stdout => PipeTolerantWriter::to_stdout(),
            Self::Stderr => PipeTolerantWriter::to_stderr(),
        }
    }

    /// Returns whether control characters are escaped: they would reach a terminal, now or when a log of the messages is
    /// shown.
    fn is_escaped(self) -> bool {
        match self {
            Self::Stdout => io::stdout().is_terminal(),
            Self::Stderr => true,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Stdout => "standard output",
            Self::Stderr => "standard error",
        }
    }
}

/// Whether the run has saved an edit, for the message that standard output failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Committed {
    Nothing,
    Edit,
}

/// Prints results and messages. Printing cannot fail: [`finish`](Output::finish) reports the first error of a write.
pub(crate) struct Output {
    sink: Sink,
    stream: Stream,
    /// Whether control characters are escaped.
    is_escaped: bool,
    color: Option<When>,
    /// Determined at first use.
    uses_color: Cell<Option<bool>>,
    shows_progress_line: bool,
    committed: Committed,
    /// Why the edited file did not reach standard output.
    lost_file: Option<io::Error>,
    pub(crate) quiet: bool,
    pub(crate) json: bool,
    /// Whether lines start with the path of their file.
    pub(crate) prefix_with_path: bool,
    /// Whether a summary of all files follows, which has what they have in common.
    pub(crate) has_summary: bool,
}

impl Output {
    pub(crate) fn new(args: &OutputArgs, stream: Stream) -> Self {
        Self {
            sink: Sink::direct(stream.writer()),
            stream,
            is_escaped: stream.is_escaped(),
            color: args.color,
            uses_color: Cell::new(None),
            shows_progress_line: false,
            committed: Committed::Nothing,
            lost_file: None,
            quiet: args.quiet,
            json: args.json,
            prefix_with_path: false,
            has_summary: false,
        }
    }

    /// Returns whether standard output carries an edited file and nothing but errors belongs on standard error.
    pub(super) fn is_quiet_filter(&self) -> bool {
        self.quiet && self.stream == Stream::Stderr
    }

    /// Returns an output with the same settings that keeps everything in memory until [`replay`](Self::replay).
    pub(crate) fn buffered(&self) -> Self {
        Self {
            sink: Sink::Buffered(Vec::new()),
            uses_color: Cell::new(Some(self.uses_color())),
            shows_progress_line: false,
            committed: Committed::Nothing,
            lost_file: None,
            ..*self
        }
    }

    /// Prints what `buffered` holds, in its order.
    pub(crate) fn replay(&mut self, buffered: Self) {
        if buffered.committed == Committed::Edit {
            self.committed = Committed::Edit;
        }
        self.lost_file = self.lost_file.take().or(buffered.lost_file);
        let Sink::Buffered(chunks) = buffered.sink else { return };
        for chunk in chunks {
            match chunk {
                Chunk::Result(bytes) => self.sink.write(&bytes),
                Chunk::Message(text) => self.message(&text),
            }
        }
    }

    /// Prints text followed by `end`.
    pub(crate) fn text(&mut self, text: &str, end: &str) {
        let shown = self.escaped(text).into_owned();
        self.bytes(shown.as_bytes(), end);
    }

    /// Prints bytes as they are, followed by `end`.
    pub(crate) fn bytes(&mut self, bytes: &[u8], end: &str) {
        self.sink.write(bytes);
        self.sink.write(end.as_bytes());
    }

    /// Prints one JSON document on a line.
    pub(crate) fn json(&mut self, value: &impl Serialize) {
        let text = serde_json::to_string(value).expect("keys are strings and no value fails to serialize");
        let text = if self.is_escaped { escape::escape_json(&text) } else { text };
        self.bytes(text.as_bytes(), "\n");
    }

    /// Writes an edited file to standard output, whatever the stream of the results.
    pub(crate) fn edited_file(&mut self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        self.lost_file = stdout.write_all(bytes).and_then(|()| stdout.flush()).err();
    }

    /// Remembers that an edit is saved: if standard output fails afterwards, the message says so.
    pub(crate) fn edit_committed(&mut self) {
        self.committed = Committed::Edit;
    }

    /// Writes out what is left and reports the first failed write, once. Returns `exit`, or [`Exit::Failed`] if output
    /// was lost.
    pub(crate) fn finish(&mut self, exit: Exit) -> Exit {
        self.sink.flush();
        if let Some(error) = self.lost_file.take() {
            // A reader that closed the pipe knows that it has not received the file.
            if error.kind() != io::ErrorKind::BrokenPipe {
                write_stderr(&format!("vmxedit: cannot write to standard output: {}", io_message(&error)));
            }
            return Exit::Failed;
        }
        let Some(error) = self.sink.take_error() else { return exit };
        let saved = if self.committed == Committed::Edit { "; the edit is saved" } else { "" };
        let error = io_message(&error);
        write_stderr(&format!("vmxedit: cannot write to {}: {error}{saved}", self.stream.name()));
        Exit::Failed
    }
}
