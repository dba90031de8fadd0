//! Why a preset cannot be found, read, resolved or applied.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::document::{DuplicateKey, KeyError};
use crate::edit::EditError;
use crate::host::ProtectedFileError;

/// An error of a preset. It does not name the file: callers add it.
///
/// ```
/// use vmxedit::preset::{Library, PresetError};
///
/// let refused = Library::default().find("no-such-preset").expect_err("unknown");
/// assert!(matches!(refused.error, PresetError::NotFound { .. }));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PresetError {
    /// No preset has this name.
    #[error("no preset '{name}'")]
    NotFound {
        /// The requested name.
        name: String,
        /// The most similar name of a preset, if one is similar enough.
        suggestion: Option<String>,
    },
    /// A file that is not read, because another user could have written it.
    #[error("the preset is ignored: {0}")]
    Untrusted(Box<ProtectedFileError>),
    /// A file is not a valid preset.
    #[error("not a preset: {what}")]
    Invalid {
        /// What is wrong.
        what: String,
        /// Where it is wrong, if it is at one place.
        position: Option<Position>,
    },
    /// An argument for a parameter is missing, unknown or invalid.
    #[error("preset {preset}, parameter {parameter}: {reason}")]
    Parameter {
        /// The name of the preset.
        preset: String,
        /// The name of the parameter.
        parameter: String,
        /// What is wrong.
        reason: String,
    },
    /// Two presets contradict each other.
    #[error("presets {first} and {second} cannot be combined: {reason}")]
    Conflict {
        /// The name of the first preset.
        first: String,
        /// The name of the second preset.
        second: String,
        /// Why they cannot be combined.
        reason: String,
    },
    /// A preset cannot be reverted.
    #[error("preset {preset} cannot be reverted: {reason}")]
    Irreversible {
        /// The name of the preset.
        preset: String,
        /// Why it cannot be reverted.
        reason: String,
    },
    /// A preset is for another type of file. Reported by callers that know the type of the file.
    #[error("preset {preset} is not for this file: {reason}")]
    WrongFile {
        /// The name of the preset.
        preset: String,
        /// Which files it is for.
        reason: String,
    },
    /// A file has no free slot for the device that a preset adds.
    #[error("preset {preset} does not apply: {reason}")]
    NoFreeSlot {
        /// The name of the preset.
        preset: String,
        /// Why there is none.
        reason: String,
    },
    /// A condition of a preset does not hold. Reported by callers that insist on
    /// [`Applicability`](super::Applicability).
    #[error("preset {preset} does not apply: {reason}")]
    ConditionNotMet {
        /// The name of the preset.
        preset: String,
        /// Which condition does not hold, and why.
        reason: String,
    },
    /// A parameter makes an invalid key or pattern.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The document cannot be edited, or sets a key on several lines.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The operating system reported an error.
    #[error("cannot {action}")]
    Io {
        /// What was attempted: `read the preset`.
        action: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// A place in a text.
///
/// ```
/// use vmxedit::preset::{LoadError, Origin, Position, parse};
///
/// let refused = LoadError::from(parse(b"wrong\n", Origin::Elsewhere).expect_err("not TOML"));
/// let position: Option<Position> = refused.error.position();
/// assert!(position.is_none_or(|position| position.line == 1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
}

impl Position {
    /// Returns the place of the byte `at` of `text`, in time linear in `at`.
    pub(super) fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
        Self { line, column: before[line_start..].chars().count() + 1 }
    }
}

/// An error of the preset in a file of a folder, or of one that was looked up by name.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let refused = Library::default().find("no-such-preset").expect_err("unknown");
/// assert_eq!(refused.path, None);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct LoadError {
    /// The file or folder, if the error is about one.
    pub path: Option<PathBuf>,
    /// The error.
    pub error: PresetError,
}

impl PresetError {
    pub(super) fn at(self, path: impl Into<PathBuf>) -> LoadError {
        LoadError { path: Some(path.into()), error: self }
    }

    /// Returns the place in the file that the error is about.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Invalid { position, .. } => *position,
            _ => None,
        }
    }
}

/// Writes the file and the place in it, then the error without its source.
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}:", path.display())?;
            if let Some(Position { line, column }) = self.error.position() {
                write!(f, "{line}:{column}:")?;
            }
            f.write_str(" ")?;
        }
        self.error.fmt(f)
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.error)
    }
}

impl From<PresetError> for LoadError {
    fn from(error: PresetError) -> Self {
        Self { path: None, error }
    }
}

impl From<DuplicateKey> for PresetError {
    fn from(error: DuplicateKey) -> Self {
        Self::Edit(error.into())
    }
}
