//! The one path that every change takes, from what is wanted to what is on disk.

mod stdin;
mod waiting;
mod warnings;

use std::path::Path;
use std::time::Duration;

use vmxedit::document::foreign;
use vmxedit::file::{self, OnLoss, Save, VmxFile};
use vmxedit::vm::host::tools::{self, Reload};
use vmxedit::vm::lock::{Asked, Lock};
use vmxedit::vm::power::{self, Power, PowerState};
use vmxedit::{Cause, Change, Document, Edit, Error, edit};

use self::waiting::Waiting;
use self::warnings::{hints, warnings};
use crate::cli::Editing;
use crate::report::{Edited, Failure, Report, Secrets, To};
use crate::signals;

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

/// Works out what is wanted; it depends on the document where presets have conditions.
pub(crate) type Want<'a> = dyn Fn(&Document) -> Result<Wanted, Cause> + 'a;

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
    let first = file::resolve(given).and_then(|path| Ok((look_at(&path, want)?.1, path)));
    let (look, path) = match first {
        Ok(first) => first,
        Err(error) => return Ok(Err(error)),
    };
    if !look.changed {
        tell(&path, &look, editing, &warnings(&look), report)?;
        return Ok(Ok(if look.wanted.skipped { Outcome::Skipped } else { Outcome::AlreadyRight }));
    }
    if dry(editing) {
        let power = Power::of(&path, &look.before);
        let mut warnings = warnings(&look);
        warnings.extend(hints(&power));
        if power.state != PowerState::Off {
            warnings.push(format!("an edit would be refused now: {}", power.reason()));
        }
        tell(&path, &look, editing, &warnings, report)?;
        return Ok(Ok(Outcome::WouldChange));
    }
    signals::watch();
    let mut waiting = Waiting::new(editing.wait);
    loop {
        match attempt(&path, editing, want, waiting.for_ours(FOR_OURS)) {
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
fn attempt(path: &Path, editing: &Editing, want: &Want<'_>, for_ours: Duration) -> Result<Attempt, Error> {
    let at = |cause: Cause| cause.at(path);
    let asked = Lock::take(&power::places(path), for_ours, &signals::stopped).map_err(at)?;
    let lock = match asked {
        Asked::Taken(lock) => Some(lock),
        Asked::Held(_) if editing.force => None,
        Asked::Held(sign) => {
            let (_, look) = look_at(path, want)?;
            return Ok(Attempt::NotOff(Power::of(path, &look.before).or_held(&sign)));
        }
    };
    let (file, look) = look_at(path, want)?;
    let mut warnings = warnings(&look);
    let mut saved = file::Saved::default();
    let mut overridden = None;
    if look.changed {
        let power = match &lock {
            Some(lock) => Power::under_lock(lock, path, &look.before),
            None => Power::of(path, &look.before),
        };
        if power.state != PowerState::Off && !editing.force {
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
