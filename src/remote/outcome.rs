//! What became of a file of another host that was to be replaced.

use std::ffi::OsString;
use std::path::PathBuf;

use super::replace::reason;
use crate::host::tools::Reload;
use crate::vm::power::PowerState;

/// What became of a replacement that the host answered.
///
/// ```
/// use vmxedit::remote::Replaced;
///
/// fn needs_another_try(replaced: &Replaced) -> bool {
///     matches!(replaced, Replaced::Changed)
/// }
/// assert!(needs_another_try(&Replaced::Changed));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Replaced {
    /// The file has the new content.
    Done(RemoteSave),
    /// The file, or the evidence of the power state, is not as it was read. Nothing was changed.
    Changed,
    /// Another process holds the lock. Nothing was changed.
    Locked {
        /// What holds it, where that is known.
        holder: String,
        /// The state of the VM that this means.
        state: PowerState,
    },
    /// The host refused or failed, for this reason. Nothing was changed.
    Refused(RefusedReplacement),
}

/// A file that was replaced.
///
/// ```
/// use vmxedit::remote::{RemoteSave, Replaced};
///
/// fn backup_of(replaced: Replaced) -> Option<std::ffi::OsString> {
///     match replaced {
///         Replaced::Done(RemoteSave { backup, .. }) => backup,
///         _ => None,
///     }
/// }
/// assert_eq!(backup_of(Replaced::Changed), None);
/// ```
#[derive(Debug, Default)]
pub struct RemoteSave {
    /// The name of the backup.
    pub backup: Option<OsString>,
    /// Whether the host has read the configuration again; `None` if that was not requested.
    pub reloaded: Option<Reload>,
    /// Why it is not known that the new name of the file is on the disk, where that is so.
    pub not_confirmed: Option<String>,
}

/// Why a host did not replace a file.
///
/// ```
/// use vmxedit::remote::RefusedReplacement;
///
/// assert!(!RefusedReplacement::HardLinks.to_string().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedReplacement {
    /// A link that is not trusted leads to the file.
    #[error("refused: a symbolic link of {owner} leads to the file")]
    UntrustedLink {
        /// Its owner, for messages.
        owner: String,
        /// The address of the file that it leads to.
        target: PathBuf,
    },
    /// The file has an access control list.
    #[error("refused: the file has an access control list, which would be lost")]
    AccessControlList,
    /// The folder gives other users rights to files that are created there.
    #[error("refused: the directory gives other users rights to new files, by a default access control list")]
    DefaultAcl,
    /// The file has other hard links.
    #[error("refused: the file has other names (hard links), which would keep the old content")]
    HardLinks,
    /// The owner cannot be kept.
    #[error("refused: the owner of the file cannot be kept")]
    Owner,
    /// Other users can change the folder, on a host without `/proc`.
    #[error("refused: other users can change the folder, and this host has no safe way to write there")]
    Folder,
    /// An ESXi host has locked the VM.
    #[error("refused: the file is locked by an ESXi host")]
    EsxiLock,
    /// Something failed.
    #[error("the host cannot {action}{}", reason(why))]
    Failed {
        /// What failed.
        action: &'static str,
        /// What the tool on the host printed about it; may be empty.
        why: String,
    },
}
