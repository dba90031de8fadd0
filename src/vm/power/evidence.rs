//! Where evidence of a VM's power is found: processes, the host's tools, locks, the files beside it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{Evidence, PowerState, Weight};
use crate::document::{Document, Key};
use crate::vm::folder;
use crate::vm::host::{Host, tools};
use crate::vm::lock::{self, Meaning, Sign};
use crate::vm::neighbour;
use crate::vm::place::Place;

/// How long after its last sign of life VMware may still write the `.vmx`.
const SETTLES_WITHIN: Duration = Duration::from_secs(3);
/// What a running VM writes to.
const LOG: &str = "vmware.log";

/// What says that a VM is not off whose configuration `file` is or belongs to; not the locks of `file` itself.
pub(super) fn gather(file: &Place, document: &Document, host: &Host) -> Vec<Evidence> {
    let configurations = match neighbour::configurations(&file.target) {
        Ok(configurations) => configurations,
        Err(error) => return vec![unknown(format!("its VM cannot be looked for: {error}"))],
    };
    let mut found = Vec::new();
    for vmx in configurations {
        if vmx == file.target {
            found.extend(of_vm(&vmx, document, file, host));
            continue;
        }
        let place = Place::of(&vmx);
        found.extend(of_file_lock(&place));
        match fs::read(&vmx) {
            Ok(bytes) => found.extend(of_vm(&place.target, &Document::parse(bytes), file, host)),
            Err(error) => found.push(unknown(format!("{} cannot be read: {error}", vmx.display()))),
        }
    }
    found
}

fn unknown(detail: String) -> Evidence {
    Evidence { kind: "setting", weight: Weight::Strong, says: PowerState::Unknown, detail }
}

/// What is known of the VM whose configuration is `target`. The lock of the file that is edited is the caller's.
fn of_vm(target: &Path, document: &Document, edited: &Place, host: &Host) -> Vec<Evidence> {
    let mut found = Vec::new();
    processes(target, host, &mut found);
    let told = host.ask_tools(target);
    let host_says_off = told.iter().any(|told| told.answer == tools::Answer::Off);
    found.extend(told.iter().map(host_evidence));
    let mut beside = Beside::of(target, document);
    beside.leave_out(&edited.names);
    beside.locks(&mut found);
    beside.activity(&mut found);
    beside.memory(host_says_off, &mut found);
    saved_state(target, document, &beside, &mut found);
    settings(document, &mut found);
    found
}

/// What the locks of the `.vmx` itself say.
pub(super) fn of_file_lock(vmx: &Place) -> Vec<Evidence> {
    vmx.names.iter().flat_map(|path| lock::signs(path)).map(|sign| of_lock(&sign)).collect()
}

fn processes(target: &Path, host: &Host, found: &mut Vec<Evidence>) {
    match host.monitors_of(target) {
        Ok(monitors) => {
            found.extend(monitors.running.into_iter().map(|monitor| Evidence {
                kind: "process",
                weight: Weight::Conclusive,
                says: PowerState::Running,
                detail: format!("{}, pid {}, runs it", monitor.program, monitor.pid),
            }));
            found.extend(monitors.unclear.into_iter().map(|(monitor, why)| Evidence {
                kind: "process",
                weight: if is_zombie(monitor.pid) { Weight::Hint } else { Weight::Strong },
                says: PowerState::Unknown,
                detail: format!("{}, pid {}, may run it: {why}", monitor.program, monitor.pid),
            }));
            if monitors.others_hidden {
                found.push(hint(
                    "process",
                    PowerState::Unknown,
                    "processes of other users are hidden here".to_owned(),
                ));
            }
        }
        Err(error) => found.push(Evidence {
            kind: "process",
            weight: Weight::Hint,
            says: PowerState::Unknown,
            detail: format!("the list of processes cannot be read: {error}"),
        }),
    }
}

/// A process that has ended and is not yet waited for has no arguments.
fn is_zombie(pid: u32) -> bool {
    let stat = fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(|byte| *byte == b')').next().is_some_and(|rest| rest.trim_ascii_start().starts_with(b"Z"))
}

fn host_evidence(told: &tools::Told) -> Evidence {
    use tools::Answer;
    let (weight, says, words) = match &told.answer {
        Answer::Running => (Weight::Conclusive, PowerState::Running, "it runs".to_owned()),
        Answer::Suspended => (Weight::Conclusive, PowerState::Suspended, "it is suspended".to_owned()),
        Answer::Off => (Weight::Conclusive, PowerState::Off, "it is off".to_owned()),
        Answer::NotListed => (Weight::Hint, PowerState::Off, "it is not listed".to_owned()),
        Answer::Failed(why) => (Weight::Strong, PowerState::Unknown, why.clone()),
    };
    Evidence { kind: "host_tool", weight, says, detail: format!("{}: {words}", told.tool) }
}

