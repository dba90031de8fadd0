//! The words of the command line: options in front of the command, and corrected lines for hints.

mod corrections;
mod secrets;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::LazyLock;

pub(crate) use self::secrets::{has_secret, without_secret};

/// The options that may also precede the command.
const FLAGS: [&str; 6] = ["-q", "--quiet", "-v", "--verbose", "--json", "--show-secrets"];
/// Those of them that have a value.
const OPTIONS: [&str; 2] = ["--color", "--dialect"];

/// The command whose first word is the name of another command.
const NESTED: &str = "preset";

/// The command that clap adds to the others.
const HELP: &str = "help";

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

    /// Moves the options in front of the command, and those in front of a command of `preset`, behind it. There the command
    /// refuses those that it does not have. `help` has none and ignores them.
    pub(crate) fn new(words: Vec<OsString>) -> Self {
        let mut line = Self { words };
        let mut options = line.take_options(1);
        if line.command() == Some(NESTED) {
            options.extend(line.take_options(2));
        }
        let at = line.options_at();
        if line.words[..at].last().is_none_or(|command| command != HELP) {
            line.words.splice(at..at, options);
        }
        line
    }

    /// Takes the options out of the line that are there in front of a command.
    fn take_options(&mut self, start: usize) -> Vec<OsString> {
        let command = command_at(&self.words, start);
        command.map(|command| self.words.drain(start..command).collect()).unwrap_or_default()
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

/// Returns the place of the command if from `start` only options precede it that may.
fn command_at(words: &[OsString], start: usize) -> Option<usize> {
    let mut at = start;
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

/// Returns a line as it can be pasted into a shell; `None` if it is very long, not text or has a secret, which would have to be
/// masked: a line with a mask would set the mask.
pub(crate) fn shown<W: AsRef<OsStr>>(words: impl IntoIterator<Item = W>) -> Option<String> {
    const MAX_LEN: usize = 300;
    let words: Vec<W> = words.into_iter().collect();
    let mut line = String::new();
    for (at, word) in words.iter().enumerate() {
        let word = if at == 0 { Some("vmxedit") } else { word.as_ref().to_str() };
        let word = word.filter(|word| is_printable(word))?;
        if at > 0 {
            line.push(' ');
        }
        line.push_str(&quoted(word));
        if line.len() > MAX_LEN {
            return None;
        }
    }
    (!secrets::line_has_secret(&words)).then_some(line)
}

/// Quotes a path for a shell; `FILE` replaces one that cannot be pasted, because it is not text or because it has
/// characters that do not show.
pub(crate) fn quoted_path(path: &Path) -> String {
    path.to_str()
        .filter(|text| is_printable(text))
        .map_or_else(|| "FILE".to_owned(), |text| quoted(text).into_owned())
}

/// Returns whether all characters of a text show as they are.
fn is_printable(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\'' | '"' | '\\') || c.escape_debug().len() == 1)
}

/// Quotes a word for a shell, except where every shell reads it as it is.
pub(crate) fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    // Also `!` and braces, which only some shells read.
    Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{CommandLine, quoted, quoted_path, shown};

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
            ("x preset -q list boot", "x preset list -q boot"),
            ("x --json preset --color never list boot", "x preset list --json --color never boot"),
            ("x preset -n list boot", "x preset -n list boot"),
            ("x preset -q", "x preset -q"),
            ("x -q help set", "x help set"),
            ("x -q preset help list", "x preset help list"),
            ("x preset help -q list", "x preset help -q list"),
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
    fn what_a_shell_reads_is_quoted_and_what_does_not_show_is_left_out() {
        for (word, expected) in [
            ("a.vmx", "a.vmx"),
            ("{a,b}.vmx", "'{a,b}.vmx'"),
            ("!!.vmx", "'!!.vmx'"),
            ("it's", "'it'\\''s'"),
            ("$(x)`y`", "'$(x)`y`'"),
            ("", "''"),
            ("=a", "'=a'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
        for path in ["a\u{1}b", "a\nb", "a\u{202e}b", "a\u{1b}]0;x\u{7}"] {
            assert_eq!(quoted_path(Path::new(path)), "FILE");
            assert_eq!(shown(["x", "get", path]), None);
        }
        assert_eq!(quoted_path(Path::new("\u{e9} a.vmx")), "'\u{e9} a.vmx'");
    }

    #[test]
    fn a_line_is_shown_as_a_shell_needs_it_unless_it_has_a_secret() {
        assert_eq!(
            shown(["/bin/x", "set", "my vm", "a=b c"]).as_deref(),
            Some("vmxedit set 'my vm' 'a=b c'")
        );
        assert_eq!(shown(["x".to_owned(), "y".repeat(1000)]), None);
        assert_eq!(shown(["x", "set", "my vm", "RemoteDisplay.vnc.password=abc", "a=b c"]), None);
    }
}
