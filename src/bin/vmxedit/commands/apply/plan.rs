//! The edits that `apply` makes to each file: presets, then `--from`, `--unset` and `--set`.

use std::borrow::Cow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use vmxedit::edit::{EditError, IfAbsent};
use vmxedit::preset::{self, Applicability, Origin, Preset, PresetError, ResolvedPreset};
use vmxedit::transaction::Source;
use vmxedit::{Document, Edit, Key, edit};

use super::{ApplyArgs, from};
use crate::batch;
use crate::commands::preset_args;
use crate::commands::removal::Removal;
use crate::commands::set::{Assignments, Syntax};
use crate::edit::{EditPlan, Remarks, ensure_clean, problems as edit_problems};
use crate::error::{ResultExt, UsageError, in_file};
use crate::input::{Input, is_stdin};
use crate::output::Output;

/// What to do with every file.
pub(super) struct Plan<'a> {
    args: &'a ApplyArgs,
    presets: Vec<Planned>,
    from: Assignments,
    /// The entries of `from` that two VMs cannot share.
    unique: Vec<(Key, String)>,
    unset: Removal,
    set: Assignments,
}

/// A preset, and whether it has changed a file.
struct Planned {
    resolved: ResolvedPreset,
    /// Presets that conflict with it: one may be applied to a file already.
    conflicting: Vec<Preset>,
    is_used: AtomicBool,
}

impl<'a> Plan<'a> {
    pub(super) fn new(args: &'a ApplyArgs, out: &mut Output) -> anyhow::Result<Self> {
        let has_stdin = args.files.iter().any(Input::is_stdin);
        if has_stdin && !batch::is_single_file(&args.files, &args.batch) {
            return Err(UsageError::stdin_among_files().into());
        }
        let sources = args.presets.iter().filter(|word| is_stdin(word)).count()
            + usize::from(args.from.as_ref().is_some_and(Input::is_stdin));
        if usize::from(has_stdin) + sources > 1 {
            return Err(UsageError::stdin_used_twice().into());
        }
        let dialect = args.edit.dialect.of_all(&args.files);
        let syntax = if args.literal { Syntax::Literal } else { Syntax::Patterns };
        let presets = preset_args::resolve_named(&args.presets, &args.parameters, out)?;
        let from = match &args.from {
            Some(source) => from::read(source, &args.only, dialect)?,
            None => Vec::new(),
        };
        Ok(Self {
            args,
            presets: presets.into_iter().map(Planned::new).collect(),
            unique: from.iter().filter(|(key, _)| from::must_be_unique(key)).cloned().collect(),
            from: Assignments::of_keys(from),
            unset: Removal::parse(&args.unset, IfAbsent::Ignore, dialect)?,
            set: Assignments::parse(&args.set, syntax, dialect)?,
        })
    }

    /// Returns notes to print first: presets of the user that replace built-in ones.
    pub(super) fn notes_before(&self) -> impl Iterator<Item = String> {
        self.presets.iter().filter_map(|planned| match &planned.resolved.preset {
            Preset { name, origin: Origin::File(path), .. } if preset::is_built_in(name) => {
                Some(format!("{name} is read from {}, not the built-in preset", path.display()))
            }
            _ => None,
        })
    }

    /// Returns notes on presets that changed something, once for all files.
    pub(super) fn notes_after(&self) -> impl Iterator<Item = String> {
        let used = self.presets.iter().filter(|planned| planned.is_used.load(Ordering::Relaxed));
        used.flat_map(|planned| {
            let name = &planned.resolved.preset.name;
            self.notes(planned).map(move |note| format!("{name}: {note}"))
        })
    }

