//! The hidden command `complete`: prints what the word at the cursor of a shell's command line can become. The scripts in
//! `completions/` call it at a TAB.
//!
//! It takes no lock, writes nothing, and starts nothing but `ssh` for a path on another host. What it reads is bounded, and the
//! files may be those of other users. It reports no error: a message would end up in the line that the user types.

mod backups;
mod document;
mod files;
mod hosts;
mod keys;
mod kind;
mod line;
mod names;
mod presets;
mod values;

use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use vmxedit::host;

use self::kind::Kind;
use self::line::{Cursor, Line};
use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::output::candidates::Candidate;
use crate::output::{Output, Stream};
use crate::words::CommandLine;

/// The name of the command.
const NAME: &str = "complete";
/// The largest number of candidates. A shell asks before it shows more than some hundred.
const MAX_CANDIDATES: usize = 400;
/// How long the candidates of this machine may take.
const LOCAL_LIMIT: Duration = Duration::from_millis(300);
/// How much longer another host has to answer.
const HOST_LIMIT: Duration = Duration::from_secs(2);
/// How long what was interrupted may take to end. `ssh` gets SIGTERM after one second.
const END_LIMIT: Duration = Duration::from_millis(1500);

/// Whether the candidates come from another host.
static ASKS_HOST: AtomicBool = AtomicBool::new(false);

/// Returns the words of the line that a shell completes, up to the cursor, if the program was started for that.
pub(crate) fn requested(line: &CommandLine) -> Option<&[OsString]> {
    match line.words() {
        [_, command, separator, words @ ..] if command == NAME && separator == "--" => Some(words),
        _ => None,
    }
}

/// Prints the candidates, each with a tab and a description. The last word is the one to complete.
pub(crate) fn run(words: &[OsString]) -> Exit {
    let mut out = Output::new(&OutputArgs::default(), Stream::Stdout);
    out.candidates(&candidates_in_time(words.to_vec()));
    out.finish(Exit::Success)
}

/// Returns the candidates, or none if they take too long: a folder can have millions of entries, or be on a server that does
/// not answer.
fn candidates_in_time(words: Vec<OsString>) -> Vec<Candidate> {
    let (sender, receiver) = mpsc::channel();
    // The process ends without waiting for the thread.
    let search = move || sender.send(candidates(&words)).unwrap_or_default();
    if thread::Builder::new().spawn(search).is_err() {
        return Vec::new();
    }
    let mut found = receiver.recv_timeout(LOCAL_LIMIT);
    if found.is_err() && ASKS_HOST.load(Ordering::Relaxed) {
        found = receiver.recv_timeout(HOST_LIMIT);
    }
    let ended = found.or_else(|_| {
        // It ends `ssh`, and what waits for a lease.
        host::interrupt_flag().store(true, Ordering::Relaxed);
        receiver.recv_timeout(END_LIMIT)
    });
    ended.unwrap_or_default()
}

fn candidates(words: &[OsString]) -> Vec<Candidate> {
    let Some((line, cursor)) = line::read(words) else { return Vec::new() };
    match cursor {
        Cursor::Command(word) => {
            let mut list = List::new(String::new());
            names::commands(&line, &word, &mut list);
            list.found
        }
        Cursor::Option(word) => {
            let mut list = List::new(String::new());
            names::options(&line, &word, &mut list);
            list.found
        }
        Cursor::Value { argument, prefix, word } => {
            let mut list = List::new(prefix);
            // A key or a file whose name starts with `-` would be taken for an option.
            let may_be_option = list.prefix.is_empty() && !(argument.is_positional() && line.has_ended());
            complete_value(&line, Kind::of(&line, &argument), &word, &mut list);
            list.found.retain(|candidate| !(may_be_option && candidate.value.starts_with('-')));
            list.found
        }
    }
}

fn complete_value(line: &Line, kind: Kind, word: &str, list: &mut List) {
    match kind {
        Kind::Vm => files::vms(line, word, list),
        Kind::Key(scope) => keys::keys(line, scope, word, list),
        Kind::Assignment => keys::assignments(line, word, list),
        Kind::Expression => keys::expressions(line, word, list),
        Kind::Preset => presets::names(word, list),
        Kind::Parameter => presets::parameters(line, word, list),
        Kind::Rule => names::rules(word, list),
        Kind::Denied => names::denied(word, list),
        Kind::Product => names::products(word, list),
        Kind::Backup => backups::names(line, word, list),
        Kind::PresetFile => files::presets(word, list),
        Kind::Page => names::pages(line, word, list),
        Kind::Choice(values) => list.add_matching(word, values),
        Kind::Free => {}
    }
}

/// The candidates for one word.
struct List {
    /// What is in front of the value in the same word, such as `--set=`.
    prefix: String,
    found: Vec<Candidate>,
}

impl List {
    fn new(prefix: String) -> Self {
        Self { prefix, found: Vec::new() }
    }

    fn is_full(&self) -> bool {
        self.found.len() >= MAX_CANDIDATES
    }

    fn add(&mut self, value: impl AsRef<str>, description: impl Into<String>) {
        if !self.is_full() {
            let value = format!("{}{}", self.prefix, value.as_ref());
            self.found.push(Candidate { value, description: description.into() });
        }
    }

    /// Adds candidates that follow `prefix` in the same word.
    fn with_prefix(&mut self, prefix: &str, add: impl FnOnce(&mut Self)) {
        let before = self.prefix.len();
        self.prefix.push_str(prefix);
        add(self);
        self.prefix.truncate(before);
    }

    /// Adds those that start with `word`, ignoring ASCII case.
    fn add_matching<V: AsRef<str>, D: Into<String>>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = (V, D)>,
    ) {
        for (value, description) in candidates {
            if starts_with(value.as_ref(), word) {
                self.add(value, description);
            }
        }
    }
}

/// Returns whether `text` starts with `start`, ignoring ASCII case.
fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests;
