//! Detects VMware's other dictionaries, such as a `.vmsd`, by their keys.

use crate::document::{Document, FormatError};

/// Key prefixes, in lower case, and the type of file in which every key starts with one of them.
const OTHER_TYPES: [(&[&str], &str); 4] = [
    (&["snapshot"], "a VM's list of snapshots (.vmsd)"),
    (&["pref.", "prefvmx.", "hint.", "webupdate"], "VMware's preferences"),
    (&["vmlist", "index"], "VMware's list of VMs (inventory.vmls)"),
    (
        &["version", "cid", "parentcid", "createtype", "parentfilenamehint", "encoding", "ddb."],
        "a virtual disk's descriptor (.vmdk)",
    ),
];

/// Fails if the keys of `document` show that it is another type of dictionary than a VM's configuration.
///
/// # Errors
/// A [`FormatError`] that names the type.
pub fn ensure_vmx(document: &Document) -> Result<(), FormatError> {
    let keys: Vec<String> = document
        .entries()
        .map(|entry| entry.key().to_ascii_lowercase())
        .filter(|key| key != ".encoding")
        .collect();
    let all_start_with = |prefixes: &[&str]| {
        !keys.is_empty() && keys.iter().all(|key| prefixes.iter().any(|prefix| key.starts_with(prefix)))
    };
    match OTHER_TYPES.iter().find(|(prefixes, _)| all_start_with(prefixes)) {
        Some((_, what)) => Err(FormatError::new(*what)),
        None => Ok(()),
    }
}
