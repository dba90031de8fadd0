//! `edit`: opens the file in the user's editor, like `visudo`.

mod copies;
mod editor;
mod review;

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use clap::{Args, ValueHint};
use vmxedit::document::Encryption;
use vmxedit::edit::EditError;
use vmxedit::file::SaveError;
use vmxedit::host::private_file::PrivateFile;
use vmxedit::transaction::Source;
use vmxedit::{Document, ErrorKind, file};

use self::editor::{Editor, Ended};
use super::{Example, Run, Subcommand};
use crate::args::EditArgs;
use crate::edit::{self, EditPlan, Interaction, Remarks, Request};
use crate::error::ProgramError;
use crate::exit::Exit;
use crate::input::Input;
use crate::output::{Output, Stream, prompt, write_stderr};
use crate::signals;

/// Edit a file in your editor
///
/// VMware's lock is held while the editor is open, so that the VM cannot be started. On another host no lock is held for
/// so long: before the file is replaced there, it is compared with what the editor opened, and the VM has to be off.
///
/// The editor is $VISUAL, else $EDITOR, else, on a terminal, vi. Its arguments are split like those of a shell command,
/// but no shell is started. It opens a private copy: UTF-8 text with LF line endings, in which invalid bytes and
/// control characters appear as |XX. Lines that you do not change keep every byte, including the line ending; changed
/// lines are written in the encoding of the file.
///
/// Afterwards the text is checked for lines that VMware would ignore, duplicate keys, and characters that the encoding
/// lacks. On a terminal you can choose what to do about them; without a terminal the edit is refused. A text that is
/// not saved is removed together with the copy, because it may contain passwords, unless you ask to keep it. The copy is
/// in $TMPDIR, else in /tmp. If vmxedit is killed, the next edit by the same user removes it.
#[derive(Args, Debug)]
pub(super) struct EditCommandArgs {
    /// The .vmx file, a directory that contains one, or a Fusion bundle. On
    /// another host: [USER@]HOST:/PATH or ssh://[USER@]HOST[:PORT]/PATH
    #[arg(value_hint = ValueHint::AnyPath)]
    file: Input,
    /// If the text cannot be saved, keep it in a private directory and print the path
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    edit: EditArgs,
}

impl Subcommand for EditCommandArgs {
    const NAME: &'static str = "edit";
    const EXAMPLES: &'static [Example] = &[
        ("vmxedit edit vm.vmx", "Edit in $VISUAL or $EDITOR"),
        ("EDITOR='code --wait' vmxedit edit vm.vmx --backup", "Use an editor that needs an option to wait"),
        ("vmxedit edit vm.vmx -n --diff", "Show what the edit would change"),
    ];
    const EDITS: bool = true;
}

impl Run for EditCommandArgs {
    fn output(&self) -> Output {
        Output::new(&self.edit.output, Stream::for_edit(&self.file))
    }

    fn file(&self) -> Option<&Path> {
        Some(self.file.name())
    }

    fn rsh(&self) -> Option<&str> {
        self.edit.remote.rsh.as_deref()
    }

    fn keeps_backup_if_configured(&self) -> bool {
        self.edit.keeps_backup_if_configured()
    }

    fn run(&self, out: &mut Output) -> anyhow::Result<Exit> {
        let file = self.file.path_or("edit needs a file: it cannot read from standard input")?;
        // The copy is removed before a signal ends the program.
        signals::watch();
        let session = Session::default();
        let input = match self.file.fetch()? {
            Some(file) => Input::Fetched(file),
            None => Input::Listed(file::find(file)?),
        };
        let planner = |before: &Document, source: &Source<'_>| session.plan(source.path, before);
        let request = Request::new(&self.edit, &planner, Interaction::Editor);
        copies::remove_abandoned(out);
        let result = edit::edit(&input, &request, out);
        let exit = match &result {
            Ok(edited) => edited.outcome.exit(&self.edit.preview),
            Err(error) => out.error(Some(file), error),
        };
        let Session { copy, unsaved, .. } = session;
        let is_unsaved = result.is_err() && into_inner(unsaved) == Unsaved::Text;
        Ok(match into_inner(copy) {
            Some(copy) if is_unsaved && !signals::interrupted() && (self.keep || asks_to_keep()) => {
                copies::keep(copy);
                exit
            }
            Some(copy) => exit.max(copies::remove(copy)),
            None => exit,
        })
    }
}

fn asks_to_edit_new_content() -> bool {
    const QUESTION: &str =
        "Another process has changed the file. (e)dit it as it is now (a copy of your text is kept), (s)top?";
    prompt::can_ask() && prompt::ask(QUESTION, "es", &signals::interrupted) == Some('e')
}

