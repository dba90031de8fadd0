//! The one path that every change takes, from what is wanted to what is on disk.

mod attempt;
mod batch;
mod look;
mod stdin;
mod waiting;
mod warnings;

use std::path::{Path, PathBuf};
use std::time::Duration;

use vmxedit::file;
use vmxedit::vm::host::Host;
use vmxedit::vm::host::tools::{self, Reload};
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Cause, Document, Edit, Error};

use self::attempt::{Done, Step, attempt};
use self::look::{Look, look_at};
use self::waiting::Waiting;
use self::warnings::{hints, warnings};
use crate::cli::Editing;
use crate::report::{Edited, Failure, Report, Secrets, To};
use crate::signals;

pub(crate) use self::batch::{Fared, batch};
pub(crate) use self::look::parse;
pub(crate) use self::stdin::{filter, read as read_stdin};

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
}

/// Works out what is wanted of a document, which stands in that file: presets have conditions on both.
pub(crate) type Want<'a> = dyn Fn(&Document, &Path) -> Result<Wanted, Cause> + Sync + 'a;

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
    let code = match &done {
        Ok(outcome) => code(*outcome, editing),
        Err(error) => report.error(Some(file), error)?,
    };
    let edited = matches!(done, Ok(Outcome::Changed | Outcome::NotReloaded)) && !from_stdin;
    let code = report.finish(code).map_err(|failure| if edited { failure.after_save() } else { failure })?;
    if code != 0 {
        signals::end_if_stopped();
    }
    Ok(code)
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
    let path = match first_look(given, editing, want, &Host::default(), report)? {
        Ok(First::ToChange(path)) => path,
        Ok(First::Settled(outcome)) => return Ok(Ok(outcome)),
        Err(error) => return Ok(Err(error)),
    };
    signals::watch();
    let mut waiting = Waiting::new(editing.wait);
    loop {
        match attempt(&path, editing, want, waiting.for_ours(FOR_OURS)) {
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
    ToChange(PathBuf),
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
    let first = file::resolve(given).and_then(|path| Ok((look_at(&path, editing, want)?.1, path)));
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
        return Ok(Ok(First::ToChange(path)));
    }
    let power = Power::of(&path, &look.before, host);
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
    for stray in &done.saved.strays {
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

/// ESXi's hostd keeps the parsed file in memory: it does not see the edit until it reads the file again.
fn reload(path: &Path, editing: &Editing, report: &mut Report) -> Outcome {
    if !editing.reload {
        if tools::needs_reload() {
            report.note(
                Some(path),
                "the host has not read it yet: --reload, or vim-cmd vmsvc/reload, makes it do so",
            );
        }
        return Outcome::Changed;
    }
    match tools::reload(path) {
        Reload::Done => report.note(Some(path), "the host has read it again"),
        Reload::NotRegistered => {
            report.note(Some(path), "the VM is not registered on this host: nothing to reload");
        }
        Reload::Failed(why) => {
            report.warn(path, &format!("edited, but the host was not made to read it again: {why}"));
            return Outcome::NotReloaded;
        }
    }
    Outcome::Changed
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
