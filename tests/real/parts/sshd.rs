//! Hosts that answer over SSH: OpenSSH's server on the loopback interface, as the user who runs the tests. Each has a
//! chosen shell, exactly the listed tools, and stand-ins of VMware's tools that keep their state in files.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{RunResult, Scratch, is_enabled, is_root, isolated, program};
use crate::suite::skip;

/// The address of all hosts; the port tells them apart.
const ADDRESS: &str = "127.0.0.1";
/// The folder that the server of root needs, which the start script of the service creates.
const PRIVILEGE_SEPARATION: &str = "/run/sshd";
/// What a host has at least: `stat`, `sha256sum`, `readlink` and `timeout` are missing.
const TOOLS: &str = "cat chgrp chmod chown cksum cp cut date dd dirname echo find grep id ln ls mkdir mv printf ps rm rmdir \
    sed sh sleep sync touch tr uname";
/// What most hosts have as well.
const MORE_TOOLS: &str = "awk readlink sha256sum stat timeout";

/// The shell and the tools of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    /// `dash`, with the usual tools.
    Dash,
    /// `dash`, where `ls` and `cksum` have to do.
    FewTools,
    /// `busybox`, which is its own tools. It uses them whatever `PATH` says.
    BusyBox,
    /// `bash`, in the mode of `sh`.
    Bash,
}

/// Returns one of them, another one in each test; with `VMXEDIT_ALL_STEPS=1`, all of them.
#[track_caller]
pub(crate) fn shells() -> &'static [Shell] {
    const ALL: [Shell; 4] = [Shell::FewTools, Shell::BusyBox, Shell::Dash, Shell::Bash];
    if is_enabled("VMXEDIT_ALL_STEPS") {
        return &ALL;
    }
    let line = std::panic::Location::caller().line() as usize;
    std::slice::from_ref(&ALL[line % ALL.len()])
}

impl Shell {
    fn program(self) -> &'static str {
        match self {
            Self::Dash | Self::FewTools => "dash",
            Self::BusyBox => "busybox",
            Self::Bash => "bash",
        }
    }
}

/// A host without a server. [`SshHost`] adds one; [`direct`](Self::direct) starts the script on it without `ssh`.
pub(crate) struct Account {
    /// The home of the user, where files of the test are as well.
    pub(crate) scratch: Scratch,
}

impl Account {
    /// Creates the tools of a host, or skips the test where the shell is missing.
    pub(crate) fn new(shell: Shell) -> Self {
        let account = Self { scratch: Scratch::new() };
        fs::create_dir(account.scratch.path("tools")).unwrap();
        fs::create_dir(account.scratch.path("home")).unwrap();
        let shell_program = find_program(shell.program());
        let more = if shell == Shell::FewTools { "" } else { MORE_TOOLS };
        for tool in TOOLS.split(' ').chain(more.split(' ')).filter(|tool| !tool.is_empty()) {
            let target = if tool == "sh" || shell == Shell::BusyBox {
                shell_program.clone()
            } else {
                find_program(tool)
            };
            symlink(target, account.tool(tool)).unwrap();
        }
        // `profile` may print something, set `first` to commands of the script, or run it in its own way.
        let root = account.scratch.path("");
        let root = root.display().to_string();
        let root = root.trim_end_matches('/');
        account.scratch.write_script(
            "login",
            &format!(
                "root='{root}'\nfirst=\n\
                 script=$SSH_ORIGINAL_COMMAND\n\
                 run() {{ exec env -i PATH=\"$root/tools\" HOME=\"$root/home\" \"$root/tools/sh\" -c \"$script\"; }}\n\
                 cd \"$root/home\"\n\
                 [ ! -f \"$root/profile\" ] || . \"$root/profile\"\n\
                 begin=\"exec sh -c '\"\n\
                 script=\"$begin$first${{script#\"$begin\"}}\"\n\
                 run"
            ),
        );
        account
            .scratch
            .write_script("direct", &format!("for SSH_ORIGINAL_COMMAND; do :; done\n. '{root}/login'"));
        account
    }

