//! Finds the files of VMs below a directory. Each directory is opened in its parent, and no link is followed: what is
//! moved or replaced during the search leads nowhere else.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::sync::Arc;

use vmxedit::file::OpenError;
use vmxedit::host::{FileKind, Folder, FollowedLink, Place};

use super::Discovered;
use super::discover::Search;
use crate::error::{at_path, in_file};
use crate::input::Input;

/// The number of directories below one another that are searched. Each one on the way is open and knows its path.
const MAX_DEPTH: usize = 100;

/// A depth-first search, in the order of the names.
pub(super) struct Walk {
    /// The directories from the root down to the present one.
    levels: Vec<Level>,
    /// The links through which the root was reached.
    links: Vec<FollowedLink>,
    /// The device of the root, if others are left out.
    device: Option<u64>,
    /// The extensions of the files that are found.
    extensions: &'static [&'static str],
    /// Ends the search.
    is_over: fn() -> bool,
    /// The error that comes next.
    error: Option<anyhow::Error>,
}

/// A directory and what is left of it.
struct Level {
    folder: Arc<Folder>,
    entries: std::vec::IntoIter<(OsString, Option<FileKind>)>,
}

impl Walk {
    pub(super) fn new(root: Arc<Folder>, links: Vec<FollowedLink>, search: Search<'_>) -> Self {
        let device = root.stat().ok().filter(|_| search.args.one_file_system).map(|stat| stat.device);
        let Search { extensions, is_over, .. } = search;
        let mut walk = Self { levels: Vec::new(), links, device, extensions, is_over, error: None };
        walk.enter(root);
        walk
    }

    /// Goes into a directory, or remembers why that failed.
    fn enter(&mut self, folder: Arc<Folder>) {
        if self.levels.len() == MAX_DEPTH {
            let error = io::Error::other(format!("it is more than {MAX_DEPTH} directories deep"));
            self.error = Some(cannot_descend(error, folder.path()));
            return;
        }
        match folder.initial_entries() {
            Ok(mut entries) => {
                entries.retain(|(name, kind)| match kind {
                    Some(FileKind::Folder) => !is_lock(name),
                    Some(FileKind::Symlink) => false,
                    Some(_) => self.is_wanted(name),
                    None => true,
                });
                entries.sort();
                self.levels.push(Level { folder, entries: entries.into_iter() });
            }
            Err(error) => self.error = Some(cannot_descend(error, folder.path())),
        }
    }

    /// Handles an entry. Returns the file that it is, if it is one.
    fn visit(&mut self, folder: &Arc<Folder>, name: &OsStr, kind: Option<FileKind>) -> Option<Discovered> {
        let kind = match kind {
            Some(kind) => kind,
            // The file system does not report it with the name.
            None => folder.stat_of(name).ok()?.kind,
        };
        match kind {
            FileKind::Folder if is_lock(name) => None,
            FileKind::Folder => {
                match folder.open_child(name) {
                    Ok(child) if self.is_elsewhere(&child) => {}
                    Ok(child) => self.enter(Arc::new(child)),
                    Err(error) => self.error = Some(cannot_descend(error, &folder.path_of(name))),
                }
                None
            }
            _ if !self.is_wanted(name) => None,
            FileKind::Symlink => None,
            FileKind::Regular => Some(Ok(Input::Listed(Place::in_folder(folder, name, &self.links)))),
            other => Some(Err(in_file(folder.path_of(name))(OpenError::NotRegular(other.name())).into())),
        }
    }

    fn is_wanted(&self, name: &OsStr) -> bool {
        self.extensions.iter().any(|extension| has_extension(name, extension))
    }

    fn is_elsewhere(&self, folder: &Folder) -> bool {
        self.device.is_some_and(|device| folder.stat().is_ok_and(|stat| stat.device != device))
    }
}

impl Iterator for Walk {
    type Item = Discovered;

    fn next(&mut self) -> Option<Discovered> {
        while !(self.is_over)() {
            if let Some(error) = self.error.take() {
                return Some(Err(error));
            }
            let level = self.levels.last_mut()?;
            let Some((name, kind)) = level.entries.next() else {
                self.levels.pop();
                continue;
            };
            let folder = Arc::clone(&level.folder);
            if let Some(found) = self.visit(&folder, &name, kind) {
                return Some(found);
            }
        }
        None
    }
}

fn cannot_descend(error: io::Error, path: &Path) -> anyhow::Error {
    at_path(anyhow::Error::from(error).context("cannot descend into it"), path)
}

fn has_extension(name: &OsStr, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// Returns whether this is the name of a lock directory, which contains no VMs.
fn is_lock(name: &OsStr) -> bool {
    has_extension(name, "lck")
}
