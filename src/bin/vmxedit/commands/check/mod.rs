//! `check`: finds mistakes in files, and fixes some.

mod policy;

use std::path::Path;

use clap::{Args, ValueEnum, ValueHint};
use vmxedit::check::{self, Finding, Severity};
use vmxedit::document::{Dialect, FormatError};
use vmxedit::transaction::Source;
use vmxedit::{Document, catalog};

use self::policy::Policy;
use super::{Example, Run, Subcommand};
use crate::args::{
    BatchArgs, DialectArg, EditArgs, OutputArgs, PreviewArgs, RemoteArgs, SaveArgs, SecretsArg, WaitArgs,
};
use crate::batch::{self, Batch, Discovered, Pool, Summary, Tried};
use crate::edit::{self, EditPlan, Interaction, Outcome, Request};
use crate::error::{ResultExt, UsageError, in_file, is_interruption, path_of};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::findings::{self, CheckedFile};
use crate::output::{Output, Secrets, Stream, rules};
use crate::words::CommandLine;

/// Find mistakes: malformed lines, duplicates, misspelled and misused keys, conflicts, limits
///
/// Each finding has the code of its rule, a severity, its line and column, and a suggestion. Error: VMware refuses or
/// loses something. Warning: an entry does not have the effect that it appears to have, or some products refuse it. Note: other
/// facts. Exit with 1 if there is an error. A comment line such as "# vmxedit: allow VMX012, VMX028" disables rules for
/// the whole file.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// .vmx and .vmtx files, directories that contain one, Fusion bundles, .vmsd files, .vmdk descriptors, or - for standard input. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH; ssh://HOST/ means all VMs of an ESXi host
    #[arg(required_unless_present_any = ["explain", "rules"], value_name = "FILES", value_hint = ValueHint::AnyPath)]
    files: Vec<Input>,
    /// The format of the findings; --json means json
    #[arg(long, value_enum, conflicts_with = "json")]
    format: Option<Format>,
    /// Count the findings of a rule as errors: a code, a name, or "warnings" for all warnings
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["explain", "rules"])]
    deny: Vec<String>,
    /// Report what a product does not support, such as a newer hardware version: esxi-6.7, workstation-17, fusion-13
    #[arg(long, value_name = "PRODUCT-VERSION", conflicts_with_all = ["explain", "rules"])]
    host: Option<String>,
    /// Disable a rule: a code or a name
    #[arg(long, value_name = "CODE", conflicts_with_all = ["explain", "rules"])]
    allow: Vec<String>,
    /// Fix what can be fixed without losing data, and print the diff: duplicate entries that VMware reads alike, misplaced
    /// byte order marks, values without quotes or in other quotes
    #[arg(long)]
    fix: bool,
    /// Explain a rule and name its source
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "fix", "rules"])]
    explain: Option<String>,
    /// List the rules
    #[arg(long, conflicts_with_all = ["files", "fix"])]
    rules: bool,
    #[command(flatten, next_help_heading = "Batch options")]
    batch: BatchArgs,
    #[command(flatten, next_help_heading = "Editing options (with --fix)")]
    preview: PreviewArgs,
    #[command(flatten, next_help_heading = "Editing options (with --fix)")]
    save: SaveArgs,
    #[command(flatten, next_help_heading = "Editing options (with --fix)")]
    wait: WaitArgs,
    /// Also report that there is nothing to fix
    #[arg(
        short,
        long,
        requires = "fix",
        conflicts_with = "quiet",
        help_heading = "Editing options (with --fix)"
    )]
    verbose: bool,
    #[command(flatten)]
    secrets: SecretsArg,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// One JSON object per file
    Json,
    /// SARIF 2.1.0, for code scanning services and editors
    Sarif,
}

impl Subcommand for CheckArgs {
    const NAME: &'static str = "check";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit check vm.vmx", "Find mistakes, with suggestions"),
        ("vmxedit check --deny warnings --format sarif */*.vmx > findings.sarif", "Check in a pipeline"),
        ("vmxedit check --fix -n vm.vmx", "Show what would be fixed"),
        ("vmxedit check --host esxi-6.7 -r /vms", "Find VMs that a host cannot run"),
        ("vmxedit check --explain VMX009", "Explain a rule and its source"),
    ];

    fn reads_config(&self) -> bool {
        self.fix
    }
}

