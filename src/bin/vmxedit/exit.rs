//! The exit codes and what they mean.

use std::process::ExitCode;

/// How a run ended. With many files the highest value wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    #[default]
    Success = 0,
    Negative = 1,
    Usage = 2,
    Refused = 3,
    Unsuitable = 4,
    Failed = 5,
}

impl Exit {
    pub(crate) const ALL: [Self; 6] =
        [Self::Success, Self::Negative, Self::Usage, Self::Refused, Self::Unsuitable, Self::Failed];

    /// Returns [`Exit::Negative`] if the answer is no, else [`Exit::Success`].
    pub(crate) fn negative_if(is_negative: bool) -> Self {
        if is_negative { Self::Negative } else { Self::Success }
    }

    /// The number that the caller of the program sees.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Negative => "negative",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::Unsuitable => "unsuitable",
            Self::Failed => "failed",
        }
    }

    /// The explanation in the help and the man pages.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Success => "done, or nothing to do",
            Self::Negative => {
                "key not found, no match, files differ, check found errors, --check would change something, or a VM is not \
                 off"
            }
            Self::Usage => "invalid command line",
            Self::Refused => {
                "the VM is not off, the file is locked, another process modified it during the edit, or the link to it \
                 belongs to another user"
            }
            Self::Unsuitable => {
                "not a VMX file, a duplicate key, a value that the file's encoding cannot represent, an encrypted \
                 configuration, or a preset whose conditions are not met"
            }
            Self::Failed => {
                "file not found, permission denied, disk full, I/O error, no connection to a host, or a host that did not \
                 read the file again"
            }
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_worst_of_many_results_wins() {
        let worst = [Exit::Negative, Exit::Failed, Exit::Refused, Exit::Success].into_iter().max();
        assert_eq!(worst, Some(Exit::Failed));
    }

    #[test]
    fn codes_count_from_0_in_the_order_of_severity() {
        let codes: Vec<u8> = Exit::ALL.into_iter().map(Exit::code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
        assert!(Exit::ALL.is_sorted());
    }
}
