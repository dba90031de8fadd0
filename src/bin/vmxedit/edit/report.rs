//! What is printed about an edit.

use vmxedit::host::Host;
use vmxedit::transaction::{Committed, Preview};
use vmxedit::vm::power::{Power, PowerState};

use super::reload::reload;
use super::{Outcome, Remarks, Request, warnings};
use crate::output::Output;
use crate::output::changes::{self, EditReport};

/// Reports an edit that changes nothing, or that is a dry run.
pub(super) fn previewed(
    preview: &Preview<Remarks>,
    request: &Request<'_>,
    host: &Host,
    out: &mut Output,
) -> Outcome {
    let mut warnings = warnings::of(preview, preview.place());
    if !preview.is_changed() {
        print(preview, &warnings, request, out);
        return if preview.info.skipped { Outcome::Skipped } else { Outcome::Unchanged };
    }
    if let Some(place) = preview.place() {
        let power = Power::assess(place, &preview.before, host);
        warnings.extend(warnings::hints(&power));
        if power.state != PowerState::Off {
            warnings.push(format!("an edit would be refused now: {}", power.reason()));
        }
        if let Err(link) = preview.check_links() {
            warnings.push(format!("an edit would be refused now: {link}"));
        }
    }
    print(preview, &warnings, request, out);
    Outcome::WouldChange
}

/// Reports an edit that is in place, and makes an ESXi host read the file again on request.
pub(super) fn committed(
    committed: &mut Committed<Remarks>,
    mut warnings: Vec<String>,
    request: &Request<'_>,
    out: &mut Output,
) -> Outcome {
    let path = &committed.place.path().to_owned();
    if let Some(power) = &committed.power {
        warnings.extend(warnings::hints(power));
        if power.state != PowerState::Off {
            out.warn_always(path, &format!("--force: edited although {}", power.reason()));
        }
    }
    warnings.extend(warnings::left_behind(&committed.left_behind));
    if let Some(link) = &committed.unlocked_link {
        warnings.push(format!(
            "the lock was taken on the file itself alone: the directory of {} cannot be written",
            link.display()
        ));
    }
    print(&committed.preview, &warnings, request, out);
    if let Some(backup) = &committed.backup {
        out.note(Some(path), &format!("the old file is kept as {}", backup.display()));
    }
    let outcome = if committed.preview.is_changed() {
        out.edit_committed();
        reload(&committed.place, request, out)
    } else {
        Outcome::Unchanged
    };
    match committed.incomplete.take() {
        None => outcome,
        Some(error) => {
            out.error(None, &error.into());
            Outcome::Incomplete
        }
    }
}

/// Prints the changes of an edit, its notes and warnings.
pub(super) fn print(
    preview: &Preview<Remarks>,
    warnings: &[String],
    request: &Request<'_>,
    out: &mut Output,
) {
    let path = preview.path();
    for note in &preview.info.notes {
        out.note(Some(path), note);
    }
    if !preview.is_changed() && out.verbose {
        out.note(Some(path), "nothing to change");
    }
    changes::print(
        out,
        &EditReport {
            file: path,
            changed: preview.is_changed(),
            changes: &preview.changes,
            dry_run: request.is_dry_run(),
            warnings,
            notes: &preview.info.notes,
            skipped: preview.info.skipped,
            diff: request.args.preview.diff.then_some((&preview.before, &preview.after)),
            secrets: request.secrets(),
        },
    );
}
