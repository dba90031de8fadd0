//! `apply`: presets and edits on many files. One that fails stops none of the others.

use std::path::Path;

use vmxedit::{Cause, Document};

use super::fail;
use super::plan::Plan;
use crate::bulk::{self, Found, Pool};
use crate::change::{self, Fared, Outcome};
use crate::cli::{Apply, Editing};
use crate::report::{Failure, Report, To};
use crate::signals;

pub(crate) fn run(args: &Apply) -> Result<u8, Failure> {
    let plan = match Plan::of(args) {
        Ok(plan) => plan,
        Err(error) => return fail(&args.editing.output, None, &error),
    };
    let want = |document: &Document, path: &Path| plan.wanted(document, path);
    let mut report = Report::new(&args.editing.output, To::Stdout);
    for note in plan.notes_before() {
        report.note(None, &note);
    }
    if bulk::is_one(&args.files, &args.many) {
        return change::run(&args.files[0], &args.editing, &want);
    }
    report.names = true;
    let mut tally = Tally::default();
    let mut edit = |batch: Vec<Found>, pool: &Pool, report: &Report| {
        let fared = change::batch(batch, &args.editing, &want, pool, report)?;
        fared.into_iter().map(|(kept, fared)| told(kept, &fared, &args.editing)).collect()
    };
    bulk::batches(&args.files, &args.many, &mut report, &mut edit, &mut |told| tally.count(told))?;
    for note in plan.notes_after() {
        report.note(None, &note);
    }
    report.note(None, &tally.summary(args.editing.dry_run || args.editing.check));
    let code = report.finish(tally.code)?;
    signals::end_if_stopped();
    Ok(code)
}

/// How a file fared, to be counted.
#[derive(Clone, Copy)]
enum Told {
    Done(Outcome, u8),
    Failed(u8),
    /// A signal came first.
    NotTried(u8),
}

fn told(mut report: Report, fared: &Fared, editing: &Editing) -> Result<(Report, Told), Failure> {
    let told = match &fared.result {
        Ok(outcome) => Told::Done(*outcome, change::code(*outcome, editing)),
        Err(error) if matches!(error.cause, Cause::Stopped) => Told::NotTried(error.code()),
        Err(error) => Told::Failed(report.error(fared.file.as_deref(), error)?),
    };
    Ok((report, told))
}

#[derive(Default)]
struct Tally {
    changed: usize,
    right: usize,
    skipped: usize,
    refused: usize,
    failed: usize,
    not_tried: usize,
    code: u8,
}

impl Tally {
    fn count(&mut self, told: Told) {
        let (place, code) = match told {
            Told::Done(Outcome::Changed | Outcome::NotReloaded | Outcome::WouldChange, code) => {
                (&mut self.changed, code)
            }
            Told::Done(Outcome::AlreadyRight, code) => (&mut self.right, code),
            Told::Done(Outcome::Skipped, code) => (&mut self.skipped, code),
            Told::Failed(code @ (3 | 4)) => (&mut self.refused, code),
            Told::Failed(code) => (&mut self.failed, code),
            Told::NotTried(code) => (&mut self.not_tried, code),
        };
        *place += 1;
        self.code = self.code.max(code);
    }

    fn summary(&self, dry: bool) -> String {
        let Self { changed, right, skipped, refused, failed, not_tried, .. } = self;
        let verb = if dry { "would change" } else { "changed" };
        let total = changed + right + skipped + refused + failed;
        let stopped = match (signals::stopped(), not_tried) {
            (false, _) => String::new(),
            (true, 0) => "; stopped by a signal before the rest".to_owned(),
            (true, some) => format!("; stopped by a signal before {some} more and the rest"),
        };
        let files = if total == 1 { "file" } else { "files" };
        format!(
            "{total} {files}: {changed} {verb}, {right} already right, {skipped} skipped, {refused} refused, \
             {failed} failed{stopped}"
        )
    }
}
