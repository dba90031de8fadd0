//! Recognizes by name the files that a killed save leaves in the folder, and removes them in the next save.
//!
//! `.vm.vmx.vmxedit-1a2bK5xY0Zq7RtUe.new` is a file that was being written. `.vm.vmx.vmxedit-OLD-NEW-RANDOM.swap` has
//! the new content before the two files are exchanged, and what was displaced after that; OLD and NEW are hashes of
//! both. Other content under such a name is a version of another process that saved in that moment: a conflicting copy,
//! which is kept. `.keep` instead of `.swap` means that the old file was to become a backup.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use siphasher::sip::SipHasher13;

use super::{MAX_FILE_SIZE, SaveError, backup};
use crate::host::listing;
use crate::host::regular_file::read_regular;

/// The end of the name of a file that is being written.
pub(super) const NEW_SUFFIX: &str = ".new";
/// The number of random letters and digits in such a name.
pub(super) const RANDOM_LEN: usize = 16;
/// Maximum length of the part of a file's name that is in the name of its leftovers, in bytes.
const MAX_NAME_LEN: usize = 160;

/// What becomes of the old file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OldFile {
    Delete,
    Backup,
}

/// Returns a name under which a new file can be exchanged with `target`. The random part makes it unique.
pub(super) fn swap_name(target: &Path, old: &[u8], new: &[u8], old_file: OldFile) -> PathBuf {
    let extension = match old_file {
        OldFile::Delete => "swap",
        OldFile::Backup => "keep",
    };
    let mut name = prefix(target);
    name.push(format!("{:016x}-{:016x}-{:016x}.{extension}", hash(old), hash(new), fastrand::u64(..)));
    target.with_file_name(name)
}

/// Removes what earlier saves left behind next to `target`, in `folder`. The caller holds the file's lock. Returns the
/// conflicting copies, which stay.
///
/// # Errors
/// [`SaveError::Folder`] where the folder cannot be listed, or a leftover cannot be removed.
pub(super) fn sweep(target: &Path, folder: &File) -> Result<Vec<PathBuf>, SaveError> {
    let failed = SaveError::folder("remove what a killed run left in its folder");
    let prefix = prefix(target);
    let mut conflicting_copies = Vec::new();
    for name in listing::names_in(folder).map_err(&failed)? {
        let Some(rest) = name.as_bytes().strip_prefix(prefix.as_bytes()) else { continue };
        let path = target.with_file_name(&name);
        if !path.symlink_metadata().map_err(&failed)?.is_file() {
            continue;
        }
        match Leftover::parse(rest) {
            Some(Leftover::New) => fs::remove_file(&path).map_err(&failed)?,
            Some(Leftover::Displaced { old, new, old_file }) => {
                let content = match read_regular(&path, MAX_FILE_SIZE) {
                    Err(error) if error.kind() == io::ErrorKind::FileTooLarge => None,
                    bytes => Some(hash(&bytes.map_err(&failed)?)),
                };
                if content == Some(old) && old_file == OldFile::Backup {
                    backup::keep(&path, target, ".bak".as_ref()).map_err(&failed)?;
                } else if content == Some(old) || content == Some(new) {
                    fs::remove_file(&path).map_err(&failed)?;
                } else {
                    conflicting_copies.push(path);
                }
            }
            None => {}
        }
    }
    Ok(conflicting_copies)
}

/// Returns what killed saves left behind next to the file of `path`, sorted. Nothing is removed. A save that is running
/// at this moment has such a file too.
pub fn leftovers(path: &Path) -> Vec<PathBuf> {
    let Ok(target) = path.canonicalize() else { return Vec::new() };
    let prefix = prefix(&target);
    let Ok(entries) = fs::read_dir(target.parent().unwrap_or(Path::new("/"))) else { return Vec::new() };
    let is_leftover = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().as_bytes();
        name.strip_prefix(prefix.as_bytes()).is_some_and(|rest| Leftover::parse(rest).is_some())
    };
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_leftover).collect();
    found.sort();
    found
}

/// The part of a leftover's name that depends on the save.
#[derive(PartialEq, Eq)]
enum Leftover {
    New,
    Displaced { old: u64, new: u64, old_file: OldFile },
}

impl Leftover {
    /// Parses what follows the [`prefix`].
    fn parse(rest: &[u8]) -> Option<Self> {
        let (stem, extension) = std::str::from_utf8(rest).ok()?.rsplit_once('.')?;
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        match (extension, stem.split_once('-')) {
            ("new", None) => {
                let is_random = stem.len() == RANDOM_LEN && stem.bytes().all(|b| b.is_ascii_alphanumeric());
                // Earlier versions wrote a number.
                (is_random || number(stem).is_some()).then_some(Self::New)
            }
            ("swap" | "keep", Some((old, rest))) => {
                let (new, random) = rest.split_once('-')?;
                number(random)?;
                let old_file = if extension == "keep" { OldFile::Backup } else { OldFile::Delete };
                Some(Self::Displaced { old: number(old)?, new: number(new)?, old_file })
            }
            _ => None,
        }
    }
}

/// Returns the start of the names of all leftovers of `target`. A long name is cut, and its hash added.
pub(super) fn prefix(target: &Path) -> OsString {
    let name = target.file_name().unwrap_or_default().as_bytes();
    let mut end = name.len().min(MAX_NAME_LEN);
    // Not within a character: some file systems accept UTF-8 only.
    while end < name.len() && name[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    let rest = if end < name.len() { format!("~{:016x}", hash(name)) } else { String::new() };
    OsString::from_vec([b".", &name[..end], rest.as_bytes(), b".vmxedit-"].concat())
}

/// Hashes with `SipHash` 1-3 and zero keys. Other versions of this program must compute the same number.
fn hash(content: &[u8]) -> u64 {
    SipHasher13::new().hash(content)
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hasher};

    use super::{Leftover, hash};

    #[test]
    fn hashes_are_those_that_earlier_builds_wrote_into_names() {
        let contents = [(&b""[..], 0xd1fb_a762_150c_532c), (b"memsize = \"1024\"\n", 0x36dd_732d_a6bc_4dcd)];
        for (content, expected) in contents {
            let mut std = DefaultHasher::new();
            std.write(content);
            assert_eq!(
                (hash(content), hash(content)),
                (std.finish(), expected),
                "{}",
                content.escape_ascii()
            );
        }
    }

    #[test]
    fn only_names_that_a_save_creates_are_leftovers() {
        for name in
            ["00000000000000aa.new", "0badcafe.new", "aZ09bY18cX27dW36.new", "1-2-3.swap", "a-b-c.keep"]
        {
            assert!(Leftover::parse(name.as_bytes()).is_some(), "{name}");
        }
        for name in
            ["backup.new", "my-16-letters-xx.new", "aZ09bY18cX27dW3.new", ".new", "1-2.swap", "1-2-3.old"]
        {
            assert!(Leftover::parse(name.as_bytes()).is_none(), "{name}");
        }
    }
}
