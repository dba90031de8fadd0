//! Rules for the files in the folder of the `.vmx`: those that must exist, and those that should not.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::path::Path;

use crate::catalog;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::file_kind::FileKind;
use crate::check::neighbors::{Neighbors, Presence};
use crate::check::reporter::Reporter;
use crate::check::{Severity, disks, snapshots};
use crate::document::{Document, Encryption};
use crate::file;
use crate::file::MAX_FILE_SIZE;
use crate::vm::descriptor::Extent;
use crate::vm::lock::{self, LockState};
use crate::vm::snapshots::{Snapshots, list_name};
use crate::vm::working_dir;

pub(super) fn missing_disk(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    let mut alone = None;
    for entry in disk_files(context, Presence::Missing) {
        let finding = reporter.at_value(entry, format!("the disk '{}' does not exist", entry.shown()));
        if let Some(data) = data_file(neighbors, &entry.value) {
            finding.help(format!("its data file '{data}' exists: restore the descriptor"));
        } else if *alone.get_or_insert_with(|| is_alone(context, neighbors)) {
            let help = "restore the disk unless this is a lone copy of the .vmx, or a template";
            finding.capped_at(Severity::Note).help(help);
        } else {
            finding.help("restore the disk, or name another file");
        }
    }
}

/// Returns the file next to a missing descriptor that holds the data of its disk, if there is one.
fn data_file(neighbors: &Neighbors<'_>, descriptor: &str) -> Option<String> {
    let stem = descriptor.strip_suffix(".vmdk")?;
    let names = ["-flat.vmdk", "-delta.vmdk", "-sesparse.vmdk"].map(|end| format!("{stem}{end}"));
    names.into_iter().find(|name| neighbors.presence(name) == Presence::Exists)
}

pub(super) fn missing_image(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    let mut alone = None;
    for drive in context.drives().chain(context.present_devices("floppy")) {
        if !drive.has_value("devicetype", "cdrom-image") && !drive.has_value("filetype", "file") {
            continue;
        }
        let file = drive.entry("filename").filter(|entry| !entry.is_unfinished());
        let Some(entry) = file else { continue };
        if catalog::is_empty_drive(&entry.value)
            || drive.has_value("startconnected", "FALSE")
            || neighbors.presence(&entry.value) != Presence::Missing
        {
            continue;
        }
        let help = format!("name another image, or set {drive}.startConnected = \"FALSE\"");
        let finding = reporter.at_value(entry, format!("the image '{}' does not exist", entry.shown()));
        finding.help(help);
        if *alone.get_or_insert_with(|| is_alone(context, neighbors)) {
            finding.capped_at(Severity::Note);
        }
    }
}

pub(super) fn missing_nvram(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    if let Some(entry) = missing_file(context, "nvram") {
        let message = format!("the NVRAM file '{}' does not exist", entry.shown());
        reporter.at_value(entry, message).help("restore the file if there was one");
    }
}

pub(super) fn broken_disk(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    if context.kind == FileKind::Disk {
        for problem in disks::problems(neighbors, &neighbors.name.to_string_lossy(), Encryption::None) {
            reporter.in_file(problem).help("copy the missing files from the original VM");
        }
        malformed_descriptor(context, reporter);
        return;
    }
    for entry in disk_files(context, Presence::Exists) {
        for problem in disks::problems(neighbors, &entry.value, context.encryption()) {
            let message = format!("cannot open the disk '{}': {problem}", entry.shown());
            reporter.at_value(entry, message).help("copy the missing files from the original VM");
        }
    }
}

/// Reports the lines of a disk's descriptor that VMware cannot read.
fn malformed_descriptor(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    for line in context.document.lines() {
        if Extent::is_line(&line.text) && Extent::parse(&line.text).is_none() {
            let columns = 0..line.text.chars().count();
            let help = "write it as RW, the number of sectors, the type and the file: RW 2048 FLAT \"disk-flat.vmdk\" 0";
            reporter.at_line(line.number, columns, "the extent is malformed").help(help);
        }
    }
    for name in ["cid", "parentcid"] {
        let Some(entry) = context.entry(name) else { continue };
        if u32::from_str_radix(&entry.value, 16).is_err() {
            let message = format!("'{}' is not a number of up to 8 hexadecimal digits", entry.shown());
            reporter.at_value(entry, message).help("copy the descriptor from a backup of the VM");
        }
    }
}

