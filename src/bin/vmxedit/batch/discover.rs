//! Finds the files that a command line with several files or `--recursive` means.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread::{self, Scope};

use vmxedit::file;
use vmxedit::host::{self, Resolved};

use super::hosts;
use super::progress;
use super::walk::Walk;
use crate::args::BatchArgs;
use crate::error::{ProgramError, at_path};
use crate::input::Input;
use crate::signals;

/// A file, or why it could not be found.
pub(crate) type Discovered = anyhow::Result<Input>;

/// What to look for below directories.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) args: &'a BatchArgs,
    /// The extensions of the files.
    pub(super) extensions: &'static [&'static str],
    /// Ends the search.
    pub(super) is_over: fn() -> bool,
}

/// Returns the files in batches of `size`. With several `jobs` a thread looks for the next batch during the present
/// one.
pub(super) fn batches<'s, 'a: 's>(
    scope: &'s Scope<'s, '_>,
    named: &'a [Input],
    search: Search<'a>,
    size: usize,
    jobs: usize,
) -> Box<dyn Iterator<Item = Vec<Discovered>> + 'a> {
    let (send, receive) = sync_channel(1);
    // Sending fails once the receiver is dropped: then the search ends.
    let look_ahead = move || in_batches(named, search, size).try_for_each(|batch| send.send(batch).ok());
    if jobs > 1 && size > 1 && thread::Builder::new().spawn_scoped(scope, look_ahead).is_ok() {
        return Box::new(receive.into_iter());
    }
    Box::new(in_batches(named, search, size))
}

fn in_batches<'a>(
    named: &'a [Input],
    search: Search<'a>,
    size: usize,
) -> impl Iterator<Item = Vec<Discovered>> + 'a {
    let mut found = files(named, search, size);
    std::iter::from_fn(move || Some(found.by_ref().take(size).collect()))
        .take_while(|batch: &Vec<_>| !batch.is_empty())
}

/// Returns each file once, even if it has several names; with `--recursive` those below directories, as they are found. Those
/// of several hosts come together, where the first one is named, so that each batch of `size` files has some of each host.
fn files<'a>(
    named: &'a [Input],
    search: Search<'a>,
    size: usize,
) -> Box<dyn Iterator<Item = Discovered> + 'a> {
    let roots = if search.args.recursive { top_level(named) } else { dedup_by_target(named) };
    let mut remote = hosts::find(&roots, search);
    let local = roots.iter().filter(|root| hosts::host_of(root).is_none());
    progress::add(remote.files() + if search.args.recursive { 0 } else { local.count() });
    progress::part_is_counted();
    let mut on_all_hosts = (remote.hosts() > 1).then(|| remote.take_turns(size));
    Box::new(roots.into_iter().enumerate().flat_map(move |(at, root)| match remote.take(at) {
        Some(found) => Box::new(found.into_iter()),
        None if hosts::host_of(root).is_some() => {
            Box::new(on_all_hosts.take().unwrap_or_default().into_iter())
        }
        None if search.args.recursive => walk_tree(root, search),
        None => Box::new(std::iter::once(Ok(root.clone()))),
    }))
}

/// Counts the files below local directories for the progress line, in a separate thread.
pub(super) fn count<'s, 'a: 's>(scope: &'s Scope<'s, '_>, named: &'a [Input], search: Search<'a>) {
    if !search.args.recursive {
        return progress::part_is_counted();
    }
    let count = move || {
        // A run that ends before the line appears does not read the directories twice.
        if progress::wait_for_first_line() {
            return;
        }
        for root in top_level(named).into_iter().filter(|root| hosts::host_of(root).is_none()) {
            walk_tree(root, Search { is_over: progress::is_over, ..search }).for_each(|_| progress::add(1));
        }
        progress::part_is_counted();
    };
    let _ = thread::Builder::new().spawn_scoped(scope, count);
}

/// Returns a text that is the same for names of the same file on another host that differ in how they are written.
fn remote_target(file: &Input) -> PathBuf {
    // Without empty components and `.`.
    file.name().components().collect()
}

fn dedup_by_target(files: &[Input]) -> Vec<&Input> {
    if let [file] = files {
        return vec![file];
    }
    let mut seen = HashSet::new();
    let target = |file: &Input| match file {
        Input::Path(path) => file::locate_vmx(path).ok().and_then(|path| path.canonicalize().ok()),
        Input::Stdin | Input::Listed(_) => None,
        Input::Remote(_) | Input::Fetched(_) => Some(remote_target(file)),
    };
    files.iter().filter(|file| target(file).is_none_or(|target| seen.insert(target))).collect()
}

/// Returns the named files and directories without those below another one.
fn top_level(named: &[Input]) -> Vec<&Input> {
    let targets: Vec<Option<PathBuf>> = named
        .iter()
        .map(|file| match file {
            Input::Path(path) => path.canonicalize().ok(),
            Input::Stdin | Input::Listed(_) => None,
            // All VMs of a host are not those below its root.
            Input::Remote(_) | Input::Fetched(_) => file.whole_host().is_none().then(|| remote_target(file)),
        })
        .collect();
    let mut first: HashMap<&Path, usize> = HashMap::new();
    for (at, target) in targets.iter().enumerate() {
        if let Some(target) = target {
            first.entry(target).or_insert(at);
        }
    }
    let is_covered = |at: usize, target: &Path| {
        let below_another = || target.ancestors().skip(1).any(|folder| first.contains_key(folder));
        first.get(target).is_some_and(|first| *first < at) || below_another()
    };
    named
        .iter()
        .zip(&targets)
        .enumerate()
        .filter(|(at, (_, target))| !target.as_deref().is_some_and(|target| is_covered(*at, target)))
        .map(|(_, (file, _))| file)
        .collect()
}

/// Returns every file with one of the extensions below `root`, or `root` itself if it is a file. A directory that cannot be read becomes an
/// error, and the search goes on.
fn walk_tree<'a>(root: &'a Input, search: Search<'_>) -> Box<dyn Iterator<Item = Discovered> + 'a> {
    let Input::Path(path) = root else { return Box::new(std::iter::once(Ok(root.clone()))) };
    let Ok(Resolved::Folder(folder, links)) = host::resolve(path) else {
        return Box::new(std::iter::once(Ok(root.clone())));
    };
    let mut found = Walk::new(folder, links, search).peekable();
    if found.peek().is_none() && !signals::interrupted() {
        return Box::new(std::iter::once(Err(at_path(ProgramError::NoVmxBelow, path))));
    }
    Box::new(found)
}
