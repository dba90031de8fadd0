//! `apply`: applies presets and edits to many files.

mod from;
mod plan;

use clap::{Args, ValueHint};
use vmxedit::Document;
use vmxedit::transaction::Source;

use self::plan::Plan;
use super::{Example, Run, Subcommand};
use crate::args::{BatchArgs, EditArgs};
use crate::batch::{self, Batch, Discovered, Pool, Summary, Tried};
use crate::edit::{self, EditedFile, Interaction, Outcome, Request};
use crate::error::is_interruption;
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, Stream};

/// Apply presets and edits to any number of files
///
/// Each file gets the presets first, then --from, --unset and --set: all of them, or none. A file that fails does not stop
/// the others.
#[derive(Args, Debug)]
#[group(id = "work", required = true, multiple = true, args = ["presets", "from", "set", "unset"])]
pub(super) struct ApplyArgs {
    /// A preset: a name (see preset list), the path of a preset file, or - for standard input
    #[arg(short, long = "preset", value_name = "PRESET")]
    presets: Vec<String>,
    /// Set a preset parameter; NAME=@PATH reads the value from a file, PRESET.NAME=VALUE sets it for one preset only
    #[arg(long = "param", value_name = "NAME=VALUE", requires = "presets")]
    parameters: Vec<String>,
    /// Set the keys of another file to its values. SOURCE is a file, also on another host, a directory that contains one
    /// .vmx, or - for standard input: entries as the command list prints them, or its JSON
    #[arg(long, value_name = "SOURCE")]
    from: Option<Input>,
    /// Take only the entries of --from whose keys match
    #[arg(long, value_name = "PATTERN", requires = "from")]
    only: Vec<String>,
    /// Set a key, like the command set
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Take --set as it is: @ and the characters of patterns have no meaning
    #[arg(long, requires = "set")]
    literal: bool,
    /// Remove entries, like the command unset
    #[arg(long, value_name = "PATTERN")]
    unset: Vec<String>,
    /// .vmx files, directories that contain one, Fusion bundles, or - alone for standard input. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH; ssh://HOST/ means all VMs of an ESXi host
    #[arg(required = true, value_name = "FILES", value_hint = ValueHint::AnyPath)]
    files: Vec<Input>,
    /// Apply presets even if their conditions are not met
    #[arg(long, requires = "presets")]
    ignore_conditions: bool,
    /// Skip files that a preset does not apply to, instead of refusing them
    #[arg(long, requires = "presets", conflicts_with = "ignore_conditions")]
    if_applicable: bool,
    /// Refuse an edit that introduces an error, or a warning about a key that it sets, by the rules that the file does not
    /// turn off
    #[arg(long)]
    strict: bool,
    #[command(flatten, next_help_heading = "Batch options")]
    batch: BatchArgs,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for ApplyArgs {
    const NAME: &'static str = "apply";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit apply -p macos-serial vm.vmx", "Apply a preset"),
        ("vmxedit apply -p vnc-console --param port=5901 vm.vmx", "Apply a preset with a parameter"),
        ("vmxedit apply --set tools.syncTime=TRUE --unset 'serial1.*' */*.vmx", "Edit many files"),
        (
            "vmxedit apply --from web.vmx --only 'ethernet1.*' --unset 'ethernet1.generatedAddress*' db.vmx",
            "Copy a network card from another VM without its MAC address",
        ),
        ("vmxedit apply -p macos-serial --check --if-applicable */*.vmx", "List the files that would change"),
    ];
    const EDITS: bool = true;
}

impl Run for ApplyArgs {
    fn output(&self) -> Output {
        // With another file next to it, standard input is refused.
        let is_filter = self.files.iter().any(Input::is_stdin);
        Output::new(&self.edit.output, if is_filter { Stream::Stderr } else { Stream::Stdout })
    }

    fn rsh(&self) -> Option<&str> {
        self.edit.remote.rsh.as_deref()
    }

