//! What another host answered about its processes and tools.

use std::collections::HashMap;
use std::path::PathBuf;

use super::tools::{ToolName, ToolOutput};
use super::vmx_processes::{Hidden, Processes, VmxProcess};

/// The processes of another host and what its tools printed, all at one moment. Errors are reasons, for users.
#[derive(Debug)]
pub(crate) struct Answers {
    processes: Result<Processes, String>,
    /// Only of tools that are installed.
    lists: HashMap<ToolName, Result<String, String>>,
    /// What `vim-cmd vmsvc/power.getstate` printed, by the id of the VM.
    power_states: HashMap<String, Result<String, String>>,
}

impl Answers {
    /// Creates answers without tools. `processes` are the `vmware-vmx` processes, each with the absolute path of the VM that
    /// it runs; `None` where its arguments cannot be read.
    pub(crate) fn of_processes(
        processes: Result<Vec<(VmxProcess, Option<PathBuf>)>, String>,
        hidden: Vec<Hidden>,
    ) -> Self {
        Self {
            processes: processes.map(|found| Processes { found, hidden }),
            lists: HashMap::new(),
            power_states: HashMap::new(),
        }
    }

    /// Adds the list of a tool that is installed.
    pub(crate) fn add_list(&mut self, tool: ToolName, printed: Result<String, String>) {
        self.lists.insert(tool, printed);
    }

    /// Adds what `vim-cmd vmsvc/power.getstate` printed about the VM with this id.
    pub(crate) fn add_power_state(&mut self, id: String, printed: Result<String, String>) {
        self.power_states.insert(id, printed);
    }

    pub(super) fn processes(&self) -> Result<&Processes, String> {
        self.processes.as_ref().map_err(Clone::clone)
    }
}

impl ToolOutput for Answers {
    fn list(&self, tool: ToolName) -> Option<Result<&str, String>> {
        Some(self.lists.get(&tool)?.as_deref().map_err(Clone::clone))
    }

    fn power_state(&self, id: &str) -> Result<String, String> {
        let missing = || Err(format!("its state was not queried: it is number {id}"));
        self.power_states.get(id).cloned().unwrap_or_else(missing)
    }
}
