//! Examines files and the file systems that they are on.

use std::fs::{self, File};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// Types of file systems that several hosts may use at the same time.
///
/// Sources: Linux's `magic.h`; coreutils' `stat.c`; for VMFS, open-vm-tools `lib/file/fileInt.h`.
const SHARED: [u32; 23] = [
    0x0000_6969, // NFS
    0x0000_517B, // SMB
    0xFF53_4D42, // CIFS
    0xFE53_4D42, // SMB2
    0x0102_1997, // 9p
    0x6573_5546, // FUSE: sshfs, GlusterFS and others
    0x00C3_6400, // Ceph
    0x0116_1970, // GFS2
    0x7461_636F, // OCFS2
    0x0BD0_0BD0, // Lustre
    0x5346_414F, // OpenAFS
    0x6B41_4653, // AFS of the kernel
    0x7375_7245, // Coda
    0x4750_4653, // GPFS
    0x1983_0326, // BeeGFS
    0xAAD7_AAEA, // PanFS
    0xBEEF_DEAD, // StorNext
    0xA501_FCF5, // VxFS
    0xBACB_ACBC, // VMware's shared folders
    0x786F_4256, // VirtualBox's shared folders
    0x7C7C_6673, // Parallels' shared folders
    0x2FAB_F15E, // VMFS
    0x0000_564C, // NetWare
];

/// Returns the device and the inode of the file at `path`. Symlinks are followed.
pub(in crate::host) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// Opens anything, to examine it. No permission for it is needed, and opening a pipe or a device has no effect on it.
pub(in crate::host) fn open_without_access(path: &Path) -> io::Result<File> {
    Ok(rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?.into())
}

/// Returns whether an open file is on a file system that several hosts may use at the same time.
pub(in crate::host) fn is_shared(file: BorrowedFd<'_>) -> bool {
    rustix::fs::fstatfs(file).is_ok_and(|stat| {
        // The type has 32 bits, in a field that is wider and signed on some machines.
        let [a, b, c, d, ..] = stat.f_type.to_le_bytes();
        SHARED.contains(&u32::from_le_bytes([a, b, c, d]))
    })
}
