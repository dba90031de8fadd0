//! Recognizes by name the files that a killed save leaves in the folder, and removes them in the next save.
//!
//! `.vm.vmx.vmxedit-1a2bK5xY0Zq7RtUe.new` is a file that was being written. `.vm.vmx.vmxedit-OLD-NEW-RANDOM.swap` has
//! the new content before the two files are exchanged, and what was displaced after that; OLD and NEW are hashes of
//! both. Other content under such a name is a version of another process that saved in that moment: a conflicting copy,
//! which is kept. `.keep` instead of `.swap` means that the old file was to become a backup. A folder whose name ends
//! in `.lock` was to become the lock directory.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use super::{LeftBehind, MAX_FILE_SIZE, backup};
use crate::host::temporary::{ContentHasher, RANDOM_LEN, hash, prefix};
use crate::host::{FileKind, Folder, FolderView, Place, Stat, effective_user};
use crate::vm::lock::{PREPARED_EXTENSION, is_member_name};

/// The extension of a file that is being written.
pub(super) const NEW_EXTENSION: &str = "new";
/// The number of leftovers that are reported. The owner of the folder may have planted any number.
const MAX_KEPT: usize = 8;
/// Maximum length of a member of a lock directory, in bytes.
const MAX_MEMBER_LEN: u64 = 512;
/// How much larger than twice the present file a leftover may be, in bytes. A larger one is another process's version.
const SPARE_LEN: u64 = 1 << 20;
/// The number of bytes that are hashed at a time.
const BUFFER_SIZE: usize = 64 << 10;

/// What becomes of the old file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OldFile {
    Delete,
    Backup,
}

/// Returns a name under which a new file can be exchanged with `target`. The random part makes it unique.
pub(super) fn swap_name(target: &OsStr, old: &[u8], new: &[u8], old_file: OldFile) -> OsString {
    let extension = match old_file {
        OldFile::Delete => "swap",
        OldFile::Backup => "keep",
    };
    let mut name = prefix(target);
    name.push(format!("{:016x}-{:016x}-{:016x}.{extension}", hash(old), hash(new), fastrand::u64(..)));
    name
}

/// Removes what earlier saves left behind in the folder of `place`, whose file has `len` bytes; `listed` lists it. The caller holds the file's
/// lock. What cannot be listed, read or removed stays: it never prevents a save.
pub(super) fn sweep(place: &Place, len: u64, listed: &dyn FolderView) -> LeftBehind {
    // What a save displaced was about as large as the file is now.
    let max_len = len.saturating_mul(2).saturating_add(SPARE_LEN).min(MAX_FILE_SIZE as u64);
    let mut left_behind = LeftBehind::default();
    let folder = place.folder();
    for (name, leftover) in in_folder(listed, place.name()) {
        if left_behind.unremoved.len() + left_behind.conflicting_copies.len() == MAX_KEPT {
            break;
        }
        match leftover.remove(folder, &name, place.name(), max_len) {
            Ok(Removal::Done) => {}
            Ok(Removal::KeptAsConflict) => left_behind.conflicting_copies.push(place.sibling(&name)),
            // Another process is preparing its lock, or has removed the leftover.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => {}
            Err(_) => left_behind.unremoved.push(place.sibling(&name)),
        }
    }
    left_behind
}

/// Returns what killed saves left behind next to the file `name`, sorted. Nothing is removed. A save that is running at
/// this moment has such a file too.
pub fn leftovers(folder: &dyn FolderView, name: &OsStr) -> Vec<PathBuf> {
    in_folder(folder, name).into_iter().map(|(name, _)| folder.path_of(&name)).collect()
}

fn in_folder(folder: &dyn FolderView, name: &OsStr) -> Vec<(OsString, Leftover)> {
    let prefix = prefix(name);
    let parse = |name: OsString| {
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes())?;
        Leftover::parse(rest).map(|leftover| (name, leftover))
    };
    let mut found: Vec<_> = folder.names().unwrap_or_default().into_iter().filter_map(parse).collect();
    found.sort();
    found
}

