//! Copies owner, access control list, extended attributes and mode of a file to the one that replaces it.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

use rustix::io::Errno;
use xattr::FileExt;

use super::{OnLoss, SaveError};

/// Copies the metadata of `old`, in part read as `meta`, to `new`.
///
/// # Errors
/// [`SaveError::Metadata`] for what cannot be copied, unless `on_loss` accepts that.
pub(super) fn copy(old: &File, meta: &Metadata, new: &File, on_loss: OnLoss) -> Result<(), SaveError> {
    let lost = |what: &str, source: io::Error| match on_loss {
        OnLoss::Accept => Ok(()),
        OnLoss::Refuse => Err(SaveError::Metadata { what: what.to_owned(), source }),
    };
    let unlisted = |error| lost("extended attributes", error).map(|()| Vec::new());
    let created = new.metadata().map_err(SaveError::io("read the new file's metadata"))?;
    if (created.uid(), created.gid()) != (meta.uid(), meta.gid()) {
        fchown(new, Some(meta.uid()), Some(meta.gid())).or_else(|error| lost("owner", error))?;
    }
    let new_names = xattr_names(new).or_else(unlisted)?;
    let old_names = xattr_names(old).or_else(unlisted)?;
    for name in new_names.iter().filter(|name| !old_names.contains(name)) {
        // From the folder's default access control list, which is not the old file's.
        new.remove_xattr(name).or_else(|error| lost(&name.to_string_lossy(), error))?;
    }
    for name in &old_names {
        copy_xattr(old, new, name).or_else(|error| lost(&name.to_string_lossy(), error))?;
    }
    let permissions = Permissions::from_mode(meta.mode() & 0o7777);
    new.set_permissions(permissions).or_else(|error| lost("mode", error))
}

fn xattr_names(file: &File) -> io::Result<Vec<OsString>> {
    match file.list_xattr() {
        Ok(names) => Ok(names.collect()),
        Err(error) => match Errno::from_io_error(&error) {
            // The file system has none.
            Some(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(Vec::new()),
            _ => Err(error),
        },
    }
}

fn copy_xattr(old: &File, new: &File, name: &OsStr) -> io::Result<()> {
    let value = old.get_xattr(name)?.ok_or(Errno::NODATA)?;
    // Some attributes, such as a label that the system sets, can be read and not written.
    if new.get_xattr(name).is_ok_and(|found| found.as_ref() == Some(&value)) {
        return Ok(());
    }
    new.set_xattr(name, &value)
}
