//! Replaces a file of another host, if it and the evidence of the power state are as they were read.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::time::Duration;

use super::connection::{HostKind, RemoteError, Request};
use super::frame::Frame;
use super::read::RemoteFile;
use crate::file::{OnLoss, SaveError};
use crate::host::{FolderView as _, Machine as _, VmId, djb2};
use crate::vm::lock::lock_dir_name;
use crate::vm::power::PowerState;

/// How a file is replaced.
#[derive(Clone, Debug)]
pub struct Replacement<'a> {
    /// The new content.
    pub content: &'a [u8],
    /// Keeps the old file under its name with this suffix; then `.1`, `.2`, ... follow.
    pub backup: Option<OsString>,
    /// What to do where owner or access control list cannot be kept.
    pub metadata: OnLoss,
    /// What to do where the file has other hard links.
    pub hard_links: OnLoss,
    /// Whether the file is synced before the host reports success.
    pub durable: bool,
    /// Whether the VM has to be off: its lock is taken, and the evidence compared.
    pub requires_off: bool,
    /// How long the lock of another process is waited for.
    pub patience: Duration,
    /// Whether an ESXi host reads the configuration again.
    pub reload: bool,
}

/// What became of a replacement that the host answered.
#[derive(Debug)]
#[non_exhaustive]
pub enum Replaced {
    /// The file has the new content.
    Done(Saved),
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
#[derive(Debug, Default)]
pub struct Saved {
    /// The name of the backup.
    pub backup: Option<OsString>,
    /// Whether the host has read the configuration again; `None` if that was not requested, or the VM is not registered.
    pub reloaded: Option<bool>,
}

/// Why a host did not replace a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefusedReplacement {
    /// A link of another user leads to the file.
    #[error("refused: a link of user {0} leads to the file")]
    UntrustedLink(String),
    /// The file has an access control list.
    #[error("refused: the file has an access control list, which would be lost")]
    AccessControlList,
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
    #[error("the host cannot {0}")]
    Failed(&'static str),
}

impl RemoteFile {
    /// Replaces the file, in one round trip.
    ///
    /// # Errors
    /// The host does not answer: the file has the old or the new content.
    pub fn replace(&self, replacement: &Replacement<'_>) -> Result<Replaced, RemoteError> {
        let connection = &self.connection;
        let reload = if replacement.reload { self.registered_id() } else { None };
        let yes = |is: bool| if is { "yes" } else { "no" };
        let accepts = |loss: OnLoss| yes(loss == OnLoss::Accept);
        let expected = if replacement.requires_off { &*self.fingerprint } else { "-" };
        let lock = if replacement.requires_off { "take" } else { "skip" };
        let mode = self.stat.map_or(0o600, |stat| stat.mode);
        let request = Request::new("replace")
            .word(&self.address.path)
            .word(connection.id())
            .word(self.lock_checksum().to_string())
            .word(random_numbers())
            .word(random_name())
            .word(replacement.patience.as_secs().to_string())
            .word(lock)
            .word(expected)
            .word(connection.sum(&self.bytes))
            .word(connection.sum(replacement.content))
            .word(format!("{mode:o}"))
            .word(replacement.backup.clone().unwrap_or_default())
            .word(yes(replacement.durable))
            .word(accepts(replacement.metadata))
            .word(accepts(replacement.hard_links))
            .word(reload.clone().unwrap_or_default())
            .content(replacement.content);
        let frames = connection.request(&request)?;
        outcome(&frames).ok_or_else(|| connection.unexpected("it does not say whether the file was replaced"))
    }

    /// Returns the checksum that VMware writes into the members of the file's lock.
    fn lock_checksum(&self) -> u32 {
        djb2(self.folder().real_path_of(&lock_dir_name(&self.name)).as_os_str().as_encoded_bytes())
    }

    /// Returns the id under which an ESXi host has registered the VM.
    fn registered_id(&self) -> Option<String> {
        if self.connection.facts().kind != HostKind::Esxi {
            return None;
        }
        self.host().registered_id(&VmId::of(self.folder(), &self.name)).ok()?
    }

    /// Returns the owner of a link that leads to the file and that an edit does not follow: it belongs neither to the user at
    /// the host, nor to root, nor to the owner of its target.
    pub fn untrusted_link(&self) -> Option<&str> {
        self.untrusted.as_deref()
    }

    /// Refuses a file that its owner has made read-only, and one with other names unless they may be lost. The host refuses
    /// those that it gets in the meantime.
    ///
    /// # Errors
    /// [`SaveError::ReadOnly`], [`SaveError::HardLinks`].
    pub fn check_writable(&self, hard_links: OnLoss) -> Result<(), SaveError> {
        let Some(stat) = self.stat else { return Ok(()) };
        if stat.mode & 0o222 == 0 {
            return Err(SaveError::ReadOnly { mode: stat.mode });
        }
        if stat.links > 1 && hard_links == OnLoss::Refuse {
            return Err(SaveError::HardLinks { links: stat.links });
        }
        Ok(())
    }
}

fn outcome(frames: &[Frame]) -> Option<Replaced> {
    let mut saved = Saved::default();
    for (at, frame) in frames.iter().enumerate() {
        let words: Vec<&str> = frame.header.split(' ').collect();
        match words[..] {
            ["replaced"] => return Some(Replaced::Done(saved)),
            ["changed"] => return Some(Replaced::Changed),
            ["backup"] => saved.backup = Some(crate::host::path_of_bytes(frame.line()).into_os_string()),
            ["reloaded"] => saved.reloaded = Some(true),
            ["not-reloaded"] => saved.reloaded = Some(false),
            ["refused", "locked"] => return Some(locked(frame, &frames[at + 1..])),
            ["refused" | "failed", reason, ref more @ ..] => {
                return Some(Replaced::Refused(refused(reason, more)));
            }
            _ => {}
        }
    }
    None
}

/// Describes the members of a lock that another process holds.
fn locked(frame: &Frame, members: &[Frame]) -> Replaced {
    let text = |bytes: &[u8]| {
        let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).trim().escape_debug().to_string()
    };
    let first = members.iter().find(|frame| frame.header.starts_with("member"));
    let holder = first.map_or_else(|| text(&frame.body), |member| text(&member.body));
    Replaced::Locked { holder, state: PowerState::LockedElsewhere }
}

fn refused(reason: &str, more: &[&str]) -> RefusedReplacement {
    match reason {
        "untrusted" => RefusedReplacement::UntrustedLink(more.join(" ")),
        "acl" => RefusedReplacement::AccessControlList,
        "links" => RefusedReplacement::HardLinks,
        "owner" => RefusedReplacement::Owner,
        "folder" => RefusedReplacement::Folder,
        "lock-is-file" => RefusedReplacement::EsxiLock,
        "lock-folder" => RefusedReplacement::Failed("create the lock next to the file"),
        "write" => RefusedReplacement::Failed("write the new file"),
        "backup" => RefusedReplacement::Failed("keep a backup"),
        "rename" => RefusedReplacement::Failed("rename the new file over the old one"),
        "transfer" => RefusedReplacement::Failed("write the new file: its checksum is wrong"),
        "missing" => RefusedReplacement::Failed("find the file"),
        _ => RefusedReplacement::Failed("open the folder of the file"),
    }
}

/// Returns the numbers of lock members that are tried.
fn random_numbers() -> String {
    (0..8).fold(String::new(), |mut text, _| {
        let _ = write!(text, "{:05} ", fastrand::u32(..100_000));
        text
    })
}

/// Returns the random part of the name of the new file.
fn random_name() -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(16).collect()
}
