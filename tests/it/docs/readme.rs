//! Runs the console blocks of the README in order, and compares their output.

use std::fs;

use crate::harness::pages::{Step, path_with_the_program, steps};
use crate::harness::{Scratch, isolated, repository_path};

const EXAMPLE: &str = "examples/snow-leopard.vmx";

fn document(name: &str) -> String {
    fs::read_to_string(repository_path(name)).unwrap()
}

/// Runs commands in the scratch folder. `/tmp/` in the document is this folder.
fn run_in(scratch: &Scratch, commands: &[Step]) {
    for Step { command, output: expected } in commands {
        let typed = command.replace("cargo run --release --quiet --", "vmxedit").replace("/tmp/", "");
        let output = isolated("sh")
            .args(["-c", &format!("{{ {typed}\n}} 2>&1")])
            .current_dir(scratch.path(""))
            .env("PATH", path_with_the_program())
            .env("TMPDIR", scratch.path(""))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected.replace("/tmp/", ""), "$ {command}");
    }
}

#[test]
fn commands_of_the_readme_print_the_documented_output() {
    let scratch = Scratch::new();
    scratch.write(EXAMPLE, document(EXAMPLE));
    let commands = steps(&document("README.md"));
    assert!(commands.len() > 5, "the README should have console blocks");
    run_in(&scratch, &commands);
    assert_eq!(scratch.read(EXAMPLE), document(EXAMPLE).as_bytes(), "the example should not change");
}

#[test]
fn the_first_command_of_the_readme_builds_and_changes_nothing() {
    let scratch = Scratch::new();
    scratch.write(EXAMPLE, document(EXAMPLE));
    let commands = steps(&document("README.md"));
    let Step { command, output } = &commands[0];
    assert!(command.starts_with("cargo run --release --quiet -- apply -p macos-serial "), "{command}");
    assert!(output.contains("+ SMBIOS.use12CharSerialNumber = \"TRUE\"\n"), "{output}");
    run_in(&scratch, &commands[..1]);
    assert_eq!(scratch.names(), ["examples"]);
    let names: Vec<_> =
        fs::read_dir(scratch.path("examples")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(names, [scratch.path(EXAMPLE)]);
    assert_eq!(scratch.read(EXAMPLE), document(EXAMPLE).as_bytes());
}

#[test]
fn the_page_about_exit_codes_lists_those_of_the_manual() {
    let help = Scratch::new().run(&["--help"]).stdout;
    let exit_codes = help.split("Exit status:\n").nth(1).expect("the help should list exit codes");
    for name in ["docs/exit-codes.md"] {
        let plain = document(name).replace('`', "");
        for code in 0..6 {
            let start = exit_codes.find(&format!("  {code}  ")).expect("the help should list the code") + 5;
            let end = exit_codes.find(&format!("\n  {}  ", code + 1)).unwrap_or(exit_codes.len());
            let meaning = exit_codes[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(plain.contains(&format!("| {code} | {meaning} |")), "{name}: {code}: {meaning}");
        }
    }
}

#[test]
fn readme_has_a_row_for_every_command() {
    let readme = document("README.md");
    let help = Scratch::new().run(&["--help"]).stdout;
    let commands = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    for line in commands.lines().filter(|line| !line.starts_with("   ")) {
        let command = line.split_whitespace().next().expect("the line should name a command");
        let is_listed =
            readme.lines().any(|row| row.starts_with("| `") && row.contains(&format!("`{command} ")));
        assert!(command == "help" || is_listed, "{command}");
    }
}
