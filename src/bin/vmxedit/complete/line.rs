//! Which argument of the command line the cursor is in.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command};

use crate::commands;

/// The words in front of the cursor, as the definition of the command line reads them.
pub(super) struct Line {
    /// The command that was typed, or the program.
    pub(super) definition: Command,
    /// The names of the command: `preset`, `show`. Empty where none was typed.
    pub(super) path: Vec<String>,
    /// The ids of arguments, and their values.
    given: Vec<(String, OsString)>,
    /// How many positional arguments were typed.
    positional: usize,
    /// Whether `--` was typed.
    has_ended: bool,
    /// The option whose value is the next word.
    pending: Option<Arg>,
}

/// What the word at the cursor is.
pub(super) enum Cursor {
    /// The name of a command.
    Command(String),
    /// The name of an option, from the first `-`.
    Option(String),
    /// A value, and what precedes it in the same word.
    Value { argument: Box<Arg>, prefix: String, word: String },
}

/// Reads a line whose last word is at the cursor. Returns `None` where nothing is known about that word.
pub(super) fn read(words: &[OsString]) -> Option<(Line, Cursor)> {
    let ([_, before @ ..], word) = words.split_last().map(|(word, before)| (before, word))? else {
        return None;
    };
    let word = word.to_str()?;
    let mut line = Line {
        definition: commands::leading_definition(),
        path: Vec::new(),
        given: Vec::new(),
        positional: 0,
        has_ended: false,
        pending: None,
    };
    for word in before {
        line.read(word)?;
    }
    let cursor = line.cursor(word)?;
    Some((line, cursor))
}

impl Line {
    /// Returns the values of an argument.
    pub(super) fn values<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a OsStr> {
        self.given.iter().filter(move |(other, _)| other == id).map(|(_, value)| &**value)
    }

    /// Returns whether an argument was typed.
    pub(super) fn has(&self, id: &str) -> bool {
        self.values(id).next().is_some()
    }

    /// Returns whether `--` was typed, after which no word is an option.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Returns the names of the commands that can be typed here, with their descriptions.
    pub(super) fn commands(&self) -> Vec<(String, String)> {
        if self.path.is_empty() { commands::names() } else { commands::subcommands(&self.definition) }
    }

    fn read(&mut self, word: &OsStr) -> Option<()> {
        if let Some(argument) = self.pending.take() {
            self.give(&argument, word);
            return Some(());
        }
        let text = word.to_str().unwrap_or_default();
        if !self.has_ended && text == "--" {
            self.has_ended = true;
        } else if let Some((argument, value)) = self.option(text) {
            match value {
                Some(at) => self.give(&argument, text[at..].as_ref()),
                None if takes_separate_value(&argument) => self.pending = Some(argument),
                None => self.give(&argument, "".as_ref()),
            }
        } else if !self.has_ended && text.len() > 1 && text.starts_with('-') {
            // Some flags, or an option that does not exist.
        } else if self.expects_command() {
            self.definition = commands::definition_in(&self.definition, &self.path, text)?;
            self.path.push(text.to_owned());
        } else {
            let argument = self.positional()?.clone();
            self.give(&argument, word);
            self.positional += 1;
        }
        Some(())
    }

    fn give(&mut self, argument: &Arg, value: &OsStr) {
        self.given.push((argument.get_id().to_string(), value.to_owned()));
    }

    fn cursor(&self, word: &str) -> Option<Cursor> {
        let value = |argument: &Arg, at: usize| {
            let (prefix, word) = word.split_at(at);
            Cursor::Value {
                argument: Box::new(argument.clone()),
                prefix: prefix.to_owned(),
                word: word.to_owned(),
            }
        };
        if let Some(argument) = &self.pending {
            return Some(value(argument, 0));
        }
        if !self.has_ended && word.starts_with('-') {
            return Some(match self.option(word) {
                Some((argument, Some(at))) => value(&argument, at),
                _ => Cursor::Option(word.to_owned()),
            });
        }
        if self.expects_command() {
            return Some(Cursor::Command(word.to_owned()));
        }
        self.positional().map(|argument| value(argument, 0))
    }

    /// Returns the option that a word is, and where its value starts in the word; of several letters, the one that has a value.
    fn option(&self, word: &str) -> Option<(Arg, Option<usize>)> {
        if self.has_ended {
            return None;
        }
        let mut options = self.definition.get_arguments();
        if let Some(long) = word.strip_prefix("--") {
            let name = long.split('=').next()?;
            let found = options.find(|option| option.get_long() == Some(name))?;
            let value = (name.len() < long.len()).then_some("--".len() + name.len() + 1);
            return Some((found.clone(), value));
        }
        let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty())?;
        let with_short =
            |letter: char| self.definition.get_arguments().find(|option| option.get_short() == Some(letter));
        for (at, letter) in letters.char_indices() {
            let found = with_short(letter)?;
            let end = 1 + at + letter.len_utf8();
            if found.get_action().takes_values() && word[end..].starts_with('=') {
                return Some((found.clone(), Some(end + 1)));
            }
            if found.get_action().takes_values() || end == word.len() {
                return Some((found.clone(), (end < word.len()).then_some(end)));
            }
        }
        None
    }

    fn expects_command(&self) -> bool {
        self.path.is_empty() || (self.path.len() == 1 && self.definition.has_subcommands())
    }

    /// Returns the positional argument at the cursor.
    fn positional(&self) -> Option<&Arg> {
        let is_left_out = |argument: &&Arg| {
            // With `-e`, all arguments of `find` are files.
            argument.get_id() == "first" && self.has("expressions")
        };
        let arguments: Vec<&Arg> = self.definition.get_positionals().filter(|it| !is_left_out(it)).collect();
        let last = arguments.last()?;
        let is_repeated = last.get_num_args().is_some_and(|range| range.max_values() > 1);
        arguments.get(self.positional).or(is_repeated.then_some(last)).copied()
    }
}

fn takes_separate_value(option: &Arg) -> bool {
    option.get_action().takes_values() && !option.is_require_equals_set()
}

/// Returns whether an option may be typed more than once.
pub(super) fn may_repeat(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Append | ArgAction::Count)
}
