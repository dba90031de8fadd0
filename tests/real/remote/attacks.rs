//! Another user of a host owns the folder of a VM, and root edits there. Functions in front of the script do what that user
//! would do at a chosen moment.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown, lchown, symlink};
use std::thread;
use std::time::{Duration, Instant};

use crate::parts::sshd::{Shell, SshHost, shells};
use crate::suite::{Trial, first_tier, require_root, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            no_program_gets_the_token_as_an_argument,
            a_tool_in_a_relative_folder_is_not_started,
            a_pipe_in_the_lock_does_not_hang_the_host
        ]),
        second_tier(
            "needs root",
            test_list![
                a_link_in_the_place_of_the_copy_is_not_written_through,
                a_link_that_is_exchanged_while_it_is_followed_is_refused,
                a_file_that_grows_without_end_does_not_keep_the_host_busy,
                a_file_that_becomes_a_link_is_not_read_into_the_folder,
                what_a_link_in_the_lock_leads_to_gets_no_member,
                a_name_that_was_seen_in_the_lock_is_not_used_again,
                what_a_link_with_the_name_of_the_backup_leads_to_gets_no_file,
                the_lock_is_as_accessible_as_its_folder
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";
const USER: u32 = 1234;

/// A folder of another user with a VM, and a file of root that only root can read.
fn attacked(shell: Shell) -> (SshHost, String) {
    let host = SshHost::start_shared(shell);
    let file = host.scratch().write("vm/vm.vmx", VM);
    for path in [&file, file.parent().unwrap()] {
        chown(path, Some(USER), Some(USER)).unwrap();
    }
    host.scratch().write("root/secret", "password = \"secret\"\n");
    host.scratch().set_mode("root/secret", 0o600);
    let url = host.url(&file);
    (host, url)
}

#[track_caller]
fn assert_secret_is_safe(host: &SshHost, context: &str) {
    let secret = host.scratch().path("root/secret");
    let meta = fs::metadata(&secret).unwrap();
    assert_eq!((meta.uid(), meta.permissions().mode() & 0o7777), (0, 0o600), "{context}");
    assert_eq!(fs::read(secret).unwrap(), b"password = \"secret\"\n", "{context}");
    for entry in fs::read_dir(host.scratch().path("vm")).unwrap() {
        let path = entry.unwrap().path();
        let is_file = fs::symlink_metadata(&path).unwrap().is_file();
        assert!(
            !is_file || !fs::read_to_string(&path).unwrap().contains("secret"),
            "{context}: {}",
            path.display()
        );
    }
}

/// Defines a shell function that does something and then runs the program of its name.
fn hook(host: &SshHost, program: &str, action: &str) {
    let function = format!("{program}() {{ {action}; command {program} \"$@\"; }}");
    host.account.set_profile(&format!("first='{function}\n'"));
}

fn a_link_in_the_place_of_the_copy_is_not_written_through() {
    require_root();
    for &shell in shells() {
        let (host, file) = attacked(shell);
        let secret = host.scratch().path("root/secret");
        // The name of the new file is visible while it is written.
        let action = format!(
            "for new in ./.vm.vmx.vmxedit-*.new; do [ ! -e \"$new\" ] || ln -s \"{}\" \"${{new%.new}}.old\"; done 2>/dev/null",
            secret.display()
        );
        hook(&host, "chmod", &action);
        let result = host.run(&["set", "-q", &file, "a=2", "--backup"]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        assert_secret_is_safe(&host, &format!("{shell:?}"));
        let backup = host.scratch().path("vm/vm.vmx.bak");
        assert_eq!(fs::read(&backup).unwrap(), VM.as_bytes());
        assert_eq!(fs::metadata(backup).unwrap().uid(), USER, "{shell:?}");
    }
}

fn a_link_that_is_exchanged_while_it_is_followed_is_refused() {
    require_root();
    for shell in [Shell::Dash, Shell::BusyBox, Shell::Bash] {
        let (host, _) = attacked(shell);
        host.scratch().write("root/victim/vm.vmx", VM);
        // A link of root, which is trusted, and one of the other user.
        let (link, other) = (host.scratch().path("vm/link"), host.scratch().path("vm/other"));
        symlink(".", &link).unwrap();
        symlink(host.scratch().path("root/victim"), &other).unwrap();
        lchown(&other, Some(USER), Some(USER)).unwrap();
        // After the owner of the link is known, and before its target is read: once, and there and back again.
        let kept = host.scratch().path("kept");
        let exchange = format!(
            "case $* in *./link) command mv -fT \"{0}\" \"{2}\"; command mv -fT \"{1}\" \"{0}\" ;; esac",
            link.display(),
            other.display(),
            kept.display()
        );
        let back = format!(
            "case $* in *./link) command mv -fT \"{0}\" \"{1}\"; command mv -fT \"{2}\" \"{0}\" ;; esac",
            link.display(),
            other.display(),
            kept.display()
        );
        for after in [back, ":".to_owned()] {
            let hook = format!(
                "readlink() {{ {exchange}; command readlink \"$@\"; status=$?; {after}; return $status; }}"
            );
            host.account.set_profile(&format!("first='{hook}\n'"));
            let result = host.run(&["set", &host.url(link.join("vm.vmx")), "a=2"]);
            result.refuses(5, &["another process replaced a folder of its path"]);
            let victim = fs::read(host.scratch().path("root/victim/vm.vmx")).unwrap();
            assert_eq!(victim, VM.as_bytes(), "{shell:?}");
        }
        assert!(!other.is_symlink(), "{shell:?}: the links were exchanged");
    }
}

fn a_file_that_becomes_a_link_is_not_read_into_the_folder() {
    require_root();
    for &shell in shells() {
        let (host, file) = attacked(shell);
        let vmx = host.scratch().path("vm/vm.vmx");
        let secret = host.scratch().path("root/secret");
        // From some moment on, the name leads to the secret. A link of root would be trusted, and its owner cannot make one.
        let action = format!(
            "echo ran >>\"$HOME/ran\"; [ -h \"{0}\" ] || {{ command rm -f \"{0}\"; command ln -s \"{1}\" \"{0}\"; \
             command chown -h {USER} \"{0}\"; }}",
            vmx.display(),
            secret.display()
        );
        // The programs before the rename, and those after it.
        let before = ["tr", "ls", "cat", "dd", "mkdir", "chmod", "chown", "mv"].map(|program| (program, 3));
        let after = ["sync", "rm"].map(|program| (program, 0));
        for (program, code) in before.into_iter().chain(after) {
            let _ = fs::remove_file(&vmx);
            fs::write(&vmx, VM).unwrap();
            chown(&vmx, Some(USER), Some(USER)).unwrap();
            hook(&host, program, &action);
            let result = host.run(&["set", &file, "a=2"]);
            let context = format!("{shell:?} {program}");
            assert!(fs::remove_file(host.scratch().path("home/ran")).is_ok(), "{context}: {}", result.stderr);
            assert_eq!(result.code, code, "{context}: {}", result.stderr);
            assert!(fs::symlink_metadata(&vmx).unwrap().is_symlink(), "{context}");
            assert_secret_is_safe(&host, &context);
        }
    }
}

fn a_file_that_grows_without_end_does_not_keep_the_host_busy() {
    require_root();
    for &shell in shells() {
        let (host, file) = attacked(shell);
        // When the host compares the evidence, it has opened the file.
        host.account.add_tool(
            "vmrun",
            "echo call >>\"$state/calls\"; echo 'Total running VMs: 0'\n\
             [ \"$(/usr/bin/grep -c call \"$state/calls\")\" != 2 ] || exec /usr/bin/truncate -s 16000G \"$state/vm/vm.vmx\"",
        );
        let started = Instant::now();
        let result = host.run(&["set", "-q", "--backup", &file, "a=2"]);
        assert_eq!((result.code, &*result.stdout), (4, ""), "{shell:?}: {}", result.stderr);
        result.says(&["no VMX file is that large"]);
        assert!(started.elapsed() < Duration::from_secs(60), "{shell:?}");
        host.assert_no_process_is_left();
        assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 1, "{shell:?}");
    }
}

/// Returns a folder of root in which nothing may appear.
fn folder_of_root(host: &SshHost) -> std::path::PathBuf {
    let folder = host.scratch().path("root/folder");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn what_a_link_in_the_lock_leads_to_gets_no_member() {
    require_root();
    for &shell in shells() {
        let (host, file) = attacked(shell);
        let folder = folder_of_root(&host);
        host.scratch().make_fifo("root/pipe");
        let pipe = host.scratch().path("root/pipe");
        // The folder D tells the number of the member. The folder of the lock belongs to the other user as well.
        for (hooked, link, target) in [("dd", "M", &folder), ("dd", "E", &pipe), ("mkdir", "E", &pipe)] {
            let action = format!(
                "command {hooked} \"$@\"; for d in ./D*.lck; do [ ! -d \"$d\" ] || ln -s \"{}\" \"./{link}${{d#./D}}\"; done \
                 2>/dev/null; return",
                target.display()
            );
            hook(&host, hooked, &action);
            let result = host.run(&["set", "-q", &file, "a=2"]);
            // BusyBox refuses to rename over a link to a folder.
            let code = if (shell, link) == (Shell::BusyBox, "M") { 5 } else { 0 };
            assert_eq!(result.code, code, "{shell:?} {hooked} {link}: {}", result.stderr);
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{shell:?} {hooked} {link}");
            host.account.set_profile("");
            let _ = fs::remove_dir_all(host.scratch().path("vm/vm.vmx.lck"));
            host.scratch().write("vm/vm.vmx", VM);
        }
        assert_secret_is_safe(&host, &format!("{shell:?}"));
    }
}

fn a_name_that_was_seen_in_the_lock_is_not_used_again() {
    require_root();
    for &shell in shells() {
        let (host, file) = attacked(shell);
        host.scratch().make_fifo("root/pipe");
        let pipe = host.scratch().path("root/pipe");
        let mut reader = fs::File::options().read(true).custom_flags(libc::O_NONBLOCK).open(&pipe).unwrap();
        // The first attempt fails. At the next one, a link has the rest of the name that was seen.
        let seen = host.scratch().path("seen");
        let hooks = format!(
            "mv() {{ case $* in */M*) [ -e \"{seen}\" ] || {{ for e in ./E*; do echo \"${{e#./E?????}}\" >\"{seen}\"; done; \
             return 1; }} ;; esac; command mv \"$@\"; }}; mkdir() {{ command mkdir \"$@\" || return; [ ! -e \"{seen}\" ] || \
             for d in ./D*.lck; do n=${{d#./D}}; command ln -s \"{pipe}\" \"./E${{n%.lck}}$(cat \"{seen}\")\"; done; }}",
            seen = seen.display(),
            pipe = pipe.display()
        );
        host.account.set_profile(&format!("first='{hooks}\n'"));
        let result = host.run(&["set", "-q", &file, "a=2"]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        assert!(seen.exists(), "{shell:?}: the first attempt failed");
        let mut written = Vec::new();
        let _ = reader.read_to_end(&mut written);
        assert!(written.is_empty(), "{shell:?}: {written:?}");
    }
}

fn what_a_link_with_the_name_of_the_backup_leads_to_gets_no_file() {
    require_root();
    for &shell in shells() {
        let (host, file) = attacked(shell);
        let folder = folder_of_root(&host);
        for hooked in ["ln", "mv"] {
            let backup = host.scratch().path("vm/vm.vmx.bak");
            let _ = fs::remove_file(&backup);
            hook(
                &host,
                hooked,
                &format!(
                    "case $* in *vmxedit-none*) ;; *) [ -h \"{1}\" ] || command ln -s \"{0}\" \"{1}\" ;; esac",
                    folder.display(),
                    backup.display()
                ),
            );
            let result = host.run(&["set", "-q", "--backup", &file, "a=2"]);
            assert_eq!(result.code, 0, "{shell:?} {hooked}: {}", result.stderr);
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{shell:?} {hooked}");
            host.account.set_profile("");
            let _ = fs::remove_file(&backup);
            let kept = fs::read_dir(host.scratch().path("vm")).unwrap().map(|entry| entry.unwrap().path());
            let kept: Vec<_> = kept
                .filter(|path| !path.ends_with("vm.vmx") && fs::read(path).unwrap() == VM.as_bytes())
                .collect();
            assert!(!kept.is_empty(), "{shell:?} {hooked}");
            for path in kept {
                fs::remove_file(path).unwrap();
            }
            host.run(&["set", "-q", &file, "a=1"]).prints("~ a = \"2\" -> \"1\"\n");
        }
    }
}

fn the_lock_is_as_accessible_as_its_folder() {
    require_root();
    for &shell in shells() {
        let (host, file) = attacked(shell);
        for mode in [0o755, 0o700, 0o750, 0o2775, 0o1777] {
            fs::set_permissions(host.scratch().path("vm"), fs::Permissions::from_mode(mode)).unwrap();
            let action = "[ ! -d ./vm.vmx.lck ] || command ls -ld ./vm.vmx.lck >>\"$HOME/locks\"";
            let _ = fs::remove_file(host.scratch().path("home/locks"));
            hook(&host, "chmod", action);
            let result = host.run(&["set", "-q", &file, &format!("mode={mode}")]);
            assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
            let locks = fs::read_to_string(host.scratch().path("home/locks")).unwrap();
            let bits = |letters: &str| letters[1..10].replace(['t', 's'], "x");
            let expected = match mode {
                0o755 => "rwxr-xr-x",
                0o700 => "rwx------",
                0o750 => "rwxr-x---",
                0o2775 => "rwxrwxr-x",
                _ => "rwxrwxrwx",
            };
            assert_eq!(bits(&locks), expected, "{shell:?} {mode:o}: {locks}");
        }
    }
}

fn no_program_gets_the_token_as_an_argument() {
    let host = SshHost::start_shared(Shell::FewTools);
    let file = host.url(host.scratch().write("vm/vm.vmx", VM));
    // Each tool notes its arguments.
    for entry in fs::read_dir(host.scratch().path("tools")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name != "sh" {
            let target = fs::read_link(host.scratch().path(&format!("tools/{name}"))).unwrap();
            host.account.add_tool(
                &name,
                &format!("echo \"$0 $*\" >>\"$state/arguments\"; exec {} \"$@\"", target.display()),
            );
        }
    }
    let script = "tee \"$root/requests\" | (run); exit";
    host.account.set_profile(&script.replace("tee", "/usr/bin/tee"));
    for args in
        [&["set", &file, "a=2", "--backup"][..], &["find", "-r", "a", &host.url(host.scratch().path("vm"))]]
    {
        let result = host.run(args);
        assert_eq!(result.code, 0, "{}", result.stderr);
        let requests = String::from_utf8(host.scratch().read("requests")).unwrap();
        let token = requests.lines().next().unwrap();
        assert!(token.len() >= 32, "{token}");
        let arguments = String::from_utf8(host.scratch().read("arguments")).unwrap();
        assert!(arguments.lines().count() > 3 && !arguments.contains(token), "{args:?}: {arguments}");
    }
}

fn a_tool_in_a_relative_folder_is_not_started() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.url(host.scratch().write("vm/vm.vmx", VM));
        host.scratch().write_script("vm/vmrun", "touch \"$HOME/pwned\"");
        host.scratch().write_script("vm/esxcli", "touch \"$HOME/pwned\"");
        host.account.set_profile("first='PATH=:.:$PATH:\n'");
        let result = host.run(&["set", &file, "a=2"]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        assert!(!host.scratch().path("home/pwned").exists(), "{shell:?}");
    }
}

fn a_pipe_in_the_lock_does_not_hang_the_host() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.url(host.scratch().write("vm/vm.vmx", VM));
        fs::create_dir_all(host.scratch().path("vm/vm.vmx.lck/D00001.lck")).unwrap();
        host.scratch().make_fifo("vm/vm.vmx.lck/M12345.lck");
        host.scratch().make_fifo("vm/vm.vmx.lck/E00001.lck");
        let started = Instant::now();
        let result = host.run(&["set", &file, "a=2"]);
        assert!(started.elapsed() < Duration::from_secs(30), "{shell:?}: {}", result.stderr);
        assert_eq!(result.code, 3, "{shell:?}: {}", result.stderr);
        result.says(&["vm.vmx.lck/M12345.lck cannot be read: not a regular file"]);
        thread::sleep(Duration::from_millis(50));
        host.assert_no_process_is_left();
    }
}
