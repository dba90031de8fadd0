//! Making an ESXi host see an edit.

use std::path::Path;

use vmxedit::vm::host::tools::{self, Reload};

use super::Outcome;
use crate::args::EditArgs;
use crate::output::Output;

/// ESXi's hostd keeps the parsed file in memory: it does not see the edit until it reads the file again.
pub(super) fn reload(path: &Path, editing: &EditArgs, report: &mut Output) -> Outcome {
    if !editing.save.reload {
        if tools::needs_reload() {
            report.note(
                Some(path),
                "the host has not read it yet: --reload, or vim-cmd vmsvc/reload, makes it do so",
            );
        }
        return Outcome::Changed;
    }
    match tools::reload(path) {
        Reload::Done => report.note(Some(path), "the host has read it again"),
        Reload::NotRegistered => {
            report.note(Some(path), "the VM is not registered on this host: nothing to reload");
        }
        Reload::Failed(why) => {
            report.warn(path, &format!("edited, but the host was not made to read it again: {why}"));
            return Outcome::NotReloaded;
        }
    }
    Outcome::Changed
}
