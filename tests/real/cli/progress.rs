//! The progress line of a run over many files, on a terminal.

use std::process::Command;

use crate::harness::{Scratch, isolated, program};
use crate::parts::sshd::{Account, Shell, SshHost};
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        a_line_on_the_terminal_counts_the_files_and_disappears,
        named_files_are_counted,
        files_on_other_hosts_are_counted,
        searched_hosts_are_counted,
        a_short_run_leaves_the_summary_alone,
        no_progress_shows_the_summary_alone,
        quiet_shows_no_progress,
        json_shows_no_progress,
        a_dumb_or_unnamed_terminal_gets_no_line,
        no_color_leaves_a_line_without_color,
        a_narrow_terminal_gets_a_short_line,
        a_question_of_ssh_stands_alone
    ])
}

const FILES: usize = 300;
/// The file that is waited for, after that many others.
const WAITED_FOR: usize = 100;
const REFUSED: &str = "vmxedit: 300 files: 0 changed, 299 unchanged, 0 skipped, 1 refused, 0 failed\n";

/// Returns a tree of files, and a command that waits for one of them.
fn waiting(options: &[&str]) -> (Scratch, Command) {
    let vms = Scratch::new();
    for number in 0..FILES {
        vms.write(&format!("tree/{number:03}/vm.vmx"), "a = \"1\"\n");
    }
    let waited_for = format!("tree/{WAITED_FOR}");
    vms.write(&format!("{waited_for}/vm.vmx"), "a = \"0\"\n");
    vms.write(&format!("{waited_for}/vm.vmss"), "");
    let mut command = vms.command();
    command.args(["apply", "-r", "--set", "a=1", "--wait=2", "tree"]).args(options).env("TERM", "xterm");
    (vms, command)
}

/// Runs a command that waits for a file, and returns what the terminal shows.
fn shown_by(command: &Command) -> String {
    let (shown, code) = run_on_terminal(command, "", "");
    assert_eq!(code, 3, "{shown}");
    shown
}

/// Returns the lines that were drawn, without the frames of the animation.
fn drawn(shown: &str) -> Vec<&str> {
    let parts = shown.split('\r').filter_map(|part| part.split_once("\x1b[K"));
    parts.filter_map(|(line, _)| line.get(2..)).collect()
}

/// Returns what stays on the terminal.
fn left(shown: &str) -> String {
    shown.split_inclusive('\n').map(|line| line.rsplit("\x1b[K").next().unwrap()).collect()
}

/// Asserts that a line has this text, and that no line stays.
#[track_caller]
fn assert_draws(shown: &str, text: &str) {
    assert!(drawn(shown).contains(&text), "{text}: {}", shown.escape_debug());
    assert!(!left(shown).contains(text) && !left(shown).contains('\r'), "{}", left(shown).escape_debug());
}

fn a_line_on_the_terminal_counts_the_files_and_disappears() {
    let (_vms, command) = waiting(&[]);
    let shown = shown_by(&command);
    assert_draws(&shown, &format!("vmxedit: {WAITED_FOR} of {FILES}"));
    assert!(drawn(&shown).len() > 5, "{}", shown.escape_debug());
    assert!(left(&shown).ends_with(REFUSED), "{shown}");
}

fn named_files_are_counted() {
    let (vms, _) = waiting(&[]);
    let line = format!("exec '{}' apply --set a=1 --wait=2 tree/*/vm.vmx", program().display());
    let mut command = isolated("sh");
    command.args(["-c", &line]).env("TERM", "xterm").current_dir(vms.path(""));
    assert_draws(&shown_by(&command), &format!("vmxedit: {WAITED_FOR} of {FILES}"));
}

fn no_progress_shows_the_summary_alone() {
    let (_vms, command) = waiting(&["--no-progress"]);
    let shown = shown_by(&command);
    assert!(drawn(&shown).is_empty() && shown.ends_with(REFUSED), "{}", shown.escape_debug());
}

fn quiet_shows_no_progress() {
    let (_vms, command) = waiting(&["--quiet"]);
    assert!(!shown_by(&command).contains(['\r', '\x1b']));
}

fn json_shows_no_progress() {
    let (_vms, command) = waiting(&["--json"]);
    let shown = shown_by(&command);
    assert!(!shown.contains(['\r', '\x1b']) && shown.ends_with(REFUSED), "{}", shown.escape_debug());
}

fn a_dumb_or_unnamed_terminal_gets_no_line() {
    for name in ["dumb", ""] {
        let (_vms, mut command) = waiting(&[]);
        let shown = shown_by(command.env("TERM", name));
        assert!(!shown.contains(['\r', '\x1b']) && shown.ends_with(REFUSED), "{}", shown.escape_debug());
    }
}

fn no_color_leaves_a_line_without_color() {
    let (_vms, mut command) = waiting(&[]);
    let shown = shown_by(command.env("NO_COLOR", "1"));
    assert_draws(&shown, &format!("vmxedit: {WAITED_FOR} of {FILES}"));
    assert!(!shown.replace("\x1b[K", "").contains('\x1b'), "{}", shown.escape_debug());
}

