//! Copies owner, access control list, extended attributes and mode of a file to the one that replaces it.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::fs::fchown;

use rustix::io::Errno;
use xattr::FileExt;

use super::{NewFile, OpenFile};
use crate::host::Stat;

/// Attributes that a file system may have without listing them.
///
/// Sources: `acl(5)`, `selinux(8)`, `capabilities(7)`; `nfs4_acl(5)`; the NTFS-3G documentation; `cifs` in the kernel.
const UNLISTED: [&str; 6] = [
    "system.posix_acl_access",
    "security.selinux",
    "security.capability",
    "system.nfs4_acl",
    "system.ntfs_acl",
    "system.cifs_acl",
];

/// The permissions that a file keeps if it belongs to another user than before: no set-user-ID, no writing by others.
pub(crate) const HARMLESS_MODE: u32 = 0o755;

/// Copies the metadata of `old`, of which `stat` is the latest state, to `new`, which was just created and has the
/// metadata `created`.
///
/// # Errors
/// What `lost` returns for something that cannot be copied, such as "owner", and the system's error.
pub(crate) fn copy_metadata<E>(
    old: &OpenFile,
    stat: &Stat,
    new: &NewFile,
    created: &Stat,
    lost: &dyn Fn(&str, io::Error) -> Result<(), E>,
) -> Result<(), E> {
    let lists_all_attributes = old.is_on_native_file_system();
    let (old, file) = (old.file(), new.file());
    let mut mode = stat.mode;
    let has_owner = (created.owner, created.group) == (stat.owner, stat.group);
    if !has_owner {
        let what = if created.owner == stat.owner { "group" } else { "owner" };
        if let Err(error) = fchown(file, Some(stat.owner), Some(stat.group)) {
            lost(what, error)?;
            mode &= HARMLESS_MODE;
        }
    }
    let unlisted = |error| lost("extended attributes", error).map(|()| Vec::new());
    let new_names = names(file, lists_all_attributes).or_else(unlisted)?;
    let mut old_names = names(old, lists_all_attributes).or_else(unlisted)?;
    if !lists_all_attributes {
        for name in UNLISTED.map(OsString::from) {
            match old.get_xattr(&name) {
                Ok(Some(_)) if !old_names.contains(&name) => old_names.push(name),
                Err(error) if !is_missing(&error) => lost(&name.to_string_lossy(), error)?,
                _ => {}
            }
        }
    }
    for name in new_names.iter().filter(|name| !old_names.contains(name)) {
        // From the folder's default access control list, which is not the old file's.
        file.remove_xattr(name).or_else(|error| lost(&name.to_string_lossy(), error))?;
    }
    for name in &old_names {
        copy_attribute(old, file, name).or_else(|error| lost(&name.to_string_lossy(), error))?;
    }
    if has_owner && new_names.is_empty() && old_names.is_empty() && created.mode == stat.mode {
        return Ok(());
    }
    new.set_mode(mode).or_else(|error| lost("mode", error))
}

/// Returns the names of the attributes that the file system lists.
fn names(file: &File, lists_all: bool) -> io::Result<Vec<OsString>> {
    /// An attribute that no file has: the answer shows whether files here have attributes.
    const PROBE: &str = "user.vmxedit.none";
    let has_none = || file.get_xattr(PROBE).is_err_and(|error| is_missing(&error));
    // Asked first, because listing breaks some file systems that have none.
    if !lists_all && has_none() {
        return Ok(Vec::new());
    }
    match file.list_xattr() {
        Ok(names) => Ok(names.collect()),
        Err(error) if is_missing(&error) && has_none() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Returns whether files here have no such attributes.
fn is_missing(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::OPNOTSUPP | Errno::NOSYS))
}

fn copy_attribute(old: &File, new: &File, name: &OsStr) -> io::Result<()> {
    let value = old.get_xattr(name)?.ok_or(Errno::NODATA)?;
    // Some attributes, such as a label that the system sets, can be read and not written.
    if new.get_xattr(name).is_ok_and(|found| found.as_ref() == Some(&value)) {
        return Ok(());
    }
    new.set_xattr(name, &value)
}
