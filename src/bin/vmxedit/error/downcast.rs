//! Finds the errors of the library and of the program in an `anyhow::Error`.

use vmxedit::document::{DuplicateKey, FormatError, KeyError, ScanError};
use vmxedit::edit::EditError;
use vmxedit::file::{FindError, OpenError, SaveError};
use vmxedit::preset::{LoadError, PresetError};
use vmxedit::vm::lock::LockError;
use vmxedit::{Error, ErrorKind};

use super::{ProgramError, UsageError};

/// An error of the library or of the program, without the file.
#[derive(Clone, Copy)]
pub(super) enum Known<'a> {
    Usage(&'a UsageError),
    Program(&'a ProgramError),
    Open(&'a OpenError),
    Format(&'a FormatError),
    Key(&'a KeyError),
    Duplicate(&'a DuplicateKey),
    Edit(&'a EditError),
    Preset(&'a PresetError),
    Lock(&'a LockError),
    Save(&'a SaveError),
    /// One of the other errors of a transaction.
    Transaction(&'a ErrorKind),
}

impl<'a> Known<'a> {
    pub(super) fn find(error: &'a anyhow::Error) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<Error>() {
            return Some(Self::of_transaction(&error.kind));
        }
        if let Some(error) = error.downcast_ref::<FindError>() {
            return Some(Self::Open(&error.source));
        }
        if let Some(error) = error.downcast_ref::<LoadError>() {
            return Some(Self::of_preset(&error.error));
        }
        if let Some(ScanError::Format(error)) = error.downcast_ref() {
            return Some(Self::Format(error));
        }
        error
            .downcast_ref()
            .map(Self::Usage)
            .or_else(|| error.downcast_ref().map(Self::Program))
            .or_else(|| error.downcast_ref().map(Self::of_transaction))
            .or_else(|| error.downcast_ref().map(Self::of_preset))
            .or_else(|| error.downcast_ref().map(Self::of_edit))
            .or_else(|| error.downcast_ref().map(Self::Open))
            .or_else(|| error.downcast_ref().map(Self::Format))
            .or_else(|| error.downcast_ref().map(Self::Key))
            .or_else(|| error.downcast_ref().map(Self::Duplicate))
            .or_else(|| error.downcast_ref().map(Self::Save))
    }

    fn of_transaction(kind: &'a ErrorKind) -> Self {
        match kind {
            ErrorKind::Open(error) => Self::Open(error),
            ErrorKind::Format(error) => Self::Format(error),
            ErrorKind::Key(error) => Self::Key(error),
            ErrorKind::Edit(error) => Self::of_edit(error),
            ErrorKind::Lock(error) => Self::Lock(error),
            ErrorKind::Save(error) => Self::Save(error),
            other => Self::Transaction(other),
        }
    }

    fn of_edit(error: &'a EditError) -> Self {
        match error {
            EditError::Duplicate(error) => Self::Duplicate(error),
            EditError::Key(error) => Self::Key(error),
            other => Self::Edit(other),
        }
    }

    fn of_preset(error: &'a PresetError) -> Self {
        match error {
            PresetError::Edit(error) => Self::of_edit(error),
            PresetError::Key(error) => Self::Key(error),
            other => Self::Preset(other),
        }
    }

    pub(super) fn as_error(self) -> &'a (dyn std::error::Error + 'static) {
        match self {
            Self::Usage(error) => error,
            Self::Program(error) => error,
            Self::Open(error) => error,
            Self::Format(error) => error,
            Self::Key(error) => error,
            Self::Duplicate(error) => error,
            Self::Edit(error) => error,
            Self::Preset(error) => error,
            Self::Lock(error) => error,
            Self::Save(error) => error,
            Self::Transaction(error) => error,
        }
    }

    /// Returns the character of the line that the error is about, counted from 1.
    pub(super) fn column(self) -> Option<usize> {
        match self {
            Self::Program(ProgramError::Config { column, .. }) => Some(*column),
            Self::Preset(error) => error.position().map(|position| position.column),
            _ => None,
        }
    }

    /// Returns the line that the error is about, counted from 1.
    pub(super) fn line(self) -> Option<usize> {
        match self {
            Self::Format(error) => error.line,
            Self::Duplicate(error) => error.lines.first().copied(),
            Self::Edit(EditError::Ambiguous { lines, .. }) => lines.first().copied(),
            Self::Edit(EditError::KeyExists { line, .. } | EditError::MisplacedBom { line })
            | Self::Program(ProgramError::Config { line, .. }) => Some(*line),
            Self::Preset(error) => error.position().map(|position| position.line),
            _ => None,
        }
    }
}
