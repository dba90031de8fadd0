//! Manual pages: which ones there are, and what they contain. `VMXEDIT_UPDATE=1` updates them.

use std::collections::BTreeSet;
use std::fs;

use crate::harness::{Scratch, assert_checked_in, repository_path};

const PRESETS: &str = "vmxedit-presets.5";

/// Returns the words of the commands that the help of a command lists, with those below them.
fn commands_below(scratch: &Scratch, words: &[String]) -> Vec<Vec<String>> {
    let mut line: Vec<&str> = words.iter().map(String::as_str).collect();
    line.push("--help");
    let help = scratch.run(&line).stdout;
    let list = help.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or("");
    let named = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = named.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let commands = names.map(|name| [words, &[name.to_owned()]].concat());
    commands.flat_map(|command| [vec![command.clone()], commands_below(scratch, &command)].concat()).collect()
}

/// Returns the file of every page and the words for `vmxedit man`.
fn pages(scratch: &Scratch) -> Vec<(String, Vec<String>)> {
    let mut commands = vec![Vec::new()];
    commands.extend(commands_below(scratch, &[]));
    let file = |words: &[String]| [&["vmxedit".to_owned()], words].concat().join("-") + ".1";
    let mut pages: Vec<_> = commands.into_iter().map(|words| (file(&words), words)).collect();
    pages.push((PRESETS.to_owned(), vec!["presets".to_owned()]));
    pages
}

/// Returns the source of a page as the program prints it.
fn print(scratch: &Scratch, words: &[String]) -> String {
    let line: Vec<&str> = std::iter::once("man").chain(words.iter().map(String::as_str)).collect();
    scratch.run(&line).printed(0)
}

/// Returns the text of a page without escapes and fonts.
pub(super) fn plain(source: &str) -> String {
    source
        .replace("\\fB", "")
        .replace("\\fI", "")
        .replace("\\fR", "")
        .replace("\\*(Aq", "'")
        .replace("\\(ti", "~")
        .replace("\\&", "")
        .replace('\\', "")
}

/// Returns the lines of a section of a page.
pub(super) fn section<'t>(text: &'t str, title: &str) -> Option<&'t str> {
    let quoted = if title.contains(' ') { format!("\"{title}\"") } else { title.to_owned() };
    let (_, rest) = text.split_once(&format!("\n.SH {quoted}\n"))?;
    Some(rest.split("\n.SH ").next().unwrap_or(rest))
}

/// Returns the files of the pages that a text refers to, such as `vmxedit-get(1)`.
fn references(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    let references = words.filter_map(|word| word.trim_end_matches('.').strip_suffix(')')?.split_once('('));
    let pages = references.filter(|(name, _)| name.starts_with("vmxedit"));
    pages.map(|(name, section)| format!("{name}.{section}")).collect()
}

#[test]
fn there_is_one_manual_page_for_each_command_and_it_is_up_to_date() {
    let scratch = Scratch::new();
    let pages = pages(&scratch);
    for (file, words) in &pages {
        assert_checked_in(&format!("man/{file}"), &print(&scratch, words));
    }
    let expected: BTreeSet<String> = pages.into_iter().map(|(file, _)| file).collect();
    assert!(expected.contains("vmxedit-preset-show.1"), "{expected:?}");
    let files = fs::read_dir(repository_path("man")).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(files, expected);
}

#[test]
fn the_words_of_a_manual_page_can_be_joined_as_in_its_name() {
    let scratch = Scratch::new();
    for (_, words) in pages(&scratch).iter().filter(|(_, words)| words.len() > 1) {
        assert_eq!(print(&scratch, &[words.join("-")]), print(&scratch, words), "{words:?}");
    }
}

#[test]
fn every_page_that_a_manual_page_refers_to_exists() {
    let scratch = Scratch::new();
    let pages = pages(&scratch);
    for (file, words) in &pages {
        for reference in references(&plain(&print(&scratch, words))) {
            assert!(pages.iter().any(|(file, _)| *file == reference), "{file} refers to {reference}");
        }
    }
}

#[test]
fn every_manual_page_has_the_customary_sections() {
    let scratch = Scratch::new();
    for (file, words) in pages(&scratch) {
        let text = plain(&print(&scratch, &words));
        let of_commands = ["SYNOPSIS", "OPTIONS", "EXIT STATUS"];
        let of_commands = if file == PRESETS { &[][..] } else { &of_commands[..] };
        for title in [&["NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"], of_commands].concat() {
            assert!(section(&text, title).is_some_and(|text| !text.trim().is_empty()), "{file}: {title}");
        }
    }
}

