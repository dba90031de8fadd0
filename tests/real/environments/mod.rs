//! Other file systems and restricted systems: every edit is done, or refused before anything changes.

mod checks;
mod file_systems;
mod foreign_writers;
mod injected;
mod mounts;
mod names;
mod special_cases;

use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [
        checks::tests(),
        file_systems::tests(),
        foreign_writers::tests(),
        injected::tests(),
        names::tests(),
        special_cases::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
