//! Everything that is printed, for people or as JSON. The only place that prints.

mod ask;
mod check;
mod compared;
mod diff;
mod json;
mod output;
mod preset;
mod sarif;
mod show;
pub(crate) mod terminal;

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;
use serde_json::{Value, json};
use vmxedit::vm::power::Power;
use vmxedit::{Change, Document, Error, catalog};

use self::output::{Out, Piece, Reader};
use crate::cli::{Output, When};

pub(crate) use self::ask::{ask, can_ask};
pub(crate) use self::check::{Checked, Findings};
pub(crate) use self::compared::Compared;
pub(crate) use self::output::Failure;
pub(crate) use self::preset::Here;

/// How many bytes are written at a time: most answers are a few, and memory that nobody touches costs time too.
const AT_A_TIME: usize = 2 << 10;

/// Which stream the results go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Stdout,
    /// Where standard output carries an edited file.
    Stderr,
}

/// Whether values of secret keys are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Secrets {
    Masked,
    #[default]
    Shown,
}

/// An edit of one file, made or only looked at.
pub(crate) struct Edited<'a> {
    pub(crate) file: &'a Path,
    /// Whether a byte changed: a comment may be all.
    pub(crate) changed: bool,
    pub(crate) changes: &'a [Change],
    pub(crate) dry_run: bool,
    pub(crate) warnings: &'a [String],
    pub(crate) notes: &'a [String],
    /// Whether the file was ruled out.
    pub(crate) skipped: bool,
    /// Before and after, where a diff is wanted.
    pub(crate) diff: Option<(&'a Document, &'a Document)>,
    pub(crate) secrets: Secrets,
}

pub(crate) struct Report {
    out: Out,
    terminal: bool,
    to: To,
    color: When,
    /// Found out when it is first needed.
    colour: Cell<Option<bool>>,
    spinning: bool,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) json: bool,
    /// Whether lines name their file, as with several files.
    pub(crate) names: bool,
}

impl Report {
    pub(crate) fn new(output: &Output, to: To) -> Self {
        let stream = match to {
            To::Stdout => rustix::stdio::stdout(),
            To::Stderr => rustix::stdio::stderr(),
        };
        Self {
            out: Out::Stream(BufWriter::with_capacity(AT_A_TIME, Reader::new(stream))),
            terminal: stream.is_terminal(),
            to,
            color: output.color,
            colour: Cell::new(None),
            spinning: false,
            quiet: output.quiet,
            verbose: output.verbose,
            json: output.json,
            names: false,
        }
    }

    /// A report like this one that is told later: see [`tell`](Self::tell).
    pub(crate) fn kept(&self) -> Self {
        let colour = Cell::new(Some(self.colour()));
        Self { out: Out::Kept(Vec::new()), spinning: false, colour, ..*self }
    }

