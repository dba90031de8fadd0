//! Files on other hosts: a real server of SSH, with the shells and tools that hosts have.

mod attacks;
mod backups;
mod esxi_lock;
mod evidence;
mod failures;
mod faults;
mod hosts;
mod many;
mod metadata;
mod names;
mod power;
mod same_as_local;
mod saving;
mod tools;

use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [
        attacks::tests(),
        backups::tests(),
        esxi_lock::tests(),
        evidence::tests(),
        metadata::tests(),
        failures::tests(),
        faults::tests(),
        hosts::tests(),
        many::tests(),
        names::tests(),
        power::tests(),
        same_as_local::tests(),
        saving::tests(),
        tools::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
