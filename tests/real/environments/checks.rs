//! Checks on each file system.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, SystemTime};

use vmxedit::host::{Resolved, resolve};

use super::file_systems::run_tool;
use super::foreign_writers;
use super::mounts::Mounted;
use crate::harness::{RunResult, Scratch, command_as, isolated, lock_member, program, vmxedit};
use crate::suite::{Trial, second_tier, test_list};

pub(super) const VM: &str = "config.version = \"8\"\nvirtualHW.version = \"18\"\nguestOS = \"debian11-64\"\nmemsize = \"1024\"\nserial0.present = \"FALSE\"\n";

/// What a check found. An error is a failure.
pub(super) type Result = std::result::Result<Outcome, String>;

/// How a check passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    /// The program refused before anything changed, with this message.
    Refused(String),
    /// The file system has nothing of this kind.
    NotThere(String),
}

/// A VM in its own folder on the file system.
pub(super) struct Vm<'a> {
    pub(super) disk: &'a Mounted,
    pub(super) folder: PathBuf,
}

impl<'a> Vm<'a> {
    pub(super) fn new(disk: &'a Mounted, name: &str) -> std::result::Result<Self, String> {
        let folder = disk.folder().join(name);
        fs::create_dir(&folder).map_err(|error| format!("{name}: {error}"))?;
        fs::write(folder.join("vm.vmx"), VM).map_err(|error| format!("{name}: {error}"))?;
        Ok(Self { disk, folder })
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join("vm.vmx")
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = isolated("timeout");
        command.args(["-s", "KILL", "120"]).arg(program()).args(args);
        command.current_dir(&self.folder).stdin(std::process::Stdio::null());
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> RunResult {
        RunResult::new(args, &self.command(args).output().unwrap())
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.path()).unwrap_or_default()).into_owned()
    }

    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs an edit. It is done if the file then contains `expected`, and the folder only these names.
    pub(super) fn edit(&self, args: &[&str], expected: &str, names: &[&str]) -> Result {
        let before = (self.text(), self.names());
        let output = self.command(args).output().unwrap();
        self.not_refused_where_local(self.judge(args, &output, &before, expected, names))
    }

    /// Turns a refusal on a local file system into a failure.
    pub(super) fn not_refused_where_local(&self, outcome: Result) -> Result {
        match outcome {
            Ok(Outcome::Refused(why)) if self.disk.is_local() => Err(why),
            outcome => outcome,
        }
    }

    /// Judges the result of an edit, which may be refused on every file system.
    pub(super) fn judge(
        &self,
        args: &[&str],
        output: &Output,
        before: &(String, Vec<String>),
        expected: &str,
        names: &[&str],
    ) -> Result {
        let result = RunResult::new(args, output);
        let now = (self.text(), self.names());
        let context = format!("{args:?}: exit {}: {}", result.code, result.stderr.trim());
        if result.code == 0 {
            return match () {
                () if !now.0.contains(expected) => Err(format!("{context}: the file is {:?}", now.0)),
                () if now.1 != names => Err(format!("{context}: the folder has {:?}", now.1)),
                () => Ok(Outcome::Done),
            };
        }
        if now != *before {
            return Err(format!("{context}: refused, but changed: {now:?}"));
        }
        let is_refused = matches!(result.code, 3..=5) && !result.stderr.is_empty();
        if is_refused { Ok(Outcome::Refused(context)) } else { Err(context) }
    }
}

type Check = fn(&Mounted) -> Result;

const CHECKS: [(&str, Check); 21] = [
    ("set", set),
    ("a new key", new_key),
    ("nothing to do", nothing_to_do),
    ("a listing", listing),
    ("an unusual umask", unusual_umask),
    ("backup", backup),
    ("restore", restore),
    ("rename", rename),
    ("preset", preset),
    ("edit", edit),
    ("a batch of 20", batch),
    ("mode", mode),
    ("owner", owner),
    ("ACL", acl),
    ("attributes", attributes),
    ("symbolic link", symbolic_link),
    ("hard link", hard_link),
    ("a lock of another machine", foreign_lock),
    ("what a killed run left", killed_run),
    ("two writers", foreign_writers::two_writers),
    ("sed -i in a loop", foreign_writers::sed_in_a_loop),
];

