//! The Ansible collection in `contrib/ansible`, with real Ansible.

mod collection;
mod documents;
mod fleet;
mod install;
mod inventory;
mod modules;

use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [
        collection::tests(),
        documents::tests(),
        fleet::tests(),
        install::tests(),
        inventory::tests(),
        modules::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
