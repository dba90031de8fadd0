//! Attacks by the owner of the VM's folder on root, who edits a file in it.
//!
//! The attacker is user 1300. Everything outside of her folder must stay as it is.

mod handles;
mod links;
mod lock_folder;
mod outside;
mod special_files;
mod swaps;

use std::fs;
use std::os::unix::fs::{PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::outside::Snapshot;
use crate::harness::{Scratch, isolated};
use crate::parts::tracer::{self, Ended};
use crate::suite::Trial;

/// Returns the tests of this folder.
pub(crate) fn tests() -> Vec<Trial> {
    [handles::tests(), links::tests(), lock_folder::tests(), special_files::tests(), swaps::tests()]
        .into_iter()
        .flatten()
        .collect()
}

/// The attacker's user and group. She needs no account.
const ATTACKER: u32 = 1300;

/// A VM with one mistake that `check --fix` corrects.
const VM: &str =
    "#!/usr/bin/vmware\nguestOS = \"debian11-64\"\nmemsize = \"2048\"\ntools.syncTime = TRUE\nb = \"x\"\n";

/// What a file of root's contains. It has the syntax of a VM, so that nothing but the rules protects it.
const SECRET: &str = "guestOS = \"SECRET\"\nmemsize = \"1024\"\ntools.syncTime = TRUE\nb = \"SECRET\"\n";

/// The most memory that a run may have.
const MEMORY_LIMIT_KB: u64 = 64 << 10;

/// The attacker's folder `home` and root's folder `root`.
struct Scene {
    scratch: Scratch,
    before: Option<Snapshot>,
}

impl Scene {
    /// Creates root's files, and `home/vm.vmx`.
    fn new() -> Self {
        let scratch = Scratch::with("");
        scratch.set_mode("", 0o755);
        fs::remove_file(scratch.path("vm.vmx")).unwrap();
        let scene = Self { scratch, before: None };
        fs::create_dir(scene.path("root")).unwrap();
        scene.write_private("root/secret", SECRET);
        scene.write_private("root/empty", "");
        scene.make_folder("home");
        scene.write("home/vm.vmx", VM);
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path(name)
    }

    /// Writes a file of root's that only root may read.
    fn write_private(&self, name: &str, content: &str) {
        self.scratch.write(name, content);
        self.scratch.set_mode(name, 0o600);
    }

    /// Writes a file of the attacker's.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
        self.give(name);
    }

    /// Creates a folder of the attacker's.
    fn make_folder(&self, name: &str) {
        fs::create_dir(self.path(name)).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        self.give(name);
    }

    /// Creates a link of the attacker's. A target without a leading `/` is in the scene.
    fn make_link(&self, name: &str, target: &str) {
        self.make_link_of(ATTACKER, name, target);
    }

    fn make_link_of(&self, owner: u32, name: &str, target: &str) {
        symlink(self.path(target), self.path(name)).unwrap();
        lchown(self.path(name), Some(owner), Some(owner)).unwrap();
    }

    /// Creates a file of the attacker's that takes no space on the disk.
    fn make_sparse(&self, name: &str, len: u64) {
        fs::File::create(self.path(name)).unwrap().set_len(len).unwrap();
        self.give(name);
    }

    /// Creates a pipe (`p`), or a device (`c`) with these numbers.
    fn make_node(&self, name: &str, kind: &[&str]) {
        let made = isolated("mknod").arg(self.path(name)).args(kind).status().unwrap();
        assert!(made.success(), "mknod {kind:?}");
        self.give(name);
    }

    fn give(&self, name: &str) {
        lchown(self.path(name), Some(ATTACKER), Some(ATTACKER)).unwrap();
    }

    /// Returns a command of root's in the attacker's folder. Its output goes to `stdout` and `stderr` in the scene.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.scratch.command();
        command.args(args).current_dir(self.path("home")).env("TMPDIR", self.path(""));
        self.redirect(&mut command);
        command
    }

    fn redirect(&self, command: &mut Command) {
        let output = |name: &str| Stdio::from(fs::File::create(self.path(name)).unwrap());
        command.stdin(Stdio::null()).stdout(output("stdout")).stderr(output("stderr"));
    }

    fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.scratch.read("stdout")).into_owned()
    }

    fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.scratch.read("stderr")).into_owned()
    }

    /// Runs a command in the attacker's folder, and asserts that it ends soon, with little memory and without a panic.
    #[track_caller]
    fn run(&self, args: &[&str]) -> Ended {
        let ended = tracer::measure(&mut self.command(args));
        self.assert_prompt(&ended, args);
        ended
    }

    #[track_caller]
    fn assert_prompt(&self, ended: &Ended, args: &[&str]) {
        let stderr = self.stderr();
        assert!(!ended.is_killed && ended.took.as_secs() < 5, "{args:?} took {:?}: {stderr}", ended.took);
        assert!(ended.signal.is_none() && !stderr.contains("panicked"), "{args:?}: {ended:?}: {stderr}");
        assert!(ended.peak_kb < MEMORY_LIMIT_KB, "{args:?} had {} KB: {stderr}", ended.peak_kb);
    }

    /// Remembers the state of root's folder.
    fn remember(&mut self) {
        self.before = Some(Snapshot::of(&self.path("root")));
    }

    /// Asserts that root's folder is as it was at [`remember`](Self::remember), and that nothing of it was shown.
    #[track_caller]
    fn assert_outside_unchanged(&self, context: &str) {
        let now = Snapshot::of(&self.path("root"));
        let differences = now.differences(self.before.as_ref().unwrap());
        assert!(differences.is_empty(), "{context}: outside of the attacker's folder:\n{differences}");
    }

    /// Asserts that the run disclosed nothing of root's, neither as output nor in the attacker's folder.
    #[track_caller]
    fn assert_nothing_disclosed(&self, context: &str) {
        let shown = self.stdout() + &self.stderr();
        assert!(!shown.contains("SECRET"), "{context}: {shown}");
        for file in files_in(&self.path("home")) {
            let content = fs::read(&file).unwrap();
            let content = String::from_utf8_lossy(&content);
            assert!(!content.contains("SECRET"), "{context}: {}", file.display());
        }
    }
}

/// Returns the small regular files in a folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let meta = fs::symlink_metadata(&path).unwrap();
        if meta.is_dir() {
            found.extend(files_in(&path));
        } else if meta.is_file() && meta.len() < 1 << 20 {
            found.push(path);
        }
    }
    found
}