    fn notes<'p>(&self, planned: &'p Planned) -> impl Iterator<Item = String> + use<'p> {
        let preset = &planned.resolved.preset;
        let keeps_old = self.args.edit.save.backup_suffix().is_some() || self.args.files[0].is_stdin();
        let one_way = preset
            .irreversible
            .as_ref()
            .filter(|_| !keeps_old)
            .map(|why| format!("it cannot be reverted: {why}; --backup keeps the old file"));
        preset.notes.iter().cloned().chain(one_way)
    }

    /// Returns the edits of a file. Each step sees the result of those before it.
    pub(super) fn for_file(&self, document: &Document, source: &Source<'_>) -> anyhow::Result<EditPlan> {
        let (path, file) = (source.path, &Input::from(source));
        let (mut steps, mut info) = (Steps::new(document), Remarks::default());
        let mut applied = Vec::with_capacity(self.presets.len());
        let mut used: Vec<&Planned> = Vec::new();
        for planned in &self.presets {
            let Some(own) =
                self.edits(planned, steps.result().map_err(in_file(path))?, file, &mut info, &mut used)?
            else {
                let info = Remarks { skipped: true, ..Remarks::of_notes(info.notes) };
                return Ok(EditPlan { info, ..EditPlan::of_edits(Vec::new()) });
            };
            // The slots that the preset took: on the result it would take the next ones.
            let resolved = &planned.resolved;
            let before = steps.result().map_err(in_file(path))?;
            applied.push(resolved.for_document(before).unwrap_or(Cow::Borrowed(resolved)));
            steps.edits.extend(own);
        }
        if self.presets.len() > 1 && !steps.edits.is_empty() {
            self.ensure_all_applied(&applied, steps.result().map_err(in_file(path))?, file)?;
        }
        self.add_own_edits(&mut steps, &mut info, path)?;
        info.warnings.extend(self.shared_with_source(document, &mut steps, path)?);
        let edits = steps.edits;
        if let Some(reason) = self.problems(document, &edits, source)? {
            if !self.args.if_applicable {
                return Err(reason).at(path);
            }
            let info = Remarks { skipped: true, ..Remarks::of_notes(vec![reason.to_string()]) };
            return Ok(EditPlan { info, ..EditPlan::of_edits(Vec::new()) });
        }
        let depends_only_on_content = self.presets.is_empty();
        let plan = EditPlan { info, depends_only_on_content, ..EditPlan::of_edits(edits) };
        let plan = if self.args.strict { ensure_clean(document, plan, source)? } else { plan };
        for planned in used {
            planned.is_used.store(true, Ordering::Relaxed);
        }
        Ok(plan)
    }

    /// Returns why a preset that is `strict` does not apply: what `check` would find in the result.
    fn problems(
        &self,
        document: &Document,
        edits: &[Edit],
        source: &Source<'_>,
    ) -> anyhow::Result<Option<PresetError>> {
        let strict = self.presets.iter().find(|planned| planned.resolved.preset.strict);
        let Some(strict) = strict.filter(|_| !edits.is_empty() && !self.args.ignore_conditions) else {
            return Ok(None);
        };
        let problems = edit_problems(document, edits, source)?;
        let preset = strict.resolved.preset.name.clone();
        let refused = || PresetError::ConditionNotMet { preset, reason: problems.join("; ") };
        Ok((!problems.is_empty()).then(refused))
    }

    /// Adds the edits of `--from`, `--unset` and `--set`, in this order.
    fn add_own_edits(&self, steps: &mut Steps<'_>, remarks: &mut Remarks, path: &Path) -> anyhow::Result<()> {
        if !self.from.is_empty() {
            let (own, _) = self.from.edits(steps.result().map_err(in_file(path))?).map_err(in_file(path))?;
            steps.edits.extend(own);
        }
        if !self.unset.is_empty() {
            remarks.notes.extend(self.unset.check(steps.result().map_err(in_file(path))?)?);
            steps.edits.extend(self.unset.edits());
        }
        if !self.set.is_empty() {
            let (own, unmatched) =
                self.set.edits(steps.result().map_err(in_file(path))?).map_err(in_file(path))?;
            remarks
                .notes
                .extend(unmatched.iter().map(|pattern| format!("--set: no entry matches '{pattern}'")));
            steps.edits.extend(own);
        }
        Ok(())
    }

    /// Returns a warning for each entry that the file gets from another VM and that two VMs cannot share.
    fn shared_with_source(
        &self,
        document: &Document,
        steps: &mut Steps<'_>,
        path: &Path,
    ) -> anyhow::Result<Vec<String>> {
        if self.unique.is_empty() {
            return Ok(Vec::new());
        }
        let after = steps.result().map_err(in_file(path))?;
        let has = |document: &Document, key: &Key, value: &str| {
            document.find(key).first().is_some_and(|entry| entry.value() == value)
        };
        let copied =
            self.unique.iter().filter(|(key, value)| !has(document, key, value) && has(after, key, value));
        let warning = |(key, value): &(Key, String)| {
            format!(
                "{key} is that of the source: two VMs with {value} conflict; add --unset '{key}' to remove it"
            )
        };
        Ok(copied.map(warning).collect())
    }

    /// Refuses presets of which one undoes what another one sets.
    fn ensure_all_applied(
        &self,
        applied: &[Cow<'_, ResolvedPreset>],
        after: &Document,
        file: &Input,
    ) -> Result<(), PresetError> {
        let [rest @ .., last] = applied else { return Ok(()) };
        for resolved in rest {
            let (verdict, edits) = preset_args::evaluate(resolved, after, file)?;
            let is_set_by_user = |edit: &Edit| matches!(edit, Edit::Set { key, .. } if self.set.may_set(key));
            let is_undone = edits.iter().any(|edit| !is_set_by_user(edit))
                && !matches!(verdict, Applicability::Unneeded(_));
            if is_undone && !self.args.ignore_conditions {
                let (first, second) = (resolved.preset.name.clone(), last.preset.name.clone());
                let reason = format!("the others undo part of what {first} sets");
                return Err(PresetError::Conflict { first, second, reason });
            }
        }
        Ok(())
    }

    /// Returns the edits of one preset; `None` if it does not apply and such files are skipped. Adds it to `used` if its notes
    /// are printed once for all files.
    fn edits<'p>(
        &self,
        planned: &'p Planned,
        document: &Document,
        file: &Input,
        remarks: &mut Remarks,
        used: &mut Vec<&'p Planned>,
    ) -> Result<Option<Vec<Edit>>, PresetError> {
        let (args, preset) = (self.args, &planned.resolved.preset);
        let name = &preset.name;
        if let Some(reason) =
            preset_args::target_mismatch(preset, document, file).filter(|_| !args.if_applicable)
        {
            return Err(PresetError::WrongFile { preset: name.clone(), reason });
        }
        let (verdict, edits) = preset_args::evaluate(&planned.resolved, document, file)?;
        match verdict {
            Applicability::Unneeded(why) => {
                remarks.notes.push(format!("{name}: nothing to do: {why}"));
                return Ok(Some(Vec::new()));
            }
            Applicability::Refused(reason) if args.if_applicable => {
                remarks.notes = vec![format!("file skipped: {name} does not apply: {reason}")];
                return Ok(None);
            }
            Applicability::Refused(reason) if !args.ignore_conditions || edits.is_empty() => {
                // Without a free slot, the preset cannot be applied with --ignore-conditions either.
                planned.resolved.for_document(document)?;
                return Err(PresetError::ConditionNotMet { preset: name.clone(), reason });
            }
            Applicability::Refused(reason) => {
                remarks.warnings.push(format!("--ignore-conditions: {name} applied although {reason}"));
            }
            Applicability::Applies => {}
        }
        if !edits.is_empty() {
            if batch::is_single_file(&args.files, &args.batch) {
                remarks.notes.extend(self.notes(planned));
            } else {
                remarks.shared_notes.extend(self.notes(planned).map(|note| format!("{name}: {note}")));
                used.push(planned);
            }
            remarks.warnings.extend(preset.product_mismatch(document));
            remarks.warnings.extend(planned.conflicts_in(document)?);
        }
        // --set overrides a preset. A pattern does so later: it sets only keys that are there.
        let is_set_by_user = |edit: &Edit| matches!(edit, Edit::Set { key, .. } if self.set.names(key));
        Ok(Some(edits.into_iter().filter(|edit| !is_set_by_user(edit)).collect()))
    }
}

