//! Every way an operation can fail: what, and on which file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What went wrong, and with which file.
#[derive(Debug)]
pub struct Error {
    /// The file as it was named, where there is one.
    pub path: Option<PathBuf>,
    /// What went wrong.
    pub cause: Cause,
}

/// What went wrong, without the file it went wrong with.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// A key that VMware's parser could not read back.
    #[error("'{key}' is not a key: {why}")]
    BadKey {
        /// The text that was given.
        key: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A pattern that does not parse.
    #[error("'{pattern}' is not a pattern: {why}")]
    BadPattern {
        /// The text that was given.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// A directory that holds more than one `.vmx`.
    #[error("a directory with several .vmx files: {}", names.join(", "))]
    SeveralVmx {
        /// The files' names.
        names: Vec<String>,
    },
    /// A directory that holds no `.vmx`.
    #[error("a directory without a .vmx file{}", holds(names))]
    NoVmx {
        /// What it holds instead.
        names: Vec<String>,
    },
    /// A key that must be there is not.
    #[error("no entry '{key}'")]
    NoSuchKey {
        /// The key that was asked for.
        key: String,
    },
    /// One key on several lines.
    #[error("'{key}' is set on lines {}: VMware refuses such a file", join(lines))]
    Duplicate {
        /// The key as its first line spells it.
        key: String,
        /// The lines, counted from 1.
        lines: Vec<usize>,
    },
    /// One key on several lines, where the last counts but one is to be named.
    #[error("'{key}' is set on lines {}: which one is meant?", join(lines))]
    Copies {
        /// The key.
        key: String,
        /// The lines, counted from 1.
        lines: Vec<usize>,
    },
    /// A byte order mark that an edit would bring to the start of the file.
    #[error(
        "line {line} starts with a byte order mark: as the file's first line VMware would read it without"
    )]
    StrayBom {
        /// The line, counted from 1.
        line: usize,
    },
    /// A rename onto a key that is there already.
    #[error("cannot rename '{from}' to '{to}': '{to}' is already set on line {line}")]
    Collision {
        /// The old key.
        from: String,
        /// The new key.
        to: String,
        /// The line of the entry in the way, counted from 1.
        line: usize,
    },
    /// A character that the file's encoding lacks.
    #[error("'{key}': the file's encoding, {encoding}, has no {character:?}")]
    Unencodable {
        /// The key whose name or value holds it.
        key: String,
        /// The character.
        character: char,
        /// The file's `.encoding`.
        encoding: String,
    },
    /// Text beyond ASCII in a file whose encoding is not known.
    #[error("'{key}': the file's encoding, '{encoding}', is not known here: only ASCII can be written")]
    UnknownEncoding {
        /// The key whose name or value is not ASCII.
        key: String,
        /// The file's `.encoding`.
        encoding: String,
    },
    /// A value with a NUL, where VMware's reader would cut it.
    #[error("'{key}': the value holds a NUL byte, where VMware would cut it")]
    NulInValue {
        /// The key.
        key: String,
    },
    /// Not a VMX file at all.
    #[error("not a VMX file: {what}")]
    NotVmx {
        /// What it is.
        what: String,
        /// The line that shows it, counted from 1.
        line: Option<usize>,
    },
    /// A fully encrypted configuration.
    #[error("an encrypted configuration: its settings are encrypted in encryption.data")]
    Encrypted,
    /// A key that belongs to the encryption of the file.
    #[error("'{key}' belongs to the encryption of this VM")]
    EncryptionKey {
        /// The key.
        key: String,
    },
    /// No preset of that name.
    #[error("no preset '{name}'")]
    NoSuchPreset {
        /// The name that was asked for.
        name: String,
        /// A preset whose name is much like it.
        near: Option<String>,
    },
    /// A file that is no preset.
    #[error("not a preset: {what}")]
    BadPreset {
        /// What is wrong.
        what: String,
        /// The line, counted from 1.
        line: Option<usize>,
    },
    /// An argument that a preset does not take.
    #[error("preset {preset}, parameter {parameter}: {why}")]
    Parameter {
        /// The preset.
        preset: String,
        /// The parameter.
        parameter: String,
        /// What is wrong with it.
        why: String,
    },
    /// Two presets that cannot go together.
    #[error("presets {one} and {other} cannot go together: {why}")]
    Conflict {
        /// The first.
        one: String,
        /// The second.
        other: String,
        /// Why not.
        why: String,
    },
    /// A preset that cannot be taken back.
    #[error("preset {preset} cannot be taken back: {why}")]
    Irreversible {
        /// The preset.
        preset: String,
        /// Why not.
        why: String,
    },
    /// A preset on a kind of file that it is not for.
    #[error("preset {preset} is not for this file: {reason}")]
    WrongFile {
        /// The preset.
        preset: String,
        /// What it is for.
        reason: String,
    },
    /// A preset's condition does not hold.
    #[error("preset {preset} does not apply: {reason}")]
    Condition {
        /// The preset.
        preset: String,
        /// Which condition, and what the file says.
        reason: String,
    },
    /// A file that was to be edited as belonging to no VM.
    #[error("it belongs to a VM: {}", vm.display())]
    BelongsToVm {
        /// The VM's configuration.
        vm: PathBuf,
    },
    /// The VM is not off, or another process holds its lock.
    #[error("refused: {}", blocked(.0))]
    Blocked(Box<crate::vm::power::Power>),
    /// The VM is not off.
    #[error("refused: {reason}")]
    NotOff {
        /// The state and the evidence for it.
        reason: String,
        /// What to do about it.
        hint: String,
    },
    /// The file is not what was read.
    #[error("refused: the file changed while it was being edited")]
    Changed,
    /// A signal asked the program to end.
    #[error("stopped by a signal; the file is as it was")]
    Stopped,
    /// A file that is marked read-only.
    #[error("cannot write: the file is read-only (mode {mode:04o})")]
    ReadOnly {
        /// Permission bits.
        mode: u32,
    },
    /// A file that the system lets nobody change.
    #[error("cannot write: the file is immutable or append-only")]
    Immutable,
    /// A file with several names: the others would keep the old content.
    #[error("the file has {links} names (hard links): the others would keep the old content")]
    HardLinks {
        /// How many, this one included.
        links: u64,
    },
    /// Owner, access control list or an extended attribute that the new file would not have.
    #[error("cannot keep the file's {what}: {source}")]
    Metadata {
        /// What would be lost.
        what: String,
        /// The system's answer.
        source: io::Error,
    },
    /// Another program saved twice in the instant of the save.
    #[error("refused: another program saved the file at the same time; an earlier version of its is kept as {}", kept.display())]
    Displaced {
        /// That version.
        kept: PathBuf,
    },
    /// The new file is in place but may not survive a power cut.
    #[error("the new content is in place but not confirmed on disk: {0}")]
    NotConfirmed(#[source] io::Error),
    /// The system refused something in the file's folder.
    #[error("cannot {action}: {source}")]
    Folder {
        /// What was attempted.
        action: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The system refused.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was attempted.
        action: String,
        /// The system's answer.
        source: io::Error,
    },
}

