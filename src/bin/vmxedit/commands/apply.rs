//! `apply`: presets and edits on many files. One that fails stops none of the others.

use std::ffi::OsStr;
use std::path::Path;

use indexmap::IndexMap;
use vmxedit::edit::Absent;
use vmxedit::preset::{Bound, Verdict};
use vmxedit::{Cause, Document, Edit, Error, Key, edit};

use super::{fail, presets, set, unset};
use crate::bulk::{self, Found, Pool};
use crate::change::{self, Fared, Outcome, Wanted};
use crate::cli::{Apply, Editing};
use crate::report::{Failure, Report, To};
use crate::signals;

pub(crate) fn run(args: &Apply) -> Result<u8, Failure> {
    let plan = match plan(args) {
        Ok(plan) => plan,
        Err(error) => return fail(&args.editing.output, None, &error),
    };
    let want = |document: &Document, path: &Path| plan.wanted(args, document, path);
    if bulk::is_one(&args.files, &args.many) {
        return change::run(&args.files[0], &args.editing, &want);
    }
    let mut report = Report::new(&args.editing.output, To::Stdout);
    report.names = true;
    let mut tally = Tally::default();
    let edit = |batch: Vec<Found>, pool: &Pool, report: &Report| {
        let fared = change::batch(batch, &args.editing, &want, pool, report)?;
        fared.into_iter().map(|(kept, fared)| told(kept, &fared, &args.editing)).collect()
    };
    bulk::batches(&args.files, &args.many, &mut report, &edit, &mut |told| tally.count(told))?;
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

struct Plan {
    presets: Vec<Bound>,
    unset: Vec<Edit>,
    set: IndexMap<Key, String>,
}

fn plan(args: &Apply) -> Result<Plan, Error> {
    let is_stdin = |word: &OsStr| word == "-";
    let from_stdin = args.files.iter().filter(|file| is_stdin(file.as_os_str())).count();
    if args.files.len() > 1 && from_stdin > 0 {
        return Err(Cause::Usage("- for standard input stands alone".into()).into());
    }
    if from_stdin + args.presets.iter().filter(|word| is_stdin(OsStr::new(word))).count() > 1 {
        return Err(Cause::Usage("standard input is one thing: a preset or the file".into()).into());
    }
    let dialect = args.editing.rules.of_all(&args.files);
    Ok(Plan {
        presets: presets::bound(&args.presets, &args.parameters)?,
        unset: unset::edits(&args.unset, Absent::Fine, dialect)?,
        set: set::assignments(&args.set, dialect)?,
    })
}

impl Plan {
    /// All of it, or none: each preset sees what those before it did.
    fn wanted(&self, args: &Apply, document: &Document, path: &Path) -> Result<Wanted, Cause> {
        let mut wanted = Wanted::default();
        let mut now = None;
        for preset in &self.presets {
            let before = now.as_ref().unwrap_or(document);
            let Some(edits) = self.edits(preset, args, before, path, &mut wanted)? else {
                return Ok(Wanted { notes: wanted.notes, skipped: true, ..Wanted::default() });
            };
            if !edits.is_empty() {
                now = Some(edit::apply(before, &edits)?.0);
                wanted.edits.extend(edits);
            }
        }
        wanted.edits.extend(self.unset.iter().cloned());
        wanted.edits.extend(set::edits(&self.set));
        Ok(wanted)
    }

    /// What one preset wants of the file; `None` where it rules the file out and such files are skipped.
    fn edits(
        &self,
        preset: &Bound,
        args: &Apply,
        document: &Document,
        path: &Path,
        wanted: &mut Wanted,
    ) -> Result<Option<Vec<Edit>>, Cause> {
        let name = &preset.preset.name;
        let (verdict, edits) = presets::meaning(preset, document, path)?;
        match verdict {
            Verdict::Unneeded(why) => {
                wanted.notes.push(format!("{name}: nothing to do: {why}"));
                return Ok(Some(Vec::new()));
            }
            Verdict::Refused(reason) if args.if_applicable => {
                wanted.notes = vec![format!("skipped: {name} does not apply: {reason}")];
                return Ok(None);
            }
            Verdict::Refused(reason) if !args.ignore_conditions => {
                return Err(Cause::Condition { preset: name.clone(), reason });
            }
            Verdict::Refused(reason) => {
                wanted.warnings.push(format!("--ignore-conditions: {name} applied although {reason}"));
            }
            Verdict::Applies if edits.is_empty() => {}
            Verdict::Applies => wanted.notes.extend(preset.preset.notes.iter().cloned()),
        }
        // What is typed goes over what a preset says.
        let is_typed = |edit: &Edit| matches!(edit, Edit::Set { key, .. } if self.set.contains_key(key));
        Ok(Some(edits.into_iter().filter(|edit| !is_typed(edit)).collect()))
    }
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
        format!(
            "{total} files: {changed} {verb}, {right} already right, {skipped} skipped, {refused} refused, \
             {failed} failed{stopped}"
        )
    }
}
