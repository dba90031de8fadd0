//! What speaks for a VM that is not off is seen on a host as it is here: locks next to links, of other namespaces, and in
//! folders that cannot be listed; and what VMware ignores is ignored.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use crate::harness::{dead_process_id, isolated, lock_member, pad_lock_member, start_time, vmxedit};
use crate::parts::sshd::{Shell, SshHost, shells};
use crate::suite::{Trial, first_tier, require_root, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            a_lock_next_to_a_link_refuses_an_edit,
            members_that_vmware_ignores_are_no_lock,
            hidden_configurations_count,
            numbers_with_leading_zeros_are_decimal
        ]),
        second_tier(
            "needs root",
            test_list![
                a_lock_of_another_namespace_is_not_stale,
                a_process_that_is_hidden_does_not_make_a_lock_stale,
                a_folder_that_cannot_be_listed_is_not_empty,
                a_group_that_cannot_be_kept_refuses_an_edit,
                evidence_among_thousands_of_files_is_found
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";

/// Returns the state that `status` reports on the host, and here.
fn states(host: &SshHost, file: &Path) -> [String; 2] {
    let there = host.run(&["status", "--json", &host.url(file)]).json();
    let here = vmxedit().args(["status", "--json"]).arg(file).output().unwrap();
    let here: serde_json::Value = serde_json::from_slice(&here.stdout).unwrap();
    [there, here].map(|status| status["state"].as_str().unwrap_or_default().to_owned())
}

fn a_lock_next_to_a_link_refuses_an_edit() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        fs::create_dir(host.scratch().path("links")).unwrap();
        let link = host.scratch().path("links/l.vmx");
        symlink(&file, &link).unwrap();
        let mut gui = isolated("sleep").arg("60").spawn().unwrap();
        let execution = format!("{}-{}(vmware)", gui.id(), start_time(gui.id()));
        let member = lock_member(vmxedit::host::machine_id(), &execution);
        host.scratch().write("links/l.vmx.lck/M12345.lck", member);
        let [there, here] = states(&host, &link);
        assert_eq!(there, here, "{shell:?}");
        assert_ne!(there, "off", "{shell:?}");
        assert_eq!(host.run(&["set", &host.url(&link), "a=2"]).code, 3, "{shell:?}");
        assert_eq!(fs::read(&file).unwrap(), VM.as_bytes(), "{shell:?}");
        gui.kill().unwrap();
        gui.wait().unwrap();
        host.run(&["set", &host.url(&link), "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
        assert!(!host.scratch().path("links/l.vmx.lck").exists(), "{shell:?}: it was taken and released");
    }
}

fn a_lock_of_another_namespace_is_not_stale() {
    require_root();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        let machine = vmxedit::host::machine_id();
        let mut unshare = isolated("unshare");
        let mut container = unshare.args(["--pid", "--fork", "sleep", "60"]).spawn().unwrap();
        let init = wait_for_child(container.id());
        let link = fs::read_link(format!("/proc/{init}/ns/pid")).unwrap();
        let namespace: String = link.to_str().unwrap().chars().filter(char::is_ascii_digit).collect();
        let start = start_time(init);
        let text = format!("{machine} 1-{start}(vmxedit) 1 X {start} lc=1 ns={namespace}");
        let member = host.scratch().write("vm/vm.vmx.lck/M12345.lck", pad_lock_member(text));
        let [there, here] = states(&host, &file);
        assert!(there != "off" && here != "off", "{shell:?}: {there} {here}");
        // Its holder is another run of vmxedit, as it seems.
        assert_eq!(host.run(&["set", &host.url(&file), "a=2", "--wait=1"]).code, 3, "{shell:?}");
        assert!(member.exists() && fs::read(&file).unwrap() == VM.as_bytes(), "{shell:?}");
        container.kill().unwrap();
        container.wait().unwrap();
        let _ = isolated("kill").args(["-9", &init.to_string()]).status();
        host.run(&["set", "-q", &host.url(&file), "a=2", "--wait=10"]).printed(0);
    }
}

fn a_process_that_is_hidden_does_not_make_a_lock_stale() {
    require_root();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        let mut gui = isolated("sleep").arg("60").spawn().unwrap();
        let execution = format!("{}-{}(vmware)", gui.id(), start_time(gui.id()));
        let member = lock_member(vmxedit::host::machine_id(), &execution);
        let member = host.scratch().write("vm/vm.vmx.lck/M12345.lck", member);
        for (name, mode) in [("", 0o755), ("vm", 0o777), ("vm/vm.vmx", 0o666), ("vm/vm.vmx.lck", 0o777)] {
            host.scratch().set_mode(name, mode);
        }
        host.account.set_profile(
            "run() { exec /usr/bin/unshare -m /bin/sh -c 'mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid 65534 \
             --regid 65534 --clear-groups env -i PATH=\"$1/tools\" HOME=/ \"$1/tools/sh\" -c \"$2\"' sh \"$root\" \"$script\"; }",
        );
        let url = host.url(&file);
        let result = host.run(&["set", &url, "a=2", "--lossy-metadata"]);
        assert_eq!((result.code, &*result.stdout), (3, ""), "{shell:?}: {}", result.stderr);
        // It appears when the client has seen the folder.
        fs::rename(&member, host.scratch().path("vm/member")).unwrap();
        let profile = String::from_utf8(host.scratch().read("profile")).unwrap();
        let hook = "mkdir() { command mkdir \"$@\"; status=$?; case $* in */D*) command mv ../member ./M12345.lck 2>/dev/null ;; \
             esac; return $status; }";
        host.account.set_profile(&format!("{profile}first='{hook}\n'"));
        let result = host.run(&["set", &url, "a=2", "--lossy-metadata"]);
        assert_eq!((result.code, &*result.stdout), (3, ""), "{shell:?}: {}", result.stderr);
        assert!(member.exists() && fs::read(&file).unwrap() == VM.as_bytes(), "{shell:?}");
        gui.kill().unwrap();
        gui.wait().unwrap();
    }
}

