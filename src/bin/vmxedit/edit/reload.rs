//! Makes an ESXi host read an edited file again.

use vmxedit::host::tools::Reload;
use vmxedit::host::{Host, Place, VmId};

use super::{Outcome, Remarks, Request};

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

/// Reports what became of the reload.
pub(super) fn outcome(reload: Reload, remarks: &mut Remarks) -> Outcome {
    match reload {
        Reload::Done => remarks.notes.push("the host has read the file again".to_owned()),
        Reload::NotRegistered => {
            remarks.notes.push("the VM is not registered on this host: nothing to reload".to_owned());
        }
        Reload::Failed(reason) => {
            let warning = format!("edited, but the host did not read the file again: {reason}");
            remarks.warnings.push(warning);
            return Outcome::Incomplete;
        }
    }
    Outcome::Changed
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
