//! `rename`: renames a key, all keys of a device, or the VM in values.

mod values;

use std::path::Path;

use clap::{Args, ValueHint};
use vmxedit::document::Dialect;
use vmxedit::transaction::Source;
use vmxedit::{Document, Edit, Key, Pattern, catalog};

use self::values::Renaming;
use super::close_keys::{self, Suggestions};
use super::{Example, Run, Subcommand};
use crate::args::EditArgs;
use crate::edit::{self, EditPlan};
use crate::error::{ProgramError, UsageError};
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, Stream};

/// Rename a key or a device (PREFIX.* to PREFIX.*), or the name of a VM in its values
///
/// A PREFIX.* must not match config.version or virtualHW.version, which every VM needs: name such a key to rename it.
/// With --values, the name of the VM is replaced in the values that hold it: displayName, nvram, extendedConfigFile, the
/// files of the disks, and those that VMware writes for swap, migration and statistics. Files are not renamed.
#[derive(Args, Debug)]
pub(super) struct RenameArgs {
    /// The .vmx file, a directory that contains one, a Fusion bundle, or - to edit standard input and write the result
    /// to standard output; everything else then goes to standard error. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// The current key, or PREFIX.*
    old: String,
    /// The new key, or PREFIX.*
    new: String,
    /// Replace the name OLD of the VM with NEW in values
    #[arg(long)]
    values: bool,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for RenameArgs {
    const NAME: &'static str = "rename";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit rename vm.vmx 'ethernet1.*' 'ethernet0.*'", "Rename a device"),
        ("vmxedit rename vm.vmx memSize memsize", "Change the spelling of a key"),
        ("vmxedit rename --values vm.vmx web01 web02", "Change the name of the VM"),
    ];
    const EDITS: bool = true;
}

impl Run for RenameArgs {
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
        if self.values {
            let renaming = Renaming::new(&self.old, &self.new)?;
            let planner = |document: &Document, source: &Source<'_>| renaming.plan(document, source);
            return edit::run(&self.file, &self.edit, &planner, out);
        }
        let dialect = self.edit.dialect.of(&self.file);
        let edit = parse_edit(&self.old, &self.new, dialect)?;
        let old = Pattern::parse_as(&self.old, dialect)?;
        let planner = |document: &Document, _: &Source<'_>| {
            if !close_keys::matches_any(document, &old) {
                let suggestion = Suggestions::new(document).in_file(&self.old);
                // A device is renamed with all of its slots.
                let suggestion = suggestion.map(|meant| meant.replace("[.:]*", ".*"));
                return Err(ProgramError::NoSuchKey { key: self.old.clone(), suggestion }.into());
            }
            if let Edit::RenamePrefix { from, to } = &edit {
                keep_identity(document, from, to)?;
            }
            Ok(EditPlan::of_edits(vec![edit.clone()]))
        };
        edit::run(&self.file, &self.edit, &planner, out)
    }
}

/// Refuses a pattern that matches what identifies the VM.
fn keep_identity(document: &Document, from: &Key, to: &Key) -> Result<(), ProgramError> {
    if document.dialect() != Dialect::Vmx || from == to {
        return Ok(());
    }
    let is_matched = |key: &String| {
        let device = key.split_once('.').map_or("", |(device, _)| device);
        catalog::is_identity(key) && device.eq_ignore_ascii_case(from.as_str())
    };
    let Some(key) = document.entries().map(|entry| entry.key().into_owned()).find(is_matched) else {
        return Ok(());
    };
    Err(ProgramError::Identity { pattern: format!("{from}.*"), keys: vec![key], verb: "rename" })
}

fn parse_edit(old: &str, new: &str, dialect: Dialect) -> anyhow::Result<Edit> {
    let key = |text: &str| Key::parse_as(text, dialect);
    match (old.strip_suffix(".*"), new.strip_suffix(".*")) {
        (Some(from), Some(to)) => Ok(Edit::RenamePrefix { from: key(from)?, to: key(to)? }),
        (None, None) => Ok(Edit::Rename { from: key(old)?, to: key(new)? }),
        _ => Err(UsageError(format!("'{old}' and '{new}': both must end in .*, or neither")).into()),
    }
}
