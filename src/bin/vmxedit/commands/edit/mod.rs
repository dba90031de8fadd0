//! `edit`: the file in somebody's editor, as `visudo` does it.

mod copy;
mod editor;
mod problems;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use vmxedit::document::Encryption;
use vmxedit::{Cause, Document, file};

use self::copy::Copy;
use super::fail_edit;
use crate::change::{self, Wanted};
use crate::cli::Edit;
use crate::report::{self, Failure};
use crate::signals;

pub(crate) fn run(args: &Edit) -> Result<u8, Failure> {
    if args.file.as_os_str() == "-" {
        let cause = Cause::Usage("edit needs a file: standard input is where you type".to_owned());
        return fail_edit(&args.editing, &args.file, &cause.into());
    }
    // The copy goes before a signal ends the program.
    signals::watch();
    let session = Session::default();
    let done = change::ask(&args.file, &args.editing, &|before, _| session.wanted(&args.file, before));
    if let (Ok(Err(_)), Some(copy)) = (&done, held(&session.unsaved).take())
        && !signals::stopped()
        && (args.keep || asked_to_keep())
    {
        report::to_stderr(&format!("vmxedit: the edited text is kept as {}", copy.keep().display()));
    }
    drop(session);
    let code = done?.unwrap_or_else(|code| code);
    if code != 0 {
        signals::end_if_stopped();
    }
    Ok(code)
}

fn asked_to_keep() -> bool {
    report::can_ask()
        && report::ask("The edited text was not saved. (k)eep a copy, (d)iscard it?", "kd", &signals::stopped)
            == Some('k')
}

/// One stay in the editor.
#[derive(Default)]
struct Session {
    /// A text that differs from the file and was not given up.
    unsaved: Mutex<Option<Copy>>,
    /// The file as it was, and as it shall be.
    done: Mutex<Option<(Vec<u8>, Vec<u8>)>>,
}

/// What was made of the text.
enum Verdict {
    Unchanged,
    Discarded,
    Save(Vec<u8>),
}

impl Session {
    /// Opens the editor; a second call, for the same file, has the same answer.
    fn wanted(&self, name: &Path, before: &Document) -> Result<Wanted, Cause> {
        if let Some((old, new)) = &*held(&self.done) {
            let is_same = *old == before.to_bytes();
            return if is_same { Ok(instead(new.clone())) } else { Err(Cause::Changed) };
        }
        if before.encryption() == Encryption::Full {
            return Err(Cause::Encrypted);
        }
        let note = |text: &str| Wanted { notes: vec![text.to_owned()], ..Wanted::default() };
        match self.converse(name, before)? {
            Verdict::Unchanged => Ok(note("nothing changed")),
            Verdict::Discarded => Ok(note("discarded: nothing changed")),
            Verdict::Save(bytes) => {
                *held(&self.done) = Some((before.to_bytes(), bytes.clone()));
                Ok(instead(bytes))
            }
        }
    }

    /// Until the text is right, or given up.
    fn converse(&self, name: &Path, before: &Document) -> Result<Verdict, Cause> {
        let given = before.to_text();
        let copy = Copy::of(&file::locate_vmx(name).unwrap_or_else(|_| name.to_owned()), &given)?;
        loop {
            editor::open(copy.path())?;
            let edited = copy.read()?;
            if edited == given.as_bytes() {
                return Ok(Verdict::Unchanged);
            }
            let judged = problems::judge(before, &edited);
            if let (Some(bytes), []) = (&judged.bytes, &judged.problems[..]) {
                *held(&self.unsaved) = Some(copy);
                return Ok(Verdict::Save(bytes.clone()));
            }
            if !report::can_ask() {
                *held(&self.unsaved) = Some(copy);
                return Err(Cause::EditedText { problems: judged.problems });
            }
            for problem in &judged.problems {
                report::to_stderr(problem);
            }
            match (answer(judged.bytes.is_some()), judged.bytes) {
                (Some('e'), _) => {}
                (Some('s'), Some(bytes)) => {
                    *held(&self.unsaved) = Some(copy);
                    return Ok(Verdict::Save(bytes));
                }
                _ if signals::stopped() => return Err(Cause::Stopped),
                _ => return Ok(Verdict::Discarded),
            }
        }
    }
}

/// What to do about a text with problems. No answer is none that changes anything.
fn answer(can_be_saved: bool) -> Option<char> {
    let (question, keys) = if can_be_saved {
        ("What now? (e)dit again, (d)iscard, (s)ave anyway:", "eds")
    } else {
        ("It cannot be saved like that. (e)dit again, (d)iscard:", "ed")
    };
    report::ask(question, keys, &signals::stopped)
}

/// What is behind a lock; nobody panics while holding one.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn instead(bytes: Vec<u8>) -> Wanted {
    Wanted { instead: Some(bytes), ..Wanted::default() }
}
