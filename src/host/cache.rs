//! Keeps what was read of this host's processes and what its tools printed.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use super::platform::vmx_processes;
use super::tools::{Reload, ToolReport, Tools};
use super::vmx_processes::{Processes, VmxProcesses};
use super::{VmId, io_message};

/// A cache of this host's processes and of what its tools report.
///
/// Each is read once, when it is first needed, and stays as it was then. Use one value for a batch of files whose locks
/// are all held by then, and drop it after that: evidence that was read before a lock was taken is worthless under the
/// lock. [`refreshed`](Self::refreshed) starts over and keeps what does not depend on the moment: where the tools are,
/// and which of them hang.
#[derive(Debug)]
pub struct Host {
    processes: OnceLock<Result<Processes, String>>,
    tools: Tools,
}

impl Default for Host {
    /// Returns a host of which nothing has been read.
    fn default() -> Self {
        Self::with_interrupt(&Arc::default())
    }
}

impl Host {
    /// Returns a host of which nothing has been read. It waits for no tool once `interrupt` is set: what the tool would
    /// have reported is unknown then. The flag is read every 10 ms.
    #[must_use]
    pub fn with_interrupt(interrupt: &Arc<AtomicBool>) -> Self {
        Self { processes: OnceLock::new(), tools: Tools::new(interrupt) }
    }

    /// Returns a host of which nothing has been read. It shares the paths of the tools and the interrupt flag with
    /// this one, and does not wait again for a tool that hung less than 30 seconds ago.
    #[must_use]
    pub fn refreshed(&self) -> Self {
        Self { processes: OnceLock::new(), tools: self.tools.refreshed() }
    }

    /// Returns the `vmware-vmx` processes whose last argument is the file `vm`.
    ///
    /// # Errors
    /// The reason, where `/proc` cannot be read.
    pub(crate) fn processes_of(&self, vm: &VmId) -> Result<VmxProcesses, String> {
        let list = || vmx_processes::list().map_err(|error| io_message(&error));
        self.processes.get_or_init(list).as_ref().map(|processes| processes.of(vm)).map_err(Clone::clone)
    }

    /// Returns what each tool on the `PATH` reports about the VM: `vmrun`, `vim-cmd`, `esxcli`.
    ///
    /// Starts up to four processes and waits 5 seconds at most for each.
    pub(crate) fn query_tools(&self, vm: &VmId) -> Vec<ToolReport> {
        self.tools.query(vm)
    }

    /// Returns whether this host keeps parsed configurations in memory (ESXi), so that an edit needs a reload.
    pub fn needs_reload(&self) -> bool {
        self.tools.needs_reload()
    }

    /// Makes an ESXi host read the configuration again. Starts two processes and waits 5 seconds at most for each.
    pub fn reload(&self, vm: &VmId) -> Reload {
        self.tools.reload(vm)
    }
}
