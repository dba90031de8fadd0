//! Files that a configuration or a descriptor names.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path};

use crate::host::{FileKind, FolderView};

/// Whether a file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Exists,
    Missing,
    /// The path belongs to another host, or the file cannot be examined.
    Unknown,
}

/// Returns whether a file exists that a configuration in `folder` names. It is not opened.
pub(crate) fn presence(folder: &dyn FolderView, named: &str) -> Presence {
    let is_folder = |path: &Path| {
        let is_own = path.as_os_str().is_empty();
        is_own || folder.stat(path).is_ok_and(|stat| stat.kind == FileKind::Folder)
    };
    let Some(path) = locate(named) else { return Presence::Unknown };
    match folder.stat(path) {
        Ok(_) => Presence::Exists,
        Err(error) if error.kind() != io::ErrorKind::NotFound => Presence::Unknown,
        // An absolute path whose folder is missing too belongs to another host.
        Err(_) if path.is_relative() || path.parent().is_some_and(is_folder) => Presence::Missing,
        Err(_) => Presence::Unknown,
    }
}

/// Returns why VMware cannot open a file that a configuration in `folder` names: "it does not exist", or "it is a
/// directory". Returns `None` for a path of another host. The file is not opened; a link is followed.
pub fn why_unusable(folder: &dyn FolderView, named: &str) -> Option<String> {
    if presence(folder, named) == Presence::Missing {
        return Some("it does not exist".to_owned());
    }
    let kind = folder.stat(locate(named)?).ok()?.kind;
    (kind != FileKind::Regular).then(|| format!("it is {}", kind.name()))
}

/// Returns the path of a file that the configuration names, relative to the folder or absolute; `None` for a path of a
/// Windows host.
pub(crate) fn locate(named: &str) -> Option<&Path> {
    let is_windows = named.contains('\\') || named.as_bytes().get(1) == Some(&b':');
    (!is_windows && !named.is_empty() && !named.contains('\0')).then(|| Path::new(named))
}

/// Returns the name of the file `path` in `folder`, if it is directly in it. A path with directories may lead there too:
/// `../vm/a.vmdk`, `/vmfs/volumes/ds/vm/a.vmdk`. Examines those directories, not the file.
pub(crate) fn name_in<'p>(folder: &dyn FolderView, path: &'p Path) -> Option<&'p OsStr> {
    let Some(Component::Normal(name)) = path.components().next_back() else { return None };
    let parent = path.parent()?;
    let is_here = parent.as_os_str().is_empty() || is_same_folder(folder, parent, folder);
    is_here.then_some(name)
}

/// Returns whether `path`, relative to `folder` or absolute, is the folder `other`.
pub(crate) fn is_same_folder(folder: &dyn FolderView, path: &Path, other: &dyn FolderView) -> bool {
    let id =
        |folder: &dyn FolderView, path: &Path| folder.stat(path).ok().map(|stat| (stat.device, stat.inode));
    id(folder, path).is_some_and(|found| Some(found) == id(other, Path::new(".")))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::Path;

    use super::{locate, name_in, why_unusable};
    use crate::host::Folder;

    #[test]
    fn paths_of_a_windows_host_are_not_located() {
        for named in ["a.vmdk", "./a.vmdk", "../b/a.vmdk", "/vmfs/volumes/ds/a.vmdk"] {
            assert_eq!(locate(named), Some(Path::new(named)));
        }
        for named in ["", "C:\\a.vmdk", "C:a.vmdk", "C:/a.vmdk", "\\\\host\\a.vmdk", "b\\a.vmdk", "a\0.vmdk"]
        {
            assert_eq!(locate(named), None, "{named}");
        }
    }

    #[test]
    fn files_that_are_missing_or_not_regular_are_unusable() {
        let files = tempfile::tempdir().expect("a folder");
        std::fs::write(files.path().join("a.vmdk"), "").expect("written");
        std::fs::create_dir(files.path().join("folder.vmdk")).expect("created");
        let folder = Folder::open(files.path()).expect("opened");
        for (named, why) in [
            ("a.vmdk", None),
            ("./folder.vmdk/../a.vmdk", None),
            ("b.vmdk", Some("it does not exist")),
            ("folder.vmdk", Some("it is a directory")),
            ("/dev/null", Some("it is a device")),
            ("/no/such/folder/a.vmdk", None),
            ("C:\\a.vmdk", None),
        ] {
            assert_eq!(why_unusable(&folder, named).as_deref(), why, "{named}");
        }
    }

    #[test]
    fn a_file_in_the_folder_is_found_by_every_path_to_it() {
        let files = tempfile::tempdir().expect("a folder");
        let here = files.path().join("vm");
        for folder in [&here, &files.path().join("other"), &here.join("below")] {
            std::fs::create_dir(folder).expect("created");
        }
        let folder = Folder::open(&here).expect("opened");
        let absolute = |path: &str| files.path().join(path).into_os_string().into_string().expect("UTF-8");
        let found = |path: &str| name_in(&folder, Path::new(path)).map(OsStr::to_owned);
        for path in ["a.vmdk", "./a.vmdk", "../vm/a.vmdk", &absolute("vm/a.vmdk")] {
            assert_eq!(found(path).as_deref(), Some(OsStr::new("a.vmdk")), "{path}");
        }
        let others = [
            "",
            ".",
            "..",
            "/",
            "../a.vmdk",
            "below/a.vmdk",
            "no/a.vmdk",
            "../vm/..",
            &absolute("other/a.vmdk"),
        ];
        for path in others {
            assert_eq!(found(path), None, "{path}");
        }
    }
}
