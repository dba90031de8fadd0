//! Every command prints the same for a file of another host as for a local one, paths aside, and edits it in the same
//! way.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::harness::{RunResult, fixtures, is_enabled, vmxedit};
use crate::parts::sshd::{Shell, SshHost, shells};
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            commands_for_one_file_on_dash,
            an_editor_edits_a_file_of_a_host,
            an_editor_does_not_open_for_a_vm_that_is_not_off,
            a_file_that_changes_in_the_meantime_can_be_edited_again
        ]),
        second_tier(
            "takes seconds",
            test_list![
                commands_for_one_file_with_few_tools,
                commands_for_one_file_on_busybox,
                commands_for_one_file_on_bash,
                commands_for_many_files_in_each_shell,
                every_command_on_fixtures_in_each_shell
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Commands with a FILE, which is `@`.
const COMMANDS: [&[&str]; 36] = [
    &["get", "@", "memsize"],
    &["get", "@", "memsize", "config.version", "--json"],
    &["list", "@"],
    &["list", "@", "--json", "e*"],
    &["find", "*e*", "@"],
    &["find", "memsize", "@", "--json"],
    &["check", "@"],
    &["check", "@", "--json"],
    &["check", "--fix", "@"],
    &["diff", "@", "@other.vmx"],
    &["diff", "@", "@other.vmx", "--json"],
    &["diff", "--preset", "nested-hv", "@"],
    &["show", "@"],
    &["show", "@", "--json"],
    &["status", "@"],
    &["status", "@", "--json"],
    &["preset", "list", "--for", "@"],
    &["preset", "list", "--for", "@", "--json"],
    &["preset", "show", "no-beep", "@"],
    &["set", "@", "memsize=4096"],
    &["set", "@", "memsize=4096", "a.b=\u{e9} x", "--json"],
    &["set", "@", "memsize=4096", "--dry-run"],
    &["set", "@", "memsize=4096", "--dry-run", "--json"],
    &["set", "@", "memsize=4096", "--check", "--diff"],
    &["set", "@", "memsize=4096", "--backup"],
    &["set", "@", "memsize=4096", "--backup=.old", "--json"],
    &["set", "@", "memsize=1", "--strict"],
    &["set", "@", "memsize"],
    &["unset", "@", "mem*"],
    &["unset", "@", "nothing.*", "--json"],
    &["rename", "@", "memsize", "mem.other"],
    &["apply", "--set", "memsize=4096", "--unset", "e*", "@", "--json"],
    &["apply", "-p", "no-beep", "@"],
    &["apply", "-p", "no-beep", "@", "--dry-run", "--json"],
    &["preset", "revert", "no-beep", "@"],
    &["set", "@", "memsize=4096", "--quiet"],
];

/// The names, contents and modes of a folder.
type Contents = BTreeMap<String, (Vec<u8>, u32)>;

fn contents(folder: &Path) -> Contents {
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        (entry.file_name().to_string_lossy().into_owned(), (fs::read(entry.path()).unwrap_or_default(), mode))
    };
    fs::read_dir(folder).unwrap().map(entry).collect()
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir(to).unwrap();
    fs::copy(from, to.join("vm.vmx")).unwrap();
    fs::copy(crate::harness::repository_path("tests/fixtures/crlf.vmx"), to.join("other.vmx")).unwrap();
}

fn run(command: &mut Command, args: &[String]) -> RunResult {
    let shown: Vec<&str> = args.iter().map(String::as_str).collect();
    RunResult::new(&shown, &command.args(args).output().unwrap())
}

/// Runs a command on copies of a file, on the host and here, and compares everything.
#[track_caller]
fn assert_same(host: &SshHost, file: &Path, args: &[&str]) {
    let (there, here) = (host.scratch().path("there"), host.scratch().path("here"));
    copy(file, &there);
    copy(file, &here);
    let prefix = host.url(&there);
    let word = |word: &&str, folder: &str| match word.strip_prefix('@') {
        Some("") => format!("{folder}vm.vmx"),
        Some(name) => format!("{folder}{name}"),
        None => (*word).to_owned(),
    };
    let remote: Vec<String> = args.iter().map(|arg| word(arg, &format!("{prefix}/"))).collect();
    let local: Vec<String> = args.iter().map(|arg| word(arg, "")).collect();
    let remote = run(&mut host.command(), &remote);
    let local = run(vmxedit().current_dir(&here), &local);
    let shown = |text: &str| text.replace(&format!("{prefix}/"), "");
    let context = format!("{args:?} {}", file.display());
    assert_eq!(
        (remote.code, shown(&remote.stdout), shown(&remote.stderr)),
        (local.code, local.stdout, local.stderr),
        "{context}"
    );
    let (there, here) = (contents(&there), contents(&here));
    assert!(there == here, "{context}: {:?} {:?}", there.keys(), here.keys());
}

/// Runs each command, each on another fixture.
fn assert_commands(shell: Shell, first: usize) {
    let host = SshHost::start_shared(shell);
    let files = fixtures();
    for (at, args) in COMMANDS.iter().enumerate() {
        assert_same(&host, &files[(first + at) % files.len()], args);
    }
}

fn commands_for_one_file_on_dash() {
    assert_commands(Shell::Dash, 0);
}

fn commands_for_one_file_with_few_tools() {
    assert_commands(Shell::FewTools, 3);
}

fn commands_for_one_file_on_busybox() {
    assert_commands(Shell::BusyBox, 6);
}

fn commands_for_one_file_on_bash() {
    assert_commands(Shell::Bash, 9);
}

/// Runs a part of the commands on each file, another part in each shell; with `VMXEDIT_ALL_STEPS=1`, all of them.
fn every_command_on_fixtures_in_each_shell() {
    let step = if is_enabled("VMXEDIT_ALL_STEPS") { 1 } else { 9 };
    for (first, shell) in shells().iter().copied().enumerate() {
        let host = SshHost::start_shared(shell);
        for (at, file) in fixtures().iter().enumerate() {
            for args in COMMANDS.iter().skip((first + at) % step).step_by(step) {
                assert_same(&host, file, args);
            }
        }
    }
}

fn commands_for_many_files_in_each_shell() {
    let commands: [&[&str]; 12] = [
        &["check", "-r", "@"],
        &["check", "-r", "@", "--json"],
        &["show", "-r", "@"],
        &["show", "-r", "@", "--json"],
        &["status", "-r", "@"],
        &["status", "-r", "@", "--json"],
        &["find", "-r", "*e*", "@"],
        &["find", "-r", "memsize", "@", "--json"],
        &["apply", "-r", "@", "--set", "memsize=4096", "--dry-run"],
        &["apply", "-r", "@", "--set", "memsize=4096", "--backup", "--json"],
        &["apply", "-r", "@", "-p", "no-beep"],
        &["check", "@", "@/crlf.vmx"],
    ];
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        for folder in ["there", "here"] {
            for (at, file) in fixtures().iter().enumerate() {
                let name = file.file_name().unwrap().to_str().unwrap();
                let below = if at % 2 == 0 { "" } else { "a b/" };
                let content = fs::read(file).unwrap();
                host.scratch().write(&format!("home/{folder}/{below}{name}"), content);
            }
        }
        let prefix = host.url(host.scratch().path("home/there"));
        for args in commands {
            let remote: Vec<String> = args.iter().map(|arg| arg.replace('@', &prefix)).collect();
            let local: Vec<String> = args.iter().map(|arg| arg.replace('@', "here")).collect();
            let remote = run(&mut host.command(), &remote);
            let local = run(vmxedit().current_dir(host.scratch().path("home")), &local);
            let shown = |text: &str| {
                let mut lines: Vec<String> = text
                    .replace(&prefix, "here")
                    .replace("a%20b", "a b")
                    .lines()
                    .map(str::to_owned)
                    .collect();
                // Files are worked on in parallel, and reported in their order; what is said about them is not.
                if text == remote.stderr || text == local.stderr {
                    lines.sort();
                }
                lines
            };
            assert_eq!(
                (remote.code, shown(&remote.stdout), shown(&remote.stderr)),
                (local.code, shown(&local.stdout), shown(&local.stderr)),
                "{shell:?} {args:?}"
            );
            for folder in ["", "/a b"] {
                let of = |name: &str| contents(&host.scratch().path(&format!("home/{name}{folder}")));
                assert!(of("there") == of("here"), "{shell:?} {args:?}");
            }
        }
    }
}

