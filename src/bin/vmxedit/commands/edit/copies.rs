//! What becomes of the private copies: those of killed runs, and the one of this run.

use vmxedit::host::private_file::{self, PrivateFile, PrivateFileError};

use crate::error::message_with_causes;
use crate::exit::Exit;
use crate::output::{Output, write_stderr};
use crate::words::quoted_path;

/// Removes the copies that killed runs of this user left, and names them.
pub(super) fn remove_abandoned(out: &mut Output) {
    // A folder that cannot be listed may still hold a new copy; if not, creating that reports it.
    for removed in private_file::remove_abandoned().unwrap_or_default() {
        match removed {
            Ok(path) => {
                let path = path.display();
                out.note(None, &format!("{path} is removed: an earlier edit that was killed left this copy"));
            }
            Err(error) => report(&error),
        }
    }
}

/// Removes the copy. Returns the exit code of that.
pub(super) fn remove(copy: PrivateFile) -> Exit {
    match copy.remove() {
        Ok(()) => Exit::Success,
        Err(error) => {
            report(&error);
            Exit::Failed
        }
    }
}

/// Keeps the copy and prints its path.
pub(super) fn keep(copy: PrivateFile) {
    match copy.keep() {
        Ok(path) => write_stderr(&format!("vmxedit: the edited text is kept as {}", path.display())),
        Err(error) => report(&error),
    }
}

fn report(error: &PrivateFileError) {
    write_stderr(&format!("vmxedit: {}", message_with_causes(error)));
    let command = match error {
        PrivateFileError::NotRemoved { path, .. } => format!("rm -r {}", quoted_path(path)),
        PrivateFileError::KeptForNow { path, .. } => format!("cp {} .", quoted_path(path)),
        _ => return,
    };
    write_stderr(&format!("hint: {command}"));
}
