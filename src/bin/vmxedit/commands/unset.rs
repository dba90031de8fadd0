//! `unset`: removes entries, whole lines.

use std::path::Path;

use clap::{Args, ValueHint};
use vmxedit::Document;
use vmxedit::edit::IfAbsent;
use vmxedit::transaction::Source;

use super::removal::Removal;
use super::{Example, Run, Subcommand};
use crate::args::EditArgs;
use crate::args::fast_path::FastLine;
use crate::edit::{self, EditPlan, Remarks};
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, Stream};

/// Remove entries (whole lines)
///
/// A key or pattern that matches nothing is reported. A pattern must not match config.version, virtualHW.version or
/// guestOS, which every VM needs: name such a key to remove it.
#[derive(Args, Debug)]
pub(super) struct UnsetArgs {
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - to edit standard input and write the result
    /// to standard output; everything else then goes to standard error. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// Keys, or patterns of keys: * ? [abc] [!abc], matched against the whole key, in any case
    #[arg(required = true, value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Exit with 1 if a key or pattern matches nothing
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for UnsetArgs {
    const NAME: &'static str = "unset";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit unset vm.vmx 'serial1.*'", "Remove all entries of a device"),
        ("vmxedit unset vm.vmx memsize", "Remove every entry of a duplicated key"),
    ];
    const EDITS: bool = true;

    fn from_fast_path(line: FastLine) -> Option<Self> {
        let edit = line.edit_args();
        let FastLine { file, words: patterns, .. } = line;
        (!patterns.is_empty()).then_some(Self { file, patterns, strict: false, edit })
    }
}

impl Run for UnsetArgs {
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
        let absent = if self.strict { IfAbsent::Fail } else { IfAbsent::Ignore };
        let removal = Removal::parse(&self.patterns, absent, self.edit.dialect.of(&self.file))?;
        let planner = |document: &Document, _: &Source<'_>| {
            let info = Remarks::of_notes(removal.check(document)?);
            Ok(EditPlan { info, ..EditPlan::of_edits(removal.edits()) })
        };
        edit::run(&self.file, &self.edit, &planner, out)
    }
}
