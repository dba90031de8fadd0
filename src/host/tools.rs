//! Runs the host's own tools to find out the state of a VM: `vmrun` on hosted products, `vim-cmd` and `esxcli` on ESXi.
//!
//! A tool that is not installed is no evidence. One that fails, hangs or prints something unexpected makes the state
//! unknown.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::program::{self, RunError};
use super::vm_list::{unexpected, vm_id};
use super::{VmId, without_number};

/// How long a tool that hung is not started again.
const HUNG_TIMEOUT: Duration = Duration::from_secs(30);

/// What a tool reports about one VM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Answer {
    /// It runs.
    Running,
    /// It is suspended.
    Suspended,
    /// It is off. Only a tool of the host that the VM is registered on reports this.
    Off,
    /// It is not in the tool's list. Another user or host may still run it.
    NotListed,
    /// The tool gave no usable answer, for this reason.
    Failed(String),
}

/// A tool and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct ToolReport {
    /// The command, such as `vmrun list`.
    pub tool: &'static str,
    /// What it reports.
    pub answer: Answer,
}

/// The result of making a host read a configuration again.
///
/// ```
/// use vmxedit::host::tools::Reload;
/// use vmxedit::host::{Host, VmId};
/// use vmxedit::file;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let (place, host) = (file::find(&path)?, Host::default());
/// // Only an ESXi host has VMs that it has to read again.
/// if host.needs_reload() {
///     let reload = host.reload(&VmId::of(&**place.folder(), place.name()));
///     assert!(matches!(reload, Reload::NotRegistered | Reload::Failed(_)));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reload {
    /// The host has read it.
    Done,
    /// The host has no VM with this configuration: nothing to reload.
    NotRegistered,
    /// It failed, for this reason.
    Failed(String),
}

/// A tool that lists VMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ToolName {
    /// Of the hosted products: the VMs that run.
    Vmrun,
    /// Of ESXi: the VMs that are registered.
    VimCmd,
    /// Of ESXi: the VMs that run.
    Esxcli,
}

impl ToolName {
    /// Returns the arguments that make the tool print its list.
    fn list_words(self) -> &'static [&'static str] {
        match self {
            Self::Vmrun => &["list"],
            Self::VimCmd => &["vmsvc/getallvms"],
            Self::Esxcli => &["vm", "process", "list"],
        }
    }
}

/// What the tools of a host print. An error is the reason why there is no answer.
pub(super) trait ToolOutput {
    /// Returns the list of a tool; `None` where it is not installed.
    fn list(&self, tool: ToolName) -> Option<Result<&str, String>>;

    /// Returns what `vim-cmd vmsvc/power.getstate` prints for the VM with this id.
    fn power_state(&self, id: &str) -> Result<String, String>;
}

/// Returns the report of every tool that is installed.
pub(super) fn query(output: &dyn ToolOutput, vm: &VmId<'_>) -> Vec<ToolReport> {
    let mut reports = Vec::new();
    let mut report = |tool, name, find: &dyn Fn(&str) -> Answer| {
        if let Some(list) = output.list(name) {
            reports.push(ToolReport { tool, answer: list.map_or_else(Answer::Failed, find) });
        }
    };
    report("vmrun list", ToolName::Vmrun, &|text| in_vmrun(text, vm));
    report("vim-cmd vmsvc/power.getstate", ToolName::VimCmd, &|text| in_vim_cmd(output, text, vm));
    report("esxcli vm process list", ToolName::Esxcli, &|text| in_esxcli(text, vm));
    reports
}

/// The tools of this host, and the lists of VMs that they printed. Each tool prints its list once, when it is first needed.
#[derive(Debug)]
pub(super) struct Tools {
    programs: Arc<Programs>,
    vmrun_list: OnceLock<Result<String, String>>,
    vim_cmd_list: OnceLock<Result<String, String>>,
    esxcli_list: OnceLock<Result<String, String>>,
}

/// The tools, which hosts of the same run share.
#[derive(Debug)]
struct Programs {
    vmrun: Tool,
    vim_cmd: Tool,
    esxcli: Tool,
}

impl ToolOutput for Tools {
    fn list(&self, tool: ToolName) -> Option<Result<&str, String>> {
        let Programs { vmrun, vim_cmd, esxcli } = &*self.programs;
        let (program, printed) = match tool {
            ToolName::Vmrun => (vmrun, &self.vmrun_list),
            ToolName::VimCmd => (vim_cmd, &self.vim_cmd_list),
            ToolName::Esxcli => (esxcli, &self.esxcli_list),
        };
        program.path()?;
        let list = printed.get_or_init(|| program.run(tool.list_words()));
        Some(list.as_deref().map_err(Clone::clone))
    }

    fn power_state(&self, id: &str) -> Result<String, String> {
        self.programs.vim_cmd.run(&["vmsvc/power.getstate", id])
    }
}

impl Tools {
    /// Returns tools that are no longer waited for once `interrupt` is set.
    pub(super) fn new(interrupt: &Arc<AtomicBool>) -> Self {
        let tool = |name| Tool::new(name, Arc::clone(interrupt));
        let programs = Programs { vmrun: tool("vmrun"), vim_cmd: tool("vim-cmd"), esxcli: tool("esxcli") };
        Self::of(Arc::new(programs))
    }

