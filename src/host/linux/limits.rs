//! Limits of this process.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the limit of open files to `wanted` if it is lower and may be raised. Returns the limit.
pub fn raise_open_file_limit(wanted: usize) -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = wanted as u64;
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
        let old = limit.current.replace(raised);
        if setrlimit(Resource::Nofile, limit).is_err() {
            limit.current = old;
        }
    }
    limit.current.and_then(|current| usize::try_from(current).ok()).unwrap_or(usize::MAX)
}
