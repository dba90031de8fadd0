//! `diff`: compares a file with one or more others, key by key or line by line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use vmxedit::document::{Dialect, Encryption};
use vmxedit::preset::{Applicability, PresetError};
use vmxedit::remote::Depth;
use vmxedit::transaction::parse;
use vmxedit::{Change, Document, catalog, edit};

use super::backups::{self, Named, Original};
use super::{Example, Run, Subcommand, preset_args};
use crate::args::{BatchArgs, DialectArg, OutputArgs, RemoteArgs, SecretsArg};
use crate::batch::{self, Batch, Discovered, Pool, Summary, Tried};
use crate::error::{ResultExt, at_path, in_file};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::comparison::{self, Comparison};
use crate::output::{Output, Secrets, Stream};

/// Compare files by key
///
/// Print a line for each key that is only in B (+), only in A (-), or has another value (~). Order, spacing, comments
/// and the case of keys are ignored. With several B, or with --recursive, each line starts with the name of the file that
/// is compared with A. Exit with 0 if nothing differs, else with 1.
#[derive(Args, Debug)]
#[command(
    override_usage = "vmxedit diff [OPTIONS] <A> <B>...\n       vmxedit diff [OPTIONS] --backup[=<NAME>] <A>\n       \
                      vmxedit diff [OPTIONS] --preset <PRESET> <A>",
    mut_args(|option| if BATCH_OPTIONS.contains(&option.get_id().as_str()) {
        option.conflicts_with_all(["backup", "preset"])
    } else {
        option
    })
)]
pub(super) struct DiffArgs {
    /// A .vmx file, a directory that contains one, a Fusion bundle, or - for standard input. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_name = "A", value_hint = ValueHint::AnyPath)]
    file: Input,
    /// The files to compare with A, also on other hosts; with --recursive, also directories
    #[arg(value_name = "B", required_unless_present_any = ["backup", "preset"],
          conflicts_with_all = ["backup", "preset"], value_hint = ValueHint::AnyPath)]
    others: Vec<Input>,
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
    #[command(flatten, next_help_heading = "Batch options")]
    batch: BatchArgs,
    #[command(flatten)]
    secrets: SecretsArg,
    #[command(flatten)]
    dialect: DialectArg,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// The options that have no effect on a comparison of one file with its backup or a preset.
const BATCH_OPTIONS: [&str; 4] = ["recursive", "one_file_system", "jobs", "no_progress"];

impl Subcommand for DiffArgs {
    const NAME: &'static str = "diff";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit diff template.vmx vm.vmx", "Compare by key, in any order"),
        ("vmxedit diff vm.vmx --backup", "Show what changed since the newest backup"),
        ("vmxedit diff a.vmx b.vmx --ignore-volatile --semantic", "Show only intended differences"),
        ("vmxedit diff template.vmx -r /vms --ignore-volatile", "Compare many VMs with a template"),
        (
            "vmxedit diff vm.vmx esx1:/vmfs/volumes/ds/vm/vm.vmx --unified",
            "Compare line by line with a file on another host",
        ),
    ];

    fn reads_config(&self) -> bool {
        self.preset.is_some() || self.backup.is_some()
    }
}

impl Run for DiffArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        if self.others.is_empty() {
            let (a, b) = self.sides(out)?;
            a.warn_of_encryption(out);
            return Ok(Exit::negative_if(self.compare(&a, &b, out) == Equality::Different));
        }
        let a = self.read(&self.file)?;
        a.warn_of_encryption(out);
        let has_summary = !batch::is_single_file(&self.others, &self.batch);
        out.prefix_with_path = has_summary;
        let mut diff = Diff { args: self, a, has_summary, counts: Counts::default() };
        Ok(batch::run(&self.others, &self.batch, out, &mut diff))
    }
}

/// A comparison of one file with others.
struct Diff<'a> {
    args: &'a DiffArgs,
    a: Side,
    has_summary: bool,
    counts: Counts,
}

/// The files so far.
#[derive(Debug, Default)]
struct Counts {
    equal: usize,
    different: usize,
    failed: usize,
    summary: Summary,
}

