//! Whether this user may write to a file.

use std::ffi::OsStr;
use std::io;

use rustix::fs::{Access, AtFlags};
use rustix::io::Errno;

use super::Folder;
use super::folder::plain;
use super::identity::{ROOT, effective_user};
use crate::host::Stat;

/// Whether this user may write to a file.
///
/// ```
/// use vmxedit::host::WriteAccess;
/// use vmxedit::file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let place = file::find(&path)?;
/// let stat = place.folder().stat_of(place.name())?;
/// assert_eq!(place.folder().write_access(place.name(), &stat)?, WriteAccess::Allowed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteAccess {
    /// It may be written.
    Allowed,
    /// It has the immutable or the append-only attribute.
    Immutable,
}

impl Folder {
    /// Returns whether this user may write to the file `name`. `stat` are its metadata, as they are now.
    ///
    /// # Errors
    /// The system's, where not.
    pub fn write_access(&self, name: &OsStr, stat: &Stat) -> io::Result<WriteAccess> {
        const WRITABLE_BY_OWNER: u32 = 0o200;
        if stat.is_immutable == Some(true) {
            return Ok(WriteAccess::Immutable);
        }
        let user = effective_user();
        let is_known = stat.is_immutable.is_some();
        if is_known && (user == ROOT || user == stat.owner && stat.mode & WRITABLE_BY_OWNER != 0) {
            return Ok(WriteAccess::Allowed);
        }
        let access = |flags| rustix::fs::accessat(&self.handle, plain(name)?, Access::WRITE_OK, flags);
        // The effective user's access, and where the kernel or a filter of system calls lacks that, the real user's.
        let allowed = match access(AtFlags::EACCESS) {
            Err(Errno::NOSYS | Errno::PERM | Errno::INVAL) => access(AtFlags::empty()),
            allowed => allowed,
        };
        match allowed {
            Ok(()) | Err(Errno::NOSYS) => Ok(WriteAccess::Allowed),
            Err(Errno::PERM) if !is_known => Ok(WriteAccess::Immutable),
            Err(error) => Err(error.into()),
        }
    }
}
