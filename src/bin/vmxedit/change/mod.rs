//! The one path that every change takes, from what is wanted to what is on disk.

mod reload;
mod stdin;
mod waiting;
mod warnings;

use std::path::Path;
use std::time::Duration;

use vmxedit::document::foreign;
use vmxedit::file::{self, OnLoss, Save, VmxFile};
use vmxedit::vm::lock::{self, Lock};
use vmxedit::vm::power::{self, Power, PowerState};
use vmxedit::{Cause, Change, Document, Edit, Error, edit};

use self::reload::reload;
use self::waiting::Waiting;
use self::warnings::{hints, warnings};
use crate::cli::Editing;
use crate::report::{Edited, Failure, Report, Secrets, To};
use crate::signals;

pub(crate) use self::stdin::read as read_stdin;

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

/// Works out what is wanted; it depends on the document where presets have conditions.
pub(crate) type Want<'a> = dyn Fn(&Document) -> Result<Wanted, Cause> + 'a;

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

/// A VMX file has some kilobytes; this is what memory is spent on.
const AT_MOST: usize = 256 << 20;
const LINES_AT_MOST: usize = 8 << 20;

/// Other runs of this program hold the lock for milliseconds each; many may queue.
const FOR_OURS: Duration = Duration::from_secs(30);

/// What a look at a document says: nothing is written yet.
struct Look {
    before: Document,
    after: Document,
    bytes: Vec<u8>,
    changed: bool,
    changes: Vec<Change>,
    wanted: Wanted,
}

