//! The commands of the page about packages that install the program and remove it.

use std::fs;
use std::path::Path;

use crate::harness::{Scratch, isolated, program, repository_path};

/// Returns the commands of the `sh` blocks that `sudo` runs, each on one line.
fn commands_of_root() -> Vec<String> {
    let page = fs::read_to_string(repository_path("docs/packages.md")).unwrap();
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let joined: String = blocks.collect::<String>().replace("\\\n", " ");
    joined.lines().filter_map(|line| line.strip_prefix("sudo ")).map(str::to_owned).collect()
}

/// Runs a command in the repository. Its absolute paths are in the scratch folder.
fn run(scratch: &Scratch, command: &str) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " -_./*{},".contains(c);
    let is_known = command.starts_with("install ") || command.starts_with("rm ");
    assert!(is_known && command.chars().all(is_plain), "{command}");
    let script = command
        .replace(" /usr/local/", " \"$ROOT\"/usr/local/")
        .replace(" /etc/", " \"$ROOT\"/etc/")
        .replace("target/release/vmxedit", "\"$PROGRAM\"");
    assert!(!script.contains(" /") && !script.contains(".."), "{script}");
    let mut shell = isolated("sh");
    shell.args(["-c", &script]).env("ROOT", scratch.path("")).env("PROGRAM", program());
    let done = shell.current_dir(repository_path("")).output().unwrap();
    assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Returns the paths of the files below a folder.
fn files_below(folder: &Path) -> Vec<String> {
    let found = isolated("find").args([".", "-type", "f"]).current_dir(folder).output().unwrap();
    let mut files: Vec<String> =
        String::from_utf8(found.stdout).unwrap().lines().map(str::to_owned).collect();
    files.sort();
    files
}

#[test]
fn the_commands_of_the_page_about_packages_install_the_program_its_pages_and_its_completions() {
    let scratch = Scratch::new();
    for command in commands_of_root().iter().filter(|command| command.starts_with("install ")) {
        run(&scratch, command);
    }
    let files = files_below(&scratch.path(""));
    for file in [
        "./usr/local/bin/vmxedit",
        "./usr/local/share/man/man1/vmxedit.1",
        "./usr/local/share/man/man1/vmxedit-preset-show.1",
        "./usr/local/share/man/man5/vmxedit-presets.5",
        "./usr/local/share/bash-completion/completions/vmxedit",
        "./usr/local/share/zsh/site-functions/_vmxedit",
        "./etc/fish/completions/vmxedit.fish",
    ] {
        assert!(files.iter().any(|found| found == file), "{file}: {files:?}");
    }
    let pages = fs::read_dir(repository_path("man")).unwrap().count();
    assert_eq!(files.iter().filter(|file| file.contains("/man/")).count(), pages);
}

#[test]
fn the_commands_of_the_page_about_packages_remove_everything_that_they_install() {
    let scratch = Scratch::new();
    let commands = commands_of_root();
    let is_removal = |command: &&String| command.starts_with("rm ");
    assert_eq!(commands.iter().filter(is_removal).count(), 1, "{commands:?}");
    for command in &commands {
        run(&scratch, command);
    }
    assert_eq!(files_below(&scratch.path("")), [""; 0]);
}