    fn tool(&self, name: &str) -> PathBuf {
        self.scratch.path(&format!("tools/{name}"))
    }

    /// Sets what runs before the script; see `new`.
    pub(crate) fn set_profile(&self, script: &str) {
        self.scratch.write("profile", format!("{script}\n"));
    }

    /// Adds a program.
    pub(crate) fn add_tool(&self, name: &str, script: &str) {
        self.remove_tool(name);
        let path = self.tool(name);
        fs::write(&path, format!("#!/bin/sh\nstate='{}'\n{script}\n", self.scratch.path("").display()))
            .unwrap();
        self.scratch.set_mode(&format!("tools/{name}"), 0o755);
    }

    /// Removes a program.
    pub(crate) fn remove_tool(&self, name: &str) {
        let _ = fs::remove_file(self.tool(name));
    }

    /// Makes it an ESXi host: with VMware's kernel, `vim-cmd` and `esxcli`. No VM is registered.
    pub(crate) fn make_esxi(&self) {
        // BusyBox does not search for `uname`.
        self.set_profile("first='uname() { case $1 in -s) echo VMkernel ;; *) echo esx1 ;; esac; }\n'");
        self.scratch.write("vms", "");
        self.add_tool(
            "vim-cmd",
            "echo \"vim-cmd $*\" >>\"$state/calls\"\n\
             case $1 in\n\
             vmsvc/getallvms)\n\
             echo \"Skipping invalid VM '9'\"\n\
             echo 'Vmid   Name   File   Guest OS   Version   Annotation'\n\
             while IFS='|' read -r id power file; do\n\
             echo \"$id      vm$id     [$(cat \"$state/root\")] $file   centos9_64Guest   vmx-20\"\n\
             done <\"$state/vms\" ;;\n\
             vmsvc/power.getstate)\n\
             echo 'Retrieved runtime info'\n\
             while IFS='|' read -r id power file; do [ \"$id\" != \"$2\" ] || echo \"$power\"; done <\"$state/vms\" ;;\n\
             vmsvc/reload) [ ! -e \"$state/reload-fails\" ] || { echo 'Reload failed: busy' >&2; exit 1; } ;;\n\
             *) exit 1 ;;\n\
             esac",
        );
        self.add_tool(
            "esxcli",
            "[ \"$*\" = 'vm process list' ] || exit 1\n\
             while IFS='|' read -r id power file; do\n\
             [ \"$power\" = 'Powered on' ] || continue\n\
             printf 'vm%s\\n   World ID: 35149\\n   Process ID: 0\\n   VMX Cartel ID: 35148\\n' \"$id\"\n\
             printf '   UUID: 56 4d e8 f4 21 aa ed 4b-b6 d0 1b af 43 24 ac b0\\n   Display Name: vm%s\\n' \"$id\"\n\
             printf '   Config File: %s\\n\\n' \"$(cat \"$state/root\")/$file\"\n\
             done <\"$state/vms\"",
        );
    }

    /// Registers VMs on an ESXi host: the id, the power state and the file below `root`, as in its datastore. `root` is the
    /// name of the datastore: an absolute path. The list also says that another VM is invalid.
    pub(crate) fn register(&self, root: &Path, vms: &[(u32, &str, &str)]) {
        let lines: String = vms.iter().map(|(id, power, file)| format!("{id}|{power}|{file}\n")).collect();
        self.scratch.write("vms", lines);
        self.scratch.write("root", root.as_os_str().as_bytes());
    }

    /// Returns the calls of `vim-cmd` since the last time.
    pub(crate) fn take_calls(&self) -> Vec<String> {
        let path = self.scratch.path("calls");
        let calls = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        calls.lines().map(str::to_owned).collect()
    }

