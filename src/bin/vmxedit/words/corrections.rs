//! What the user probably meant by a line that is refused, as a line that can be pasted.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use vmxedit::preset;
use vmxedit::remote::Address;

use super::{CommandLine, quoted, shown, without_secret};

/// Commands whose first argument is FILE and whose others are keys, patterns or assignments.
const FILE_FIRST: [&str; 5] = ["get", "list", "set", "unset", "rename"];

/// How the names of files end that commands read.
const FILE_EXTENSIONS: [&str; 5] = [".vmx", ".vmtx", ".vmsd", ".vmdk", ".properties"];

/// Commands with `--recursive`.
const RECURSIVE: [&str; 6] = ["apply", "check", "diff", "find", "show", "status"];

impl CommandLine {
    /// Returns a hint about a file that does not exist.
    pub(crate) fn hint_about_missing_file(&self, file: &Path) -> Option<String> {
        let word = file.as_os_str();
        let preset = || {
            let is_preset = self.command() == Some("apply") && word.to_str().is_some_and(preset::is_built_in);
            let line = is_preset.then(|| self.with_inserted(word, "-p")).flatten();
            line.map(|line| format!("a preset needs -p: {line}"))
        };
        let hint = self.hint_about_detached_value(word).or_else(|| self.hint_about_order(word));
        let hint = hint.or_else(|| self.hint_about_expression(word)).or_else(preset);
        hint.or_else(|| hint_about_host(word.to_str()?))
    }

    /// Returns a hint about an expression of `find` among the files: with `-e`, every expression needs it.
    fn hint_about_expression(&self, word: &OsStr) -> Option<String> {
        let has_option = self.words.iter().any(|word| word.as_encoded_bytes().starts_with(b"-e"));
        let is_file_name =
            |text: &&str| text.contains('/') || FILE_EXTENSIONS.iter().any(|end| text.ends_with(end));
        let text = word.to_str().filter(|text| !is_file_name(text))?;
        if self.command() != Some("find") || !has_option {
            return None;
        }
        let line = self.with_inserted(word, "-e").unwrap_or_else(|| format!("-e {}", without_secret(text)));
        Some(format!("with -e, every expression needs it: {line}"))
    }

    /// Returns a hint about a word that should have the form `KEY=VALUE`.
    pub(crate) fn hint_about_assignment(&self, word: &str) -> Option<String> {
        let word = OsStr::new(word);
        self.hint_about_detached_value(word).or_else(|| self.hint_about_order(word)).or_else(|| {
            let at = self.words.iter().position(|other| other == word)?;
            let value = self.words.get(at + 1)?;
            let is_value =
                !is_option(value) && !value.as_encoded_bytes().contains(&b'=') && !Path::new(value).exists();
            if !is_value || word.is_empty() {
                return None;
            }
            let mut joined = word.to_owned();
            joined.push("=");
            joined.push(value);
            let mut words = self.words.clone();
            words.splice(at..at + 2, [joined]);
            let line = shown(words).or_else(|| Some(format!("{}=VALUE", quoted(word.to_str()?))))?;
            Some(format!("key and value are one word: {line}"))
        })
    }

    /// Returns a hint about a word that follows an option whose value needs `=`.
    pub(crate) fn hint_about_detached_value(&self, word: &OsStr) -> Option<String> {
        let at = self.detached_at(word)?;
        let option = self.words[at].to_str()?;
        let mut joined = self.words[at].clone();
        joined.push("=");
        joined.push(word);
        let mut words = self.words.clone();
        words.splice(at..at + 2, [joined.clone()]);
        let line = shown(words).or_else(|| Some(quoted(joined.to_str()?).into_owned()))?;
        Some(format!("the value of {option} needs =: {line}"))
    }

    /// Returns the option that the word follows, if it looks like the value of that option: digits after `--wait`, a suffix
    /// after `--backup`.
    pub(crate) fn option_before(&self, word: &OsStr) -> Option<&str> {
        self.words[self.detached_at(word)?].to_str()
    }

    fn detached_at(&self, word: &OsStr) -> Option<usize> {
        let text = word.to_str().filter(|text| !text.is_empty())?;
        let option = match text.strip_prefix('.') {
            Some(suffix) if suffix.starts_with(|c: char| c.is_ascii_alphanumeric()) => "--backup",
            None if text.bytes().all(|c| c.is_ascii_digit()) => "--wait",
            _ => return None,
        };
        self.words.windows(2).position(|pair| pair[0] == option && pair[1] == word)
    }

