//! Where a file is: an open folder and a name in it. From then on no path is resolved.

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Folder, OpenFile, Stat, identity};

/// What a path means.
///
/// ```
/// use vmxedit::host::{Resolved, resolve};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// assert!(matches!(resolve(&path)?, Resolved::File(_)));
/// assert!(matches!(resolve(folder.path())?, Resolved::Folder(..)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Resolved {
    /// Anything but a folder.
    File(Place),
    /// A folder, and the links through which it was reached.
    Folder(Arc<Folder>, Vec<FollowedLink>),
}

/// A file, as an open folder and a plain name in it.
///
/// Reading and replacing the file, its lock and its neighbors go through the folder, whatever is moved, replaced or
/// linked meanwhile.
///
/// ```
/// use vmxedit::file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let place = file::find(&path)?;
/// assert_eq!((place.path(), place.name()), (&*path, "vm.vmx".as_ref()));
/// assert_eq!(place.sibling("vm.nvram".as_ref()), folder.path().join("vm.nvram"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Place {
    path: PathBuf,
    folder: Arc<Folder>,
    name: OsString,
    /// The link that the path named, where it did not name the file itself.
    link: Option<(Arc<Folder>, OsString)>,
    followed: Vec<FollowedLink>,
    /// The metadata of the file when the path was resolved.
    stat: Option<Stat>,
}

/// A link that was followed.
///
/// ```
/// use vmxedit::host::{Resolved, resolve};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let link = folder.path().join("link");
/// std::os::unix::fs::symlink(folder.path(), &link)?;
/// let Resolved::Folder(_, links) = resolve(&link)? else { panic!("a folder") };
/// assert_eq!(links.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FollowedLink {
    path: PathBuf,
    owner: u32,
    /// The number of the link's own names: a link may have hard links.
    names: u64,
    pub(super) target: LinkTarget,
}

/// Whose the target of a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkTarget {
    /// A folder, which is open.
    OwnedBy(u32),
    /// The file of the place, which is opened later.
    TheFile,
}

/// A link that an edit does not follow.
///
/// ```
/// use vmxedit::file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // It is not a link.
/// assert!(file::find(&path)?.check_links(None).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is a symbolic link {reason}", link.display())]
#[non_exhaustive]
pub struct UntrustedLink {
    /// The link.
    pub link: PathBuf,
    /// Why it is not trusted.
    pub reason: UntrustedReason,
    /// The file that the path leads to.
    pub target: PathBuf,
}

/// Why an edit does not follow a link.
///
/// ```
/// use vmxedit::host::UntrustedReason;
///
/// let text = UntrustedReason::UnknownOwner.to_string();
/// assert!(!text.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UntrustedReason {
    /// Its owner is neither the effective user, nor root, nor the owner of its target.
    #[error("of user {owner} to something that belongs to user {target}")]
    OtherOwner {
        /// The user id of the link's owner.
        owner: u32,
        /// The user id of the target's owner.
        target: u32,
    },
    /// It has hard links: its owner may not have made it here.
    #[error("with {names} names (hard links): its owner may not have made it here")]
    HardLinks {
        /// The number of its names.
        names: u64,
    },
    /// Its owner is not mapped into this user namespace.
    #[error("of an owner that this user namespace does not know")]
    UnknownOwner,
}

impl Resolved {
    pub(super) fn with_path(self, path: &Path, followed: Vec<FollowedLink>) -> Self {
        match self {
            Self::File(place) => Self::File(Place { path: path.to_owned(), followed, ..place }),
            Self::Folder(folder, _) => Self::Folder(folder, followed),
        }
    }
}

impl Place {
    pub(super) fn new(folder: &Arc<Folder>, name: &OsStr, stat: Stat) -> Self {
        Self {
            path: folder.path_of(name),
            folder: Arc::clone(folder),
            name: name.to_owned(),
            link: None,
            followed: Vec::new(),
            stat: Some(stat),
        }
    }

    /// Returns the place of an entry of a folder that is not a link, for example one from a listing. `links` are those
    /// through which the folder was reached.
    pub fn in_folder(folder: &Arc<Folder>, name: &OsStr, links: &[FollowedLink]) -> Self {
        Self {
            path: folder.path_of(name),
            folder: Arc::clone(folder),
            name: name.to_owned(),
            link: None,
            followed: links.to_vec(),
            stat: None,
        }
    }

    /// Returns the place with the name as the folder lists it: some file systems ignore case.
    ///
    /// # Errors
    /// The system's, where the folder of such a file system cannot be listed.
    pub fn as_listed(self) -> io::Result<Self> {
        let name = self.folder.listed_name(&self.name)?;
        Ok(Self { name, ..self })
    }

    pub(super) fn set_link(&mut self, folder: &Arc<Folder>, name: &OsStr) {
        self.link = Some((Arc::clone(folder), name.to_owned()));
    }

    /// Returns the path as it was given, for messages.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the folder of the file itself.
    pub fn folder(&self) -> &Arc<Folder> {
        &self.folder
    }

