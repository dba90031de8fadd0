//! Errors of the program, and how any error is reported: exit code, kind, message, hint.

mod downcast;
mod exit_code;
mod hint;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use vmxedit::catalog::MASK;
use vmxedit::document::KeyError;
use vmxedit::file::FindError;
pub(crate) use vmxedit::host::io_message;
use vmxedit::host::without_number;
use vmxedit::preset::LoadError;
use vmxedit::vm::power::Power;
use vmxedit::{Error, ErrorKind};

use self::downcast::Known;
use crate::exit::Exit;
use crate::words::{CommandLine, without_secret};

/// An invalid command line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

impl UsageError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// An invalid command line, with what the user can do about it.
    pub(crate) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> ProgramError {
        ProgramError::CommandLine { message: message.into(), hint: Some(hint.into()) }
    }

    /// A word that should have the form `expected`, such as `KEY=VALUE`. It may contain a secret.
    pub(crate) fn not_an_assignment(word: &str, expected: &str) -> ProgramError {
        let shown = without_secret(word);
        let hint = CommandLine::typed().hint_about_assignment(word);
        ProgramError::CommandLine { message: format!("'{}' is not {expected}", shown.escape_debug()), hint }
    }

    /// The message of [`Self::stdin_among_files`].
    pub(crate) const STDIN_AMONG_FILES: &str = "'-' (standard input) cannot be combined with other files";

    /// `-` among several files.
    pub(crate) fn stdin_among_files() -> Self {
        Self::new(Self::STDIN_AMONG_FILES)
    }

    /// A second use of standard input.
    pub(crate) fn stdin_used_twice() -> Self {
        Self::new("standard input can be used only once")
    }
}

/// An error that only the program has.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    /// An invalid command line, with a better one where one is known.
    #[error("{message}")]
    CommandLine { message: String, hint: Option<String> },
    /// A configuration file that is not valid.
    #[error("not a configuration file: {what}")]
    Config { what: String, line: usize, column: usize },
    #[error("cannot read the configuration file")]
    ConfigUnreadable { source: io::Error },
    /// The editor cannot be started, or it failed.
    #[error("the file is unchanged: the editor {editor} {why}")]
    Editor { editor: String, why: String },
    /// `VISUAL` and `EDITOR` are not set, and there is no terminal for `vi`.
    #[error("the file is unchanged: no editor is set, and without a terminal none is started")]
    NoEditor,
    /// An edited text that would make the file worse.
    #[error("the edited text is not saved: {}", problems.join("; "))]
    EditedText { problems: Vec<String> },
    #[error("no value holds the name '{text}'")]
    NoValue { text: String },
    /// With `--strict`.
    #[error("the edit is not made: {}", problems.join("; "))]
    NotClean { problems: Vec<String> },
    /// A secret that a report masks.
    #[error("the value of '{key}' is masked")]
    MaskedValue { key: String },
    /// The mask of a secret in an assignment of the command line.
    #[error("nothing was changed: {} in place of the value of '{key}' is a mask", MASK)]
    MaskedArgument { key: String },
    #[error("'{key}' has several values")]
    SeveralValues { key: String },
    /// In a file whose entries are copied.
    #[error("no entry matches '{pattern}'")]
    NoEntry { pattern: String },
    /// In a file whose entries are copied.
    #[error("line {line}: the value of '{key}' is not valid in the encoding of the file")]
    NotText { key: String, line: usize },
    #[error("cannot take entries from it: {why}")]
    NotEntries { why: String },
    #[error("'{key}': the file {} is not UTF-8 text", path.display())]
    ValueNotText { key: String, path: PathBuf },
    /// With `--recursive`.
    #[error("no .vmx file in it or below it (symbolic links are not followed there)")]
    NoVmxBelow,
    /// The address of a host without a path.
    #[error("cannot list the VMs of the host: {why}")]
    NoRegisteredVms { why: String },
    /// With `--reload`, where the edit itself had nothing to do.
    #[error("the host did not read the file again: {why}")]
    NotReloaded { why: String },
    /// With `--reload`, on a host that has no such thing.
    #[error("--reload: vim-cmd was not found: this is not an ESXi host")]
    NoReload,
    /// Of the list of VMs of a host.
    #[error("the list of VMs of the host is incomplete: {why}")]
    UnclearRow { why: String },
    /// No entry has the key or matches the pattern.
    #[error("no entry matches '{key}'")]
    NoSuchKey { key: String, suggestion: Option<String> },
    /// A pattern that would remove or rename what identifies the VM.
    #[error("nothing was changed: '{pattern}' matches {}, which every VM needs", keys.join(", "))]
    Identity {
        pattern: String,
        keys: Vec<String>,
        /// What the command does with them.
        verb: &'static str,
    },
    /// The file has no backup with the usual suffix, which would have this name.
    #[error("no backup {}{}", name.display(), there_is(others))]
    NoBackup {
        name: PathBuf,
        others: Vec<PathBuf>,
        /// What follows the name of the file in that of the first of them.
        suffix: Option<OsString>,
    },
    #[error("no backup '{}', here or next to the file", name.display())]
    NoSuchBackup { name: PathBuf },
}

