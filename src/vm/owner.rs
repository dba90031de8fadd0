//! Finds the virtual machines that a file belongs to. It looks at names only, never at contents.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use crate::host::{FileKind, FolderView};

/// Returns the names of the configurations of the virtual machines that must be off while `file`, in `folder`, is edited,
/// `file` itself among them where it is one.
///
/// - Snapshots (`x.vmsd`) and disks (`x.vmdk`) belong to `x.vmx` or `x.vmtx` in their folder, and where neither exists to
///   every VM in their folder.
/// - A template (`x.vmtx`) is a separate VM; an `x.vmx` next to it counts as well.
/// - VMware's own settings (`config`, `preferences`, `settings.ini`, `inventory.vmls`) and Java properties belong to no
///   VM.
///
/// # Errors
/// The folder cannot be listed.
pub(crate) fn owning_vms(folder: &dyn FolderView, file: &OsStr) -> io::Result<Vec<OsString>> {
    let path = Path::new(file);
    if is_settings(path) || is(path, "properties") {
        return Ok(Vec::new());
    }
    let is_template = is(path, "vmtx");
    if !(is(path, "vmsd") || is(path, "vmdk") || is_template) {
        return Ok(vec![file.to_owned()]);
    }
    let mut in_folder = Vec::new();
    for name in folder.names()? {
        let other = Path::new(&name);
        let is_regular = || folder.stat(other).is_ok_and(|stat| stat.kind == FileKind::Regular);
        if name != file && (is(other, "vmx") || is(other, "vmtx")) && is_regular() {
            in_folder.push(name);
        }
    }
    in_folder.sort();
    let mut same_stem = in_folder.clone();
    same_stem.retain(|name| Path::new(name).file_stem() == path.file_stem());
    if is_template {
        same_stem.retain(|name| is(Path::new(name), "vmx"));
        same_stem.push(file.to_owned());
        return Ok(same_stem);
    }
    Ok(if same_stem.is_empty() { in_folder } else { same_stem })
}

/// Returns whether the name of `file` allows it to be the configuration of a VM or a template.
pub fn is_vm_config_name(file: &Path) -> bool {
    let of_other_types =
        ["properties", "vmsd", "vmdk", "vmxf", "vmls"].iter().any(|extension| is(file, extension));
    !of_other_types && !is_settings(file)
}

/// Returns whether the name is that of VMware's settings for a host or a user.
fn is_settings(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let names = ["config", "config.ini", "preferences", "preferences.ini", "settings.ini", "vminventory"];
    names.contains(&&*name) || is(file, "vmls")
}

fn is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found: &OsStr| found.eq_ignore_ascii_case(extension))
}
