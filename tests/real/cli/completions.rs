//! The completion scripts in the shells that they are for: a table of positions on the command line, typed on a terminal.

use std::time::{Duration, Instant};

use crate::harness::{Scratch, is_enabled, isolated, program, repository_path};
use crate::parts::shell::{Session, Shell};
use crate::parts::sshd::{self, SshHost};
use crate::suite::{Trial, first_tier, skip_optional, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        bash_completes_a_command,
        zsh_completes_a_command,
        fish_completes_a_command,
        elvish_completes_a_command,
        nushell_completes_a_command,
        powershell_completes_a_command,
        a_path_on_another_host_is_completed,
        a_host_that_does_not_answer_costs_four_seconds_at_most,
        an_ssh_that_hangs_is_ended,
        a_value_in_another_case_is_left_alone_in_elvish,
        a_name_with_an_exclamation_mark_is_quoted,
        a_folder_that_takes_too_long_offers_nothing,
        pipes_devices_and_huge_files_are_not_read,
        nothing_hostile_reaches_the_terminal
    ])
}

/// A VM with keys and names that shells read.
fn vms() -> Scratch {
    let vms = Scratch::new();
    vms.write(
        "vm.vmx",
        "memsize = \"4096\"\nscsi0:0.fileName = \"d.vmdk\"\nSMBIOS.reflectHost = \"TRUE\"\nfirmware = \"efi\"\n\
         RemoteDisplay.vnc.password = \"hunter2\"\nannotation = \"a|1B[31mb\u{9B}2J\u{202E}c\td|0Ae\"\n",
    );
    vms.write("vm.vmx.bak", "");
    vms.write("my vms/it's one.vmx", "numvcpus = \"2\"\n");
    vms
}

/// What is typed, and the argument that the word becomes at a tab.
const TABLE: [(&str, &str); 12] = [
    ("vmxedit stat", "status"),
    ("vmxedit get --defau", "--default"),
    ("vmxedit set vm.vmx mems", "memsize="),
    ("vmxedit set vm.vmx memsize=1 scsi0:0.f", "scsi0:0.fileName="),
    ("vmxedit set vm.vmx memsize=1 SCSI0:0.f", "scsi0:0.fileName="),
    ("vmxedit set vm.vmx smbios.refl", "SMBIOS.reflectHost="),
    ("vmxedit set vm.vmx firmware=b", "firmware=bios"),
    ("vmxedit get my", "my vms/"),
    ("vmxedit get 'my vms/it", "my vms/it's one.vmx"),
    ("vmxedit apply -p macos-ser", "macos-serial"),
    ("vmxedit check --allow vmx010", "VMX010"),
    ("vmxedit restore vm.vmx vm.vmx.b", "vm.vmx.bak"),
];

/// Checks the table: with `VMXEDIT_ALL_STEPS=1` all of it, else every third row, other ones in each shell.
fn check_table(shell: Shell) {
    let vms = vms();
    let (first, step) = if is_enabled("VMXEDIT_ALL_STEPS") { (0, 1) } else { (shell as usize % 3, 3) };
    for (typed, expected) in TABLE.into_iter().skip(first).step_by(step) {
        let session = Session::start(shell, &vms);
        let shown = session.complete(typed, "");
        let arguments = session.run();
        // elvish keeps the case of what was typed, and bash that of what is in front of a colon.
        let keeps_case = shell == Shell::Elvish || shell == Shell::Bash && typed.contains(':');
        let is_expected = arguments
            .last()
            .is_some_and(|last| last == expected || keeps_case && last.eq_ignore_ascii_case(expected));
        assert!(is_expected, "{shell:?}: {typed}: {arguments:?}: {}", shown.escape_debug());
        let before = typed.matches(' ').count() - typed.matches("my vms").count();
        assert_eq!(arguments.len(), before, "{shell:?}: {typed}: {arguments:?}");
    }
    let shown = Session::start(shell, &vms).complete("vmxedit set vm.vmx nothing.like.th", "");
    for other in ["memsize", "firmware", "vm.vmx.bak", "my vms"] {
        assert!(!shown.contains(other), "{shell:?}: {}", shown.escape_debug());
    }
}