impl Run for CheckArgs {
    fn output(&self) -> Output {
        // With --fix standard output is for the fixed file.
        let is_filter = self.fix && self.files.iter().any(Input::is_stdin);
        let json = self.output.json || self.format == Some(Format::Json);
        let args = OutputArgs { json, ..self.output.clone() };
        Output::new(&args, if is_filter { Stream::Stderr } else { Stream::Stdout })
    }

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn keeps_backup_if_configured(&self) -> bool {
        self.fix_args().is_some_and(|edit| edit.keeps_backup_if_configured())
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        self.ensure_consistent()?;
        let policy = Policy::new(&self.deny, &self.allow)?;
        if let Some(word) = &self.explain {
            rules::print_explanation(out, policy::find_rule(word)?);
            return Ok(Exit::Success);
        }
        if self.rules {
            rules::print_list(out, check::rules());
            return Ok(Exit::Success);
        }
        let format = match self.format {
            Some(Format::Json) => findings::Format::Json,
            Some(Format::Sarif) => findings::Format::Sarif,
            None if self.output.json => findings::Format::Json,
            Some(Format::Human) | None => findings::Format::Human,
        };
        let printer = findings::Printer::new(format, Secrets::from(&self.secrets));
        let (fix, options, summary) = (self.fix_args(), self.options()?, Summary::default());
        let mut check = Check { policy, options, fix, changed: 0, printer, summary };
        Ok(batch::run(&self.files, &self.batch, out, &mut check))
    }
}

impl CheckArgs {
    fn ensure_consistent(&self) -> anyhow::Result<()> {
        let edits =
            self.preview.is_preview() || self.preview.diff || !self.save.is_default() || self.wait.is_given();
        if edits && !self.fix {
            let line = CommandLine::typed().with_option("--fix");
            let hint = line.unwrap_or_else(|| "--fix".to_owned());
            return Err(UsageError::with_hint("editing options require --fix", hint).into());
        }
        if self.files.len() > 1 && self.files.iter().any(Input::is_stdin) {
            return Err(UsageError::stdin_among_files().into());
        }
        Ok(())
    }

    fn options(&self) -> Result<check::Options, UsageError> {
        let Some(name) = &self.host else { return Ok(check::Options::default()) };
        let unknown = || {
            let known: Vec<&str> = catalog::products().map(|product| product.name).collect();
            UsageError(format!("no product '{}'; known are {}", name.escape_debug(), known.join(", ")))
        };
        Ok(check::Options::for_host(catalog::product(name).ok_or_else(unknown)?))
    }

    /// Returns the options of the edit that fixes a file, with `--fix`.
    fn fix_args(&self) -> Option<EditArgs> {
        self.fix.then(|| EditArgs {
            remote: self.remote.clone(),
            preview: PreviewArgs { diff: true, ..self.preview.clone() },
            save: self.save.clone(),
            wait: self.wait.clone(),
            secrets: self.secrets.clone(),
            dialect: DialectArg::default(),
            verbose: self.verbose,
            output: self.output.clone(),
        })
    }
}

struct Check {
    policy: Policy,
    options: check::Options,
    fix: Option<EditArgs>,
    /// How many files the fix changed.
    changed: usize,
    printer: findings::Printer,
    summary: Summary,
}

/// The findings of a file, after it was fixed, and how the fix ended.
type Checked = anyhow::Result<(CheckedFile, Option<Outcome>)>;

impl Batch for Check {
    type Result = Checked;

    fn edits(&self) -> bool {
        self.fix.is_some()
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["vmx", "vmtx"]
    }

    fn process(&self, files: Vec<Discovered>, pool: &Pool, out: &Output) -> Vec<(Output, Tried<Checked>)> {
        let checked = batch::map_files(files, pool, out, |file, out| {
            let file = file?;
            let name = file.name().to_owned();
            match &self.fix {
                Some(edit) => self.fix(edit, &file, out),
                None => self.read(&file).map(|checked| (checked, None)),
            }
            .at(name)
        });
        let is_single = checked.len() == 1;
        let not_tried = |result: Tried<Checked>| match result {
            Tried::Done(Err(error)) if is_interruption(&error) && !is_single => Tried::NotTried,
            result => result,
        };
        checked.into_iter().map(|(out, result)| (out, not_tried(result))).collect()
    }

