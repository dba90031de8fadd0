//! The attacker exchanges a folder or a file for a link at each step of an edit by root.
//!
//! Only a system call that resolves a name in the attacker's folder, or lists a folder there, can see an exchange: the
//! steps are these calls. The program is stopped before each of them, the names are exchanged, and the program goes on.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{ATTACKER, SECRET, Scene, VM};
use crate::harness::{is_enabled, lock_member};
use crate::parts::strace::count_in_parallel;
use crate::parts::tracer::{Call, trace};
use crate::suite::{Trial, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "changes a setting of the kernel, as root",
        test_list![
            names_exchanged_at_any_step_change_nothing_outside_with_protected_symlinks,
            names_exchanged_at_any_step_change_nothing_outside_without_protected_symlinks
        ],
    )
}

/// What is exchanged for a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Swapped {
    /// Any folder in the VM's folder, such as the lock directory, for a link to a folder of root's.
    LockDirectory,
    /// The same, for a link to a file of root's.
    LockDirectoryForFile,
    /// Any hidden file, such as the new file.
    NewFile,
    /// The `.vmx` file itself.
    File,
    /// The VM's folder.
    Folder,
    /// The folder that has the VM's folder.
    FolderAbove,
}

/// What the attacker does after the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Nothing,
    /// Exchanges the names again, this number of steps later.
    SwapsBack(usize),
    /// Turns the link to an empty folder one step later, so that the program finds nothing to put right.
    TurnsAway,
}

const SWAPPED: [Swapped; 6] = [
    Swapped::LockDirectory,
    Swapped::LockDirectoryForFile,
    Swapped::NewFile,
    Swapped::File,
    Swapped::Folder,
    Swapped::FolderAbove,
];

const THEN: [Then; 4] = [Then::Nothing, Then::SwapsBack(1), Then::SwapsBack(2), Then::TurnsAway];

/// The commands, with the path of the VM or of a folder last. Absolute paths start with `HOME`.
const EDITS: [Edit; 6] = [
    &["set", "-q", "memsize=4096", "HOME/above/vm/vm.vmx"],
    &["set", "-q", "--backup", "memsize=4096", "above/vm/vm.vmx"],
    &["apply", "-q", "-r", "--set", "memsize=4096", "above"],
    &["restore", "-q", "above/vm/vm.vmx"],
    &["edit", "-q", "HOME/above/vm/vm.vmx"],
    &["check", "-q", "--fix", "above/vm"],
];

type Edit = &'static [&'static str];

const FOLDER: &str = "home/above/vm";

/// One run.
#[derive(Clone, Copy, Debug)]
struct Attack {
    edit: Edit,
    step: usize,
    swapped: Swapped,
    then: Then,
    /// Whether root's folder has a lock directory.
    is_locked: bool,
}

/// Returns whether a system call resolves a name in `folder`, or lists a folder there.
pub(super) fn concerns(call: &Call, folder: &Path) -> bool {
    call.paths().iter().any(|named| named.path.starts_with(folder))
        || call.listed_folder().is_some_and(|listed| listed.starts_with(folder))
}

/// Creates the attacker's folders, and a folder of root's with the same names in it.
fn scene(attack: &Attack) -> Scene {
    let mut scene = Scene::new();
    scene.make_folder("home/above");
    scene.make_folder(FOLDER);
    scene.make_folder("home/empty");
    scene.write("home/above/vm/vm.vmx", VM);
    scene.write("home/above/vm/vm.vmx.bak", VM.replace("2048", "512"));
    fs::create_dir(scene.path("root/vm")).unwrap();
    for name in ["vm.vmx", "vm.vmx.bak", ".vm.vmx.vmxedit-aZ09bY18cX27dW36.new", ".vm.vmx.vmxedit-0-0-0.swap"]
    {
        scene.write_private(&format!("root/vm/{name}"), SECRET);
    }
    fs::create_dir(scene.path("root/folder")).unwrap();
    scene.scratch.set_mode("root/folder", 0o700);
    // The next process that takes the lock removes a member of a process that has ended.
    let member = lock_member(vmxedit::host::machine_id(), "4194305-5(vmxedit)");
    scene.write_private("root/folder/M00001.lck", &String::from_utf8(member).unwrap());
    if attack.is_locked {
        fs::create_dir(scene.path("root/vm/vm.vmx.lck")).unwrap();
        scene.scratch.set_mode("root/vm/vm.vmx.lck", 0o700);
    }
    // The link that is exchanged.
    let target = match attack.swapped {
        Swapped::LockDirectory => "root/folder",
        Swapped::LockDirectoryForFile => "root/secret",
        Swapped::NewFile | Swapped::File => "root/vm/vm.vmx",
        Swapped::Folder => "root/vm",
        Swapped::FolderAbove => "root",
    };
    scene.make_link("home/evil", target);
    scene.scratch.write_script("editor", "for f; do :; done\necho 'memsize = \"4096\"' > \"$f\"");
    scene.remember();
    scene
}

