//! `find`: searches files for entries.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use vmxedit::catalog;
use vmxedit::document::{Dialect, Selection};
use vmxedit::edit::EditError;
use vmxedit::remote::Depth;
use vmxedit::search::{Query, QueryError, Verdict, Wildcards};

use super::{Example, Run, Subcommand, close_keys};
use crate::args::{BatchArgs, DialectArg, OutputArgs, RemoteArgs, SecretsArg};
use crate::batch::{self, Batch, Discovered, Pool, Summary, Tried};
use crate::error::{ProgramError, UsageError, in_file};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::matches::{Form, Printer};
use crate::output::{Output, Secrets, Stream};
use crate::signals;
use crate::words::{CommandLine, quoted, without_secret};

/// Search files for entries
///
/// Print each entry that matches, as FILE: key = "value", and for !KEY only FILE. Exit with 0 if a file matches, else
/// with 1; with 3 to 5 if a file cannot be read, even if another one matches.
///
/// A pattern matches the whole key or value: * is any text, ? one character, [abc] and [!abc] one of some characters. Keys
/// match in any case. A value is compared decoded and as VMware reads it: TRUE equals true, and 1024 equals 0x400; other
/// text has to have the same case. Every copy of a duplicate key counts. Values of secret keys are compared, but not
/// printed.
#[derive(Args, Debug)]
#[command(
    override_usage = "vmxedit find [OPTIONS] <EXPR> <FILES>...\n       vmxedit find [OPTIONS] -e <EXPR>... <FILES>...",
    mut_arg("quiet", |quiet| quiet.help("Print nothing but errors: only the exit status tells whether a file matches"))
)]
pub(super) struct FindArgs {
    /// KEY (a file has the entry), KEY=VALUE (with this value), KEY!=VALUE (with another value) or !KEY (a file does not have
    /// the entry); KEY and VALUE may be patterns
    #[arg(value_name = "EXPR", required_unless_present = "expressions")]
    first: Option<OsString>,
    /// .vmx files, directories that contain one, Fusion bundles, or - for standard input. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH; ssh://HOST/ means all VMs of an ESXi host
    #[arg(value_name = "FILES", required_unless_present = "expressions", value_hint = ValueHint::AnyPath)]
    files: Vec<Input>,
    /// Search for EXPR. With several, all of them must hold in the same file. All other arguments are FILES
    #[arg(short, value_name = "EXPR")]
    expressions: Vec<String>,
    /// Take * ? [ in EXPR as ordinary characters
    #[arg(long)]
    literal: bool,
    /// Print only the name of each file that matches
    #[arg(short = 'l', long, conflicts_with_all = ["count", "json", "quiet"])]
    files_with_matches: bool,
    /// Print only how many entries match in each file; for !KEY, 1 or 0
    #[arg(short, long, conflicts_with_all = ["json", "quiet"])]
    count: bool,
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

impl Subcommand for FindArgs {
    const NAME: &'static str = "find";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit find RemoteDisplay.vnc.enabled=TRUE -r /vms", "Find the VMs that have VNC on"),
        ("vmxedit find 'ethernet*.virtualDev!=vmxnet3' */*.vmx", "Find network cards of other types"),
        ("vmxedit find -l '!uefi.secureBoot.enabled' -r /vms", "List the VMs that do not set a key"),
        (
            "vmxedit find -l -e 'guestOS=windows*' -e 'firmware=efi' -r /vms",
            "List the VMs for which both expressions hold",
        ),
        ("vmxedit find 'scsi*.fileName=*.iso' -r --json /vms | jq -r .value", "Select values in a script"),
    ];
}

impl Run for FindArgs {
    fn output(&self) -> Output {
        Output::new(&self.output, Stream::Stdout)
    }

    fn rsh(&self) -> Option<&str> {
        self.remote.rsh.as_deref()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let (expressions, files) = self.expressions_and_files()?;
        let wildcards = if self.literal { Wildcards::Literal } else { Wildcards::Recognized };
        let dialect = self.dialect.of_all(&files);
        let query = Query::parse(expressions, wildcards, dialect).map_err(usage_error)?;
        let form = match (self.files_with_matches, self.count, self.output.quiet) {
            (true, ..) => Form::Files,
            (_, true, _) => Form::Counts,
            (.., true) => Form::Nothing,
            _ => Form::Entries,
        };
        let printer = Printer { form, secrets: Secrets::from(&self.secrets) };
        let selection = query.selection(dialect);
        let mut find = Find {
            query: &query,
            dialect,
            selection: &selection,
            args: &self.dialect,
            first: self.first.as_deref().filter(|_| self.expressions.is_empty()),
            printer,
            counts: Counts::default(),
        };
        Ok(batch::run(&files, &self.batch, out, &mut find))
    }
}

impl FindArgs {
    /// Returns the expressions and the files: with `-e`, the first argument is one of the files.
    fn expressions_and_files(&self) -> anyhow::Result<(Vec<String>, Vec<Input>)> {
        let mut files = self.files.clone();
        let Some(first) = &self.first else {
            let hint = "name files, or directories with -r";
            return Err(UsageError::with_hint("no FILES to search", hint).into());
        };
        if !self.expressions.is_empty() {
            files.insert(0, Input::from(PathBuf::from(first)));
            return Ok((self.expressions.clone(), files));
        }
        let expression = first.to_str().ok_or_else(|| UsageError::new("EXPR is not UTF-8 text"))?;
        self.ensure_order(expression)?;
        Ok((vec![expression.to_owned()], files))
    }

