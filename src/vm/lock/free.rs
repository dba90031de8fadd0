//! Takes a lock that is free, in one step.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use super::member::Member;
use super::{HeldMember, LockError, failed, lock_dir_name};
use crate::host::{self, Folder, LockName, Stat, temporary};

/// The extension of a lock directory that is being prepared.
pub(crate) const PREPARED_EXTENSION: &str = "lock";

/// The mode of a member: whatever the umask, as VMware makes it.
pub(super) const MEMBER_MODE: u32 = 0o644;

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
    if !Devices::may_rename_new(&name.folder) {
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
                    Devices::remember(&name.folder);
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
                Devices::remember(folder);
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
        name.folder.learn_from(&self.directory);
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

/// Opens a folder that this process has just created, and gives it this mode. Returns `None` if the name means another
/// one by now: the owner of the folder around it can exchange it at any moment, and its permissions must then stay.
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
    let is_own = |found: &Stat| found.owner == host::effective_user();
    let mut own = folder.open_child(name)?;
    if !own.may_be_listed() && is_own(own.stat()?) && own.stat()?.mode.trailing_zeros() >= 9 {
        // An unusual umask took all permissions.
        own.set_mode(mode)?;
        let created = *own.stat()?;
        own = folder.open_child(name)?;
        if !own.stat()?.is_same_file(&created) {
            return Ok(None);
        }
    }
    let found = *own.stat()?;
    if !is_own(&found) {
        return Ok(None);
    }
    if found.mode & 0o1777 != mode {
        if !own.starts_empty()? {
            return Ok(None);
        }
        own.set_mode(mode)?;
    }
    Ok(Some(own))
}

/// The devices on which a lock cannot be taken in one step: they refuse the rename, or show new folders as another
/// user's.
struct Devices;

static REFUSING_DEVICES: Mutex<Option<HashSet<u64>>> = Mutex::new(None);

impl Devices {
    fn may_rename_new(folder: &Folder) -> bool {
        let refusing = REFUSING_DEVICES.lock().unwrap_or_else(PoisonError::into_inner);
        let is_refusing =
            |devices: &HashSet<u64>| folder.stat().is_ok_and(|stat| devices.contains(&stat.device));
        !refusing.as_ref().is_some_and(is_refusing)
    }

    fn remember(folder: &Folder) {
        if let Ok(stat) = folder.stat() {
            let mut refusing = REFUSING_DEVICES.lock().unwrap_or_else(PoisonError::into_inner);
            refusing.get_or_insert_default().insert(stat.device);
        }
    }
}
