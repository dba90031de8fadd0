//! `list`: prints entries as written.

use std::path::Path;

use clap::{Args, ValueHint};
use serde_json::{Value, json};
use vmxedit::document::PatternSet;
use vmxedit::{Document, Entry, Pattern};

use super::close_keys::{self, Suggestions};
use super::misplaced::Misplaced;
use super::{Example, Run, Subcommand};
use crate::args::fast_path::FastLine;
use crate::args::{DialectArg, OutputArgs, RemoteArgs};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::{Output, Stream};

/// Print entries as written, in file order
///
/// Exit with 1 if there are patterns and none of them matches a key.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - for standard input. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// Print only keys that match one of these: * ? [abc] [!abc], matched against the whole key, in any case
    #[arg(value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Print only the keys
    #[arg(long, conflicts_with = "json")]
    keys: bool,
    /// Print the bytes of the file, without decoding them
    #[arg(long, conflicts_with = "json")]
    raw: bool,
    #[command(flatten)]
    dialect: DialectArg,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Subcommand for ListArgs {
    const NAME: &'static str = "list";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit list vm.vmx", "Print every entry"),
        ("vmxedit list vm.vmx 'ethernet0.*'", "Print the entries of one device"),
        ("vmxedit list vm.vmx --keys '*.fileName'", "Print the keys that name files"),
    ];

    fn from_fast_path(line: FastLine) -> Option<Self> {
        let is_valid = !line.has_edit_options();
        let FastLine { file, words: patterns, output, .. } = line;
        let dialect = DialectArg::default();
        is_valid.then_some(Self {
            file,
            patterns,
            keys: false,
            raw: false,
            dialect,
            remote: RemoteArgs::default(),
            output,
        })
    }
}

impl Run for ListArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn file(&self) -> Option<&Path> {
        Some(self.file.name())
    }

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let dialect = self.dialect.of(&self.file);
        let parse = |text: &String| {
            Pattern::parse_as(text, dialect).map_err(|error| self.misplaced().explain(text, error))
        };
        let patterns = self.patterns.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let document = input::read_document(&self.file, dialect)?;
        let selected = PatternSet::new(patterns.iter().cloned());
        let is_selected = |entry: &Entry<'_>| patterns.is_empty() || selected.selects(entry);
        self.print(document.entries().filter(is_selected), out);
        let tried = self.patterns.iter().zip(&patterns);
        let unmatched: Vec<&str> = tried
            .filter(|(_, pattern)| !close_keys::matches_any(&document, pattern))
            .map(|(text, _)| text.as_str())
            .collect();
        self.report(&unmatched, &document, out);
        Ok(Exit::negative_if(!patterns.is_empty() && unmatched.len() == patterns.len()))
    }
}

impl ListArgs {
    fn print<'a>(&self, entries: impl Iterator<Item = Entry<'a>>, out: &mut Output) {
        if out.json {
            let array: Vec<Value> = entries
                .map(|entry| json!({ "key": entry.key(), "value": entry.value(), "line": entry.line_number() }))
                .collect();
            return out.json(&array);
        }
        for entry in entries {
            match (self.keys, self.raw) {
                (true, true) => out.bytes(entry.raw_key(), "\n"),
                (true, false) => out.text(&entry.key(), "\n"),
                (false, true) => out.bytes(entry.raw_line(), "\n"),
                (false, false) => out.text(&entry.text(), "\n"),
            }
        }
    }

    fn misplaced(&self) -> Misplaced<'_> {
        Misplaced { command: Self::NAME, taken_for: "pattern", file: &self.file, words: &self.patterns }
    }

    /// Reports the patterns that match nothing.
    fn report<'a>(&'a self, unmatched: &[&'a str], document: &Document, out: &mut Output) {
        let unmatched = self.misplaced().report(unmatched, out);
        if unmatched.is_empty() || out.quiet {
            return;
        }
        let suggestions = Suggestions::new(document);
        for pattern in unmatched {
            suggestions.report(self.file.name(), pattern, out);
        }
    }
}
