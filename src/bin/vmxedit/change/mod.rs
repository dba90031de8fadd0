//! The one path that every change takes, from what is wanted to what is on disk.

mod attempt;
mod batch;
mod look;
mod reload;
mod stdin;
mod waiting;
mod warnings;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use vmxedit::file::VmxFile;
use vmxedit::vm::host::Host;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Cause, Document, Edit, Error};

use self::attempt::{Done, Step, attempt};
use self::look::{Look, look_at, read};
use self::reload::reload;
use self::waiting::Waiting;
use self::warnings::{hints, warnings};
use crate::cli::Editing;
use crate::report::{Edited, Failure, Report, Secrets, To};
use crate::signals;

pub(crate) use self::batch::{Fared, batch};
pub(crate) use self::look::parse;
pub(crate) use self::stdin::{filter, read as read_stdin, read_file};

/// What is wanted of one document.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) edits: Vec<Edit>,
    /// Another content altogether, in place of edits.
    pub(crate) instead: Option<Vec<u8>>,
    /// What to know where something changes or nothing does.
    pub(crate) notes: Vec<String>,
    /// What to worry about.
    pub(crate) warnings: Vec<String>,
    /// The file was ruled out, with `--if-applicable`.
    pub(crate) skipped: bool,
    /// Of the same content the same is wanted, whatever else changes.
    pub(crate) by_content_alone: bool,
}

/// Works out what is wanted of a document, which stands in that file: presets have conditions on both.
pub(crate) type Want<'a> = dyn Fn(&Document, &Path) -> Result<Wanted, Cause> + Sync + 'a;

/// Who is asked what is wanted, and so when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// Nobody: it is worked out at once, and again under the lock.
    Nobody,
    /// Somebody, who is troubled only when the lock is held and nothing stands in the way.
    Somebody,
}

/// How a file fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Changed,
    /// Changed, and the host could not be made to read it again.
    NotReloaded,
    WouldChange,
    AlreadyRight,
    Skipped,
}

/// Other runs of this program hold the lock for milliseconds each; many may queue.
const FOR_OURS: Duration = Duration::from_secs(30);

/// Edits one file, or standard input where it is `-`. An error is reported; the exit code says which.
pub(crate) fn run(file: &Path, editing: &Editing, want: &Want<'_>) -> Result<u8, Failure> {
    let from_stdin = file.as_os_str() == "-";
    let mut report = Report::new(&editing.output, if from_stdin { To::Stderr } else { To::Stdout });
    let done =
        if from_stdin { filter(editing, want, &mut report)? } else { one(file, editing, want, &mut report)? };
    let edited = matches!(done, Ok(Outcome::Changed | Outcome::NotReloaded)) && !from_stdin;
    let code = close(file, editing, &done, report)
        .map_err(|failure| if edited { failure.after_save() } else { failure })?;
    if code != 0 {
        signals::end_if_stopped();
    }
    Ok(code)
}

/// Edits one file as somebody says who is asked under the lock, with the VM off. `want` is called once more where the
/// VM has to be waited for again. Gives the exit code: `Ok` of an edit that went through, `Err` of one that did not.
/// A signal is left to the caller.
pub(crate) fn ask(file: &Path, editing: &Editing, want: &Want<'_>) -> Result<Result<u8, u8>, Failure> {
    let mut report = Report::new(&editing.output, To::Stdout);
    let done = walk(file, editing, want, Asked::Somebody, &mut report)?;
    let code = close(file, editing, &done, report)?;
    Ok(if done.is_ok() { Ok(code) } else { Err(code) })
}

/// The exit code, with the error reported.
fn close(
    file: &Path,
    editing: &Editing,
    done: &Result<Outcome, Error>,
    mut report: Report,
) -> Result<u8, Failure> {
    let code = match done {
        Ok(outcome) => code(*outcome, editing),
        Err(error) => report.error(Some(file), error)?,
    };
    report.finish(code)
}

/// The exit code of a file that was not refused.
pub(crate) fn code(outcome: Outcome, editing: &Editing) -> u8 {
    match outcome {
        Outcome::WouldChange if editing.check => 1,
        Outcome::NotReloaded => 5,
        _ => 0,
    }
}

/// Edits one file: a look without the lock; then the lock, a second look, the VM's state, and the save.
pub(crate) fn one(
    given: &Path,
    editing: &Editing,
    want: &Want<'_>,
    report: &mut Report,
) -> Result<Result<Outcome, Error>, Failure> {
    walk(given, editing, want, Asked::Nobody, report)
}

