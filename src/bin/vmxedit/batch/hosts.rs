//! Finds files on other hosts: all hosts are searched at the same time.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use vmxedit::ErrorKind;
use vmxedit::remote::{Address, Extent, HostName};

use super::discover::Search;
use super::progress::{Busy, connect_with_line_hidden};
use super::{Discovered, per_host};
use crate::error::{ProgramError, at_path};
use crate::input::{Input, RemoteInput};
use crate::remote::connection;

/// The files of other hosts.
pub(super) struct Found {
    /// By the place of the FILE for which they were found.
    files: HashMap<usize, Vec<Discovered>>,
    /// The places of the FILEs of each host, in the order in which hosts are named first.
    places: Vec<Vec<usize>>,
}

/// Returns what `roots` mean on other hosts. A file is not searched for.
pub(super) fn find(roots: &[&Input], search: Search<'_>) -> Found {
    let find = |root: &Input| match root {
        root @ Input::Remote(remote) => match root.whole_host() {
            Some(host) => registered(host, root.name()),
            None if search.args.recursive => below(root, remote, search),
            None => vec![Ok(root.clone())],
        },
        root => vec![Ok(root.clone())],
    };
    let named = roots.iter().enumerate();
    let named = named.filter_map(|(place, root)| Some((place, host_of(root)?, *root)));
    let found = per_host(named, |roots: Vec<&Input>| {
        if let Some(host) = roots.first().and_then(|root| host_of(root)) {
            connect_with_line_hidden(&host);
        }
        let _busy = Busy::searching();
        roots.into_iter().map(find).collect()
    });
    let places = found.iter().map(|found| found.iter().map(|(place, _)| *place).collect()).collect();
    Found { files: found.into_iter().flatten().collect(), places }
}

/// Returns the host of a file on another one. `None` also for a name that is not an address.
pub(super) fn host_of(root: &Input) -> Option<HostName> {
    match root {
        Input::Remote(remote) => {
            let address = root.whole_host().or_else(|| remote.address().ok())?;
            Some(address.host.clone())
        }
        Input::Fetched(file) => Some(file.address().host.clone()),
        Input::Stdin | Input::Path(_) | Input::Listed(_) => None,
    }
}

impl Found {
    /// Returns the number of hosts.
    pub(super) fn hosts(&self) -> usize {
        self.places.len()
    }

    /// Returns the number of files.
    pub(super) fn files(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// Takes what was found for one FILE.
    pub(super) fn take(&mut self, place: usize) -> Option<Vec<Discovered>> {
        self.files.remove(&place)
    }

    /// Takes all. Each host has a turn with its share of a batch of `size` files, again and again: then all hosts are worked
    /// on at the same time, and the files of a host stay together as far as possible.
    pub(super) fn take_turns(&mut self, size: usize) -> Vec<Discovered> {
        let share = (size / self.places.len().max(1)).max(1);
        let files = &mut self.files;
        let mut queues: Vec<_> = self
            .places
            .iter()
            .map(|places| {
                places
                    .iter()
                    .flat_map(|at| files.remove(at).unwrap_or_default())
                    .collect::<Vec<_>>()
                    .into_iter()
            })
            .collect();
        let mut all = Vec::new();
        while queues.iter().any(|queue| queue.len() > 0) {
            for queue in &mut queues {
                all.extend(queue.by_ref().take(share));
            }
        }
        all
    }
}

/// Returns every file below a directory of another host, or the file itself.
fn below(root: &Input, remote: &RemoteInput, search: Search<'_>) -> Vec<Discovered> {
    let extent = if search.args.one_file_system { Extent::OneFileSystem } else { Extent::All };
    let found = remote.address().map_err(anyhow::Error::from).and_then(|address| {
        let found = connection(&address.host)
            .and_then(|connection| connection.search(address, extent, search.extensions));
        found.map_err(|error| ErrorKind::from(error).at(root.name()).into())
    });
    match found {
        Ok(Ok(below)) if below.files.is_empty() => vec![Err(at_path(ProgramError::NoVmxBelow, root.name()))],
        Ok(Ok(below)) => {
            let incomplete = (!below.is_complete).then(|| {
                let why = io::Error::other("a directory below it cannot be read");
                Err(at_path(why, root.name()))
            });
            below.files.into_iter().map(|file| Ok(Input::of_address(file))).chain(incomplete).collect()
        }
        // It is a file.
        Ok(Err(_)) => vec![Ok(root.clone())],
        Err(error) => vec![Err(error)],
    }
}

/// Returns the VMs that an ESXi host has registered.
fn registered(host: &Address, name: &Path) -> Vec<Discovered> {
    let why = match connection(&host.host).and_then(|connection| connection.registered(host)) {
        Ok(Ok(vms)) if vms.files.is_empty() && vms.unclear.is_empty() => {
            "no VM is registered on this host".to_owned()
        }
        Ok(Ok(vms)) => {
            let unclear =
                vms.unclear.into_iter().map(|why| Err(at_path(ProgramError::UnclearRow { why }, name)));
            return vms.files.into_iter().map(|vm| Ok(Input::of_address(vm))).chain(unclear).collect();
        }
        Ok(Err(why)) => why,
        Err(error) => return vec![Err(ErrorKind::from(error).at(name).into())],
    };
    vec![Err(at_path(ProgramError::NoRegisteredVms { why }, name))]
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::path::PathBuf;

    use super::{Discovered, Found};
    use crate::input::Input;

    fn found(counts: &[&[usize]]) -> Found {
        let mut files: HashMap<usize, Vec<Discovered>> = HashMap::new();
        let mut places = Vec::new();
        for (host, counts) in counts.iter().enumerate() {
            let mut of_host = Vec::new();
            for (root, count) in counts.iter().enumerate() {
                let name = |n| Ok(Input::Path(PathBuf::from(format!("{host}/{root}/{n}"))));
                of_host.push(files.len());
                files.insert(files.len(), (0..*count).map(name).collect());
            }
            places.push(of_host);
        }
        Found { files, places }
    }

    fn hosts_of(files: &[Discovered]) -> String {
        let name = |file: &Discovered| file.as_ref().map(|file| file.name().to_owned()).unwrap_or_default();
        files.iter().map(|file| name(file).to_string_lossy().chars().next().unwrap_or('?')).collect()
    }

    #[test]
    fn each_batch_has_files_of_each_host() {
        let all = found(&[&[3, 4], &[2], &[9]]).take_turns(6);
        assert_eq!(hosts_of(&all), "001122002200220222");
        assert_eq!(all.len(), 18);
        // The files of a host stay together where one batch has all.
        assert_eq!(hosts_of(&found(&[&[2, 1], &[3]]).take_turns(128)), "000111");
        assert_eq!(hosts_of(&found(&[&[2], &[2]]).take_turns(1)), "0101");
    }
}