    /// Returns a hint about a word in the place of FILE, or the name of a file among the keys.
    fn hint_about_order(&self, word: &OsStr) -> Option<String> {
        if !FILE_FIRST.contains(&self.command()?) {
            return None;
        }
        let plain: Vec<usize> = (2..self.words.len()).filter(|at| !is_option(&self.words[*at])).collect();
        let (first, rest) = plain.split_first()?;
        // The word is in the place of FILE and is none, or it is a file in another place.
        let is_possible = self.words[*first] == word || Path::new(word).exists();
        let is_file = |at: &&usize| Path::new(&self.words[**at]).exists();
        if !is_possible || Path::new(&self.words[*first]).exists() {
            return None;
        }
        let file = *rest.iter().find(is_file)?;
        let mut words = self.words.clone();
        let moved = words.remove(file);
        words.insert(*first, moved);
        // A line that cannot be shown as a whole starts like this.
        let start = || Some(format!("{} ...", shown(&words[..=*first])?));
        Some(format!("FILE comes first: {}", shown(&words).or_else(start)?))
    }

    /// Returns the line with one more option.
    pub(crate) fn with_option(&self, option: &str) -> Option<String> {
        let mut words = self.words.clone();
        let at = self.options_at();
        words.insert(at, option.into());
        shown(words)
    }

    /// Returns the line with `-r`, if the command then searches the directories below this one.
    pub(crate) fn with_recursion(&self, folder: &Path) -> Option<String> {
        let command = self.command()?;
        let is_possible = RECURSIVE.contains(&command) && !self.has("-r") && !self.has("--recursive");
        // It compares one file with others.
        let is_single = command == "diff" && self.arguments().iter().find(|word| !is_option(word))? == folder;
        (is_possible && !is_single).then(|| self.with_option("-r").unwrap_or_else(|| "-r".to_owned()))
    }

    /// Returns the line of `restore` or `diff --backup` that names the backup.
    pub(crate) fn with_named_backup(&self, backup: &OsStr) -> Option<String> {
        const OPTION: &str = "--backup";
        let mut words = self.words.clone();
        if self.command() == Some("diff") {
            let is_option = |word: &OsString| word == OPTION || word == "--backup=";
            let at = words.iter().position(is_option)?;
            words[at] = [OsStr::new(OPTION), OsStr::new("="), backup].into_iter().collect();
        } else {
            words.push(backup.into());
        }
        shown(words)
    }

    /// Returns the line with another word in the place of `old`.
    pub(crate) fn with_replaced(&self, old: &OsStr, new: &OsStr) -> Option<String> {
        let at = self.words.iter().skip(2).position(|word| word == old)? + 2;
        let mut words = self.words.clone();
        new.clone_into(&mut words[at]);
        shown(words)
    }

    /// Returns the line with a word in front of `first`, which precedes it.
    pub(crate) fn with_moved(&self, word: &OsStr, first: &OsStr) -> Option<String> {
        let mut words = self.words.clone();
        let at = words.iter().skip(2).position(|other| other == first)? + 2;
        let from = words.iter().skip(at).position(|other| other == word)? + at;
        let moved = words.remove(from);
        words.insert(at, moved);
        shown(words)
    }

    /// Returns the line with another word in front of `word`.
    pub(crate) fn with_inserted(&self, word: &OsStr, inserted: &str) -> Option<String> {
        let at = self.words.iter().skip(2).position(|other| other == word)? + 2;
        let mut words = self.words.clone();
        words.insert(at, inserted.into());
        shown(words)
    }

    /// Returns the line with the words in front of `command` behind it.
    pub(crate) fn with_command_first(&self, command: usize) -> Option<String> {
        let mut words = self.words.clone();
        let command = words.remove(command);
        words.insert(1, command);
        shown(words)
    }

    /// Returns a line with other words in the place of the command.
    pub(crate) fn with_command(&self, command: &[&str]) -> Option<String> {
        let program: &[OsString] = &self.words[..1.min(self.words.len())];
        let command: Vec<OsString> = command.iter().map(Into::into).collect();
        shown([program, &command, self.arguments()].concat())
    }
}

