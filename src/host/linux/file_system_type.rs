//! What is known about file systems, by their type.

use std::collections::HashMap;
use std::os::fd::AsFd;
use std::sync::{Mutex, PoisonError};

/// The type of a file system. Source: `statfs(2)` and `linux/magic.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileSystemType(u64);

const EXT: u64 = 0xEF53;
const XFS: u64 = 0x5846_5342;
const BTRFS: u64 = 0x9123_683E;
const TMPFS: u64 = 0x0102_1994;
const OVERLAYFS: u64 = 0x794C_7630;
const F2FS: u64 = 0xF2F5_2010;

impl FileSystemType {
    /// Returns the type of the file system with the number `device`, on which `file` is. Asked once for each device.
    pub(super) fn of(device: u64, file: impl AsFd) -> Self {
        static KNOWN: Mutex<Option<HashMap<u64, FileSystemType>>> = Mutex::new(None);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = || {
            let found = rustix::fs::fstatfs(file);
            #[allow(
                clippy::unnecessary_fallible_conversions,
                reason = "its type depends on the architecture"
            )]
            Self(found.ok().and_then(|found| u64::try_from(found.f_type).ok()).unwrap_or(0))
        };
        *known.get_or_insert_default().entry(device).or_insert_with(ask)
    }

    /// Returns whether it is a common file system of Linux itself: other hosts do not write to it, times are exact to
    /// some milliseconds, names differ by case, and all attributes are listed.
    pub(super) fn is_native(self) -> bool {
        matches!(self.0, EXT | XFS | BTRFS | TMPFS | OVERLAYFS | F2FS)
    }
}