fn an_editor_edits_a_file_of_a_host() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        host.scratch().write_script("editor", "sed -i s/1024/2048/ \"$1\"");
        host.scratch().write("vm/vm.vmx", "memsize = \"1024\"\n\u{e9} = \"\u{fc}\"\n");
        let file = host.url(host.scratch().path("vm/vm.vmx"));
        let mut command = host.command();
        command.env("VISUAL", host.scratch().path("editor")).env("TMPDIR", host.scratch().path("home"));
        let result = run(&mut command, &["edit".to_owned(), file]);
        result.prints("~ memsize = \"1024\" -> \"2048\"\n");
        assert_eq!(host.scratch().read("vm/vm.vmx"), "memsize = \"2048\"\n\u{e9} = \"\u{fc}\"\n".as_bytes());
        assert_eq!(contents(&host.scratch().path("vm")).len(), 1, "{shell:?}");
        assert_eq!(contents(&host.scratch().path("home")).len(), 0, "{shell:?}: copies are removed");
    }
}

fn an_editor_does_not_open_for_a_vm_that_is_not_off() {
    let host = SshHost::start_shared(Shell::Dash);
    host.scratch()
        .write_script("editor", "echo opened >>\"$(dirname \"$0\")/opened\"; sed -i s/1024/2048/ \"$1\"");
    let path = host.scratch().write("vm/vm.vmx", "memsize = \"1024\"\n");
    let file = host.url(&path);
    let edit = |option: &str| {
        let mut command = host.command();
        command.env("VISUAL", host.scratch().path("editor")).env("TMPDIR", host.scratch().path("home"));
        run(&mut command, &["edit".to_owned(), file.clone(), option.to_owned()])
    };
    host.account.add_vmrun(&[&path]);
    edit("--keep").refuses(3, &["the VM is running"]);
    assert!(!host.scratch().path("opened").exists());
    assert_eq!(edit("--dry-run").stdout, "~ memsize = \"1024\" -> \"2048\"\n");
    assert_eq!(host.scratch().read("vm/vm.vmx"), b"memsize = \"1024\"\n");
    assert_eq!(edit("--force").stdout, "~ memsize = \"1024\" -> \"2048\"\n");
    // What is written while the VM is started is kept.
    host.account.add_vmrun(&[]);
    let list = host.scratch().path("vmrun-list");
    let script = format!(
        "sed -i s/2048/4096/ \"$1\"; printf 'Total running VMs: 1\\n%s\\n' '{}' >'{}'",
        path.display(),
        list.display()
    );
    host.scratch().write_script("editor", &script);
    let result = edit("--keep");
    assert_eq!(result.code, 3, "{}", result.stderr);
    let kept = result.stderr.split_once("is kept as ").expect("a copy").1.lines().next().expect("a path");
    assert_eq!(fs::read_to_string(kept).unwrap(), "memsize = \"4096\"\n");
    assert_eq!(host.scratch().read("vm/vm.vmx"), b"memsize = \"2048\"\n");
}

