//! The properties of file systems, by their type.

use std::collections::HashMap;
use std::os::fd::AsFd;
use std::sync::{Mutex, PoisonError};

/// The type of a file system. Source: `statfs(2)` and `linux/magic.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileSystemType(u32);

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

const EXT: u32 = 0xEF53;
const XFS: u32 = 0x5846_5342;
const BTRFS: u32 = 0x9123_683E;
const TMPFS: u32 = 0x0102_1994;
const OVERLAYFS: u32 = 0x794C_7630;
const F2FS: u32 = 0xF2F5_2010;

impl FileSystemType {
    /// Returns the type of the file system with the number `device`, on which `file` is. Asked once for each device.
    pub(super) fn of(device: u64, file: impl AsFd) -> Self {
        static KNOWN: Mutex<Option<HashMap<u64, FileSystemType>>> = Mutex::new(None);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = || {
            let found = rustix::fs::fstatfs(file);
            // The type has 32 bits, in a field that is wider and signed on some machines.
            Self(found.map_or(0, |found| {
                let [a, b, c, d, ..] = found.f_type.to_le_bytes();
                u32::from_le_bytes([a, b, c, d])
            }))
        };
        *known.get_or_insert_default().entry(device).or_insert_with(ask)
    }

    /// Returns whether it is a common file system of Linux itself: other hosts do not write to it, times are exact to
    /// some milliseconds, names differ by case, and all attributes are listed.
    pub(super) fn is_native(self) -> bool {
        matches!(self.0, EXT | XFS | BTRFS | TMPFS | OVERLAYFS | F2FS)
    }

    /// Returns whether a handle of a folder is known to list entries that were created after it was opened, and all of
    /// them again after it was rewound. Btrfs and smbnetfs note the end of the listing when a folder is opened, so that
    /// an entry of another process would be missed; over sshfs, a handle that was rewound lists nothing. An overlay lists
    /// as its layers do, and tmpfs differs between versions of the kernel.
    pub(super) fn lists_new_entries(self) -> bool {
        matches!(self.0, EXT | XFS | F2FS)
    }

    /// Returns whether several hosts may use it at the same time.
    pub(super) fn is_shared(self) -> bool {
        SHARED.contains(&self.0)
    }
}

/// Returns whether several hosts may use a file system of this type, on Linux, at the same time.
pub(crate) fn is_shared_file_system(kind: u32) -> bool {
    FileSystemType(kind).is_shared()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::FileSystemType;

    #[test]
    fn a_file_system_of_the_kernel_is_neither_shared_nor_common() {
        let found = FileSystemType::of(u64::MAX, File::open("/proc").expect("a folder"));
        assert!(!found.is_shared() && !found.is_native());
    }
}