impl Cause {
    /// Returns the line that the error is about, counted from 1.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Duplicate { lines, .. } | Self::Copies { lines, .. } => lines.first().copied(),
            Self::Collision { line, .. } | Self::StrayBom { line } => Some(*line),
            Self::NotVmx { line, .. } | Self::BadPreset { line, .. } => *line,
            _ => None,
        }
    }

    /// The same with the file's name.
    pub fn at(self, path: impl AsRef<Path>) -> Error {
        Error { path: Some(path.as_ref().to_owned()), cause: self }
    }

    /// The same for something that is made or removed beside the file.
    pub fn folder(action: impl Into<String>, source: io::Error) -> Self {
        Self::Folder { action: action.into(), source }
    }

    /// An I/O failure while doing `action` ("read", "make a temporary file").
    pub fn io(action: impl Into<String>, source: io::Error) -> Self {
        Self::Io { action: action.into(), source }
    }
}

impl Error {
    /// The same, with the file's name where it has none.
    #[must_use]
    pub fn or_at(self, path: impl AsRef<Path>) -> Self {
        Self { path: self.path.or_else(|| Some(path.as_ref().to_owned())), cause: self.cause }
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self { path: None, cause }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}:", path.display())?;
            if let Some(line) = self.cause.line() {
                write!(f, "{line}:")?;
            }
            write!(f, " ")?;
        }
        self.cause.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.cause)
    }
}

fn join(lines: &[usize]) -> String {
    let words: Vec<String> = lines.iter().map(ToString::to_string).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn holds(names: &[String]) -> String {
    if names.is_empty() { " (it is empty)".into() } else { format!(" (it holds {})", names.join(", ")) }
}

fn blocked(power: &crate::vm::power::Power) -> String {
    match power.state {
        crate::PowerState::Off => "another process takes its lock again and again".to_owned(),
        _ => power.reason(),
    }
}
