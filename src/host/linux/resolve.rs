//! Resolves a path to an open folder and a name in it, and records the links on the way.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::Folder;
use super::stat::{full_stat_at, stat_of};
use crate::host::place::{FollowedLink, LinkTarget, Place, Resolved};
use crate::host::{FileKind, Stat};

/// The number of links after which the kernel gives up, too.
const MAX_LINKS: usize = 40;
const WITHOUT_LINKS: ResolveFlags = ResolveFlags::NO_SYMLINKS.union(ResolveFlags::NO_MAGICLINKS);

/// Resolves `path`. Links are followed, in any component; [`Place::check_links`] says whether they are trusted.
///
/// The folder is opened once, and every component is resolved once: what is moved or replaced later redirects nothing.
///
/// # Errors
/// The system's, as for a path that is opened.
pub fn resolve(path: &Path) -> io::Result<Resolved> {
    let mut walk = Walk { links: Vec::new() };
    let resolved = walk.resolve(Start { handle: CWD, path: Path::new("") }, path)?;
    Ok(resolved.with_path(path, walk.links))
}

/// Resolves the entry `name` of an open folder, which was reached through `links`. A link is followed.
///
/// # Errors
/// The system's.
pub fn resolve_entry(folder: &Arc<Folder>, name: &OsStr, links: &[FollowedLink]) -> io::Result<Resolved> {
    let mut walk = Walk { links: links.to_vec() };
    let resolved = walk.entry(folder, name)?;
    Ok(resolved.with_path(&folder.path_of(name), walk.links))
}

/// Opens the folder `path`, which is relative to `start` or absolute. A link is followed only if its owner is this user,
/// root, or the owner of the folder that it leads to.
///
/// # Errors
/// The system's, and [`io::ErrorKind::PermissionDenied`] for another link.
pub(super) fn open_through_trusted_links(start: &Folder, path: &Path) -> io::Result<Folder> {
    let mut walk = Walk { links: Vec::new() };
    let folder = walk.open_folder(Start { handle: start.as_fd(), path: start.path() }, path)?;
    match walk.links.iter().find(|link| link.distrust(None).is_some()) {
        None => Ok(folder),
        Some(link) => {
            let message = format!("the link {} belongs to another user", link.path().display());
            Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
        }
    }
}

/// Where a relative path starts.
#[derive(Clone, Copy)]
struct Start<'a> {
    handle: BorrowedFd<'a>,
    path: &'a Path,
}

struct Walk {
    /// The links that were followed.
    links: Vec<FollowedLink>,
}

impl Walk {
    fn resolve(&mut self, start: Start<'_>, path: &Path) -> io::Result<Resolved> {
        let bytes = path.as_os_str().as_bytes();
        if bytes.is_empty() {
            return Err(Errno::NOENT.into());
        }
        let means_folder = bytes.ends_with(b"/") || bytes.ends_with(b"/.") || bytes == b".";
        match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) if !means_folder => {
                let folder = Arc::new(self.open_folder(start, parent)?);
                self.entry(&folder, name)
            }
            _ => Ok(Resolved::Folder(Arc::new(self.open_folder(start, path)?), Vec::new())),
        }
    }

    fn entry(&mut self, folder: &Arc<Folder>, name: &OsStr) -> io::Result<Resolved> {
        let stat = folder.retry_missing(|| Ok(full_stat_at(folder, name)?))?;
        match stat.kind {
            FileKind::Symlink => {}
            FileKind::Folder => return Ok(Resolved::Folder(Arc::new(folder.open_child(name)?), Vec::new())),
            _ => return Ok(Resolved::File(Place::new(folder, name, stat))),
        }
        let (link, text) = read_link(folder.as_fd(), name)?;
        let at = self.record(folder.path_of(name), &link)?;
        let mut resolved = self.resolve(Start { handle: folder.as_fd(), path: folder.path() }, &text)?;
        match &mut resolved {
            // The outermost link is the one that has a lock of its own.
            Resolved::File(place) => place.set_link(folder, name),
            Resolved::Folder(target, _) => {
                self.links[at].target = LinkTarget::OwnedBy(target.stat()?.owner);
            }
        }
        Ok(resolved)
    }

    /// Opens a folder, as the kernel resolves its path. Only a path with links is resolved step by step.
    fn open_folder(&mut self, start: Start<'_>, path: &Path) -> io::Result<Folder> {
        let named = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let shown = start.path.join(path);
        let opened = Folder::open_with(&shown, |flags| {
            rustix::fs::openat2(start.handle, named, flags, Mode::empty(), WITHOUT_LINKS)
        });
        match opened {
            // There is a link, or the system has no such call: older kernels, filters of system calls.
            Err(Errno::LOOP | Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::TOOBIG) => {
                self.walk(start, named, &shown)
            }
            opened => Ok(opened?),
        }
    }

    /// Opens a folder step by step.
    fn walk(&mut self, start: Start<'_>, path: &Path, shown: &Path) -> io::Result<Folder> {
        let mut current = open_step(start.handle, Path::new(if path.is_absolute() { "/" } else { "." }))?;
        let mut current_path = if path.is_absolute() { PathBuf::from("/") } else { start.path.to_owned() };
        for component in path.components() {
            match component {
                Component::RootDir | Component::CurDir | Component::Prefix(_) => continue,
                Component::ParentDir => current = open_step(current.as_fd(), Path::new(".."))?,
                Component::Normal(name) => match open_step(current.as_fd(), Path::new(name)) {
                    Ok(next) => current = next,
                    Err(Errno::NOTDIR | Errno::LOOP) => {
                        let start = Start { handle: current.as_fd(), path: &current_path };
                        current = self.follow(start, name)?;
                    }
                    Err(error) => return Err(error.into()),
                },
            }
            current_path.push(component);
        }
        let open = |flags| rustix::fs::openat(&current, ".", flags, Mode::empty());
        Ok(Folder::open_with(shown, open)?)
    }

    /// Opens the folder that the link `name` leads to.
    fn follow(&mut self, start: Start<'_>, name: &OsStr) -> io::Result<OwnedFd> {
        let (link, text) = read_link(start.handle, name)?;
        let at = self.record(start.path.join(name), &link)?;
        let target = self.open_folder(start, &text)?;
        self.links[at].target = LinkTarget::OwnedBy(target.stat()?.owner);
        Ok(target.into_handle())
    }

    fn record(&mut self, path: PathBuf, link: &Stat) -> io::Result<usize> {
        if self.links.len() == MAX_LINKS {
            return Err(Errno::LOOP.into());
        }
        self.links.push(FollowedLink::new(path, link));
        Ok(self.links.len() - 1)
    }
}

/// Opens one component of a path to go through it.
fn open_step(folder: BorrowedFd<'_>, name: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(folder, name, flags, Mode::empty())
}

/// Opens a link itself, and reads its owner and its text from that handle: the name may mean another one by now.
fn read_link(folder: BorrowedFd<'_>, name: &OsStr) -> io::Result<(Stat, PathBuf)> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let link = rustix::fs::openat(folder, name, flags, Mode::empty())?;
    let stat = stat_of(&link)?;
    if stat.kind != FileKind::Symlink {
        return Err(Errno::NOTDIR.into());
    }
    let text = rustix::fs::readlinkat(&link, "", Vec::new())?;
    Ok((stat, PathBuf::from(std::ffi::OsString::from_vec(text.into_bytes()))))
}
