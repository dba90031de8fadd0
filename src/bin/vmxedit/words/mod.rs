//! The words of the command line: options in front of the command, and corrected lines for hints.

mod corrections;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::sync::LazyLock;

use vmxedit::catalog::mask_line;

/// The options that may also precede the command.
const FLAGS: [&str; 6] = ["-q", "--quiet", "-v", "--verbose", "--json", "--show-secrets"];
/// Those of them that have a value.
const OPTIONS: [&str; 2] = ["--color", "--dialect"];

/// The command whose first word is the name of another command.
const NESTED: &str = "preset";

/// The words of a command line, that of the program included.
#[derive(Clone, Debug)]
pub(crate) struct CommandLine {
    words: Vec<OsString>,
}

impl CommandLine {
    /// Returns the line that the user typed, with the options in front of the command moved behind it.
    pub(crate) fn typed() -> &'static Self {
        static TYPED: LazyLock<CommandLine> =
            LazyLock::new(|| CommandLine::new(std::env::args_os().collect()));
        &TYPED
    }

    /// Moves the options in front of the command behind it. There the command refuses those that it does not have.
    pub(crate) fn new(words: Vec<OsString>) -> Self {
        let Some(command) = command_at(&words).filter(|at| *at > 1) else { return Self { words } };
        let mut moved = words;
        let options: Vec<OsString> = moved.drain(1..command).collect();
        let mut line = Self { words: moved };
        let at = line.options_at();
        line.words.splice(at..at, options);
        line
    }

    pub(crate) fn words(&self) -> &[OsString] {
        &self.words
    }

    /// Returns the word of the command, if it is text.
    pub(crate) fn command(&self) -> Option<&str> {
        self.words.get(1)?.to_str()
    }

    /// Returns the words that follow the command.
    pub(crate) fn arguments(&self) -> &[OsString] {
        self.words.get(2..).unwrap_or_default()
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    /// Returns the line as it can be pasted into a shell; `None` if it is very long or not text.
    pub(crate) fn shown(&self) -> Option<String> {
        shown(&self.words)
    }

    /// Returns where an option can be inserted.
    fn options_at(&self) -> usize {
        let is_command = |word: &OsString| !word.as_encoded_bytes().starts_with(b"-");
        let is_nested = self.command() == Some(NESTED) && self.words.get(2).is_some_and(is_command);
        let behind = if is_nested { 3 } else { 2 };
        behind.min(self.words.len())
    }
}

/// Returns the place of the command if only options precede it that may.
fn command_at(words: &[OsString]) -> Option<usize> {
    let mut at = 1;
    loop {
        let word = words.get(at)?.to_str()?;
        let has_value =
            OPTIONS.iter().any(|option| word.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')));
        if OPTIONS.contains(&word) {
            at += 2;
        } else if FLAGS.contains(&word) || has_value || is_cluster(word) {
            at += 1;
        } else {
            return (!word.starts_with('-')).then_some(at);
        }
    }
}

/// Returns whether the word is several short options, such as `-qv`.
fn is_cluster(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| !letters.is_empty() && letters.chars().all(|c| "qv".contains(c)))
}

/// Returns a line as it can be pasted into a shell; `None` if it is very long or not text. Secret values are masked.
pub(crate) fn shown<W: AsRef<OsStr>>(words: impl IntoIterator<Item = W>) -> Option<String> {
    const MAX_LEN: usize = 300;
    let mut line = String::new();
    for (at, word) in words.into_iter().enumerate() {
        let word = if at == 0 { "vmxedit" } else { word.as_ref().to_str()? };
        let masked = mask_line(word);
        if at > 0 {
            line.push(' ');
        }
        line.push_str(&quoted(masked.as_deref().unwrap_or(word)));
        if line.len() > MAX_LEN {
            return None;
        }
    }
    Some(line)
}

/// Quotes a word for a shell, except where every shell reads it as it is.
pub(crate) fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    shell_words::quote(word)
}

#[cfg(test)]
mod tests {
    use super::{CommandLine, shown};

    fn moved(line: &str) -> String {
        let line = CommandLine::new(line.split(' ').map(Into::into).collect());
        let words: Vec<&str> = line.words().iter().filter_map(|word| word.to_str()).collect();
        words.join(" ")
    }

    #[test]
    fn options_in_front_of_the_command_are_moved_behind_it() {
        for (typed, meant) in [
            ("x get a b", "x get a b"),
            ("x -q get a b", "x get -q a b"),
            ("x --color=always diff a b", "x diff --color=always a b"),
            ("x --color always diff a b", "x diff --color always a b"),
            ("x -qv --json --dialect vmx set a b -n", "x set -qv --json --dialect vmx a b -n"),
            ("x --json preset list word", "x preset list --json word"),
            ("x -q preset", "x preset -q"),
            ("x -q preset --help", "x preset -q --help"),
            ("x -q get -- -a b", "x get -q -- -a b"),
            ("x --wait get a", "x --wait get a"),
            ("x -q --help get", "x -q --help get"),
            ("x -q", "x -q"),
            ("x --color", "x --color"),
            ("x - get", "x - get"),
            ("x -q -- get", "x -q -- get"),
        ] {
            assert_eq!(moved(typed), meant);
        }
    }

    #[test]
    fn a_line_is_shown_as_a_shell_needs_it_and_without_secrets() {
        assert_eq!(
            shown(["/bin/x", "set", "my vm", "RemoteDisplay.vnc.password=abc", "a=b c"]).as_deref(),
            Some("vmxedit set 'my vm' 'RemoteDisplay.vnc.password=****' 'a=b c'")
        );
        assert_eq!(shown(["x".to_owned(), "y".repeat(1000)]), None);
    }
}
