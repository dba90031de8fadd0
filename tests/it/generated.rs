//! What the program prints of itself, checked in: completions and manual pages. `VMXEDIT_UPDATE=1` refreshes them.

use std::fs;
use std::path::Path;

use super::support::Scratch;

const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "vmxedit.bash"),
    ("zsh", "_vmxedit"),
    ("fish", "vmxedit.fish"),
    ("powershell", "_vmxedit.ps1"),
    ("elvish", "vmxedit.elv"),
];

const PAGES: [&str; 15] = [
    "get",
    "list",
    "set",
    "unset",
    "rename",
    "apply",
    "diff",
    "edit",
    "restore",
    "preset",
    "preset-list",
    "preset-show",
    "status",
    "completions",
    "man",
];

#[track_caller]
fn same(file: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("VMXEDIT_UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, printed).expect("written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == printed, "{file} is not what the program prints: run the tests with VMXEDIT_UPDATE=1");
}

#[test]
fn completions_are_what_the_program_prints() {
    let scratch = Scratch::new();
    for (shell, file) in COMPLETIONS {
        let ran = scratch.run(&["completions", shell]);
        assert_eq!((ran.code, &*ran.stderr), (0, ""));
        same(&format!("completions/{file}"), &ran.stdout);
    }
}

#[test]
fn manual_pages_are_what_the_program_prints() {
    let scratch = Scratch::new();
    let mut names = vec!["vmxedit.1".to_owned()];
    let ran = scratch.run(&["man"]);
    same("man/vmxedit.1", &ran.stdout);
    for page in PAGES {
        let ran = scratch.run(&["man", page]);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{page}");
        let files = !matches!(page, "preset" | "preset-list" | "completions" | "man");
        for section in ["NAME", "SYNOPSIS", "OPTIONS", "EXIT STATUS", "FILES", "EXAMPLES"] {
            if section == "FILES" && !files {
                continue;
            }
            let quoted = ran.stdout.contains(&format!(".SH \"{section}\""));
            assert!(
                quoted || ran.stdout.contains(&format!(".SH {section}")),
                "{page} has no section {section}"
            );
        }
        same(&format!("man/vmxedit-{page}.1"), &ran.stdout);
        names.push(format!("vmxedit-{page}.1"));
    }
    let mut there: Vec<String> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("man"))
        .expect("the pages are there")
        .map(|file| file.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    there.sort();
    names.sort();
    assert_eq!(there, names, "a page for the program and one a command, no more");
    scratch.run(&["man", "nothing"]).refuses(2, &["no manual page 'nothing'"]);
}

#[test]
fn every_command_of_the_help_has_a_page() {
    let help = Scratch::new().run(&["--help"]).stdout;
    let commands = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list");
    for line in commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
        let command = line.split_whitespace().next().expect("a word");
        assert!(command == "help" || PAGES.contains(&command), "{command}");
    }
}
