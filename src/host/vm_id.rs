//! Identifies the configuration of a VM, and compares the paths that tools and processes name with it.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::FolderView;

/// Which configuration of a VM is meant.
///
/// Only paths that a tool or a process names are compared with it. Its own path is never resolved, so that a folder or
/// a symlink on the way that another process replaces changes nothing.
///
/// ```
/// use vmxedit::host::{Host, VmId};
/// use vmxedit::file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let place = file::find(&path)?;
/// let id = VmId::of(&**place.folder(), place.name());
/// assert!(!matches!(Host::default().registered_id(&id), Ok(Some(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct VmId<'a> {
    folder: &'a dyn FolderView,
    name: &'a OsStr,
    path: OnceCell<PathBuf>,
    /// Device and inode. `None` where there is no file.
    identity: OnceCell<Option<(u64, u64)>>,
}

impl<'a> VmId<'a> {
    /// Returns the id of the file `name` in `folder`. Nothing is asked of the system until a process or a tool names a path
    /// that must be compared.
    pub fn of(folder: &'a dyn FolderView, name: &'a OsStr) -> Self {
        Self { folder, name, path: OnceCell::new(), identity: OnceCell::new() }
    }

    /// Returns the absolute path: that which the kernel reports for the open folder, or as the user named it.
    pub(super) fn path(&self) -> &Path {
        self.path.get_or_init(|| self.folder.real_path_of(self.name))
    }

    fn identity(&self) -> Option<(u64, u64)> {
        *self.identity.get_or_init(|| {
            let stat = self.folder.stat_entry(self.name).ok()?;
            Some((stat.device, stat.inode))
        })
    }

    /// Returns whether `path`, which a tool or a process names, is the path of this file or leads to it.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        let leads_to =
            || self.folder.stat(path).is_ok_and(|stat| Some((stat.device, stat.inode)) == self.identity());
        path == self.path() || (path.is_absolute() && self.folder.may_lead_to(path, self.name) && leads_to())
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::path::Path;

    use super::super::Folder;
    use super::VmId;

    #[test]
    fn a_file_is_found_under_each_of_its_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("vm.vmx"), "").expect("written");
        fs::write(path("other.vmx"), "").expect("written");
        fs::hard_link(path("vm.vmx"), path("second.vmx")).expect("a second name");
        std::os::unix::fs::symlink("vm.vmx", path("link.vmx")).expect("a link");
        let view = Folder::open(folder.path()).expect("a folder");
        let vm = VmId::of(&view, OsStr::new("vm.vmx"));
        for name in ["vm.vmx", "second.vmx", "link.vmx"] {
            assert!(vm.is_at(&path(name)), "{name}");
        }
        assert!(!vm.is_at(&path("other.vmx")) && !vm.is_at(&path("missing.vmx")));
        assert!(!vm.is_at(Path::new("second.vmx")), "relative to an unknown folder");
    }

    #[test]
    fn a_missing_file_is_compared_by_its_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let view = Folder::open(folder.path()).expect("a folder");
        let vm = VmId::of(&view, OsStr::new("vm.vmx"));
        assert_eq!(vm.identity(), None);
        assert!(vm.is_at(vm.path()) && !vm.is_at(&folder.path().join("other.vmx")));
    }

    #[test]
    fn a_folder_that_was_moved_is_not_resolved_again() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = |name: &str| parent.path().join(name);
        fs::create_dir(path("a")).expect("a folder");
        fs::write(path("a/vm.vmx"), "").expect("written");
        let view = Folder::open(&path("a")).expect("a folder");
        let vm = VmId::of(&view, OsStr::new("vm.vmx"));
        fs::rename(path("a"), path("b")).expect("renamed");
        fs::create_dir(path("a")).expect("a folder");
        fs::write(path("a/vm.vmx"), "").expect("written");
        assert!(vm.is_at(&path("b/vm.vmx")) && !vm.is_at(&path("a/vm.vmx")));
    }
}
