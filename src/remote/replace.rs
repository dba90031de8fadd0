//! Replaces a file of another host, if it and the evidence of the power state are as they were read.

use std::ffi::OsString;
use std::io;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use super::error::RemoteError;
use super::frame::Frame;
use super::metadata::{component, mode_text};
use super::outcome::{RefusedReplacement, RemoteSave, Replaced};
use super::read::RemoteFile;
use super::request::Request;
use crate::file::{OnLoss, SaveError};
use crate::host::tools::Reload;
use crate::host::{self, FolderView as _, HARMLESS_MODE, Machine as _, VmId, djb2};
use crate::vm::lock::lock_dir_name;
use crate::vm::power::PowerState;

/// How long a host waits for the lock of another process, at most: it says nothing meanwhile.
const MAX_PATIENCE: Duration = Duration::from_secs(30);

/// The number of words of a request before the content.
const WORDS: usize = 22;

/// How a file is replaced.
///
/// ```
/// use std::ffi::OsString;
/// use std::sync::Arc;
/// use std::sync::atomic::AtomicBool;
/// use std::time::Duration;
/// use vmxedit::file::OnLoss;
/// use vmxedit::remote::{Address, Connection, Depth, Replaced, Replacement, Transport};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // A shell of this machine in place of `ssh` and another host.
/// let program = ["sh", "-c", "eval \"$1\""].map(OsString::from).to_vec();
/// let transport = Transport { program: Some(program), may_ask: false, interrupt: Arc::default() };
/// let address = Address::parse(format!("host:{}", path.display()).as_ref())?.expect("another host");
/// let connection = Arc::new(Connection::open(&address.host, &transport)?);
/// let file = connection.read(&[address], Depth::View)?.remove(0)?;
/// let interrupt = AtomicBool::new(false);
/// let replaced = file.replace(&Replacement {
///     content: b"memsize = \"4096\"\n",
///     backup: Some(".bak".into()),
///     modified: None,
///     metadata: OnLoss::Refuse,
///     hard_links: OnLoss::Refuse,
///     durable: true,
///     requires_off: true,
///     patience: Duration::ZERO,
///     reload: false,
///     interrupt: &interrupt,
/// })?;
/// assert!(matches!(replaced, Replaced::Done(_)));
/// assert_eq!(std::fs::read(&path)?, b"memsize = \"4096\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Replacement<'a> {
    /// The new content.
    pub content: &'a [u8],
    /// Keeps the old file under its name with this suffix; then `.1`, `.2`, ... follow.
    pub backup: Option<OsString>,
    /// The time of the last change that the file gets; `None` for the present time.
    pub modified: Option<SystemTime>,
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
    /// Ends the wait for the host when a signal handler sets it: at once as long as the host does not have the whole content.
    /// After that, the host finishes what it was sent, and the wait goes on; it ends when the flag is set a second time.
    pub interrupt: &'a AtomicBool,
}

impl RemoteFile {
    /// Replaces the file, in one round trip.
    ///
    /// # Errors
    /// The host does not answer. After [`RemoteError::LostInReplacement`] and [`RemoteError::Unexpected`] the file has the old
    /// or the new content. After the other errors it is unchanged: the host did not get the whole content.
    pub fn replace(&self, replacement: &Replacement<'_>) -> Result<Replaced, RemoteError> {
        let connection = &self.connection;
        let reload = replacement.reload.then(|| self.registered_id());
        let reload_id = reload.clone().and_then(Result::ok).flatten();
        let lost = |error: io::Error| RemoteError::Lost {
            host: connection.host().clone(),
            why: host::io_message(&error),
        };
        let words = self.words(replacement, reload_id).map_err(lost)?;
        let request =
            words.iter().fold(Request::new("replace").patient(), |request, (_, word)| request.word(word));
        let request = request.content(replacement.content);
        let frames = connection.change(&request, replacement.interrupt)?;
        let mut replaced = self
            .outcome(&frames)
            .ok_or_else(|| connection.unexpected("it does not say whether the file was replaced"))?;
        if let Replaced::Done(saved) = &mut replaced {
            saved.reloaded = match (reload, saved.reloaded.take()) {
                (None, _) => None,
                (Some(Err(why)), _) => Some(Reload::Failed(why)),
                (Some(Ok(None)), _) => Some(Reload::NotRegistered),
                (Some(Ok(Some(_))), answered) => {
                    Some(answered.unwrap_or_else(|| Reload::Failed("the host does not say".to_owned())))
                }
            };
        }
        Ok(replaced)
    }

