//! What a save keeps, and that a save which fails leaves the old file and nothing else.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

use vmxedit::VmxFile;
use vmxedit::file::Save;

use super::support::{Scratch, skip};

fn is_root(test: &str) -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0);
    if !root {
        skip(test, "it needs root");
    }
    root
}

#[test]
fn the_mode_is_kept_whatever_the_umask() {
    let vm = Scratch::with("a = \"1\"\n");
    for mode in [0o755, 0o644, 0o600, 0o666, 0o777, 0o2755] {
        vm.mode("vm.vmx", mode);
        let script = format!(
            "umask 077; '{}' set -q vm.vmx a={mode}",
            assert_cmd::cargo::cargo_bin!("vmxedit").display()
        );
        let done = std::process::Command::new("sh")
            .args(["-c", &script])
            .current_dir(vm.path(""))
            .status()
            .expect("sh");
        assert!(done.success());
        assert_eq!(fs::metadata(vm.path("vm.vmx")).expect("there").permissions().mode() & 0o7777, mode);
    }
}

#[test]
fn the_owner_is_kept_when_root_edits() {
    if !is_root("the owner's test") {
        return;
    }
    let vm = Scratch::with("a = \"1\"\n");
    chown(vm.path("vm.vmx"), Some(1234), Some(4321)).expect("root may");
    vm.run(&["set", "-q", "vm.vmx", "a=2"]).prints("");
    let meta = fs::metadata(vm.path("vm.vmx")).expect("there");
    assert_eq!((meta.uid(), meta.gid()), (1234, 4321));
}

#[test]
fn a_symlink_stays_and_its_target_is_edited() {
    let vm = Scratch::new();
    vm.write("real/vm.vmx", "a = \"1\"\n");
    symlink("real/vm.vmx", vm.path("link.vmx")).expect("a link");
    symlink("link.vmx", vm.path("link2.vmx")).expect("a link");
    vm.run(&["set", "link2.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    assert_eq!(fs::read_link(vm.path("link2.vmx")).expect("still a link"), std::path::Path::new("link.vmx"));
    assert_eq!(vm.read("real/vm.vmx"), b"a = \"2\"\n");
    assert_eq!(vm.names(), ["link.vmx", "link2.vmx", "real"]);
}

#[test]
fn a_dangling_symlink_is_an_error() {
    let vm = Scratch::new();
    symlink("nowhere.vmx", vm.path("link.vmx")).expect("a link");
    vm.run(&["set", "link.vmx", "a=2"]).refuses(5, &["link.vmx: cannot open"]);
    assert_eq!(vm.names(), ["link.vmx"]);
}

#[test]
fn a_read_only_file_is_refused_even_to_root() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.mode("vm.vmx", 0o444);
    vm.run(&["set", "vm.vmx", "a=2"])
        .refuses(5, &["vm.vmx: cannot write: the file is read-only (mode 0444)", "hint: "]);
    vm.run(&["set", "vm.vmx", "a=1"]).prints("");
    assert_eq!((vm.read("vm.vmx"), vm.names()), (b"a = \"1\"\n".to_vec(), vec!["vm.vmx".to_owned()]));
}

#[test]
fn a_file_that_changed_since_it_was_read_is_not_overwritten() {
    for how in ["rewritten", "replaced", "removed"] {
        let vm = Scratch::with("a = \"1\"\n");
        let path = vm.path("vm.vmx");
        let file = VmxFile::read(&path).expect("readable");
        match how {
            "rewritten" => fs::write(&path, "a = \"7\"\n").expect("written"),
            "replaced" => {
                vm.write("other", "a = \"1\"\n");
                fs::rename(vm.path("other"), &path).expect("renamed");
            }
            _ => fs::remove_file(&path).expect("removed"),
        }
        let error = file
            .replace(b"a = \"2\"\n", &Save { backup: Some(".bak".into()), ..Save::default() }, &|| false)
            .expect_err("it changed");
        assert_eq!((error.code(), error.kind()), (3, "changed"), "{how}");
        assert_ne!(fs::read(&path).unwrap_or_default(), b"a = \"2\"\n", "{how}");
        assert!(vm.names().iter().all(|name| name == "vm.vmx"), "{how}: {:?}", vm.names());
    }
}

#[test]
fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    if !is_root("the full disk") {
        return;
    }
    let vm = Scratch::new();
    fs::create_dir(vm.path("full")).expect("a directory");
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(vm.path("full"))
        .output()
        .expect("mount");
    if !mounted.status.success() {
        return skip("the full disk", &String::from_utf8_lossy(&mounted.stderr));
    }
    let file = format!("a = \"1\"\nfill = \"{}\"\n", "x".repeat(20_000));
    vm.write("full/vm.vmx", &file);
    vm.write("full/filler", "y".repeat(40_000));
    let ran = vm.run(&["set", "full/vm.vmx", "a=2"]);
    let left = fs::read_dir(vm.path("full")).expect("readable").count();
    let now = vm.read("full/vm.vmx");
    let _ = std::process::Command::new("umount").arg(vm.path("full")).status();
    assert_eq!((ran.code, left), (5, 2), "{}", ran.stderr);
    ran.says(&["full/vm.vmx: cannot write the new file: No space left", "hint: make room"]);
    assert_eq!(now, file.as_bytes());
}

#[test]
fn nobody_else_can_read_the_new_file_while_it_is_written() {
    let strace = std::process::Command::new("strace").arg("-V").output();
    if strace.is_err() {
        return skip("the trace of a save", "strace is not installed");
    }
    let vm = Scratch::with("a = \"1\"\n");
    vm.mode("vm.vmx", 0o600);
    let trace = std::process::Command::new("strace")
        .args(["-f", "-o"])
        .arg(vm.path("trace"))
        .arg(assert_cmd::cargo::cargo_bin!("vmxedit"))
        .args(["set", "-q"])
        .arg(vm.path("vm.vmx"))
        .arg("a=2")
        .status()
        .expect("strace runs");
    assert!(trace.success());
    let trace = String::from_utf8_lossy(&vm.read("trace")).into_owned();
    let order = ["O_EXCL", "write(", "fsync(", "rename", "fsync("];
    let mut at = trace.find("vmxedit-").expect("a temporary file is made");
    at = trace[..at].rfind('\n').unwrap_or(0);
    for call in order {
        at += trace[at..].find(call).unwrap_or_else(|| panic!("{call} in its place: {trace}")) + 1;
    }
    assert!(trace.contains("0600") && !trace.contains("0666"), "{trace}");
}
