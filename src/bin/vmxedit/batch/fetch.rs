//! Reads files of other hosts before they are processed.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::thread;

use vmxedit::remote::{Address, Depth, HostName};

use super::Discovered;
use crate::input::Input;
use crate::remote;

/// The files of other hosts that were read, by their paths without links.
pub(super) type Seen = HashSet<(HostName, PathBuf)>;

/// Reads the files of other hosts among `files`: those of one host together, and all hosts at the same time. One that was read
/// under another name is left out.
pub(super) fn fetch(files: Vec<Discovered>, depth: Depth, seen: &mut Seen) -> Vec<Discovered> {
    let mut of_hosts: BTreeMap<HostName, Vec<(usize, Address)>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        if let Ok(Input::Remote(remote)) = file
            && let Ok(address) = remote.address()
        {
            of_hosts.entry(address.host.clone()).or_default().push((at, address.clone()));
        }
    }
    if of_hosts.is_empty() {
        return files;
    }
    let read_host = |wanted: Vec<(usize, Address)>| {
        let (places, addresses): (Vec<usize>, Vec<Address>) = wanted.into_iter().unzip();
        places.into_iter().zip(remote::read_all(&addresses, depth)).collect::<Vec<_>>()
    };
    let mut fetched = files;
    thread::scope(|scope| {
        let hosts: Vec<_> = of_hosts.into_values().map(|wanted| scope.spawn(|| read_host(wanted))).collect();
        for (at, found) in hosts.into_iter().filter_map(|host| host.join().ok()).flatten() {
            fetched[at] = found.map(Input::Fetched);
        }
    });
    fetched.retain(|file| match file {
        Ok(Input::Fetched(file)) => seen.insert((file.address().host.clone(), file.real_path())),
        _ => true,
    });
    fetched
}
