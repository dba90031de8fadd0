//! Makes an ESXi host read an edited file again.

use std::path::Path;

use vmxedit::host::tools::Reload;
use vmxedit::host::{Host, Place, VmId};

use super::{Outcome, Remarks, Request};
use crate::error::{ProgramError, at_path};

/// Refuses `--reload` where nothing can be reloaded, before anything is changed.
///
/// # Errors
/// [`ProgramError::NoReload`].
pub(super) fn check(host: &Host, path: &Path, request: &Request<'_>) -> anyhow::Result<()> {
    if request.args.save.reload && !host.needs_reload() {
        return Err(at_path(ProgramError::NoReload, path));
    }
    Ok(())
}

/// Reloads the VM with `--reload`; otherwise notes that the host has not read the file. ESXi's hostd keeps the parsed
/// file in memory and does not read the file again by itself.
pub(super) fn reload(place: &Place, request: &Request<'_>, remarks: &mut Remarks) -> Outcome {
    let host = request.host();
    let vm = VmId::of(&**place.folder(), place.name());
    if !request.args.save.reload {
        remarks.notes.extend(advice(&host, &|| host.registered_id(&vm), None));
        return Outcome::Changed;
    }
    outcome(host.reload(&vm), remarks)
}

/// Reloads the VM with `--reload` although the edit changes nothing: the host may not have read the file after an earlier one.
///
/// # Errors
/// [`ProgramError::NotReloaded`].
pub(super) fn reload_unchanged(
    place: &Place,
    request: &Request<'_>,
    remarks: &mut Remarks,
) -> anyhow::Result<()> {
    if !wants_reload_only(request, remarks) {
        return Ok(());
    }
    let vm = VmId::of(&**place.folder(), place.name());
    note(request.host().reload(&vm), remarks)
        .map_err(|why| at_path(ProgramError::NotReloaded { why }, place.path()))
}

/// Returns whether an edit that changes nothing makes the host read the file again.
pub(super) fn wants_reload_only(request: &Request<'_>, remarks: &Remarks) -> bool {
    request.args.save.reload && !request.is_dry_run() && !remarks.skipped
}

/// Reports what became of the reload of an edited file.
pub(super) fn outcome(reload: Reload, remarks: &mut Remarks) -> Outcome {
    match note(reload, remarks) {
        Ok(()) => Outcome::Changed,
        Err(why) => {
            remarks.failures.push(format!("edited, but the host did not read the file again: {why}"));
            Outcome::Incomplete
        }
    }
}

/// Notes what became of a reload.
///
/// # Errors
/// The reason why it failed.
pub(super) fn note(reload: Reload, remarks: &mut Remarks) -> Result<(), String> {
    let note = match reload {
        Reload::Done => "the host has read the file again",
        Reload::NotRegistered => "the VM is not registered on this host: nothing to reload",
        Reload::Failed(why) => return Err(why),
    };
    remarks.notes.push(note.to_owned());
    Ok(())
}

/// Returns what to do about a host that keeps the configuration in memory. `connect` is the shell command that connects to it.
pub(super) fn advice(
    host: &Host,
    registered_id: &dyn Fn() -> Result<Option<String>, String>,
    connect: Option<String>,
) -> Option<String> {
    if !host.needs_reload() {
        return None;
    }
    let id = match registered_id() {
        Ok(Some(id)) => id,
        Ok(None) => return None,
        Err(_) => "ID".to_owned(),
    };
    let connect = connect.map(|command| command + " ").unwrap_or_default();
    Some(format!(
        "the host has not read the file yet: use --reload, or run {connect}vim-cmd vmsvc/reload {id}"
    ))
}