/// Runs the checks on a file system, and asserts that none failed.
fn check_all(kind: &'static str) {
    let disk = Mounted::new(kind);
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        match check(&disk) {
            Ok(outcome) => println!("{kind}: {name}: {outcome:?}"),
            Err(why) => failed.push(format!("{kind}: {name}: {why}\n")),
        }
    }
    assert!(failed.is_empty(), "{} of {} checks failed:\n{}", failed.len(), CHECKS.len(), failed.concat());
}

fn set(disk: &Mounted) -> Result {
    Vm::new(disk, "set")?.edit(&["set", "vm.vmx", "memsize=4096"], "memsize = \"4096\"", &["vm.vmx"])
}

fn new_key(disk: &Mounted) -> Result {
    Vm::new(disk, "new")?.edit(&["set", "vm.vmx", "my.own=1"], "my.own = \"1\"", &["vm.vmx"])
}

fn nothing_to_do(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "nothing")?;
    let meta = || fs::metadata(vm.path()).unwrap();
    let state = |meta: &fs::Metadata| (meta.ino(), meta.modified().unwrap());
    let before = state(&meta());
    // A server on the network may correct the time of an earlier write, some time after the program that wrote has ended.
    thread::sleep(Duration::from_millis(if disk.is_local() { 0 } else { 1000 }));
    let start = SystemTime::now();
    // The clock of a file system is some milliseconds late.
    thread::sleep(Duration::from_millis(100));
    let result = vm.run(&["set", "vm.vmx", "memsize=1024"]);
    let now = state(&meta());
    let is_unchanged = if disk.is_local() { now == before } else { now.0 == before.0 && now.1 < start };
    let is_right = result.code == 0 && is_unchanged && vm.text() == VM && vm.names() == ["vm.vmx"];
    if is_right {
        Ok(Outcome::Done)
    } else {
        Err(format!("exit {}, {before:?} -> {now:?}: {}", result.code, result.stderr))
    }
}

/// Lists an open folder after another process created a file in it. VMware's lock relies on it.
fn listing(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "listing")?;
    let Ok(Resolved::File(place)) = resolve(&vm.path()) else { return Err("not a file".to_owned()) };
    for name in ["first", "second"] {
        run_tool(&["touch", vm.folder.join(name).to_str().unwrap()])?;
        let names = place.folder().names().map_err(|error| error.to_string())?;
        if !names.iter().any(|listed| listed == name) {
            return Err(format!("{name} is missing in {names:?}"));
        }
    }
    Ok(Outcome::Done)
}

/// Edits under umasks that leave the owner of a new folder no permission to search or to list it, as another user where
/// the file system has users.
fn unusual_umask(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "umask")?;
    let scratch = Scratch::new();
    scratch.set_mode("", 0o755);
    let program = scratch.copy_program("vmxedit");
    for path in [&vm.folder, &vm.path()] {
        let _ = chown(path, Some(65534), Some(65534));
    }
    let owner = fs::metadata(vm.path()).map(|meta| meta.uid()).unwrap();
    // A FUSE file system may let only the user who mounted it in.
    let is_let_in = command_as(owner, owner, "cat").arg(vm.path()).output().unwrap().status.success();
    let owner = if is_let_in { owner } else { 0 };
    for umask in ["0111", "0177", "0377", "0777"] {
        let script = format!("umask {umask}; exec '{}' set -q vm.vmx umask.a{umask}=1", program.display());
        let output = command_as(owner, owner, "sh").args(["-c", &script]).current_dir(&vm.folder).output();
        let output = output.unwrap();
        if output.status.code() != Some(0) || vm.names() != ["vm.vmx"] {
            return Err(format!("{umask}: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(Outcome::Done)
}

fn backup(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "backup")?;
    let outcome =
        vm.edit(&["set", "--backup", "vm.vmx", "memsize=4096"], "4096", &["vm.vmx", "vm.vmx.bak"])?;
    let kept = fs::read(vm.folder.join("vm.vmx.bak")).unwrap_or_default();
    let is_kept = outcome != Outcome::Done || kept == VM.as_bytes();
    if is_kept { Ok(outcome) } else { Err("the backup has another content".to_owned()) }
}

fn restore(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "restore")?;
    fs::write(vm.folder.join("vm.vmx.bak"), VM.replace("1024", "512")).unwrap();
    vm.edit(&["restore", "vm.vmx"], "memsize = \"512\"", &["vm.vmx", "vm.vmx.bak"])
}

fn rename(disk: &Mounted) -> Result {
    Vm::new(disk, "rename")?.edit(
        &["rename", "vm.vmx", "serial0.*", "serial1.*"],
        "serial1.present",
        &["vm.vmx"],
    )
}

fn preset(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "preset")?;
    let preset = "name = \"large\"\ntitle = \"A test\"\nreason = \"A test.\"\nsources = [\"A test\"]\n[[steps]]\nset = \"memsize\"\nvalue = \"8192\"\n";
    let scratch = Scratch::new();
    let preset = scratch.write("large.toml", preset);
    vm.edit(&["apply", "-p", preset.to_str().unwrap(), "vm.vmx"], "memsize = \"8192\"", &["vm.vmx"])
}

