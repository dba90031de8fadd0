//! Hosts that do not answer, break off, or lack a tool: an error that names the host, exit 5, and the file as it was.

use std::fs;
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{RunResult, Scratch, isolated, program};
use crate::parts::sshd::{Shell, SshHost, shells, url, wait_until};
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let first = first_tier(test_list![
        a_host_that_cannot_be_reached_is_named,
        a_missing_file_is_not_taken_for_a_local_one,
        a_wrong_key_and_an_unknown_host_are_reported,
        a_banner_of_the_login_is_not_part_of_an_answer,
        a_login_without_a_shell_is_reported,
        the_reason_of_a_tool_has_a_hint,
        a_connection_that_breaks_in_an_answer_leaves_the_file,
        a_connection_that_breaks_in_the_content_leaves_the_file,
        an_interrupt_ends_the_wait_and_leaves_nothing,
        an_interrupt_at_a_password_leaves_the_terminal_as_it_was,
        a_signal_during_the_replacement_does_not_hide_what_became_of_it,
        a_rename_whose_tool_is_killed_afterwards_counts,
        nothing_is_left_after_success_failure_and_kill
    ]);
    let second = second_tier("takes seconds", test_list![a_missing_tool_is_reported_and_the_file_stays]);
    first.into_iter().chain(second).collect()
}

const VM: &str = "a = \"1\"\n";

fn host_with_vm(shell: Shell) -> (SshHost, String) {
    let host = SshHost::start(shell);
    let file = host.url(host.scratch().write("vm/vm.vmx", VM));
    (host, file)
}

/// Asserts that the file and its folder are as they were.
#[track_caller]
fn assert_untouched(host: &SshHost, context: &str) {
    assert_eq!(host.scratch().read("vm/vm.vmx"), VM.as_bytes(), "{context}");
    assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 1, "{context}");
}

fn address(host: &SshHost) -> String {
    format!("127.0.0.1:{}", host.port)
}

fn a_host_that_cannot_be_reached_is_named() {
    let (mut host, file) = host_with_vm(Shell::Dash);
    host.stop();
    for args in
        [&["get", &file, "a"][..], &["set", &file, "a=2"], &["status", &file], &["check", "-r", &file]]
    {
        let result = host.run(args);
        result.refuses(5, &["cannot connect to", &address(&host), "Connection refused"]);
    }
    let result = host.run(&["set", &file, "a=2", "--json"]);
    assert_eq!((result.code, result.json()["error"]["code"].as_i64()), (5, Some(5)), "{}", result.stdout);
    assert_untouched(&host, "");
    // A program that does not exist.
    let mut command = host.command();
    command.env("VMXEDIT_SSH", "/nonexistent/ssh").args(["get", &file, "a"]);
    RunResult::new(&["get"], &command.output().unwrap()).refuses(5, &["cannot connect to", &address(&host)]);
    for bad in ["'unclosed", "  "] {
        let mut command = host.command();
        command
            .env("VMXEDIT_SSH", bad)
            .args(["get", "ssh://127.0.0.1:1/a.vmx", "a"])
            .env("PATH", "/nonexistent");
        RunResult::new(&[bad], &command.output().unwrap()).refuses(5, &["cannot connect to 127.0.0.1:1"]);
    }
}

fn a_missing_file_is_not_taken_for_a_local_one() {
    let (host, _) = host_with_vm(Shell::Dash);
    for args in [&["get", "?", "a"][..], &["set", "?", "a=1"], &["status", "?"]] {
        let missing = host.url("/nope/a.vmx");
        let args: Vec<&str> = args.iter().map(|arg| if *arg == "?" { &*missing } else { *arg }).collect();
        let result = host.run(&args);
        assert_eq!(result.code, 5, "{args:?}: {}", result.stderr);
        result.says(&["No such file or directory"]);
        assert!(!result.stderr.contains("local name"), "{args:?}: {}", result.stderr);
    }
}

