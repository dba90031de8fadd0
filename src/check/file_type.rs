//! Detects VMware's other files, such as a `.vmsd`, by their keys or by their names.

use std::path::Path;

use crate::document::{Dialect, Document, FormatError};
use crate::vm::owner;

const SNAPSHOTS: &str = "a VM's list of snapshots (.vmsd)";
const PREFERENCES: &str = "VMware's preferences";
const INVENTORY: &str = "VMware's list of VMs (inventory.vmls)";
const DISK: &str = "a virtual disk's descriptor (.vmdk)";
const NETWORKING: &str = "VMware's network settings (networking)";

/// Key prefixes, in lower case, and the type of file in which every key starts with one of them.
const OTHER_TYPES: [(&[&str], &str); 4] = [
    (&["snapshot"], SNAPSHOTS),
    (&["pref.", "prefvmx.", "hint.", "webupdate"], PREFERENCES),
    (&["vmlist", "index"], INVENTORY),
    (&["version", "cid", "parentcid", "createtype", "parentfilenamehint", "encoding", "ddb."], DISK),
];

/// Fails if the keys of `document` show that it is another type of dictionary than a VM's configuration.
///
/// # Errors
/// A [`FormatError`] that names the type.
pub fn ensure_vmx(document: &Document) -> Result<(), FormatError> {
    match type_of(document) {
        Some(what) => Err(FormatError::new(what)),
        None => Ok(()),
    }
}

/// Fails if `document` is not the configuration of a VM by its keys, or by the name `path` of its file.
///
/// # Errors
/// A [`FormatError`] that names the type.
pub fn ensure_configuration(document: &Document, path: &Path) -> Result<(), FormatError> {
    ensure_vmx(document)?;
    if document.dialect() == Dialect::Vmx && owner::is_vm_config_name(path) {
        return Ok(());
    }
    Err(FormatError::new(type_of_name(path)))
}

fn type_of(document: &Document) -> Option<&'static str> {
    let keys = || {
        let keys = document.entries().map(|entry| entry.key());
        keys.filter(|key| !key.eq_ignore_ascii_case(".encoding"))
    };
    keys().next()?;
    let starts_with = |key: &str, prefix: &str| {
        key.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let (_, what) = OTHER_TYPES
        .iter()
        .find(|(prefixes, _)| keys().all(|key| prefixes.iter().any(|prefix| starts_with(&key, prefix))))?;
    // The settings of VMware's networks start with VERSION=1,0, and their other lines are not entries.
    let is_version = |key: &str| key.eq_ignore_ascii_case("version");
    if *what == DISK && keys().all(|key| is_version(&key)) {
        let mut lines = document.lines().map(|line| line.text);
        return lines.any(|text| text.starts_with("answer ")).then_some(NETWORKING);
    }
    Some(what)
}

/// Describes the type of a file whose name is not that of a VM's configuration.
fn type_of_name(path: &Path) -> &'static str {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "vmsd" => SNAPSHOTS,
        "vmdk" => DISK,
        "vmls" => INVENTORY,
        "vmxf" => "a VM's team data (.vmxf)",
        "properties" => "Java properties",
        _ => match name.as_str() {
            "preferences" | "preferences.ini" => PREFERENCES,
            "vminventory" => INVENTORY,
            _ => "VMware's settings",
        },
    }
}
