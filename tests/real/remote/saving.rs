//! Mode, owner, links and other entries of the folder after an edit on a host.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use super::esxi_lock::age;
use crate::harness::{RunResult, isolated, vmxedit};
use crate::parts::sshd::{Shell, SshHost, shells};
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            backups_get_the_next_number,
            a_dry_run_changes_nothing,
            a_link_is_followed_and_stays,
            hard_links_need_an_option,
            a_read_only_file_is_refused,
            the_hint_about_a_read_only_file_can_be_pasted,
            an_editor_does_not_open_for_a_file_that_is_refused,
            leftovers_of_a_killed_run_are_removed,
            an_unconfirmed_sync_is_an_error,
            what_is_not_a_regular_file_is_refused,
            an_access_control_list_is_refused
        ]),
        second_tier("takes seconds", test_list![the_mode_is_kept_under_any_umask]),
        second_tier(
            "needs root",
            test_list![
                the_owner_is_kept,
                a_link_of_another_user_is_refused,
                an_editor_does_not_open_behind_a_link_of_another_user
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";
const DONE: &str = "~ a = \"1\" -> \"2\"\n";

fn host_with_vm(shell: Shell) -> (SshHost, String) {
    let host = SshHost::start_shared(shell);
    let file = host.url(host.scratch().write("vm/vm.vmx", VM));
    (host, file)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn the_mode_is_kept_under_any_umask() {
    for &shell in shells() {
        let (host, file) = host_with_vm(shell);
        for mode in [0o755, 0o644, 0o600, 0o666, 0o777, 0o2755, 0o4711] {
            for umask in ["000", "077", "777"] {
                host.account.set_profile(&format!("umask {umask}"));
                host.scratch().set_mode("vm/vm.vmx", mode);
                host.run(&["set", "-q", &file, &format!("a={mode}.{umask}"), "--backup"]).printed(0);
                let meta = fs::metadata(host.scratch().path("vm/vm.vmx")).unwrap();
                assert_eq!(meta.permissions().mode() & 0o7777, mode, "{shell:?} {mode:o} {umask}");
            }
        }
        let folder = host.scratch().path("vm");
        let backups = names(&folder).into_iter().filter(|name| name.starts_with("vm.vmx.bak")).count();
        assert_eq!((backups, names(&folder).len()), (21, 22));
    }
}

fn backups_get_the_next_number() {
    for &shell in shells() {
        let (host, file) = host_with_vm(shell);
        let old = fs::metadata(host.scratch().path("vm/vm.vmx")).unwrap();
        host.scratch().write("vm/vm.vmx.bak.x", "not a backup");
        for n in 0..4 {
            host.run(&["set", "-q", &file, &format!("n={n}"), "--backup"]).printed(0);
        }
        let folder = host.scratch().path("vm");
        assert_eq!(
            names(&folder),
            ["vm.vmx", "vm.vmx.bak", "vm.vmx.bak.1", "vm.vmx.bak.2", "vm.vmx.bak.3", "vm.vmx.bak.x"]
        );
        assert_eq!(host.scratch().read("vm/vm.vmx.bak"), VM.as_bytes());
        assert_eq!(host.scratch().read("vm/vm.vmx.bak.3"), b"a = \"1\"\nn = \"2\"\n");
        let backup = fs::metadata(folder.join("vm.vmx.bak")).unwrap();
        assert_eq!(
            // BusyBox keeps the seconds.
            (backup.mode(), backup.uid(), backup.mtime()),
            (old.mode(), old.uid(), old.mtime()),
            "{shell:?}"
        );
        // Local commands find them.
        let listed = vmxedit().args(["restore", "--list", "vm.vmx"]).current_dir(&folder).output().unwrap();
        assert!(String::from_utf8_lossy(&listed.stdout).contains("vm.vmx.bak.3"), "{listed:?}");
    }
}

fn a_dry_run_changes_nothing() {
    for &shell in shells() {
        let (host, file) = host_with_vm(shell);
        let path = host.scratch().path("vm/vm.vmx");
        let before = fs::metadata(&path).unwrap();
        let folder = fs::metadata(path.parent().unwrap()).unwrap();
        for args in [
            &["set", "-n", &file, "a=2"][..],
            &["set", "-n", &file, "a=2", "--backup"],
            &["apply", "-n", "--set", "a=2", &file],
            &["set", &file, "a=1"],
        ] {
            host.run(args).exits(0, if args.contains(&"-n") { DONE } else { "" });
        }
        let after = fs::metadata(&path).unwrap();
        assert_eq!((before.ino(), before.ctime_nsec()), (after.ino(), after.ctime_nsec()), "{shell:?}");
        let after = fs::metadata(path.parent().unwrap()).unwrap();
        assert_eq!((folder.mtime(), folder.mtime_nsec()), (after.mtime(), after.mtime_nsec()), "{shell:?}");
    }
}

fn a_link_is_followed_and_stays() {
    for &shell in shells() {
        let (host, _) = host_with_vm(shell);
        symlink("vm/vm.vmx", host.scratch().path("link.vmx")).unwrap();
        symlink("link.vmx", host.scratch().path("link2.vmx")).unwrap();
        symlink("vm", host.scratch().path("folder link")).unwrap();
        symlink("link-loop", host.scratch().path("link-loop")).unwrap();
        symlink("nowhere", host.scratch().path("dangling.vmx")).unwrap();
        for name in
            ["link.vmx", "link2.vmx", "folder link/vm.vmx", "folder link", "folder link/../vm/./vm.vmx"]
        {
            host.run(&["set", &host.url(host.scratch().path(name)), "a=2"]).prints(DONE);
            assert_eq!(host.scratch().read("vm/vm.vmx"), b"a = \"2\"\n", "{shell:?} {name}");
            host.scratch().write("vm/vm.vmx", VM);
        }
        assert!(fs::symlink_metadata(host.scratch().path("link2.vmx")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(host.scratch().path("folder link")).unwrap().is_symlink());
        for name in ["link-loop", "link-loop/vm.vmx", "dangling.vmx", "missing.vmx", "vm/vm.vmx/x.vmx"] {
            host.run(&["set", &host.url(host.scratch().path(name)), "a=2"]).refuses(5, &["cannot open"]);
        }
        assert_eq!(names(&host.scratch().path("vm")), ["vm.vmx"]);
    }
}

fn hard_links_need_an_option() {
    for &shell in shells() {
        let (host, file) = host_with_vm(shell);
        fs::hard_link(host.scratch().path("vm/vm.vmx"), host.scratch().path("other")).unwrap();
        host.run(&["set", &file, "a=2"]).refuses(4, &["hard links", "hint: --break-links"]);
        assert_eq!(names(&host.scratch().path("vm")), ["vm.vmx"], "{shell:?}");
        host.run(&["set", &file, "a=2", "--break-links"]).prints(DONE);
        assert_eq!(host.scratch().read("other"), VM.as_bytes());
    }
}

fn a_read_only_file_is_refused() {
    for &shell in shells() {
        let (host, file) = host_with_vm(shell);
        host.scratch().set_mode("vm/vm.vmx", 0o444);
        let hint = format!("-p {} 127.0.0.1 'chmod u+w ", host.port);
        host.run(&["set", &file, "a=2"])
            .refuses(5, &["the file is read-only", "hint: make it writable first: ssh ", &hint]);
        assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?}");
        assert_eq!(names(&host.scratch().path("vm")), ["vm.vmx"], "{shell:?}");
    }
}

fn the_hint_about_a_read_only_file_can_be_pasted() {
    let host = SshHost::start(Shell::Dash);
    // Another command than the script is run as it is.
    host.account.set_profile("case $script in 'exec sh -c '*) ;; *) run ;; esac");
    for name in ["vm.vmx", "a b.vmx", "it's $(x) \"y\".vmx"] {
        let path = host.scratch().write(&format!("vm/{name}"), VM);
        host.scratch().set_mode(&format!("vm/{name}"), 0o444);
        let file = host.url(&path);
        let result = host.run(&["set", &file, "a=2"]);
        let command = result.stderr.split_once("writable first: ").expect("a hint").1;
        let pasted = isolated("sh").args(["-c", command]).output().unwrap();
        assert!(pasted.status.success(), "{command}: {}", String::from_utf8_lossy(&pasted.stderr));
        host.run(&["set", &file, "a=2"]).prints(DONE);
    }
}

fn leftovers_of_a_killed_run_are_removed() {
    for &shell in shells() {
        for is_esxi in [false, true] {
            let (host, file) = host_with_vm(shell);
            if is_esxi {
                host.account.make_esxi();
                host.scratch().write("vm/.vm.vmx.vmxedit-lock/holder", "esx9 77 1 word id\n");
                age(&host.scratch().path("vm/.vm.vmx.vmxedit-lock"));
                // The removal of a stale lock was interrupted.
                host.scratch().write("vm/.vm.vmx.vmxedit-0123456789abcdef.old/holder", "esx9 77 1 word id\n");
            } else {
                let dead = format!("{}-12345(sh)", crate::harness::dead_process_id());
                let member = crate::harness::lock_member(vmxedit::host::machine_id(), &dead);
                host.scratch().write("vm/vm.vmx.lck/M00007.lck", member);
            }
            host.scratch().write("vm/.vm.vmx.vmxedit-0123456789abcdef.new", "half of");
            host.scratch().write("vm/.other.vmx.vmxedit-0123456789abcdef.new", "of another file");
            let result = host.run(&["set", &file, "a=2"]);
            assert_eq!((result.code, &*result.stdout), (0, DONE), "{shell:?} {is_esxi}: {}", result.stderr);
            let left = [".other.vmx.vmxedit-0123456789abcdef.new", "vm.vmx"];
            assert_eq!(names(&host.scratch().path("vm")), left, "{shell:?} {is_esxi}");
        }
    }
}

fn an_unconfirmed_sync_is_an_error() {
    for shell in [Shell::Dash, Shell::Bash] {
        let (host, file) = host_with_vm(shell);
        host.account.add_tool("sync", "echo \"sync: error syncing .: Input/output error\" >&2; exit 1");
        let result = host.run(&["set", "-q", &file, "a=2"]);
        assert_eq!((result.code, &*result.stdout), (5, DONE), "{}", result.stderr);
        assert!(result.stderr.contains("Input/output error"), "{}", result.stderr);
        host.run(&["set", "-q", "--no-sync", &file, "a=1"]).prints("~ a = \"2\" -> \"1\"\n");
    }
}

fn what_is_not_a_regular_file_is_refused() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        fs::create_dir_all(host.scratch().path("vm/empty")).unwrap();
        host.scratch().make_fifo("vm/fifo.vmx");
        fs::create_dir(host.scratch().path("vm/folder.vmx")).unwrap();
        symlink("/dev/zero", host.scratch().path("vm/zero.vmx")).unwrap();
        for (name, code, why) in [
            ("fifo.vmx", 4, "a pipe"),
            ("folder.vmx", 5, "a directory without a .vmx file"),
            ("zero.vmx", 4, "a device"),
            ("empty", 5, "a directory without a .vmx file"),
            ("", 5, "a directory without a .vmx file"),
        ] {
            let url = host.url(host.scratch().path(&format!("vm/{name}")));
            for args in [&["set", &url, "a=2"][..], &["get", &url, "a"], &["status", &url]] {
                host.run(args).refuses(code, &[why]);
            }
        }
    }
}

fn an_access_control_list_is_refused() {
    for shell in [Shell::Dash, Shell::FewTools, Shell::Bash] {
        let (host, file) = host_with_vm(shell);
        let mut setfacl = isolated("setfacl");
        setfacl.args(["-m", "u:1234:rw"]).arg(host.scratch().path("vm/vm.vmx"));
        match setfacl.output() {
            Ok(output) if output.status.success() => {}
            other => skip(format!("setfacl: {other:?}")),
        }
        host.run(&["set", &file, "a=2"]).refuses(4, &["access control list", "hint: ", "--lossy-metadata"]);
        assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes());
        assert_eq!(names(&host.scratch().path("vm")), ["vm.vmx"]);
        host.run(&["set", &file, "a=2", "--lossy-metadata"]).prints(DONE);
    }
}

