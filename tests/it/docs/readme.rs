//! Runs the console blocks of the documents in order, and compares their output.

use std::fs;

use crate::harness::{Scratch, isolated, program, repository_path};

const EXAMPLE: &str = "examples/snow-leopard.vmx";

fn document(name: &str) -> String {
    fs::read_to_string(repository_path(name)).unwrap()
}

/// Returns each command of the console blocks, and its output.
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

/// Runs commands in the scratch folder. `/tmp/` in the document is this folder.
fn run_in(scratch: &Scratch, commands: &[(String, String)]) {
    let program = program().parent().unwrap().to_owned();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("PATH should be set"));
    for (command, expected) in commands {
        let typed = command.replace("cargo run --release --quiet --", "vmxedit").replace("/tmp/", "");
        let output = isolated("sh")
            .args(["-c", &format!("{{ {typed}\n}} 2>&1")])
            .current_dir(scratch.path(""))
            .env("PATH", &path)
            .env("TMPDIR", scratch.path(""))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected.replace("/tmp/", ""), "$ {command}");
    }
}

/// Returns a folder with a copy of the example, as the tour makes it.
fn folder_of_the_tour() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("mac.vmx", document(EXAMPLE));
    scratch
}

#[test]
fn commands_of_the_readme_print_the_documented_output() {
    let scratch = Scratch::new();
    scratch.write(EXAMPLE, document(EXAMPLE));
    let commands = transcript(&document("README.md"));
    assert!(commands.len() > 5, "the README should have console blocks");
    run_in(&scratch, &commands);
    assert_eq!(scratch.read(EXAMPLE), document(EXAMPLE).as_bytes(), "the example should not change");
}

#[test]
fn the_first_command_of_the_readme_builds_and_changes_nothing() {
    let scratch = Scratch::new();
    scratch.write(EXAMPLE, document(EXAMPLE));
    let commands = transcript(&document("README.md"));
    let (command, output) = &commands[0];
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
fn commands_of_the_tour_print_the_documented_output() {
    let tour = document("docs/tour.md");
    assert!(tour.contains(&format!("cp {EXAMPLE} /tmp/tour/mac.vmx && cd /tmp/tour\n")));
    let commands = transcript(&tour);
    assert!(commands.len() > 20, "the tour should have console blocks");
    run_in(&folder_of_the_tour(), &commands);
}

#[test]
fn commands_of_the_json_page_print_the_documented_output() {
    let commands = transcript(&document("docs/json.md"));
    assert!(commands.len() > 10, "the page should have console blocks");
    run_in(&folder_of_the_tour(), &commands);
}

#[test]
fn readme_lists_the_exit_codes_of_the_manual() {
    let readme = document("README.md");
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