    /// Adds `vmrun`, which prints the content of the file `vmrun-list`.
    pub(crate) fn add_vmrun(&self, running: &[&Path]) {
        let mut list = format!("Total running VMs: {}\n", running.len()).into_bytes();
        for path in running {
            list.extend_from_slice(path.as_os_str().as_bytes());
            list.push(b'\n');
        }
        self.scratch.write("vmrun-list", list);
        self.add_tool("vmrun", "[ \"$1\" != list ] || exec cat \"$state/vmrun-list\"");
    }

    /// Returns a command for the program that starts the script without `ssh`.
    pub(crate) fn direct(&self) -> Command {
        let mut command = isolated(program());
        command.env("VMXEDIT_SSH", self.scratch.path("direct")).stdin(Stdio::null());
        command
    }
}

/// A host with a server, and the client's key.
pub(crate) struct SshHost {
    pub(crate) account: Account,
    pub(crate) port: u16,
    server: Child,
    master: Option<Child>,
}

impl SshHost {
    /// Starts a server, or skips the test where OpenSSH or the shell is missing.
    pub(crate) fn start(shell: Shell) -> Self {
        Self::serve(Account::new(shell))
    }

    /// Starts a server, and a connection that the client's calls share: each of them is quicker.
    pub(crate) fn start_shared(shell: Shell) -> Self {
        let mut host = Self::start(shell);
        let mut master = isolated("ssh");
        master.args(host.client_options()).args(["-M", "-N", "-S"]).arg(host.socket());
        master.args(["-p", &host.port.to_string(), ADDRESS]);
        master.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        host.master = Some(master.spawn().unwrap());
        wait_until(|| host.socket().exists());
        host
    }

    fn serve(account: Account) -> Self {
        find_program("ssh");
        if is_root() {
            fs::create_dir_all(PRIVILEGE_SEPARATION).unwrap();
        }
        for key in ["host-key", "user-key"] {
            let mut make = isolated(find_program("ssh-keygen"));
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(account.scratch.path(key));
            assert!(make.status().unwrap().success());
        }
        fs::copy(account.scratch.path("user-key.pub"), account.scratch.path("authorized-keys")).unwrap();
        // Another process may take the port meanwhile.
        let started = (0..5).find_map(|_| start_server(&account));
        let (port, server) = started.expect("a free port");
        let public = fs::read_to_string(account.scratch.path("host-key.pub")).unwrap();
        account.scratch.write("known-hosts", format!("[{ADDRESS}]:{port} {public}"));
        Self { account, port, server, master: None }
    }

    pub(crate) fn scratch(&self) -> &Scratch {
        &self.account.scratch
    }

    fn socket(&self) -> PathBuf {
        self.scratch().path("control")
    }

    fn client_options(&self) -> Vec<String> {
        let path = |name: &str| self.scratch().path(name).display().to_string();
        let options = [
            format!("UserKnownHostsFile={}", path("known-hosts")),
            "GlobalKnownHostsFile=none".to_owned(),
            "IdentitiesOnly=yes".to_owned(),
            "BatchMode=yes".to_owned(),
            "LogLevel=ERROR".to_owned(),
            "ConnectTimeout=15".to_owned(),
        ];
        let options = options.into_iter().flat_map(|option| ["-o".to_owned(), option]);
        ["-T", "-F", "none", "-i"]
            .map(str::to_owned)
            .into_iter()
            .chain([path("user-key")])
            .chain(options)
            .collect()
    }

    /// Returns the words for `VMXEDIT_SSH`: OpenSSH's client without any configuration of this machine.
    pub(crate) fn client(&self) -> String {
        let mut words = vec!["ssh".to_owned()];
        words.extend(self.client_options());
        if self.master.is_some() {
            words.extend(["-S".to_owned(), self.socket().display().to_string()]);
        }
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
    }

    /// Returns the name of a file of the host.
    pub(crate) fn url(&self, path: impl AsRef<Path>) -> String {
        url(self.port, path.as_ref())
    }