pub(super) fn of_lock(sign: &Sign) -> Evidence {
    let path = sign.path.file_name().unwrap_or_default().to_string_lossy();
    let shown = match sign.path.parent().and_then(Path::file_name) {
        Some(directory) if directory.to_string_lossy().ends_with(".lck") => {
            format!("{}/{path}", directory.to_string_lossy())
        }
        _ => path.into_owned(),
    };
    let (weight, says, detail) = match &sign.meaning {
        Meaning::Live { pid, program } => {
            (Weight::Strong, held_by(program), format!("{program}, pid {pid}, holds {shown}"))
        }
        Meaning::Stale { pid } => {
            (Weight::Hint, PowerState::Off, format!("{shown} is stale: process {pid} is gone"))
        }
        Meaning::Foreign { machine, holder } => (
            Weight::Strong,
            PowerState::LockedElsewhere,
            format!("{holder} on another machine, {machine}, holds {shown}"),
        ),
        Meaning::EsxiLock => (
            Weight::Strong,
            PowerState::LockedElsewhere,
            format!("{shown} is a file, not a directory: the lock of an ESXi host"),
        ),
        Meaning::Rubbish => (Weight::Hint, PowerState::Off, format!("{shown} is no valid lock entry")),
        Meaning::Entering => (
            Weight::Hint,
            PowerState::LockedElsewhere,
            format!("{shown}: somebody takes the lock, or died doing so"),
        ),
        Meaning::Unreadable { why } => {
            (Weight::Strong, PowerState::Unknown, format!("{shown} cannot be judged: {why}"))
        }
    };
    Evidence { kind: "lock", weight, says, detail }
}

/// What it means that this program holds a lock. The kernel cuts names to 15 bytes.
fn held_by(program: &str) -> PowerState {
    match program {
        "vmware-vmx" | "vmware-vmx-debu" | "vmware-vmx-stat" => PowerState::Running,
        "vmware" | "vmplayer" | "vmware-tray" | "vmware-kvm" | "VMware Fusion" => PowerState::OpenInGui,
        _ => PowerState::LockedElsewhere,
    }
}

/// The files beside the `.vmx` that are this VM's.
struct Beside {
    directory: PathBuf,
    names: Vec<Vec<u8>>,
    has_log: bool,
    vmx: Vec<u8>,
    /// Why the folder cannot be listed: then nothing is known.
    unlisted: Option<io::Error>,
}

impl Beside {
    /// Where another VM lives in the same folder, only what this one names or what has its name counts.
    fn of(target: &Path, document: &Document) -> Self {
        let directory = target.parent().unwrap_or(Path::new("/")).to_owned();
        let vmx = target.file_name().unwrap_or_default().as_bytes().to_vec();
        let (mut names, unlisted) = match folder::names(&directory) {
            Ok(names) => (names.into_iter().map(OsString::into_vec).collect(), None),
            Err(error) => (Vec::new(), Some(error)),
        };
        // A folder that cannot be listed may have one.
        let has_log =
            unlisted.is_some() || names.iter().any(|name| name.eq_ignore_ascii_case(LOG.as_bytes()));
        if names.iter().filter(|name| has_ending(name, ".vmx")).count() > 1 {
            let stem = target.file_stem().unwrap_or_default().as_bytes();
            let mentioned: Vec<Vec<u8>> = document
                .entries()
                .filter(|entry| entry.value().contains('.'))
                .map(|entry| entry.value().rsplit('/').next().unwrap_or_default().as_bytes().to_vec())
                .collect();
            let is_its = |name: &[u8]| {
                let rest = name.strip_prefix(stem).unwrap_or_default();
                matches!(rest.first(), Some(b'.' | b'-'))
                    || mentioned.iter().any(|file| name.starts_with(file))
            };
            names.retain(|name| is_its(name));
        }
        names.sort();
        Self { directory, names, has_log, vmx, unlisted }
    }

    /// The locks of these files do not count.
    fn leave_out(&mut self, files: &[PathBuf]) {
        let locks: Vec<PathBuf> = files.iter().map(|file| lock::directory_of(file)).collect();
        self.names.retain(|name| !locks.contains(&self.directory.join(OsStr::from_bytes(name))));
    }

    fn ending_in<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a OsStr> {
        self.names.iter().filter(move |name| has_ending(name, ending)).map(|name| OsStr::from_bytes(name))
    }

    /// The locks of the VM's disks, memory and NVRAM: a window that only shows the VM has none.
    fn locked(&self) -> impl Iterator<Item = &OsStr> {
        [".vmdk.lck", ".vmem.lck", ".nvram.lck"].into_iter().flat_map(|ending| self.ending_in(ending))
    }

