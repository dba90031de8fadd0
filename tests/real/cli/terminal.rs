//! Hostile file content and names cannot control the terminal, hide text, or imitate messages of the program.

use crate::harness::Scratch;
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        file_content_cannot_control_the_terminal,
        forced_color_allows_no_other_escape_sequences,
        a_hostile_file_name_is_escaped,
        a_file_with_a_non_utf8_name_is_edited,
        the_spinner_escapes_a_hostile_file_name
    ])
}

/// Escape sequences, C1 controls, text directions, zero-width characters, and line breaks.
const HOSTILE: &str =
    "a|1B[31mb\u{9B}2Jc\u{202E}d\u{2066}e\u{200F}f\u{200B}g\u{FEFF}h\u{2028}i|0Aj|0Dk|07l\u{E0041}m\u{AD}n";

/// Returns the characters of `shown` that are unsafe on a terminal, except for the color sequences of the program.
fn unsafe_characters(shown: &str) -> Vec<char> {
    let mut plain = shown.to_owned();
    for color in ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[36m", "\u{1b}[0m", "\u{1b}[K"] {
        plain = plain.replace(color, "");
    }
    let is_safe = |c: &char| matches!(c, '\n' | '\t' | '\u{FFFD}') || (' '..='~').contains(c);
    plain.chars().filter(|c| !is_safe(c)).collect()
}

fn file_content_cannot_control_the_terminal() {
    let content = format!("annotation = \"{HOSTILE}\"\n# {}\nx = \"1\"\n", HOSTILE.replace("|1B", "\u{1b}"));
    for args in [
        &["get", "vm.vmx", "annotation"][..],
        &["get", "vm.vmx", "annotation", "--json"],
        &["list", "vm.vmx"],
        &["list", "vm.vmx", "--json"],
        &["diff", "vm.vmx", "other.vmx"],
        &["diff", "vm.vmx", "other.vmx", "--json"],
        &["diff", "vm.vmx", "other.vmx", "--unified"],
        &["unset", "vm.vmx", "*", "-n", "--diff"],
        &["set", "vm.vmx", "annotation=plain", "--diff"],
    ] {
        let vm = Scratch::with(&content);
        vm.write("other.vmx", "x = \"2\"\n");
        let mut command = vm.command();
        command.args(args);
        let (shown, code) = run_on_terminal(&command, "", "");
        assert!(code < 2, "{args:?}: {shown}");
        assert_eq!(unsafe_characters(&shown), [], "{args:?}: {}", shown.escape_debug());
        assert!(shown.len() > 20, "{args:?}: {shown}");
    }
}

fn forced_color_allows_no_other_escape_sequences() {
    let vm = Scratch::with(format!("annotation = \"{HOSTILE}\"\n"));
    for args in [&["unset", "vm.vmx", "*", "-n"][..], &["unset", "vm.vmx", "*", "-n", "--diff"]] {
        let result = vm.run(&[args, &["--color=always"]].concat());
        assert_eq!(result.code, 0);
        assert_eq!(unsafe_characters(&result.stdout), [], "{}", result.stdout.escape_debug());
    }
}

fn a_hostile_file_name_is_escaped() {
    for name in ["x\u{1b}[2J\u{202E}\u{200B}.vmx", "x\nok.vmx: saved.vmx", "x\r\u{9B}.vmx"] {
        let vm = Scratch::new();
        vm.write(name, "a = \"1\"\n");
        vm.write(&format!("{name}.bak"), "a = \"0\"\n");
        for args in [
            &["get", name, "nothing"][..],
            &["status", name],
            &["set", name, "a=2", "--diff", "--backup"],
            &["diff", name, "--backup", "--unified"],
            &["apply", "--set", "a=3", name, "missing\u{1b}[2J"],
            &["get", &format!("missing{name}"), "a"],
            &["set", "--bad\u{1b}\u{202E}", name],
        ] {
            let mut command = vm.command();
            command.args(args);
            let (shown, _) = run_on_terminal(&command, "", "");
            assert_eq!(unsafe_characters(&shown), [], "{args:?}: {}", shown.escape_debug());
            assert!(!shown.lines().any(|line| line.starts_with("ok.vmx")), "{args:?}: {shown}");
        }
    }
}

fn a_file_with_a_non_utf8_name_is_edited() {
    use std::os::unix::ffi::OsStrExt;
    let vm = Scratch::new();
    let name = std::ffi::OsStr::from_bytes(b"x\xFF\x9B.vmx");
    std::fs::write(vm.path("").join(name), "a = \"1\"\n").unwrap();
    let output = vm.command().arg("set").arg(name).arg("a=2").arg("--json").output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && stdout.contains("x\u{FFFD}\u{FFFD}.vmx"), "{stdout}");
    assert_eq!(std::fs::read(vm.path("").join(name)).unwrap(), b"a = \"2\"\n");
}

fn the_spinner_escapes_a_hostile_file_name() {
    let vm = Scratch::new();
    vm.write("x\u{1b}[2J\u{202E}.vmx", "a = \"1\"\n");
    vm.write("x\u{1b}[2J\u{202E}.vmss", "");
    let mut command = vm.command();
    command.args(["set", "x\u{1b}[2J\u{202E}.vmx", "a=2", "--wait=1"]).env("TERM", "xterm");
    let (shown, code) = run_on_terminal(&command, "", "");
    assert_eq!(code, 3, "{shown}");
    assert!(shown.contains("\u{1b}[K"), "there should be a spinner: {}", shown.escape_debug());
    assert_eq!(unsafe_characters(&shown.replace('\r', "")), [], "{}", shown.escape_debug());
}
