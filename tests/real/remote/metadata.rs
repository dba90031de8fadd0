//! Owner and permissions of a file that is replaced, and hosts without `/proc`.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

use super::evidence::log_in_as;
use crate::harness::{RunResult, isolated};
use crate::parts::sshd::{Shell, SshHost, shells};
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let first = first_tier(test_list![a_change_of_the_mode_is_not_undone]);
    let second = second_tier(
        "needs root",
        test_list![
            a_lost_owner_takes_the_rights_of_others_along,
            a_file_that_the_user_may_not_write_is_refused,
            a_folder_that_gives_rights_to_new_files_is_refused,
            a_lost_access_control_list_takes_its_rights_along,
            a_host_without_proc_is_used_only_in_folders_that_no_other_user_can_change
        ],
    );
    first.into_iter().chain(second).collect()
}

const VM: &str = "a = \"1\"\n";
const DONE: &str = "~ a = \"1\" -> \"2\"\n";
const OWNER: u32 = 1234;
const USER: u32 = 65534;

fn a_change_of_the_mode_is_not_undone() {
    let host = SshHost::start_shared(Shell::Dash);
    let vmx = host.scratch().write("vm/vm.vmx", VM);
    let file = host.url(&vmx);
    for (mode, code) in [("600", 0), ("400", 5), ("4755", 0)] {
        fs::write(&vmx, "a = \"1\"\n").unwrap();
        host.scratch().set_mode("vm/vm.vmx", 0o644);
        // Between the two requests of the edit.
        let editor = host
            .scratch()
            .write_script("editor", &format!("chmod {mode} '{}'; echo 'b = \"2\"' >>\"$1\"", vmx.display()));
        let mut command = host.command();
        command.env("VISUAL", editor).env("TMPDIR", host.scratch().path("home")).args(["edit", "-q", &file]);
        let result = RunResult::new(&["edit", mode], &command.output().unwrap());
        assert_eq!(result.code, code, "{mode}: {}", result.stderr);
        assert_eq!(format!("{:o}", fs::metadata(&vmx).unwrap().permissions().mode() & 0o7777), mode);
        assert_eq!(fs::read_to_string(&vmx).unwrap().contains("b = "), code == 0, "{mode}");
    }
}

/// A file of another user in a folder that everybody can change.
fn file_of_other(shell: Shell, mode: u32) -> (SshHost, String) {
    let host = SshHost::start_shared(shell);
    log_in_as(&host, USER);
    let vmx = host.scratch().write("vm/vm.vmx", VM);
    chown(&vmx, Some(OWNER), Some(OWNER)).unwrap();
    host.scratch().set_mode("vm/vm.vmx", mode);
    host.scratch().set_mode("vm", 0o777);
    let file = host.url(&vmx);
    (host, file)
}

fn a_lost_owner_takes_the_rights_of_others_along() {
    require_root();
    for &shell in shells() {
        let (host, file) = file_of_other(shell, 0o4646);
        host.run(&["set", "-q", "--lossy-metadata", &file, "a=2"]).prints(DONE);
        let meta = fs::metadata(host.scratch().path("vm/vm.vmx")).unwrap();
        assert_eq!((meta.uid(), meta.permissions().mode() & 0o7777), (USER, 0o644), "{shell:?}");
    }
}

fn a_file_that_the_user_may_not_write_is_refused() {
    require_root();
    for &shell in shells() {
        let (host, file) = file_of_other(shell, 0o644);
        let result = host.run(&["set", "--lossy-metadata", &file, "a=2"]);
        result.refuses(5, &["the host cannot open the file for writing: Permission denied", "hint: log in"]);
        assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?}");
        assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 1, "{shell:?}");
    }
}

/// Sets access control lists, or skips the test where that is not possible.
fn set_acl(host: &SshHost, args: &[&str]) {
    let mut set = isolated("setfacl");
    match set.args(args).current_dir(host.scratch().path("")).status() {
        Ok(status) if status.success() => {}
        _ => skip("setfacl is not installed, or the file system has no access control lists"),
    }
}

