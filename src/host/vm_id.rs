//! Identifies the configuration of a VM, and compares the paths that tools and processes name with it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{Folder, Place, stat};

/// Which configuration of a VM is meant.
///
/// Only paths that a tool or a process names are compared with it. Its own path is never resolved, so that a folder or
/// a symlink on the way that another process replaces changes nothing.
#[derive(Clone, Debug)]
pub struct VmId {
    /// Where the file is. `None` where path and identity are known.
    place: Option<(Arc<Folder>, OsString)>,
    path: OnceLock<PathBuf>,
    /// Device and inode. `None` where there is no file.
    identity: OnceLock<Option<(u64, u64)>>,
}

impl VmId {
    /// Returns the id of the file at `path`. Symlinks are followed for the device and the inode.
    pub fn of(path: &Path) -> Self {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self { place: None, path: absolute.into(), identity: identity(path).into() }
    }

    /// Returns the id of the file `name` in the folder of `place`. Nothing is asked of the system until a process or a
    /// tool names a path that must be compared.
    pub fn in_folder_of(place: &Place, name: &OsStr) -> Self {
        let place = Some((Arc::clone(place.folder()), name.to_owned()));
        Self { place, path: OnceLock::new(), identity: OnceLock::new() }
    }

    /// Returns the absolute path: that which the kernel reports for the open folder, or as the user named it.
    pub fn path(&self) -> &Path {
        self.path.get_or_init(|| {
            self.place.as_ref().map(|(folder, name)| folder.real_path_of(name)).unwrap_or_default()
        })
    }

    fn identity(&self) -> Option<(u64, u64)> {
        *self.identity.get_or_init(|| {
            let (folder, name) = self.place.as_ref()?;
            folder.stat_of(name).ok().map(|stat| (stat.device, stat.inode))
        })
    }

    /// Returns whether `path`, which a tool or a process names, is the path of this file or leads to it.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        path == self.path() || self.identity().is_some_and(|own| identity(path) == Some(own))
    }
}

/// Returns the device and the inode of the file at `path`. Symlinks are followed.
fn identity(path: &Path) -> Option<(u64, u64)> {
    stat(path).ok().map(|stat| (stat.device, stat.inode))
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
        assert_eq!(vm.path(), path("link.vmx"));
        for name in ["vm.vmx", "second.vmx", "link.vmx"] {
            assert!(vm.is_at(&path(name)), "{name}");
        }
        assert!(!vm.is_at(&path("other.vmx")) && !vm.is_at(&path("missing.vmx")));
    }

    #[test]
    fn a_missing_file_is_compared_by_its_path() {
        let vm = VmId::of(Path::new("/no/such/vm.vmx"));
        assert_eq!(vm.identity(), None);
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
