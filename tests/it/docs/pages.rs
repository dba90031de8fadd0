//! The console blocks of all pages in `docs`. `VMXEDIT_UPDATE=1` writes what the commands print now into the pages.

use std::fmt::Write as _;
use std::fs;

use crate::harness::pages::{RUN_WITH_REAL_PARTS, pages, steps, with_present_output};
use crate::harness::{assert_checked_in, is_enabled, repository_path};

#[test]
fn commands_of_the_pages_print_the_documented_output() {
    let mut commands = 0;
    let mut differences = String::new();
    for page in pages().iter().filter(|page| !is_run_with_real_parts(page)) {
        let text = fs::read_to_string(repository_path(page)).unwrap();
        let in_this_page = steps(&text).len();
        if in_this_page == 0 {
            continue;
        }
        commands += in_this_page;
        let printed = with_present_output(page);
        if is_enabled("VMXEDIT_UPDATE") {
            assert_checked_in(page, &printed);
        } else if let Some(at) = first_difference(&text, &printed) {
            let _ = writeln!(differences, "{page}:{at}");
        }
    }
    assert!(commands > 150, "{commands} commands");
    assert!(
        differences.is_empty(),
        "these pages show other output than their commands print:\n{differences}"
    );
}

fn is_run_with_real_parts(page: &str) -> bool {
    RUN_WITH_REAL_PARTS.iter().any(|start| page.starts_with(start))
}

#[test]
fn the_pages_that_are_not_run_here_are_named_by_tests_with_real_parts() {
    let mut sources = String::new();
    for folder in fs::read_dir(repository_path("tests/real")).unwrap().map(|entry| entry.unwrap().path()) {
        for file in fs::read_dir(folder).into_iter().flatten() {
            sources.push_str(&fs::read_to_string(file.unwrap().path()).unwrap());
        }
    }
    for start in RUN_WITH_REAL_PARTS {
        assert!(pages().iter().any(|page| page.starts_with(start)), "{start} does not exist");
        assert!(sources.contains(&format!("\"{start}")), "no test in tests/real names {start}");
    }
}

/// Returns the number of the first different line, and both lines.
fn first_difference(documented: &str, printed: &str) -> Option<String> {
    let (mut documented, mut printed) = (documented.lines(), printed.lines());
    let mut number = 1;
    loop {
        match (documented.next(), printed.next()) {
            (None, None) => return None,
            (a, b) if a == b => number += 1,
            (a, b) => {
                return Some(format!("{number}: {}\n    printed: {}", a.unwrap_or(""), b.unwrap_or("")));
            }
        }
    }
}

/// A transcript in another kind of block would not be run.
#[test]
fn every_transcript_is_in_a_console_block() {
    for page in pages().iter().map(String::as_str).chain(["README.md", "CONTRIBUTING.md", "SECURITY.md"]) {
        let text = fs::read_to_string(repository_path(page)).unwrap();
        let mut language = None;
        for (at, line) in text.lines().enumerate() {
            if let Some(name) = line.trim_start().strip_prefix("```") {
                language = if language.is_none() { Some(name) } else { None };
            } else if language.is_some_and(|name| name != "console") {
                assert!(!line.trim_start().starts_with("$ "), "{page}:{}: {line}", at + 1);
            }
        }
        assert!(language.is_none(), "{page}: a block has no end");
    }
}

#[test]
fn a_difference_is_reported_with_its_line() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    assert_eq!(first_difference("a\nb\n", "a\nc\n").unwrap(), "2: b\n    printed: c");
    assert_eq!(first_difference("a\n", "a\nc\n").unwrap(), "2: \n    printed: c");
}

#[test]
fn a_command_goes_on_after_a_backslash_and_ends_before_its_output() {
    let text = "$ not this\n```console\n$ a \\\n  b\nout\n\n$ c\n```\n```sh\n$ d\n```\n";
    let found: Vec<(String, String)> =
        steps(text).into_iter().map(|step| (step.command, step.output)).collect();
    let expected = [("a \\\n  b", "out\n\n"), ("c", "")];
    assert_eq!(found, expected.map(|(command, output)| (command.to_owned(), output.to_owned())));
}
