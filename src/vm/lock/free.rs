//! Takes a lock that is free, in one step.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::member::Member;
use super::{HeldMember, LockError, failed, lock_dir_name};
use crate::host::{self, Folder, LockName, temporary};

/// The extension of a lock directory that is being prepared.
pub(crate) const PREPARED_EXTENSION: &str = "lock";

/// The mode of a member: whatever the umask, as VMware makes it.
pub(super) const MEMBER_MODE: u32 = 0o644;

const WRITABLE_BY_GROUP: u32 = 0o020;
const WRITABLE_BY_ALL: u32 = 0o002;

/// Maximum length of a name on every common file system, in bytes.
const MAX_NAME_LEN: usize = 255;

/// Returns the mode of a lock directory in `folder`: who may create files there may do so here. VMware makes it 0777, so
/// that every user who reaches it can remove a lock.
pub(super) fn directory_mode(folder: &Folder) -> io::Result<u32> {
    const OWNER_AND_STICKY: u32 = 0o1700;
    const ALL: u32 = 0o777;
    Ok(folder.stat()?.mode & (OWNER_AND_STICKY | ALL) | 0o700)
}

/// The result of an attempt to take a lock in one step.
pub(super) enum Attempt {
    Held(HeldMember),
    /// There is a lock directory, or this file system cannot do it in one step.
    UseQueue,
    /// No process can lock this name: its lock directory would have too long a name.
    NotLockable,
}

/// Prepares a lock directory with one member, and gives it its name unless that exists.
pub(super) fn take(name: &LockName) -> Result<Attempt, LockError> {
    let failed = failed(name);
    let directory_name = lock_dir_name(&name.name);
    if directory_name.len() > MAX_NAME_LEN {
        return Ok(Attempt::NotLockable);
    }
    if !may_take_in_one_step(&name.folder) {
        return Ok(Attempt::UseQueue);
    }
    let Some(prepared) = Prepared::create(name).map_err(&failed)? else { return Ok(Attempt::UseQueue) };
    match name.folder.rename_new(&prepared.name, &directory_name) {
        Ok(()) => Ok(Attempt::Held(prepared.into_held(name))),
        Err(error) => {
            prepared.remove(&name.folder);
            match error.kind() {
                // NotFound: another process removed it as a leftover.
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound => Ok(Attempt::UseQueue),
                io::ErrorKind::InvalidFilename => Ok(Attempt::NotLockable),
                _ if host::is_unsupported_rename(&error) => {
                    remember_refusal(&name.folder);
                    Ok(Attempt::UseQueue)
                }
                _ => Err(failed(error)),
            }
        }
    }
}

/// A lock directory with one member, under another name.
struct Prepared {
    name: OsString,
    directory: Folder,
    member: OsString,
}

impl Prepared {
    /// Returns `None` where another process interferes, or the file system shows the directory as another user's.
    fn create(name: &LockName) -> io::Result<Option<Self>> {
        let folder = &name.folder;
        let prepared = temporary::random_name(&name.name, PREPARED_EXTENSION);
        let mode = directory_mode(folder)?;
        folder.create_folder(&prepared, mode)?;
        let directory = match open_own(folder, &prepared, mode) {
            Ok(Some(directory)) => directory,
            unusable => {
                // If it was exchanged for something else, this fails, or removes an empty folder.
                let _ = folder.remove_folder(&prepared);
                remember_refusal(folder);
                return unusable.map(|_| None);
            }
        };
        let member = format!("M{:05}.lck", fastrand::u16(..)).into();
        let prepared = Self { name: prepared, directory, member };
        match prepared.write_member(name) {
            Ok(()) => Ok(Some(prepared)),
            Err(error) => {
                prepared.remove(folder);
                if error.kind() == io::ErrorKind::NotFound { Ok(None) } else { Err(error) }
            }
        }
    }