fn there_is(others: &[PathBuf]) -> String {
    let names: Vec<String> = others.iter().map(|path| path.display().to_string()).collect();
    match names.len() {
        0 => String::new(),
        1 => format!("; there is {}", names[0]),
        _ => format!("; there are {}", names.join(", ")),
    }
}

/// Names the file that an error is about.
#[derive(Debug)]
struct AtFile(PathBuf);

impl fmt::Display for AtFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

/// Names the file that an error is about, unless the error names one already.
pub(crate) fn at_path(error: impl Into<anyhow::Error>, path: impl AsRef<Path>) -> anyhow::Error {
    let error = error.into();
    match path_of(&error) {
        Some(_) => error,
        None => error.context(AtFile(path.as_ref().to_owned())),
    }
}

/// Adds the file to the error of a result.
pub(crate) trait ResultExt<T> {
    fn at(self, path: impl AsRef<Path>) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> ResultExt<T> for Result<T, E> {
    fn at(self, path: impl AsRef<Path>) -> anyhow::Result<T> {
        self.map_err(|error| at_path(error, path))
    }
}

/// Returns a conversion that adds the file to an error of the library.
pub(crate) fn in_file<E: Into<ErrorKind>>(path: impl AsRef<Path>) -> impl FnOnce(E) -> Error {
    move |error| error.into().at(path)
}

/// Returns the file that an error names.
pub(crate) fn path_of(error: &anyhow::Error) -> Option<&Path> {
    if let Some(AtFile(path)) = error.downcast_ref() {
        return Some(path);
    }
    if let Some(error) = error.downcast_ref::<Error>() {
        return Some(&error.path);
    }
    if let Some(error) = error.downcast_ref::<FindError>() {
        return Some(&error.path);
    }
    error.downcast_ref::<LoadError>().and_then(|error| error.path.as_deref())
}
/// Returns the power state of the VM that blocks the operation.
pub(crate) fn blocking_power(error: &anyhow::Error) -> Option<&Power> {
    match Known::find(error)? {
        Known::Transaction(ErrorKind::Blocked(power)) => Some(power),
        _ => None,
    }
}

/// Returns whether a signal stopped the operation.
pub(crate) fn is_interruption(error: &anyhow::Error) -> bool {
    matches!(Known::find(error), Some(Known::Transaction(ErrorKind::Interrupted)))
}

/// What is printed about an error.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) path: Option<PathBuf>,
    /// Counted from 1.
    pub(crate) line: Option<usize>,
    /// Counted from 1.
    pub(crate) column: Option<usize>,
    pub(crate) exit: Exit,
    /// A stable word for programs.
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    /// What the user can do about it.
    pub(crate) hint: Option<String>,
}

/// Describes any error of the program or of the library. `file` is the file that it is about if it does not name one.
pub(crate) fn describe(error: &anyhow::Error, file: Option<&Path>) -> Description {
    let known = Known::find(error);
    let (exit, kind) = known.map_or((Exit::Failed, "io"), exit_code::exit_and_kind);
    let hint = match known {
        Some(known) => hint::hint(known, path_of(error).or(file)),
        None => hint::io_hint_of(error.as_ref()).map(str::to_owned),
    };
    Description {
        path: path_of(error).map(Path::to_owned),
        line: known.and_then(Known::line),
        column: known.and_then(Known::column),
        exit,
        kind,
        message: message(error, known),
        hint,
    }
}

/// Returns the message and those of its causes, without the file and without Rust's numbers of system errors.
fn message(error: &anyhow::Error, known: Option<Known<'_>>) -> String {
    let skipped = usize::from(known.is_none() && error.downcast_ref::<AtFile>().is_some());
    let outermost = known.map_or_else(|| error.as_ref(), Known::as_error);
    let causes = causes(outermost).skip(skipped);
    let text = without_number(&causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
    match known {
        Some(Known::Key(error)) => without_value(text, error),
        _ => text,
    }
}

/// Returns the message about a text that is not a key, without the value of a secret that was typed with it.
fn without_value(message: String, error: &KeyError) -> String {
    let typed = match error {
        KeyError::InvalidKey { key, .. } => key,
        KeyError::InvalidPattern { pattern, .. } => pattern,
        _ => return message,
    };
    message.replace(typed.as_str(), &without_secret(typed))
}

/// Returns the message of an error and those of its causes.
pub(crate) fn message_with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    without_number(&causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": "))
}

/// Returns an error and its causes.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ResultExt, UsageError, at_path, describe};
    use crate::exit::Exit;
    use vmxedit::ErrorKind;
    use vmxedit::edit::EditError;

    #[test]
    fn the_innermost_path_is_the_one_that_is_reported() {
        let failed: Result<(), _> = Err(ErrorKind::from(EditError::Encrypted));
        let error = failed.at("inner.vmx").at("outer.vmx").unwrap_err();
        let described = describe(&error, None);
        assert_eq!(described.path.as_deref(), Some(Path::new("inner.vmx")));
        assert_eq!((described.exit, described.kind), (Exit::Unsuitable, "encrypted"));
        assert!(described.message.starts_with("an encrypted configuration"), "{}", described.message);
    }

    #[test]
    fn an_error_of_the_program_keeps_its_message_when_it_gets_a_path() {
        let described = describe(&at_path(UsageError::new("wrong"), "x.vmx"), None);
        assert_eq!((described.exit, &*described.message), (Exit::Usage, "wrong"));
    }
}
