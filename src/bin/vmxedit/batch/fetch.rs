//! Reads files of other hosts before they are processed.

use std::collections::HashSet;
use std::path::PathBuf;

use vmxedit::remote::{Address, Depth, HostName};

use super::progress::{Busy, connect_with_line_hidden};
use super::{Discovered, per_host};
use crate::input::Input;
use crate::remote;

/// The files of other hosts that were read, by their paths without links.
pub(super) type Seen = HashSet<(HostName, PathBuf)>;

/// Reads the files of other hosts among `files`: those of one host together, and all hosts at the same time. One that was read
/// under another name is left out.
pub(super) fn fetch(files: Vec<Discovered>, depth: Depth, seen: &mut Seen) -> Vec<Discovered> {
    let wanted = files.iter().enumerate().filter_map(|(at, file)| match file {
        Ok(Input::Remote(remote)) => {
            let address = remote.address().ok()?.clone();
            Some((at, address.host.clone(), address))
        }
        _ => None,
    });
    let found = per_host(wanted, |addresses: Vec<Address>| {
        if let Some(first) = addresses.first() {
            connect_with_line_hidden(&first.host);
        }
        let _busy = Busy::reading();
        remote::read_all(&addresses, depth)
    });
    let mut fetched = files;
    for (at, found) in found.into_iter().flatten() {
        fetched[at] = found.map(Input::Fetched);
    }
    fetched.retain(|file| match file {
        Ok(Input::Fetched(file)) => seen.insert((file.address().host.clone(), file.real_path())),
        _ => true,
    });
    fetched
}
