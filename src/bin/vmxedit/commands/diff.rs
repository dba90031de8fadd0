//! `diff`: compares two files, key by key or line by line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use vmxedit::document::{Dialect, Encryption};
use vmxedit::host::Place;
use vmxedit::preset::{Applicability, PresetError};
use vmxedit::{Change, Document, catalog, edit};

use super::{Example, Run, Subcommand, backups, preset_args};
use crate::args::{DialectArg, OutputArgs, SecretsArg};
use crate::error::{ResultExt, at_path, in_file};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::comparison::{self, Comparison};
use crate::output::{Output, Secrets, Stream};

/// Compare two files by key
///
/// Print a line for each key that is only in B (+), only in A (-), or has another value (~). Order, spacing, comments
/// and the case of keys are ignored. Exit with 0 if nothing differs, else with 1.
#[derive(Args, Debug)]
pub(super) struct DiffArgs {
    /// A .vmx file, a directory that contains one, a Fusion bundle, or - for standard input
    #[arg(value_name = "A", value_hint = ValueHint::AnyPath)]
    file: Input,
    /// The file to compare with A
    #[arg(value_name = "B", required_unless_present_any = ["backup", "preset"],
          conflicts_with_all = ["backup", "preset"], value_hint = ValueHint::AnyPath)]
    other: Option<Input>,
    /// Compare a backup of A with A [default: the newest of FILE.bak, FILE.bak.1, ...]; NAME is a path, the name of a
    /// file in the same directory, a suffix of A, or a number that restore --list shows
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option, reason = "clap's type for an option with an optional value")]
    backup: Option<Option<OsString>>,
    /// Compare A with the result of applying this preset
    #[arg(long, value_name = "PRESET", conflicts_with = "backup")]
    preset: Option<String>,
    /// Set a parameter of the preset; NAME=@PATH reads the value from a file
    #[arg(long = "param", value_name = "NAME=VALUE", requires = "preset")]
    parameters: Vec<String>,
    /// Print a unified diff of the lines, including order, spacing and comments
    #[arg(long, conflicts_with_all = ["semantic", "ignore_volatile"])]
    unified: bool,
    /// Treat values as equal if VMware does: TRUE and true, 1024 and 0x400
    #[arg(long)]
    semantic: bool,
    /// Ignore keys that VMware writes itself: generated addresses, PCI slots, uuid.location, ...
    #[arg(long)]
    ignore_volatile: bool,
    #[command(flatten)]
    secrets: SecretsArg,
    #[command(flatten)]
    dialect: DialectArg,
    #[command(flatten)]
    output: OutputArgs,
}

impl Subcommand for DiffArgs {
    const NAME: &'static str = "diff";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit diff template.vmx vm.vmx", "Compare by key, in any order"),
        ("vmxedit diff vm.vmx --backup", "Show what changed since the newest backup"),
        ("vmxedit diff a.vmx b.vmx --ignore-volatile --semantic", "Show only intended differences"),
        ("ssh esx1 cat /vmfs/volumes/ds/vm/vm.vmx | vmxedit diff vm.vmx - --unified", "Compare line by line"),
    ];

    fn reads_config(&self) -> bool {
        self.preset.is_some()
    }
}

impl Run for DiffArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let (a, b) = self.sides()?;
        for side in [&a, &b].into_iter().filter(|side| side.document.encryption() != Encryption::None) {
            out.warn(&side.name, "its encrypted part was not compared");
        }
        let changes = self.changes(&a.document, &b.document);
        let equal =
            if self.unified { a.document.to_bytes() == b.document.to_bytes() } else { changes.is_empty() };
        let diff = self.unified.then_some((&a.document, &b.document));
        let secrets = Secrets::from(&self.secrets);
        comparison::print(
            out,
            &Comparison { a: &a.name, b: &b.name, equal, changes: &changes, diff, secrets },
        );
        Ok(Exit::negative_if(!equal))
    }
}

/// One of the two files.
struct Side {
    name: PathBuf,
    document: Document,
}

impl DiffArgs {
    /// Reads the two files, the older one first.
    fn sides(&self) -> anyhow::Result<(Side, Side)> {
        if let Some(preset) = &self.preset {
            return self.with_preset(preset);
        }
        match (&self.other, &self.backup) {
            (Some(other), _) => Ok((self.read(&self.file)?, self.read(other)?)),
            (None, backup) => {
                let name = backup.as_ref().and_then(Option::as_deref).filter(|name| !name.is_empty());
                let place = self.file.find("standard input has no backups")?;
                Ok((
                    read_as(&self.backup_of(&place, name)?, self.dialect.of(&self.file))?,
                    self.read(&self.file)?,
                ))
            }
        }
    }

    /// Reads the file and applies the preset to it.
    fn with_preset(&self, preset: &str) -> anyhow::Result<(Side, Side)> {
        let resolved = preset_args::resolve_named(&[preset.to_owned()], &self.parameters)?;
        let a = self.read(&self.file)?;
        let (verdict, edits) = preset_args::evaluate(&resolved[0], &a.document, &self.file).at(&a.name)?;
        let document = match verdict {
            Applicability::Refused(reason) => {
                let preset = resolved[0].preset.name.clone();
                return Err(at_path(PresetError::ConditionNotMet { preset, reason }, &a.name));
            }
            Applicability::Unneeded(_) => a.document.clone(),
            Applicability::Applies => edit::apply(&a.document, &edits).map_err(in_file(&a.name))?.0,
        };
        Ok((a, Side { name: PathBuf::from(preset), document }))
    }

    fn read(&self, input: &Input) -> anyhow::Result<Side> {
        read_as(input, self.dialect.of(input))
    }

    /// Returns the backup with this name, else the newest one.
    fn backup_of(&self, file: &Place, name: Option<&OsStr>) -> anyhow::Result<Input> {
        match name {
            Some(name) => backups::named(file, name),
            None => Ok(Input::Listed(backups::newest(file, self.dialect.of(&self.file))?.place)),
        }
    }

    fn changes(&self, a: &Document, b: &Document) -> Vec<Change> {
        let mut changes =
            if self.semantic { edit::compare_with(a, b, catalog::values_equal) } else { edit::compare(a, b) };
        changes.retain(|change| !(self.ignore_volatile && catalog::is_volatile(change.key())));
        changes
    }
}

fn read_as(input: &Input, dialect: Dialect) -> anyhow::Result<Side> {
    Ok(Side { name: input.name().to_owned(), document: input::read_document(input, dialect)? })
}
