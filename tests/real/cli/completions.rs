//! The completion files load in the shells that they are for, and complete a command.

use std::ffi::OsStr;
use std::process::Command;

use crate::harness::{Scratch, isolated, repository_path};
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, skip, skip_optional, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        bash_completes_a_command,
        zsh_completes_a_command,
        fish_completes_a_command,
        elvish_completes_a_command,
        powershell_completes_a_command
    ])
}

/// Returns a command for a shell that runs a script in the folder of the completion files, or skips the test.
fn shell(program: &str, options: &[&str], script: impl AsRef<OsStr>) -> Command {
    if !is_installed(program) {
        skip(format!("{program} is not installed"));
    }
    let mut command = isolated(program);
    command.args(options).arg("-c").arg(script).current_dir(repository_path("completions"));
    command
}

fn is_installed(program: &str) -> bool {
    isolated(program).arg("--version").output().is_ok()
}

/// Returns the lines that a shell prints.
#[track_caller]
fn lines_of(command: &mut Command) -> Vec<String> {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{command:?}: {stderr}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn bash_completes_a_command() {
    let script = "source ./vmxedit.bash && complete -p vmxedit > /dev/null && COMP_WORDS=(vmxedit stat) && \
                  COMP_CWORD=1 && _vmxedit vmxedit stat vmxedit && printf '%s\\n' \"${COMPREPLY[@]}\"";
    assert_eq!(lines_of(&mut shell("bash", &["--norc"], script)), ["status"]);
}

fn fish_completes_a_command() {
    let home = Scratch::new();
    let mut fish = shell("fish", &["--no-config"], "source vmxedit.fish; and complete -C 'vmxedit stat'");
    let lines = lines_of(fish.env("HOME", home.path("")));
    assert_eq!(lines, ["status\tShow whether VMs are powered off, with the evidence"]);
}

/// zsh completes only on a terminal.
fn zsh_completes_a_command() {
    if !is_installed("zsh") {
        skip("zsh is not installed");
    }
    let home = Scratch::new();
    let completions = repository_path("completions");
    // The word that the completion finds is printed instead of executed.
    home.write(
        ".zshrc",
        format!(
            "PROMPT='ready> '\nfpath=('{}' $fpath)\nautoload -Uz compinit && compinit -u -D\n\
             accept() {{ print -r -- \"LINE<$BUFFER>\"; exit }}\nzle -N accept-line accept\n",
            completions.display()
        ),
    );
    let mut zsh = isolated("zsh");
    zsh.arg("-i").current_dir(home.path("")).env("HOME", home.path("")).env("TERM", "vt100");
    let (shown, _) = run_on_terminal(&zsh, "ready> ", "vmxedit stat\t\n");
    assert!(shown.contains("LINE<vmxedit status >"), "{}", shown.escape_debug());
}

/// The functions of elvish's editor exist only on a terminal: others take their place.
fn elvish_completes_a_command() {
    if !is_installed("elvish") {
        skip_optional("elvish is not installed");
    }
    let script = "fn candidate {|text &display=''| put $text }
        var edit: = (ns [&completion:=(ns [&arg-completer=[&]]) &complex-candidate~=$candidate~])
        eval (slurp < vmxedit.elv) &ns=(ns [&edit:=$edit:])
        each $echo~ [($edit:completion:arg-completer[vmxedit] vmxedit '')]";
    let lines = lines_of(&mut shell("elvish", &["-norc"], script));
    assert!(lines.iter().any(|line| line == "status"), "{lines:?}");
}

fn powershell_completes_a_command() {
    if !is_installed("pwsh") {
        skip_optional("PowerShell is not installed");
    }
    let script = ". ./_vmxedit.ps1; \
                  (TabExpansion2 'vmxedit stat' 12).CompletionMatches | ForEach-Object CompletionText";
    assert_eq!(lines_of(&mut shell("pwsh", &["-NoProfile"], script)), ["status"]);
}
