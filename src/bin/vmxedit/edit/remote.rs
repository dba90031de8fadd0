//! The path of a change to a file on another host: read, preview, replace, report. If the file or the evidence has
//! changed when the host compares them, all of it is done again.

use std::sync::Arc;

use vmxedit::file::SaveError;
use vmxedit::host::FolderView as _;
use vmxedit::host::tools::Reload;
use vmxedit::remote::{Depth, RemoteFile, RemoteSave, Replaced, Replacement};
use vmxedit::transaction::{Durability, Patience, PowerCheck, Preview, Source};
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Document, ErrorKind};

use super::{Edited, Outcome, Progress, Remarks, Request, reload, report, warnings};
use crate::error::{ProgramError, at_path, blocking_power};
use crate::output::Output;
use crate::remote;
use crate::signals;

/// How often the file may change between reading and replacing it.
const MAX_ATTEMPTS: usize = 50;

/// Edits a file on another host.
pub(super) fn edit_remote(
    mut file: Arc<RemoteFile>,
    request: &Request<'_>,
    out: &mut Output,
) -> anyhow::Result<Edited> {
    let mut patience = Patience::new(request.options.wait);
    let mut progress = Progress::default();
    let mut attempts = 0;
    reload::check(file.host(), file.shown(), request)?;
    loop {
        match attempt(&file, &patience, request) {
            Ok(Attempt::Final(preview)) => {
                let outcome = previewed(&file, &preview, request, out)?;
                return Ok(Edited { outcome, after: preview.after });
            }
            Ok(Attempt::Done { preview, saved, power }) => {
                out.clear_progress();
                return Ok(report_saved(&file, preview, saved, &power, request, out));
            }
            Ok(Attempt::Changed) if attempts < MAX_ATTEMPTS => attempts += 1,
            Ok(Attempt::Changed) => return Err(ErrorKind::from(SaveError::Changed).at(file.shown()).into()),
            Err(error) => {
                let power = blocking_power(&error).filter(|power| patience.allows(power));
                let Some(power) = power else {
                    out.clear_progress();
                    return Err(error);
                };
                progress.show(file.shown(), power, out);
                patience.pause(&request.options.interrupt).map_err(|kind| kind.at(file.shown()))?;
            }
        }
        file = remote::read(file.address(), Depth::View)?;
    }
}

/// What became of an attempt to edit the file.
enum Attempt {
    /// Nothing is left to do but to report the preview.
    Final(Preview<Remarks>),
    Done {
        preview: Preview<Remarks>,
        saved: RemoteSave,
        power: Power,
    },
    Changed,
}

/// Computes the edit and replaces the file.
fn attempt(file: &Arc<RemoteFile>, patience: &Patience, request: &Request<'_>) -> anyhow::Result<Attempt> {
    if request.opens_editor() {
        // The work in the editor is not to be lost.
        refuse_unless_off(file, &file.assess(&Document::parse(file.bytes())), request)?;
        file.check_links().map_err(|refused| ErrorKind::RefusedByHost(refused).at(file.shown()))?;
        check_writable(file, request)?;
    }
    let preview = preview(file, request)?;
    if request.is_final(&preview) {
        return Ok(Attempt::Final(preview));
    }
    signals::watch();
    replace(file, preview, patience, request)
}

fn refuse_unless_off(file: &RemoteFile, power: &Power, request: &Request<'_>) -> anyhow::Result<()> {
    if request.options.power == PowerCheck::Require && power.state != PowerState::Off {
        return Err(ErrorKind::Blocked(Box::new(power.clone())).at(file.shown()).into());
    }
    Ok(())
}

fn check_writable(file: &RemoteFile, request: &Request<'_>) -> anyhow::Result<()> {
    let checked = file.check_writable(request.options.hard_links);
    Ok(checked.map_err(|error| ErrorKind::from(error).at(file.shown()))?)
}

fn preview(file: &Arc<RemoteFile>, request: &Request<'_>) -> anyhow::Result<Preview<Remarks>> {
    let source = Source::of_remote(file);
    Preview::of_bytes(file.bytes(), &source, &request.options, &request.planner())
}