fn a_wrong_key_and_an_unknown_host_are_reported() {
    let (host, file) = host_with_vm(Shell::Dash);
    let authorized = host.scratch().read("authorized-keys");
    host.scratch().write("authorized-keys", "");
    host.run(&["set", &file, "a=2"])
        .refuses(5, &["cannot connect to", &address(&host), "Permission denied", "hint: use a key"]);
    host.scratch().write("authorized-keys", authorized);
    let known = host.scratch().read("known-hosts");
    host.scratch().write("known-hosts", "");
    host.run(&["set", &file, "a=2"])
        .refuses(5, &[&address(&host), "Host key verification failed", "hint: connect once to check"]);
    let other = fs::read_to_string(host.scratch().path("user-key.pub")).unwrap();
    host.scratch().write("known-hosts", format!("[127.0.0.1]:{} {other}", host.port));
    host.run(&["set", &file, "a=2"])
        .refuses(5, &[&address(&host), "Host key verification failed", "hint: find out why its key changed"]);
    assert_untouched(&host, "");
    host.scratch().write("known-hosts", known);
    host.run(&["set", &file, "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
}

fn a_banner_of_the_login_is_not_part_of_an_answer() {
    for &shell in shells() {
        let (host, file) = host_with_vm(shell);
        host.account.set_profile(
            "echo 'Welcome to $(host)!'; echo 'end'; printf '\\n\\0\\377 no line feed'; echo warn >&2",
        );
        host.run(&["get", &file, "a"]).prints("1\n");
        host.run(&["set", &file, "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
        assert_eq!(host.scratch().read("vm/vm.vmx"), b"a = \"2\"\n");
    }
}

fn a_login_without_a_shell_is_reported() {
    let (host, file) = host_with_vm(Shell::Dash);
    for profile in [
        "echo 'This account is currently not available.'; exit 1",
        "exit 0",
        "echo 'powershell: exec : The term is not recognized' >&2; exit 127",
    ] {
        host.account.set_profile(profile);
        for args in [&["get", &file, "a"][..], &["set", &file, "a=2"]] {
            host.run(args).refuses(5, &["cannot connect to", &address(&host)]);
        }
    }
    assert_untouched(&host, "");
}

fn a_missing_tool_is_reported_and_the_file_stays() {
    // What BusyBox has cannot be taken away.
    let host = SshHost::start_shared(Shell::FewTools);
    let file = host.url(host.scratch().write("vm/vm.vmx", VM));
    let tools = [
        "cat", "chmod", "chown", "chgrp", "cksum", "cp", "cut", "date", "dd", "dirname", "echo", "find",
        "grep", "id", "ln", "ls", "mkdir", "mv", "printf", "ps", "rm", "rmdir", "sed", "sleep", "sync", "tr",
        "uname",
    ];
    let mut worked = Vec::new();
    for tool in tools {
        let path = host.scratch().path(&format!("tools/{tool}"));
        let target = fs::read_link(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let started = Instant::now();
        let result = host.run(&["set", &file, "a=2", "--backup"]);
        assert!(started.elapsed() < Duration::from_secs(30), "{tool}");
        std::os::unix::fs::symlink(target, path).unwrap();
        let (is_new, names) =
            (host.scratch().read("vm/vm.vmx") == b"a = \"2\"\n", fs::read_dir(host.scratch().path("vm")));
        let names: Vec<_> = names.unwrap().map(|entry| entry.unwrap().file_name()).collect();
        if result.code == 0 {
            assert_eq!((is_new, &*result.stdout), (true, "~ a = \"1\" -> \"2\"\n"), "without {tool}");
            worked.push(tool);
        } else {
            // Without `chown` the owner cannot be kept: that is refused.
            let code = if tool == "chown" { 4 } else { 5 };
            assert_eq!(
                (result.code, is_new, names.len()),
                (code, false, 1),
                "without {tool}: {} {names:?}",
                result.stderr
            );
            assert!(result.stderr.contains(&address(&host)), "without {tool}: {}", result.stderr);
            host.run(&["set", "--quiet", &file, "healed=1"]).prints("+ healed = \"1\"\n");
        }
        let _ = fs::remove_dir_all(host.scratch().path("vm"));
        host.scratch().write("vm/vm.vmx", VM);
    }
    // The script does without them.
    for tool in ["cut", "dirname", "echo", "grep", "printf", "sed", "sync"] {
        assert!(worked.contains(&tool), "{tool}: {worked:?}");
    }
}

fn the_reason_of_a_tool_has_a_hint() {
    let (host, file) = host_with_vm(Shell::Dash);
    for (end, hint) in [
        ("No space left on device", "free space on the disk"),
        ("Read-only file system", "mounted read-only"),
        ("Permission denied", "log in as a user"),
        ("ln: not found", "the host lacks a tool"),
    ] {
        host.account.add_tool("mv", &format!("echo \"mv: cannot move '$1': {end}\" >&2; exit 1"));
        host.run(&["set", &file, "a=2"]).refuses(5, &[end, "hint: ", hint]);
        assert_untouched(&host, end);
    }
}

fn a_connection_that_breaks_in_an_answer_leaves_the_file() {
    let (host, file) = host_with_vm(Shell::Dash);
    for bytes in [0, 1, 40, 100, 200, 400, 800] {
        host.account
            .set_profile(&format!("run | {{ dd bs=1 count={bytes} 2>/dev/null; kill -9 $PPID; }}; exit"));
        for args in [&["get", &file, "a"][..], &["set", &file, "a=2"]] {
            let result = host.run(args);
            let context = format!("{args:?} after {bytes} bytes");
            if result.code != 0 {
                assert_eq!(result.code, 5, "{context}: {}", result.stderr);
                result.says(&[&address(&host)]);
                assert_untouched(&host, &context);
            } else {
                assert!(args[0] == "get" && result.stdout == "1\n", "{context}");
            }
        }
    }
    host.assert_no_process_is_left();
}

fn a_connection_that_breaks_in_the_content_leaves_the_file() {
    let (host, file) = host_with_vm(Shell::Dash);
    // The words of the view, and then parts of the request to replace the file.
    for bytes in [33, 60, 120, 200, 300, 400, 500] {
        host.account.set_profile(&format!("dd bs=1 count={bytes} 2>/dev/null | (run); exit"));
        let result = host.run(&["set", &file, "--quiet", &format!("b={}", "x".repeat(2000))]);
        assert_eq!(result.code, 5, "{bytes}: {}", result.stderr);
        result.says(&[&address(&host)]);
        assert_untouched(&host, &format!("{bytes} bytes"));
    }
    host.assert_no_process_is_left();
}

fn an_interrupt_ends_the_wait_and_leaves_nothing() {
    let (host, file) = host_with_vm(Shell::Dash);
    host.account.set_profile("touch \"$root/there\"; sleep 30");
    // Under `nohup`, the program ignores SIGHUP as well.
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    let ignores_hup = u64::from_str_radix(ignored, 16).unwrap() & 1 == 1;
    for signal in ["INT", "TERM", "HUP"] {
        if ignores_hup && signal == "HUP" {
            continue;
        }
        let _ = fs::remove_file(host.scratch().path("there"));
        let mut child = host.command().args(["set", &file, "a=2"]).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| host.scratch().path("there").exists());
        let killed =
            isolated("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let started = Instant::now();
        assert!(!child.wait().unwrap().success());
        assert!(started.elapsed() < Duration::from_secs(5), "{signal}");
        assert_untouched(&host, signal);
    }
}

fn an_interrupt_at_a_password_leaves_the_terminal_as_it_was() {
    let scratch = Scratch::new();
    // As `ssh` does while it asks.
    scratch.write_script(
        "ssh",
        "exec 3<>/dev/tty; stty -echo <&3; trap 'stty echo <&3; exit 1' TERM\n\
         echo 'Password for root:' >&3; while :; do sleep 0.05; done",
    );
    for args in [&["get", "root@esx1:/vm.vmx", "a"][..], &["set", "root@esx1:/vm.vmx", "a=1"]] {
        let mut command = isolated("sh");
        command.env("VMXEDIT_SSH", scratch.path("ssh")).current_dir(scratch.path(""));
        command
            .args(["-c", "trap : INT; \"$0\" \"$@\"; echo \"exit $?\"; stty -a"])
            .arg(program())
            .args(args);
        let (shown, _) = run_on_terminal(&command, "Password for root:", "\x03");
        assert!(shown.contains("exit 130"), "{shown}");
        let (_, settings) = shown.split_once("exit 130").unwrap();
        assert!(settings.contains(" echo ") && !settings.contains("-echo "), "{args:?}: {shown}");
    }
}

fn a_rename_whose_tool_is_killed_afterwards_counts() {
    for shell in [Shell::Dash, Shell::Bash] {
        let (host, file) = host_with_vm(shell);
        let end = "case \"$*\" in *.new*) kill -KILL $$ ;; esac";
        host.account.add_tool("mv", &format!("PATH=/usr/bin:/bin mv \"$@\"; {end}"));
        let result = host.run(&["set", "--backup", &file, "a=2"]);
        assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"), "{}", result.stderr);
        assert_eq!(host.scratch().read("vm/vm.vmx"), b"a = \"2\"\n");
        assert_eq!(host.scratch().read("vm/vm.vmx.bak"), VM.as_bytes());
        // It was not renamed.
        host.account.add_tool(
            "mv",
            "case \"$*\" in *.new*) kill -KILL $$ ;; esac; PATH=/usr/bin:/bin exec mv \"$@\"",
        );
        assert_eq!(host.run(&["set", &file, "a=3"]).code, 5);
        assert_eq!(host.scratch().read("vm/vm.vmx"), b"a = \"2\"\n");
    }
}

fn a_signal_during_the_replacement_does_not_hide_what_became_of_it() {
    let (host, file) = host_with_vm(Shell::Dash);
    // Not the call by which the script finds out what `mv` can do.
    let wait = "case \"$*\" in *.new*) >\"$state/there\"; sleep 1 ;; esac";
    host.account.add_tool("mv", &format!("{wait}; PATH=/usr/bin:/bin exec mv \"$@\""));
    let there = host.scratch().path("there");
    for (signals, value) in [(1, 2), (2, 3)] {
        let _ = fs::remove_file(&there);
        let mut command = host.command();
        command.args(["set", "--json", &file, &format!("a={value}")]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| there.exists());
        for _ in 0..signals {
            assert!(isolated("kill").arg(child.id().to_string()).status().unwrap().success());
            thread::sleep(Duration::from_millis(200));
        }
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains("unchanged"), "{text}");
        if signals == 1 {
            assert_eq!((output.status.code(), text.contains("\"error\"")), (Some(0), false), "{text}");
            assert_eq!(host.scratch().read("vm/vm.vmx"), b"a = \"2\"\n");
        } else {
            assert!(text.contains("interrupted; the file has either the old or the new content"), "{text}");
        }
        host.assert_no_process_is_left();
    }
}

fn nothing_is_left_after_success_failure_and_kill() {
    let (host, file) = host_with_vm(Shell::Dash);
    host.run(&["set", &file, "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    host.assert_no_process_is_left();
    assert_eq!(host.run(&["get", &file, "missing"]).code, 1);
    assert_eq!(host.run(&["get", &host.url("/nonexistent.vmx"), "a"]).code, 5);
    host.assert_no_process_is_left();
    // While the host works on the request.
    host.account.add_tool("date", ">\"$state/there\"; sleep 1; exec /bin/date \"$@\"");
    let mut child = host.command().args(["set", &file, "a=3"]).spawn().unwrap();
    wait_until(|| host.scratch().path("there").exists());
    child.kill().unwrap();
    child.wait().unwrap();
    host.assert_no_process_is_left();
    assert!(!host.scratch().path("vm/vm.vmx.lck").exists());
    let left: Vec<String> = host.scratch().names();
    assert!(!left.iter().any(|name| name.starts_with("control")), "{left:?}");
    // A server that accepts and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let mut child = host.command().args(["get", &url(port, "/a.vmx".as_ref()), "a"]).spawn().unwrap();
    thread::sleep(Duration::from_millis(300));
    child.kill().unwrap();
    child.wait().unwrap();
    drop(silent);
    host.assert_no_process_is_left();
}
