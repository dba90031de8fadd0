//! The host's own tools, asked for one VM: `vmrun` on hosted products, `vim-cmd` and `esxcli` on ESXi.
//!
//! A tool that is not there says nothing. One that fails, hangs or prints something else makes the answer unknown.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use indexmap::IndexSet;
use rustix::process::{Pid, Signal, kill_process_group};

use super::identity;

const VMRUN: &str = "vmrun";
const VIM_CMD: &str = "vim-cmd";
const ESXCLI: &str = "esxcli";
/// How long a tool may take before it counts as hanging.
const TAKES_AT_MOST: Duration = Duration::from_secs(5);
/// Where ESXi has its datastores, by name and by id.
const VOLUMES: &str = "/vmfs/volumes";

/// What a tool says of one VM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It runs.
    Running,
    /// It is suspended.
    Suspended,
    /// It is off: this host would know.
    Off,
    /// It is not among those that the tool lists; another user or host may still run it.
    NotListed,
    /// The tool could not be asked, for this reason.
    Failed(String),
}

/// A tool's name and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The command.
    pub tool: &'static str,
    /// What it says.
    pub answer: Answer,
}

/// The host's tools and their lists of VMs: each is asked once, when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Tools {
    vmrun: List,
    vim_cmd: List,
    esxcli: List,
}

/// What a tool printed, or why it did not; nothing where there is no such tool.
#[derive(Debug, Default)]
struct List(OnceLock<Option<(PathBuf, Result<String, String>)>>);

impl List {
    fn of(&self, name: &str, words: &[&str]) -> Option<&(PathBuf, Result<String, String>)> {
        let ask = || find(name).map(|tool| (tool.to_owned(), run(tool, words)));
        self.0.get_or_init(ask).as_ref()
    }
}

impl Tools {
    /// Asks every tool that is there.
    pub(super) fn ask(&self, vmx: &Path) -> Vec<Told> {
        let mut told = Vec::new();
        if let Some((_, list)) = self.vmrun.of(VMRUN, &["list"]) {
            told.push(Told { tool: "vmrun list", answer: answer(list, |text| in_vmrun(text, vmx)) });
        }
        if let Some((vim_cmd, list)) = self.vim_cmd.of(VIM_CMD, &["vmsvc/getallvms"]) {
            let answer = answer(list, |text| in_vim_cmd(vim_cmd, text, vmx));
            told.push(Told { tool: "vim-cmd vmsvc/power.getstate", answer });
        }
        if let Some((_, list)) = self.esxcli.of(ESXCLI, &["vm", "process", "list"]) {
            told.push(Told {
                tool: "esxcli vm process list",
                answer: answer(list, |text| in_esxcli(text, vmx)),
            });
        }
        told
    }
}

fn answer(list: &Result<String, String>, of: impl FnOnce(&str) -> Answer) -> Answer {
    list.as_deref().map_or_else(|why| Answer::Failed(why.clone()), of)
}

/// What came of asking a host to read the file again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reload {
    /// It did.
    Done,
    /// It has no VM of that file: nothing to reload.
    NotRegistered,
    /// It could not be asked, for this reason.
    Failed(String),
}

/// Makes an ESXi host read the file again.
pub fn reload(vmx: &Path) -> Reload {
    let Some(vim_cmd) = find(VIM_CMD) else {
        return Reload::Failed("vim-cmd is not there: this is no ESXi host".to_owned());
    };
    let id = run(vim_cmd, &["vmsvc/getallvms"]).and_then(|list| vm_id(&list, vmx));
    match id {
        Ok(Some(id)) => run(vim_cmd, &["vmsvc/reload", &id]).map_or_else(Reload::Failed, |_| Reload::Done),
        Ok(None) => Reload::NotRegistered,
        Err(why) => Reload::Failed(why),
    }
}

/// Whether this host keeps parsed files in memory, so that an edit needs a reload.
pub fn needs_reload() -> bool {
    find(VIM_CMD).is_some()
}

/// `Total running VMs: N`, then a path a line.
fn in_vmrun(text: &str, vmx: &Path) -> Answer {
    let (first, paths) = text.split_once('\n').unwrap_or((text, ""));
    let Some(count) =
        first.trim().strip_prefix("Total running VMs:").and_then(|n| n.trim().parse::<usize>().ok())
    else {
        return Answer::Failed(unexpected(text));
    };
    if paths.lines().count() < count {
        return Answer::Failed(unexpected(text));
    }
    // A path may hold a newline.
    let whole = format!("\n{}\n", paths.replace('\r', ""));
    let named = |path: &Path| whole.contains(&format!("\n{}\n", path.display()));
    if named(vmx) || paths.lines().any(|line| same_file(Path::new(line.trim_end_matches('\r')), vmx)) {
        Answer::Running
    } else {
        Answer::NotListed
    }
}

fn in_vim_cmd(vim_cmd: &Path, list: &str, vmx: &Path) -> Answer {
    let id = match vm_id(list, vmx) {
        Ok(Some(id)) => id,
        Ok(None) => return Answer::NotListed,
        Err(why) => return Answer::Failed(why),
    };
    match run(vim_cmd, &["vmsvc/power.getstate", &id]) {
        Ok(text) => match text.lines().last().map(str::trim) {
            Some("Powered on") => Answer::Running,
            Some("Powered off") => Answer::Off,
            Some("Suspended") => Answer::Suspended,
            _ => Answer::Failed(unexpected(&text)),
        },
        Err(why) => Answer::Failed(why),
    }
}

