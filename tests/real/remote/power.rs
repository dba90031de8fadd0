//! A VM that runs on the host is not edited: each kind of evidence, `--force`, `--wait`, `--reload`.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use vmxedit::host::machine_id;

use crate::harness::{RunResult, isolated, lock_member, pad_lock_member, vmxedit};
use crate::parts::sshd::{Shell, SshHost, shells, wait_until};
use crate::suite::{Trial, first_tier, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    let first = first_tier(test_list![
        a_running_process_refuses_an_edit_with_the_same_evidence,
        a_vm_that_vmrun_lists_is_refused,
        a_vm_that_an_esxi_host_runs_is_refused,
        a_lock_of_a_live_process_is_refused_and_a_stale_one_removed,
        a_vm_that_starts_between_the_two_requests_is_refused,
        an_edit_waits_until_the_vm_is_off,
        reload_makes_an_esxi_host_read_the_file_again,
        reload_on_another_host_fails_as_for_a_local_file
    ]);
    let second = second_tier("takes seconds", test_list![hostile_output_of_tools_runs_nothing]);
    first.into_iter().chain(second).collect()
}

const VM: &str = "a = \"1\"\n";

/// A process that looks like one of VMware's, which is killed when this guard is dropped.
struct VmxProcess(Child);

impl VmxProcess {
    fn start(host: &SshHost, file: &Path) -> Self {
        let program = host.scratch().path("vmware-vmx");
        let _ = fs::remove_file(&program);
        std::os::unix::fs::symlink("/bin/sh", &program).unwrap();
        let mut command = isolated(&program);
        command.args(["-c", "read line", "-s", "vmx.stdio.keep=TRUE"]).arg(file).stdin(Stdio::piped());
        let child = command.spawn().unwrap();
        let comm = format!("/proc/{}/comm", child.id());
        wait_until(|| fs::read_to_string(&comm).is_ok_and(|name| name.trim() == "vmware-vmx"));
        Self(child)
    }
}

impl Drop for VmxProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns what `status --json` says about the file of the host and, in the same folder, of this machine; without the name.
fn states(host: &SshHost, file: &Path) -> [serde_json::Value; 2] {
    let remote = host.run(&["status", "--json", &host.url(file)]);
    let args = ["status", "--json", file.to_str().unwrap()];
    let local = RunResult::new(&args, &vmxedit().args(args).output().unwrap());
    [remote, local].map(|result| {
        let mut json = result.json();
        json.as_object_mut().unwrap().remove("file");
        json
    })
}

#[track_caller]
fn assert_refused(host: &SshHost, file: &Path, why: &str) {
    let before = fs::read(file).unwrap();
    let url = host.url(file);
    host.run(&["set", &url, "a=2"]).refuses(3, &[why]);
    assert_eq!(host.run(&["set", &url, "a=2", "--dry-run"]).code, 0);
    assert_eq!(fs::read(file).unwrap(), before);
    assert_eq!(host.run(&["apply", "--set", "a=2", &url]).code, 3);
    assert_eq!(fs::read(file).unwrap(), before);
}

#[track_caller]
fn assert_forced(host: &SshHost, file: &Path) {
    let result = host.run(&["set", "--force", &host.url(file), "a=2"]);
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"), "{}", result.stderr);
    result.says(&["--force: edited although"]);
    assert_eq!(fs::read(file).unwrap(), b"a = \"2\"\n");
    fs::write(file, VM).unwrap();
}