/// The attacker.
struct Attacker<'a> {
    scene: &'a Scene,
    attack: Attack,
    step: usize,
    /// The name that was exchanged for the link.
    exchanged: Option<PathBuf>,
}

impl Attacker<'_> {
    /// Acts before a system call.
    fn before(&mut self, call: &Call) {
        if !concerns(call, &self.scene.path("home")) {
            return;
        }
        let later = self.step.checked_sub(self.attack.step);
        self.step += 1;
        match (later, self.attack.then) {
            (Some(0), _) => self.swap(),
            (Some(later), Then::SwapsBack(steps)) if later == steps => {
                if let Some(name) = self.exchanged.take() {
                    exchange(&name, &self.scene.path("home/evil"));
                }
            }
            (Some(1), Then::TurnsAway) => {
                if let Some(name) = &self.exchanged {
                    let turned = self.scene.path("home/turned");
                    symlink(self.scene.path("home/empty"), &turned).unwrap();
                    std::os::unix::fs::lchown(&turned, Some(ATTACKER), Some(ATTACKER)).unwrap();
                    // The program may have renamed the link: then there is none here.
                    let _ = fs::rename(&turned, name);
                }
            }
            _ => {}
        }
    }

    fn swap(&mut self) {
        let folder = self.scene.path(FOLDER);
        let is_hidden = |path: &Path| path.file_name().unwrap().as_encoded_bytes().starts_with(b".");
        let name = match self.attack.swapped {
            Swapped::LockDirectory | Swapped::LockDirectoryForFile => {
                entries(&folder).into_iter().find(|path| path.is_dir())
            }
            Swapped::NewFile => entries(&folder).into_iter().find(|path| path.is_file() && is_hidden(path)),
            Swapped::File => Some(folder.join("vm.vmx")).filter(|path| path.exists()),
            Swapped::Folder => Some(folder),
            Swapped::FolderAbove => Some(self.scene.path("home/above")),
        };
        if let Some(name) = name {
            exchange(&name, &self.scene.path("home/evil"));
            self.exchanged = Some(name);
        } else if matches!(self.attack.swapped, Swapped::LockDirectory | Swapped::LockDirectoryForFile) {
            // The lock directory does not exist yet.
            fs::rename(self.scene.path("home/evil"), self.scene.path("home/above/vm/vm.vmx.lck")).unwrap();
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).unwrap();
    listed.map(|entry| entry.unwrap().path()).filter(|path| !path.is_symlink()).collect()
}

/// Exchanges two names. One of them may be gone: the program removed or renamed it.
fn exchange(a: &Path, b: &Path) {
    let _ = renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE);
}

fn command(scene: &Scene, edit: Edit) -> std::process::Command {
    let home = scene.path("home");
    let args: Vec<String> = edit.iter().map(|arg| arg.replace("HOME", home.to_str().unwrap())).collect();
    let (path, options) = args.split_last().unwrap();
    // Every command takes the file before assignments, and options anywhere.
    let mut ordered = vec![&*options[0], path];
    ordered.extend(options[1..].iter().map(|arg| &**arg));
    let mut command = scene.command(&ordered);
    command.env("EDITOR", format!("sh {}", scene.path("editor").display()));
    command
}

/// Returns how many steps an edit has, without an attack.
fn steps(edit: Edit) -> usize {
    let attack =
        Attack { edit, step: usize::MAX, swapped: Swapped::File, then: Then::Nothing, is_locked: false };
    let scene = scene(&attack);
    let mut steps = 0;
    let home = scene.path("home");
    let ended = trace(&mut command(&scene, edit), |call| steps += usize::from(concerns(call, &home)));
    assert_eq!(ended.code, Some(0), "{:?}: {}", edit, scene.stderr());
    steps
}