/// The edits of a file so far. They are applied only if the next ones depend on their result.
struct Steps<'d> {
    document: Cow<'d, Document>,
    edits: Vec<Edit>,
    /// How many of the edits `document` has.
    applied: usize,
}

impl<'d> Steps<'d> {
    fn new(document: &'d Document) -> Self {
        Self { document: Cow::Borrowed(document), edits: Vec::new(), applied: 0 }
    }

    /// Returns the document with all edits.
    fn result(&mut self) -> Result<&Document, EditError> {
        let pending = &self.edits[self.applied..];
        if !pending.is_empty() {
            self.document = Cow::Owned(edit::apply(&self.document, pending)?.0);
            self.applied = self.edits.len();
        }
        Ok(&self.document)
    }
}

impl Planned {
    fn new(resolved: ResolvedPreset) -> Self {
        let library = preset_args::library();
        let conflicting =
            resolved.preset.conflicts.iter().filter_map(|name| library.find(name).ok()).collect();
        Self { resolved, conflicting, is_used: AtomicBool::new(false) }
    }

    /// Returns a warning for each conflicting preset that the file has.
    fn conflicts_in(&self, document: &Document) -> Result<Vec<String>, PresetError> {
        let mut warnings = Vec::new();
        for other in &self.conflicting {
            if other.is_applied(document)? && other.touches(document) {
                warnings.push(format!(
                    "{} conflicts with {}, which is applied to the file: see `vmxedit preset show`",
                    self.resolved.preset.name, other.name
                ));
            }
        }
        Ok(warnings)
    }
}