    fn colour(&self) -> bool {
        let choice = || match self.to {
            To::Stdout => AutoStream::choice(&io::stdout()),
            To::Stderr => AutoStream::choice(&io::stderr()),
        };
        let find_out = || match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => choice() != ColorChoice::Never,
        };
        let colour = self.colour.get().unwrap_or_else(find_out);
        self.colour.set(Some(colour));
        colour
    }

    /// Tells what was kept.
    pub(crate) fn tell(&mut self, kept: Self) -> Result<(), Failure> {
        let Out::Kept(pieces) = kept.out else { return Ok(()) };
        for piece in pieces {
            match piece {
                Piece::Result(bytes) => self.out.write_all(&bytes)?,
                Piece::Aside(text) => self.aside(&text),
            }
        }
        Ok(())
    }

    /// Text that was asked for, ended by `end`.
    pub(crate) fn text(&mut self, text: &str, end: &str) -> Result<(), Failure> {
        let shown = self.safe(text).into_owned();
        self.bytes(shown.as_bytes(), end)
    }

    /// Bytes that were asked for, as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8], end: &str) -> Result<(), Failure> {
        self.out.write_all(bytes)?;
        self.out.write_all(end.as_bytes())?;
        Ok(())
    }

    /// One JSON document on a line of its own.
    pub(crate) fn document(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(|error| io::Error::other(error.to_string()))?;
        let text = if self.terminal { terminal::escape_json(&text) } else { text };
        Ok(writeln!(self.out, "{text}")?)
    }

    /// Everything out: an error that only shows here is still one.
    pub(crate) fn finish(mut self, code: u8) -> Result<u8, Failure> {
        self.out.flush()?;
        Ok(code)
    }

    /// Something to know, on standard error.
    pub(crate) fn note(&mut self, file: Option<&Path>, text: &str) {
        if !self.quiet {
            self.aside(&located(file, text));
        }
    }

    /// Something that must be said, however quiet, on standard error.
    pub(crate) fn insist(&mut self, file: &Path, text: &str) {
        self.aside(&located(Some(file), &format!("warning: {text}")));
    }

    /// Something to worry about, on standard error.
    pub(crate) fn warn(&mut self, file: &Path, text: &str) {
        if !self.quiet {
            self.aside(&located(Some(file), &format!("warning: {text}")));
        }
    }

    /// Whether somebody watches standard error.
    pub(crate) fn spins(&self) -> bool {
        let is_told_at_once = matches!(self.out, Out::Stream(_));
        is_told_at_once && !self.quiet && !self.json && io::stderr().is_terminal()
    }

    /// Draws a spinner's `turn`, in the place of the last.
    pub(crate) fn spin(&mut self, turn: usize, file: &Path, text: &str) {
        const TURNS: [char; 4] = ['|', '/', '-', '\\'];
        let text = format!("{}: {text}", file.to_string_lossy());
        let text = terminal::escape(&text);
        // A line that wraps could not be taken back.
        let text = terminal::cut(&text, terminal::columns().saturating_sub(3));
        let _ = write!(io::stderr().lock(), "\r{} {text}\x1b[K", TURNS[turn % TURNS.len()]);
        self.spinning = true;
    }

    /// Takes the spinner away.
    pub(crate) fn unspin(&mut self) {
        if std::mem::take(&mut self.spinning) {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// An error: on standard error for people, and as JSON on standard output where that is wanted.
    pub(crate) fn error(&mut self, file: Option<&Path>, error: &Error) -> Result<u8, Failure> {
        let about_words = error.code() == 2 && error.path.is_none();
        let place = error.path.as_deref().or(file.filter(|_| !about_words));
        let line =
            error.line().filter(|_| place.is_some()).map(|line| format!("{line}: ")).unwrap_or_default();
        let message = terminal::escape_breaks(&error.cause.to_string()).into_owned();
        let whole = match place {
            Some(place) if !line.is_empty() => format!("{}:{line}{message}", name(place)),
            place => located(place, &message),
        };
        self.aside(&whole);
        if let Some(hint) = error.hint() {
            self.aside(&format!("hint: {}", terminal::escape_breaks(&hint)));
        }
        if self.json {
            let file = error.path.as_deref().or(file).map(|path| path.to_string_lossy());
            let error_value = json!({
                "code": error.code(), "kind": error.kind(), "message": error.cause.to_string(),
                "hint": error.hint(), "line": error.line(), "column": Value::Null,
            });
            self.document(&json!({ "file": file, "error": error_value }))?;
        }
        Ok(error.code())
    }

    /// What an edit did or would do.
    pub(crate) fn edited(&mut self, edited: &Edited<'_>) -> Result<(), Failure> {
        for warning in edited.warnings {
            self.warn(edited.file, warning);
        }
        if self.json {
            return self.document(&json::edited(edited));
        }
        if !self.quiet {
            for change in edited.changes {
                self.change(edited.file, edited.secrets, change)?;
            }
        }
        match edited.diff {
            Some((before, after)) if edited.changed => {
                self.diff(&diff::unified(edited.file, edited.file, before, after, edited.secrets))
            }
            _ => Ok(()),
        }
    }

    fn change(&mut self, file: &Path, secrets: Secrets, change: &Change) -> Result<(), Failure> {
        let quoted =
            |text: &str| format!("\"{}\"", self.safe_line(secrets.mask(change.key()).unwrap_or(text)));
        let key = self.safe_line(change.key());
        let (sign, paint, line) = match change {
            Change::Added { value, .. } => ("+", GREEN, format!("{key} = {}", quoted(value))),
            Change::Removed { value, .. } => ("-", RED, format!("{key} = {}", quoted(value))),
            Change::Renamed { to, .. } => ("~", YELLOW, format!("{key} -> {}", self.safe_line(to))),
            other => {
                let value = |text: Option<&str>| quoted(text.unwrap_or_default());
                let values = format!("{} -> {}", value(other.before()), value(other.after()));
                ("~", YELLOW, format!("{key} = {values}"))
            }
        };
        let name = if self.names { format!("{}: ", file.display()) } else { String::new() };
        let line = self.painted(paint, &format!("{sign} {line}"));
        let name = self.safe_line(&name).into_owned();
        self.bytes(format!("{name}{line}").as_bytes(), "\n")
    }

    fn diff(&mut self, text: &str) -> Result<(), Failure> {
        for line in text.split_inclusive('\n') {
            let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
            let body = match body.strip_suffix('\r') {
                Some(without_cr) if self.terminal => without_cr,
                _ => body,
            };
            let paint = match body.as_bytes().first() {
                Some(b'+') => GREEN,
                Some(b'-') => RED,
                Some(b'@') => CYAN,
                _ => "",
            };
            let shown = self.painted(paint, &self.safe_for_people(body));
            self.bytes(shown.as_bytes(), end)?;
        }
        Ok(())
    }

    /// The power state of one VM and what it rests on.
    pub(crate) fn power(&mut self, file: &Path, power: &Power) -> Result<(), Failure> {
        if self.json {
            return self.document(&json::power(file, power));
        }
        if self.quiet {
            return Ok(());
        }
        self.text(&format!("{}: {}", name(file), power.state), "\n")?;
        for found in &power.evidence {
            let detail = terminal::escape_breaks(&found.detail);
            self.text(&format!("  {}: {detail}", found.weight.as_str()), "\n")?;
        }
        if power.evidence.is_empty() {
            self.text("  no evidence that it runs, is suspended or is open elsewhere", "\n")?;
        }
        Ok(())
    }

    fn aside(&mut self, text: &str) {
        if let Out::Kept(pieces) = &mut self.out {
            return pieces.push(Piece::Aside(text.to_owned()));
        }
        // What was printed before comes first.
        let _ = self.out.flush();
        to_stderr(text);
    }

    fn painted(&self, paint: &str, text: &str) -> String {
        if self.colour() && !paint.is_empty() { format!("{paint}{text}\x1b[0m") } else { text.to_owned() }
    }

    /// For a stream that may be a terminal: newlines stay.
    fn safe<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.terminal { terminal::escape(text) } else { Cow::Borrowed(text) }
    }

    /// For a line that must stay one line.
    fn safe_line<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.contains(['\n', '\r']) { terminal::escape(text) } else { self.safe_for_people(text) }
    }

    /// For a line that people read: one in colour is on its way to a terminal, if only through a pager.
    fn safe_for_people<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.terminal || self.colour() { terminal::escape(text) } else { Cow::Borrowed(text) }
    }
}

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const CYAN: &str = "\x1b[36m";
/// What stands in the place of a secret.
const MASK: &str = "****";