    /// Returns an isolated command for the program, which reaches this host.
    pub(crate) fn command(&self) -> Command {
        let mut command = isolated(program());
        command
            .env("VMXEDIT_SSH", self.client())
            .current_dir(self.scratch().path("home"))
            .stdin(Stdio::null());
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> RunResult {
        RunResult::new(args, &self.command().args(args).output().unwrap())
    }

    /// Ends the server. Connections stay.
    pub(crate) fn stop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Returns the processes whose arguments name the scratch folder of this host, but not its server: clients, sessions
    /// and scripts.
    pub(crate) fn processes(&self) -> Vec<String> {
        let root = self.scratch().path("").display().to_string();
        let root = root.trim_end_matches('/');
        let own = [self.server.id(), self.master.as_ref().map_or(0, Child::id)].map(|id| id.to_string());
        let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let running = processes.filter_map(|process| {
            let id =
                process.file_name().into_string().ok().filter(|id| id.bytes().all(|b| b.is_ascii_digit()))?;
            let line = fs::read(process.path().join("cmdline")).ok()?;
            let has_folder = fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(root));
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            ((has_folder || line.contains(root)) && !own.contains(&id)).then(|| format!("{id} {line}"))
        });
        running.collect()
    }

    /// Asserts that no process of a client or of a session is left after at most ten seconds.
    #[track_caller]
    pub(crate) fn assert_no_process_is_left(&self) {
        let started = Instant::now();
        while !self.processes().is_empty() {
            assert!(started.elapsed() < Duration::from_secs(10), "{:#?}", self.processes());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for SshHost {
    fn drop(&mut self) {
        if let Some(master) = &mut self.master {
            let _ = master.kill();
            let _ = master.wait();
        }
        self.stop();
    }
}

/// Starts a server on a free port. Returns `None` if another process has taken the port.
fn start_server(account: &Account) -> Option<(u16, Child)> {
    let scratch = &account.scratch;
    let port = TcpListener::bind((ADDRESS, 0)).unwrap().local_addr().unwrap().port();
    let path = |name: &str| scratch.path(name).display().to_string();
    scratch.write(
        "sshd-config",
        format!(
            "Port {port}\nListenAddress {ADDRESS}\nHostKey {}\nAuthorizedKeysFile {}\nForceCommand {}\n\
             PidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nMaxSessions 100\nMaxStartups 200\nUseDNS no\n",
            path("host-key"),
            path("authorized-keys"),
            path("login")
        ),
    );
    let mut command = isolated(find_program("sshd"));
    command.args(["-D", "-e", "-f"]).arg(scratch.path("sshd-config"));
    let log = fs::File::create(scratch.path("sshd-log")).unwrap();
    let mut server = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let started = Instant::now();
    while server.try_wait().unwrap().is_none() {
        assert!(started.elapsed() < Duration::from_secs(20), "sshd does not answer");
        if TcpStream::connect((ADDRESS, port)).is_ok() {
            return Some((port, server));
        }
        thread::sleep(Duration::from_millis(10));
    }
    let log = fs::read_to_string(scratch.path("sshd-log")).unwrap_or_default();
    if !log.contains("in use") {
        skip(format!("sshd does not start here: {log}"));
    }
    None
}

/// Returns the name of a file of the host on a port.
pub(crate) fn url(port: u16, path: &Path) -> String {
    let mut url = format!("ssh://{ADDRESS}:{port}");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                url.push(char::from(*byte));
            }
            byte => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

/// Returns the path of a program, or skips the test.
fn find_program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    let mut found = folders.map(|folder| folder.join(name)).filter(|path| path.is_file());
    // Links, such as those of alternatives, are followed: BusyBox looks at its name.
    let found = found.next().unwrap_or_else(|| skip(format!("{name} is not installed")));
    fs::canonicalize(&found).ok().filter(|real| real.file_name() == Some(OsStr::new(name))).unwrap_or(found)
}

/// Waits, for at most 20 seconds.
#[track_caller]
pub(crate) fn wait_until(mut is_true: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_true() {
        assert!(started.elapsed() < Duration::from_secs(20), "it does not happen");
        thread::sleep(Duration::from_millis(10));
    }
}
