//! Converts the errors of this module to the crate's common one.

use super::{DuplicateKey, FormatError, KeyError, ScanError};
use crate::error::{Cause, Error};

impl From<KeyError> for Cause {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::InvalidKey { key, reason } => Self::BadKey { key, why: reason },
            KeyError::InvalidPattern { pattern, reason } => Self::BadPattern { pattern, why: reason },
        }
    }
}

impl From<FormatError> for Cause {
    fn from(FormatError { what, line }: FormatError) -> Self {
        Self::NotVmx { what, line }
    }
}

impl From<DuplicateKey> for Cause {
    fn from(DuplicateKey { key, lines }: DuplicateKey) -> Self {
        Self::Duplicate { key, lines }
    }
}

impl From<ScanError> for Cause {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Io(source) => Self::io("read", source),
            ScanError::Format(error) => error.into(),
        }
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Cause::from(error).into()
    }
}
