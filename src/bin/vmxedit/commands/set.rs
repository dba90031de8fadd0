//! `set`: sets keys to values, all of them or none.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Context as _;
use clap::{Args, ValueHint};
use indexmap::IndexSet;
use vmxedit::catalog::MASK;
use vmxedit::document::{Dialect, KeyError};
use vmxedit::transaction::Source;
use vmxedit::{Document, Edit, Entry, Key, Pattern, catalog};

use super::close_keys::Suggestions;
use super::{Example, Run, Subcommand};
use crate::args::EditArgs;
use crate::args::fast_path::FastLine;
use crate::edit::{self, EditPlan};
use crate::error::{ProgramError, ResultExt, UsageError};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::{Output, Stream};

/// Set one or more keys; all of them are set, or none
///
/// An existing entry keeps its position, spelling, spacing and comment. A new one goes after the last entry of its
/// device (ethernet0.*), or at the end of the file. Values are escaped where the format requires it. Errors and warnings of
/// `check` about the keys that were set are reported.
#[derive(Args, Debug)]
pub(super) struct SetArgs {
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - to edit standard input and write the result
    /// to standard output; everything else then goes to standard error. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// KEY ends at the first =. A pattern such as ethernet*.virtualDev sets every entry that matches and adds none; a later
    /// word overrides an earlier one.
    /// KEY=@PATH reads the value from a file, or with @- from standard input, without its last newline; KEY=@@TEXT sets the
    /// value @TEXT
    #[arg(required = true, value_name = "KEY=VALUE")]
    assignments: Vec<String>,
    /// Take KEY and VALUE as they are: @ and the characters of patterns have no meaning
    #[arg(long)]
    literal: bool,
    /// Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not
    /// turn off
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for SetArgs {
    const NAME: &'static str = "set";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit set vm.vmx memsize=4096 numvcpus=2", "Set both keys, or neither"),
        ("vmxedit set vm.vmx memsize=4096 -n --diff", "Show what would change"),
        ("vmxedit set vm.vmx 'ethernet*.virtualDev=vmxnet3'", "Set every entry that matches"),
        ("vmxedit set vm.vmx guestinfo.userdata=@user-data.b64", "Read the value from a file"),
        ("vmxedit set --literal vm.vmx \"displayName=$NAME\"", "Set a value that may start with @"),
        ("vmxedit set - memsize=4096 < old.vmx > new.vmx", "Edit as a filter"),
        ("vmxedit set webclient.properties html.console.port=9443", "Edit a Java properties file"),
    ];
    const EDITS: bool = true;

    fn from_fast_path(line: FastLine) -> Option<Self> {
        let edit = line.edit_args();
        let FastLine { file, words: assignments, .. } = line;
        (!assignments.is_empty()).then_some(Self { file, assignments, literal: false, strict: false, edit })
    }
}

impl Run for SetArgs {
    fn output(&self) -> Output {
        Output::new(&self.edit.output, Stream::for_edit(&self.file))
    }

    fn file(&self) -> Option<&Path> {
        Some(self.file.name())
    }

    fn rsh(&self) -> Option<&str> {
        self.edit.remote.rsh.as_deref()
    }

    fn keeps_backup_if_configured(&self) -> bool {
        !self.file.is_stdin() && self.edit.keeps_backup_if_configured()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let syntax = if self.literal { Syntax::Literal } else { Syntax::Patterns };
        let assignments = Assignments::parse(&self.assignments, syntax, self.edit.dialect.of(&self.file))?;
        let planner = |document: &Document, source: &Source<'_>| {
            let (edits, unmatched) = assignments.edits(document)?;
            if let Some(pattern) = unmatched.first() {
                let key = pattern.to_string();
                let suggestion = Suggestions::new(document).in_file(&key);
                return Err(ProgramError::NoSuchKey { key, suggestion }.into());
            }
            let plan = EditPlan::of_edits(edits);
            if self.strict { edit::ensure_clean(document, plan, source) } else { Ok(plan) }
        };
        edit::run(&self.file, &self.edit, &planner, out)
    }
}

/// How `KEY=VALUE` is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// The key may be a pattern, and `@` starts the name of a file.
    Patterns,
    /// All characters are ordinary.
    Literal,
}

/// What `KEY=VALUE` words set, in their order.
#[derive(Debug, Default)]
pub(super) struct Assignments(Vec<(Pattern, String)>);

