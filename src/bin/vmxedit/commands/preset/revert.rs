//! `preset revert`: removes what a preset set.

use std::path::Path;

use clap::{Args, ValueHint};
use vmxedit::Document;
use vmxedit::transaction::Source;

use crate::args::EditArgs;
use crate::commands::{Run, preset_args};
use crate::edit::{self, EditPlan, Remarks};
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, Stream};

/// Revert a preset, for keys that still have the value that it sets
///
/// It removes these keys. It does not bring back the values that they had before the preset: `restore` does, if the preset
/// was applied with --backup.
#[derive(Args, Debug)]
pub(super) struct RevertArgs {
    /// The preset: a name or a path
    name: String,
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - to edit standard input and write the result
    /// to standard output; everything else then goes to standard error. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// The value of a parameter when the preset was applied
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    edit: EditArgs,
}

impl Run for RevertArgs {
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
        let resolved = preset_args::resolve_named(std::slice::from_ref(&self.name), &self.parameters, out)?;
        let preset = &resolved[0];
        let planner = |document: &Document, _: &Source<'_>| {
            let edits = preset.reverting_edits(document)?;
            let name = &preset.preset.name;
            let mut notes = Vec::new();
            if !edits.is_empty() && !preset.preset.is_reversible() {
                notes.push(format!(
                    "{name}: entries that it changed or removed stay as they are: their earlier values are not known"
                ));
            }
            let left = preset.leftover_keys(document);
            if !left.is_empty() {
                notes.push(format!(
                    "{name}: not removed: {}: their values are not those of the preset, or it was applied with other \
                     parameters (--param)",
                    left.join(", ")
                ));
            }
            Ok(EditPlan { info: Remarks::of_notes(notes), ..EditPlan::of_edits(edits) })
        };
        edit::run(&self.file, &self.edit, &planner, out)
    }
}
