//! Which virtual machines a file belongs to. It looks at names alone.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The configurations of the virtual machines that must be off while `file` is edited, `file` itself among them where it
/// is one.
///
/// - Snapshots (`x.vmsd`) and disks (`x.vmdk`) belong to `x.vmx` or `x.vmtx` beside them, and failing that to the VM beside
///   them; where several stand there, to every one.
/// - A template (`x.vmtx`) is a VM of its own; an `x.vmx` beside it counts as well.
/// - VMware's own settings (`config`, `preferences`, `settings.ini`, `inventory.vmls`) and Java properties belong to none.
///
/// # Errors
/// The folder cannot be listed.
pub fn configurations(file: &Path) -> io::Result<Vec<PathBuf>> {
    if is_settings(file) || is(file, "properties") {
        return Ok(Vec::new());
    }
    let is_template = is(file, "vmtx");
    if !(is(file, "vmsd") || is(file, "vmdk") || is_template) {
        return Ok(vec![file.to_owned()]);
    }
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = directory.join(entry?.file_name());
        if path != file && (is(&path, "vmx") || is(&path, "vmtx")) && path.is_file() {
            beside.push(path);
        }
    }
    beside.sort();
    let of_its_name: Vec<PathBuf> =
        beside.iter().filter(|path| path.file_stem() == file.file_stem()).cloned().collect();
    Ok(match of_its_name.is_empty() {
        _ if is_template => {
            let machine = of_its_name.into_iter().filter(|path| is(path, "vmx"));
            machine.chain([file.to_owned()]).collect()
        }
        true => beside,
        false => of_its_name,
    })
}

/// Whether a file can be a VM's or a template's own configuration: its name says nothing else.
pub fn is_configuration(file: &Path) -> bool {
    let of_others = ["properties", "vmsd", "vmdk", "vmxf", "vmls"].iter().any(|ending| is(file, ending));
    !of_others && !is_settings(file)
}

/// VMware's settings, of a host or a user.
fn is_settings(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let names = ["config", "config.ini", "preferences", "preferences.ini", "settings.ini", "vminventory"];
    names.contains(&&*name) || is(file, "vmls")
}

fn is(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found: &OsStr| found.eq_ignore_ascii_case(ending))
}