fn bash_completes_a_command() {
    check_table(Shell::Bash);
}

fn zsh_completes_a_command() {
    check_table(Shell::Zsh);
}

fn fish_completes_a_command() {
    check_table(Shell::Fish);
}

fn elvish_completes_a_command() {
    check_table(Shell::Elvish);
}

fn nushell_completes_a_command() {
    check_table(Shell::Nushell);
}

fn powershell_completes_a_command() {
    let mut shell = isolated("pwsh");
    let script = ". ./_vmxedit.ps1; \
                  (TabExpansion2 'vmxedit stat' 12).CompletionMatches | ForEach-Object CompletionText";
    shell.args(["-NoProfile", "-c", script]).current_dir(repository_path("completions"));
    let Ok(output) = shell.output() else { skip_optional("PowerShell is not installed") };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "status");
}

/// Returns the candidates for the last word.
fn candidates(vms: &Scratch, words: &[&str]) -> String {
    vms.run(&[&["complete", "--", "vmxedit"], words].concat()).printed(0)
}

fn a_path_on_another_host_is_completed() {
    let host = SshHost::start_shared(sshd::shells()[0]);
    let folder = host.scratch().path("home");
    for name in ["one.vmx", "two.txt", "sub dir/x.vmx"] {
        host.scratch().write(&format!("home/{name}"), "");
    }
    let url = host.url(folder.join(""));
    let once = |word: &str| host.run(&["complete", "--", "vmxedit", "get", word]).printed(0);
    // On a busy machine, the host may not answer in time.
    let run = |word: &str| {
        let printed = std::iter::repeat_with(|| once(word)).take(10).find(|printed| !printed.is_empty());
        printed.unwrap_or_default()
    };
    assert_eq!(run(&url), format!("{url}one.vmx\t\n{url}sub%20dir/\tfolder\n"));
    assert_eq!(run(&format!("{url}o")), format!("{url}one.vmx\t\n"));
    assert_eq!(once(&format!("{url}missing/")), "");
    let inner = |folder: &str| run(&format!("{url}{folder}/"));
    for folder in ["sub dir", "sub%20dir"] {
        assert_eq!(inner(folder), format!("{url}{folder}/x.vmx\t\n"));
    }
    assert_eq!(run(&format!("{url}sub%20dir%2Fx")), format!("{url}sub%20dir/x.vmx\t\n"));
    // No other program is started, whatever the line and the environment name.
    let marker = host.scratch().path("started");
    let program = host.scratch().write_script("other", &format!("touch '{}'", marker.display()));
    let mut command = host.command();
    command.env("VMXEDIT_SSH", &program).args(["complete", "--", "vmxedit", "get", &url]);
    assert_eq!(command.output().unwrap().stdout, b"");
    let rsh = format!("--rsh={}", program.display());
    host.run(&["complete", "--", "vmxedit", "get", &rsh, &url]).prints("");
    assert!(!marker.exists());
}

fn a_host_that_does_not_answer_costs_four_seconds_at_most() {
    // It accepts the connection and is silent.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ssh://127.0.0.1:{}/", silent.local_addr().unwrap().port());
    let vms = vms();
    let started = Instant::now();
    assert_eq!(candidates(&vms, &["get", &format!("{url}x")]), "");
    // With time for a machine that has other work.
    assert!(started.elapsed() < Duration::from_millis(4500), "{:?}", started.elapsed());
}

