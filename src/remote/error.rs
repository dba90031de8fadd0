//! Why a host did not answer.

use super::address::HostName;

/// Why a host did not answer.
///
/// ```
/// use std::sync::Arc;
/// use vmxedit::remote::{Address, Connection, RemoteError, Transport};
///
/// let address = Address::parse("esx1:/vm.vmx".as_ref())?.expect("another host");
/// let program = Some(vec!["false".into()]);
/// let transport = Transport { program, may_ask: false, interrupt: Arc::default() };
/// let refused = Connection::open(&address.host, &transport).expect_err("it ends at once");
/// assert!(matches!(refused, RemoteError::Connect { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// There is no connection: the program cannot be started, or failed before the host answered.
    #[error("cannot connect to {host}: {why}")]
    Connect {
        /// The host.
        host: HostName,
        /// The reason, as `ssh` gave it.
        why: String,
    },
    /// The connection ended, or the host stopped answering. Nothing was changed.
    #[error("lost the connection to {host}: {why}")]
    Lost {
        /// The host.
        host: HostName,
        /// The reason.
        why: String,
    },
    /// The connection ended, the host stopped answering, or the caller stopped waiting, while the host replaced a file.
    #[error(
        "lost the connection to {host}: {why}; the file has either the old or the new content, and nothing between"
    )]
    LostInReplacement {
        /// The host.
        host: HostName,
        /// The reason.
        why: String,
    },
    /// The host answered something that is not an answer to the request.
    #[error("{host} sent an unexpected answer: {what}")]
    Unexpected {
        /// The host.
        host: HostName,
        /// What was wrong.
        what: String,
    },
    /// The interrupt flag was set. Nothing was changed.
    #[error("interrupted")]
    Interrupted,
}

impl RemoteError {
    /// Returns the error of a replacement that the host may have made.
    pub(super) fn in_replacement(self, host: &HostName) -> Self {
        match self {
            Self::Lost { host, why } => Self::LostInReplacement { host, why },
            Self::Interrupted => Self::LostInReplacement { host: host.clone(), why: self.to_string() },
            Self::Unexpected { host, what } => {
                Self::LostInReplacement { host, why: format!("unexpected answer: {what}") }
            }
            other => other,
        }
    }
}