    fn of(programs: Arc<Programs>) -> Self {
        Self {
            programs,
            vmrun_list: OnceLock::new(),
            vim_cmd_list: OnceLock::new(),
            esxcli_list: OnceLock::new(),
        }
    }

    /// Returns tools whose lists have not been printed.
    pub(super) fn refreshed(&self) -> Self {
        Self::of(Arc::clone(&self.programs))
    }

    pub(super) fn needs_reload(&self) -> bool {
        self.programs.vim_cmd.path().is_some()
    }

    pub(super) fn reload(&self, vm: &VmId<'_>) -> Reload {
        let vim_cmd = &self.programs.vim_cmd;
        if vim_cmd.path().is_none() {
            return Reload::Failed("vim-cmd was not found: this is not an ESXi host".to_owned());
        }
        match vim_cmd.run(ToolName::VimCmd.list_words()).and_then(|list| vm_id(&list, vm)) {
            Ok(Some(id)) => match vim_cmd.run(&["vmsvc/reload", &id]) {
                Ok(_) => Reload::Done,
                Err(why) => Reload::Failed(format!("vim-cmd vmsvc/reload: {why}")),
            },
            Ok(None) => Reload::NotRegistered,
            Err(why) => Reload::Failed(why),
        }
    }
}

/// Finds the VM in the output of `vmrun list`: `Total running VMs: N`, then one path on each line.
fn in_vmrun(text: &str, vm: &VmId<'_>) -> Answer {
    let (first, paths) = text.split_once('\n').unwrap_or((text, ""));
    let Some(count) =
        first.trim().strip_prefix("Total running VMs:").and_then(|n| n.trim().parse::<usize>().ok())
    else {
        return Answer::Failed(unexpected(text));
    };
    if paths.lines().count() < count {
        return Answer::Failed(unexpected(text));
    }
    // A path may contain a newline.
    let whole = format!("\n{}\n", paths.replace('\r', ""));
    let is_named = whole.contains(&format!("\n{}\n", vm.path().display()));
    if is_named || paths.lines().any(|line| vm.is_at(Path::new(line.trim_end_matches('\r')))) {
        Answer::Running
    } else {
        Answer::NotListed
    }
}

/// Finds the VM in the list of `vim-cmd vmsvc/getallvms` and queries its state.
fn in_vim_cmd(output: &dyn ToolOutput, list: &str, vm: &VmId<'_>) -> Answer {
    let id = match vm_id(list, vm) {
        Ok(Some(id)) => id,
        Ok(None) => return Answer::NotListed,
        Err(why) => return Answer::Failed(why),
    };
    match output.power_state(&id) {
        Ok(text) => match text.lines().last().map(str::trim) {
            Some("Powered on") => Answer::Running,
            Some("Powered off") => Answer::Off,
            Some("Suspended") => Answer::Suspended,
            _ => Answer::Failed(unexpected(&text)),
        },
        Err(why) => Answer::Failed(why),
    }
}

/// Finds the VM in the output of `esxcli vm process list`: blocks of lines, one of them `Config File: PATH`.
fn in_esxcli(text: &str, vm: &VmId<'_>) -> Answer {
    let mut files = text.lines().filter_map(|line| line.trim_start().strip_prefix("Config File: "));
    if !text.trim().is_empty() && files.clone().next().is_none() {
        return Answer::Failed(unexpected(text));
    }
    if files.any(|file| vm.is_at(Path::new(file))) { Answer::Running } else { Answer::NotListed }
}

/// A tool on the `PATH`, searched for once.
#[derive(Debug)]
struct Tool {
    name: &'static str,
    path: OnceLock<Option<PathBuf>>,
    hung: Mutex<Option<Instant>>,
    interrupt: Arc<AtomicBool>,
}

impl Tool {
    fn new(name: &'static str, interrupt: Arc<AtomicBool>) -> Self {
        Self { name, path: OnceLock::new(), hung: Mutex::new(None), interrupt }
    }

    /// Returns the path of the program. `None` where it is not installed.
    fn path(&self) -> Option<&Path> {
        self.path.get_or_init(|| program::find(self.name)).as_deref()
    }

    /// Runs the program. Returns what it printed.
    ///
    /// # Errors
    /// The reason why there is no answer.
    fn run(&self, words: &[&str]) -> Result<String, String> {
        let program = self.path().ok_or("it was not found")?;
        if self.hung().is_some_and(|when| when.elapsed() < HUNG_TIMEOUT) {
            return Err(RunError::Hung.to_string());
        }
        let result = program::run(program, words, &self.interrupt);
        if matches!(result, Err(RunError::Hung)) {
            *self.hung() = Some(Instant::now());
        }
        result
            .map(|printed| String::from_utf8_lossy(&printed).into_owned())
            .map_err(|error| without_number(&error.to_string()))
    }

    /// Returns when the program hung last.
    fn hung(&self) -> MutexGuard<'_, Option<Instant>> {
        self.hung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
