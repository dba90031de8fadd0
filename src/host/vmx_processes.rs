//! Compares the `vmware-vmx` processes of this host, and the VM that each runs, with one VM.

use std::path::PathBuf;

use super::platform::process::working_directory;
use super::{VmId, io_message};

/// A process that runs a virtual machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VmxProcess {
    /// The process id.
    pub pid: u32,
    /// The name of the program, such as `vmware-vmx`.
    pub program: String,
}

/// The processes of this host that run, or may run, one VM.
#[derive(Debug, Default)]
#[non_exhaustive]
pub(crate) struct VmxProcesses {
    /// Processes that run it.
    pub running: Vec<VmxProcess>,
    /// Processes that may run it, each with the reason why this could not be determined.
    pub undetermined: Vec<(VmxProcess, String)>,
    /// Which other processes this process cannot see.
    pub hidden: Vec<Hidden>,
}

/// Processes of this host that another process cannot see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Hidden {
    /// Those of other users, which `/proc` hides.
    OfOtherUsers,
    /// Those outside this process's PID namespace.
    OutsideNamespace,
}

/// All `vmware-vmx` processes of this host, each with its last argument.
#[derive(Debug)]
pub(super) struct Processes {
    /// `None` where the arguments cannot be read.
    pub(super) found: Vec<(VmxProcess, Option<PathBuf>)>,
    pub(super) hidden: Vec<Hidden>,
}

impl Processes {
    /// Returns the processes whose last argument is the file `vm`.
    pub(super) fn of(&self, vm: &VmId<'_>) -> VmxProcesses {
        let mut found = VmxProcesses { hidden: self.hidden.clone(), ..VmxProcesses::default() };
        for (process, runs) in &self.found {
            match runs {
                Some(path) if path.is_absolute() => {
                    if vm.is_at(path) {
                        found.running.push(process.clone());
                    }
                }
                Some(path) => match working_directory(process.pid) {
                    Ok(folder) if vm.is_at(&folder.join(path)) => found.running.push(process.clone()),
                    Err(error) if path.file_name() == vm.path().file_name() => {
                        let why = format!("its working directory cannot be read: {}", io_message(&error));
                        found.undetermined.push((process.clone(), why));
                    }
                    _ => {}
                },
                None => found.undetermined.push((process.clone(), "its arguments cannot be read".to_owned())),
            }
        }
        found
    }
}
