//! What was probably meant by a word that is not a key of the file: a similar key, a device, or the name of a file.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use vmxedit::catalog;
use vmxedit::document::{Dialect, KeyError};

use crate::error::UsageError;
use crate::input::Input;
use crate::output::Output;

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
            all.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(" ")
        } else {
            format!("-r {}", quoted(&common_folder(&all)))
        };
        let wanted = shell_words::quote(others.first().unwrap_or(&"*"));
        format!("vmxedit find {wanted} {names}")
    }

    /// Returns whether a word looks like the name of a file. Keys of Java properties may look like that.
    fn is_file_name(&self, word: &str) -> bool {
        let may_be_key = Dialect::of(self.file.name()) == Dialect::Properties;
        (word.contains('/') && !may_be_key) || Path::new(word).exists()
    }
}

fn quoted(path: &Path) -> String {
    shell_words::quote(&path.to_string_lossy()).into_owned()
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

/// Returns what was probably meant by a key that is not among those of the file.
pub(super) fn hint(name: &str, keys: &[Cow<'_, str>], file: &Input) -> Option<String> {
    let is_of_device = |separator: char| {
        keys.iter().any(|key| {
            let start = key.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name));
            start.is_some_and(|start| key[start.len()..].starts_with(separator))
        })
    };
    let separator = match (is_of_device('.'), is_of_device(':')) {
        (true, true) => Some("[.:]"),
        (true, false) => Some("."),
        (false, true) => Some(":"),
        (false, false) => None,
    };
    if let Some(separator) = separator {
        let pattern = format!("{name}{separator}*");
        return Some(format!("vmxedit list {} {}", quoted(file.name()), shell_words::quote(&pattern)));
    }
    let meant = similar_key(name, keys).or_else(|| catalog::suggest_key(name))?;
    Some(format!("did you mean {meant}?"))
}

/// Returns the only key that differs from `name` in one letter: another one, or one too many, too few or swapped.
pub(super) fn similar_key(name: &str, keys: &[Cow<'_, str>]) -> Option<String> {
    const MIN_CHARS: usize = 4;
    const MAX_CHARS: usize = 128;
    if !(MIN_CHARS..=MAX_CHARS).contains(&name.chars().count()) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let numbers = digits(&lower);
    let mut found: Vec<String> = keys
        .iter()
        .filter(|key| key.len().abs_diff(name.len()) <= char::MAX.len_utf8())
        .filter(|key| strsim::osa_distance(&key.to_ascii_lowercase(), &lower) == 1)
        // Devices with other numbers are other devices.
        .filter(|key| digits(key) == numbers)
        .map(|key| key.clone().into_owned())
        .collect();
    found.sort_unstable_by_key(|key| key.to_ascii_lowercase());
    found.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    if let [_] = found[..] { found.pop() } else { None }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::path::Path;

    use super::{common_folder, hint, similar_key};
    use crate::input::Input;

    #[test]
    fn a_key_that_differs_in_one_letter_is_similar() {
        let keys =
            ["guestinfo.role", "ethernet0.present", "ab", "x.min", "Dup.key", "dup.KEY"].map(Cow::from);
        for (name, similar) in [
            ("guestinfo.rol", Some("guestinfo.role")),
            ("GUESTINFO.ROEL", Some("guestinfo.role")),
            ("ethernet1.present", None),
            ("abc", None),
            ("x.max", None),
            ("dupkey", Some("Dup.key")),
        ] {
            assert_eq!(similar_key(name, &keys).as_deref(), similar, "{name}");
        }
    }

    #[test]
    fn the_name_of_a_device_means_its_entries() {
        let file = Input::Path("a b.vmx".into());
        let keys = ["Ethernet0.present", "scsi0:0.mode", "ide1:0.mode", "ide1.present"].map(Cow::from);
        let hint = |name: &str| hint(name, &keys, &file);
        assert_eq!(hint("ethernet0").as_deref(), Some("vmxedit list 'a b.vmx' 'ethernet0.*'"));
        assert_eq!(hint("scsi0").as_deref(), Some("vmxedit list 'a b.vmx' 'scsi0:*'"));
        assert_eq!(hint("ide1").as_deref(), Some("vmxedit list 'a b.vmx' 'ide1[.:]*'"));
        assert_eq!(hint("memsiez").as_deref(), Some("did you mean memsize?"));
        assert_eq!(hint("ethernet"), None);
        assert_eq!(hint("nothing.like.this"), None);
    }

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
