//! Keeps what was read of a host's processes and what its tools printed.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use super::answers::Answers;
use super::platform::vmx_processes;
use super::process::has_ended;
use super::tools::{self, Reload, ToolOutput, ToolReport, Tools};
use super::vmx_processes::{Processes, VmxProcesses};
use super::{VmId, io_message, vm_list};

/// A cache of a host's processes and of what its tools report.
///
/// Each is read once, when it is first needed, and stays as it was then. Use one value for a batch of files whose locks
/// are all held by then, and drop it after that: evidence that was read before a lock was taken is worthless under the
/// lock. [`refreshed`](Self::refreshed) starts over and keeps what does not depend on the moment: where the tools are,
/// and which of them hang.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::vm::power::{Power, PowerState};
/// use vmxedit::{Document, file};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let place = file::find(&path)?;
/// let power = Power::assess(&place, &Document::parse("memsize = \"2048\"\n"), &Host::default());
/// assert_eq!(power.state, PowerState::Off);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Host(Source);

#[derive(Debug)]
enum Source {
    This { processes: OnceLock<Result<Processes, String>>, tools: Tools },
    Other(Arc<Answers>),
}

impl Default for Host {
    /// Returns this host, of which nothing has been read.
    fn default() -> Self {
        Self::with_interrupt(&Arc::default())
    }
}

impl Host {
    /// Returns this host, of which nothing has been read. It waits for no tool once `interrupt` is set: what the tool would
    /// have reported is unknown then. The flag is read every 10 ms.
    #[must_use]
    pub fn with_interrupt(interrupt: &Arc<AtomicBool>) -> Self {
        Self::this(Tools::new(interrupt))
    }

    /// Returns another host, with what it answered.
    pub(crate) fn of_answers(answers: Arc<Answers>) -> Self {
        Self(Source::Other(answers))
    }

    fn this(tools: Tools) -> Self {
        Self(Source::This { processes: OnceLock::new(), tools })
    }

    /// Returns a host of which nothing has been read. It shares the paths of the tools and the interrupt flag with
    /// this one, and does not wait again for a tool that hung less than 30 seconds ago. The answers of another host stay.
    #[must_use]
    pub fn refreshed(&self) -> Self {
        match &self.0 {
            Source::This { tools, .. } => Self::this(tools.refreshed()),
            Source::Other(answers) => Self::of_answers(Arc::clone(answers)),
        }
    }

    /// Returns the `vmware-vmx` processes whose last argument is the file `vm`.
    ///
    /// # Errors
    /// The reason, where the processes cannot be listed.
    pub(crate) fn processes_of(&self, vm: &VmId<'_>) -> Result<VmxProcesses, String> {
        match &self.0 {
            Source::This { processes, .. } => {
                let list = || vmx_processes::list().map_err(|error| io_message(&error));
                let mut found = processes.get_or_init(list).as_ref().map_err(Clone::clone)?.of(vm);
                found.undetermined.retain(|(process, _)| !has_ended(process.pid));
                Ok(found)
            }
            Source::Other(answers) => Ok(answers.processes()?.of(vm)),
        }
    }

    /// Returns what each tool that is installed reports about the VM: `vmrun`, `vim-cmd`, `esxcli`.
    ///
    /// On this host, starts up to four processes and waits 5 seconds at most for each.
    pub(crate) fn query_tools(&self, vm: &VmId<'_>) -> Vec<ToolReport> {
        tools::query(self.tool_output(), vm)
    }

    fn tool_output(&self) -> &dyn ToolOutput {
        match &self.0 {
            Source::This { tools, .. } => tools,
            Source::Other(answers) => &**answers,
        }
    }

    /// Returns whether the host keeps parsed configurations in memory (ESXi), so that an edit needs a reload.
    pub fn needs_reload(&self) -> bool {
        match &self.0 {
            Source::This { tools, .. } => tools.needs_reload(),
            Source::Other(answers) => answers.list(tools::ToolName::VimCmd).is_some(),
        }
    }

    /// Returns the id under which an ESXi host has registered the VM; `None` for one that it does not know.
    ///
    /// # Errors
    /// The reason, where the list of VMs is missing or ambiguous.
    pub fn registered_id(&self, vm: &VmId<'_>) -> Result<Option<String>, String> {
        let list = self.tool_output().list(tools::ToolName::VimCmd);
        vm_list::vm_id(list.ok_or_else(|| "vim-cmd was not found: this is not an ESXi host".to_owned())??, vm)
    }

    /// Makes this host, an ESXi host, read the configuration again. Starts two processes and waits 5 seconds at most for
    /// each. Another host reads it again when the file is replaced there.
    pub fn reload(&self, vm: &VmId<'_>) -> Reload {
        match &self.0 {
            Source::This { tools, .. } => tools.reload(vm),
            Source::Other(_) => Reload::Failed("it is another host".to_owned()),
        }
    }
}