/// Checks that the VM is off, and replaces the file.
fn replace(
    file: &RemoteFile,
    preview: Preview<Remarks>,
    patience: &Patience,
    request: &Request<'_>,
) -> anyhow::Result<Attempt> {
    let options = &request.options;
    let power = file.assess(&preview.before);
    refuse_unless_off(file, &power, request)?;
    check_writable(file, request)?;
    let signal = signals::SignalFlag::new();
    let replacement = Replacement {
        content: preview.bytes(),
        backup: options.backup.clone().filter(|_| preview.existing_backup(options).is_none()),
        modified: preview.modified(),
        metadata: options.metadata,
        hard_links: options.hard_links,
        durable: options.durability == Durability::Immediate,
        requires_off: options.power == PowerCheck::Require,
        patience: patience.peer_timeout(),
        reload: request.args.save.reload,
        interrupt: signal.flag(),
    };
    let failed = |kind: ErrorKind| anyhow::Error::from(kind.at(file.shown()));
    match file.replace(&replacement) {
        Ok(Replaced::Done(saved)) => Ok(Attempt::Done { preview, saved, power }),
        Ok(Replaced::Changed) => Ok(Attempt::Changed),
        Ok(Replaced::Locked { holder, state }) => {
            Err(failed(ErrorKind::Blocked(Box::new(power.with_lock(&holder, state)))))
        }
        Ok(Replaced::Refused(refused)) => Err(failed(ErrorKind::RefusedByHost(refused))),
        Ok(_) => Err(failed(ErrorKind::from(SaveError::Changed))),
        Err(error) => Err(failed(ErrorKind::from(error))),
    }
}

/// Reports an edit that changes nothing, or that is a dry run.
fn previewed(
    file: &Arc<RemoteFile>,
    preview: &Preview<Remarks>,
    request: &Request<'_>,
    out: &mut Output,
) -> anyhow::Result<Outcome> {
    let mut remarks =
        Remarks { warnings: warnings::of(preview, Source::of_remote(file).folder()), ..preview.info.clone() };
    if !preview.is_changed() {
        let reloaded = reload_unchanged(file, request, &mut remarks);
        report::print(preview, &remarks, request, out);
        reloaded?;
        return Ok(if preview.info.skipped { Outcome::Skipped } else { Outcome::Unchanged });
    }
    let power = file.assess(&preview.before);
    remarks.warnings.extend(warnings::hints(&power));
    let mut refuse = |why: String| remarks.warnings.push(format!("an edit would be refused now: {why}"));
    if power.state != PowerState::Off {
        refuse(power.reason());
    }
    if let Err(refused) = file.check_links() {
        refuse(refused.to_string().trim_start_matches("refused: ").to_owned());
    }
    if let Err(error) = file.check_writable(request.options.hard_links) {
        refuse(error.to_string());
    }
    report::print(preview, &remarks, request, out);
    Ok(Outcome::WouldChange)
}

/// Reloads the VM with `--reload` although the edit changes nothing.
fn reload_unchanged(file: &RemoteFile, request: &Request<'_>, remarks: &mut Remarks) -> anyhow::Result<()> {
    if !reload::wants_reload_only(request, remarks) {
        return Ok(());
    }
    let reloaded = file.reload().map_err(|error| ErrorKind::from(error).at(file.shown()))?;
    reload::note(reloaded, remarks).map_err(|why| at_path(ProgramError::NotReloaded { why }, file.shown()))
}

fn report_saved(
    file: &Arc<RemoteFile>,
    preview: Preview<Remarks>,
    saved: RemoteSave,
    power: &Power,
    request: &Request<'_>,
    out: &mut Output,
) -> Edited {
    let mut remarks = Remarks {
        warnings: warnings::of(&preview, Source::of_remote(file).folder()),
        ..preview.info.clone()
    };
    remarks.warnings.extend(warnings::hints(power));
    if power.state != PowerState::Off {
        remarks.overridden = Some(format!("--force: edited although {}", power.reason()));
    }
    out.edit_committed();
    let mut outcome = reloaded(file, saved.reloaded, &mut remarks);
    let backup = saved.backup.map(|name| file.folder().path_of(&name));
    let backup = backup.or_else(|| preview.existing_backup(&request.options).map(ToOwned::to_owned));
    report::print_saved(&preview, backup.as_deref(), &remarks, request, out);
    if let Some(why) = saved.not_confirmed {
        let error = SaveError::NotConfirmed(std::io::Error::other(why));
        out.error(None, &ErrorKind::from(error).at(file.shown()).into());
        outcome = Outcome::Incomplete;
    }
    Edited { outcome, after: preview.after }
}

/// Adds what became of reading the configuration again on ESXi.
fn reloaded(file: &RemoteFile, reloaded: Option<Reload>, remarks: &mut Remarks) -> Outcome {
    let Some(reloaded) = reloaded else {
        let connect = remote::shell_command(&file.address().host);
        remarks.notes.extend(reload::advice(file.host(), &|| file.registered_id(), Some(connect)));
        return Outcome::Changed;
    };
    reload::outcome(reloaded, remarks)
}