/// Blocks of lines, one of them `Config File: PATH`.
fn in_esxcli(text: &str, vmx: &Path) -> Answer {
    let mut files = text.lines().filter_map(|line| line.trim_start().strip_prefix("Config File: "));
    if !text.trim().is_empty() && files.clone().next().is_none() {
        return Answer::Failed(unexpected(text));
    }
    if files.any(|file| same_file(Path::new(file), vmx)) { Answer::Running } else { Answer::NotListed }
}

/// The id under which the host has registered the VM of this file, in its list of VMs.
///
/// Names and annotations may hold blanks, brackets and newlines, so that a row's start cannot always be told: where
/// more than one id comes into question, none is taken.
fn vm_id(text: &str, vmx: &Path) -> Result<Option<String>, String> {
    let rows =
        text.split_once('\n').filter(|(head, _)| head.starts_with("Vmid")).ok_or_else(|| unexpected(text))?.1;
    let mut candidates: Vec<&str> = Vec::new();
    let mut found: Vec<Vec<&str>> = Vec::new();
    for line in rows.lines() {
        if let Some((id, _)) = line.split_once(' ').filter(|(id, _)| is_number(id)) {
            candidates.push(id);
        }
        if let Some((path, ends_row)) = datastore_path(line, vmx) {
            if path {
                found.push(candidates.clone());
            }
            if ends_row {
                candidates.clear();
            }
        }
    }
    match &found[..] {
        [] => Ok(None),
        [ids] if ids.len() == 1 => Ok(Some(ids[0].to_owned())),
        _ => Err("the list of VMs is ambiguous: a name or an annotation in it spans lines".to_owned()),
    }
}

/// Whether `line` has a row's `[datastore] path.vmx`, its guest and `vmx-NN`, and whether that path is this file.
fn datastore_path(line: &str, vmx: &Path) -> Option<(bool, bool)> {
    let mut is_row = false;
    for (at, _) in line.match_indices('[') {
        let Some((datastore, rest)) = line[at + 1..].split_once("] ") else { continue };
        for (end, _) in rest.match_indices(".vmx") {
            let mut words = rest[end + 4..].split_ascii_whitespace();
            let is_guest =
                rest[end + 4..].starts_with(' ') && words.next().is_some_and(|word| word.contains("Guest"));
            if is_guest && words.next().is_some_and(|word| word.strip_prefix("vmx-").is_some_and(is_number)) {
                is_row = true;
                let path = Path::new(VOLUMES).join(datastore).join(&rest[..end + 4]);
                if same_file(&path, vmx) {
                    return Some((true, true));
                }
            }
        }
    }
    is_row.then_some((false, true))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn same_file(a: &Path, b: &Path) -> bool {
    a == b || identity(a).is_some_and(|id| identity(b) == Some(id))
}

fn unexpected(text: &str) -> String {
    let first: String = text.lines().next().unwrap_or_default().chars().take(60).collect();
    format!("it printed something else: '{first}'")
}

/// The first program of that name on the path, looked for once.
fn find(name: &str) -> Option<&'static Path> {
    static FOUND: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let look = || {
        let path = std::env::var_os("PATH");
        let folders: IndexSet<PathBuf> = path.iter().flat_map(std::env::split_paths).collect();
        let first = |name: &&str| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file());
        [VMRUN, VIM_CMD, ESXCLI].iter().filter_map(first).collect()
    };
    FOUND.get_or_init(look).iter().map(PathBuf::as_path).find(|program| program.ends_with(name))
}

/// The tools that hung, and when: for a while they are not waited for again.
static HUNG: Mutex<Vec<(PathBuf, Instant)>> = Mutex::new(Vec::new());
const REMEMBERED: Duration = Duration::from_secs(30);

fn hung_just_now(program: &Path) -> bool {
    let hung = HUNG.lock().unwrap_or_else(PoisonError::into_inner);
    hung.iter().any(|(known, when)| known == program && when.elapsed() < REMEMBERED)
}

/// Ends a tool that hangs, and what it has started.
fn end(child: &mut Child, program: &Path) {
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
    HUNG.lock().unwrap_or_else(PoisonError::into_inner).push((program.to_owned(), Instant::now()));
}

/// Runs a tool; gives what it printed.
///
/// # Errors
/// Why there is no answer, in words.
fn run(program: &Path, words: &[&str]) -> Result<String, String> {
    if hung_just_now(program) {
        return Err(format!("it did not answer within {} seconds", TAKES_AT_MOST.as_secs()));
    }
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let mut stdout = child.stdout.take().ok_or("it has no output")?;
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.read_to_end(&mut bytes).map(|_| bytes);
        // Nobody listens any more where the tool hung.
        let _ = send.send(read);
    });
    let begun = Instant::now();
    let read = receive.recv_timeout(TAKES_AT_MOST);
    if read.is_err() {
        end(&mut child, program);
        return Err(format!("it did not answer within {} seconds", TAKES_AT_MOST.as_secs()));
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(Some(status)) => return Err(format!("it failed: {status}")),
            Ok(None) if begun.elapsed() < TAKES_AT_MOST => std::thread::sleep(Duration::from_millis(1)),
            Ok(None) => {
                end(&mut child, program);
                return Err(format!("it did not end within {} seconds", TAKES_AT_MOST.as_secs()));
            }
            Err(error) => return Err(format!("it cannot be waited for: {error}")),
        }
    }
    match read {
        Ok(Ok(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(Err(error)) => Err(format!("its output cannot be read: {error}")),
        Err(error) => Err(error.to_string()),
    }
}