impl Batch for Diff<'_> {
    type Result = Result<Equality, Exit>;

    fn depth(&self) -> Depth {
        Depth::Content
    }

    fn process(
        &self,
        files: Vec<Discovered>,
        pool: &Pool,
        out: &Output,
    ) -> Vec<(Output, Tried<Self::Result>)> {
        batch::map_files(files, pool, out, |file, out| {
            let b = file.and_then(|file| self.args.read(&file)).map_err(|error| out.error(None, &error))?;
            Ok(self.args.compare(&self.a, &b, out))
        })
    }

    fn record(&mut self, _out: &mut Output, result: Tried<Self::Result>) {
        let counts = &mut self.counts;
        counts.summary.record(match result {
            Tried::Done(Ok(Equality::Equal)) => {
                counts.equal += 1;
                Tried::Done(Exit::Success)
            }
            Tried::Done(Ok(Equality::Different)) => {
                counts.different += 1;
                Tried::Done(Exit::Negative)
            }
            Tried::Done(Err(exit)) => {
                counts.failed += 1;
                Tried::Done(exit)
            }
            Tried::NotTried => Tried::NotTried,
        });
    }

    fn summarize(&mut self, _out: &mut Output) -> Summary {
        let Counts { equal, different, failed, summary } = std::mem::take(&mut self.counts);
        let total = equal + different + failed;
        let files = if total == 1 { "file" } else { "files" };
        let text = format!("{total} {files}: {different} different, {equal} equal, {failed} failed");
        Summary { text: Some(text).filter(|_| self.has_summary), ..summary }
    }
}

/// Whether two files are equal, as far as the options of the comparison say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Equality {
    Equal,
    Different,
}

/// One of the two files.
struct Side {
    name: PathBuf,
    document: Document,
}

impl Side {
    fn warn_of_encryption(&self, out: &mut Output) {
        if self.document.encryption() != Encryption::None {
            out.warn(&self.name, "its encrypted part was not compared");
        }
    }
}

impl DiffArgs {
    /// Compares two files and prints what differs.
    fn compare(&self, a: &Side, b: &Side, out: &mut Output) -> Equality {
        b.warn_of_encryption(out);
        let changes = self.changes(&a.document, &b.document);
        let equal =
            if self.unified { a.document.to_bytes() == b.document.to_bytes() } else { changes.is_empty() };
        let diff = self.unified.then_some((&a.document, &b.document));
        let secrets = Secrets::from(&self.secrets);
        comparison::print(
            out,
            &Comparison { a: &a.name, b: &b.name, equal, changes: &changes, diff, secrets },
        );
        if equal { Equality::Equal } else { Equality::Different }
    }

    /// Reads a file and its backup, the older one first, or a file and what a preset makes of it.
    fn sides(&self, out: &mut Output) -> anyhow::Result<(Side, Side)> {
        if let Some(preset) = &self.preset {
            return self.with_preset(preset, out);
        }
        let name = self.backup.as_ref().and_then(Option::as_deref).filter(|name| !name.is_empty());
        let file = Original::find(&self.file, "standard input has no backups")?;
        let dialect = self.dialect.of(&self.file);
        let backup = read_backup(&file, name, dialect)?;
        // The file that was looked at, even if its name leads to another one meanwhile.
        let document = parse(file.read()?, dialect).map_err(in_file(file.path()))?;
        Ok((backup, Side { name: self.file.name().to_owned(), document }))
    }

    /// Reads the file and applies the preset to it.
    fn with_preset(&self, preset: &str, out: &mut Output) -> anyhow::Result<(Side, Side)> {
        let resolved = preset_args::resolve_named(&[preset.to_owned()], &self.parameters, out)?;
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

    fn changes(&self, a: &Document, b: &Document) -> Vec<Change> {
        let mut changes =
            if self.semantic { edit::compare_with(a, b, catalog::values_equal) } else { edit::compare(a, b) };
        changes.retain(|change| !(self.ignore_volatile && catalog::is_volatile(change.key())));
        changes
    }
}

/// Reads the backup with this name, else the newest one.
fn read_backup(file: &Original, name: Option<&OsStr>, dialect: Dialect) -> anyhow::Result<Side> {
    let backup = match name {
        Some(name) => backups::named(file, name)?,
        None => backups::newest(file, dialect)?,
    };
    match backup {
        Named::Neighbor(name) => {
            let path = file.path_of(&name);
            let document = parse(file.read_backup(&name)?, dialect).map_err(in_file(&path))?;
            Ok(Side { name: path, document })
        }
        Named::Other(input) => read_as(&input, dialect),
    }
}

fn read_as(input: &Input, dialect: Dialect) -> anyhow::Result<Side> {
    Ok(Side { name: input.name().to_owned(), document: input::read_document(input, dialect)? })
}