fn edit(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "edit")?;
    let before = (vm.text(), vm.names());
    let mut command = vm.command(&["edit", "vm.vmx"]);
    let output = command.env("EDITOR", "sed -i s/1024/4096/").output().unwrap();
    vm.not_refused_where_local(vm.judge(&["edit"], &output, &before, "4096", &["vm.vmx"]))
}

fn batch(disk: &Mounted) -> Result {
    let folder = disk.folder().join("batch");
    fs::create_dir(&folder).unwrap();
    let vms: Vec<Vm<'_>> =
        (0..20).map(|n| Vm::new(disk, &format!("batch/{n}"))).collect::<std::result::Result<_, _>>()?;
    let result = RunResult::new(
        &[],
        &vmxedit().args(["apply", "-r", "--set", "memsize=4096"]).arg(&folder).output().unwrap(),
    );
    let edited = vms.iter().filter(|vm| vm.text().contains("4096")).count();
    let clean = vms.iter().filter(|vm| vm.names() == ["vm.vmx"]).count();
    match (result.code, edited, clean) {
        (0, 20, 20) => Ok(Outcome::Done),
        (3..=5, 0, 20) if !disk.is_local() => Ok(Outcome::Refused(result.stderr)),
        _ => Err(format!("exit {}, {edited} edited, {clean} clean: {}", result.code, result.stderr)),
    }
}

/// Runs an edit after `prepare`, and checks that `observe` sees the same before and after it.
fn keeps<T: PartialEq + std::fmt::Debug>(
    disk: &Mounted,
    name: &str,
    prepare: impl FnOnce(&Path) -> std::result::Result<(), String>,
    observe: impl Fn(&Path) -> T,
) -> Result {
    let vm = Vm::new(disk, name)?;
    if let Err(why) = prepare(&vm.path()) {
        return Ok(Outcome::NotThere(why));
    }
    let before = observe(&vm.path());
    let state = (vm.text(), vm.names());
    let args = ["set", "vm.vmx", "memsize=4096"];
    let output = vm.command(&args).output().unwrap();
    // Where it cannot be kept, a refusal is right on every file system.
    let outcome = vm.judge(&args, &output, &state, "4096", &["vm.vmx"]);
    let now = observe(&vm.path());
    if now == before { outcome } else { Err(format!("{before:?} -> {now:?}: {outcome:?}")) }
}

fn mode(disk: &Mounted) -> Result {
    use std::os::unix::fs::PermissionsExt;
    let prepare = |path: &Path| {
        fs::set_permissions(path, fs::Permissions::from_mode(0o640)).map_err(|error| error.to_string())?;
        match fs::metadata(path).unwrap().mode() & 0o777 {
            0o640 => Ok(()),
            other => Err(format!("no mode is stored: {other:o} after setting 640")),
        }
    };
    keeps(disk, "mode", prepare, |path| fs::metadata(path).unwrap().mode())
}

fn owner(disk: &Mounted) -> Result {
    let prepare = |path: &Path| chown(path, Some(1234), Some(4321)).map_err(|error| error.to_string());
    keeps(disk, "owner", prepare, |path| fs::metadata(path).map(|meta| (meta.uid(), meta.gid())).unwrap())
}

fn acl(disk: &Mounted) -> Result {
    let prepare = |path: &Path| run_tool(&["setfacl", "-m", "u:1300:rw", path.to_str().unwrap()]);
    keeps(disk, "acl", prepare, |path| {
        let listed = isolated("getfacl").args(["-n", "-p"]).arg(path).output().unwrap();
        String::from_utf8_lossy(&listed.stdout).into_owned()
    })
}