    /// Returns the name of the file itself.
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// Returns whether the path named a link to the file.
    pub fn is_link(&self) -> bool {
        self.link.is_some()
    }

    /// Returns the file's metadata when its path was resolved, where they were read.
    pub fn resolved_stat(&self) -> Option<&Stat> {
        self.stat.as_ref()
    }

    /// Returns the path of an entry of the file's folder, for messages: relative to the path that was given if that
    /// names the file itself.
    pub fn sibling(&self, name: &OsStr) -> PathBuf {
        if self.is_link() { self.folder.path_of(name) } else { self.path.with_file_name(name) }
    }

    /// Returns the place of another entry of the folder, which must not be a link.
    #[must_use]
    pub fn neighbor(&self, name: &OsStr) -> Self {
        let (folder, path) = (Arc::clone(&self.folder), self.sibling(name));
        Self { path, folder, name: name.to_owned(), link: None, followed: self.followed.clone(), stat: None }
    }

    /// Returns the absolute path of the file itself, without links where the kernel reports it.
    pub fn real_path(&self) -> PathBuf {
        self.folder.real_path_of(&self.name)
    }

    /// Returns the names under which VMware may lock the file: it puts the lock next to the name that it opens, so that a
    /// link and its target have different locks. In the order in which all processes take them: by the device and inode
    /// of their folders. The file's own name is marked.
    ///
    /// # Errors
    /// The system's, where the metadata of a folder cannot be read.
    pub fn lock_names(&self) -> io::Result<Vec<LockName>> {
        let own = LockName { folder: Arc::clone(&self.folder), name: self.name.clone(), is_own: true };
        let Some((folder, name)) = &self.link else { return Ok(vec![own]) };
        let of_link = LockName { folder: Arc::clone(folder), name: name.clone(), is_own: false };
        Ok(match of_link.order(&own)? {
            Ordering::Less => vec![of_link, own],
            Ordering::Equal => vec![own],
            Ordering::Greater => vec![own, of_link],
        })
    }

    /// Opens the file for reading. It is not followed if it has become a link.
    ///
    /// # Errors
    /// The system's; [`is_not_regular`](super::is_not_regular).
    pub fn open(&self) -> io::Result<OpenFile> {
        self.folder.retry_missing(|| self.folder.open_file(&self.name))
    }

    /// Checks that this process may edit the file through the links that led to it. `file` are its metadata; without
    /// them, only the links to folders are checked.
    ///
    /// # Errors
    /// The first link whose owner is neither the effective user, nor root, nor the owner of its target. Another user
    /// could make such a link lead to any file. A link that has hard links counts as untrusted: anyone may have made
    /// one. Owners that a user namespace does not map are not compared.
    pub fn check_links(&self, file: Option<&Stat>) -> Result<(), Box<UntrustedLink>> {
        let untrusted = self.followed.iter().find_map(|link| Some((link, link.distrust(file)?)));
        untrusted.map_or(Ok(()), |(link, reason)| {
            Err(Box::new(UntrustedLink { link: link.path.clone(), reason, target: self.real_path() }))
        })
    }

    /// Returns the place with another path for messages.
    #[must_use]
    pub(crate) fn named(self, path: PathBuf) -> Self {
        Self { path, ..self }
    }
}

impl FollowedLink {
    /// Returns why an edit does not follow the link; `None` if it does, or if that depends on metadata that are missing.
    pub(super) fn distrust(&self, file: Option<&Stat>) -> Option<UntrustedReason> {
        let target = match (self.target, file) {
            (LinkTarget::OwnedBy(owner), _) => owner,
            (LinkTarget::TheFile, file) => file?.owner,
        };
        let owner = self.owner;
        if self.names != 1 {
            return Some(UntrustedReason::HardLinks { names: self.names });
        }
        if ![identity::effective_user(), identity::ROOT, target].contains(&owner) {
            return Some(UntrustedReason::OtherOwner { owner, target });
        }
        (!identity::is_mapped(owner)).then_some(UntrustedReason::UnknownOwner)
    }

    /// Returns the path of the link, for messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn new(path: PathBuf, link: &Stat) -> Self {
        Self { path, owner: link.owner, names: link.links, target: LinkTarget::TheFile }
    }
}

/// One of the names under which a file may be locked.
///
/// ```
/// use vmxedit::file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let names = file::find(&path)?.lock_names()?;
/// assert!(names[0].is_own && names[0].name == "vm.vmx");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LockName {
    /// The folder.
    pub folder: Arc<Folder>,
    /// The name in it that is locked.
    pub name: OsString,
    /// Whether this is the file itself, as opposed to a link to it.
    pub is_own: bool,
}

impl LockName {
    fn order(&self, other: &Self) -> io::Result<Ordering> {
        let key = |one: &Self| one.folder.stat().map(|stat| (stat.device, stat.inode));
        Ok((key(self)?, &self.name).cmp(&(key(other)?, &other.name)))
    }

    /// Returns the path of the name, for messages.
    pub fn path(&self) -> PathBuf {
        self.folder.path_of(&self.name)
    }
}
