//! Reads the metadata of files.

use std::ffi::OsStr;
use std::os::fd::AsFd;

use rustix::fs::{AtFlags, FileType, StatxAttributes, StatxFlags};
use rustix::io::Errno;

use crate::host::{FileKind, Stat};

/// Returns the metadata of `name`, relative to `folder`, without those that only `statx` reports.
pub(super) fn stat_at(folder: impl AsFd, name: &OsStr, flags: AtFlags) -> Result<Stat, Errno> {
    rustix::fs::statat(folder, name, flags).map(|stat| of_stat(&stat))
}

/// Returns the metadata of an open file.
pub(super) fn stat_of(file: impl AsFd) -> Result<Stat, Errno> {
    rustix::fs::fstat(file).map(|stat| of_stat(&stat))
}

/// Returns the metadata of the entry `name` itself, with its attributes where the kernel has `statx`.
pub(super) fn full_stat_at(folder: impl AsFd, name: &OsStr) -> Result<Stat, Errno> {
    let flags = AtFlags::SYMLINK_NOFOLLOW;
    match rustix::fs::statx(&folder, name, flags, StatxFlags::BASIC_STATS) {
        // Older kernels lack it, and filters of system calls may not know it.
        Err(Errno::NOSYS | Errno::PERM) => stat_at(folder, name, flags),
        found => found.map(|found| of_statx(&found)),
    }
}

fn of_stat(stat: &rustix::fs::Stat) -> Stat {
    Stat {
        kind: kind(FileType::from_raw_mode(stat.st_mode)),
        device: stat.st_dev,
        inode: stat.st_ino,
        len: u64::try_from(stat.st_size).unwrap_or(0),
        mode: stat.st_mode & 0o7777,
        owner: stat.st_uid,
        group: stat.st_gid,
        #[allow(clippy::useless_conversion, reason = "its type depends on the architecture")]
        links: stat.st_nlink.into(),
        modified: (stat.st_mtime, nanoseconds(stat.st_mtime_nsec)),
        changed: (stat.st_ctime, nanoseconds(stat.st_ctime_nsec)),
        is_immutable: None,
    }
}

fn of_statx(stat: &rustix::fs::Statx) -> Stat {
    let fixed = StatxAttributes::IMMUTABLE | StatxAttributes::APPEND;
    let is_known = stat.stx_attributes_mask.contains(fixed);
    Stat {
        kind: kind(FileType::from_raw_mode(stat.stx_mode.into())),
        device: rustix::fs::makedev(stat.stx_dev_major, stat.stx_dev_minor),
        inode: stat.stx_ino,
        len: stat.stx_size,
        mode: u32::from(stat.stx_mode) & 0o7777,
        owner: stat.stx_uid,
        group: stat.stx_gid,
        links: stat.stx_nlink.into(),
        modified: (stat.stx_mtime.tv_sec, stat.stx_mtime.tv_nsec),
        changed: (stat.stx_ctime.tv_sec, stat.stx_ctime.tv_nsec),
        is_immutable: is_known.then(|| stat.stx_attributes.intersects(fixed)),
    }
}

fn nanoseconds(raw: impl TryInto<u32>) -> u32 {
    raw.try_into().unwrap_or(0)
}

fn kind(kind: FileType) -> FileKind {
    match kind {
        FileType::RegularFile => FileKind::Regular,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Symlink,
        FileType::Fifo => FileKind::Pipe,
        FileType::Socket => FileKind::Socket,
        FileType::CharacterDevice | FileType::BlockDevice | FileType::Unknown => FileKind::Device,
    }
}