fn the_owner_is_kept() {
    require_root();
    for &shell in shells() {
        let (host, file) = host_with_vm(shell);
        let path = host.scratch().path("vm/vm.vmx");
        chown(&path, Some(1234), Some(4321)).unwrap();
        host.scratch().set_mode("vm/vm.vmx", 0o6750);
        host.run(&["set", "-q", &file, "a=2", "--backup"]).prints(DONE);
        for name in ["vm.vmx", "vm.vmx.bak"] {
            let meta = fs::metadata(path.with_file_name(OsStr::new(name))).unwrap();
            assert_eq!(
                (meta.uid(), meta.gid(), meta.mode() & 0o7777),
                (1234, 4321, 0o6750),
                "{shell:?} {name}"
            );
        }
    }
}

fn a_link_of_another_user_is_refused() {
    require_root();
    for &shell in shells() {
        let (host, _) = host_with_vm(shell);
        symlink("vm/vm.vmx", host.scratch().path("link.vmx")).unwrap();
        symlink("vm", host.scratch().path("folder-link")).unwrap();
        for link in ["link.vmx", "folder-link"] {
            std::os::unix::fs::lchown(host.scratch().path(link), Some(1234), Some(1234)).unwrap();
        }
        for name in ["link.vmx", "folder-link/vm.vmx", "folder-link"] {
            let url = host.url(host.scratch().path(name));
            host.run(&["get", &url, "a"]).prints("1\n");
            host.run(&["set", &url, "a=2"]).refuses(3, &["link", "hint: "]);
            assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?} {name}");
        }
        // The owner of the target may lead to it.
        chown(host.scratch().path("vm/vm.vmx"), Some(1234), Some(1234)).unwrap();
        host.run(&["set", &host.url(host.scratch().path("link.vmx")), "a=2"]).prints(DONE);
    }
}