/// Edits one file, or standard input where it is `-`. An error is reported; the exit code says which.
pub(crate) fn run(file: &Path, editing: &Editing, want: &Want<'_>) -> Result<u8, Failure> {
    let from_stdin = file.as_os_str() == "-";
    let mut report = Report::new(&editing.output, if from_stdin { To::Stderr } else { To::Stdout });
    let done = if from_stdin {
        stdin::filter(editing, want, &mut report)?
    } else {
        one(file, editing, want, &mut report)?
    };
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
    let first = file::resolve(given).and_then(|path| {
        let look = match asked {
            Asked::Somebody if !dry(editing) => read(&path).map(|_| None),
            _ => look_at(&path, want).map(|(_, look)| Some(look)),
        };
        Ok((look?, path))
    });
    let (look, path) = match first {
        Ok(first) => first,
        Err(error) => return Ok(Err(error)),
    };
    if let Some(look) = look.filter(|look| dry(editing) || !look.changed) {
        return only_tell(&path, &look, editing, report).map(Ok);
    }
    signals::watch();
    let mut waiting = Waiting::new(editing.wait);
    loop {
        if asked == Asked::Somebody {
            report.unspin();
        }
        match attempt(&path, editing, want, asked, waiting.for_ours(FOR_OURS)) {
            Ok(Attempt::Done(done)) => {
                report.unspin();
                return finish(&path, &done, editing, report).map(Ok);
            }
            Ok(Attempt::NotOff(power)) => {
                if let Err(cause) = waiting.again(&path, &power, report) {
                    return Ok(Err(cause.at(&path)));
                }
            }
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// Nothing is to be done, or nothing shall be.
fn only_tell(path: &Path, look: &Look, editing: &Editing, report: &mut Report) -> Result<Outcome, Failure> {
    let mut warnings = warnings(look);
    if !look.changed {
        tell(path, look, editing, &warnings, report)?;
        return Ok(if look.wanted.skipped { Outcome::Skipped } else { Outcome::AlreadyRight });
    }
    let power = Power::of(path, &look.before);
    warnings.extend(hints(&power));
    if power.state != PowerState::Off {
        warnings.push(format!("an edit would be refused now: {}", power.reason()));
    }
    tell(path, look, editing, &warnings, report)?;
    Ok(Outcome::WouldChange)
}

/// What one attempt came to.
enum Attempt {
    Done(Box<Done>),
    NotOff(Power),
}

/// A file that is as it shall be.
struct Done {
    look: Look,
    warnings: Vec<String>,
    /// What `--force` went over.
    overridden: Option<String>,
    saved: file::Saved,
}

/// VMware's lock is held from the first line to the last; what was looked at before is looked at again.
fn attempt(
    path: &Path,
    editing: &Editing,
    want: &Want<'_>,
    asked: Asked,
    for_ours: Duration,
) -> Result<Attempt, Error> {
    let at = |cause: Cause| cause.at(path);
    let lock = match Lock::take(&power::places(path), for_ours, &signals::stopped).map_err(at)? {
        lock::Asked::Taken(lock) => Some(lock),
        lock::Asked::Held(_) if editing.force => None,
        lock::Asked::Held(sign) => {
            let (_, before) = read(path)?;
            return Ok(Attempt::NotOff(Power::of(path, &before).or_held(&sign)));
        }
    };
    if asked == Asked::Somebody {
        let (file, before) = read(path)?;
        file.check(&save(editing))?;
        let power = power(path, &before, lock.as_ref());
        if stands_in_the_way(&power, editing) {
            return Ok(Attempt::NotOff(power));
        }
    }
    let (file, look) = look_at(path, want)?;
    let mut warnings = warnings(&look);
    let mut saved = file::Saved::default();
    let mut overridden = None;
    if look.changed {
        let power = power(path, &look.before, lock.as_ref());
        if stands_in_the_way(&power, editing) {
            return Ok(Attempt::NotOff(power));
        }
        warnings.extend(hints(&power));
        if power.state != PowerState::Off {
            overridden = Some(format!("--force: edited although {}", power.reason()));
        }
        saved = file.replace(&look.bytes, &save(editing), &signals::stopped)?;
    }
    if let Some(lock) = lock {
        lock.release().map_err(at)?;
    }
    Ok(Attempt::Done(Box::new(Done { look, warnings, overridden, saved })))
}

fn power(path: &Path, document: &Document, lock: Option<&Lock>) -> Power {
    match lock {
        Some(lock) => Power::under_lock(lock, path, document),
        None => Power::of(path, document),
    }
}

fn stands_in_the_way(power: &Power, editing: &Editing) -> bool {
    power.state != PowerState::Off && !editing.force
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

fn read(path: &Path) -> Result<(VmxFile, Document), Error> {
    let file = VmxFile::read(path)?;
    let document = parse(file.bytes().to_vec()).map_err(|cause| cause.at(path))?;
    Ok((file, document))
}

fn look_at(path: &Path, want: &Want<'_>) -> Result<(VmxFile, Look), Error> {
    let file = VmxFile::read(path)?;
    let look = look(file.bytes(), want).map_err(|cause| cause.at(path))?;
    Ok((file, look))
}

/// Parses, makes the edits, and compares: an edit that ends where it began is none.
fn look(old: &[u8], want: &Want<'_>) -> Result<Look, Cause> {
    let before = parse(old.to_vec())?;
    let wanted = want(&before)?;
    let (after, mut changes) = match &wanted.instead {
        Some(content) => {
            let after = parse(content.clone())?;
            let changes = edit::compare(&before, &after);
            (after, changes)
        }
        None => edit::apply(&before, &wanted.edits)?,
    };
    let bytes = after.to_bytes();
    let changed = bytes != old;
    if !changed {
        changes.clear();
    }
    Ok(Look { before, after, bytes, changed, changes, wanted })
}

/// A document, unless the bytes are plainly something else.
pub(crate) fn parse(bytes: Vec<u8>) -> Result<Document, Cause> {
    if let Some(what) = foreign(&bytes) {
        return Err(Cause::NotVmx { what: what.to_owned(), line: None });
    }
    if bytes.len() > AT_MOST
        || bytes.len() > LINES_AT_MOST && memchr::memchr2_iter(b'\n', b'\r', &bytes).count() > LINES_AT_MOST
    {
        return Err(Cause::NotVmx { what: "no VMX file is that large".to_owned(), line: None });
    }
    let document = Document::parse(bytes);
    document.check_dictionary()?;
    Ok(document)
}

fn save(editing: &Editing) -> Save {
    let on_loss = |accepted| if accepted { OnLoss::Accept } else { OnLoss::Refuse };
    Save {
        backup: editing.backup.as_ref().map(Into::into),
        metadata: on_loss(editing.lossy_metadata),
        hard_links: on_loss(editing.break_links),
    }
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
    let mut warnings = warnings.to_vec();
    for note in &look.wanted.notes {
        report.note(Some(path), note);
        if report.json {
            warnings.push(note.clone());
        }
    }
    if !look.changed && report.verbose {
        report.note(Some(path), "nothing to change");
    }
    report.edited(&Edited {
        file: path,
        changed: look.changed,
        changes: &look.changes,
        dry_run: dry(editing),
        warnings: &warnings,
        diff: editing.diff.then_some((&look.before, &look.after)),
        secrets: if editing.show_secrets { Secrets::Shown } else { Secrets::Masked },
    })
}