#[test]
fn a_manual_page_has_the_environment_variables_and_files_of_its_command() {
    let scratch = Scratch::new();
    for (page, title, term) in [
        ("get", "ENVIRONMENT", "NO_COLOR"),
        ("get", "FILES", "X.vmx"),
        ("set", "ENVIRONMENT", "PATH"),
        ("set", "FILES", "X.vmx.lck/"),
        ("edit", "ENVIRONMENT", "VISUAL, EDITOR"),
        ("edit", "ENVIRONMENT", "TMPDIR"),
        ("status", "ENVIRONMENT", "PATH"),
        ("preset-path", "ENVIRONMENT", "VMXEDIT_PRESET_PATH"),
        ("apply", "ENVIRONMENT", "XDG_CONFIG_HOME, HOME"),
        ("presets", "FILES", "/etc/vmxedit/presets/*.toml"),
    ] {
        let text = plain(&print(&scratch, &[page.to_owned()]));
        assert!(section(&text, title).is_some_and(|text| text.contains(term)), "{page}: {title}: {term}");
    }
}

#[test]
fn the_pages_of_commands_that_read_the_configuration_file_name_it() {
    let scratch = Scratch::new();
    for page in
        ["set", "unset", "rename", "apply", "edit", "restore", "check", "diff", "preset-list", "presets"]
    {
        let text = plain(&print(&scratch, &[page.to_owned()]));
        let has = |title: &str, term: &str| section(&text, title).is_some_and(|text| text.contains(term));
        assert!(has("ENVIRONMENT", "VMXEDIT_CONFIG") && has("ENVIRONMENT", "XDG_CONFIG_HOME"), "{page}");
        assert!(has("FILES", "/etc/vmxedit/config.toml"), "{page}");
    }
    let main = plain(&print(&scratch, &[]));
    let keys = section(&main, "CONFIGURATION").unwrap_or_default();
    for key in ["backup", "wait", "jobs", "color", "preset-folders"] {
        assert!(keys.contains(key), "{key}");
    }
    let get = plain(&print(&scratch, &["get".to_owned()]));
    assert!(!get.contains("VMXEDIT_CONFIG"));
}

#[test]
fn the_examples_of_a_manual_page_are_of_its_command() {
    let scratch = Scratch::new();
    for (file, words) in pages(&scratch).into_iter().filter(|(file, _)| file != PRESETS) {
        let text = plain(&print(&scratch, &words));
        let typed = [&["vmxedit".to_owned()], &words[..]].concat().join(" ");
        for example in section(&text, "EXAMPLES").unwrap_or_default().split(".TP\n").skip(1) {
            assert!(example.lines().next().is_some_and(|line| line.contains(&typed)), "{file}: {example}");
        }
    }
}

#[test]
fn the_main_manual_page_refers_to_every_other_page() {
    let scratch = Scratch::new();
    let text = plain(&print(&scratch, &[]));
    let mut listed = references(section(&text, "SEE ALSO").unwrap_or_default());
    listed.push("vmxedit.1".to_owned());
    for (file, _) in pages(&scratch) {
        assert!(listed.contains(&file), "{file}");
    }
}

#[test]
fn every_other_manual_page_refers_to_the_main_page() {
    let scratch = Scratch::new();
    for (file, words) in pages(&scratch).into_iter().filter(|(_, words)| !words.is_empty()) {
        let text = plain(&print(&scratch, &words));
        let listed = references(section(&text, "SEE ALSO").unwrap_or_default());
        assert!(listed.contains(&"vmxedit.1".to_owned()), "{file}");
    }
}

#[test]
fn a_manual_page_that_does_not_exist_is_refused() {
    let scratch = Scratch::new();
    for (words, name) in [
        (&["nothing"][..], "nothing"),
        (&["help"], "help"),
        (&["get", "set"], "get-set"),
        (&["--", "-preset-list"], "-preset-list"),
        (&[""], ""),
    ] {
        let line = [&["man"], words].concat();
        scratch.run(&line).refuses(2, &[&format!("no manual page '{name}'")]);
    }
}