/// Returns the process that `unshare` has started in its namespace.
fn wait_for_child(parent: u32) -> u32 {
    for _ in 0..500 {
        let children =
            fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
        if let Some(child) = children.split_whitespace().next() {
            return child.parse().unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("unshare has no child")
}

fn members_that_vmware_ignores_are_no_lock() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        for (name, content) in
            [("M12345.lck", vec![0; 512]), ("M23456.lck", b"hello".to_vec()), ("Mfoo.lck", vec![b'x'; 512])]
        {
            host.scratch().write(&format!("vm/vm.vmx.lck/{name}"), content);
        }
        let [there, here] = states(&host, &file);
        assert_eq!(there, here, "{shell:?}");
        let result = host.run(&["set", "-q", &host.url(&file), "a=2"]);
        assert_eq!(
            (result.code, &*result.stdout),
            (0, "~ a = \"1\" -> \"2\"\n"),
            "{shell:?}: {}",
            result.stderr
        );
    }
}

fn hidden_configurations_count() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        host.scratch().write("vm/.hidden.vmx", VM);
        let folder = host.url(host.scratch().path("vm"));
        host.run(&["get", &folder, "a"]).prints("1\n");
        host.scratch().write("vm/other.vmx", VM);
        let result = host.run(&["set", &folder, "a=2"]);
        assert_eq!((result.code, &*result.stdout), (2, ""), "{shell:?}: {}", result.stderr);
        result.says(&[".hidden.vmx", "other.vmx"]);
    }
}

fn numbers_with_leading_zeros_are_decimal() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        for name in ["vm.vmx.bak", "vm.vmx.bak.08", "vm.vmx.bak.9"] {
            host.scratch().write(&format!("vm/{name}"), "a = \"0\"\n");
        }
        let dead = format!("{}-12345(sh)", dead_process_id());
        let text = format!("{} {dead} 08 X 12345 lc=1", vmxedit::host::machine_id());
        host.scratch().write("vm/vm.vmx.lck/M00008.lck", pad_lock_member(text));
        let result = host.run(&["set", "-q", &host.url(&file), "a=2", "--backup"]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        assert_eq!(host.scratch().read("vm/vm.vmx.bak.10"), VM.as_bytes(), "{shell:?}");
        assert!(!host.scratch().path("vm/vm.vmx.lck").exists(), "{shell:?}");
    }
}

/// Makes the script run as another user.
pub(super) fn log_in_as(host: &SshHost, user: u32) {
    host.account.set_profile(&format!(
        "run() {{ exec /usr/bin/setpriv --reuid={user} --regid={user} --clear-groups /usr/bin/env -i \
         PATH=\"$root/tools\" HOME=/ \"$root/tools/sh\" -c \"$script\"; }}\ncd /"
    ));
    // It has to reach the files of the test.
    let root = host.scratch().path("");
    fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
}

fn a_folder_that_cannot_be_listed_is_not_empty() {
    const USER: u32 = 1234;
    require_root();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        log_in_as(&host, USER);
        let file = host.scratch().write("vm/vm.vmx", VM);
        let text = "othermachine1234 1-2(vmware-vmx) 1 X 0 lc=1";
        host.scratch().write("vm/vm.vmx.lck/M12345.lck", pad_lock_member(text));
        chown(&file, Some(USER), Some(USER)).unwrap();
        for (folder, mode) in [("vm/vm.vmx.lck", 0o733), ("vm", 0o733)] {
            host.scratch().set_mode(folder, mode);
            let status = host.run(&["status", "--json", &host.url(&file)]);
            assert_ne!(status.json()["state"], "off", "{shell:?} {folder}: {}", status.stdout);
            assert_ne!(host.run(&["set", &host.url(&file), "a=2"]).code, 0, "{shell:?} {folder}");
            assert_eq!(fs::read(&file).unwrap(), VM.as_bytes(), "{shell:?} {folder}");
        }
    }
}

fn a_group_that_cannot_be_kept_refuses_an_edit() {
    const USER: u32 = 1234;
    require_root();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        log_in_as(&host, USER);
        let file = host.scratch().write("vm/vm.vmx", VM);
        chown(&file, Some(USER), Some(5)).unwrap();
        chown(file.parent().unwrap(), Some(USER), Some(USER)).unwrap();
        host.run(&["set", &host.url(&file), "a=2"]).refuses(4, &["owner", "hint: ", "--lossy-metadata"]);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "{shell:?}");
        host.run(&["set", &host.url(&file), "a=2", "--lossy-metadata"]).prints("~ a = \"1\" -> \"2\"\n");
    }
}

fn evidence_among_thousands_of_files_is_found() {
    for shell in [Shell::Dash, Shell::BusyBox] {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        for n in 0..3000 {
            host.scratch().write(&format!("vm/{n:04}{}", "x".repeat(200)), "");
        }
        host.scratch().write("vm/vm.vmss", "saved");
        fs::write(&file, "a = \"1\"\ncheckpoint.vmState = \"vm.vmss\"\n").unwrap();
        // All names are longer than the arguments of a program may be.
        host.account.set_profile("ulimit -s 1024");
        let [there, here] = states(&host, &file);
        assert_eq!(there, here, "{shell:?}");
        assert_ne!(there, "off", "{shell:?}");
        assert_eq!(host.run(&["set", &host.url(&file), "a=2"]).code, 3, "{shell:?}");
    }
}
