//! The one path that every change takes, from what is wanted to what is on disk.

mod attempt;
mod batch;
mod look;
mod reload;
mod stdin;
mod waiting;
mod warnings;

use std::path::{Path, PathBuf};
use std::time::Duration;

use vmxedit::file::VmxFile;
use vmxedit::vm::host::Host;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Document, Edit};

use self::attempt::{Done, Step, attempt};
use self::look::{Look, look_at, read};
use self::reload::reload;
use self::waiting::Waiting;
use self::warnings::{hints, warnings};
use crate::args::EditArgs;
use crate::error::at_path;
use crate::exit::Exit;
use crate::input::Input;
use crate::output::Output;
use crate::output::changes::{self, EditReport};
use crate::signals;

pub(crate) use self::batch::{Fared, batch};
pub(crate) use self::stdin::filter;

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
pub(crate) type Want<'a> = dyn Fn(&Document, &Path) -> anyhow::Result<Wanted> + Sync + 'a;

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

/// Edits one file, or standard input onto standard output.
pub(crate) fn run(
    file: &Input,
    editing: &EditArgs,
    out: &mut Output,
    want: &Want<'_>,
) -> anyhow::Result<Exit> {
    let outcome = match file {
        Input::Stdin => filter(editing, want, out)?,
        Input::Path(path) => one(path, editing, want, out)?,
    };
    Ok(exit_of(outcome, editing))
}

/// Edits one file as somebody says who is asked under the lock, with the VM off. `want` is called once more where the
/// VM has to be waited for again.
pub(crate) fn ask(
    file: &Path,
    editing: &EditArgs,
    want: &Want<'_>,
    out: &mut Output,
) -> anyhow::Result<Exit> {
    Ok(exit_of(walk(file, editing, want, Asked::Somebody, out)?, editing))
}

/// The exit code of a file that was not refused.
pub(crate) fn exit_of(outcome: Outcome, editing: &EditArgs) -> Exit {
    match outcome {
        Outcome::WouldChange => Exit::negative_if(editing.preview.check),
        Outcome::NotReloaded => Exit::Failed,
        _ => Exit::Success,
    }
}

/// Edits one file: a look without the lock; then the lock, a second look, the VM's state, and the save.
pub(crate) fn one(
    given: &Path,
    editing: &EditArgs,
    want: &Want<'_>,
    report: &mut Output,
) -> anyhow::Result<Outcome> {
    walk(given, editing, want, Asked::Nobody, report)
}

fn walk(
    given: &Path,
    editing: &EditArgs,
    want: &Want<'_>,
    asked: Asked,
    report: &mut Output,
) -> anyhow::Result<Outcome> {
    let (path, mut earlier) = if asked == Asked::Somebody && !dry(editing) {
        let (file, _) = read(given, editing)?;
        (file.given().to_owned(), None)
    } else {
        match first_look(given, editing, want, &Host::default(), report)? {
            First::ToChange(path, look) => (path, Some(*look)),
            First::Settled(outcome) => return Ok(outcome),
        }
    };
    signals::watch();
    let mut waiting = Waiting::new(editing.wait.limit());
    loop {
        if asked == Asked::Somebody {
            report.clear_progress();
        }
        match attempt(&path, earlier.take(), editing, want, asked, waiting.for_ours(FOR_OURS))? {
            Step::Done(done) => {
                report.clear_progress();
                return Ok(finish(&path, &done, editing, report));
            }
            Step::NotOff(power) => {
                waiting.again(&path, &power, report).map_err(|cause| at_path(cause, &path))?;
            }
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
    editing: &EditArgs,
    want: &Want<'_>,
    host: &Host,
    report: &mut Output,
) -> anyhow::Result<First> {
    let file = VmxFile::find(given)?;
    let look = look_at(&file, None, editing, want)?;
    let path = file.given().to_owned();
    if !look.changed {
        tell(&path, &look, editing, &warnings(&look), report);
        let outcome = if look.wanted.skipped { Outcome::Skipped } else { Outcome::AlreadyRight };
        return Ok(First::Settled(outcome));
    }
    if !dry(editing) {
        return Ok(First::ToChange(path, Box::new(look)));
    }
    let power = Power::of(&path, &look.before, host);
    let mut warnings = warnings(&look);
    warnings.extend(hints(&power));
    if power.state != PowerState::Off {
        warnings.push(format!("an edit would be refused now: {}", power.reason()));
    }
    tell(&path, &look, editing, &warnings, report);
    Ok(First::Settled(Outcome::WouldChange))
}

fn finish(path: &Path, done: &Done, editing: &EditArgs, report: &mut Output) -> Outcome {
    let mut warnings = done.warnings.clone();
    if let Some(overridden) = &done.overridden {
        report.warn_always(path, overridden);
    }
    for stray in &done.saved.strays {
        warnings.push(format!(
            "{} holds another program's version of the file, from the instant in which an earlier run was killed: \
             compare it with the file, then remove it",
            stray.display()
        ));
    }
    tell(path, &done.look, editing, &warnings, report);
    if let Some(kept) = &done.saved.backup {
        report.note(Some(path), &format!("the old file is kept as {}", kept.display()));
    }
    if !done.look.changed {
        return Outcome::AlreadyRight;
    }
    report.edit_committed();
    reload(path, editing, report)
}

fn dry(editing: &EditArgs) -> bool {
    editing.preview.is_preview()
}

fn tell(path: &Path, look: &Look, editing: &EditArgs, warnings: &[String], report: &mut Output) {
    for note in &look.wanted.notes {
        report.note(Some(path), note);
    }
    if !look.changed && report.verbose {
        report.note(Some(path), "nothing to change");
    }
    let edit = EditReport {
        file: path,
        changed: look.changed,
        changes: &look.changes,
        dry_run: dry(editing),
        warnings,
        notes: &look.wanted.notes,
        skipped: look.wanted.skipped,
        diff: editing.preview.diff.then_some((&look.before, &look.after)),
        secrets: (&editing.secrets).into(),
    };
    changes::print(report, &edit);
}
