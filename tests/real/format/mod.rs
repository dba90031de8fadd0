//! Files compared with VMware's parser, Java, virt-v2v and real files.

mod catalog;
mod check_real_files;
mod every_file;
mod guarantees;
mod java_properties;
pub(crate) mod vmware_parser;

use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [
        catalog::tests(),
        check_real_files::tests(),
        every_file::tests(),
        guarantees::tests(),
        java_properties::tests(),
        vmware_parser::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
