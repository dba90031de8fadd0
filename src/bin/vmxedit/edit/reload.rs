//! Makes an ESXi host read an edited file again.

use vmxedit::host::tools::Reload;
use vmxedit::host::{Place, VmId};

use super::{Outcome, Request};
use crate::output::Output;

/// Reloads the VM with `--reload`; otherwise notes that the host has not read the file. ESXi's hostd keeps the parsed
/// file in memory and does not read the file again by itself.
pub(super) fn reload(place: &Place, request: &Request<'_>, out: &mut Output) -> Outcome {
    let path = place.path();
    let host = request.host();
    if !request.args.save.reload {
        if host.needs_reload() {
            out.note(
                Some(path),
                "the host has not read the file yet: use --reload, or run vim-cmd vmsvc/reload ID",
            );
        }
        return Outcome::Changed;
    }
    match host.reload(&VmId::in_folder_of(place, place.name())) {
        Reload::Done => out.note(Some(path), "the host has read the file again"),
        Reload::NotRegistered => {
            out.note(Some(path), "the VM is not registered on this host: nothing to reload");
        }
        Reload::Failed(reason) => {
            out.warn(path, &format!("edited, but the host did not read the file again: {reason}"));
            return Outcome::Incomplete;
        }
    }
    Outcome::Changed
}
