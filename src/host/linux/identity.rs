//! The user that this process acts for.

use std::fs;
use std::sync::OnceLock;

/// The user id of the superuser.
pub(in crate::host) const ROOT: u32 = 0;

/// Returns the effective user id, as it was at the first call.
pub fn effective_user() -> u32 {
    static USER: OnceLock<u32> = OnceLock::new();
    *USER.get_or_init(|| rustix::process::geteuid().as_raw())
}

/// Returns whether a file with this owner is known to be that user's. In a user namespace, the files of all users that
/// it does not map seem to have the same owner.
pub(in crate::host) fn is_mapped(owner: u32) -> bool {
    /// The kernel's default for `/proc/sys/kernel/overflowuid`.
    const OVERFLOW_USER: u32 = 65534;
    static MAPS_ALL: OnceLock<bool> = OnceLock::new();
    let overflow = || {
        let text = fs::read_to_string("/proc/sys/kernel/overflowuid").ok();
        text.and_then(|text| text.trim().parse().ok()).unwrap_or(OVERFLOW_USER)
    };
    let maps_all = || {
        let Ok(map) = fs::read_to_string("/proc/self/uid_map") else { return true };
        let words: Vec<&str> = map.split_ascii_whitespace().collect();
        words == ["0", "0", "4294967295"]
    };
    *MAPS_ALL.get_or_init(maps_all) || owner != overflow()
}