    fn keeps_backup_if_configured(&self) -> bool {
        !self.files.iter().any(Input::is_stdin) && self.edit.keeps_backup_if_configured()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let plan = Plan::new(self, out)?;
        for note in plan.notes_before() {
            out.note(None, &note);
        }
        if batch::is_single_file(&self.files, &self.batch) {
            let planner = |document: &Document, source: &Source<'_>| plan.for_file(document, source);
            return edit::run(&self.files[0], &self.edit, &planner, out);
        }
        out.prefix_with_path = true;
        let mut apply = Apply { plan, edit: &self.edit, counts: Counts::default() };
        Ok(batch::run(&self.files, &self.batch, out, &mut apply))
    }
}

struct Apply<'a> {
    plan: Plan<'a>,
    edit: &'a EditArgs,
    counts: Counts,
}

/// The result of one file.
enum FileResult {
    Edited(Outcome, Exit),
    Failed(Exit),
}

impl Batch for Apply<'_> {
    type Result = FileResult;

    fn edits(&self) -> bool {
        true
    }

    fn process(&self, files: Vec<Discovered>, pool: &Pool, out: &Output) -> Vec<(Output, Tried<FileResult>)> {
        let planner = |document: &Document, source: &Source<'_>| self.plan.for_file(document, source);
        let request = Request::new(self.edit, &planner, Interaction::None);
        let edited = edit::edit_batch(files, &request, pool, out);
        edited.into_iter().map(|(out, file)| report(out, file, &request)).collect()
    }

    fn record(&mut self, _out: &mut Output, result: Tried<FileResult>) {
        self.counts.record(&result);
    }

    fn summarize(&mut self, out: &mut Output) -> Summary {
        for note in self.plan.notes_after() {
            out.note(None, &note);
        }
        let Counts { exit, not_tried, .. } = self.counts;
        let text = self.counts.to_text(self.edit.preview.is_preview());
        let text = Some(text + &edit::kept(self.edit, self.counts.changed));
        Summary { exit, not_tried, text }
    }
}

fn report(mut out: Output, file: EditedFile, request: &Request<'_>) -> (Output, Tried<FileResult>) {
    let result = match file.result {
        Ok(outcome) => Tried::Done(FileResult::Edited(outcome, outcome.exit(&request.args.preview))),
        Err(error) if is_interruption(&error) => Tried::NotTried,
        Err(error) => Tried::Done(FileResult::Failed(out.error(file.path.as_deref(), &error))),
    };
    (out, result)
}

#[derive(Default)]
struct Counts {
    changed: usize,
    unchanged: usize,
    skipped: usize,
    refused: usize,
    failed: usize,
    not_tried: usize,
    exit: Exit,
}

impl Counts {
    fn record(&mut self, result: &Tried<FileResult>) {
        let (count, exit) = match *result {
            Tried::Done(FileResult::Edited(outcome, exit)) => match outcome {
                Outcome::Changed | Outcome::Incomplete | Outcome::WouldChange => (&mut self.changed, exit),
                Outcome::Unchanged => (&mut self.unchanged, exit),
                Outcome::Skipped => (&mut self.skipped, exit),
            },
            Tried::Done(FileResult::Failed(exit @ (Exit::Refused | Exit::Unsuitable))) => {
                (&mut self.refused, exit)
            }
            Tried::Done(FileResult::Failed(exit)) => (&mut self.failed, exit),
            Tried::NotTried => (&mut self.not_tried, Exit::Refused),
        };
        *count += 1;
        self.exit = self.exit.max(exit);
    }

    fn to_text(&self, is_preview: bool) -> String {
        let Self { changed, unchanged, skipped, refused, failed, .. } = self;
        let verb = if is_preview { "would change" } else { "changed" };
        let total = changed + unchanged + skipped + refused + failed;
        let files = if total == 1 { "file" } else { "files" };
        format!(
            "{total} {files}: {changed} {verb}, {unchanged} unchanged, {skipped} skipped, {refused} refused, \
             {failed} failed"
        )
    }
}
