//! `show`: summarizes VMs.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use vmxedit::check;
use vmxedit::document::Dialect;
use vmxedit::host::Host;
use vmxedit::show::Summary as VmSummary;
use vmxedit::vm::power::Power;

use super::{Example, Run, Subcommand};
use crate::args::{BatchArgs, OutputArgs};
use crate::batch::{self, Batch, Discovered, Pool, Summary, Tried};
use crate::error::in_file;
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::show::{Row, Table};
use crate::output::{self, Output, Stream};
use crate::signals;

/// Show a summary of VMs: guest, hardware, disks, network cards, snapshots, power state
///
/// One VM is shown as a tree of its devices, several as a table. For keys that the file does not set, VMware's defaults
/// are shown. Only the descriptors of disks are read. The power state is the one that `vmxedit status` shows.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// .vmx files, directories that contain one, Fusion bundles, or - for standard input
    #[arg(required = true, value_name = "FILES", value_hint = ValueHint::AnyPath)]
    files: Vec<Input>,
    #[command(flatten, next_help_heading = "Batch options")]
    batch: BatchArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Subcommand for ShowArgs {
    const NAME: &'static str = "show";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit show vm.vmx", "Show one VM with its devices, disks and snapshots"),
        ("vmxedit show */*.vmx", "Show many VMs as a table"),
        ("vmxedit show --json */*.vmx | jq -r 'select(.memory_mb > 4096).file'", "Select VMs in a script"),
    ];
}

impl Run for ShowArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let is_table = !batch::is_single_file(&self.files, &self.batch) && !out.json;
        let layout = if is_table { Layout::Table } else { Layout::EachVm };
        let mut show = Show { layout, table: Table::default(), summary: Summary::default() };
        Ok(batch::run(&self.files, &self.batch, out, &mut show))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    EachVm,
    /// All VMs in one table.
    Table,
}

struct Show {
    layout: Layout,
    table: Table,
    summary: Summary,
}

/// The result of one file.
enum Shown {
    Printed(Exit),
    Row(Box<Row>),
}

impl Batch for Show {
    type Result = Shown;

    fn process(&self, files: Vec<Discovered>, pool: &Pool, out: &Output) -> Vec<(Output, Tried<Shown>)> {
        let host = Host::with_interrupt(&signals::interrupt_flag());
        batch::map_files(files, pool, out, |file, out| match file.and_then(|file| summarize(&file, &host)) {
            Ok((path, vm)) if self.layout == Layout::Table => {
                Shown::Row(Box::new(output::show::row(out, &path, &vm)))
            }
            Ok((path, vm)) => {
                output::show::print(out, &path, &vm);
                Shown::Printed(Exit::Success)
            }
            Err(error) => Shown::Printed(out.error(None, &error)),
        })
    }

    fn record(&mut self, out: &mut Output, result: Tried<Shown>) {
        self.summary.record(match result {
            Tried::Done(Shown::Printed(exit)) => Tried::Done(exit),
            Tried::Done(Shown::Row(row)) => {
                output::show::add_row(out, &mut self.table, *row);
                Tried::Done(Exit::Success)
            }
            Tried::NotTried => Tried::NotTried,
        });
    }

    fn summarize(&mut self, out: &mut Output) -> Summary {
        output::show::finish_table(out, &mut self.table);
        std::mem::take(&mut self.summary)
    }
}

fn summarize(file: &Input, host: &Host) -> anyhow::Result<(PathBuf, VmSummary)> {
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
    let Input::Listed(place) = file else { return Ok((path, VmSummary::of(&document))) };
    let power = Power::assess(&place, &document, host);
    let summary = VmSummary::with_neighbors(&document, place.folder().as_ref(), place.name(), power);
    Ok((path, summary))
}
