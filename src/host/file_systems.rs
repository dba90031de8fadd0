//! Tells the file systems that other hosts may use from those of this host alone.

use std::os::fd::AsFd;
use std::path::Path;

use super::platform::file_systems as platform;

/// Returns whether `path`, or the nearest folder above it that exists, is on a file system that other hosts may use.
pub(crate) fn is_network(path: &Path) -> bool {
    path.ancestors().find_map(|path| platform::open_without_access(path).ok()).is_some_and(is_network_fd)
}

/// Returns whether an open file or folder is on a file system that other hosts may use.
pub(crate) fn is_network_fd(file: impl AsFd) -> bool {
    platform::is_shared(file.as_fd())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;

    use super::{is_network, is_network_fd};

    #[test]
    fn a_file_system_of_the_kernel_is_of_this_host_alone() {
        assert!(!is_network_fd(File::open("/proc").expect("a folder")));
        assert!(!is_network(Path::new("/proc/no/such/file")));
    }
}
