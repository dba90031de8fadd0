//! Hosts whose tools are missing, old or fail: nothing is taken for granted, and the message says why.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::harness::{dead_process_id, isolated, lock_member, start_time};
use crate::parts::sshd::{Shell, SshHost, shells};
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            a_link_whose_target_is_not_known_leads_nowhere,
            without_a_way_to_sync_nothing_is_changed,
            a_path_without_absolute_folders_is_not_the_present_folder
        ]),
        second_tier(
            "takes seconds",
            test_list![
                a_member_of_a_lock_that_cannot_be_read_may_be_valid,
                a_stale_lock_is_removed_on_a_mac,
                an_open_lock_is_closed_where_files_could_be_moved_into_folders
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";
const DONE: &str = "~ a = \"1\" -> \"2\"\n";

fn a_link_whose_target_is_not_known_leads_nowhere() {
    for shell in [Shell::Dash, Shell::Bash] {
        let host = SshHost::start_shared(shell);
        host.scratch().write("vm/real/vm.vmx", VM);
        symlink("real", host.scratch().path("vm/link")).unwrap();
        // What an empty target would lead to.
        host.scratch().write("vm/vm.vmx", VM);
        let file = host.url(host.scratch().path("vm/link/vm.vmx"));
        host.account.add_tool("readlink", "exit 1");
        host.run(&["set", &file, "a=2"]).refuses(5, &["cannot open"]);
        assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?}");
        host.account.remove_tool("readlink");
        host.run(&["set", "-q", &file, "a=2"]).prints(DONE);
        assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?}");
    }
}

fn without_a_way_to_sync_nothing_is_changed() {
    let host = SshHost::start_shared(Shell::FewTools);
    let file = host.url(host.scratch().write("vm/vm.vmx", VM));
    let real = fs::read_link(host.scratch().path("tools/dd")).unwrap();
    host.account.add_tool(
        "dd",
        &format!(
            "case $* in *conv=fsync*) echo \"dd: invalid conversion: 'fsync'\" >&2; exit 1 ;; esac; exec {} \"$@\"",
            real.display()
        ),
    );
    host.run(&["set", "-q", &file, "a=2"]).prints(DONE);
    host.account.remove_tool("sync");
    let why = "the host cannot write the new file: dd cannot sync a file here, and sync is missing";
    host.run(&["set", &file, "a=3"]).refuses(5, &[why]);
    assert_eq!(host.scratch().read("vm/vm.vmx"), b"a = \"2\"\n");
    assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 1);
    host.run(&["set", "-q", "--no-sync", &file, "a=1"]).prints("~ a = \"2\" -> \"1\"\n");
}

fn a_path_without_absolute_folders_is_not_the_present_folder() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.url(host.scratch().write("vm/vm.vmx", VM));
        for tool in ["vmrun", "ls", "uname"] {
            host.scratch().write_script(&format!("vm/{tool}"), "/usr/bin/touch \"$HOME/pwned\"");
        }
        host.account.set_profile("first='PATH=.:bin\n'");
        host.run(&["set", "-q", &file, "a=2"]).prints(DONE);
        assert!(!host.scratch().path("home/pwned").exists(), "{shell:?}");
    }
}