/// Runs an attack, and returns what is wrong afterwards.
fn run(attack: &Attack) -> Option<String> {
    let scene = scene(attack);
    let mut attacker = Attacker { scene: &scene, attack: *attack, step: 0, exchanged: None };
    let ended = trace(&mut command(&scene, attack.edit), |call| attacker.before(call));
    let now = super::Snapshot::of(&scene.path("root"));
    let mut wrong = now.differences(scene.before.as_ref().unwrap());
    if ended.is_killed || !matches!(ended.code, Some(0 | 3..=5)) {
        wrong.insert_str(0, &format!("{ended:?}\n"));
    }
    if let Some(folder) = real_folder(&scene, attack) {
        let content = fs::read_to_string(folder.join("vm.vmx")).unwrap_or_default();
        // A search with -r skips a folder that became a link.
        let is_missed = ended.code == Some(0) && content == VM && !attack.edit.contains(&"-r");
        if is_missed || !content.contains("memsize") {
            wrong.insert_str(0, &format!("{ended:?}, the file in the opened folder is {content:?}\n"));
        }
    }
    let shown = scene.stdout() + &scene.stderr();
    if shown.contains("SECRET") || shown.contains("panicked") {
        wrong += "it disclosed a file of root's, or panicked\n";
    }
    (!wrong.is_empty()).then(|| format!("{attack:?}: {wrong}{shown}"))
}

/// Returns the folder that the attacker exchanged for a link, wherever it is now.
fn real_folder(scene: &Scene, attack: &Attack) -> Option<PathBuf> {
    let (name, inner) = match attack.swapped {
        Swapped::Folder => (FOLDER, ""),
        Swapped::FolderAbove => ("home/above", "vm"),
        _ => return None,
    };
    let found = [name, "home/evil"].into_iter().map(|name| scene.path(name)).find(|path| !path.is_symlink());
    found.map(|path| path.join(inner))
}

/// Returns every attack, or the part of them that `keep` selects.
fn attacks(mut keep: impl FnMut() -> bool) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for edit in EDITS {
        let steps = steps(edit);
        println!("{edit:?}: {steps} steps");
        for step in 0..steps {
            for swapped in SWAPPED {
                for then in THEN {
                    for is_locked in [false, true] {
                        let attack = Attack { edit, step, swapped, then, is_locked };
                        attacks.extend(keep().then_some(attack));
                    }
                }
            }
        }
    }
    attacks
}

/// Runs attacks, and returns a description of those that went wrong.
fn run_all(attacks: &[Attack], context: &str) -> Vec<String> {
    let started = Instant::now();
    let won = std::sync::Mutex::new(Vec::new());
    count_in_parallel(attacks, |attack| {
        let wrong = run(attack);
        won.lock().unwrap().extend(wrong);
        true
    });
    let won = won.into_inner().unwrap();
    println!("{context}: {} attacks in {:?}, {} went wrong", attacks.len(), started.elapsed(), won.len());
    won
}

/// A setting of the kernel, restored on drop.
struct Setting {
    path: &'static str,
    before: String,
}

impl Setting {
    /// Sets it, or returns `None` where this is not allowed.
    fn set(path: &'static str, value: &str) -> Option<Self> {
        let before = fs::read_to_string(path).ok()?;
        fs::write(path, value).ok()?;
        Some(Self { path, before })
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        let _ = fs::write(self.path, &self.before);
    }
}

fn names_exchanged_at_any_step_change_nothing_outside_with_protected_symlinks() {
    exchange_names_with("1");
}

fn names_exchanged_at_any_step_change_nothing_outside_without_protected_symlinks() {
    exchange_names_with("0");
}

/// Runs every attack with `VMXEDIT_ALL_STEPS`, else a seeded part of them. `protected` is what the kernel's setting
/// `protected_symlinks` must be.
fn exchange_names_with(protected: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    const SETTING: &str = "/proc/sys/fs/protected_symlinks";
    require_root();
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let is_set = fs::read_to_string(SETTING).is_ok_and(|value| value.trim() == protected);
    let _setting = (!is_set).then(|| {
        Setting::set(SETTING, protected)
            .unwrap_or_else(|| skip(format!("{SETTING} cannot be set to {protected}")))
    });
    // Another part with each value.
    let mut random = fastrand::Rng::with_seed(2024 + u64::from(protected == "1"));
    let is_complete = is_enabled("VMXEDIT_ALL_STEPS");
    let chosen = attacks(|| is_complete || random.u8(..20) == 0);
    let won = run_all(&chosen, &format!("protected_symlinks = {protected}"));
    let first = won.iter().take(20).map(|text| format!("{text}\n")).collect::<String>();
    assert!(won.is_empty(), "{} attacks went wrong:\n{first}", won.len());
}