    /// Refuses a file in the place of the expression: `find vm.vmx memsize=4096`.
    fn ensure_order(&self, first: &str) -> Result<(), ProgramError> {
        let does_not_exist = |file: &&Input| matches!(file, Input::Path(path) if !path.exists());
        let Some(expression) = self.files.iter().find(does_not_exist) else { return Ok(()) };
        if !Path::new(first).exists() {
            return Ok(());
        }
        let line = CommandLine::typed().with_moved(expression.name().as_os_str(), first.as_ref());
        Err(UsageError::with_hint(
            format!("'{}' is taken for EXPR, which comes before FILES", first.escape_debug()),
            line.unwrap_or_else(|| "vmxedit find EXPR FILES...".to_owned()),
        ))
    }
}

fn usage_error(error: QueryError) -> anyhow::Error {
    match error {
        QueryError::Key(error) => error.into(),
        QueryError::Value { .. } => {
            let hint = "--literal takes * ? [ as ordinary characters";
            UsageError::with_hint(error.to_string(), hint).into()
        }
        QueryError::NegatedValue { ref key } => {
            let hint =
                format!("'{key}!=VALUE' searches for other values, and '!{key}' for files without the key");
            UsageError::with_hint(error.to_string(), hint).into()
        }
        other => UsageError(other.to_string()).into(),
    }
}

/// Returns the key and the value of `KEY:VALUE`, if that is a known key.
fn with_colon(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':').filter(|(_, value)| !value.is_empty())?;
    (catalog::key(text).is_none() && catalog::key(name).is_some()).then_some((name, value))
}

struct Find<'a> {
    query: &'a Query,
    /// The dialect of most files.
    dialect: Dialect,
    /// What to look for in files of this dialect.
    selection: &'a Selection<'a>,
    args: &'a DialectArg,
    /// The word that is taken for EXPR.
    first: Option<&'a OsStr>,
    printer: Printer,
    counts: Counts,
}

/// The files so far.
#[derive(Debug, Default)]
struct Counts {
    searched: usize,
    matched: usize,
    not_tried: usize,
    /// The highest exit code of a file that could not be searched.
    failure: Option<Exit>,
}

impl Batch for Find<'_> {
    type Result = Exit;

    fn depth(&self) -> Depth {
        Depth::Content
    }

    fn process(&self, files: Vec<Discovered>, pool: &Pool, out: &Output) -> Vec<(Output, Tried<Exit>)> {
        batch::map_files(files, pool, out, |file, out| {
            let found = file.and_then(|file| self.search(&file, out));
            found.unwrap_or_else(|error| out.error(None, &error))
        })
    }

    fn record(&mut self, _out: &mut Output, result: Tried<Exit>) {
        match result {
            Tried::NotTried => self.counts.not_tried += 1,
            Tried::Done(exit @ (Exit::Success | Exit::Negative)) => {
                self.counts.searched += 1;
                self.counts.matched += usize::from(exit == Exit::Success);
            }
            Tried::Done(failure) => self.counts.failure = self.counts.failure.max(Some(failure)),
        }
    }

    fn summarize(&mut self, out: &mut Output) -> Summary {
        let Counts { searched, matched, not_tried, failure } = self.counts;
        // Notes, which `--quiet` drops.
        if !out.quiet && matched == 0 && self.first.is_some_and(|word| Path::new(word).exists()) {
            self.report_missing_expression(out);
        } else if !out.quiet && (matched == 0 || self.query.has_only_absences()) {
            self.suggest_keys(out);
        }
        let exit = failure.unwrap_or(Exit::negative_if(matched == 0));
        // A search that ends prints no summary.
        let text = signals::interrupted().then(|| format!("{searched} files searched, {matched} matched"));
        Summary { exit, not_tried, text }
    }
}

impl Find<'_> {
    /// Reports that the first file was taken for the expression.
    fn report_missing_expression(&self, out: &mut Output) {
        let Some(first) = self.first else { return };
        out.note(None, &format!("'{}' was taken for EXPR", first.to_string_lossy()));
        let line = CommandLine::typed().with_inserted(first, "memsize");
        let line = line.unwrap_or_else(|| "vmxedit find memsize FILES...".to_owned());
        out.hint(&format!("an expression precedes the files, such as memsize: {line}"));
    }

    /// Reports keys that are probably misspelled: a search for them finds nothing in any file.
    fn suggest_keys(&self, out: &mut Output) {
        for key in self.query.keys() {
            if let Some((name, value)) = with_colon(key.as_str()) {
                out.note(None, &format!("'{}' is not a known key", without_secret(key.as_str())));
                let value = if catalog::is_secret(name) { "VALUE" } else { value };
                out.hint(&format!("did you mean {}?", quoted(&format!("{name}={value}"))));
            } else {
                close_keys::report_unknown([key.as_str()], out);
            }
        }
    }

    /// Searches a file and prints what it finds. Returns whether the file matches.
    fn search(&self, file: &Input, out: &mut Output) -> anyhow::Result<Exit> {
        let dialect = self.args.of(file);
        let (path, scan) = if dialect == self.dialect {
            input::select(file, self.selection)?
        } else {
            input::select(file, &self.query.selection(dialect))?
        };
        match self.query.evaluate(&scan) {
            Verdict::Match(entries) if self.query.has_only_absences() => {
                debug_assert!(entries.is_empty(), "no entry satisfies !KEY");
                self.printer.print_absence(out, &path);
                Ok(Exit::Success)
            }
            Verdict::Match(entries) => {
                self.printer.print(out, &path, &entries);
                Ok(Exit::Success)
            }
            Verdict::NoMatch => {
                self.printer.print_no_match(out, &path);
                Ok(Exit::Negative)
            }
            Verdict::Encrypted => Err(in_file(&path)(EditError::Encrypted).into()),
        }
    }
}