/// The part of a leftover's name that depends on the save.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Leftover {
    New,
    Lock,
    Displaced { old: u64, new: u64, is_backup: bool },
}

/// What happened to a leftover.
enum Removal {
    Done,
    /// It is another process's version of the file.
    KeptAsConflict,
}

impl Leftover {
    /// Parses what follows the prefix.
    fn parse(rest: &[u8]) -> Option<Self> {
        let (stem, extension) = std::str::from_utf8(rest).ok()?.rsplit_once('.')?;
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        let is_random = stem.len() == RANDOM_LEN && stem.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match (extension, stem.split_once('-')) {
            // Earlier versions wrote a number.
            (NEW_EXTENSION, None) => (is_random || number(stem).is_some()).then_some(Self::New),
            (PREPARED_EXTENSION, None) => is_random.then_some(Self::Lock),
            ("swap" | "keep", Some((old, rest))) => {
                let (new, random) = rest.split_once('-')?;
                number(random)?;
                Some(Self::Displaced { old: number(old)?, new: number(new)?, is_backup: extension == "keep" })
            }
            _ => None,
        }
    }

    fn remove(&self, folder: &Folder, name: &OsStr, target: &OsStr, max_len: u64) -> io::Result<Removal> {
        match self {
            Self::New => folder.remove_file(name)?,
            Self::Lock => remove_prepared_lock(folder, name)?,
            Self::Displaced { old, new, is_backup } => {
                let content = content_hash(folder, name, max_len)?;
                if content == Some(*old) && *is_backup {
                    backup::keep(folder, name, target, ".bak".as_ref())?;
                } else if content == Some(*old) || content == Some(*new) {
                    folder.remove_file(name)?;
                } else {
                    return Ok(Removal::KeptAsConflict);
                }
            }
        }
        Ok(Removal::Done)
    }
}

/// Removes a lock directory that was being prepared: at most one member, in a directory of this user or of the owner of
/// the folder. Anything else stays, since the owner of the folder may have given that name to another one.
fn remove_prepared_lock(folder: &Folder, name: &OsStr) -> io::Result<()> {
    let prepared = folder.open_child(name)?;
    let members = prepared.names()?;
    let is_member = |member: &OsString| {
        let is_small = |stat: Stat| stat.kind == FileKind::Regular && stat.len <= MAX_MEMBER_LEN;
        is_member_name(member) && prepared.stat_of(member).is_ok_and(is_small)
    };
    // It has the owner of the folder, once that is set.
    let is_own = [effective_user(), folder.stat()?.owner].contains(&prepared.stat()?.owner);
    if !is_own || members.len() > 1 || !members.iter().all(is_member) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    for member in members {
        prepared.remove_file(&member)?;
    }
    folder.remove_folder(name)
}

/// Hashes a file in constant memory. Returns `None` for one that is larger than any that a save displaces.
fn content_hash(folder: &Folder, name: &OsStr, max_len: u64) -> io::Result<Option<u64>> {
    let file = folder.open_file(name)?;
    if file.stat().len > max_len {
        return Ok(None);
    }
    let mut hasher = ContentHasher::new();
    let mut at = 0;
    loop {
        let part = file.read_part(at, BUFFER_SIZE)?;
        if part.is_empty() {
            return Ok(Some(hasher.finish()));
        }
        hasher.add(&part);
        at += part.len() as u64;
        if at > max_len {
            return Ok(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Leftover;

    #[test]
    fn only_names_that_a_save_creates_are_leftovers() {
        for name in [
            "00000000000000aa.new",
            "0badcafe.new",
            "aZ09bY18cX27dW36.new",
            "aZ09bY18cX27dW36.lock",
            "1-2-3.swap",
            "a-b-c.keep",
        ] {
            assert!(Leftover::parse(name.as_bytes()).is_some(), "{name}");
        }
        for name in [
            "backup.new",
            "my-16-letters-xx.new",
            "aZ09bY18cX27dW3.new",
            "0badcafe.lock",
            ".new",
            "1-2.swap",
            "1-2-3.old",
        ] {
            assert!(Leftover::parse(name.as_bytes()).is_none(), "{name}");
        }
    }
}