impl Assignments {
    /// Parses `KEY=VALUE` words, each key once.
    pub(super) fn parse(words: &[String], syntax: Syntax, dialect: Dialect) -> anyhow::Result<Self> {
        let mut assignments = Vec::with_capacity(words.len());
        let mut seen = HashSet::new();
        for word in words {
            let (pattern, value) = parse_assignment(word, syntax, dialect)?;
            let name = pattern.to_string();
            if !seen.insert(if dialect == Dialect::Properties { name } else { name.to_ascii_lowercase() }) {
                return Err(UsageError(format!("'{pattern}' is given twice")).into());
            }
            assignments.push((pattern, value));
        }
        Ok(Self(assignments))
    }

    /// Assigns the values of keys.
    pub(super) fn of_keys(values: impl IntoIterator<Item = (Key, String)>) -> Self {
        Self(values.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether it names a key, which it then sets in every file.
    pub(super) fn names(&self, key: &Key) -> bool {
        self.0.iter().any(|(pattern, _)| pattern.as_key() == Some(key))
    }

    /// Returns whether it sets a key in any file.
    pub(super) fn may_set(&self, key: &Key) -> bool {
        self.0.iter().any(|(pattern, _)| match pattern.as_key() {
            Some(own) => own == key,
            None => pattern.matches(key.as_str()),
        })
    }

    /// Returns the edits that set the values in `document`, and the patterns that match nothing.
    ///
    /// If VMware reads every copy of a key as the value, the first copy stays as it is spelled and the others are removed.
    pub(super) fn edits(&self, document: &Document) -> Result<(Vec<Edit>, Vec<&Pattern>), KeyError> {
        let (mut edits, mut unmatched) = (Vec::new(), Vec::new());
        for (pattern, value) in &self.0 {
            if let Some(key) = pattern.as_key() {
                edits.push(edit_of(document, key, value));
                continue;
            }
            let keys = keys_of(document, pattern)?;
            if keys.is_empty() {
                unmatched.push(pattern);
            }
            edits.extend(keys.iter().map(|key| edit_of(document, key, value)));
        }
        Ok((edits, unmatched))
    }
}

/// Returns the keys of the entries that match, each once.
fn keys_of(document: &Document, pattern: &Pattern) -> Result<IndexSet<Key>, KeyError> {
    let entries = document.entries().filter(|entry| pattern.selects(entry));
    entries.map(|entry| Key::parse_as(&entry.key(), document.dialect())).collect()
}

fn edit_of(document: &Document, key: &Key, value: &str) -> Edit {
    let is_same = |entry: &Entry<'_>| catalog::values_equal(key.as_str(), &entry.value(), value);
    let are_copies = |copies: &[Entry<'_>]| copies.len() > 1 && copies.iter().all(is_same);
    // In Java properties the last copy counts, and finding copies takes a pass over the file.
    if document.dialect() != Dialect::Properties && are_copies(&document.find(key)) {
        return Edit::DropCopies { key: key.clone() };
    }
    Edit::Set { key: key.clone(), value: value.to_owned() }
}

/// Parses `KEY=VALUE`. `@PATH` is the content of a file, `@-` that of standard input, `@@` a literal `@`.
fn parse_assignment(word: &str, syntax: Syntax, dialect: Dialect) -> anyhow::Result<(Pattern, String)> {
    let Some((key, value)) = word.split_once('=') else {
        return Err(UsageError::not_an_assignment(word, "KEY=VALUE").into());
    };
    if syntax == Syntax::Literal {
        return Ok((Key::parse_as(key, dialect)?.into(), value.to_owned()));
    }
    let key = Pattern::parse_as(key, dialect)?;
    if value == MASK && catalog::may_select_secret(&key.to_string()) {
        // From a report or a hint, which does not show secrets.
        return Err(ProgramError::MaskedArgument { key: key.to_string() }.into());
    }
    let value = match value.strip_prefix('@') {
        None => value.to_owned(),
        Some(literal) if literal.starts_with('@') => literal.to_owned(),
        Some(path) => read_value(&key, Path::new(path))?,
    };
    Ok((key, value))
}

fn read_value(key: &Pattern, from: &Path) -> anyhow::Result<String> {
    let bytes = if input::is_stdin(from) {
        input::read_stdin()?
    } else {
        input::read_file(from).context("cannot read the value").at(from)?
    };
    let path = from.to_owned();
    let mut text =
        String::from_utf8(bytes).map_err(|_| ProgramError::ValueNotText { key: key.to_string(), path })?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
