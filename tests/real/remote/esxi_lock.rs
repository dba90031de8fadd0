//! The lock that edits on an ESXi host take: a stale one is removed, and no other.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::harness::isolated;
use crate::parts::sshd::{Shell, SshHost, shells};
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let first = first_tier(test_list![
        a_fresh_lock_is_not_taken_for_the_stale_one_before_it,
        what_is_no_lock_ends_an_edit,
        a_lock_in_a_folder_of_another_user_is_not_moved
    ]);
    let second = second_tier("takes seconds", test_list![only_stale_locks_of_an_esxi_host_are_removed]);
    first.into_iter().chain(second).collect()
}

const DONE: &str = "~ a = \"1\" -> \"2\"\n";
const UNAME: &str = "uname() { case $1 in -s) echo VMkernel ;; *) echo esx1 ;; esac; }\n";

fn esxi_with_vm(shell: Shell) -> (SshHost, String) {
    let host = SshHost::start_shared(shell);
    host.account.make_esxi();
    let file = host.url(host.scratch().write("vm/vm.vmx", "a = \"1\"\n"));
    (host, file)
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

/// Makes a folder look as if it was changed an hour ago.
pub(super) fn age(folder: &Path) {
    assert!(isolated("touch").args(["-d", "1 hour ago"]).arg(folder).status().unwrap().success());
}

fn only_stale_locks_of_an_esxi_host_are_removed() {
    let has_address = (0..8).any(|n| Path::new(&format!("/sys/class/net/eth{n}/address")).exists());
    for &shell in shells() {
        let (host, file) = esxi_with_vm(shell);
        let machine = host.scratch().path("machine");
        let hook =
            format!("mv() {{ printf %s \"$machine\" >\"{}\"; command mv \"$@\"; }}", machine.display());
        host.account.set_profile(&format!("first='{UNAME}{hook}\n'"));
        host.run(&["set", "-q", &file, "a=2"]).prints(DONE);
        let this = fs::read_to_string(&machine).unwrap();
        let dead = crate::harness::dead_process_id();
        let now = seconds();
        let lock = host.scratch().path("vm/.vm.vmx.vmxedit-lock");
        for (holder, is_old, is_stale) in [
            (format!("esx1 {dead} {now} word {this}"), false, has_address),
            (format!("esx1 {} {now} word {this}", std::process::id()), false, false),
            // The process has the number of one that took the lock long ago.
            (format!("esx1 {} {} word {this}", std::process::id(), now - 700), true, true),
            // What is no number in arithmetic.
            ("esx1 12 5:6 word id".to_owned(), true, true),
            ("esx1 1:2 9 word id".to_owned(), true, true),
            ("esx1 12 a[$(touch${IFS}pwned)] word id".to_owned(), true, true),
            // Another host of the same name.
            (format!("esx1 {dead} {now} word other"), false, false),
            (format!("esx9 77 {} word other", now - 700), false, false),
            (format!("esx9 77 {} word other", now - 700), true, true),
            (format!("esx9 77 {now} word other"), true, false),
            // Its clock is wrong.
            (format!("esx9 77 {} word other", now + 900_000), true, true),
            (format!("esx9 77 {} word other", now + 900_000), false, false),
            (String::new(), false, false),
            (String::new(), true, true),
        ] {
            fs::write(host.scratch().path("vm/vm.vmx"), "a = \"1\"\n").unwrap();
            host.scratch().write("vm/.vm.vmx.vmxedit-lock/holder", format!("{holder}\n"));
            if is_old {
                age(&lock);
            }
            let result = host.run(&["set", "-q", &file, "a=2"]);
            let expected = if is_stale { (0, DONE) } else { (3, "") };
            assert_eq!((result.code, &*result.stdout), expected, "{shell:?} '{holder}': {}", result.stderr);
            assert_eq!(lock.exists(), !is_stale, "{shell:?} '{holder}'");
            let _ = fs::remove_dir_all(&lock);
        }
    }
}

fn a_fresh_lock_is_not_taken_for_the_stale_one_before_it() {
    for &shell in shells() {
        let (host, file) = esxi_with_vm(shell);
        let lock = host.scratch().path("vm/.vm.vmx.vmxedit-lock");
        host.scratch().write("vm/.vm.vmx.vmxedit-lock/holder", "esx9 77 1 word id\n");
        age(&lock);
        // Just before the stale lock is moved away, another run removes it and takes its own.
        let now = seconds();
        let hook = format!(
            "mv() {{ case \"$*\" in *vmxedit-lock*old*) [ -e ../done ] || echo \"esx8 5 {now} new id\" >./.vm.vmx.vmxedit-lock/holder; \
             : >../done ;; esac; command mv \"$@\"; }}"
        );
        host.account.set_profile(&format!("first='{UNAME}{hook}\n'"));
        host.run(&["set", "-q", &file, "a=2"]).refuses(3, &["process 5 of esx8"]);
        assert_eq!(fs::read_to_string(lock.join("holder")).unwrap(), format!("esx8 5 {now} new id\n"));
        // A run whose lock was taken away changes nothing.
        fs::remove_dir_all(&lock).unwrap();
        let hook = "chmod() { [ -e ../gone ] || { rm -r ./.vm.vmx.vmxedit-lock; mkdir ./.vm.vmx.vmxedit-lock; : >../gone; }; \
             command chmod \"$@\"; }";
        host.account.set_profile(&format!("first='{UNAME}{hook}\n'"));
        let result = host.run(&["set", "-q", &file, "a=2"]);
        assert_eq!((result.code, &*result.stdout), (3, ""), "{shell:?}: {}", result.stderr);
        assert!(lock.exists(), "{shell:?}: the lock of another run");
        let left = fs::read_dir(host.scratch().path("vm")).unwrap().count();
        assert_eq!(left, 2, "{shell:?}: the lock and the file");
    }
}

fn what_is_no_lock_ends_an_edit() {
    for &shell in shells() {
        let (host, file) = esxi_with_vm(shell);
        host.scratch().write("vm/.vm.vmx.vmxedit-lock", "");
        let result = host.run(&["set", "-q", &file, "a=2"]);
        result.refuses(5, &["the host cannot create the lock next to the file"]);
        // Another user makes a stale lock again and again.
        let lock = host.scratch().path("vm/.vm.vmx.vmxedit-lock");
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        age(&lock);
        let again = "for stale in .vm.vmx.vmxedit-*.old; do command mkdir ./.vm.vmx.vmxedit-lock && \
             command touch -d @1000000000 ./.vm.vmx.vmxedit-lock; done 2>/dev/null";
        let hook = format!("mv() {{ command mv \"$@\"; status=$?; {again}; return $status; }}");
        host.account.set_profile(&format!("first='{UNAME}{hook}\n'"));
        let started = std::time::Instant::now();
        host.run(&["set", "-q", "--wait=0", &file, "a=2"]).refuses(3, &["locked"]);
        assert!(started.elapsed() < std::time::Duration::from_secs(60), "{shell:?}");
    }
}

/// Without `mv -T`, a folder could be moved into one that a link leads to.
fn a_lock_in_a_folder_of_another_user_is_not_moved() {
    let (host, file) = esxi_with_vm(Shell::Dash);
    let lock = host.scratch().path("vm/.vm.vmx.vmxedit-lock");
    fs::create_dir(&lock).unwrap();
    age(&lock);
    host.scratch().set_mode("vm", 0o777);
    let no_option = "mv() { case $1 in -*T*) echo \"mv: unrecognized option: T\" >&2; return 1 ;; esac; command mv \"$@\"; }";
    host.account.set_profile(&format!("first='{UNAME}{no_option}\n'"));
    host.run(&["set", "-q", &file, "a=2"]).refuses(3, &["other users can change the folder"]);
    assert!(lock.exists());
    host.scratch().set_mode("vm", 0o755);
    host.run(&["set", "-q", &file, "a=2"]).prints(DONE);
}