/// Runs `edit` with an editor that leaves a file when it is started.
fn edit(host: &SshHost, file: &str) -> (RunResult, bool) {
    let editor = host.scratch().write_script("editor", "echo x >>\"$(dirname \"$0\")/opened\"");
    let mut command = host.command();
    command.env("VISUAL", editor).env("TMPDIR", host.scratch().path("home")).args(["edit", file]);
    let result = RunResult::new(&["edit", file], &command.output().unwrap());
    (result, fs::remove_file(host.scratch().path("opened")).is_ok())
}

fn an_editor_does_not_open_for_a_file_that_is_refused() {
    for shell in [Shell::Dash, Shell::FewTools] {
        let (host, file) = host_with_vm(shell);
        let (result, is_opened) = edit(&host, &file);
        assert_eq!((result.code, is_opened), (0, true), "{shell:?}: {}", result.stderr);
        host.scratch().set_mode("vm/vm.vmx", 0o444);
        let (result, is_opened) = edit(&host, &file);
        result.refuses(5, &["the file is read-only"]);
        assert!(!is_opened, "{shell:?}");
        host.scratch().set_mode("vm/vm.vmx", 0o644);
        fs::hard_link(host.scratch().path("vm/vm.vmx"), host.scratch().path("other")).unwrap();
        let (result, is_opened) = edit(&host, &file);
        result.refuses(4, &["hard links", "hint: --break-links"]);
        assert!(!is_opened, "{shell:?}");
    }
}

fn an_editor_does_not_open_behind_a_link_of_another_user() {
    require_root();
    for &shell in shells() {
        let (host, _) = host_with_vm(shell);
        let link = host.scratch().path("link.vmx");
        symlink("vm/vm.vmx", &link).unwrap();
        let (result, is_opened) = edit(&host, &host.url(&link));
        assert_eq!((result.code, is_opened), (0, true), "{shell:?}: {}", result.stderr);
        std::os::unix::fs::lchown(&link, Some(1234), Some(1234)).unwrap();
        let (result, is_opened) = edit(&host, &host.url(&link));
        result.refuses(3, &["a symbolic link of user 1234 leads to the file", "hint: "]);
        assert!(!is_opened, "{shell:?}");
    }
}
