//! Locales, narrow terminals and closed pipes, on a terminal. Color and progress have their own tests.

use std::process::Command;

use crate::harness::{Scratch, isolated, program, repository_path};
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        the_locale_changes_nothing,
        help_fits_a_narrow_terminal,
        a_closed_pipe_prints_no_message_on_the_terminal
    ])
}

/// Returns a folder with the example, and a VM with a name that is not ASCII.
fn folder() -> Scratch {
    let vms = Scratch::new();
    vms.write("mac.vmx", std::fs::read(repository_path("examples/snow-leopard.vmx")).unwrap());
    vms.write("b\u{FC}ro.vmx", ".encoding = \"UTF-8\"\ndisplayName = \"B\u{FC}ro \u{4F4D}\"\n");
    vms
}

/// Returns a command of a shell, in which `$vmxedit` is the program.
fn shell(vms: &Scratch, line: &str) -> Command {
    let mut shell = isolated("sh");
    shell.args(["-c", line]).current_dir(vms.path("")).env("vmxedit", program()).env("TERM", "xterm");
    shell
}

fn the_locale_changes_nothing() {
    let vms = folder();
    for arguments in
        ["show *.vmx", "list b*.vmx", "check *.vmx", "set -n b*.vmx displayName=\u{E9}", "preset list"]
    {
        let shown = |locale: &str| {
            let mut shell = shell(&vms, &format!("exec \"$vmxedit\" {arguments}"));
            run_on_terminal(shell.env("LC_ALL", locale), "", "")
        };
        let plain = shown("C");
        assert_eq!(plain, shown("C.UTF-8"), "{arguments}");
        assert_eq!(plain, shown("no_SUCH.locale"), "{arguments}");
        assert!(!plain.0.contains('\u{FFFD}'), "{arguments}: {}", plain.0);
    }
}

fn help_fits_a_narrow_terminal() {
    let vms = folder();
    for columns in [40, 60] {
        for command in ["", "apply", "set", "check"] {
            let line = format!("stty rows 24 cols {columns}; exec \"$vmxedit\" {command} --help");
            let (shown, code) = run_on_terminal(shell(&vms, &line).env("NO_COLOR", "1"), "", "");
            assert_eq!(code, 0, "{shown}");
            let words = |line: &str| line.split_whitespace().count();
            // A line that is longer has few words, or is the usage, which stays on one line.
            let text = shown.split("Examples:").next().unwrap();
            let long = text.lines().filter(|line| {
                line.chars().count() > columns && words(line) > 3 && !line.starts_with("Usage:")
            });
            assert_eq!(long.collect::<Vec<_>>(), [""; 0], "{columns}");
            assert!(text.lines().count() > 20, "{shown}");
        }
    }
}

fn a_closed_pipe_prints_no_message_on_the_terminal() {
    let vms = folder();
    vms.write("large.vmx", (0..100_000).map(|n| format!("key{n} = \"value\"\n")).collect::<String>());
    for (arguments, first) in [
        ("list large.vmx", "key0 = \"value\"\n"),
        ("find 'key*=value' large.vmx mac.vmx", "large.vmx: key0 = \"value\"\n"),
        ("preset list", ""),
        ("check --rules", ""),
    ] {
        let line = format!("\"$vmxedit\" {arguments} | head -n 1");
        let (shown, _) = run_on_terminal(&shell(&vms, &line), "", "");
        let lines: Vec<&str> = shown.split_inclusive('\n').collect();
        assert_eq!(lines.len(), 1, "{arguments}: {shown}");
        assert!(shown.starts_with(first), "{arguments}: {shown}");
    }
}
