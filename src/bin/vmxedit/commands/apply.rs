//! `apply`: presets and edits on many files. One that fails stops none of the others.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use vmxedit::edit::Absent;
use vmxedit::file;
use vmxedit::preset::{Preset, Verdict};
use vmxedit::{Cause, Document, Edit, Error, Key};

use super::{fail, set, unset};
use crate::change::{self, Outcome, Wanted};
use crate::cli::Apply;
use crate::report::{Failure, Report, To};
use crate::signals;

pub(crate) fn run(args: &Apply) -> Result<u8, Failure> {
    let plan = match plan(args) {
        Ok(plan) => plan,
        Err(error) => return fail(&args.editing.output, None, &error),
    };
    let want = |document: &Document| plan.wanted(args, document);
    if let [file] = &args.files[..] {
        return change::run(file, &args.editing, &want);
    }
    let mut report = Report::new(&args.editing.output, To::Stdout);
    report.names = true;
    let mut tally = Tally::default();
    for file in once(&args.files) {
        match change::one(file, &args.editing, &want, &mut report)? {
            Ok(outcome) => tally.count(outcome, change::code(outcome, &args.editing)),
            Err(error) => tally.fail(report.error(Some(file), &error)?),
        }
        if signals::stopped() {
            break;
        }
    }
    report.note(None, &tally.summary(args.editing.dry_run || args.editing.check));
    let code = report.finish(tally.code)?;
    signals::end_if_stopped();
    Ok(code)
}

struct Plan {
    presets: Vec<&'static Preset>,
    unset: Vec<Edit>,
    set: IndexMap<Key, String>,
}

fn plan(args: &Apply) -> Result<Plan, Error> {
    if args.files.len() > 1 && args.files.iter().any(|file| file.as_os_str() == "-") {
        return Err(Cause::Usage("- for standard input stands alone".into()).into());
    }
    let dialect = args.editing.rules.of_all(&args.files);
    Ok(Plan {
        presets: args.presets.iter().map(|name| Preset::named(name)).collect::<Result<_, _>>()?,
        unset: unset::edits(&args.unset, Absent::Fine, dialect)?,
        set: set::assignments(&args.set, dialect)?,
    })
}

impl Plan {
    /// A preset that has nothing left to do is not asked for its conditions.
    fn wanted(&self, args: &Apply, document: &Document) -> Result<Wanted, Cause> {
        let mut wanted = Wanted::default();
        for preset in &self.presets {
            let edits = preset.edits(document)?;
            let verdict = if edits.is_empty() { Verdict::Applies } else { preset.verdict(document)? };
            match verdict {
                Verdict::Unneeded(why) => {
                    wanted.notes.push(format!("{}: nothing to do: {why}", preset.name));
                    continue;
                }
                Verdict::Refused(reason) if args.if_applicable => {
                    let notes = vec![format!("skipped: {} does not apply: {reason}", preset.name)];
                    return Ok(Wanted { notes, skipped: true, ..Wanted::default() });
                }
                Verdict::Refused(reason) if !args.ignore_conditions => {
                    return Err(Cause::Condition { preset: preset.name.to_owned(), reason });
                }
                Verdict::Refused(reason) => {
                    wanted
                        .warnings
                        .push(format!("--ignore-conditions: {} applied although {reason}", preset.name));
                }
                Verdict::Applies if edits.is_empty() => {}
                Verdict::Applies => wanted.notes.extend(preset.notes.iter().map(|note| (*note).to_owned())),
            }
            wanted.edits.extend(edits.into_iter().filter(|edit| !self.overrides(edit)));
        }
        wanted.edits.extend(self.unset.iter().cloned());
        wanted.edits.extend(set::edits(&self.set));
        Ok(wanted)
    }

    /// What is typed goes over what a preset says.
    fn overrides(&self, edit: &Edit) -> bool {
        matches!(edit, Edit::Set { key, .. } if self.set.contains_key(key))
    }
}

/// Each file once, whatever it is called.
fn once(files: &[PathBuf]) -> Vec<&Path> {
    let mut seen = HashSet::new();
    let target = |file: &PathBuf| file::resolve(file).ok().and_then(|path| path.canonicalize().ok());
    files
        .iter()
        .filter(|file| target(file).is_none_or(|target| seen.insert(target)))
        .map(PathBuf::as_path)
        .collect()
}

#[derive(Default)]
struct Tally {
    changed: usize,
    right: usize,
    skipped: usize,
    refused: usize,
    failed: usize,
    code: u8,
}

impl Tally {
    fn count(&mut self, outcome: Outcome, code: u8) {
        match outcome {
            Outcome::Changed | Outcome::NotReloaded | Outcome::WouldChange => self.changed += 1,
            Outcome::AlreadyRight => self.right += 1,
            Outcome::Skipped => self.skipped += 1,
        }
        self.code = self.code.max(code);
    }

    fn fail(&mut self, code: u8) {
        match code {
            3 | 4 => self.refused += 1,
            _ => self.failed += 1,
        }
        self.code = self.code.max(code);
    }

    fn summary(&self, dry: bool) -> String {
        let Self { changed, right, skipped, refused, failed, .. } = self;
        let verb = if dry { "would change" } else { "changed" };
        let total = changed + right + skipped + refused + failed;
        format!(
            "{total} files: {changed} {verb}, {right} already right, {skipped} skipped, {refused} refused, {failed} failed"
        )
    }
}