fn an_ssh_that_hangs_is_ended() {
    let vms = vms();
    let pid = vms.path("pid");
    vms.write_script("bin/ssh", &format!("echo $$ >'{}'; exec sleep 600", pid.display()));
    let mut command = vms.command();
    command.env("PATH", format!("{}:/usr/bin:/bin", vms.path("bin").display()));
    command.args(["complete", "--", "vmxedit", "get", "host:/x"]);
    assert_eq!(command.output().unwrap().stdout, b"");
    let pid = String::from_utf8(vms.read("pid")).unwrap();
    assert!(!std::path::Path::new("/proc").join(pid.trim()).exists());
}

fn pipes_devices_and_huge_files_are_not_read() {
    let vms = vms();
    vms.make_fifo("fifo.vmx");
    std::fs::File::create(vms.path("huge.vmx")).unwrap().set_len(1 << 40).unwrap();
    std::os::unix::fs::symlink("/proc/self/environ", vms.path("kernel.vmx")).unwrap();
    assert!(!candidates(&vms, &["set", "kernel.vmx", "P"]).contains("PATH"));
    for file in ["fifo.vmx", "huge.vmx", "kernel.vmx", "/dev/zero", "/dev/tty", "missing.vmx", "-"] {
        let started = Instant::now();
        assert!(candidates(&vms, &["set", file, "mems"]).starts_with("memsize=\tnot set"), "{file}");
        assert_eq!(candidates(&vms, &["apply", "-p", &format!("./{file}"), "--param", ""]), "", "{file}");
        assert!(started.elapsed() < Duration::from_secs(2), "{file}: {:?}", started.elapsed());
    }
}

fn a_value_in_another_case_is_left_alone_in_elvish() {
    let session = Session::start(Shell::Elvish, &vms());
    session.complete("vmxedit set vm.vmx firmware=EF", "");
    assert_eq!(session.run(), ["set", "vm.vmx", "firmware=EF"]);
}

/// In bash, `!` inserts a former line, also within double quotes.
fn a_name_with_an_exclamation_mark_is_quoted() {
    let vms = vms();
    vms.write("a!x.vmx", "");
    for typed in ["vmxedit get a", "vmxedit get \"a", "vmxedit get 'a"] {
        let session = Session::start(Shell::Bash, &vms);
        session.complete(typed, "");
        assert_eq!(session.run(), ["get", "a!x.vmx"], "{typed}");
    }
}

/// It is as if the folder were on a server that does not answer.
fn a_folder_that_takes_too_long_offers_nothing() {
    let vms = vms();
    let list = |call: &str| {
        let mut command = isolated("strace");
        command
            .args(["-f", "-o", "/dev/null", "-P", ".", "-e"])
            .arg(format!("inject={call}:delay_enter=10000000"));
        command.arg(program()).args(["complete", "--", "vmxedit", "restore", "vm.vmx", ""]);
        command.current_dir(vms.path("")).output().unwrap().stdout
    };
    assert!(list("getcwd").starts_with(b"vm.vmx.bak\t"));
    assert_eq!(list("getdents64"), b"");
}

fn nothing_hostile_reaches_the_terminal() {
    let vms = vms();
    vms.write("x\u{1b}[2J.vmx", "");
    vms.write("x\ty.vmx", "");
    vms.write("x\nz.vmx", "");
    vms.write("x$(touch evil).vmx", "");
    assert_eq!(candidates(&vms, &["get", "x"]), "x$(touch evil).vmx\t\n");
    let shown = candidates(&vms, &["get", "vm.vmx", ""]);
    assert!(shown.contains("annotation\ta|1B[31mb\\u{9B}2J\\u{202E}c|09d|0Ae\n"), "{shown}");
    assert!(shown.contains("RemoteDisplay.vnc.password\t****\n") && !shown.contains("hunter2"), "{shown}");
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let session = Session::start(shell, &vms);
        session.complete("vmxedit get x", "touch");
        assert_eq!(session.run(), ["get", "x$(touch evil).vmx"], "{shell:?}");
        assert!(!vms.path("evil").exists(), "{shell:?}");
    }
    assert!(!vms.path("vm.vmx.lck").exists());
}