fn a_running_process_refuses_an_edit_with_the_same_evidence() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("my vms/it's a vm.vmx", VM);
        let other = host.scratch().write("my vms/other/it's a vm.vmx", VM);
        let process = VmxProcess::start(&host, &file);
        let [remote, local] = states(&host, &file);
        assert_eq!(remote, local, "{shell:?}");
        assert_eq!(remote["state"], "running", "{shell:?}: {remote}");
        assert_refused(&host, &file, "running");
        assert_forced(&host, &file);
        host.run(&["set", &host.url(&other), "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
        drop(process);
        host.run(&["set", &host.url(&file), "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    }
}

fn a_vm_that_vmrun_lists_is_refused() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("my vms/vm.vmx", VM);
        host.account.add_vmrun(&[Path::new("/other.vmx"), &file]);
        let status = host.run(&["status", "--json", &host.url(&file)]).json();
        assert_eq!(status["state"], "running", "{shell:?}: {status}");
        assert!(status.to_string().contains("vmrun list: it runs"), "{status}");
        assert_refused(&host, &file, "vmrun list");
        assert_forced(&host, &file);
        host.account.add_vmrun(&[Path::new("/other.vmx")]);
        host.run(&["set", &host.url(&file), "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    }
}

fn a_vm_that_an_esxi_host_runs_is_refused() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        host.account.make_esxi();
        let root = host.scratch().path("vmfs/volumes/ds1");
        let file = host.scratch().write("vmfs/volumes/ds1/my vm/my vm.vmx", VM);
        host.scratch().write("vmfs/volumes/ds1/x/x.vmx", VM);
        for (power, state) in [("Powered on", "running"), ("Suspended", "suspended"), ("Powered off", "off")]
        {
            host.account.register(&root, &[(1, "Powered off", "x/x.vmx"), (7, power, "my vm/my vm.vmx")]);
            let status = host.run(&["status", "--json", &host.url(&file)]).json();
            assert_eq!(status["state"], state, "{shell:?}: {status}");
            if state == "off" {
                let result = host.run(&["set", &host.url(&file), "a=2"]);
                assert_eq!(
                    (result.code, &*result.stdout),
                    (0, "~ a = \"1\" -> \"2\"\n"),
                    "{}",
                    result.stderr
                );
            } else {
                assert_refused(&host, &file, state);
                assert_forced(&host, &file);
            }
            assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "{shell:?}");
        }
        assert!(host.account.take_calls().iter().any(|call| call == "vim-cmd vmsvc/power.getstate 7"));
    }
}

fn a_lock_of_a_live_process_is_refused_and_a_stale_one_removed() {
    let machine = machine_id();
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        let mut gui = isolated("sleep").arg("60").spawn().unwrap();
        let start = crate::harness::start_time(gui.id());
        let execution = format!("{}-{start}(vmware)", gui.id());
        host.scratch().write("vm/vm.vmx.lck/M12345.lck", lock_member(machine, &execution));
        let [remote, local] = states(&host, &file);
        assert_eq!(remote, local, "{shell:?}");
        assert_ne!(remote["state"], "off", "{shell:?}: {remote}");
        assert_refused(&host, &file, "lock");
        assert_forced(&host, &file);
        gui.kill().unwrap();
        gui.wait().unwrap();
        let [remote, local] = states(&host, &file);
        assert_eq!(remote, local, "{shell:?}");
        let result = host.run(&["set", &host.url(&file), "a=2"]);
        assert_eq!(result.code, 0, "{shell:?}: {}", result.stderr);
        assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 1, "{shell:?}");
        // One of another machine is never stale.
        fs::write(&file, VM).unwrap();
        let member = pad_lock_member("othermachine1234 1-2(vmware-vmx) 1 X 0 lc=1");
        host.scratch().write("vm/vm.vmx.lck/M12345.lck", member);
        let [remote, local] = states(&host, &file);
        assert_eq!(remote, local, "{shell:?}");
        assert_refused(&host, &file, "lock");
        assert!(host.scratch().path("vm/vm.vmx.lck/M12345.lck").exists());
    }
}

fn a_vm_that_starts_between_the_two_requests_is_refused() {
    for shell in [Shell::Dash, Shell::BusyBox] {
        let host = SshHost::start_shared(shell);
        let file = host.scratch().write("vm/vm.vmx", VM);
        // The second call reports that the VM runs.
        host.account.add_vmrun(&[&file]);
        host.account.add_tool(
            "vmrun",
            "echo call >>\"$state/calls\"\n\
             if [ \"$(grep -c call \"$state/calls\")\" = 1 ]; then echo 'Total running VMs: 0'; else cat \"$state/vmrun-list\"; fi",
        );
        let result = host.run(&["set", &host.url(&file), "a=2"]);
        assert_eq!((result.code, &*result.stdout), (3, ""), "{}", result.stderr);
        result.says(&["vmrun list"]);
        assert_eq!(fs::read(&file).unwrap(), VM.as_bytes());
        assert_eq!(fs::read_dir(host.scratch().path("vm")).unwrap().count(), 1);
    }
}

