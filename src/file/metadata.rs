//! Owner, access control list, extended attributes and mode of a file, carried over to the one that replaces it.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
use rustix::io::Errno;

use super::OnLoss;
use crate::error::Cause;

/// Makes `new` like `old`.
///
/// # Errors
/// [`Cause::Metadata`] for what cannot be carried over, unless that is accepted.
pub(super) fn copy(old: &File, meta: &Metadata, new: &File, on_loss: OnLoss) -> Result<(), Cause> {
    let lost = |what: &str, error: io::Error| match on_loss {
        OnLoss::Accept => Ok(()),
        OnLoss::Refuse => Err(Cause::Metadata { what: what.to_owned(), source: error }),
    };
    let made = new.metadata().map_err(|error| Cause::io("look at the new file", error))?;
    if (made.uid(), made.gid()) != (meta.uid(), meta.gid()) {
        fchown(new, Some(meta.uid()), Some(meta.gid())).or_else(|error| lost("owner", error))?;
    }
    let there = names(new).or_else(|error| lost("extended attributes", error).map(|()| Vec::new()))?;
    let wanted = names(old).or_else(|error| lost("extended attributes", error).map(|()| Vec::new()))?;
    for name in there.iter().filter(|name| !wanted.contains(name)) {
        // A directory's default access control list is not the old file's.
        fremovexattr(new, name.as_str()).or_else(|error| lost(name, error.into()))?;
    }
    for name in &wanted {
        carry(old, new, name).or_else(|error| lost(name, error))?;
    }
    let permissions = Permissions::from_mode(meta.mode() & 0o7777);
    new.set_permissions(permissions).or_else(|error| lost("mode", error))
}

fn names(file: &File) -> io::Result<Vec<String>> {
    let mut room = vec![0; 1024];
    loop {
        match flistxattr(file, &mut room[..]) {
            Ok(len) => {
                let names = room[..len].split(|byte| *byte == 0).filter(|name| !name.is_empty());
                return Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect());
            }
            Err(Errno::RANGE) if room.len() < 1 << 20 => room.resize(room.len() * 4, 0),
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        }
    }
}

fn carry(old: &File, new: &File, name: &str) -> io::Result<()> {
    let mut value = vec![0; 1024];
    let len = loop {
        match fgetxattr(old, name, &mut value[..]) {
            Ok(len) => break len,
            Err(Errno::RANGE) if value.len() < 1 << 20 => value.resize(value.len() * 4, 0),
            Err(error) => return Err(error.into()),
        }
    };
    let value = &value[..len];
    let mut same = vec![0; len];
    if fgetxattr(new, name, &mut same[..]) == Ok(len) && same == value {
        return Ok(());
    }
    Ok(fsetxattr(new, name, value, XattrFlags::empty())?)
}
