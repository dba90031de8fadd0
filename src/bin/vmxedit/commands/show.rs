//! `show`: summarizes VMs.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueHint};
use vmxedit::document::Dialect;
use vmxedit::host::Host;
use vmxedit::show::Summary as VmSummary;
use vmxedit::vm::power::Power;
use vmxedit::{Document, Key, check};

use super::{Example, Run, Subcommand, close_keys};
use crate::args::{BatchArgs, OutputArgs, RemoteArgs, SecretsArg};
use crate::batch::{self, Batch, Discovered, Pool, Summary, Tried};
use crate::error::in_file;
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::show::{Extra, Row, Table};
use crate::output::{self, Output, Secrets, Stream};
use crate::signals;

/// Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state
///
/// One VM is shown as a tree of its devices, several as a table. For keys that the file does not set, VMware's defaults
/// are shown. Only the descriptors of disks are read. The power state is the one that `vmxedit status` shows.
#[derive(Args, Debug)]
#[command(mut_arg("show_secrets", |option| option.requires("with")))]
pub(super) struct ShowArgs {
    /// .vmx files, directories that contain one, Fusion bundles, or - for standard input. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH; ssh://HOST/ means all VMs of an ESXi host
    #[arg(required = true, value_name = "FILES", value_hint = ValueHint::AnyPath)]
    files: Vec<Input>,
    /// Also show the value of KEY, in any case; in a table as a column. May be repeated
    #[arg(long, value_name = "KEY", value_parser = key)]
    with: Vec<Key>,
    #[command(flatten, next_help_heading = "Batch options")]
    batch: BatchArgs,
    #[command(flatten)]
    secrets: SecretsArg,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Subcommand for ShowArgs {
    const NAME: &'static str = "show";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit show vm.vmx", "Show one VM with its devices, disks and snapshots"),
        ("vmxedit show */*.vmx", "Show many VMs as a table"),
        ("vmxedit show -r --with RemoteDisplay.vnc.port /vms", "Add the value of a key to the table"),
        ("vmxedit show --json */*.vmx | jq -r 'select(.memory_mb > 4096).file'", "Select VMs in a script"),
    ];
}

impl Run for ShowArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let is_table = !batch::is_single_file(&self.files, &self.batch) && !out.json;
        let layout = if is_table { Layout::Table } else { Layout::EachVm };
        let table = output::show::table(out, self.with.iter().map(Key::as_str));
        let secrets = Secrets::from(&self.secrets);
        let found = self.with.iter().map(|_| AtomicBool::new(false)).collect();
        let mut show = Show { layout, with: &self.with, found, secrets, table, summary: Summary::default() };
        Ok(batch::run(&self.files, &self.batch, out, &mut show))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    EachVm,
    /// All VMs in one table.
    Table,
}

/// Parses a key, which is not a pattern: a column has one value for each VM.
fn key(text: &str) -> Result<Key, String> {
    if text.contains(['*', '?', '[']) {
        return Err(
            "it is a pattern, not a key; `vmxedit find PATTERN FILES` searches for patterns".to_owned()
        );
    }
    Key::parse(text).map_err(|error| error.to_string())
}

struct Show<'a> {
    layout: Layout,
    /// Keys to show as well.
    with: &'a [Key],
    /// Whether a VM has each of them.
    found: Vec<AtomicBool>,
    secrets: Secrets,
    table: Table,
    summary: Summary,
}

/// The result of one file.
enum Shown {
    Printed(Exit),
    Row(Row),
}

impl Batch for Show<'_> {
    type Result = Shown;

    fn process(&self, files: Vec<Discovered>, pool: &Pool, out: &Output) -> Vec<(Output, Tried<Shown>)> {
        let host = Host::with_interrupt(&signals::interrupt_flag());
        batch::map_files(files, pool, out, |file, out| {
            let summarized = file.and_then(|file| summarize(&file, &host));
            let Described { path, document, vm } = match summarized {
                Ok(described) => described,
                Err(error) => return Shown::Printed(out.error(None, &error)),
            };
            let extras = self.extras(&document);
            if self.layout == Layout::Table {
                return Shown::Row(output::show::row(out, &path, &vm, &extras));
            }
            output::show::print(out, &path, &vm, &extras);
            Shown::Printed(Exit::Success)
        })
    }

    fn record(&mut self, out: &mut Output, result: Tried<Shown>) {
        self.summary.record(match result {
            Tried::Done(Shown::Printed(exit)) => Tried::Done(exit),
            Tried::Done(Shown::Row(row)) => {
                output::show::add_row(out, &mut self.table, row);
                Tried::Done(Exit::Success)
            }
            Tried::NotTried => Tried::NotTried,
        });
    }

    fn summarize(&mut self, out: &mut Output) -> Summary {
        output::show::finish_table(out, &mut self.table);
        let with = self.with.iter().zip(&self.found);
        let missing = with.filter(|(_, found)| !found.load(Ordering::Relaxed)).map(|(key, _)| key.as_str());
        close_keys::report_unknown(missing, out);
        std::mem::take(&mut self.summary)
    }
}

impl Show<'_> {
    /// Returns the keys that were requested. Of several entries, the first counts, as in the summary.
    fn extras(&self, document: &Document) -> Vec<Extra> {
        let extra = |(key, found): (&Key, &AtomicBool)| {
            let value = document.value(key.as_str());
            found.fetch_or(value.is_some(), Ordering::Relaxed);
            Extra::new(key.as_str(), value.as_deref(), self.secrets)
        };
        self.with.iter().zip(&self.found).map(extra).collect()
    }
}

/// A VM and the file that describes it.
struct Described {
    path: PathBuf,
    document: Document,
    vm: VmSummary,
}

fn summarize(file: &Input, host: &Host) -> anyhow::Result<Described> {
    let file = file.resolved();
    let path = file.name().to_owned();
    let document = input::read_document(&file, Dialect::of(&path))?;
    let is_described = if file.is_stdin() {
        check::ensure_vmx(&document)
    } else {
        check::ensure_configuration(&document, &path)
    };
    is_described.map_err(in_file(&path))?;
    // Standard input and a pipe have no folder.
    let vm = match &file {
        Input::Listed(place) => {
            let power = Power::assess(place, &document, host);
            VmSummary::with_neighbors(&document, place.folder().as_ref(), place.name(), power)
        }
        Input::Fetched(file) => {
            let power = file.assess(&document);
            VmSummary::with_neighbors(&document, file.folder(), file.name(), power)
        }
        Input::Stdin | Input::Path(_) | Input::Remote(_) => VmSummary::of(&document),
    };
    Ok(Described { path, document, vm })
}
