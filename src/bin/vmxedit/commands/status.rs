//! `status`: shows the power state of VMs.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use vmxedit::document::Dialect;
use vmxedit::file::VmxFile;
use vmxedit::host::Host;
use vmxedit::transaction;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Document, check};

use super::{Example, Run, Subcommand};
use crate::args::{BatchArgs, OutputArgs, RemoteArgs};
use crate::batch::{self, Batch, Discovered, Pool, Summary, Tried};
use crate::error::in_file;
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{self, Output, Stream};
use crate::signals;

/// Show whether VMs are powered off, with the evidence
///
/// Exit with 0 if every VM is off, else with 1. "off" means that there is no conclusive or strong evidence of another
/// state.
#[derive(Args, Debug)]
pub(super) struct StatusArgs {
    /// .vmx files, directories that contain one, Fusion bundles. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH; ssh://HOST/ means all VMs of an ESXi host
    #[arg(required = true, value_name = "FILES", value_hint = ValueHint::AnyPath)]
    files: Vec<Input>,
    #[command(flatten, next_help_heading = "Batch options")]
    batch: BatchArgs,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Subcommand for StatusArgs {
    const NAME: &'static str = "status";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit status vm.vmx", "Show the power state and the evidence"),
        ("vmxedit status vm.vmx > /dev/null && cp -r vm /backup/", "Copy a VM only if it is off"),
    ];
}

impl Run for StatusArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        Ok(batch::run(&self.files, &self.batch, out, &mut Status::default()))
    }
}

#[derive(Default)]
struct Status {
    summary: Summary,
}

impl Batch for Status {
    type Result = Exit;

    fn process(&self, files: Vec<Discovered>, pool: &Pool, out: &Output) -> Vec<(Output, Tried<Exit>)> {
        let host = Host::with_interrupt(&signals::interrupt_flag());
        batch::map_files(files, pool, out, |file, out| {
            let name = file.as_ref().ok().map(|file| file.name().to_owned());
            match file.and_then(|file| power(&file, &host)) {
                Ok((path, power)) => {
                    output::power::print(out, &path, &power);
                    Exit::negative_if(power.state != PowerState::Off)
                }
                Err(error) => out.error(name.as_deref(), &error),
            }
        })
    }

    fn record(&mut self, _out: &mut Output, result: Tried<Exit>) {
        self.summary.record(result);
    }

    fn summarize(&mut self, _out: &mut Output) -> Summary {
        std::mem::take(&mut self.summary)
    }
}

fn power(file: &Input, host: &Host) -> anyhow::Result<(PathBuf, Power)> {
    if let Some(file) = file.fetch()? {
        let document = configuration(file.shown(), file.bytes().to_vec())?;
        return Ok((file.shown().to_owned(), file.assess(&document)));
    }
    let place = file.find("status needs a file: standard input has no VM")?;
    let document = configuration(place.path(), VmxFile::read_in(&place)?.into_bytes())?;
    Ok((place.path().to_owned(), Power::assess(&place, &document, host)))
}

/// Parses a file of a VM.
fn configuration(path: &Path, bytes: Vec<u8>) -> anyhow::Result<Document> {
    let document = transaction::parse(bytes, Dialect::of(path)).map_err(in_file(path))?;
    // The state of a list of snapshots or a disk is that of its VM.
    let belongs_to_vm = ["vmsd", "vmdk"]
        .iter()
        .any(|extension| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension)));
    if !belongs_to_vm {
        check::ensure_configuration(&document, path).map_err(in_file(path))?;
    }
    Ok(document)
}
