//! Runs the console blocks of the README in order, in a folder with the examples.

use std::fs;
use std::path::Path;

use crate::harness::{Scratch, isolated, repository_path};

/// Returns each command and its output.
fn transcript(text: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, _) => {
                if let Some(command) = line.strip_prefix("$ ") {
                    commands.push((command.to_owned(), String::new()));
                } else {
                    let (_, output) = commands.last_mut().expect("a command should precede its output");
                    output.push_str(line);
                    output.push('\n');
                }
            }
            _ => {}
        }
    }
    commands
}

#[test]
fn console_blocks_print_the_documented_output() {
    let scratch = Scratch::new();
    // The README edits the example in place, so the repository may contain the result.
    let example = fs::read_to_string(repository_path("examples/snow-leopard.vmx")).unwrap();
    let is_original = |line: &&str| !line.starts_with("SMBIOS.use12CharSerialNumber");
    scratch.write(
        "examples/snow-leopard.vmx",
        example.split_inclusive('\n').filter(is_original).collect::<String>(),
    );
    let program = Path::new(assert_cmd::cargo::cargo_bin!("vmxedit")).parent().unwrap().to_owned();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("PATH should be set"));
    let readme = fs::read_to_string(repository_path("README.md")).unwrap();
    let commands = transcript(&readme);
    assert!(commands.len() > 10, "the README should have console blocks");
    for (command, expected) in commands {
        let typed = command.replace("cargo run --release --quiet --", "vmxedit");
        let output = isolated("sh")
            .args(["-c", &format!("{{ {typed}\n}} 2>&1")])
            .current_dir(scratch.path(""))
            .env("PATH", &path)
            .env("TMPDIR", scratch.path(""))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "$ {command}");
    }
}

#[test]
fn readme_lists_the_exit_codes_of_the_manual() {
    let readme = fs::read_to_string(repository_path("README.md")).unwrap();
    let help = Scratch::new().run(&["--help"]).stdout;
    let exit_codes = help.split("Exit status:\n").nth(1).expect("the help should list exit codes");
    let plain = readme.replace('`', "");
    for code in 0..6 {
        let start = exit_codes.find(&format!("  {code}  ")).expect("the help should list the code") + 5;
        let end = exit_codes.find(&format!("\n  {}  ", code + 1)).unwrap_or(exit_codes.len());
        let meaning = exit_codes[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(&format!("| {code} | {meaning} |")), "{code}: {meaning}");
    }
}
