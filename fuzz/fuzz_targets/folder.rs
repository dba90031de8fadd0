//! Fuzzes what is read from the folder of a VM: the configuration with its disks, snapshots and lock, which other programs wrote.
//!
//! The input is a list of files, each after a line `@ NAME`. The configuration is `vm.vmx`, and the files in its lock directory
//! are `vm.vmx.lck/NAME`.
#![no_main]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use libfuzzer_sys::fuzz_target;
use vmxedit::Document;
use vmxedit::check::{apply_fixes, check_in_folder};
use vmxedit::host::{FolderView, Liveness, Machine, Stat};
use vmxedit::show::Summary;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::vm::{lock, snapshots};

fuzz_target!(|input: &[u8]| {
    let folder = Files::parse(input);
    let vmx = OsStr::new("vm.vmx");
    let document = Document::parse(folder.files.get(Path::new(vmx)).cloned().unwrap_or_default());
    let power = Power { state: PowerState::Off, evidence: Vec::new() };
    let summary = Summary::with_neighbors(&document, &folder, vmx, power);
    if let Some(snapshots) = summary.snapshots.snapshots() {
        assert!(snapshots.tree().len() <= snapshots.list.len());
    }
    let _ = (summary.disks().count(), snapshots::count(&folder, vmx));
    for entry in lock::entries(&folder, vmx) {
        let _ = entry.to_string();
    }
    let findings = check_in_folder(&document, &folder, vmx);
    let _ = apply_fixes(&document, &findings);
});

/// A folder that is a list of files, without metadata.
#[derive(Debug)]
struct Files {
    path: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Files {
    fn parse(input: &[u8]) -> Self {
        let mut files = BTreeMap::new();
        let mut current: Option<&mut Vec<u8>> = None;
        for line in input.split_inclusive(|byte| *byte == b'\n') {
            let name = line.strip_prefix(b"@ ").and_then(|name| std::str::from_utf8(name).ok());
            match name {
                Some(name) => current = Some(files.entry(PathBuf::from(name.trim_end())).or_default()),
                None => current.iter_mut().for_each(|content| content.extend(line)),
            }
        }
        Self { path: "/vm".into(), files }
    }

    fn content(&self, path: &Path) -> io::Result<&[u8]> {
        let relative = path.strip_prefix(&self.path).unwrap_or(path);
        self.files.get(relative).map(Vec::as_slice).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// A machine of whose processes nothing is known.
#[derive(Debug)]
struct UnknownMachine;

impl Machine for UnknownMachine {
    fn id(&self) -> &str {
        "uuid=56-4d-01"
    }

    fn is_vmkernel(&self) -> bool {
        false
    }

    fn liveness(&self, _pid: u32, _start: u64, _namespace: Option<u64>) -> Liveness {
        Liveness::Unknown("not known".to_owned())
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
}

impl FolderView for Files {
    fn path(&self) -> &Path {
        &self.path
    }

    fn machine(&self) -> &dyn Machine {
        &UnknownMachine
    }

    fn real_path_of(&self, name: &OsStr) -> PathBuf {
        self.path.join(name)
    }

    fn names(&self) -> io::Result<Vec<OsString>> {
        Ok(self.files.keys().map(|path| path.clone().into_os_string()).collect())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.content(path)?;
        Err(io::ErrorKind::Unsupported.into())
    }

    fn stat_entry(&self, name: &OsStr) -> io::Result<Stat> {
        self.stat(Path::new(name))
    }

    fn read_part(&self, path: &Path, start: u64, len: usize) -> io::Result<Vec<u8>> {
        let content = self.content(path)?;
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(content.len());
        Ok(content[start..].iter().take(len).copied().collect())
    }

    fn read_entry(&self, name: &OsStr, len: usize) -> io::Result<Vec<u8>> {
        self.read_part(Path::new(name), 0, len)
    }

    fn open_for_writing(&self, name: &OsStr) -> io::Result<()> {
        self.content(Path::new(name)).map(|_| ())
    }

    fn child(&self, name: &OsStr) -> io::Result<Box<dyn FolderView>> {
        let inside = |(path, content): (&PathBuf, &Vec<u8>)| {
            Some((path.strip_prefix(name).ok()?.to_owned(), content.clone()))
        };
        let files: BTreeMap<PathBuf, Vec<u8>> = self.files.iter().filter_map(inside).collect();
        if files.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Box::new(Self { path: self.path.join(name), files }))
    }

    fn folder(&self, path: &Path) -> io::Result<Box<dyn FolderView>> {
        self.child(path.strip_prefix(&self.path).unwrap_or(path).as_os_str())
    }

    fn is_network(&self) -> bool {
        false
    }
}