fn a_file_that_changes_in_the_meantime_can_be_edited_again() {
    const VM: &str = "memsize = \"1024\"\n";
    for (typed, code, content) in
        [("e\n", 0, "theirs = \"1\"\nb = \"2\"\n"), ("s\nd\n", 3, "theirs = \"1\"\n")]
    {
        let host = SshHost::start_shared(Shell::Dash);
        let path = host.scratch().write("vm/vm.vmx", VM);
        let script = format!(
            "if [ -e ../visited ]; then echo 'b = \"2\"' >>\"$1\"; else : >../visited; echo 'a = \"1\"' >>\"$1\"; \
             echo 'theirs = \"1\"' >>'{}'; fi",
            path.display()
        );
        let editor = host.scratch().write_script("editor", &script);
        let mut command = host.command();
        command.env("VISUAL", editor).env("TMPDIR", host.scratch().path("home"));
        command.args(["edit", &host.url(&path)]);
        let (shown, exit) = run_on_terminal(&command, "(e)dit it as it is now", typed);
        assert_eq!(exit, code, "{shown}");
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{VM}{content}"), "{shown}");
        let kept = shown.split_once("is kept as ").map(|(_, rest)| rest.lines().next().unwrap_or_default());
        let kept = kept.map(|path| fs::read_to_string(path).unwrap());
        assert_eq!(kept, (code == 0).then(|| format!("{VM}a = \"1\"\n")), "{shown}");
    }
}
