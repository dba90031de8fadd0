//! 200 files on four hosts that answer over SSH, each in a network namespace of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Scratch, is_enabled, isolated, program};
use crate::parts::ansible::{Ansible, folder, recap, succeed, text, write_vmrun};
use crate::suite::{Trial, require_root, second_tier, skip, skip_optional, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier("needs root", test_list![two_hundred_files_on_four_hosts_are_changed_once])
}

const HOSTS: usize = 4;
const FILES: usize = 50;
/// The namespace in which Ansible runs.
const CONTROLLER: &str = "controller";

/// Network namespaces that are connected with that of the controller. All hosts see the same files, but each has its own
/// folder `vms`.
struct Fleet {
    scratch: Scratch,
    servers: Vec<Child>,
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for server in &mut self.servers {
            let _ = server.kill();
            let _ = server.wait();
        }
        for name in (1..=HOSTS).map(host).chain([CONTROLLER.to_owned()]) {
            let _ = isolated("ip").args(["netns", "del", &namespace(&name)]).output();
        }
    }
}

fn host(number: usize) -> String {
    format!("host{number}")
}

/// Returns the name of a namespace, which no other run of the tests has.
fn namespace(name: &str) -> String {
    format!("vmxedit-{}-{name}", std::process::id())
}

/// Returns a command that runs in a namespace.
fn inside(name: &str, command: &Command) -> Command {
    let mut wrapped = isolated("ip");
    wrapped.args(["netns", "exec", &namespace(name)]).arg(command.get_program()).args(command.get_args());
    for (variable, value) in command.get_envs() {
        if let Some(value) = value {
            wrapped.env(variable, value);
        }
    }
    wrapped.stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

fn ip(line: &str) {
    succeed(isolated("ip").args(line.split(' ')));
}

impl Fleet {
    fn start() -> Self {
        let mut fleet = Self { scratch: Scratch::new(), servers: Vec::new() };
        let controller = namespace(CONTROLLER);
        let added = isolated("ip").args(["netns", "add", &controller]).output();
        if !added.as_ref().is_ok_and(|output| output.status.success()) {
            skip(format!("no network namespaces: {added:?}"));
        }
        for key in ["host-key", "user-key"] {
            let path = fleet.scratch.path(key);
            succeed(isolated("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(path));
        }
        fs::create_dir(fleet.scratch.path("vms")).unwrap();
        fs::create_dir_all("/run/sshd").unwrap();
        let mut inventory = String::new();
        let mut known_hosts = String::new();
        let key = fs::read_to_string(fleet.scratch.path("host-key.pub")).unwrap();
        for number in 1..=HOSTS {
            let name = host(number);
            let space = namespace(&name);
            let address = format!("10.0.{number}.2");
            ip(&format!("netns add {space}"));
            ip(&format!("-n {controller} link add to{number} type veth peer name eth0 netns {space}"));
            ip(&format!("-n {controller} address add 10.0.{number}.1/24 dev to{number}"));
            ip(&format!("-n {controller} link set to{number} up"));
            ip(&format!("-n {space} address add {address}/24 dev eth0"));
            ip(&format!("-n {space} link set eth0 up"));
            let _ = writeln!(inventory, "{name} ansible_host={address}");
            let _ = write!(known_hosts, "{address} {key}");
            fleet.fill(&name);
            let server = fleet.serve(&name, &address);
            fleet.servers.push(server);
        }
        let known_hosts = fleet.scratch.write("known-hosts", known_hosts);
        let _ = write!(
            inventory,
            "[all:vars]\nvms={}\nansible_user=root\nansible_ssh_private_key_file={}\n\
             ansible_python_interpreter=/usr/bin/python3\n\
             ansible_ssh_common_args=-F none -o UserKnownHostsFile={} -o GlobalKnownHostsFile=none -o IdentitiesOnly=yes\n",
            fleet.scratch.path("vms").display(),
            fleet.scratch.path("user-key").display(),
            known_hosts.display()
        );
        fleet.scratch.write("inventory.ini", inventory);
        fleet
    }

    fn files(&self) -> Vec<PathBuf> {
        let file =
            |host_name: String, number| self.scratch.path(&format!("{host_name}/vm{number}/vm{number}.vmx"));
        (1..=HOSTS).flat_map(|number| (1..=FILES).map(move |vm| file(host(number), vm))).collect()
    }

    /// Writes the VMs of a host.
    fn fill(&self, name: &str) {
        for vm in 1..=FILES {
            let content =
                format!("guestOS = \"other\"\r\n\tdisplayName=\"{name} {vm}\"\r\nmemsize = \"1024\"");
            self.scratch.write(&format!("{name}/vm{vm}/vm{vm}.vmx"), content);
        }
        fs::create_dir(self.scratch.path(&format!("{name}/bin"))).unwrap();
    }

    /// Starts the server of a host, which sees its own folder as `vms`.
    fn serve(&self, name: &str, address: &str) -> Child {
        let path = |name: &str| self.scratch.path(name).display().to_string();
        let configuration = self.scratch.write(
            &format!("sshd-{name}"),
            format!(
                "ListenAddress {address}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nUsePAM no\nStrictModes no\n\
                 PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUseDNS no\n",
                path("host-key"),
                path("user-key.pub")
            ),
        );
        let mut shell = isolated("sh");
        shell.args(["-c", "mount --bind \"$1\" \"$2\" && exec /usr/sbin/sshd -D -f \"$3\"", "sh"]);
        shell.args([path(name), path("vms")]).arg(configuration);
        let server = inside(name, &shell).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let started = Instant::now();
        let mut look = isolated("bash");
        look.args(["-c", &format!("exec 3<>/dev/tcp/{address}/22")]);
        while !inside(CONTROLLER, &look).output().unwrap().status.success() {
            assert!(started.elapsed() < Duration::from_secs(20), "{name} does not answer");
            thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// Runs a playbook and returns the lines of its recap, and what it printed.
    fn run(&self, ansible: &Ansible, playbook: &str, more: &[&str]) -> (Vec<String>, String) {
        let mut command = ansible.playbook(playbook, &self.scratch);
        command.arg("--inventory").arg(self.scratch.path("inventory.ini")).args(more);
        command
            .env("ANSIBLE_FORKS", "4")
            .env("ANSIBLE_SSH_ARGS", "-o ControlMaster=auto -o ControlPersist=10s");
        let printed = text(&inside(CONTROLLER, &command).output().unwrap());
        let lines = recap(&printed);
        println!("{playbook} {}", more.join(" "));
        for line in &lines {
            println!("    {line}");
        }
        (lines, printed)
    }
}

/// Returns the expected recap: the same one for all hosts, with another one for the second host.
fn lines(all: &str, second: &str) -> Vec<String> {
    let numbers = |number| if number == 2 { second } else { all };
    (1..=HOSTS).map(|number| format!("{} : {}", host(number), numbers(number))).collect()
}

fn two_hundred_files_on_four_hosts_are_changed_once() {
    if !is_enabled("VMXEDIT_ALL_STEPS") {
        skip_optional("it takes minutes: VMXEDIT_ALL_STEPS=1 runs it");
    }
    require_root();
    let ansible = Ansible::find();
    let fleet = Fleet::start();
    let files = fleet.files();
    let read_all = || files.iter().map(|file| fs::read(file).unwrap()).collect::<Vec<_>>();
    let original = read_all();
    let count = |printed: &str, word: &str| printed.lines().filter(|line| line.starts_with(word)).count();

    let source = format!("{{\"{}\": \"{}\"}}", std::env::consts::ARCH, program().display());
    let vms = folder(&fleet.scratch);
    let variables = format!(
        "{{\"vmxedit_install_sources\": {source}, \"vmxedit_install_path\": \"{vms}/vms/bin/vmxedit\"}}"
    );
    for changed in [1, 0] {
        let (recap, printed) = fleet.run(&ansible, "install.yml", &["--extra-vars", &variables]);
        assert_eq!(recap.len(), HOSTS, "{printed}");
        let is_right =
            |line: &String| line.contains(&format!("changed={changed} ")) && line.contains("failed=0 ");
        assert!(recap.iter().all(is_right), "{printed}");
    }

    // Each host has one change in its folder: the program.
    let running = format!("{vms}/vms/vm7/vm7.vmx");
    let bin = fleet.scratch.path("host2/bin");
    write_vmrun_as_seen(&bin, &format!("{vms}/vms/bin"), &running, u32::MAX);

    let ok = "ok=1 changed=0 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0";
    let changed = "ok=1 changed=1 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0";
    let failed = "ok=0 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0";

    let (recap, printed) = fleet.run(&ansible, "fleet.yml", &["--check"]);
    assert_eq!(recap, lines(changed, changed), "{printed}");
    assert_eq!(count(&printed, "changed: "), HOSTS * FILES, "{printed}");
    assert!(printed.contains("the VM is not off (running): the edit would be refused"), "{printed}");
    assert!(read_all() == original, "check mode should write nothing");

    let (recap, printed) = fleet.run(&ansible, "fleet.yml", &[]);
    assert_eq!(recap, lines(changed, failed), "{printed}");
    assert_eq!(count(&printed, "changed: "), HOSTS * FILES - 1, "{printed}");
    assert_eq!(count(&printed, "failed: [host2] (item=7)"), 1, "{printed}");
    let refused = FILES + 6;
    let now = read_all();
    for (at, (before, after)) in original.iter().zip(&now).enumerate() {
        assert_eq!(before == after, at == refused, "{}", files[at].display());
    }

    // The VM is shut down after a while.
    fs::remove_file(bin.join("calls")).unwrap();
    write_vmrun_as_seen(&bin, &format!("{vms}/vms/bin"), &running, 12);
    let (recap, printed) = fleet.run(&ansible, "fleet.yml", &["--extra-vars", "wait=120"]);
    assert_eq!(recap, lines(ok, changed), "{printed}");
    assert_eq!(count(&printed, "changed: "), 1, "{printed}");

    let edited = read_all();
    for (file, content) in files.iter().zip(&edited) {
        let text = String::from_utf8_lossy(content);
        assert!(
            text.ends_with("memsize = \"4096\"\r\nvhv.enable = \"TRUE\"\r\n"),
            "{}: {text:?}",
            file.display()
        );
        assert!(
            text.starts_with("guestOS = \"other\"\r\n\tdisplayName=\"host"),
            "{}: {text:?}",
            file.display()
        );
    }
    let (recap, printed) = fleet.run(&ansible, "fleet.yml", &[]);
    assert_eq!(recap, lines(ok, ok), "{printed}");
    assert_eq!(count(&printed, "ok: "), HOSTS * FILES, "{printed}");
    assert!(read_all() == edited, "nothing should change");
}

/// Writes the stand-in for `vmrun` into a folder that has another name on the host.
fn write_vmrun_as_seen(folder: &std::path::Path, name: &str, vm: &str, calls: u32) {
    write_vmrun(folder, vm, calls);
    let path = folder.join("vmrun");
    let script = fs::read_to_string(&path).unwrap().replace(&folder.display().to_string(), name);
    fs::write(path, script).unwrap();
}
