//! Making an ESXi host see an edit.

use std::path::Path;

use vmxedit::vm::host::tools::Reload;

use super::{Outcome, fresh_host};
use crate::cli::Editing;
use crate::report::Report;

/// ESXi's hostd keeps the parsed file in memory: it does not see the edit until it reads the file again.
pub(super) fn reload(path: &Path, editing: &Editing, report: &mut Report) -> Outcome {
    if !editing.reload {
        if fresh_host().needs_reload() {
            report.note(
                Some(path),
                "the host has not read it yet: --reload, or vim-cmd vmsvc/reload, makes it do so",
            );
        }
        return Outcome::Changed;
    }
    match fresh_host().reload(path) {
        Reload::Done => report.note(Some(path), "the host has read it again"),
        Reload::NotRegistered => {
            report.note(Some(path), "the VM is not registered on this host: nothing to reload");
        }
        Reload::Failed(why) => {
            report.warn(path, &format!("edited, but the host was not made to read it again: {why}"));
            return Outcome::NotReloaded;
        }
        // A result that this version does not know.
        _ => return Outcome::NotReloaded,
    }
    Outcome::Changed
}
