//! The one path of every change: preview, begin, stage, commit, report.

mod batch;
mod reload;
mod remote;
mod report;
mod request;
mod sync;
mod warnings;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use vmxedit::Document;
use vmxedit::file;
use vmxedit::host::Place;
use vmxedit::transaction::{self, Committed, Patience, Preview, Source};
use vmxedit::vm::power::{Power, PowerState};

use crate::args::{EditArgs, PreviewArgs};
use crate::error::{UsageError, blocking_power};
use crate::exit::Exit;
use crate::input::{self, Input};
use crate::output::Output;
use crate::signals;

pub(crate) use self::batch::{EditedFile, edit_batch};
pub(crate) use self::request::{EditPlan, Interaction, Planner, Remarks, Request};
pub(crate) use self::warnings::{ensure_clean, problems};

/// The result for one file that was not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Changed,
    /// Changed, but something failed after the new file was in place: the last sync, or that the host reads it again.
    Incomplete,
    WouldChange,
    Unchanged,
    /// A preset does not apply to the file, and `--if-applicable` skips it.
    Skipped,
}

impl Outcome {
    /// Returns the exit code of the file.
    pub(crate) fn exit(self, args: &PreviewArgs) -> Exit {
        match self {
            Self::WouldChange => Exit::negative_if(args.check),
            Self::Incomplete => Exit::Failed,
            Self::Changed | Self::Unchanged | Self::Skipped => Exit::Success,
        }
    }
}

/// An edit that went through.
pub(crate) struct Edited {
    pub(crate) outcome: Outcome,
    /// The content of the file after the edit; in a dry run, what it would be.
    pub(crate) after: Document,
}

/// Returns the end of a summary: where the old versions of `changed` files are.
pub(crate) fn kept(args: &EditArgs, changed: usize) -> String {
    match args.save.backup_suffix() {
        Some(suffix) if changed > 0 && !args.preview.is_preview() => {
            format!("; the old files are kept with the suffix {suffix}")
        }
        _ => String::new(),
    }
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
    Ok(edited.outcome.exit(&args.preview))
}

/// Edits a file on disk, or standard input onto standard output.
pub(crate) fn edit(input: &Input, request: &Request<'_>, out: &mut Output) -> anyhow::Result<Edited> {
    match input {
        Input::Stdin => edit_stdin(request, out),
        Input::Path(path) => edit_file(&file::find(path)?, request, out),
        Input::Listed(place) => edit_file(place, request, out),
        Input::Remote(file) => remote::edit_remote(file.fetch()?, request, out),
        Input::Fetched(file) => remote::edit_remote(Arc::clone(file), request, out),
    }
}

/// Edits one file on disk. It is locked, and its VM has to be off, only if it would change.
pub(crate) fn edit_file(place: &Place, request: &Request<'_>, out: &mut Output) -> anyhow::Result<Edited> {
    reload::check(&request.host(), place.path(), request)?;
    let mut preview = None;
    if !request.opens_editor() {
        let computed = request.preview(place)?;
        if request.is_final(&computed) {
            let outcome = report::previewed(&computed, request, &request.host(), out)?;
            return Ok(Edited { outcome, after: computed.after });
        }
        preview = Some(computed);
    }
    signals::watch();
    let path = place.path();
    let mut patience = Patience::new(request.options.wait);
    let mut progress = Progress::default();
    loop {
        let result = attempt(place, preview.take(), request, patience.peer_timeout());
        match result.as_ref().err().and_then(blocking_power) {
            Some(power) if patience.allows(power) => {
                progress.show(path, power, out);
                let pause = patience.pause(&request.options.interrupt);
                if pause.is_err() || request.opens_editor() {
                    out.clear_progress();
                }
                pause.map_err(|kind| kind.at(path))?;
            }
            _ => {
                out.clear_progress();
                let mut committed = result?;
                let warnings = warnings::of(&committed.preview, Source::from(place).folder());
                let outcome = report::committed(&mut committed, warnings, request, out);
                return Ok(Edited { outcome, after: committed.preview.after });
            }
        }
    }
}

/// Locks the file, stages the edit and commits it.
fn attempt(
    place: &Place,
    preview: Option<Preview<Remarks>>,
    request: &Request<'_>,
    peer_timeout: Duration,
) -> anyhow::Result<Committed<Remarks>> {
    let locked = transaction::begin(place, &request.options, peer_timeout, &request.host())?;
    if request.opens_editor() {
        locked.ensure_editable(&request.host())?;
    }
    let staged = locked.stage(preview, &request.planner(), &request.host())?;
    Ok(staged.commit()?)
}

const STDIN_IS_NOT_SAVED: &str = "'-' (standard input) cannot be combined with --backup, --no-backup, --break-links, --force, \
    --lossy-metadata, --no-sync, --reload or --wait";

/// Edits standard input onto standard output. There is no VM to check and no lock to take.
fn edit_stdin(request: &Request<'_>, out: &mut Output) -> anyhow::Result<Edited> {
    if !request.args.save.is_default() || request.args.wait.is_given() {
        return Err(UsageError::new(STDIN_IS_NOT_SAVED).into());
    }
    let source = Source::of_bytes(Input::Stdin.name());
    let preview = Preview::of_bytes(&input::read_stdin()?, &source, &request.options, &request.planner())?;
    if !request.is_dry_run() {
        out.edited_file(preview.bytes());
    }
    let remarks = Remarks { warnings: warnings::of(&preview, None), ..preview.info.clone() };
    report::print(&preview, &remarks, request, out);
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
        // The VM was not off when the edit was tried, and is now: the next attempt follows.
        if power.state == PowerState::Off {
            return;
        }
        let text = format!("waiting: {}", power.reason());
        if out.shows_progress() {
            out.draw_progress(self.steps, path, &text);
        } else if self.steps == 0 {
            out.note(Some(path), &text);
        }
        self.steps += 1;
    }
}
