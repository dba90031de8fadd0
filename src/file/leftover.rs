//! What a killed run leaves beside a file, recognised by its name and healed by the next.
//!
//! `.vm.vmx.vmxedit-1a2b.new` is a file that was being written: nobody needs it. `.vm.vmx.vmxedit-OLD-NEW-ANY.swap` holds
//! the new content before the two files changed places, and what was displaced after that: hashes of both stand in the
//! name, and a number that no other has. Something else under such a name is the version of another program that saved
//! in that instant: it is kept. `.keep` is the same where the old file was to become a backup.

use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{BuildHasher, DefaultHasher, Hasher, RandomState};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::backup::keep;
use crate::error::Cause;
use crate::vm::folder;

/// How much of a long file name goes into a leftover's.
const NAME_AT_MOST: usize = 160;

/// What becomes of the displaced file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Removed,
    Kept,
}

/// The name under which two files change places.
pub(super) fn displaced(target: &Path, old: &[u8], new: &[u8], then: Then) -> PathBuf {
    let kind = if then == Then::Kept { "keep" } else { "swap" };
    with(target, &format!("{:016x}-{:016x}-{:016x}.{kind}", hash(old), hash(new), random()))
}

/// Names for a file that is being written.
pub(super) fn new_names(target: &Path) -> impl Iterator<Item = PathBuf> {
    (0..1000).map(move |_| with(target, &format!("{:016x}.new", random())))
}

/// Removes what earlier runs left beside `target`, in `folder`; its lock is held. Gives what is somebody's version.
///
/// # Errors
/// [`Cause::Io`] where the directory cannot be read, or a leftover not be removed.
pub(super) fn sweep(target: &Path, folder: &File) -> Result<Vec<PathBuf>, Cause> {
    let failed = |error| Cause::folder("clear away what a killed run left beside it", error);
    let prefix = prefix(target);
    let mut strays = Vec::new();
    for name in folder::names_in(folder).map_err(failed)? {
        let Some(rest) = name.as_bytes().strip_prefix(prefix.as_bytes()) else { continue };
        let path = target.with_file_name(&name);
        if !path.symlink_metadata().map_err(failed)?.is_file() {
            continue;
        }
        match kind_of(rest) {
            Some(Kind::New) => fs::remove_file(&path).map_err(failed)?,
            Some(Kind::Displaced { old, new, is_backup }) => {
                let content = hash(&fs::read(&path).map_err(failed)?);
                if content == old && is_backup {
                    keep(&path, target, ".bak".as_ref()).map_err(failed)?;
                } else if content == old || content == new {
                    fs::remove_file(&path).map_err(failed)?;
                } else {
                    strays.push(path);
                }
            }
            None => {}
        }
    }
    Ok(strays)
}

/// What runs that were killed left beside the file of `path`; nothing is touched. A run that saves at this moment has such
/// a file too.
pub fn leftovers(path: &Path) -> Vec<PathBuf> {
    let Ok(target) = path.canonicalize() else { return Vec::new() };
    let prefix = prefix(&target);
    let Ok(entries) = fs::read_dir(target.parent().unwrap_or(Path::new("/"))) else { return Vec::new() };
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.as_bytes().strip_prefix(prefix.as_bytes()).is_some_and(|rest| kind_of(rest).is_some())
    };
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_ours).collect();
    found.sort();
    found
}

enum Kind {
    New,
    Displaced { old: u64, new: u64, is_backup: bool },
}

fn kind_of(rest: &[u8]) -> Option<Kind> {
    let (numbers, kind) = std::str::from_utf8(rest).ok()?.rsplit_once('.')?;
    let number = |text: &str| u64::from_str_radix(text, 16).ok();
    match (kind, numbers.split_once('-')) {
        ("new", None) => number(numbers).map(|_| Kind::New),
        ("swap" | "keep", Some((old, rest))) => {
            let (new, any) = rest.split_once('-')?;
            number(any)?;
            Some(Kind::Displaced { old: number(old)?, new: number(new)?, is_backup: kind == "keep" })
        }
        _ => None,
    }
}

fn prefix(target: &Path) -> OsString {
    let name = target.file_name().unwrap_or_default().as_bytes();
    let mut end = name.len().min(NAME_AT_MOST);
    // Some file systems take UTF-8 only.
    while end < name.len() && name[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    let rest = if end < name.len() { format!("~{:016x}", hash(name)) } else { String::new() };
    OsString::from_vec([b".", &name[..end], rest.as_bytes(), b".vmxedit-"].concat())
}

fn with(target: &Path, rest: &str) -> PathBuf {
    let mut name = prefix(target);
    name.push(rest);
    target.with_file_name(name)
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Tells contents apart, across runs of one build.
fn hash(content: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    hasher.finish()
}
