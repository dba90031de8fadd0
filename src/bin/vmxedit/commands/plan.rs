//! What `apply` is to do with each file: presets, then `--unset`, then `--set`.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use indexmap::IndexMap;
use vmxedit::edit::Absent;
use vmxedit::preset::{self, Applicability, Origin, Preset, ResolvedPreset};
use vmxedit::{Cause, Document, Edit, Error, Key, edit};

use super::{presets, set, unset};
use crate::bulk;
use crate::change::Wanted;
use crate::cli::Apply;

pub(super) struct Plan<'a> {
    args: &'a Apply,
    presets: Vec<Planned>,
    unset: Vec<Edit>,
    set: IndexMap<Key, String>,
}

/// A preset, and whether it changed any file yet.
struct Planned {
    bound: ResolvedPreset,
    /// Presets that cannot go with it: a file may have one already.
    rivals: Vec<Preset>,
    used: AtomicBool,
}

impl<'a> Plan<'a> {
    pub(super) fn of(args: &'a Apply) -> Result<Self, Error> {
        let is_stdin = |word: &OsStr| word == "-";
        let from_stdin = args.files.iter().filter(|file| is_stdin(file.as_os_str())).count();
        if (args.files.len() > 1 || args.many.recursive) && from_stdin > 0 {
            return Err(Cause::Usage("- for standard input stands alone".into()).into());
        }
        if from_stdin + args.presets.iter().filter(|word| is_stdin(OsStr::new(word))).count() > 1 {
            return Err(Cause::Usage("standard input is one thing: a preset or the file".into()).into());
        }
        let dialect = args.editing.rules.of_all(&args.files);
        let presets = presets::bound(&args.presets, &args.parameters)?;
        Ok(Self {
            args,
            presets: presets.into_iter().map(Planned::new).collect(),
            unset: unset::edits(&args.unset, Absent::Fine, dialect)?,
            set: set::assignments(&args.set, dialect)?,
        })
    }

    /// What to know before anything is done.
    pub(super) fn notes_before(&self) -> impl Iterator<Item = String> {
        self.presets.iter().filter_map(|planned| match &planned.bound.preset {
            Preset { name, origin: Origin::File(path), .. } if preset::is_built_in(name) => {
                Some(format!("{name} is the one in {}, not the built-in one", path.display()))
            }
            _ => None,
        })
    }

    /// What to know of presets that changed something, once for many files.
    pub(super) fn notes_after(&self) -> impl Iterator<Item = String> {
        let used = self.presets.iter().filter(|planned| planned.used.load(Ordering::Relaxed));
        used.flat_map(|planned| {
            let name = &planned.bound.preset.name;
            self.notes(planned).map(move |note| format!("{name}: {note}"))
        })
    }

    fn notes<'p>(&self, planned: &'p Planned) -> impl Iterator<Item = String> + use<'p> {
        let preset = &planned.bound.preset;
        let has_way_back = self.args.editing.backup.is_some() || self.args.files[0].as_os_str() == "-";
        let one_way = preset
            .irreversible
            .as_ref()
            .filter(|_| !has_way_back)
            .map(|why| format!("it cannot be taken back: {why}; --backup keeps the old file"));
        preset.notes.iter().cloned().chain(one_way)
    }

    /// All of it, or none: each preset sees what those before it did.
    pub(super) fn wanted(&self, document: &Document, path: &Path) -> Result<Wanted, Cause> {
        let mut wanted = Wanted { by_content_alone: self.presets.is_empty(), ..Wanted::default() };
        let mut now = None;
        for planned in &self.presets {
            let before = now.as_ref().unwrap_or(document);
            let Some(edits) = self.edits(planned, before, path, &mut wanted)? else {
                return Ok(Wanted { notes: wanted.notes, skipped: true, ..Wanted::default() });
            };
            if !edits.is_empty() {
                now = Some(edit::apply(before, &edits)?.0);
                wanted.edits.extend(edits);
            }
        }
        if let Some(after) = &now {
            self.check_all_stand(after, path)?;
        }
        wanted.edits.extend(self.unset.iter().cloned());
        wanted.edits.extend(set::edits(&self.set));
        Ok(wanted)
    }

    /// Refuses presets of which one takes back what another set, however the two say it.
    fn check_all_stand(&self, after: &Document, path: &Path) -> Result<(), Cause> {
        let [rest @ .., last] = &self.presets[..] else { return Ok(()) };
        for planned in rest {
            let (verdict, edits) = presets::meaning(&planned.bound, after, path)?;
            let is_typed = |edit: &Edit| matches!(edit, Edit::Set { key, .. } if self.set.contains_key(key));
            let is_undone =
                edits.iter().any(|edit| !is_typed(edit)) && !matches!(verdict, Applicability::Unneeded(_));
            if is_undone && !self.args.ignore_conditions {
                let (one, other) = (planned.bound.preset.name.clone(), last.bound.preset.name.clone());
                let why = format!("not all that {one} sets stands after the others");
                return Err(Cause::Conflict { one, other, why });
            }
        }
        Ok(())
    }

    /// What one preset wants of the file; `None` where it rules the file out and such files are skipped.
    fn edits(
        &self,
        planned: &Planned,
        document: &Document,
        path: &Path,
        wanted: &mut Wanted,
    ) -> Result<Option<Vec<Edit>>, Cause> {
        let (args, preset) = (self.args, &planned.bound.preset);
        let name = &preset.name;
        if let Some(reason) = presets::not_for(preset, document, path).filter(|_| !args.if_applicable) {
            return Err(Cause::WrongFile { preset: name.clone(), reason });
        }
        let (verdict, edits) = presets::meaning(&planned.bound, document, path)?;
        match verdict {
            Applicability::Unneeded(why) => {
                wanted.notes.push(format!("{name}: nothing to do: {why}"));
                return Ok(Some(Vec::new()));
            }
            Applicability::Refused(reason) if args.if_applicable => {
                wanted.notes = vec![format!("file skipped: {name} does not apply: {reason}")];
                return Ok(None);
            }
            Applicability::Refused(reason) if !args.ignore_conditions => {
                return Err(Cause::Condition { preset: name.clone(), reason });
            }
            Applicability::Refused(reason) => {
                wanted.warnings.push(format!("--ignore-conditions: {name} applied although {reason}"));
            }
            Applicability::Applies if edits.is_empty() => {}
            Applicability::Applies if bulk::is_one(&args.files, &args.many) => {
                wanted.notes.extend(self.notes(planned));
            }
            Applicability::Applies => planned.used.store(true, Ordering::Relaxed),
        }
        if !edits.is_empty() {
            wanted.warnings.extend(planned.rivals_in(document)?);
        }
        // What is typed goes over what a preset says.
        let is_typed = |edit: &Edit| matches!(edit, Edit::Set { key, .. } if self.set.contains_key(key));
        Ok(Some(edits.into_iter().filter(|edit| !is_typed(edit)).collect()))
    }
}

impl Planned {
    fn new(bound: ResolvedPreset) -> Self {
        let library = presets::library();
        let rivals = bound.preset.conflicts.iter().filter_map(|name| library.find(name).ok()).collect();
        Self { bound, rivals, used: AtomicBool::new(false) }
    }

    fn rivals_in(&self, document: &Document) -> Result<Vec<String>, Cause> {
        let mut warnings = Vec::new();
        for rival in &self.rivals {
            if rival.is_applied(document)? && rival.touches(document) {
                warnings.push(format!(
                    "{} does not go with {}, which the file has: look at what they say of each other with `preset show`",
                    self.bound.preset.name, rival.name
                ));
            }
        }
        Ok(warnings)
    }
}
