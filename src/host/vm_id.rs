//! Identifies the configuration of a VM, and compares the paths that tools and processes name with it.

use std::path::{Path, PathBuf};

use super::platform::file_systems::identity;

/// Which configuration of a VM is meant.
///
/// Only paths that a tool or a process names are compared with it. Its own path is never resolved, so that a folder or
/// a symlink on the way that another process replaces changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmId {
    /// The absolute path, as the user or a folder names it.
    pub path: PathBuf,
    /// The device of the open file. 0 where there is no file.
    pub device: u64,
    /// The inode of the open file. 0 where there is no file: then only the path is compared.
    pub inode: u64,
}

impl VmId {
    /// Returns the id of the file at `path`. Symlinks are followed for the device and the inode.
    pub fn of(path: &Path) -> Self {
        let (device, inode) = identity(path).unwrap_or_default();
        Self { path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()), device, inode }
    }

    /// Returns whether `path`, which a tool or a process names, is the path of this file or leads to it.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        path == self.path || (self.inode != 0 && identity(path) == Some((self.device, self.inode)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::VmId;

    #[test]
    fn a_file_is_found_under_each_of_its_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("vm.vmx"), "").expect("written");
        fs::write(path("other.vmx"), "").expect("written");
        fs::hard_link(path("vm.vmx"), path("second.vmx")).expect("a second name");
        std::os::unix::fs::symlink("vm.vmx", path("link.vmx")).expect("a link");
        let vm = VmId::of(&path("link.vmx"));
        assert_eq!(vm.path, path("link.vmx"));
        for name in ["vm.vmx", "second.vmx", "link.vmx"] {
            assert!(vm.is_at(&path(name)), "{name}");
        }
        assert!(!vm.is_at(&path("other.vmx")) && !vm.is_at(&path("missing.vmx")));
    }

    #[test]
    fn a_missing_file_is_compared_by_its_path() {
        let vm = VmId::of(Path::new("/no/such/vm.vmx"));
        assert_eq!((vm.device, vm.inode), (0, 0));
        assert!(vm.is_at(Path::new("/no/such/vm.vmx")) && !vm.is_at(Path::new("/no/such/other.vmx")));
    }

    #[test]
    fn a_file_that_took_the_name_since_is_found_by_its_path_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("vm.vmx"), "").expect("written");
        let vm = VmId::of(&path("vm.vmx"));
        fs::rename(path("vm.vmx"), path("moved.vmx")).expect("renamed");
        fs::write(path("vm.vmx"), "").expect("written");
        fs::hard_link(path("vm.vmx"), path("second.vmx")).expect("a second name");
        assert!(vm.is_at(&path("vm.vmx")) && vm.is_at(&path("moved.vmx")));
        assert!(!vm.is_at(&path("second.vmx")), "the path of the VM is not resolved again");
    }
}
