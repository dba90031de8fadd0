//! Which files are meant by the words of a command on many.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread::{self, Scope};

use vmxedit::{Cause, file};
use walkdir::{DirEntry, WalkDir};

use super::Found;
use crate::cli::Many;

/// The files in batches of `size`: with several `jobs` the next is looked for while one is worked on.
pub(super) fn batches<'s, 'a: 's>(
    scope: &'s Scope<'s, '_>,
    named: &'a [PathBuf],
    many: &'a Many,
    size: usize,
    jobs: usize,
) -> Box<dyn Iterator<Item = Vec<Found>> + 'a> {
    let (send, receive) = sync_channel(1);
    // A batch that nobody takes is the last.
    let look_ahead = move || in_batches(named, many, size).try_for_each(|batch| send.send(batch).ok());
    if jobs > 1 && size > 1 && thread::Builder::new().spawn_scoped(scope, look_ahead).is_ok() {
        return Box::new(receive.into_iter());
    }
    Box::new(in_batches(named, many, size))
}

fn in_batches<'a>(
    named: &'a [PathBuf],
    many: &'a Many,
    size: usize,
) -> impl Iterator<Item = Vec<Found>> + 'a {
    let mut found = files(named, many);
    std::iter::from_fn(move || Some(found.by_ref().take(size).collect()))
        .take_while(|batch: &Vec<_>| !batch.is_empty())
}

/// The files, each once, whatever it is called; with `--recursive` those below directories, as they are found.
fn files<'a>(named: &'a [PathBuf], many: &'a Many) -> Box<dyn Iterator<Item = Found> + 'a> {
    if !many.recursive {
        return Box::new(once(named).into_iter().map(|file| Ok(file.to_owned())));
    }
    Box::new(roots(named).into_iter().flat_map(|root| below(root, many)))
}

fn once(files: &[PathBuf]) -> Vec<&Path> {
    if let [file] = files {
        return vec![file];
    }
    let mut seen = HashSet::new();
    let target = |file: &PathBuf| file::locate_vmx(file).ok().and_then(|path| path.canonicalize().ok());
    files
        .iter()
        .filter(|file| target(file).is_none_or(|target| seen.insert(target)))
        .map(PathBuf::as_path)
        .collect()
}

/// What was named, without what lies below something else that was named.
fn roots(named: &[PathBuf]) -> Vec<&Path> {
    let places: Vec<Option<PathBuf>> = named.iter().map(|path| path.canonicalize().ok()).collect();
    let is_covered = |at: usize, place: &Path| {
        places.iter().enumerate().any(|(other, root)| {
            root.as_deref()
                .is_some_and(|root| if root == place { other < at } else { place.starts_with(root) })
        })
    };
    named
        .iter()
        .zip(&places)
        .enumerate()
        .filter(|(at, (_, place))| !place.as_deref().is_some_and(|place| is_covered(*at, place)))
        .map(|(_, (path, _))| path.as_path())
        .collect()
}

/// Every `.vmx` below `root`, or `root` itself where it is a file. A folder that cannot be read is told, and the others
/// are gone through.
fn below<'a>(root: &'a Path, many: &Many) -> Box<dyn Iterator<Item = Found> + 'a> {
    if !root.is_dir() {
        return Box::new(std::iter::once(Ok(root.to_owned())));
    }
    let walk = WalkDir::new(root).same_file_system(many.one_file_system).sort_by_file_name();
    let found = walk.into_iter().filter_entry(|entry| !is_lock(entry)).filter_map(|entry| match entry {
        Ok(entry) => is_vmx(&entry).then(|| regular(entry)),
        Err(error) => {
            let path = error.path().unwrap_or(root).to_owned();
            Some(Err(Cause::io("descend into it", error.into()).at(path)))
        }
    });
    let mut found = found.peekable();
    if found.peek().is_none() {
        return Box::new(std::iter::once(Err(Cause::NoVmxBelow.at(root))));
    }
    Box::new(found)
}

/// A pipe that nobody writes to would keep the others waiting.
fn regular(entry: DirEntry) -> Found {
    let meta = if entry.file_type().is_file() { None } else { entry.path().metadata().ok() };
    let path = entry.into_path();
    match meta.filter(|meta| !meta.is_file() && !meta.is_dir()) {
        Some(meta) => {
            Err(Cause::NotVmx { what: file::file_type_name(&meta).to_owned(), line: None }.at(path))
        }
        None => Ok(path),
    }
}

fn is_vmx(entry: &DirEntry) -> bool {
    let is_named = entry.path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("vmx"));
    is_named && !entry.file_type().is_dir()
}

/// The folder of a lock holds no VMs.
fn is_lock(entry: &DirEntry) -> bool {
    entry.file_type().is_dir() && entry.path().extension().is_some_and(|extension| extension == "lck")
}