fn a_folder_that_gives_rights_to_new_files_is_refused() {
    require_root();
    for shell in [Shell::Dash, Shell::BusyBox, Shell::Bash] {
        let host = SshHost::start_shared(shell);
        for (mode, tool) in [(0o640, ""), (0o600, ""), (0o600, "getfacl")] {
            let file = host.url(host.scratch().write("vm/vm.vmx", VM));
            host.scratch().set_mode("vm/vm.vmx", mode);
            set_acl(&host, &["-d", "-m", &format!("u:{OWNER}:rwx"), "vm"]);
            if !tool.is_empty() {
                let path = host.scratch().path("tools/getfacl");
                let _ = symlink("/usr/bin/getfacl", path);
            }
            for options in [&[][..], &["--lossy-metadata"]] {
                let args = [&["set", "--backup", &file, "a=2"], options].concat();
                host.run(&args)
                    .refuses(4, &["default access control list", "hint: run vmxedit on that host"]);
            }
            assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?}");
            assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 1, "{shell:?}");
            set_acl(&host, &["-k", "vm"]);
            host.run(&["set", "-q", &file, "a=2"]).prints(DONE);
        }
    }
}

fn a_lost_access_control_list_takes_its_rights_along() {
    require_root();
    for shell in [Shell::Dash, Shell::Bash] {
        let host = SshHost::start_shared(shell);
        for (has_getfacl, mode) in [(true, 0o640), (false, 0o600)] {
            let file = host.url(host.scratch().write("vm/vm.vmx", VM));
            host.scratch().set_mode("vm/vm.vmx", 0o640);
            // The mode of the file shows the rights of the user for the group.
            set_acl(&host, &["-m", &format!("u:{OWNER}:rw"), "vm/vm.vmx"]);
            let tool = host.scratch().path("tools/getfacl");
            let _ = fs::remove_file(&tool);
            if has_getfacl {
                symlink("/usr/bin/getfacl", tool).unwrap();
            }
            host.run(&["set", &file, "a=2"]).refuses(4, &["access control list"]);
            host.run(&["set", "-q", "--lossy-metadata", &file, "a=2"]).prints(DONE);
            let meta = fs::metadata(host.scratch().path("vm/vm.vmx")).unwrap();
            assert_eq!(format!("{:o}", meta.permissions().mode() & 0o7777), format!("{mode:o}"), "{shell:?}");
            fs::remove_file(host.scratch().path("vm/vm.vmx")).unwrap();
        }
    }
}

fn a_host_without_proc_is_used_only_in_folders_that_no_other_user_can_change() {
    require_root();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        host.account.set_profile(
            "run() { exec /usr/bin/unshare -m /bin/sh -c 'umount -l /proc && exec env -i PATH=\"$1/tools\" HOME=\"$1/home\" \
             \"$1/tools/sh\" -c \"$2\"' sh \"$root\" \"$script\"; }",
        );
        let vmx = host.scratch().write("vm/vm.vmx", VM);
        host.scratch().set_mode("vm", 0o755);
        let file = host.url(&vmx);
        host.run(&["get", &file, "a"]).prints("1\n");
        let result = host.run(&["set", "-q", "--backup", &file, "a=2"]);
        assert_eq!((result.code, &*result.stdout), (0, DONE), "{shell:?}: {}", result.stderr);
        assert_eq!(host.scratch().read("vm/vm.vmx.bak"), VM.as_bytes(), "{shell:?}");
        host.run(&["restore", "-q", &file]).prints("~ a = \"2\" -> \"1\"\n");
        chown(vmx.parent().unwrap(), Some(OWNER), Some(OWNER)).unwrap();
        for args in [&["get", &file, "a"][..], &["set", &file, "a=2"]] {
            host.run(args).refuses(5, &["other users can change the folder"]);
        }
        assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?}");
    }
}
