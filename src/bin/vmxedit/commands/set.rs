//! `set`: sets keys to values, all of them or none.

use std::path::Path;

use anyhow::Context as _;
use clap::{Args, ValueHint};
use indexmap::IndexMap;
use vmxedit::document::Dialect;
use vmxedit::{Document, Edit, Entry, Key, catalog};

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
/// device (ethernet0.*), or at the end of the file. Values are taken literally and escaped where the format requires it.
#[derive(Args, Debug)]
pub(super) struct SetArgs {
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - to edit standard input and write the result
    /// to standard output; everything else then goes to standard error
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// KEY ends at the first =. KEY=@PATH reads the value from a file, or with @- from standard input, without its last
    /// newline; KEY=@@TEXT sets the value @TEXT
    #[arg(required = true, value_name = "KEY=VALUE")]
    assignments: Vec<String>,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for SetArgs {
    const NAME: &'static str = "set";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit set vm.vmx memsize=4096 numvcpus=2", "Set both keys, or neither"),
        ("vmxedit set vm.vmx memsize=4096 -n --diff", "Show what would change"),
        ("vmxedit set vm.vmx guestinfo.userdata=@user-data.b64", "Read the value from a file"),
        ("vmxedit set - memsize=4096 < old.vmx > new.vmx", "Edit as a filter"),
        ("vmxedit set webclient.properties html.console.port=9443", "Edit a Java properties file"),
    ];
    const EDITS: bool = true;

    fn from_fast_path(line: FastLine) -> Option<Self> {
        let edit = line.edit_args();
        let FastLine { file, words: assignments, .. } = line;
        (!assignments.is_empty()).then_some(Self { file, assignments, edit })
    }
}

impl Run for SetArgs {
    fn output(&self) -> Output {
        Output::new(&self.edit.output, Stream::for_edit(&self.file))
    }

    fn file(&self) -> Option<&Path> {
        Some(self.file.name())
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let assignments = parse_assignments(&self.assignments, self.edit.dialect.of(&self.file))?;
        edit::run(
            &self.file,
            &self.edit,
            &|document, _| Ok(EditPlan::of_edits(edits_of(document, &assignments))),
            out,
        )
    }
}

/// Parses `KEY=VALUE` words, each key once.
pub(super) fn parse_assignments(words: &[String], dialect: Dialect) -> anyhow::Result<IndexMap<Key, String>> {
    let mut assignments = IndexMap::with_capacity(words.len());
    for word in words {
        let (key, value) = parse_assignment(word, dialect)?;
        let name = key.to_string();
        if assignments.insert(key, value).is_some() {
            return Err(UsageError(format!("'{name}' is given twice")).into());
        }
    }
    Ok(assignments)
}

/// Returns the edits that set the values in `document`. If VMware reads every copy of a key as the value, the first copy
/// stays as it is spelled and the others are removed.
pub(super) fn edits_of(document: &Document, assignments: &IndexMap<Key, String>) -> Vec<Edit> {
    let edit = |(key, value): (&Key, &String)| {
        let copies = document.find(key);
        let is_same = |entry: &Entry<'_>| catalog::values_equal(key.as_str(), &entry.value(), value);
        if document.dialect() != Dialect::Properties && copies.len() > 1 && copies.iter().all(is_same) {
            return Edit::DropCopies { key: key.clone() };
        }
        Edit::Set { key: key.clone(), value: value.clone() }
    };
    assignments.iter().map(edit).collect()
}

/// Parses `KEY=VALUE`. `@PATH` is the content of a file, `@-` that of standard input, `@@` a literal `@`.
fn parse_assignment(word: &str, dialect: Dialect) -> anyhow::Result<(Key, String)> {
    let Some((key, value)) = word.split_once('=') else {
        return Err(UsageError::not_an_assignment(word, "KEY=VALUE").into());
    };
    let key = Key::parse_as(key, dialect)?;
    let value = match value.strip_prefix('@') {
        None => value.to_owned(),
        Some(literal) if literal.starts_with('@') => literal.to_owned(),
        Some(path) => read_value(&key, &Input::from(Path::new(path).to_owned()))?,
    };
    Ok((key, value))
}

fn read_value(key: &Key, from: &Input) -> anyhow::Result<String> {
    let bytes = match from {
        Input::Stdin => input::read_stdin()?,
        Input::Path(_) | Input::Listed(_) => {
            input::read_file(from.name()).context("cannot read the value").at(from.name())?
        }
    };
    let path = from.name().to_owned();
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
