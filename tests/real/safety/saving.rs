//! A save preserves metadata, and a failed save leaves only the old file.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

use crate::harness::{Scratch, command_as, isolated, program};
use crate::parts::strace::require_strace;
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            the_mode_is_preserved_under_any_umask,
            a_symlink_is_preserved_and_its_target_is_edited,
            a_dangling_symlink_is_an_error,
            a_read_only_file_is_refused_even_for_root,
            a_default_access_control_list_of_the_folder_is_not_applied,
            a_hard_linked_file_needs_break_links,
            restore_edits_the_file_back_to_the_newest_backup,
            a_version_displaced_by_a_killed_run_is_kept_and_reported,
            a_file_with_a_very_long_name_is_edited,
            the_temporary_file_is_private_and_synced_before_the_rename
        ]),
        second_tier(
            "needs root",
            test_list![
                the_owner_is_preserved_when_root_edits,
                an_access_control_list_and_extended_attributes_are_preserved,
                an_edit_that_changes_the_owner_needs_lossy_metadata,
                an_immutable_file_is_refused_and_nothing_is_left_behind
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn the_mode_is_preserved_under_any_umask() {
    let vm = Scratch::with("a = \"1\"\n");
    for mode in [0o755, 0o644, 0o600, 0o666, 0o777, 0o2755] {
        vm.set_mode("vm.vmx", mode);
        let script = format!("umask 077; '{}' set -q vm.vmx a={mode}", program().display());
        let done = isolated("sh").args(["-c", &script]).current_dir(vm.path("")).status().unwrap();
        assert!(done.success());
        assert_eq!(fs::metadata(vm.path("vm.vmx")).unwrap().permissions().mode() & 0o7777, mode);
    }
}

fn the_owner_is_preserved_when_root_edits() {
    require_root();
    let vm = Scratch::with("a = \"1\"\n");
    chown(vm.path("vm.vmx"), Some(1234), Some(4321)).unwrap();
    vm.run(&["set", "-q", "vm.vmx", "a=2"]).printed(0);
    let meta = fs::metadata(vm.path("vm.vmx")).unwrap();
    assert_eq!((meta.uid(), meta.gid()), (1234, 4321));
}

fn a_symlink_is_preserved_and_its_target_is_edited() {
    let vm = Scratch::new();
    vm.write("real/vm.vmx", "a = \"1\"\n");
    symlink("real/vm.vmx", vm.path("link.vmx")).unwrap();
    symlink("link.vmx", vm.path("link2.vmx")).unwrap();
    vm.run(&["set", "link2.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    assert_eq!(
        fs::read_link(vm.path("link2.vmx")).expect("it should still be a symlink"),
        std::path::Path::new("link.vmx")
    );
    assert_eq!(vm.read("real/vm.vmx"), b"a = \"2\"\n");
    assert_eq!(vm.names(), ["link.vmx", "link2.vmx", "real"]);
}

fn a_dangling_symlink_is_an_error() {
    let vm = Scratch::new();
    symlink("nowhere.vmx", vm.path("link.vmx")).unwrap();
    vm.run(&["set", "link.vmx", "a=2"]).refuses(5, &["link.vmx: cannot open"]);
    assert_eq!(vm.names(), ["link.vmx"]);
}

fn a_read_only_file_is_refused_even_for_root() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.set_mode("vm.vmx", 0o444);
    vm.run(&["set", "vm.vmx", "a=2"])
        .refuses(5, &["vm.vmx: cannot write: the file is read-only (mode 0444)", "hint: "]);
    vm.run(&["set", "vm.vmx", "a=1"]).prints("");
    assert_eq!((vm.read("vm.vmx"), vm.names()), (b"a = \"1\"\n".to_vec(), vec!["vm.vmx".to_owned()]));
}

/// Runs a tool and asserts that it succeeds, or skips the test if the tool is not installed.
fn run_or_skip(args: &[&str]) {
    match isolated(args[0]).args(&args[1..]).output() {
        Ok(output) => {
            assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Err(error) => skip(format!("{}: {error}", args[0])),
    }
}

fn an_access_control_list_and_extended_attributes_are_preserved() {
    require_root();
    let vm = Scratch::with("a = \"1\"\n");
    let path = vm.path("vm.vmx");
    let text = path.to_str().unwrap();
    for (name, value) in
        [("user.note", &b"kept"[..]), ("security.selinux", b"system_u:object_r:virt_image_t:s0\0")]
    {
        rustix::fs::setxattr(&path, name, value, rustix::fs::XattrFlags::empty())
            .expect("the file system should support extended attributes");
    }
    run_or_skip(&["setfacl", "-m", "u:1234:rw,g:4321:r", text]);
    let list = || isolated("getfacl").args(["-p", "-n", text]).output().unwrap().stdout;
    let before = list();
    vm.run(&["set", "-q", "vm.vmx", "a=2", "--backup"]).printed(0);
    assert_eq!(String::from_utf8_lossy(&list()), String::from_utf8_lossy(&before));
    for (name, value) in
        [("user.note", &b"kept"[..]), ("security.selinux", b"system_u:object_r:virt_image_t:s0\0")]
    {
        let mut buffer = [0; 64];
        let len = rustix::fs::getxattr(&path, name, &mut buffer[..]).expect("the attribute should exist");
        assert_eq!(&buffer[..len], value, "{name}");
    }
}

fn a_default_access_control_list_of_the_folder_is_not_applied() {
    let vm = Scratch::new();
    vm.write("d/vm.vmx", "a = \"1\"\n");
    run_or_skip(&["setfacl", "-d", "-m", "u:1234:rwx", vm.path("d").to_str().unwrap()]);
    vm.set_mode("d/vm.vmx", 0o640);
    vm.run(&["set", "-q", "d/vm.vmx", "a=2"]).printed(0);
    let path = vm.path("d/vm.vmx");
    let mut buffer = [0; 256];
    assert!(rustix::fs::getxattr(&path, "system.posix_acl_access", &mut buffer[..]).is_err());
    assert_eq!(fs::metadata(path).unwrap().mode() & 0o7777, 0o640);
}

fn an_edit_that_changes_the_owner_needs_lossy_metadata() {
    require_root();
    let vm = Scratch::new();
    let program = vm.copy_program("vmxedit");
    vm.write("d/vm.vmx", "a = \"1\"\n");
    for (name, mode) in [("d/vm.vmx", 0o664), ("d", 0o775), ("", 0o755)] {
        vm.set_mode(name, mode);
    }
    chown(vm.path("d/vm.vmx"), Some(0), Some(4321)).unwrap();
    chown(vm.path("d"), Some(0), Some(4321)).unwrap();
    let edit = |args: &[&str]| {
        command_as(1234, 4321, &program)
            .args(["set", "-q", "vm.vmx", "a=2"])
            .args(args)
            .current_dir(vm.path("d"))
            .output()
    };
    let Ok(output) = edit(&[]) else { skip("setpriv is not installed") };
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(
        stderr.contains("vm.vmx: cannot keep the file's owner") && stderr.contains("--lossy-metadata"),
        "{stderr}"
    );
    assert_eq!(vm.read("d/vm.vmx"), b"a = \"1\"\n");
    assert!(edit(&["--lossy-metadata"]).unwrap().status.success());
    let meta = fs::metadata(vm.path("d/vm.vmx")).unwrap();
    // The new owner's group is not the old one's: it gets no right to write.
    assert_eq!((meta.uid(), meta.gid(), meta.mode() & 0o7777), (1234, 4321, 0o644));
}

fn a_hard_linked_file_needs_break_links() {
    let vm = Scratch::with("a = \"1\"\n");
    fs::hard_link(vm.path("vm.vmx"), vm.path("other.vmx")).unwrap();
    vm.run(&["set", "vm.vmx", "a=2"])
        .refuses(4, &["vm.vmx: the file has 2 names (hard links)", "hint: --break-links"]);
    assert_eq!(vm.names(), ["other.vmx", "vm.vmx"]);
    vm.run(&["set", "-q", "vm.vmx", "a=2", "--break-links"]).printed(0);
    assert_eq!((vm.read("vm.vmx"), vm.read("other.vmx")), (b"a = \"2\"\n".to_vec(), b"a = \"1\"\n".to_vec()));
}

fn an_immutable_file_is_refused_and_nothing_is_left_behind() {
    require_root();
    let vm = Scratch::with("a = \"1\"\n");
    let path = vm.path("vm.vmx");
    let text = path.to_str().unwrap();
    for flag in ["i", "a"] {
        run_or_skip(&["chattr", &format!("+{flag}"), text]);
        let result = vm.run(&["set", "vm.vmx", "a=2"]);
        run_or_skip(&["chattr", &format!("-{flag}"), text]);
        assert_eq!((result.code, vm.names()), (5, vec!["vm.vmx".to_owned()]), "{flag}: {}", result.stderr);
        result.says(&["vm.vmx: cannot "]);
    }
    assert_eq!(vm.read("vm.vmx"), b"a = \"1\"\n");
}

fn restore_edits_the_file_back_to_the_newest_backup() {
    let vm = Scratch::with("a = \"1\" # one\nb = \"1\"\n");
    let first = vm.read("vm.vmx");
    vm.run(&["restore", "vm.vmx"]).refuses(5, &["vm.vmx: no backup"]);
    vm.run(&["set", "-q", "vm.vmx", "a=2", "--backup"]).printed(0);
    vm.run(&["set", "-q", "vm.vmx", "a=3", "c=4", "--backup"]).printed(0);
    let result = vm.run(&["restore", "vm.vmx", "-n", "--diff"]);
    assert_eq!(result.code, 0);
    assert!(
        result.stdout.starts_with("~ a = \"3\" -> \"2\"\n- c = \"4\"\n--- vm.vmx\n"),
        "{}",
        result.stdout
    );
    let result = vm.run(&["restore", "vm.vmx"]);
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"3\" -> \"2\"\n- c = \"4\"\n"));
    result.says(&["restored from", "vm.vmx.bak.1"]);
    vm.run(&["restore", "-q", "vm.vmx", "vm.vmx.bak"]).printed(0);
    assert_eq!(vm.read("vm.vmx"), first);
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.bak", "vm.vmx.bak.1"]);
    vm.write("picture.bak", b"\x89PNG\r\n");
    vm.run(&["restore", "vm.vmx", "picture.bak"]).refuses(4, &["picture.bak: not a VMX file"]);
}

fn a_version_displaced_by_a_killed_run_is_kept_and_reported() {
    let vm = Scratch::with("a = \"1\"\n");
    let displaced = vm
        .write(".vm.vmx.vmxedit-00000000000000aa-00000000000000bb-00000000000000cc.swap", "theirs = \"1\"\n");
    vm.write(".vm.vmx.vmxedit-0badcafe.new", "half a fi");
    vm.write(".other.vmx.vmxedit-0badcafe.new", "another file's");
    let result = vm.run(&["set", "-q", "vm.vmx", "a=2"]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    let result = vm.run(&["set", "vm.vmx", "a=3"]);
    result.says(&["warning: ", ".swap is a version of the file that another process saved"]);
    assert!(displaced.exists());
    assert_eq!(vm.names().len(), 3, "{:?}", vm.names());
}

fn a_file_with_a_very_long_name_is_edited() {
    let vm = Scratch::new();
    let name = format!("{}.vmx", "n".repeat(240));
    vm.write(&name, "a = \"1\"\n");
    vm.run(&["set", "-q", &name, "a=2"]).printed(0);
    assert_eq!((vm.read(&name), vm.names()), (b"a = \"2\"\n".to_vec(), vec![name]));
}

fn the_temporary_file_is_private_and_synced_before_the_rename() {
    require_strace();
    let vm = Scratch::with("a = \"1\"\n");
    vm.set_mode("vm.vmx", 0o600);
    let trace = isolated("strace")
        .args(["-f", "-o"])
        .arg(vm.path("trace"))
        .arg(program())
        .args(["set", "-q"])
        .arg(vm.path("vm.vmx"))
        .arg("a=2")
        .status()
        .unwrap();
    assert!(trace.success());
    let trace = String::from_utf8_lossy(&vm.read("trace")).into_owned();
    let order = ["O_EXCL", "write(", "fsync(", "rename", "fsync("];
    let mut at = trace.find("vmxedit-").expect("a temporary file should be created");
    at = trace[..at].rfind('\n').unwrap_or(0);
    for call in order {
        at += trace[at..].find(call).unwrap_or_else(|| panic!("{call} is missing or out of order: {trace}"))
            + 1;
    }
    assert!(trace.contains(", 0600)") && !trace.contains(", 0666)"), "{trace}");
}