    fn locks(&self, found: &mut Vec<Evidence>) {
        if let Some(error) = &self.unlisted {
            found.push(Evidence {
                kind: "lock",
                weight: Weight::Strong,
                says: PowerState::Unknown,
                detail: format!("the folder {} cannot be listed: {error}", self.directory.display()),
            });
        }
        for name in self.locked() {
            let locked = Path::new(name).with_extension("");
            found.extend(lock::signs(&self.directory.join(locked)).iter().map(of_lock));
        }
        for name in self.names.iter().filter(|name| name.starts_with(b".lck-")) {
            let name = String::from_utf8_lossy(name);
            found.push(hint(
                "lock",
                PowerState::LockedElsewhere,
                format!("{name}: an ESXi host's lock on NFS, it seems"),
            ));
        }
    }

    /// VMware writes the `.vmx` once more after the VM looks off.
    fn activity(&self, found: &mut Vec<Evidence>) {
        let log = self.has_log.then_some(OsStr::new(LOG));
        for name in self.locked().chain(log) {
            let changed = fs::metadata(self.directory.join(name)).and_then(|meta| meta.modified());
            let age = changed.map(|changed| {
                let now = SystemTime::now();
                now.duration_since(changed).or_else(|_| changed.duration_since(now)).unwrap_or_default()
            });
            if let Ok(age) = age
                && age < SETTLES_WITHIN
            {
                found.push(Evidence {
                    kind: "activity",
                    weight: Weight::Strong,
                    says: PowerState::Settling,
                    detail: format!("{} changed {:.1} seconds ago", name.display(), age.as_secs_f32()),
                });
            }
        }
    }

    /// The swap and memory files of a VM that runs, or that ran on a host that crashed.
    fn memory(&self, host_says_off: bool, found: &mut Vec<Evidence>) {
        for name in self.ending_in(".vswp") {
            let weight = if host_says_off { Weight::Hint } else { Weight::Strong };
            let detail = format!("{} is there: it runs, or its host crashed", name.display());
            found.push(Evidence { kind: "memory", weight, says: PowerState::Running, detail });
        }
        let suspended = self.ending_in(".vmss").next().is_some();
        let of_snapshot = |name: &OsStr| name.as_bytes().windows(9).any(|part| part == b"-Snapshot");
        for name in self.ending_in(".vmem").filter(|name| !suspended && !of_snapshot(name)) {
            let detail = format!("{} is there: it runs, or it crashed", name.display());
            found.push(hint("memory", PowerState::Running, detail));
        }
        let temporary = [&self.vmx[..], b"~"].concat();
        if self.names.contains(&temporary) {
            let detail =
                format!("{} is there: it runs on ESXi, or it crashed", String::from_utf8_lossy(&temporary));
            found.push(hint("memory", PowerState::Running, detail));
        }
    }
}

fn has_ending(name: &[u8], ending: &str) -> bool {
    name.len() > ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
}

fn hint(kind: &'static str, says: PowerState, detail: String) -> Evidence {
    Evidence { kind, weight: Weight::Hint, says, detail }
}

/// `checkpoint.vmState` names the file that a suspended VM's memory is saved in.
fn saved_state(target: &Path, document: &Document, beside: &Beside, found: &mut Vec<Evidence>) {
    let Ok(key) = Key::parse("checkpoint.vmState") else { return };
    let mut conclusive = false;
    for entry in document.find(&key) {
        let name = entry.value();
        if name.is_empty() {
            continue;
        }
        let folder = target.parent().unwrap_or(Path::new(""));
        // The name in the file's own bytes, and as text where the file is not in UTF-8.
        let saved = [folder.join(OsStr::from_bytes(&entry.bytes())), folder.join(&*name)];
        let there = saved.iter().map(|saved| saved.try_exists()).find(|there| !matches!(there, Ok(false)));
        let (weight, and) = match there.unwrap_or(Ok(false)) {
            Ok(true) => (Weight::Conclusive, "and the file is there".to_owned()),
            Ok(false) => (Weight::Hint, "and the file is not there".to_owned()),
            Err(error) => (Weight::Strong, format!("and the file cannot be looked at: {error}")),
        };
        conclusive |= weight == Weight::Conclusive;
        found.push(Evidence {
            kind: "saved_state",
            weight,
            says: PowerState::Suspended,
            detail: format!("line {}: {} = \"{name}\", {and}", entry.line_number(), entry.key()),
        });
    }
    for name in beside.ending_in(".vmss").filter(|_| !conclusive) {
        let detail = format!("{} is there: the saved memory of a suspended VM", name.display());
        found.push(Evidence {
            kind: "saved_state",
            weight: Weight::Strong,
            says: PowerState::Suspended,
            detail,
        });
    }
}

fn settings(document: &Document, found: &mut Vec<Evidence>) {
    let Ok(key) = Key::parse("cleanShutdown") else { return };
    for entry in document.find(&key).iter().filter(|entry| entry.value().eq_ignore_ascii_case("FALSE")) {
        let detail =
            format!("line {}: {} = \"FALSE\": it runs, or it crashed", entry.line_number(), entry.key());
        found.push(hint("setting", PowerState::Running, detail));
    }
}
