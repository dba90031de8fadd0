//! The metadata of a file or folder, as plain data.

use std::time::{Duration, SystemTime};

/// What an entry of a folder is.
///
/// ```
/// use vmxedit::host::{FileKind, stat};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// assert_eq!(stat(&path)?.kind, FileKind::Regular);
/// assert_eq!(stat(folder.path())?.kind, FileKind::Folder);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// A pipe with a name (FIFO).
    Pipe,
    /// A Unix socket.
    Socket,
    /// A character or block device.
    Device,
}

impl FileKind {
    /// Returns the kind with its article, such as "a directory".
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "a regular file",
            Self::Folder => "a directory",
            Self::Symlink => "a symbolic link",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
        }
    }
}

/// A point in time: seconds since 1970 (UTC), and nanoseconds. Seconds are negative before that.
///
/// ```
/// use vmxedit::host::{Timestamp, stat};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let (seconds, nanoseconds): Timestamp = stat(&path)?.modified;
/// assert!(seconds > 0 && nanoseconds < 1_000_000_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Timestamp = (i64, u32);

/// The metadata of a file or folder at one moment.
///
/// ```
/// use vmxedit::host::stat;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let before = stat(&path)?;
/// std::fs::write(&path, "memsize = \"16384\"\n")?;
/// assert!(stat(&path)?.is_same_file(&before));
/// assert!(!stat(&path)?.looks_unchanged_since(&before));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stat {
    /// What it is.
    pub kind: FileKind,
    /// The device that it is on.
    pub device: u64,
    /// Its number on that device.
    pub inode: u64,
    /// Its size, in bytes.
    pub len: u64,
    /// The permission bits, with set-user-ID, set-group-ID and sticky: `0o7777` at most.
    pub mode: u32,
    /// The user id of its owner.
    pub owner: u32,
    /// Its group id.
    pub group: u32,
    /// The number of its names (hard links).
    pub links: u64,
    /// When its content was last changed.
    pub modified: Timestamp,
    /// When its content or metadata were last changed.
    pub changed: Timestamp,
    /// Whether it has the immutable or append-only attribute. `None` where the system does not report that.
    pub is_immutable: Option<bool>,
}

impl Stat {
    /// Returns whether both are the same file, whatever its content.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }

    /// Returns whether both are the same file with equal size and times. A change within one tick of the file system's
    /// clock that keeps the size is not seen.
    pub fn looks_unchanged_since(&self, earlier: &Self) -> bool {
        self.is_same_file(earlier)
            && (self.len, self.modified, self.changed) == (earlier.len, earlier.modified, earlier.changed)
    }

    /// Returns whether the content was last changed so long ago that a later change has another time, whatever the
    /// resolution of the file system's clock: two seconds at most, on FAT.
    pub fn is_settled(&self) -> bool {
        const COARSEST: Duration = Duration::from_secs(2);
        SystemTime::now().duration_since(self.modified_time()).is_ok_and(|age| age > COARSEST)
    }

    /// Returns when the content was last changed.
    pub fn modified_time(&self) -> SystemTime {
        let (seconds, nanoseconds) = self.modified;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let time = if seconds < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(whole)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(whole)
        };
        time.and_then(|time| time.checked_add(Duration::from_nanos(nanoseconds.into())))
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{FileKind, Stat};

    #[test]
    fn times_before_1970_are_converted() {
        let at = |modified| Stat {
            kind: FileKind::Regular,
            device: 0,
            inode: 0,
            len: 0,
            mode: 0,
            owner: 0,
            group: 0,
            links: 1,
            modified,
            changed: (0, 0),
            is_immutable: None,
        };
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(at((2, 5)).modified_time(), epoch + Duration::new(2, 5));
        assert_eq!(at((-2, 500_000_000)).modified_time(), epoch - Duration::from_millis(1500));
    }
}
