//! Saves on real file systems: preserved metadata, full disks, and power cuts.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::path::PathBuf;

use crate::harness::{Scratch, command_as, isolated, program};
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = first_tier(test_list![a_file_size_limit_is_an_error_and_damages_nothing]);
    tests.extend(second_tier(
        "mounts file systems",
        test_list![
            a_save_preserves_metadata_on_ext4,
            a_save_preserves_metadata_on_xfs,
            a_save_preserves_metadata_on_btrfs,
            a_save_preserves_metadata_on_tmpfs,
            a_save_preserves_metadata_on_overlayfs,
            a_batch_survives_a_power_cut_after_exit_0,
            a_full_disk_leaves_the_old_file_and_nothing_else,
            a_read_only_folder_or_file_system_refuses_edits_and_allows_reads,
            an_edit_survives_a_power_cut_on_ext4_after_exit_0,
            an_edit_survives_a_power_cut_on_xfs_after_exit_0
        ],
    ));
    tests
}

/// A file system that is unmounted after the test.
struct MountedFileSystem {
    scratch: Scratch,
    image: Option<PathBuf>,
}

/// Runs a tool, and returns its error message if it fails.
pub(crate) fn run_tool(args: &[&str]) -> Result<(), String> {
    match isolated(args[0]).args(&args[1..]).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{args:?}: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("{args:?}: {error}")),
    }
}

impl MountedFileSystem {
    /// Mounts a new file system on `disk/` in a scratch directory, or skips the test.
    fn new(kind: &str, options: &str) -> Self {
        require_root();
        let scratch = Scratch::new();
        fs::create_dir(scratch.path("disk")).unwrap();
        let mut mounted = Self { scratch, image: None };
        match mounted.mount_new(kind, options) {
            Ok(()) => mounted,
            Err(why) => skip(format!("the file system {kind}: {why}")),
        }
    }

