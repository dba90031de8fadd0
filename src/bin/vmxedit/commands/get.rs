//! `get`: prints the values of keys.

use std::path::Path;

use clap::{Args, ValueHint};
use serde_json::{Map, Value};
use vmxedit::document::{Encryption, Scan};
use vmxedit::edit::EditError;
use vmxedit::file::OpenedFile;
use vmxedit::{Document, Entry, Key};

use super::close_keys::Suggestions;
use super::misplaced::Misplaced;
use super::{Example, Run, Subcommand};
use crate::args::fast_path::FastLine;
use crate::args::{DialectArg, OutputArgs, RemoteArgs};
use crate::error::in_file;
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::{Output, Stream};

/// Print the value of one or more keys
///
/// Secret values are printed like any other.
#[derive(Args, Debug)]
pub(super) struct GetArgs {
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - for standard input. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// Keys, in any case
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
    /// Print this value for a missing key, and exit with 0
    #[arg(long, value_name = "VALUE")]
    default: Option<String>,
    /// End each value with a NUL byte instead of a newline
    #[arg(short = '0', long, conflicts_with = "json")]
    null: bool,
    /// Print every value of a duplicated key
    #[arg(long)]
    all: bool,
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

impl Subcommand for GetArgs {
    const NAME: &'static str = "get";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit get vm.vmx memsize", "Print the memory size in MB"),
        ("vmxedit get vm.vmx displayName guestOS --json", "Print two values as JSON"),
        ("vmxedit get vm.vmx numvcpus --default 1", "Print VMware's default if the key is missing"),
    ];

    fn from_fast_path(line: FastLine) -> Option<Self> {
        let is_valid = !line.words.is_empty() && !line.has_edit_options();
        let FastLine { file, words: keys, output, .. } = line;
        let dialect = DialectArg::default();
        is_valid.then_some(Self {
            file,
            keys,
            default: None,
            null: false,
            all: false,
            raw: false,
            dialect,
            remote: RemoteArgs::default(),
            output,
        })
    }
}

impl Run for GetArgs {
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
            Key::parse_as(text, dialect).map_err(|error| self.misplaced().explain(text, error))
        };
        let keys = self.keys.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let scan = input::scan(&self.file, dialect, &keys)?;
        let found = keys.iter().map(|key| self.entries(&scan, key)).collect::<Result<Vec<_>, _>>();
        let found = found.map_err(in_file(self.file.name()))?;
        if out.json {
            let values = keys.iter().zip(&found).map(|(key, entries)| (key.to_string(), self.json(entries)));
            out.json(&values.collect::<Map<String, Value>>());
        } else {
            for entries in &found {
                self.print(entries, out);
            }
        }
        if self.default.is_some() {
            return Ok(Exit::Success);
        }
        let missing = self.keys.iter().zip(&found).filter(|(_, entries)| entries.is_empty());
        let missing: Vec<&str> = missing.map(|(key, _)| key.as_str()).collect();
        self.report(&missing, out);
        Ok(Exit::negative_if(!missing.is_empty()))
    }
}

/// A file is searched for keys similar to a missing one if it has at most so many bytes.
const MAX_SEARCHED: usize = 1 << 20;

impl GetArgs {
    /// Returns the entries to print: at most one, unless `--all` is given.
    fn entries<'a>(&self, scan: &'a Scan, key: &Key) -> Result<Vec<Entry<'a>>, EditError> {
        let found = if self.all { scan.find(key) } else { scan.get(key)?.into_iter().collect() };
        if found.is_empty() && scan.encryption() == Encryption::Full {
            return Err(EditError::Encrypted);
        }
        Ok(found)
    }

    fn misplaced(&self) -> Misplaced<'_> {
        Misplaced { command: Self::NAME, taken_for: "key", file: &self.file, words: &self.keys }
    }

    /// Reports the keys that the file does not have.
    fn report<'a>(&'a self, missing: &[&'a str], out: &mut Output) {
        let missing = self.misplaced().report(missing, out);
        if missing.is_empty() || out.quiet {
            return;
        }
        let document = self.read_again().unwrap_or_default();
        let suggestions = Suggestions::new(&document);
        for key in missing {
            suggestions.report(self.file.name(), key, out);
        }
    }

    /// Reads the whole file, of which only the lines of the given keys were kept.
    fn read_again(&self) -> Option<Document> {
        let Input::Path(path) = &self.file else { return None };
        let opened = OpenedFile::find(path).ok()?;
        let bytes = opened.file.read(MAX_SEARCHED).ok()?;
        Some(Document::parse_as(bytes, self.dialect.of(&self.file)))
    }

    fn print(&self, entries: &[Entry<'_>], out: &mut Output) {
        let end = if self.null { "\0" } else { "\n" };
        for entry in entries {
            if self.raw {
                out.bytes(entry.raw_value(), end);
            } else {
                out.text(&entry.value(), end);
            }
        }
        if let (Some(default), []) = (&self.default, entries) {
            out.text(default, end);
        }
    }

    fn json(&self, entries: &[Entry<'_>]) -> Value {
        if self.all && (!entries.is_empty() || self.default.is_none()) {
            return entries.iter().map(|entry| Value::String(entry.value().into_owned())).collect();
        }
        let found = entries.first().map(|entry| entry.value().into_owned());
        let value = found.or_else(|| self.default.clone()).map_or(Value::Null, Value::String);
        if self.all { Value::Array(vec![value]) } else { value }
    }
}
