//! Real file systems: what a save keeps on each, a disk that is full, and the power cut right after "done".

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::PathBuf;
use std::process::Command;

use super::support::{Scratch, require_root, skip};

/// A file system that is unmounted after the test.
struct MountedFileSystem {
    scratch: Scratch,
    image: Option<PathBuf>,
}

/// Runs a tool; its complaint where it failed.
fn run_tool(args: &[&str]) -> Result<(), String> {
    match Command::new(args[0]).args(&args[1..]).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{args:?}: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("{args:?}: {error}")),
    }
}

impl MountedFileSystem {
    /// A file system of that kind, on `disk/` in a scratch directory; a loud skip where it cannot be had.
    fn new(kind: &str, options: &str) -> Option<Self> {
        if !require_root(&format!("the file system {kind}")) {
            return None;
        }
        let scratch = Scratch::new();
        fs::create_dir(scratch.path("disk")).expect("a directory");
        let mut mounted = Self { scratch, image: None };
        match mounted.mount_new(kind, options) {
            Ok(()) => Some(mounted),
            Err(why) => {
                skip(&format!("the file system {kind}"), &why);
                None
            }
        }
    }

    fn mount_new(&mut self, kind: &str, options: &str) -> Result<(), String> {
        let disk = self.scratch.path("disk");
        let disk = disk.to_str().expect("text");
        match kind {
            "tmpfs" => return run_tool(&["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk]),
            "overlay" => {
                // The upper layer must not be an overlay itself.
                let layers = self.scratch.path("layers");
                fs::create_dir(&layers).expect("a directory");
                run_tool(&["mount", "-t", "tmpfs", "tmpfs", layers.to_str().expect("text")])?;
                for layer in ["lower", "upper", "work"] {
                    fs::create_dir(layers.join(layer)).expect("a directory");
                }
                fs::write(layers.join("lower/lower.vmx"), "a = \"1\"\n").expect("a file");
                let at = layers.display();
                let layers = format!("lowerdir={at}/lower,upperdir={at}/upper,workdir={at}/work");
                return run_tool(&["mount", "-t", "overlay", "-o", &layers, "overlay", disk]);
            }
            _ => {}
        }
        let image = self.scratch.path("image");
        run_tool(&["truncate", "-s", "400M", image.to_str().expect("text")])?;
        run_tool(&[&format!("mkfs.{kind}"), "-q", image.to_str().expect("text")])?;
        self.image = Some(image);
        self.mount(options)
    }

    fn mount(&self, options: &str) -> Result<(), String> {
        let (image, disk) = (self.image.clone().expect("it has one"), self.scratch.path("disk"));
        let options = if options.is_empty() { "loop".to_owned() } else { format!("loop,{options}") };
        run_tool(&["mount", "-o", &options, image.to_str().expect("text"), disk.to_str().expect("text")])
    }

    fn unmount(&self) {
        for _ in 0..50 {
            if run_tool(&["umount", self.scratch.path("disk").to_str().expect("text")]).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

impl Drop for MountedFileSystem {
    fn drop(&mut self) {
        self.unmount();
        let _ = run_tool(&["umount", "-q", self.scratch.path("layers").to_str().expect("text")]);
    }
}

#[test]
fn a_save_preserves_metadata_on_each_file_system() {
    for kind in ["ext4", "xfs", "btrfs", "tmpfs", "overlay"] {
        let Some(disk) = MountedFileSystem::new(kind, if kind == "tmpfs" { "size=16m" } else { "" }) else {
            continue;
        };
        let vm = &disk.scratch;
        let old = "a = \"1\"\n";
        vm.write("disk/vm.vmx", old);
        let path = vm.path("disk/vm.vmx");
        vm.mode("disk/vm.vmx", 0o750);
        chown(&path, Some(1234), Some(4321)).expect("root may");
        let attribute = rustix::fs::setxattr(&path, "user.note", b"kept", rustix::fs::XattrFlags::empty());
        symlink("vm.vmx", vm.path("disk/link.vmx")).expect("a link");
        vm.run(&["set", "-q", "disk/link.vmx", "a=2"]).prints("");
        assert_eq!(vm.read("disk/vm.vmx"), b"a = \"2\"\n", "{kind}");
        let meta = fs::metadata(&path).expect("there");
        assert_eq!((meta.mode() & 0o7777, meta.uid(), meta.gid()), (0o750, 1234, 4321), "{kind}");
        if attribute.is_ok() {
            let mut value = [0; 8];
            assert_eq!(rustix::fs::getxattr(&path, "user.note", &mut value[..]), Ok(4), "{kind}");
        }
        assert!(vm.path("disk/link.vmx").is_symlink(), "{kind}");
        let result = vm.run(&["set", "-q", "disk/vm.vmx", "a=3", "--backup"]);
        assert_eq!((result.code, &*result.stderr), (0, ""), "{kind}");
        assert_eq!(
            (vm.read("disk/vm.vmx"), vm.read("disk/vm.vmx.bak")),
            (b"a = \"3\"\n".to_vec(), b"a = \"2\"\n".to_vec())
        );
        vm.run(&["restore", "-q", "disk/vm.vmx"]).prints("");
        assert_eq!(vm.read("disk/vm.vmx"), b"a = \"2\"\n", "{kind}");
        if kind == "overlay" {
            vm.run(&["set", "-q", "disk/lower.vmx", "a=2"]).prints("");
            assert_eq!(vm.read("disk/lower.vmx"), b"a = \"2\"\n", "from the lower layer");
        }
        let hidden = fs::read_dir(vm.path("disk")).expect("readable").flatten();
        let hidden: Vec<_> = hidden
            .map(|entry| entry.file_name())
            .filter(|name| name.as_encoded_bytes().starts_with(b"."))
            .collect();
        assert!(hidden.is_empty(), "{kind}: {hidden:?}");
    }
}

#[test]
fn an_edit_survives_a_power_cut_after_exit_0() {
    let mut kept = 0;
    for kind in ["ext4", "xfs"] {
        let Some(disk) = MountedFileSystem::new(kind, "") else { return };
        if let Err(why) = run_tool(&["xfs_io", "-V"]) {
            return skip("the power cut", &why);
        }
        let vm = &disk.scratch;
        vm.write("disk/vm.vmx", "a = \"0\"\n");
        run_tool(&["sync"]).expect("sync");
        for round in 1..=10 {
            vm.run(&["set", "-q", "disk/vm.vmx", &format!("a={round}")]).prints("");
            run_tool(&["xfs_io", "-x", "-c", "shutdown", vm.path("disk").to_str().expect("text")])
                .expect("the power is cut");
            disk.unmount();
            disk.mount("").expect("the disk comes back");
            assert_eq!(vm.read("disk/vm.vmx"), format!("a = \"{round}\"\n").as_bytes(), "{kind}");
            kept += 1;
            // What the cut left of the lock is this process's no more.
            vm.run(&["set", "-q", "disk/vm.vmx", "b=1"]).prints("");
            vm.run(&["unset", "-q", "disk/vm.vmx", "b"]).prints("");
        }
    }
    println!("{kept} of 20 power cuts found the new file");
    assert_eq!(kept, 20);
}

#[test]
fn a_batch_survives_a_power_cut_after_exit_0() {
    let Some(disk) = MountedFileSystem::new("ext4", "") else { return };
    if let Err(why) = run_tool(&["xfs_io", "-V"]) {
        return skip("the power cut", &why);
    }
    let vm = &disk.scratch;
    for n in 0..200 {
        vm.write(&format!("disk/{n}/vm.vmx"), "a = \"0\"\n");
    }
    run_tool(&["sync"]).expect("sync");
    for round in 1..=3 {
        vm.run(&["apply", "-qr", "--set", &format!("a={round}"), "disk"]).prints("");
        run_tool(&["xfs_io", "-x", "-c", "shutdown", vm.path("disk").to_str().expect("text")])
            .expect("the power is cut");
        disk.unmount();
        disk.mount("").expect("the disk comes back");
        for n in 0..200 {
            let now = vm.read(&format!("disk/{n}/vm.vmx"));
            assert_eq!(now, format!("a = \"{round}\"\n").as_bytes(), "{n}, round {round}");
        }
    }
}

#[test]
fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    let file = format!("a = \"1\"\nfill = \"{}\"\n", "x".repeat(20_000));
    for (options, filler) in [
        ("size=64k", 40_000),
        ("size=64k", 28_000),
        // One page short: a write that is cut, not refused.
        ("size=64k", 24_500),
        ("nr_inodes=5,size=1m", 100),
        ("nr_inodes=6,size=1m", 100),
    ] {
        let Some(disk) = MountedFileSystem::new("tmpfs", options) else { return };
        let vm = &disk.scratch;
        vm.write("disk/vm.vmx", &file);
        vm.write("disk/filler", "y".repeat(filler));
        if options.contains("nr_inodes") {
            // Leaves no inode, or one for the lock's directory alone.
            vm.write("disk/filler2", "");
        }
        let result = vm.run(&["set", "disk/vm.vmx", "a=2"]);
        assert_eq!((result.code, &*result.stdout), (5, ""), "{options}: {}", result.stderr);
        result.says(&["disk/vm.vmx: cannot ", "No space left", "hint: free space"]);
        assert_eq!(vm.read("disk/vm.vmx"), file.as_bytes(), "{options}");
        let mut left: Vec<_> = fs::read_dir(vm.path("disk"))
            .expect("readable")
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        left.retain(|name| !name.as_encoded_bytes().starts_with(b"filler"));
        assert_eq!(left, ["vm.vmx"], "{options}");
    }
}

#[test]
fn a_file_size_limit_is_an_error_and_damages_nothing() {
    let file = format!("a = \"1\"\nfill = \"{}\"\n", "x".repeat(20_000));
    let vm = Scratch::with(&file);
    let program = assert_cmd::cargo::cargo_bin!("vmxedit");
    // Blocks of 512 or 1024 bytes, by the shell; the signal that comes with the limit is ignored, as under nohup.
    let script = format!("trap '' XFSZ; ulimit -f 8; '{}' set vm.vmx a=2", program.display());
    let output = Command::new("bash").args(["-c", &script]).current_dir(vm.path("")).output().expect("bash");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.contains("cannot write the new file: File too large"), "{stderr}");
    assert_eq!((vm.read("vm.vmx"), vm.names()), (file.into_bytes(), vec!["vm.vmx".to_owned()]));
}

#[test]
fn a_read_only_folder_or_file_system_refuses_edits_and_allows_reads() {
    let Some(disk) = MountedFileSystem::new("tmpfs", "size=64m") else { return };
    let vm = &disk.scratch;
    vm.write("disk/vm.vmx", "a = \"1\"\n");
    let at = vm.path("disk");
    run_tool(&["mount", "-o", "remount,ro", at.to_str().expect("text")]).expect("remounted");
    vm.run(&["set", "disk/vm.vmx", "a=2"])
        .refuses(5, &["disk/vm.vmx: cannot take VMware's lock", "Read-only file system"]);
    vm.run(&["set", "disk/vm.vmx", "a=1"]).prints("");
    vm.run(&["get", "disk/vm.vmx", "a"]).prints("1\n");
    assert_eq!(vm.run(&["set", "disk/vm.vmx", "a=2", "--check"]).code, 1);
    assert_eq!(vm.run(&["status", "disk/vm.vmx"]).code, 0);
    run_tool(&["mount", "-o", "remount,rw", at.to_str().expect("text")]).expect("remounted");
    fs::set_permissions(&at, fs::Permissions::from_mode(0o755)).expect("a mode");
    let program = assert_cmd::cargo::cargo_bin!("vmxedit");
    let copy = vm.write("disk/vmxedit", fs::read(program).expect("readable"));
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).expect("a mode");
    vm.mode("disk/vm.vmx", 0o666);
    fs::set_permissions(vm.path(""), fs::Permissions::from_mode(0o755)).expect("a mode");
    let output = Command::new("setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(&copy)
        .args(["set", "vm.vmx", "a=2"])
        .current_dir(&at)
        .output();
    let Ok(output) = output else { return skip("another user", "setpriv is not installed") };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(
        stderr.contains("vm.vmx: cannot take VMware's lock") && stderr.contains("Permission denied"),
        "{stderr}"
    );
    assert_eq!(vm.read("disk/vm.vmx"), b"a = \"1\"\n");
}
