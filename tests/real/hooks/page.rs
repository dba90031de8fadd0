//! A page, and where its example runs.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Output};

use crate::harness::{Scratch, isolated, program, repository_path};
use crate::suite::{Trial, first_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![every_page_has_a_test_and_is_listed])
}

/// A VM without errors and warnings.
pub(super) const VM: &str = ".encoding = \"UTF-8\"\nconfig.version = \"8\"\nvirtualHW.version = \"19\"\n\
    guestOS = \"debian12-64\"\ndisplayName = \"web\"\nmemsize = \"2048\"\n";

/// Returns the code blocks of a language on a page, without its other text.
pub(super) fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(repository_path(format!("docs/hooks/{page}.md"))).unwrap();
    let start = format!("```{language}\n");
    let found = text.split(&start).skip(1).filter_map(|rest| rest.split_once("```\n"));
    found.map(|(block, _)| block.to_owned()).collect()
}

/// Returns the only block of a language.
#[track_caller]
pub(super) fn block(page: &str, language: &str) -> String {
    let mut found = blocks(page, language);
    assert_eq!(found.len(), 1, "{page}: {language}");
    found.remove(0)
}

/// Returns a folder with `bin/vmxedit`.
pub(super) fn folder() -> Scratch {
    let folder = Scratch::new();
    fs::create_dir(folder.path("bin")).unwrap();
    symlink(program(), folder.path("bin/vmxedit")).unwrap();
    folder
}

/// Returns a search path that begins with `bin` of a folder.
pub(super) fn search_path(folder: &Scratch) -> OsString {
    let others = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.path("bin")).chain(std::env::split_paths(&others));
    std::env::join_paths(folders).unwrap()
}

/// Returns a command that runs in a folder, and finds what is in its `bin`.
pub(super) fn command(folder: &Scratch, name: &str) -> Command {
    let mut command = isolated(name);
    command.env("PATH", search_path(folder)).env("HOME", folder.path("home")).current_dir(folder.path(""));
    command
}

/// Runs a command, or skips the test if its program is not installed. Returns the exit code and all output.
pub(super) fn run(command: &mut Command) -> (i32, String) {
    match command.output() {
        Ok(output) => (output.status.code().unwrap_or(-1), all_output(&output)),
        Err(error) => skip(format!("{}: {error}", command.get_program().to_string_lossy())),
    }
}

fn all_output(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn every_page_has_a_test_and_is_listed() {
    let sources = fs::read_dir(repository_path("tests/real/hooks")).unwrap();
    let sources: String = sources.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let index = fs::read_to_string(repository_path("docs/hooks/README.md")).unwrap();
    let mut count = 0;
    for page in fs::read_dir(repository_path("docs/hooks")).unwrap() {
        let file = page.unwrap().file_name().into_string().unwrap();
        let page = file.strip_suffix(".md").expect("a page");
        if page != "README" {
            let calls = [format!("block(\"{page}\""), format!("blocks(\"{page}\"")];
            assert!(calls.iter().any(|call| sources.contains(call)), "no test runs {file}");
            assert!(index.contains(&format!("]({file})")), "{file} is not in the list");
            count += 1;
        }
    }
    assert_eq!(count, 10);
}