fn attributes(disk: &Mounted) -> Result {
    const NAMES: [&str; 4] = ["user.note", "security.selinux", "trusted.note", "security.note"];
    // NTFS-3G lists none of the others, and any name is possible: they cannot be asked for.
    let names = if disk.kind == "ntfs-3g" { &NAMES[..2] } else { &NAMES[..] };
    let set =
        |path: &Path, name: &str| rustix::fs::setxattr(path, name, b"kept", rustix::fs::XattrFlags::empty());
    let prepare = |path: &Path| {
        let set = names.iter().filter(|name| set(path, name).is_ok()).count();
        if set == 0 { Err("no attribute can be set".to_owned()) } else { Ok(()) }
    };
    keeps(disk, "attributes", prepare, |path| {
        let value = |name: &&str| {
            let mut value = [0; 64];
            rustix::fs::getxattr(path, *name, &mut value[..])
                .map(|len| value[..len].escape_ascii().to_string())
        };
        names.iter().map(value).collect::<Vec<_>>()
    })
}

fn symbolic_link(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "link")?;
    if let Err(why) = symlink("vm.vmx", vm.folder.join("link.vmx")) {
        return Ok(Outcome::NotThere(why.to_string()));
    }
    let outcome = vm.edit(&["set", "link.vmx", "memsize=4096"], "4096", &["link.vmx", "vm.vmx"])?;
    let is_link = vm.folder.join("link.vmx").is_symlink();
    if is_link { Ok(outcome) } else { Err("the link was replaced".to_owned()) }
}

fn hard_link(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "hard")?;
    if let Err(why) = fs::hard_link(vm.path(), vm.folder.join("other")) {
        return Ok(Outcome::NotThere(why.to_string()));
    }
    if fs::metadata(vm.path()).unwrap().nlink() < 2 {
        return Ok(Outcome::NotThere("hard links cannot be seen".to_owned()));
    }
    let result = vm.run(&["set", "vm.vmx", "memsize=4096"]);
    let is_refused = matches!(result.code, 3..=5) && vm.text() == VM && vm.names() == ["other", "vm.vmx"];
    if is_refused { Ok(Outcome::Done) } else { Err(format!("exit {}: {}", result.code, result.stderr)) }
}

fn foreign_lock(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "lock")?;
    let member = vm.folder.join("vm.vmx.lck/M00001.lck");
    fs::create_dir(member.parent().unwrap()).unwrap();
    fs::write(&member, lock_member("AAAAAAL8AAAAAQAA", "1-5(vmware-vmx)")).unwrap();
    let result = vm.run(&["set", "vm.vmx", "memsize=4096"]);
    let is_refused = result.code == 3 && vm.text() == VM && member.exists();
    if is_refused { Ok(Outcome::Done) } else { Err(format!("exit {}: {}", result.code, result.stderr)) }
}

/// Kills runs at different moments, and checks that the next one succeeds and leaves nothing.
fn killed_run(disk: &Mounted) -> Result {
    let vm = Vm::new(disk, "killed")?;
    for wait in ["0.002", "0.005", "0.01", "0.02", "0.03", "0.05"] {
        let mut command = isolated("timeout");
        command.args(["-s", "KILL", wait]).arg(program());
        let _ = command
            .args(["set", "-q", "vm.vmx", &format!("killed.{}=1", &wait[2..])])
            .current_dir(&vm.folder)
            .output();
        let now = vm.text();
        if !now.starts_with(VM) {
            return Err(format!("killed after {wait} s: {now:?}"));
        }
    }
    fs::write(vm.folder.join(".vm.vmx.vmxedit-aZ09bY18cX27dW36.new"), "part").unwrap();
    let result = vm.run(&["set", "vm.vmx", "memsize=4096"]);
    match result.code {
        0 if vm.names() == ["vm.vmx"] && vm.text().contains("4096") => Ok(Outcome::Done),
        3..=5 if !disk.is_local() && vm.text().starts_with(VM) => Ok(Outcome::Refused(result.stderr)),
        code => Err(format!("exit {code}: {:?}: {}", vm.names(), result.stderr)),
    }
}

/// Returns one test for each file system.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "mounts file systems",
        test_list![ext4, xfs, btrfs, tmpfs, overlayfs, ntfs_3g_with_acls, exfat, sshfs, smbnetfs_on_samba],
    )
}

macro_rules! environments {
    ($($name:ident: $kind:literal,)*) => {
        $(fn $name() {
            check_all($kind);
        })*
    };
}

environments! {
    ext4: "ext4",
    xfs: "xfs",
    btrfs: "btrfs",
    tmpfs: "tmpfs",
    overlayfs: "overlay",
    ntfs_3g_with_acls: "ntfs-3g",
    exfat: "exfat-fuse",
    sshfs: "sshfs",
    smbnetfs_on_samba: "smbnetfs",
}
