//! `check`: what is wrong with files, and what to do about it.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use vmxedit::check::{self, Finding, Rule, Severity};
use vmxedit::document::Dialect;
use vmxedit::vm::neighbour;
use vmxedit::{Cause, Document, Error, file};

use super::{document_as, fail};
use crate::bulk::{self, Found, Pool};
use crate::change::{self, Wanted};
use crate::cli::{Check, Editing, Format};
use crate::report::{Checked, Failure, Findings, Report, Secrets, To};

pub(crate) fn run(args: &Check) -> Result<u8, Failure> {
    let policy = match Policy::of(args) {
        Ok(policy) => policy,
        Err(error) => return fail(&args.editing.output, None, &error),
    };
    if let Some(word) = &args.explain {
        return explain(args, word);
    }
    if args.rules {
        return list(args);
    }
    let format = match args.format {
        Some(format) => format,
        None if args.editing.output.json => Format::Json,
        None => Format::Human,
    };
    // Standard output is for one SARIF document, or for the file that is mended.
    let pipes = args.fix && args.files.iter().any(|file| is_stdin(file));
    let to = if pipes { To::Stderr } else { To::Stdout };
    let mut output = args.editing.output.clone();
    output.json = format == Format::Json;
    let mut report = Report::new(&output, to);
    let secrets = if args.editing.show_secrets { Secrets::Shown } else { Secrets::Masked };
    let mut findings = Findings::new(format, secrets);
    let mut code = 0;
    let mut work = |batch: Vec<Found>, pool: &Pool, report: &Report| {
        let batch = batch.into_iter().map(|found| (report.kept(), found)).collect();
        let looked = pool.map(batch, |(mut kept, found): (Report, Found)| {
            let looked = match found {
                Ok(file) => {
                    let looked = look(args, &policy, &file, &mut kept);
                    looked.map(|looked| looked.map_err(|error| error.or_at(&file)))
                }
                Err(error) => Ok(Err(error)),
            };
            (kept, looked)
        });
        looked.into_iter().map(|(kept, looked)| tell(&looked?, kept, &mut findings)).collect()
    };
    bulk::batches(&args.files, &args.many, &mut report, &mut work, &mut |told| code = code.max(told))?;
    report.check_summary(&findings)?;
    report.finish(code)
}

/// Says what there is to say of one file; gives its exit code.
fn tell(
    looked: &Result<(Checked, u8), Error>,
    mut report: Report,
    findings: &mut Findings,
) -> Result<(Report, u8), Failure> {
    let code = match looked {
        Ok((checked, code)) => {
            report.checked(findings, checked)?;
            (*code).max(u8::from(checked.findings.iter().any(is_error)))
        }
        Err(error) => {
            findings.failed(error.path.as_deref().unwrap_or(Path::new("")), error);
            report.error(None, error)?
        }
    };
    Ok((report, code))
}

