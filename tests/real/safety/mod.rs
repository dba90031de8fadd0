//! Edits under locks, races, faults and other users.

mod concurrent_edits;
mod esxi;
mod fault_injection;
mod locking;
mod namespaces;
mod power_state;
mod saving;
mod special_files;
mod summaries;
mod system_calls;
mod tool_programs;

use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [
        concurrent_edits::tests(),
        esxi::tests(),
        fault_injection::tests(),
        locking::tests(),
        namespaces::tests(),
        power_state::tests(),
        saving::tests(),
        special_files::tests(),
        summaries::tests(),
        system_calls::tests(),
        tool_programs::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
