//! Examines files and the file systems that they are on.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Returns the device and the inode of the file at `path`. Symlinks are followed.
pub(in crate::host) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// Returns whether `path`, which exists, is on a network file system.
pub(in crate::host) fn is_network(path: &Path) -> bool {
    // NFS, SMB, CIFS, SMB2, 9p, FUSE (sshfs).
    const NETWORKS: [u64; 6] = [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546];
    rustix::fs::statfs(path)
        .is_ok_and(|stat| u64::try_from(stat.f_type).is_ok_and(|kind| NETWORKS.contains(&kind)))
}