fn a_narrow_terminal_gets_a_short_line() {
    let (vms, command) = waiting(&[]);
    let args: Vec<String> = command.get_args().map(|arg| format!("'{}'", arg.to_string_lossy())).collect();
    let line = format!("stty rows 24 cols 20; exec '{}' {}", program().display(), args.join(" "));
    let mut narrow = isolated("sh");
    narrow.args(["-c", &line]).current_dir(vms.path("")).env("TERM", "xterm");
    let shown = shown_by(&narrow);
    assert_draws(&shown, "vmxedit: 100 of 3");
    // The wait for a single file has a longer line.
    let line = format!("stty rows 24 cols 20; exec '{}' set tree/100 a=1 --wait=1", program().display());
    let mut single = isolated("sh");
    single.args(["-c", &line]).current_dir(vms.path("")).env("TERM", "xterm");
    let shown = shown_by(&single);
    assert!(drawn(&shown).contains(&"tree/100/vm.vmx: "), "{}", shown.escape_debug());
    assert!(drawn(&shown).iter().all(|line| line.len() <= 17), "{}", shown.escape_debug());
}

fn a_short_run_leaves_the_summary_alone() {
    let vms = Scratch::new();
    for name in ["a.vmx", "b.vmx"] {
        vms.write(name, "a = \"1\"\n");
    }
    let mut command = vms.command();
    command.args(["apply", "--set", "a=1", "a.vmx", "b.vmx"]).env("TERM", "xterm");
    let (shown, code) = run_on_terminal(&command, "", "");
    let summary = "vmxedit: 2 files: 0 changed, 2 unchanged, 0 skipped, 0 refused, 0 failed\n";
    assert_eq!((code, left(&shown).as_str()), (0, summary));
}

/// Returns a host with four VMs and a tool that takes longer than usual.
fn slow_host(tool: &str) -> SshHost {
    let host = SshHost::start(Shell::Dash);
    for vm in ["a", "b", "c", "d"] {
        host.scratch().write(&format!("vms/{vm}/vm.vmx"), "a = \"1\"\n");
    }
    let found = isolated("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap();
    let path = String::from_utf8(found.stdout).unwrap();
    host.account.add_tool(tool, &format!("sleep 0.7; exec {} \"$@\"", path.trim()));
    host
}

fn files_on_other_hosts_are_counted() {
    let host = slow_host("sha256sum");
    let mut command = host.command();
    command.args(["apply", "--set", "a=2", "-r", &host.url(host.scratch().path("vms"))]).env("TERM", "xterm");
    let (shown, code) = run_on_terminal(&command, "", "");
    assert_eq!(code, 0, "{shown}");
    for done in ["vmxedit: 1 of 4", "vmxedit: 2 of 4", "vmxedit: 3 of 4"] {
        assert_draws(&shown, done);
    }
    assert!(
        left(&shown).ends_with("vmxedit: 4 files: 4 changed, 0 unchanged, 0 skipped, 0 refused, 0 failed\n")
    );
}

fn searched_hosts_are_counted() {
    let host = slow_host("find");
    let mut command = host.command();
    command.args(["find", "a=1", "-r", &host.url(host.scratch().path("vms"))]).env("TERM", "xterm");
    let (shown, code) = run_on_terminal(&command, "", "");
    assert_eq!(code, 0, "{shown}");
    assert_draws(&shown, "vmxedit: 0 files, searching 1 host");
}

fn a_question_of_ssh_stands_alone() {
    let account = Account::new(Shell::Dash);
    for vm in ["a", "b"] {
        account.scratch.write(&format!("vms/{vm}.vmx"), "a = \"1\"\n");
    }
    let direct = account.scratch.path("direct");
    // Longer than the time after which a line is drawn.
    let ask = format!(
        "sleep 1; printf 'password: ' >/dev/tty; read -r _ </dev/tty; sleep 1; exec '{}' \"$@\"",
        direct.display()
    );
    let client = account.scratch.write_script("client", &ask);
    let mut command = account.direct();
    let url = |vm: &str| format!("host:{}", account.scratch.path(&format!("vms/{vm}.vmx")).display());
    command.args(["apply", "--set", "a=2", &url("a"), &url("b")]).env("TERM", "xterm");
    command.env("VMXEDIT_SSH", client).current_dir(account.scratch.path(""));
    let (shown, code) = run_on_terminal(&command, "password: ", "secret\n");
    assert_eq!(code, 0, "{shown}");
    // The terminal shows what is typed.
    assert!(left(&shown).contains("password: secret\n"), "{}", shown.escape_debug());
    let (before, _) = shown.split_once("password: ").unwrap();
    assert!(!before.contains("vmxedit: 0") || before.ends_with("\r\x1b[K"), "{}", shown.escape_debug());
}