pub(super) fn missing_saved_state(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let is_missing = |entry: &&IndexedEntry<'_>| {
        let neighbors = context.neighbors();
        neighbors.is_some_and(|near| {
            let working_dir = OnceCell::new();
            let opened = || working_dir.get_or_init(|| working_dir::of(near.folder, context.document));
            near.presence_of_state(&entry.value, opened) == Presence::Missing
        })
    };
    if let Some(entry) = missing_file(context, "checkpoint.vmstate").filter(is_missing) {
        let message = format!("the saved state '{}' does not exist", entry.shown());
        let help = "restore the file, or set checkpoint.vmState = \"\" to start the VM without it";
        reporter.at_value(entry, message).help(help);
    }
}

pub(super) fn broken_snapshots(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    if context.kind == FileKind::Snapshots {
        let list = Snapshots::parse(context.document);
        let configuration = configuration(neighbors);
        let vm = configuration.as_ref().unwrap_or(context.document);
        for problem in snapshots::problems(neighbors, vm, &list) {
            let finding = match context.entry(&problem.key) {
                Some(entry) => reporter.at_value(entry, problem.message),
                None => reporter.in_file(problem.message),
            };
            finding.help(problem.help).capped_at(problem.severity);
            // A list without its VM is probably a copy: the files of the VM are elsewhere.
            if configuration.is_none() && problem.severity == Severity::Error {
                finding.capped_at(Severity::Note);
            }
        }
        return;
    }
    let Ok(Some(list)) = neighbors.snapshots(context.document) else { return };
    let name = list_name(neighbors.name);
    for problem in snapshots::problems(neighbors, context.document, &list) {
        let message = format!("{}: {}", name.display(), problem.message);
        reporter.in_file(message).help(problem.help).capped_at(problem.severity);
    }
}

/// Reads the configuration of the VM whose list of snapshots is checked, if it is next to the list.
fn configuration(neighbors: &Neighbors<'_>) -> Option<Document> {
    let stem = stem(neighbors.name);
    let read = |end: &&str| {
        let name = format!("{stem}{end}");
        neighbors.folder.read(Path::new(&name), MAX_FILE_SIZE).ok()
    };
    [".vmx", ".vmtx"].iter().find_map(read).map(Document::parse)
}

pub(super) fn stale_lock(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    for entry in lock::entries(neighbors.folder, neighbors.name) {
        let name = file_name(&entry.path);
        let (message, help) = match entry.state {
            LockState::Stale { pid } => (
                format!("the lock {name} is stale: process {pid} has ended"),
                "do nothing: VMware or the next edit removes it",
            ),
            LockState::Invalid => (
                format!("{name} in the lock directory is not a lock"),
                "remove it if no VM uses the lock: VMware removes it, vmxedit leaves it in place",
            ),
            _ => continue,
        };
        reporter.in_file(message).help(help);
    }
}

pub(super) fn leftover(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(neighbors) = context.neighbors() else { return };
    for path in file::leftovers(neighbors.folder, neighbors.name) {
        let message = format!("an interrupted edit left {} behind", file_name(&path));
        reporter.in_file(message).help("do nothing: the next edit removes it");
    }
}

/// Returns the `fileName` entries of the disks that are present, if the presence of their files is `presence`.
fn disk_files<'s, 'a>(
    context: &'s LintContext<'a>,
    presence: Presence,
) -> impl Iterator<Item = &'s IndexedEntry<'a>> {
    context.disk_files().filter(move |(_, found)| *found == presence).map(|(entry, _)| entry)
}

/// Returns the entry of `key` if it names a file that does not exist, while other files of the VM do.
fn missing_file<'s>(context: &'s LintContext<'_>, key: &str) -> Option<&'s IndexedEntry<'s>> {
    let neighbors = context.neighbors()?;
    let entry = context.entry(key).filter(|entry| !entry.is_unfinished())?;
    let is_missing = neighbors.presence(&entry.value) == Presence::Missing && !is_alone(context, neighbors);
    is_missing.then_some(entry)
}

/// Returns whether no other file of the VM exists.
fn is_alone(context: &LintContext<'_>, neighbors: &Neighbors<'_>) -> bool {
    let exists = |named: &str| neighbors.presence(named) == Presence::Exists;
    let stem = stem(neighbors.name);
    let named_after_vmx = [".vmsd", ".vmxf", ".nvram"].iter().any(|end| exists(&format!("{stem}{end}")));
    !named_after_vmx
        && !context.value("nvram").is_some_and(exists)
        && disk_files(context, Presence::Exists).next().is_none()
        && !exists("vmware.log")
}

fn stem(vmx: &OsStr) -> String {
    Path::new(vmx).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