    /// Writes the member, and closes it: on some file systems, a folder with an open file cannot be renamed.
    fn write_member(&self, name: &LockName) -> io::Result<()> {
        let path = name.folder.path_of(lock_dir_name(&name.name));
        let mut file = self.directory.create_file(&self.member, MEMBER_MODE)?;
        // The umask and a default access control list remove the same bits from both modes.
        if self.directory.stat()?.mode & MEMBER_MODE != MEMBER_MODE {
            file.set_mode(MEMBER_MODE)?;
        }
        file.write(&Member::of_this_process().to_bytes(&path))
    }

    fn remove(&self, folder: &Folder) {
        // If this fails, the next save removes it.
        let _ = self.directory.remove_file(&self.member);
        let _ = folder.remove_folder(&self.name);
    }

    fn into_held(self, name: &LockName) -> HeldMember {
        HeldMember {
            name: name.clone(),
            directory: Arc::new(self.directory),
            member: self.member,
            is_held: true,
        }
    }
}

/// Opens a folder that this process has just created, and gives it this mode and the owner and group of the folder
/// around it: the VM's owner can then clear the lock of a run of root's that was killed. Returns `None` if the name means
/// another folder by now: the owner of the folder around it can exchange it at any moment, and its rights must then stay.
pub(super) fn open_own(folder: &Folder, name: &OsStr, mode: u32) -> io::Result<Option<Folder>> {
    match try_open_own(folder, name, mode) {
        // Removed, or exchanged for something else.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        opened => opened,
    }
}

fn try_open_own(folder: &Folder, name: &OsStr, mode: u32) -> io::Result<Option<Folder>> {
    let own = open_listable(folder, name)?;
    let (found, around) = (*own.stat()?, folder.stat()?);
    if found.owner != host::effective_user() {
        return Ok(None);
    }
    let has_owner = found.owner == around.owner;
    if has_owner && found.group == around.group && found.mode & 0o1777 == mode {
        return Ok(Some(own));
    }
    if !own.starts_empty()? {
        return Ok(None);
    }
    let has_group = found.group == around.group || own.set_group(around.group).is_ok();
    // The permissions of one group are not those of another, unless all users have them.
    let keeps_mode = has_group || mode & WRITABLE_BY_ALL != 0;
    own.set_mode(if keeps_mode { mode } else { mode & !WRITABLE_BY_GROUP })?;
    if !has_owner {
        // Only root may give it away, and only when the mode is set. Otherwise it stays this user's.
        let _ = own.set_owner(around.owner);
    }
    Ok(Some(own))
}

/// Opens a folder of this process. An unusual umask may have taken the permission to list it.
fn open_listable(folder: &Folder, name: &OsStr) -> io::Result<Folder> {
    const NONE: u32 = 0;
    let own = folder.open_child(name)?;
    let found = *own.stat()?;
    let is_shut = found.mode & 0o777 == NONE && found.owner == host::effective_user();
    if own.may_be_listed() || !is_shut {
        return Ok(own);
    }
    own.set_mode(0o700)?;
    let listable = folder.open_child(name)?;
    if listable.stat()?.is_same_file(&found) && listable.starts_empty()? {
        return Ok(listable);
    }
    own.set_mode(NONE)?;
    Err(io::ErrorKind::NotFound.into())
}

/// The devices on which a lock cannot be taken in one step: they refuse the rename, or show new folders as another
/// user's.
static REFUSING_DEVICES: Mutex<Option<HashSet<u64>>> = Mutex::new(None);

fn may_take_in_one_step(folder: &Folder) -> bool {
    let refusing = REFUSING_DEVICES.lock().unwrap_or_else(PoisonError::into_inner);
    let is_refusing = |devices: &HashSet<u64>| folder.stat().is_ok_and(|stat| devices.contains(&stat.device));
    !refusing.as_ref().is_some_and(is_refusing)
}

fn remember_refusal(folder: &Folder) {
    if let Ok(stat) = folder.stat() {
        let mut refusing = REFUSING_DEVICES.lock().unwrap_or_else(PoisonError::into_inner);
        refusing.get_or_insert_default().insert(stat.device);
    }
}
