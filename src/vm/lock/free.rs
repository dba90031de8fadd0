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

/// The mode of a lock directory: whatever the umask, as VMware makes it.
pub(super) const DIRECTORY_MODE: u32 = 0o777;
/// The mode of a member: whatever the umask, as VMware makes it.
pub(super) const MEMBER_MODE: u32 = 0o644;

/// The result of an attempt to take a lock in one step.
pub(super) enum Attempt {
    Held(HeldMember),
    /// There is a lock directory, or this file system cannot do it in one step.
    NotFree,
    /// No process can lock this name: its lock directory would have too long a name.
    NotLockable,
}

/// Prepares a lock directory with one member, and gives it its name unless that exists.
pub(super) fn take(name: &LockName) -> Result<Attempt, LockError> {
    let failed = failed(name);
    if !Devices::may_rename_new(&name.folder) {
        return Ok(Attempt::NotFree);
    }
    let Some(prepared) = Prepared::create(name).map_err(&failed)? else { return Ok(Attempt::NotFree) };
    match name.folder.rename_new(&prepared.name, &lock_dir_name(&name.name)) {
        Ok(()) => Ok(Attempt::Held(prepared.into_held(name))),
        Err(error) => {
            prepared.remove(&name.folder);
            match error.kind() {
                // NotFound: another process removed it as a leftover.
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound => Ok(Attempt::NotFree),
                io::ErrorKind::InvalidFilename => Ok(Attempt::NotLockable),
                _ if host::is_unsupported_rename(&error) => {
                    Devices::remember(&name.folder);
                    Ok(Attempt::NotFree)
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
        folder.create_folder(&prepared, DIRECTORY_MODE)?;
        let Some(directory) = open_own(folder, &prepared)? else { return Ok(None) };
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

    /// Makes the directory accessible for all users, and writes the member. The member is closed: on some file systems,
    /// a folder with an open file cannot be renamed.
    fn write_member(&self, name: &LockName) -> io::Result<()> {
        name.folder.learn_from(&self.directory);
        let mode = self.directory.stat()?.mode;
        if mode & 0o777 != DIRECTORY_MODE {
            self.directory.set_mode(DIRECTORY_MODE)?;
        }
        let path = name.folder.path_of(lock_dir_name(&name.name));
        let mut file = self.directory.create_file(&self.member, MEMBER_MODE)?;
        // The umask and a default access control list limit both modes alike.
        if mode & MEMBER_MODE != MEMBER_MODE {
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

/// Opens a folder that this process has just created. Returns `None` if the name means another one by now: the owner of
/// the folder around it can exchange it at any moment, and its permissions must then stay as they are.
pub(super) fn open_own(folder: &Folder, name: &OsStr) -> io::Result<Option<Folder>> {
    match try_open_own(folder, name) {
        // Removed, or exchanged for something else.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        opened => opened,
    }
}

fn try_open_own(folder: &Folder, name: &OsStr) -> io::Result<Option<Folder>> {
    let is_own = |found: &Stat| found.owner == host::effective_user();
    let mut own = folder.open_child(name)?;
    if !own.may_be_listed() && is_own(own.stat()?) {
        // An unusual umask took the owner's permissions.
        own.set_mode(DIRECTORY_MODE)?;
        let created = *own.stat()?;
        own = folder.open_child(name)?;
        if !own.stat()?.is_same_file(&created) {
            return Ok(None);
        }
    }
    let is_usable = is_own(own.stat()?) && own.is_new_and_empty()?;
    Ok(is_usable.then_some(own))
}

/// The devices on which a rename cannot be told to fail where the new name exists.
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
