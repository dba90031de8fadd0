//! What is printed about an edit.

use std::path::Path;

use vmxedit::host::Host;
use vmxedit::transaction::{Committed, Preview, Source};
use vmxedit::vm::power::{Power, PowerState};

use super::reload::{reload, reload_unchanged};
use super::{Outcome, Remarks, Request, warnings};
use crate::error::message_with_causes;
use crate::output::Output;
use crate::output::changes::{self, EditReport};

/// Reports an edit that changes nothing, or that is a dry run.
///
/// # Errors
/// With `--reload`, the host does not read the file again.
pub(super) fn previewed(
    preview: &Preview<Remarks>,
    request: &Request<'_>,
    host: &Host,
    out: &mut Output,
) -> anyhow::Result<Outcome> {
    let mut remarks = Remarks {
        warnings: warnings::of(preview, preview.place().and_then(|place| Source::from(place).folder())),
        ..preview.info.clone()
    };
    if !preview.is_changed() {
        let reloaded = preview.place().map(|place| reload_unchanged(place, request, &mut remarks));
        print(preview, &remarks, request, out);
        reloaded.transpose()?;
        return Ok(if preview.info.skipped { Outcome::Skipped } else { Outcome::Unchanged });
    }
    if let Some(place) = preview.place() {
        let power = Power::assess(place, &preview.before, host);
        remarks.warnings.extend(warnings::hints(&power));
        if power.state != PowerState::Off {
            remarks.warnings.push(format!("an edit would be refused now: {}", power.reason()));
        }
        if let Err(link) = preview.check_links() {
            remarks.warnings.push(format!("an edit would be refused now: {link}"));
        }
        if let Err(error) = preview.check_file(&request.options) {
            remarks.warnings.push(format!("an edit would be refused now: {}", message_with_causes(&error)));
        }
    }
    print(preview, &remarks, request, out);
    Ok(Outcome::WouldChange)
}

/// Makes an ESXi host read the file again on request, and reports an edit that is in place.
pub(super) fn committed(
    committed: &mut Committed<Remarks>,
    warnings: Vec<String>,
    request: &Request<'_>,
    out: &mut Output,
) -> Outcome {
    let mut remarks = Remarks { warnings, ..committed.preview.info.clone() };
    if let Some(power) = &committed.power {
        remarks.warnings.extend(warnings::hints(power));
        if power.state != PowerState::Off {
            remarks.overridden = Some(format!("--force: edited although {}", power.reason()));
        }
    }
    remarks.warnings.extend(warnings::left_behind(&committed.left_behind));
    if let Some(link) = &committed.unlocked_link {
        remarks.warnings.push(format!(
            "the lock was taken on the file itself alone: the directory of {} cannot be written",
            link.display()
        ));
    }
    let mut outcome = Outcome::Unchanged;
    if committed.preview.is_changed() {
        out.edit_committed();
        outcome = reload(&committed.place, request, &mut remarks);
    }
    print_saved(&committed.preview, committed.backup.as_deref(), &remarks, request, out);
    match committed.incomplete.take() {
        None => outcome,
        Some(error) => {
            out.error(None, &error.into());
            Outcome::Incomplete
        }
    }
}

/// Prints the changes of an edit that left no backup, its notes and warnings.
pub(super) fn print(preview: &Preview<Remarks>, remarks: &Remarks, request: &Request<'_>, out: &mut Output) {
    print_saved(preview, None, remarks, request, out);
}

pub(super) fn print_saved(
    preview: &Preview<Remarks>,
    backup: Option<&Path>,
    remarks: &Remarks,
    request: &Request<'_>,
    out: &mut Output,
) {
    if !preview.is_changed() && request.args.verbose {
        out.note(Some(preview.path()), "nothing to change");
    }
    changes::print(
        out,
        &EditReport {
            file: preview.path(),
            changed: preview.is_changed(),
            changes: &preview.changes,
            dry_run: request.is_dry_run(),
            overridden: remarks.overridden.as_deref(),
            warnings: &remarks.warnings,
            failures: &remarks.failures,
            notes: &remarks.notes,
            shared_notes: &remarks.shared_notes,
            skipped: remarks.skipped,
            backup,
            diff: request.args.preview.diff.then_some((&preview.before, &preview.after)),
            secrets: request.secrets(),
        },
    );
}