fn is_error(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// What is counted as what.
struct Policy {
    deny_warnings: bool,
    deny: Vec<&'static str>,
    allow: Vec<&'static str>,
}

impl Policy {
    fn of(args: &Check) -> Result<Self, Error> {
        let usage = |text: &str| Error::from(Cause::Usage(text.to_owned()));
        let editing = &args.editing;
        let edits = editing.dry_run || editing.diff || editing.check || editing.force || editing.reload;
        let saves =
            editing.backup.is_some() || editing.no_sync || editing.lossy_metadata || editing.break_links;
        if !args.fix && (edits || saves || editing.wait.is_some()) {
            return Err(usage("options of an edit go with --fix"));
        }
        if args.files.len() > 1 && args.files.iter().any(|file| is_stdin(file)) {
            return Err(usage("- for standard input stands alone"));
        }
        let codes = |words: &[String]| {
            words.iter().map(|word| known(word).map(|rule| rule.code)).collect::<Result<Vec<_>, _>>()
        };
        let (all, some): (Vec<String>, Vec<String>) =
            args.deny.iter().cloned().partition(|word| word == "warnings");
        Ok(Self { deny_warnings: !all.is_empty(), deny: codes(&some)?, allow: codes(&args.allow)? })
    }

    fn apply(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.retain(|finding| !self.allow.contains(&finding.rule.code));
        for finding in &mut findings {
            let denied = self.deny.contains(&finding.rule.code)
                || self.deny_warnings && finding.severity == Severity::Warning;
            if denied {
                finding.severity = Severity::Error;
            }
        }
        findings
    }
}

fn known(word: &str) -> Result<&'static Rule, Error> {
    check::rule(word).ok_or_else(|| {
        let text = format!("no rule '{}'; `vmxedit check --rules` lists them", word.escape_debug());
        Cause::Usage(text).into()
    })
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// What there is to say of one file, after it was mended if that is wanted, and the exit code of that.
fn look(
    args: &Check,
    policy: &Policy,
    file: &Path,
    report: &mut Report,
) -> Result<Result<(Checked, u8), Error>, Failure> {
    if args.fix {
        return mend(args, policy, file, report);
    }
    Ok(read(policy, file).map(|checked| (checked, 0)))
}

fn read(policy: &Policy, file: &Path) -> Result<Checked, Error> {
    let path = if is_stdin(file) { file.to_owned() } else { file::resolve(file)? };
    let document = document_as(&path, Dialect::Vmx)?;
    is_configuration(&document, &path).map_err(|cause| cause.at(&path))?;
    Ok(checked(policy, path, document))
}

/// Refuses what is something else by its content, or where that does not tell by its name.
fn is_configuration(document: &Document, path: &Path) -> Result<(), Cause> {
    check::ensure_vmx(document)?;
    if document.dialect() == Dialect::Vmx && (is_stdin(path) || neighbour::is_configuration(path)) {
        return Ok(());
    }
    Err(Cause::NotVmx { what: "by its name it is no VM's configuration".to_owned(), line: None })
}

fn checked(policy: &Policy, path: PathBuf, document: Document) -> Checked {
    let findings = check::check(&document, (!is_stdin(&path)).then_some(&path));
    Checked { file: path, findings: policy.apply(findings), document }
}

/// Mends the file as any edit is made; then what is left is what is said of it.
fn mend(
    args: &Check,
    policy: &Policy,
    file: &Path,
    report: &mut Report,
) -> Result<Result<(Checked, u8), Error>, Failure> {
    let path = match if is_stdin(file) { Ok(file.to_owned()) } else { file::resolve(file) } {
        Ok(path) => path,
        Err(error) => return Ok(Err(error)),
    };
    let editing = Editing { diff: true, ..args.editing.clone() };
    let left = Mutex::new(None);
    let want = |document: &Document, path: &Path| {
        is_configuration(document, path)?;
        let found = checked(policy, path.to_owned(), document.clone());
        let fixed = check::apply_fixes(document, &found.findings);
        let after = checked(policy, path.to_owned(), Document::parse(&fixed[..]));
        *left.lock().expect("nothing panics under it") = Some(after);
        Ok(Wanted { instead: Some(fixed), ..Wanted::default() })
    };
    let done = if is_stdin(&path) {
        change::filter(&editing, &want, report)?
    } else {
        change::one(&path, &editing, &want, report)?
    };
    let outcome = match done {
        Ok(outcome) => outcome,
        Err(error) => return Ok(Err(error)),
    };
    let left = left.into_inner().expect("nothing panics under it");
    let checked = left.expect("an edit that was made was asked for");
    Ok(Ok((checked, change::code(outcome, &editing))))
}

fn explain(args: &Check, word: &str) -> Result<u8, Failure> {
    match known(word) {
        Ok(rule) => {
            let mut report = Report::new(&args.editing.output, To::Stdout);
            report.rule(rule)?;
            report.finish(0)
        }
        Err(error) => fail(&args.editing.output, None, &error),
    }
}

fn list(args: &Check) -> Result<u8, Failure> {
    let mut report = Report::new(&args.editing.output, To::Stdout);
    report.rules(check::rules())?;
    report.finish(0)
}