fn asks_to_keep() -> bool {
    const QUESTION: &str = "The edited text was not saved. (k)eep a copy, (d)iscard it?";
    prompt::can_ask() && prompt::ask(QUESTION, "kd", &signals::interrupted) == Some('k')
}

/// One session in the editor.
#[derive(Default)]
struct Session {
    /// The copy that the editor opens. It stays until the session ends.
    copy: Mutex<Option<PrivateFile>>,
    unsaved: Mutex<Unsaved>,
    /// The content of the file before, and as edited.
    result: Mutex<Option<(Vec<u8>, Vec<u8>)>>,
}

/// What is lost if the copy is removed before the file is saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Unsaved {
    /// Nothing: the text is that of the file, or was discarded.
    #[default]
    Nothing,
    /// The text that the user wrote.
    Text,
}

/// The user's decision about the text.
enum Decision {
    Unchanged,
    Discard,
    Save(Vec<u8>),
}

impl Session {
    /// Opens the editor. A second call, for a file on another host that has changed, returns the same plan
    /// if its content has not; otherwise the user decides.
    fn plan(&self, name: &Path, before: &Document) -> anyhow::Result<EditPlan> {
        let former = lock(&self.result).take();
        if let Some((old, new)) = former {
            if old == before.to_bytes() {
                let plan = EditPlan::of_bytes(new.clone());
                *lock(&self.result) = Some((old, new));
                return Ok(plan);
            }
            if !asks_to_edit_new_content() {
                return Err(ErrorKind::from(SaveError::Changed).at(name).into());
            }
            *lock(&self.unsaved) = Unsaved::Nothing;
            if let Some(copy) = lock(&self.copy).take() {
                copies::keep(copy);
            }
        }
        if before.encryption() == Encryption::Full {
            return Err(ErrorKind::from(EditError::Encrypted).at(name).into());
        }
        let note = |text: &str| EditPlan {
            info: Remarks::of_notes(vec![text.to_owned()]),
            ..EditPlan::of_edits(Vec::new())
        };
        match self.edit_until_valid(name, before)? {
            Decision::Unchanged => Ok(note("nothing changed")),
            Decision::Discard => Ok(note("discarded: nothing changed")),
            Decision::Save(bytes) => {
                *lock(&self.result) = Some((before.to_bytes(), bytes.clone()));
                Ok(EditPlan::of_bytes(bytes))
            }
        }
    }

    /// Opens the editor until the text is valid, or the user decides.
    fn edit_until_valid(&self, name: &Path, before: &Document) -> anyhow::Result<Decision> {
        let editor = Editor::find()?;
        let original = before.to_text();
        let path = name;
        let copy = PrivateFile::create(path.file_name().unwrap_or(OsStr::new("vm.vmx")), original.as_bytes());
        let mut slot = lock(&self.copy);
        let copy = &*slot.insert(copy.context("cannot make a copy for the editor")?);
        loop {
            if editor.open(copy)? == Ended::Interrupted {
                return Err(ErrorKind::Interrupted.at(name).into());
            }
            let edited = copy.read(file::MAX_FILE_SIZE).context("cannot read the edited copy")?;
            if edited == original.as_bytes() {
                return Ok(Decision::Unchanged);
            }
            let review = review::review(before, &edited);
            if let (Some(bytes), []) = (&review.bytes, &review.problems[..]) {
                *lock(&self.unsaved) = Unsaved::Text;
                return Ok(Decision::Save(bytes.clone()));
            }
            if !prompt::can_ask() {
                *lock(&self.unsaved) = Unsaved::Text;
                return Err(ProgramError::EditedText { problems: review.problems }.into());
            }
            for problem in &review.problems {
                write_stderr(problem);
            }
            match (ask_what_now(review.bytes.is_some()), review.bytes) {
                (Some('e'), _) => {}
                (Some('s'), Some(bytes)) => {
                    *lock(&self.unsaved) = Unsaved::Text;
                    return Ok(Decision::Save(bytes));
                }
                _ if signals::interrupted() => return Err(ErrorKind::Interrupted.at(name).into()),
                _ => return Ok(Decision::Discard),
            }
        }
    }
}

/// Asks what to do about a text with problems. No answer means to discard it.
fn ask_what_now(can_be_saved: bool) -> Option<char> {
    let (question, keys) = if can_be_saved {
        ("What now? (e)dit again, (d)iscard, (s)ave anyway:", "eds")
    } else {
        ("The text cannot be saved. (e)dit again, (d)iscard:", "ed")
    };
    prompt::ask(question, keys, &signals::interrupted)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Locks a mutex. No code panics while it holds one, so poisoning can be ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