fn is_option(word: &OsStr) -> bool {
    word.len() > 1 && word.as_encoded_bytes().starts_with(b"-")
}

/// Returns a hint about the name of a local file that was probably meant as one on another host.
fn hint_about_host(name: &str) -> Option<String> {
    if !matches!(Address::parse(OsStr::new(name)), Ok(None)) {
        return None;
    }
    let (host, path) = name.split_once(':').filter(|(host, _)| !host.is_empty() && !host.contains('/'))?;
    if host.len() == 1 {
        return Some("this is a local name: drives of Windows are not supported here".to_owned());
    }
    let is_datastore = path.starts_with('[');
    let example = if is_datastore { "/vmfs/volumes/DATASTORE/VM/VM.vmx" } else { "/PATH" };
    Some(format!(
        "this is a local name; on another host, only absolute paths are supported: {}",
        quoted(&format!("{host}:{example}"))
    ))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::Path;

    use super::super::CommandLine;

    fn line(text: &str) -> CommandLine {
        CommandLine::new(text.split(' ').map(Into::into).collect())
    }

    #[test]
    fn a_value_behind_an_option_that_needs_an_equal_sign_is_joined() {
        let hint = |text: &str, word: &str| line(text).hint_about_detached_value(OsStr::new(word));
        assert_eq!(
            hint("x set vm.vmx a=1 --wait 2", "2").as_deref(),
            Some("the value of --wait needs =: vmxedit set vm.vmx a=1 --wait=2")
        );
        assert_eq!(
            hint("x set vm.vmx a=1 --backup .old", ".old").as_deref(),
            Some("the value of --backup needs =: vmxedit set vm.vmx a=1 --backup=.old")
        );
        assert_eq!(hint("x set vm.vmx 2 --wait", "2"), None);
        assert_eq!(hint("x set --wait 2x", "2x"), None);
        assert_eq!(hint("x apply --backup ../vms -r", "../vms"), None);
    }

    #[test]
    fn a_word_that_is_a_file_is_moved_to_the_place_of_file() {
        // This folder has a file with this name.
        let hint = |text: &str, word: &str| line(text).hint_about_missing_file(Path::new(word));
        assert_eq!(
            hint("x get memsize Cargo.toml", "memsize").as_deref(),
            Some("FILE comes first: vmxedit get Cargo.toml memsize")
        );
        assert_eq!(
            line("x set -n memsize=1 Cargo.toml").hint_about_assignment("Cargo.toml").as_deref(),
            Some("FILE comes first: vmxedit set -n Cargo.toml memsize=1")
        );
        assert_eq!(hint("x get nope.vmx memsize", "nope.vmx"), None);
        assert_eq!(hint("x apply nope.vmx Cargo.toml", "nope.vmx"), None);
        assert_eq!(
            hint("x apply nested-hv Cargo.toml", "nested-hv").as_deref(),
            Some("a preset needs -p: vmxedit apply -p nested-hv Cargo.toml")
        );
    }

    #[test]
    fn a_local_name_that_was_meant_as_one_on_another_host_has_a_hint() {
        let hint = |name: &str| line(&format!("x get {name} a")).hint_about_missing_file(Path::new(name));
        assert_eq!(
            hint("esx1:vm/vm.vmx").as_deref(),
            Some("this is a local name; on another host, only absolute paths are supported: esx1:/PATH")
        );
        assert_eq!(
            hint("C:/vms/vm.vmx").as_deref(),
            Some("this is a local name: drives of Windows are not supported here")
        );
        for remote in
            ["esx1:/vm/vm.vmx", "root@esx1:/nope.vmx", "ssh://esx1/nope.vmx", "ssh://root@[::1]:22/nope"]
        {
            assert_eq!(hint(remote), None, "{remote}");
        }
    }

    #[test]
    fn a_key_and_a_value_are_joined() {
        let hint = |text: &str, word: &str| line(text).hint_about_assignment(word);
        assert_eq!(
            hint("x set Cargo.toml memsize 4096", "memsize").as_deref(),
            Some("key and value are one word: vmxedit set Cargo.toml memsize=4096")
        );
        assert_eq!(hint("x set Cargo.toml memsize", "memsize"), None);
        assert_eq!(hint("x set Cargo.toml memsize a=1", "memsize"), None);
        assert_eq!(hint("x set Cargo.toml memsize -n", "memsize"), None);
    }
}