    fn mount_new(&mut self, kind: &str, options: &str) -> Result<(), String> {
        let disk = self.scratch.path("disk");
        let disk = disk.to_str().unwrap();
        match kind {
            "tmpfs" => return run_tool(&["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk]),
            "overlay" => {
                // The upper layer must not be an overlay itself.
                let layers = self.scratch.path("layers");
                fs::create_dir(&layers).unwrap();
                run_tool(&["mount", "-t", "tmpfs", "tmpfs", layers.to_str().unwrap()])?;
                for layer in ["lower", "upper", "work"] {
                    fs::create_dir(layers.join(layer)).unwrap();
                }
                fs::write(layers.join("lower/lower.vmx"), "a = \"1\"\n").unwrap();
                let at = layers.display();
                let layers = format!("lowerdir={at}/lower,upperdir={at}/upper,workdir={at}/work");
                return run_tool(&["mount", "-t", "overlay", "-o", &layers, "overlay", disk]);
            }
            _ => {}
        }
        let image = self.scratch.path("image");
        run_tool(&["truncate", "-s", "400M", image.to_str().unwrap()])?;
        run_tool(&[&format!("mkfs.{kind}"), "-q", image.to_str().unwrap()])?;
        self.image = Some(image);
        self.mount(options)
    }

    fn mount(&self, options: &str) -> Result<(), String> {
        let (image, disk) = (self.image.clone().unwrap(), self.scratch.path("disk"));
        let options = if options.is_empty() { "loop".to_owned() } else { format!("loop,{options}") };
        run_tool(&["mount", "-o", &options, image.to_str().unwrap(), disk.to_str().unwrap()])
    }

    /// Shuts the file system down without writing its caches, and mounts it again.
    fn cut_power(&self) {
        let disk = self.scratch.path("disk");
        run_tool(&["xfs_io", "-x", "-c", "shutdown", disk.to_str().unwrap()])
            .expect("the file system should shut down");
        self.unmount();
        self.mount("").expect("the file system should mount again");
    }

    fn unmount(&self) {
        for _ in 0..50 {
            if run_tool(&["umount", self.scratch.path("disk").to_str().unwrap()]).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

impl Drop for MountedFileSystem {
    fn drop(&mut self) {
        self.unmount();
        let _ = run_tool(&["umount", "-q", self.scratch.path("layers").to_str().unwrap()]);
    }
}

fn a_save_preserves_metadata_on_ext4() {
    a_save_preserves_metadata("ext4");
}

fn a_save_preserves_metadata_on_xfs() {
    a_save_preserves_metadata("xfs");
}

fn a_save_preserves_metadata_on_btrfs() {
    a_save_preserves_metadata("btrfs");
}

fn a_save_preserves_metadata_on_tmpfs() {
    a_save_preserves_metadata("tmpfs");
}

fn a_save_preserves_metadata_on_overlayfs() {
    a_save_preserves_metadata("overlay");
}

fn a_save_preserves_metadata(kind: &str) {
    let disk = MountedFileSystem::new(kind, if kind == "tmpfs" { "size=16m" } else { "" });
    let vm = &disk.scratch;
    let old = "a = \"1\"\n";
    vm.write("disk/vm.vmx", old);
    let path = vm.path("disk/vm.vmx");
    vm.set_mode("disk/vm.vmx", 0o750);
    chown(&path, Some(1234), Some(4321)).unwrap();
    let attribute = rustix::fs::setxattr(&path, "user.note", b"kept", rustix::fs::XattrFlags::empty());
    symlink("vm.vmx", vm.path("disk/link.vmx")).unwrap();
    vm.run(&["set", "-q", "disk/link.vmx", "a=2"]).printed(0);
    assert_eq!(vm.read("disk/vm.vmx"), b"a = \"2\"\n", "{kind}");
    let meta = fs::metadata(&path).unwrap();
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
    vm.run(&["restore", "-q", "disk/vm.vmx"]).printed(0);
    assert_eq!(vm.read("disk/vm.vmx"), b"a = \"2\"\n", "{kind}");
    if kind == "overlay" {
        vm.run(&["set", "-q", "disk/lower.vmx", "a=2"]).printed(0);
        assert_eq!(vm.read("disk/lower.vmx"), b"a = \"2\"\n", "a file of the lower layer should be edited");
    }
    let hidden = fs::read_dir(vm.path("disk")).unwrap().flatten();
    let hidden: Vec<_> = hidden
        .map(|entry| entry.file_name())
        .filter(|name| name.as_encoded_bytes().starts_with(b"."))
        .collect();
    assert!(hidden.is_empty(), "{kind}: {hidden:?}");
}

fn an_edit_survives_a_power_cut_on_ext4_after_exit_0() {
    an_edit_survives_a_power_cut("ext4");
}

fn an_edit_survives_a_power_cut_on_xfs_after_exit_0() {
    an_edit_survives_a_power_cut("xfs");
}

fn an_edit_survives_a_power_cut(kind: &str) {
    let disk = MountedFileSystem::new(kind, "");
    require_xfs_io();
    let vm = &disk.scratch;
    vm.write("disk/vm.vmx", "a = \"0\"\n");
    run_tool(&["sync"]).unwrap();
    for round in 1..=10 {
        vm.run(&["set", "-q", "disk/vm.vmx", &format!("a={round}")]).printed(0);
        disk.cut_power();
        assert_eq!(vm.read("disk/vm.vmx"), format!("a = \"{round}\"\n").as_bytes(), "{kind}");
        // The next edit must not treat the remains of the lock as its own.
        vm.run(&["set", "-q", "disk/vm.vmx", "b=1"]).printed(0);
        vm.run(&["unset", "-q", "disk/vm.vmx", "b"]).printed(0);
    }
}

fn require_xfs_io() {
    if let Err(why) = run_tool(&["xfs_io", "-V"]) {
        skip(why);
    }
}

fn a_batch_survives_a_power_cut_after_exit_0() {
    let disk = MountedFileSystem::new("ext4", "");
    require_xfs_io();
    let vm = &disk.scratch;
    for n in 0..200 {
        vm.write(&format!("disk/{n}/vm.vmx"), "a = \"0\"\n");
    }
    run_tool(&["sync"]).unwrap();
    for round in 1..=3 {
        let changes = vm.run(&["apply", "-qr", "--set", &format!("a={round}"), "disk"]).printed(0);
        assert_eq!(changes.lines().count(), 200, "{changes}");
        disk.cut_power();
        for n in 0..200 {
            let now = vm.read(&format!("disk/{n}/vm.vmx"));
            assert_eq!(now, format!("a = \"{round}\"\n").as_bytes(), "{n}, round {round}");
        }
    }
}

fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    let file = format!("a = \"1\"\nfill = \"{}\"\n", "x".repeat(20_000));
    for (options, filler) in [
        ("size=64k", 40_000),
        ("size=64k", 28_000),
        // One page is missing, so the kernel writes part of the data.
        ("size=64k", 24_500),
        ("nr_inodes=5,size=1m", 100),
        ("nr_inodes=6,size=1m", 100),
    ] {
        let disk = MountedFileSystem::new("tmpfs", options);
        let vm = &disk.scratch;
        vm.write("disk/vm.vmx", &file);
        vm.write("disk/filler", "y".repeat(filler));
        if options.contains("nr_inodes") {
            // This leaves no inode, or one for the lock directory.
            vm.write("disk/filler2", "");
        }
        let result = vm.run(&["set", "disk/vm.vmx", "a=2"]);
        assert_eq!((result.code, &*result.stdout), (5, ""), "{options}: {}", result.stderr);
        result.says(&["disk/vm.vmx: cannot ", "No space left", "hint: free space"]);
        assert_eq!(vm.read("disk/vm.vmx"), file.as_bytes(), "{options}");
        let mut left: Vec<_> =
            fs::read_dir(vm.path("disk")).unwrap().flatten().map(|entry| entry.file_name()).collect();
        left.retain(|name| !name.as_encoded_bytes().starts_with(b"filler"));
        assert_eq!(left, ["vm.vmx"], "{options}");
    }
}

fn a_file_size_limit_is_an_error_and_damages_nothing() {
    let file = format!("a = \"1\"\nfill = \"{}\"\n", "x".repeat(20_000));
    let vm = Scratch::with(&file);
    let program = program();
    // A block of `ulimit -f` has 512 or 1024 bytes, depending on the shell. SIGXFSZ is ignored so that the
    // write fails.
    let script = format!("trap '' XFSZ; ulimit -f 8; '{}' set vm.vmx a=2", program.display());
    let output = isolated("bash").args(["-c", &script]).current_dir(vm.path("")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(stderr.contains("cannot write the new file: File too large"), "{stderr}");
    assert_eq!((vm.read("vm.vmx"), vm.names()), (file.into_bytes(), vec!["vm.vmx".to_owned()]));
}

fn a_read_only_folder_or_file_system_refuses_edits_and_allows_reads() {
    let disk = MountedFileSystem::new("tmpfs", "size=64m");
    let vm = &disk.scratch;
    vm.write("disk/vm.vmx", "a = \"1\"\n");
    let at = vm.path("disk");
    run_tool(&["mount", "-o", "remount,ro", at.to_str().unwrap()]).unwrap();
    vm.run(&["set", "disk/vm.vmx", "a=2"])
        .refuses(5, &["disk/vm.vmx: cannot take VMware's lock", "Read-only file system"]);
    vm.run(&["set", "disk/vm.vmx", "a=1"]).prints("");
    vm.run(&["get", "disk/vm.vmx", "a"]).prints("1\n");
    assert_eq!(vm.run(&["set", "disk/vm.vmx", "a=2", "--check"]).code, 1);
    assert_eq!(vm.run(&["status", "disk/vm.vmx"]).code, 0);
    run_tool(&["mount", "-o", "remount,rw", at.to_str().unwrap()]).unwrap();
    let program = vm.copy_program("disk/vmxedit");
    for (name, mode) in [("disk", 0o755), ("disk/vm.vmx", 0o666), ("", 0o755)] {
        vm.set_mode(name, mode);
    }
    let output = command_as(65534, 65534, program).args(["set", "vm.vmx", "a=2"]).current_dir(&at).output();
    let Ok(output) = output else { skip("setpriv is not installed") };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert!(
        stderr.contains("vm.vmx: cannot take VMware's lock") && stderr.contains("Permission denied"),
        "{stderr}"
    );
    assert_eq!(vm.read("disk/vm.vmx"), b"a = \"1\"\n");
}
