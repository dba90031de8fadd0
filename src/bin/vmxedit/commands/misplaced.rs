//! Names of files in the place of a key.

use std::path::{Path, PathBuf};

use vmxedit::document::{Dialect, KeyError};

use crate::error::UsageError;
use crate::input::Input;
use crate::output::Output;
use crate::words::{quoted, quoted_path};

/// The words of a command for one file, among which names of other files may be.
pub(super) struct Misplaced<'a> {
    pub(super) command: &'a str,
    /// What the command takes each word for: "key" or "pattern".
    pub(super) taken_for: &'a str,
    /// The file that the command reads.
    pub(super) file: &'a Input,
    /// The words after it.
    pub(super) words: &'a [String],
}

/// How many files a hint names one by one.
const MAX_NAMED: usize = 4;

impl<'a> Misplaced<'a> {
    /// Reports those of `unmatched` that name files. Returns the others.
    pub(super) fn report(&self, unmatched: &[&'a str], out: &mut Output) -> Vec<&'a str> {
        let (files, others): (Vec<&str>, Vec<&str>) =
            unmatched.iter().partition(|word| self.is_file_name(word));
        if !files.is_empty() {
            out.note(None, &self.message(&files));
            out.hint(&self.search());
        }
        others
    }

    /// Returns the error about a word that the command cannot parse.
    pub(super) fn explain(&self, word: &str, error: KeyError) -> anyhow::Error {
        if !self.is_file_name(word) {
            return error.into();
        }
        UsageError::with_hint(self.message(&[word]), self.search()).into()
    }

    fn message(&self, files: &[&str]) -> String {
        let Self { command, taken_for, .. } = self;
        match files {
            [file] => format!("{file} is taken for a {taken_for}: {command} reads one file"),
            [file, more @ ..] => {
                let count = more.len();
                format!("{file} and {count} more are taken for {taken_for}s: {command} reads one file")
            }
            [] => String::new(),
        }
    }

    /// Returns the command that searches all files for the first word that is not one.
    fn search(&self) -> String {
        let (files, others): (Vec<&str>, Vec<&str>) =
            self.words.iter().map(String::as_str).partition(|word| self.is_file_name(word));
        let all: Vec<&Path> = std::iter::once(self.file.name()).chain(files.iter().map(Path::new)).collect();
        let names = if all.len() <= MAX_NAMED {
            all.iter().map(|path| quoted_path(path)).collect::<Vec<_>>().join(" ")
        } else {
            format!("-r {}", quoted_path(&common_folder(&all)))
        };
        let wanted = quoted(others.first().unwrap_or(&"*"));
        format!("vmxedit find {wanted} {names}")
    }

    /// Returns whether a word looks like the name of a file. Keys of Java properties may look like that.
    fn is_file_name(&self, word: &str) -> bool {
        let may_be_key = Dialect::of(self.file.name()) == Dialect::Properties;
        (word.contains('/') && !may_be_key) || Path::new(word).exists()
    }
}

/// Returns the deepest folder of all these paths.
fn common_folder(paths: &[&Path]) -> PathBuf {
    let mut folders = paths.iter().map(|path| path.parent().unwrap_or(path));
    let mut common = folders.next().unwrap_or(Path::new(""));
    for folder in folders {
        while !folder.starts_with(common) {
            common = common.parent().unwrap_or(Path::new(""));
        }
    }
    if common.as_os_str().is_empty() { PathBuf::from(".") } else { common.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::common_folder;

    #[test]
    fn files_in_several_folders_have_the_folder_above_in_common() {
        for (paths, common) in [
            (&["a/b/c", "a/b/d", "a/e/f"][..], "a"),
            (&["a", "b"], "."),
            (&["/x/a", "/y/b"], "/"),
            (&["a/b/c"], "a/b"),
        ] {
            let paths: Vec<&Path> = paths.iter().map(Path::new).collect();
            assert_eq!(common_folder(&paths), Path::new(common), "{paths:?}");
        }
    }
}