    /// Returns the words of the request, with their names in the script, in the order in which it reads them.
    pub(super) fn words(
        &self,
        replacement: &Replacement<'_>,
        reload_id: Option<String>,
    ) -> io::Result<[(&'static str, OsString); WORDS]> {
        let connection = &self.connection;
        let yes = |is: bool| if is { "yes" } else { "no" };
        let accepts = |loss: OnLoss| yes(loss == OnLoss::Accept);
        let expected = if replacement.requires_off { &*self.fingerprint } else { "-" };
        let lock = if replacement.requires_off { "take" } else { "try" };
        // Hosts with the same name have the same id there: what looks like a lock of this host may be another's.
        let is_foreign = host::has_no_hardware_id(connection.id()) && self.folder().is_network();
        let stale_machine = if is_foreign { "-" } else { connection.id() };
        let stat = self.stat.ok_or_else(|| io::Error::other("the host does not describe the file"))?;
        Ok([
            ("path", self.address.path.clone().into()),
            ("machine", connection.id().into()),
            ("stale_machine", stale_machine.into()),
            ("checksum", self.lock_checksum().to_string().into()),
            ("random", lock_numbers()?.into()),
            ("random_name", host::random_word()?.into()),
            ("copy_name", host::random_word()?.into()),
            ("lock_name", host::random_word()?.into()),
            ("patience", replacement.patience.min(MAX_PATIENCE).as_secs().to_string().into()),
            ("lock_mode", lock.into()),
            ("expected", expected.into()),
            ("old_sum", connection.sum(&self.bytes).into()),
            ("new_sum", connection.sum(replacement.content).into()),
            ("seen", format!("{} {} {}", mode_text(stat.mode), stat.owner, stat.group).into()),
            ("mode", format!("{:o}", stat.mode).into()),
            ("harmless_mode", format!("{:o}", stat.mode & HARMLESS_MODE).into()),
            ("modified", replacement.modified.and_then(seconds).unwrap_or_default().into()),
            ("suffix", replacement.backup.clone().unwrap_or_default()),
            ("durable", yes(replacement.durable).into()),
            ("lossy", accepts(replacement.metadata).into()),
            ("break_links", accepts(replacement.hard_links).into()),
            ("reload", reload_id.unwrap_or_default().into()),
        ])
    }

    /// Makes an ESXi host read the configuration again.
    ///
    /// # Errors
    /// The host does not answer.
    pub fn reload(&self) -> Result<Reload, RemoteError> {
        let id = match self.registered_id() {
            Ok(Some(id)) => id,
            Ok(None) => return Ok(Reload::NotRegistered),
            Err(why) => return Ok(Reload::Failed(why)),
        };
        let frames = self.connection.request(&Request::new("reload").word(id))?;
        let answer = frames.iter().find_map(|frame| match frame.header.split_once(' ') {
            None if frame.header == "reloaded" => Some(Reload::Done),
            Some(("not-reloaded", status)) => Some(failed_reload(status, &frame.body)),
            _ => None,
        });
        answer.ok_or_else(|| self.connection.unexpected("it does not say whether the file was read again"))
    }

    /// Returns the checksum that VMware writes into the members of the file's lock.
    fn lock_checksum(&self) -> u32 {
        djb2(self.folder().real_path_of(&lock_dir_name(&self.name)).as_os_str().as_encoded_bytes())
    }

    /// Returns the id under which an ESXi host has registered the VM; `None` for one that it does not know.
    ///
    /// # Errors
    /// The reason why the host does not say.
    pub fn registered_id(&self) -> Result<Option<String>, String> {
        self.host().registered_id(&VmId::of(self.folder(), &self.name))
    }

    /// Checks that an edit may follow the links that led to the file: each belongs to the user at the host, to root or to the
    /// owner of its target.
    ///
    /// # Errors
    /// [`RefusedReplacement::UntrustedLink`].
    pub fn check_links(&self) -> Result<(), RefusedReplacement> {
        self.untrusted.as_deref().map_or(Ok(()), |owner| Err(self.untrusted_link(owner)))
    }

    fn untrusted_link(&self, owner: &str) -> RefusedReplacement {
        let is_known = owner.bytes().all(|byte| byte.is_ascii_digit());
        let owner = if is_known { format!("user {owner}") } else { "an unknown owner".to_owned() };
        let target = self.address.with_path(self.folder().real_path_of(&self.name)).shown();
        RefusedReplacement::UntrustedLink { owner, target }
    }

    fn outcome(&self, frames: &[Frame]) -> Option<Replaced> {
        let mut saved = RemoteSave::default();
        for frame in frames {
            let words: Vec<&str> = frame.header.split(' ').collect();
            match words[..] {
                ["replaced"] => return Some(Replaced::Done(saved)),
                ["changed"] => return Some(Replaced::Changed),
                ["backup"] => saved.backup = component(frame.line()),
                ["reloaded"] => saved.reloaded = Some(Reload::Done),
                ["not-reloaded", status] => saved.reloaded = Some(failed_reload(status, &frame.body)),
                ["refused", "locked"] => return Some(locked(frame)),
                ["failed", "sync"] => saved.not_confirmed = Some(message(frame.line())),
                ["refused" | "failed", reason, ref more @ ..] => {
                    return Some(Replaced::Refused(self.refused(reason, more, frame)));
                }
                _ => {}
            }
        }
        None
    }

    fn refused(&self, reason: &str, more: &[&str], frame: &Frame) -> RefusedReplacement {
        let failed = |action| RefusedReplacement::Failed { action, why: message(frame.line()) };
        match reason {
            "untrusted" => self.untrusted_link(&more.join(" ")),
            "acl" => RefusedReplacement::AccessControlList,
            "default-acl" => RefusedReplacement::DefaultAcl,
            "links" => RefusedReplacement::HardLinks,
            "owner" => RefusedReplacement::Owner,
            "folder" => RefusedReplacement::Folder,
            "lock-is-file" => RefusedReplacement::EsxiLock,
            "lock-folder" => failed("create the lock next to the file"),
            "old" => failed("open the file for writing"),
            "write" => failed("write the new file"),
            "backup" => failed("keep a backup"),
            "rename" => failed("rename the new file over the old one"),
            "transfer" => failed("write the new file: its checksum is wrong"),
            "missing" => failed("find the file"),
            _ => failed("open the folder of the file"),
        }
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

/// Describes the process that holds a lock.
fn locked(frame: &Frame) -> Replaced {
    let holder = String::from_utf8_lossy(frame.line()).trim().escape_debug().to_string();
    Replaced::Locked { holder, state: PowerState::LockedElsewhere }
}

/// Returns the last line of what a tool printed, without the name of the tool and of the file: they are temporary. The name of
/// a tool that is missing stays.
pub(super) fn message(printed: &[u8]) -> String {
    let text = String::from_utf8_lossy(printed);
    let line = text.trim_end().lines().last().unwrap_or_default();
    let mut parts = line.rsplit(": ");
    let end = parts.next().unwrap_or_default().trim().escape_debug().to_string();
    match parts.next() {
        Some(tool) if end.ends_with("not found") => format!("{}: {end}", tool.escape_debug()),
        _ => end,
    }
}

pub(super) fn reason(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}

/// Returns the seconds since 1970.
fn seconds(time: SystemTime) -> Option<String> {
    Some(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs().to_string())
}

/// Returns numbers of 20 digits for entering the lock of the file and that of a link to it, eight attempts for each.
fn lock_numbers() -> io::Result<String> {
    let bytes: [u8; 256] = host::random()?;
    let numbers = bytes.as_chunks::<16>().0.iter().map(|part| u128::from_ne_bytes(*part) % 10_u128.pow(20));
    Ok(numbers.map(|number| format!("{number:020}")).collect::<Vec<_>>().join(" "))
}

/// Returns the reason why `vim-cmd` did not make the host read a configuration again.
fn failed_reload(status: &str, printed: &[u8]) -> Reload {
    // A fault is an object with its message in one line of several.
    let text = String::from_utf8_lossy(printed);
    let fault = text.lines().find_map(|line| line.trim().strip_prefix("msg = \"")?.split_once('"'));
    let why = match fault {
        _ if matches!(status, "124" | "143") => "it did not answer within 5 seconds".to_owned(),
        Some((fault, _)) => fault.escape_debug().to_string(),
        None => message(printed),
    };
    Reload::Failed(format!("vim-cmd vmsvc/reload failed{}", reason(&why)))
}

#[cfg(test)]
mod tests {
    use super::{Reload, failed_reload, message};

    #[test]
    fn the_message_of_a_fault_is_found() {
        let fault = "(vim.fault.InvalidState) {\n   faultCause = (vmodl.MethodFault) null,\n   msg = \"The operation \
            is not allowed in the current state.\"\n}\n";
        for (status, printed, why) in [
            ("1", fault, "vim-cmd vmsvc/reload failed: The operation is not allowed in the current state."),
            ("1", "Reload failed: busy\n", "vim-cmd vmsvc/reload failed: busy"),
            ("124", "", "vim-cmd vmsvc/reload failed: it did not answer within 5 seconds"),
        ] {
            assert_eq!(failed_reload(status, printed.as_bytes()), Reload::Failed(why.to_owned()));
        }
    }

    #[test]
    fn the_reason_of_a_tool_is_its_last_words() {
        for (printed, reason) in [
            ("mv: cannot move './a.new' to './a': No space left on device\n", "No space left on device"),
            ("sh: 12: mv: not found\n", "mv: not found"),
            ("sh: line 4: mv: command not found\n\n", "mv: command not found"),
            ("a\u{1b}[2J: b\u{7}\n", "b\\u{7}"),
            ("", ""),
        ] {
            assert_eq!(message(printed.as_bytes()), reason);
        }
    }
}
