//! Makes an ESXi host read an edited file again.

use vmxedit::host::tools::Reload;
use vmxedit::host::{Host, Place, VmId};

use super::{Outcome, Remarks, Request};

/// Reloads the VM with `--reload`; otherwise notes that the host has not read the file. ESXi's hostd keeps the parsed
/// file in memory and does not read the file again by itself.
pub(super) fn reload(place: &Place, request: &Request<'_>, remarks: &mut Remarks) -> Outcome {
    let host = request.host();
    if !request.args.save.reload {
        remarks.notes.extend(advice(&host));
        return Outcome::Changed;
    }
    outcome(host.reload(&VmId::of(&**place.folder(), place.name())), remarks)
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

/// Returns what to do about a host that keeps the configuration in memory.
pub(super) fn advice(host: &Host) -> Option<String> {
    let text = "the host has not read the file yet: use --reload, or run vim-cmd vmsvc/reload ID";
    host.needs_reload().then(|| text.to_owned())
}