fn a_member_of_a_lock_that_cannot_be_read_may_be_valid() {
    for shell in [Shell::Dash, Shell::FewTools] {
        let host = SshHost::start_shared(shell);
        let file = host.url(host.scratch().write("vm/vm.vmx", VM));
        let mut gui = isolated("sleep").arg("60").spawn().unwrap();
        let execution = format!("{}-{}(vmware)", gui.id(), start_time(gui.id()));
        let member = lock_member(vmxedit::host::machine_id(), &execution);
        host.scratch().write("vm/vm.vmx.lck/M12345.lck", member);
        let real = fs::read_link(host.scratch().path("tools/dd")).unwrap();
        let broken = format!(
            "case $* in *M12345*) echo 'dd: I/O error' >&2; exit 1 ;; esac; exec {} \"$@\"",
            real.display()
        );
        host.account.add_tool("dd", &broken);
        let status = host.run(&["status", "--json", &file]).json();
        assert_ne!(status["state"], "off", "{shell:?}: {status}");
        assert_eq!(host.run(&["set", &file, "a=2"]).code, 3, "{shell:?}");
        // The member appears when the client has seen the folder.
        let moved = host.scratch().path("member");
        fs::rename(host.scratch().path("vm/vm.vmx.lck/M12345.lck"), &moved).unwrap();
        host.account.set_profile(&format!(
            "first='mkdir() {{ command mkdir \"$@\"; status=$?; case $* in */D*) command mv \"{}\" ./M12345.lck 2>/dev/null ;; esac; \
             return $status; }}\n'",
            moved.display()
        ));
        assert_eq!(host.run(&["set", &file, "a=2"]).code, 3, "{shell:?}");
        assert!(host.scratch().path("vm/vm.vmx.lck/M12345.lck").exists(), "{shell:?}");
        assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{shell:?}");
        gui.kill().unwrap();
        gui.wait().unwrap();
    }
}

/// Stand-ins for what is different on a Mac: the name of the system, and `mv`, which does not know `-T`.
const MAC: &str = "uname() { case $1 in -s) echo Darwin ;; *) echo mac ;; esac; }; \
     mv() { case $1 in -*T*) echo \"mv: illegal option -- T\" >&2; return 1 ;; esac; command mv \"$@\"; }; \
     ln() { case $1 in -*T*) echo \"ln: illegal option -- T\" >&2; return 1 ;; esac; command ln \"$@\"; }";

fn a_stale_lock_is_removed_on_a_mac() {
    for shell in [Shell::Dash, Shell::Bash] {
        let host = SshHost::start_shared(shell);
        let file = host.url(host.scratch().write("vm/vm.vmx", VM));
        host.scratch().set_mode("vm", 0o755);
        // The member that the script makes tells the id that the host has there.
        let machine = host.scratch().path("machine");
        let note =
            format!("chmod() {{ printf %s \"$machine\" >\"{}\"; command chmod \"$@\"; }}", machine.display());
        host.account.set_profile(&format!("first='{MAC}; {note}\n'"));
        host.run(&["set", "-q", "--backup", &file, "a=2"]).prints(DONE);
        assert_eq!(host.scratch().read("vm/vm.vmx.bak"), VM.as_bytes());
        let machine = fs::read_to_string(&machine).unwrap();
        for (pid, code) in [(std::process::id(), 3), (dead_process_id(), 0)] {
            host.scratch()
                .write("vm/vm.vmx.lck/M12345.lck", lock_member(&machine, &format!("{pid}-1(vmware)")));
            let result = host.run(&["set", "-q", &file, "a=3"]);
            assert_eq!(result.code, code, "{shell:?} {pid}: {}", result.stderr);
            assert_eq!(host.scratch().path("vm/vm.vmx.lck").exists(), code == 3, "{shell:?} {pid}");
        }
        assert_eq!(host.scratch().read("vm/vm.vmx"), b"a = \"3\"\n");
    }
}

fn an_open_lock_is_closed_where_files_could_be_moved_into_folders() {
    let host = SshHost::start_shared(Shell::Dash);
    let file = host.url(host.scratch().write("vm/vm.vmx", VM));
    host.scratch().set_mode("vm", 0o755);
    host.account.set_profile(&format!("first='{MAC}\n'"));
    let lock = host.scratch().path("vm/vm.vmx.lck");
    fs::create_dir(&lock).unwrap();
    // VMware lets all users write there.
    host.scratch().set_mode("vm/vm.vmx.lck", 0o777);
    host.scratch().write("vm/vm.vmx.lck/note", "not a member");
    host.run(&["set", "-q", &file, "a=2"]).prints(DONE);
    assert_eq!(fs::metadata(lock).unwrap().permissions().mode() & 0o7777, 0o755);
}
