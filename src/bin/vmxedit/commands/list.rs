//! `list`: prints entries as written.

use std::path::Path;

use clap::{Args, ValueHint};
use serde_json::{Value, json};
use vmxedit::document::PatternSet;
use vmxedit::{Entry, Pattern};

use super::{Example, Run, Subcommand};
use crate::args::fast_path::FastLine;
use crate::args::{DialectArg, OutputArgs};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::{Output, Stream};

/// Print entries as written, in file order
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - for standard input
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
        is_valid.then_some(Self { file, patterns, keys: false, raw: false, dialect, output })
    }
}

impl Run for ListArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn file(&self) -> Option<&Path> {
        Some(self.file.name())
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let dialect = self.dialect.of(&self.file);
        let patterns = self.patterns.iter().map(|pattern| Pattern::parse_as(pattern, dialect));
        let patterns = PatternSet::new(patterns.collect::<Result<Vec<_>, _>>()?);
        let document = input::read_document(&self.file, dialect)?;
        let is_selected = |entry: &Entry<'_>| self.patterns.is_empty() || patterns.selects(entry);
        let entries = document.entries().filter(is_selected);
        if out.json {
            let array: Vec<Value> = entries
                .map(|entry| json!({ "key": entry.key(), "value": entry.value(), "line": entry.line_number() }))
                .collect();
            out.json(&array);
            return Ok(Exit::Success);
        }
        for entry in entries {
            match (self.keys, self.raw) {
                (true, true) => out.bytes(entry.raw_key(), "\n"),
                (true, false) => out.text(&entry.key(), "\n"),
                (false, true) => out.bytes(entry.raw_line(), "\n"),
                (false, false) => out.text(&entry.text(), "\n"),
            }
        }
        Ok(Exit::Success)
    }
}
