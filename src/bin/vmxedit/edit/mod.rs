//! The one path of every change: preview, begin, stage, commit, report.

mod batch;
mod reload;
mod report;
mod request;
mod warnings;

use std::path::Path;
use std::time::Duration;

use vmxedit::Document;
use vmxedit::transaction::{self, Committed, Patience, Preview};
use vmxedit::vm::power::Power;

use crate::args::EditArgs;
use crate::error::blocking_power;
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::Output;
use crate::signals;

pub(crate) use self::batch::{EditedFile, edit_batch};
pub(crate) use self::request::{EditPlan, Interaction, Planner, Remarks, Request};

/// The result for one file that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Changed,
    /// Changed, but the host could not be made to read the file again.
    NotReloaded,
    WouldChange,
    Unchanged,
    /// A preset does not apply to the file, and `--if-applicable` skips it.
    Skipped,
}

/// An edit that went through.
pub(crate) struct Edited {
    pub(crate) outcome: Outcome,
    /// The content of the file after the edit; in a dry run, what it would be.
    pub(crate) after: Document,
}

/// Runs a command that edits one file, or standard input onto standard output.
pub(crate) fn run(
    input: &Input,
    args: &EditArgs,
    planner: &Planner<'_>,
    out: &mut Output,
) -> anyhow::Result<Exit> {
    let request = Request::new(args, planner, Interaction::None);
    let edited = edit(input, &request, out)?;
    Ok(request.exit_of(edited.outcome))
}

/// Edits a file on disk, or standard input onto standard output.
pub(crate) fn edit(input: &Input, request: &Request<'_>, out: &mut Output) -> anyhow::Result<Edited> {
    match input {
        Input::Stdin => edit_stdin(request, out),
        Input::Path(path) => edit_file(path, request, out),
    }
}

/// Edits one file on disk. It is locked, and its VM has to be off, only if it would change.
pub(crate) fn edit_file(path: &Path, request: &Request<'_>, out: &mut Output) -> anyhow::Result<Edited> {
    let (path, mut preview) = if request.opens_editor_under_lock() {
        (transaction::read(path, &request.options)?.0, None)
    } else {
        let preview = request.preview(path)?;
        if request.is_final(&preview) {
            let outcome = report::previewed(&preview, request, &request.host(), out);
            return Ok(Edited { outcome, after: preview.after });
        }
        (preview.path().to_owned(), Some(preview))
    };
    signals::watch();
    let mut patience = Patience::new(request.options.wait);
    let mut progress = Progress::default();
    loop {
        let result = attempt(&path, preview.take(), request, patience.peer_timeout());
        match result.as_ref().err().and_then(blocking_power) {
            Some(power) if patience.allows(power) => {
                progress.show(&path, power, out);
                let pause = patience.pause(&request.options.interrupt);
                if pause.is_err() || request.opens_editor_under_lock() {
                    out.clear_progress();
                }
                pause.map_err(|kind| kind.at(&path))?;
            }
            _ => {
                out.clear_progress();
                let committed = result?;
                let warnings = warnings::of(&committed.preview);
                let outcome = report::committed(&path, &committed, warnings, request, out);
                return Ok(Edited { outcome, after: committed.preview.after });
            }
        }
    }
}

/// Locks the file, stages the edit and commits it.
fn attempt(
    path: &Path,
    preview: Option<Preview<Remarks>>,
    request: &Request<'_>,
    peer_timeout: Duration,
) -> anyhow::Result<Committed<Remarks>> {
    let locked = transaction::begin(path, &request.options, peer_timeout, &request.host())?;
    if request.opens_editor_under_lock() {
        locked.ensure_editable(&request.host())?;
    }
    let staged = locked.stage(preview, &request.planner(), &request.host())?;
    Ok(staged.commit()?)
}

/// Edits standard input onto standard output. There is no VM to check and no lock to take.
fn edit_stdin(request: &Request<'_>, out: &mut Output) -> anyhow::Result<Edited> {
    let path = Input::Stdin.name();
    let preview = Preview::of_bytes(&input::read_stdin()?, path, &request.options, &request.planner())?;
    if !request.is_dry_run() {
        out.edited_file(preview.bytes());
    }
    report::print(&preview, &warnings::of(&preview), request, out);
    let outcome = match (preview.is_changed(), request.is_dry_run()) {
        (true, true) => Outcome::WouldChange,
        (true, false) => Outcome::Changed,
        (false, _) => Outcome::Unchanged,
    };
    Ok(Edited { outcome, after: preview.after })
}

/// What is shown while an edit waits: an animated line on a terminal, one message elsewhere.
#[derive(Default)]
struct Progress {
    steps: usize,
}

impl Progress {
    fn show(&mut self, path: &Path, power: &Power, out: &mut Output) {
        let text = format!("waiting: {}", power.reason());
        if out.shows_progress() {
            out.draw_progress(self.steps, path, &text);
        } else if self.steps == 0 {
            out.note(Some(path), &text);
        }
        self.steps += 1;
    }
}