fn walk(
    given: &Path,
    editing: &Editing,
    want: &Want<'_>,
    asked: Asked,
    report: &mut Report,
) -> Result<Result<Outcome, Error>, Failure> {
    let first = match asked {
        Asked::Somebody if !dry(editing) => {
            read(given, editing).map(|(file, _)| (file.path().to_owned(), None))
        }
        _ => match first_look(given, editing, want, &fresh_host(), report)? {
            Ok(First::ToChange(path, look)) => Ok((path, Some(*look))),
            Ok(First::Settled(outcome)) => return Ok(Ok(outcome)),
            Err(error) => Err(error),
        },
    };
    let (path, mut earlier) = match first {
        Ok(first) => first,
        Err(error) => return Ok(Err(error)),
    };
    signals::watch();
    let mut waiting = Waiting::new(editing.wait);
    loop {
        if asked == Asked::Somebody {
            report.unspin();
        }
        match attempt(&path, earlier.take(), editing, want, asked, waiting.for_ours(FOR_OURS)) {
            Ok(Step::Done(done)) => {
                report.unspin();
                return finish(&path, &done, editing, report).map(Ok);
            }
            Ok(Step::NotOff(power)) => {
                if let Err(cause) = waiting.again(&path, &power, report) {
                    return Ok(Err(cause.at(&path)));
                }
            }
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// What a look without the lock comes to.
enum First {
    /// The file is to change.
    ToChange(PathBuf, Box<Look>),
    /// Nothing is to be written.
    Settled(Outcome),
}

fn first_look(
    given: &Path,
    editing: &Editing,
    want: &Want<'_>,
    host: &Host,
    report: &mut Report,
) -> Result<Result<First, Error>, Failure> {
    let first = VmxFile::find(given).map_err(Error::from).and_then(|file| {
        let look = look_at(&file, None, editing, want)?;
        Ok((look, file.path().to_owned()))
    });
    let (look, path) = match first {
        Ok(first) => first,
        Err(error) => return Ok(Err(error)),
    };
    if !look.changed {
        tell(&path, &look, editing, &warnings(&look), report)?;
        let outcome = if look.wanted.skipped { Outcome::Skipped } else { Outcome::AlreadyRight };
        return Ok(Ok(First::Settled(outcome)));
    }
    if !dry(editing) {
        return Ok(Ok(First::ToChange(path, Box::new(look))));
    }
    let power = Power::assess(&path, &look.before, host);
    let mut warnings = warnings(&look);
    warnings.extend(hints(&power));
    if power.state != PowerState::Off {
        warnings.push(format!("an edit would be refused now: {}", power.reason()));
    }
    tell(&path, &look, editing, &warnings, report)?;
    Ok(Ok(First::Settled(Outcome::WouldChange)))
}

fn finish(path: &Path, done: &Done, editing: &Editing, report: &mut Report) -> Result<Outcome, Failure> {
    let mut warnings = done.warnings.clone();
    if let Some(overridden) = &done.overridden {
        report.insist(path, overridden);
    }
    for stray in &done.saved.conflicting_copies {
        warnings.push(format!(
            "{} holds another program's version of the file, from the instant in which an earlier run was killed: \
             compare it with the file, then remove it",
            stray.display()
        ));
    }
    tell(path, &done.look, editing, &warnings, report)?;
    if let Some(kept) = &done.saved.backup {
        report.note(Some(path), &format!("the old file is kept as {}", kept.display()));
    }
    if !done.look.changed {
        return Ok(Outcome::AlreadyRight);
    }
    Ok(reload(path, editing, report))
}

/// A host of which nothing has been read yet. All of a run share where the tools are and which of them hang.
fn fresh_host() -> Host {
    static FIRST: OnceLock<Host> = OnceLock::new();
    FIRST.get_or_init(Host::default).refreshed()
}

fn dry(editing: &Editing) -> bool {
    editing.dry_run || editing.check
}

fn tell(
    path: &Path,
    look: &Look,
    editing: &Editing,
    warnings: &[String],
    report: &mut Report,
) -> Result<(), Failure> {
    for note in &look.wanted.notes {
        report.note(Some(path), note);
    }
    if !look.changed && report.verbose {
        report.note(Some(path), "nothing to change");
    }
    report.edited(&Edited {
        file: path,
        changed: look.changed,
        changes: &look.changes,
        dry_run: dry(editing),
        warnings,
        notes: &look.wanted.notes,
        skipped: look.wanted.skipped,
        diff: editing.diff.then_some((&look.before, &look.after)),
        secrets: if editing.show_secrets { Secrets::Shown } else { Secrets::Masked },
    })
}