fn an_edit_waits_until_the_vm_is_off() {
    let host = SshHost::start_shared(Shell::Dash);
    let file = host.scratch().write("vm/vm.vmx", VM);
    host.account.add_vmrun(&[&file]);
    let started = Instant::now();
    assert_eq!(host.run(&["set", "--wait=1", &host.url(&file), "a=2"]).code, 3);
    assert!(started.elapsed() >= Duration::from_secs(1));
    let mut command = host.command();
    command.args(["set", "--wait=30", &host.url(&file), "a=2"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    thread::sleep(Duration::from_millis(1500));
    host.account.add_vmrun(&[]);
    let result = RunResult::new(&["set"], &child.wait_with_output().unwrap());
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"), "{}", result.stderr);
    assert_eq!(fs::read(&file).unwrap(), b"a = \"2\"\n");
}

fn reload_makes_an_esxi_host_read_the_file_again() {
    for &shell in shells() {
        let host = SshHost::start_shared(shell);
        host.account.make_esxi();
        let file = host.scratch().write("vmfs/volumes/ds1/vm/vm.vmx", VM);
        let url = host.url(&file);
        host.account.register(&host.scratch().path("vmfs/volumes/ds1"), &[(42, "Powered off", "vm/vm.vmx")]);
        let result = host.run(&["set", &url, "a=2", "--reload"]);
        assert_eq!(
            (result.code, &*result.stdout),
            (0, "~ a = \"1\" -> \"2\"\n"),
            "{shell:?}: {}",
            result.stderr
        );
        assert!(host.account.take_calls().contains(&"vim-cmd vmsvc/reload 42".to_owned()), "{shell:?}");
        // Without the option, a note suggests it, and nothing is reloaded.
        let result = host.run(&["set", &url, "a=3"]);
        assert_eq!(result.code, 0);
        result.says(&["--reload", "vim-cmd vmsvc/reload 42"]);
        assert!(!host.account.take_calls().iter().any(|call| call.contains("reload")), "{shell:?}");
        // Where there is nothing to change, an earlier edit may not have been read.
        for quiet in [&[][..], &["-q"]] {
            let args = [&["set", &url, "a=3", "--reload"], quiet].concat();
            let result = host.run(&args);
            assert_eq!((result.code, &*result.stdout), (0, ""), "{shell:?}: {}", result.stderr);
            assert_eq!(
                result.stderr.contains("the host has read the file again"),
                quiet.is_empty(),
                "{shell:?}"
            );
            assert!(host.account.take_calls().contains(&"vim-cmd vmsvc/reload 42".to_owned()), "{shell:?}");
        }
        host.scratch().write("reload-fails", "");
        let result = host.run(&["set", &url, "a=4", "--reload"]);
        assert_ne!(result.code, 0, "{shell:?}");
        result.says(&["did not read the file again: vim-cmd vmsvc/reload failed: busy"]);
        assert_eq!(fs::read(&file).unwrap(), b"a = \"4\"\n");
        fs::remove_file(host.scratch().path("reload-fails")).unwrap();
        host.account.register(Path::new("/"), &[]);
        let result = host.run(&["set", &url, "a=5", "--reload"]);
        assert_eq!(result.code, 0, "{shell:?}");
        result.says(&["not registered"]);
    }
}

fn reload_on_another_host_fails_as_for_a_local_file() {
    let host = SshHost::start_shared(Shell::Dash);
    let file = host.scratch().write("vm/vm.vmx", VM);
    let remote = host.run(&["set", &host.url(&file), "a=2", "--reload"]);
    let args = ["set", file.to_str().unwrap(), "a=3", "--reload"];
    let local = RunResult::new(&args, &vmxedit().args(args).output().unwrap());
    for result in [remote, local] {
        assert_eq!((result.code, &*result.stdout), (5, ""), "{}", result.stderr);
        result.says(&["--reload: vim-cmd was not found: this is not an ESXi host", "leave --reload out"]);
    }
    assert_eq!(fs::read(&file).unwrap(), VM.as_bytes());
}

fn hostile_output_of_tools_runs_nothing() {
    let outputs = [
        "$(touch pwned)",
        "`touch pwned`",
        "7; touch pwned",
        "Vmid Name File Guest OS Version Annotation\n$(touch${IFS}pwned) x [ds1] vm/vm.vmx otherGuest vmx-20",
        "Vmid Name File Guest OS Version Annotation\n-1 x [ds1] vm/vm.vmx otherGuest vmx-20",
        "Vmid Name File Guest OS Version Annotation\n7 x [ds1] vm/vm.vmx otherGuest vmx-20\n7 * [ds1] vm/vm.vmx o vmx-20",
        "Vmid Name File Guest OS Version Annotation\n99999999999999999999 x [ds1] vm/vm.vmx otherGuest vmx-20",
        "Total running VMs: 99999999999999999999\n\u{1b}[31m",
        "end\n",
    ];
    for shell in [Shell::Dash, Shell::BusyBox, Shell::Bash] {
        let host = SshHost::start_shared(shell);
        host.account.make_esxi();
        let file = host.scratch().write("vmfs/volumes/ds1/vm/vm.vmx", VM);
        for output in outputs {
            host.scratch().write("hostile", output);
            for tool in ["vim-cmd", "esxcli", "vmrun"] {
                host.account.add_tool(tool, "echo \"$0 $*\" >>\"$state/calls\"; cat \"$state/hostile\"");
            }
            let status = host.run(&["status", "--json", &host.url(&file)]);
            assert_eq!(status.json()["state"], "unknown", "{output}: {}", status.stdout);
            let result = host.run(&["set", &host.url(&file), "a=2", "--reload"]);
            assert_eq!(result.code, 3, "{output}: {}", result.stderr);
            assert!(!result.stderr.contains('\u{1b}'), "{}", result.stderr);
            assert_eq!(fs::read(&file).unwrap(), VM.as_bytes());
            for folder in ["home/pwned", "pwned", "vmfs/volumes/ds1/vm/pwned"] {
                assert!(!host.scratch().path(folder).exists(), "{output}");
            }
        }
        // More than anyone can use.
        for tool in ["vim-cmd", "esxcli"] {
            host.account.remove_tool(tool);
        }
        host.account.add_tool("vmrun", "dd if=/dev/zero bs=65536 count=64 2>/dev/null | tr '\\0' '\\n'");
        assert_eq!(host.run(&["set", &host.url(&file), "a=2"]).code, 3);
    }
}
