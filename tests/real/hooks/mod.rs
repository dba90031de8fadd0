//! The examples of `docs/hooks`, run with the programs that they are for.

mod builders;
mod checks;
mod files;
mod page;
mod services;

use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [builders::tests(), checks::tests(), files::tests(), page::tests(), services::tests()]
        .into_iter()
        .flatten()
        .collect()
}