    fn record(&mut self, out: &mut Output, result: Tried<Checked>) {
        let result = match result {
            Tried::Done(Ok((checked, outcome))) => {
                self.printer.print(out, &checked);
                let exit = outcome.map_or(Exit::Success, |outcome| self.record_fix(outcome));
                Tried::Done(exit.max(Exit::negative_if(checked.findings.iter().any(is_error))))
            }
            Tried::Done(Err(error)) => {
                let file = path_of(&error).unwrap_or(Path::new("")).to_owned();
                Tried::Done(self.printer.print_error(out, &file, &error))
            }
            Tried::NotTried => Tried::NotTried,
        };
        self.summary.record(result);
    }

    fn summarize(&mut self, out: &mut Output) -> Summary {
        let verb = |edit: &EditArgs| if edit.preview.is_preview() { "would change" } else { "changed" };
        let changed = self.fix.as_ref().map(|edit| format!("{} {}", self.changed, verb(edit)));
        let kept = self.fix.as_ref().map(|fix| edit::kept(fix, self.changed)).unwrap_or_default();
        let text = Some(self.printer.finish(out, changed.as_deref()) + &kept);
        Summary { text, ..std::mem::take(&mut self.summary) }
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

impl Check {
    fn read(&self, file: &Input) -> anyhow::Result<CheckedFile> {
        let file = file.resolved();
        let path = file.name();
        let dialect = if is_part_of_vm(path) { Dialect::of(path) } else { Dialect::Vmx };
        let document = input::read_document(&file, dialect)?;
        ensure_checkable(&document, &file).map_err(in_file(path))?;
        Ok(self.check(&file, document))
    }

    fn check(&self, file: &Input, document: Document) -> CheckedFile {
        let found = match file {
            Input::Stdin | Input::Remote(_) => check::check_with(&document, None, self.options),
            Input::Path(path) => check::check_with(&document, Some(path), self.options),
            Input::Fetched(file) => {
                check::check_in_folder_with(&document, file.folder(), file.name(), self.options)
            }
            Input::Listed(place) => {
                check::check_in_folder_with(&document, place.folder().as_ref(), place.name(), self.options)
            }
        };
        let findings = self.policy.apply(found);
        CheckedFile { file: file.name().to_owned(), findings, document }
    }

    /// Fixes the file with an edit. Returns the findings that are left.
    fn fix(&self, edit: &EditArgs, file: &Input, out: &mut Output) -> Checked {
        let file = file.resolved();
        let planner = |document: &Document, source: &Source<'_>| {
            let file = Input::from(source);
            ensure_checkable(document, &file).map_err(in_file(source.path))?;
            Ok(EditPlan::of_bytes(self.fixed(&file, document)))
        };
        let request = Request::new(edit, &planner, Interaction::None);
        let edited = edit::edit(&file, &request, out)?;
        Ok((self.check(&file, edited.after), Some(edited.outcome)))
    }

    /// Returns the content with all fixes. One may make another possible: two lines are equal once both have plain quotes, and
    /// one of them is then removed.
    fn fixed(&self, file: &Input, document: &Document) -> Vec<u8> {
        const MAX_PASSES: usize = 4;
        let mut current = document.clone();
        for _ in 0..MAX_PASSES {
            let found = self.check(file, current.clone());
            let fixed = check::apply_fixes(&current, &found.findings);
            if fixed == current.to_bytes() {
                break;
            }
            current = Document::parse_as(fixed, document.dialect());
        }
        current.to_bytes()
    }

    /// Counts a file that was fixed. Returns its exit code.
    fn record_fix(&mut self, outcome: Outcome) -> Exit {
        let is_changed = matches!(outcome, Outcome::Changed | Outcome::Incomplete | Outcome::WouldChange);
        self.changed += usize::from(is_changed);
        self.fix.as_ref().map_or(Exit::Success, |edit| outcome.exit(&edit.preview))
    }
}

/// Refuses a file that cannot be checked: one that is not the configuration of a VM by its content or its name, nor a
/// list of snapshots or a disk's descriptor by its name.
fn ensure_checkable(document: &Document, file: &Input) -> Result<(), FormatError> {
    match file {
        Input::Stdin => check::ensure_vmx(document),
        _ if is_part_of_vm(file.name()) => Ok(()),
        _ => check::ensure_configuration(document, file.name()),
    }
}

/// Returns whether the name is that of a list of snapshots or of a disk.
fn is_part_of_vm(path: &Path) -> bool {
    let is = |extension: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension));
    is("vmsd") || is("vmdk")
}