/// A line on standard error. Nobody is told when that fails.
pub(crate) fn to_stderr(text: &str) {
    let stderr = io::stderr();
    let shown = if stderr.is_terminal() { terminal::escape_lines(text) } else { text.to_owned() };
    let _ = writeln!(stderr.lock(), "{shown}");
}

/// A text that was asked for, whole, as it is.
pub(crate) fn print(text: &[u8]) -> Result<u8, Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    stdout.flush()?;
    Ok(0)
}

/// Help, or a mistake on the command line: words may hold what a terminal would obey.
pub(crate) fn mistake(error: &clap::Error) {
    let text = error.to_string();
    let plain = |c: char| c == '\n' || !terminal::is_unsafe(c);
    if error.use_stderr() && !text.chars().all(plain) {
        let _ = writeln!(io::stderr().lock(), "{}", terminal::escape_lines(text.trim_end()));
    } else {
        let _ = error.print();
    }
}

/// A mistake on the command line, for programs; people read it on standard error.
pub(crate) fn usage_error(message: &str) -> Result<u8, Failure> {
    let error = json!({
        "code": 2, "kind": "usage", "message": message, "hint": Value::Null, "line": Value::Null, "column": Value::Null,
    });
    print(format!("{}\n", json!({ "file": Value::Null, "error": error })).as_bytes())
}

fn located(file: Option<&Path>, text: &str) -> String {
    let text = terminal::escape_breaks(text);
    file.map_or_else(|| format!("vmxedit: {text}"), |file| format!("{}: {text}", name(file)))
}

/// A file's name on one line.
fn name(file: &Path) -> String {
    terminal::escape_breaks(&file.to_string_lossy()).into_owned()
}

impl Secrets {
    /// What stands in the place of the key's value, if that is not to be shown.
    fn mask(self, key: &str) -> Option<&'static str> {
        (self == Self::Masked && catalog::is_secret(key)).then_some(MASK)
    }
}
