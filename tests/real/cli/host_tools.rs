//! Power state from the host's tools (`vmrun`, `vim-cmd`, `esxcli`) and from the files next to a VM.
//!
//! Fake tools print the known output of the real ones, fail, hang, or print garbage.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Scratch, isolated, pad_lock_member, wait_for_message};
use crate::parts::terminal::run_on_terminal;
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            vmrun_lists_running_vms,
            a_path_with_a_newline_is_found_in_the_vmrun_list,
            a_tool_that_fails_or_prints_garbage_makes_the_state_unknown,
            files_next_to_a_vm_determine_its_state,
            locks_on_disks_memory_and_nvram_lock_the_vm,
            files_of_another_vm_in_the_folder_are_ignored,
            a_value_that_ends_in_a_slash_does_not_match_files_of_other_vms,
            wait_option_waits_for_a_suspended_vm,
            a_terminal_shows_a_spinner_while_waiting
        ]),
        second_tier(
            "needs root",
            test_list![
                vim_cmd_is_queried_by_vm_id,
                esxcli_lists_running_vms,
                reload_makes_the_host_read_the_file_and_a_hint_suggests_it,
                reload_in_a_batch_makes_the_host_read_each_file,
                host_tools_override_a_swap_file
            ],
        ),
        second_tier(
            "takes seconds",
            test_list![
                a_tool_that_hangs_times_out,
                an_edit_waits_for_a_recently_active_vm,
                an_edit_of_a_vm_that_stays_active_is_refused_after_ten_seconds
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";

/// Creates a fake tool that runs this shell script.
fn fake_tool(vm: &Scratch, name: &str, script: &str) {
    vm.write_script(&format!("tools/{name}"), script);
}

/// Returns a command for the program with the fake tools first in `PATH`.
fn command_with_fake_tools(vm: &Scratch) -> Command {
    let mut command = vm.command();
    command.env("PATH", format!("{}:/usr/bin:/bin", vm.path("tools").display()));
    command
}

fn run_status(command: &mut Command) -> serde_json::Value {
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("JSON: {}", String::from_utf8_lossy(&output.stderr)))
}

#[track_caller]
fn assert_state(vm: &Scratch, state: &str, detail: &str) {
    let status = run_status(command_with_fake_tools(vm).args(["status", "vm.vmx", "--json"]));
    assert_eq!(status["state"], state, "{status}");
    assert!(status.to_string().contains(detail), "{status}");
}

fn vmrun_lists_running_vms() {
    let vm = Scratch::with(VM);
    let path = vm.path("vm.vmx").display().to_string();
    let fake_vmrun_list = |vm: &Scratch, text: &str| {
        fake_tool(vm, "vmrun", &format!("[ \"$1\" = list ] && printf '%b' '{text}'"));
    };
    fake_vmrun_list(&vm, "Total running VMs: 0\\n");
    assert_state(&vm, "off", "vmrun list: it is not listed");
    fake_vmrun_list(&vm, &format!("Total running VMs: 1\\n{path}\\n"));
    assert_state(&vm, "running", "vmrun list: it runs");
    fs::create_dir(vm.path("a [b] c")).unwrap();
    symlink("../vm.vmx", vm.path("a [b] c/alias.vmx")).unwrap();
    fake_vmrun_list(
        &vm,
        &format!("Total running VMs: 2\\n/other.vmx\\r\\n{}\\r\\n", vm.path("a [b] c/alias.vmx").display()),
    );
    assert_state(&vm, "running", "vmrun list: it runs");
    let output = command_with_fake_tools(&vm).args(["set", "vm.vmx", "a=2"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

fn a_path_with_a_newline_is_found_in_the_vmrun_list() {
    let vm = Scratch::new();
    vm.write("two\nlines/vm.vmx", VM);
    let path = vm.path("two\nlines/vm.vmx").display().to_string();
    fake_tool(&vm, "vmrun", &format!("cat <<'END'\nTotal running VMs: 1\n{path}\nEND"));
    let status = run_status(command_with_fake_tools(&vm).args(["status", "two\nlines/vm.vmx", "--json"]));
    assert_eq!(status["state"], "running", "{status}");
}

fn a_tool_that_fails_or_prints_garbage_makes_the_state_unknown() {
    for (name, script, why) in [
        ("vmrun", "exit 255", "it failed"),
        ("vmrun", "echo Error: something", "it printed something else"),
        ("vmrun", "echo 'Total running VMs: 3'", "it printed something else"),
        ("vmrun", "head -c 100000 /dev/urandom", "it printed something else"),
        ("vim-cmd", "exit 1", "it failed"),
        ("vim-cmd", "echo nonsense", "it printed something else"),
        ("esxcli", "echo nonsense", "it printed something else"),
        ("esxcli", "kill -9 $$", "it failed"),
    ] {
        let vm = Scratch::with(VM);
        fake_tool(&vm, name, script);
        assert_state(&vm, "unknown", why);
        let output = command_with_fake_tools(&vm).args(["set", "vm.vmx", "a=2"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{name}: {script}");
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    }
}

fn a_tool_that_hangs_times_out() {
    let vm = Scratch::with(VM);
    fake_tool(&vm, "vmrun", "sleep 60");
    let start = Instant::now();
    assert_state(&vm, "unknown", "it did not answer within 5 seconds");
    assert!(start.elapsed() < Duration::from_secs(50));
}

/// Runs the program as on an ESXi host, where the scratch directory is `/vmfs/volumes/datastore 1`.
fn run_on_fake_esxi(vm: &Scratch, args: &[&str]) -> Output {
    require_root();
    let at = vm.path("").display().to_string();
    let at = at.trim_end_matches('/');
    let script = format!(
        "set -e; D=/mnt; mount -t tmpfs tmpfs $D; mkdir $D/u $D/w $D/m; \
         mount -t overlay -o lowerdir=/,upperdir=$D/u,workdir=$D/w overlay $D/m; mount --rbind /proc $D/m/proc; \
         mount --rbind /dev $D/m/dev; mkdir -p $D/m/vmfs/volumes/5f-id $D/m{at}; mount --bind {at} $D/m{at}; \
         mount --bind {at} $D/m/vmfs/volumes/5f-id; ln -s 5f-id \"$D/m/vmfs/volumes/datastore 1\"; \
         exec chroot $D/m sh -c 'cd {at}; PATH={at}/tools:/usr/bin:/bin exec \"$@\"' sh \"$@\""
    );
    let program = vm.copy_program("vmxedit");
    let output =
        isolated("unshare").args(["-m", "sh", "-c", &script, "sh"]).arg(&program).args(args).output();
    match output {
        Ok(output) if !String::from_utf8_lossy(&output.stderr).contains("mount:") => output,
        Ok(output) => skip(String::from_utf8_lossy(&output.stderr)),
        Err(error) => skip(error.to_string()),
    }
}

/// Creates a fake `vim-cmd` that prints these rows for `getallvms`, and this state for the VM with id 12.
fn fake_vim_cmd(vm: &Scratch, rows: &str, state: &str) {
    let head = "Vmid      Name                File                Guest OS        Version   Annotation";
    fake_tool(
        vm,
        "vim-cmd",
        &format!(
            "case $1 in\nvmsvc/getallvms) cat <<'END'\n{head}\n{rows}\nEND\n;;\n\
             vmsvc/power.getstate) [ \"$2\" = 12 ] || exit 1; printf 'Retrieved runtime info\\n{state}\\n';;\n\
             vmsvc/reload) echo \"$2\" >> reloaded;;\nesac"
        ),
    );
}

const ROWS: &str = "3      other [x]     [datastore 1] other/other.vmx   centos9_64Guest   vmx-20\n\
                    12     a [b] c       [datastore 1] vm.vmx            darwin10_64Guest  vmx-9     Ask first";

fn vim_cmd_is_queried_by_vm_id() {
    for (rows, answer, state, detail) in [
        (ROWS, "Powered on", "running", "vim-cmd vmsvc/power.getstate: it runs"),
        (ROWS, "Powered off", "off", "it is off"),
        (ROWS, "Suspended", "suspended", "it is suspended"),
        (ROWS, "Something new", "unknown", "it printed something else"),
        (
            "3  other  [datastore 1] other.vmx  centos9_64Guest  vmx-20",
            "Powered on",
            "off",
            "it is not listed",
        ),
        (
            "12  two\nlines  [datastore 1] vm.vmx  darwin10_64Guest  vmx-9  a note\nof two lines",
            "Powered on",
            "running",
            "it runs",
        ),
        (
            "3  two\n12  lines  [datastore 1] vm.vmx  darwin10_64Guest  vmx-9",
            "Powered off",
            "unknown",
            "the list of VMs is ambiguous",
        ),
    ] {
        let vm = Scratch::with(VM);
        fake_vim_cmd(&vm, rows, answer);
        let output = run_on_fake_esxi(&vm, &["status", "vm.vmx", "--json"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(&format!("\"state\":\"{state}\"")) && text.contains(detail), "{rows}: {text}");
    }
}

fn esxcli_lists_running_vms() {
    let vm = Scratch::with(VM);
    fake_tool(
        &vm,
        "esxcli",
        "cat <<'END'\nmy vm\n   World ID: 35149\n   Process ID: 0\n   Display Name: my vm\n   \
         Config File: /vmfs/volumes/5f-id/vm.vmx\n\nEND",
    );
    let output = run_on_fake_esxi(&vm, &["status", "vm.vmx", "--json"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("\"state\":\"running\"") && text.contains("esxcli vm process list: it runs"),
        "{text}"
    );
    fake_tool(&vm, "esxcli", "true");
    let output = run_on_fake_esxi(&vm, &["status", "vm.vmx", "--json"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"state\":\"off\""));
}

fn reload_makes_the_host_read_the_file_and_a_hint_suggests_it() {
    let vm = Scratch::with(VM);
    fake_vim_cmd(&vm, ROWS, "Powered off");
    let output = run_on_fake_esxi(&vm, &["set", "vm.vmx", "a=2"]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && stderr.contains("the host has not read the file yet: use --reload"),
        "{stderr}"
    );
    let output = run_on_fake_esxi(&vm, &["set", "vm.vmx", "a=3", "--reload"]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && stderr.contains("the host has read the file again"), "{stderr}");
    assert_eq!(vm.read("reloaded"), b"12\n");
    fake_vim_cmd(&vm, "", "Powered off");
    let output = run_on_fake_esxi(&vm, &["set", "vm.vmx", "a=4", "--reload"]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && stderr.contains("not registered on this host"), "{stderr}");
    assert_eq!(vm.read("vm.vmx"), b"a = \"4\"\n");
    fs::remove_file(vm.path("tools/vim-cmd")).unwrap();
    let result = vm.run(&["set", "vm.vmx", "a=5", "--reload"]);
    assert_eq!(result.code, 5);
    result.says(&["--reload: vim-cmd was not found: this is not an ESXi host", "leave --reload out"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"4\"\n");
    let result = vm.run(&["apply", "--set", "a=5", "--reload", "vm.vmx", "vm.vmx"]);
    assert_eq!(result.code, 5);
    result.says(&["--reload: vim-cmd was not found"]);
    assert_eq!(vm.read("vm.vmx"), b"a = \"4\"\n");
}

fn reload_in_a_batch_makes_the_host_read_each_file() {
    let vm = Scratch::with(VM);
    vm.write("other/other.vmx", VM);
    fake_vim_cmd(
        &vm,
        "12  a  [datastore 1] vm.vmx  darwin10_64Guest  vmx-9\n13  b  [datastore 1] other/other.vmx  otherGuest  vmx-9",
        "Powered off",
    );
    let script = String::from_utf8(vm.read("tools/vim-cmd")).unwrap();
    vm.write("tools/vim-cmd", script.replace("[ \"$2\" = 12 ] || exit 1; ", ""));
    let args = ["apply", "--reload", "--set", "a=2", "vm.vmx", "other/other.vmx"];
    let output = run_on_fake_esxi(&vm, &args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stderr.matches("the host has read the file again").count(), 2, "{stderr}");
    assert_eq!(vm.read("reloaded"), b"12\n13\n");
    let failing =
        String::from_utf8(vm.read("tools/vim-cmd")).unwrap().replace(">> reloaded", ">> reloaded; exit 1");
    vm.write("tools/vim-cmd", failing);
    let output = run_on_fake_esxi(&vm, &["apply", "--reload", "--set", "a=3", "vm.vmx", "other/other.vmx"]);
    let changes = "vm.vmx: ~ a = \"2\" -> \"3\"\nother/other.vmx: ~ a = \"2\" -> \"3\"\n";
    assert_eq!((output.status.code(), &*String::from_utf8_lossy(&output.stdout)), (Some(5), changes));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let failed = "edited, but the host did not read the file again: vim-cmd vmsvc/reload: it failed";
    assert_eq!(stderr.matches(failed).count(), 2, "{stderr}");
}

/// Sets the modification time to an hour ago, so that the VM does not count as recently active.
fn set_modified_an_hour_ago(path: &std::path::Path) {
    let file = fs::File::open(path).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).unwrap();
}

fn files_next_to_a_vm_determine_its_state() {
    for (file, state, detail) in [
        ("vm.vmss", "suspended", "vm.vmss is there: the saved memory"),
        ("vm-5f3a.vswp", "running", "vm-5f3a.vswp is there"),
        ("564d.vmem", "off", "564d.vmem is there"),
        ("vm-Snapshot1.vmem", "off", "\"evidence\":[]"),
        ("vm.vmx~", "off", "vm.vmx~ is there"),
        (".lck-5a00", "off", "an ESXi host's lock on NFS"),
        ("vm.nvram", "off", "\"evidence\":[]"),
    ] {
        let vm = Scratch::with(VM);
        vm.write(file, "");
        assert_state(&vm, state, detail);
    }
    let vm = Scratch::with("cleanShutdown = \"FALSE\"\n");
    assert_state(&vm, "off", "line 1: cleanShutdown");
    let result = vm.run(&["set", "vm.vmx", "a=2"]);
    assert_eq!(result.code, 0);
    result.says(&["warning: line 1: cleanShutdown = \"FALSE\": it runs, or it crashed"]);
}

fn host_tools_override_a_swap_file() {
    let vm = Scratch::with(VM);
    vm.write("vm-5f3a.vswp", "");
    fake_vim_cmd(&vm, ROWS, "Powered off");
    let output = run_on_fake_esxi(&vm, &["status", "vm.vmx", "--json"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("\"state\":\"off\"") && text.contains("vm-5f3a.vswp is there"), "{text}");
}

fn locks_on_disks_memory_and_nvram_lock_the_vm() {
    for locked in ["vm.vmdk", "564d.vmem", "vm.nvram"] {
        let vm = Scratch::with(VM);
        let member = pad_lock_member("uuid=56-4d 7872-13191(vmware-vmx.exe) 1 X 13191 lc=1");
        vm.write(&format!("{locked}.lck/M00001.lck"), member);
        set_modified_an_hour_ago(&vm.path(&format!("{locked}.lck")));
        assert_state(&vm, "locked_elsewhere", &format!("{locked}.lck/M00001.lck"));
        fs::remove_file(vm.path(&format!("{locked}.lck/M00001.lck"))).unwrap();
        set_modified_an_hour_ago(&vm.path(&format!("{locked}.lck")));
        assert_state(&vm, "off", "\"evidence\":[]");
    }
}

fn files_of_another_vm_in_the_folder_are_ignored() {
    let vm = Scratch::with("scsi0:0.fileName = \"mine.vmdk\"\n");
    vm.write("other.vmx", VM);
    vm.write("other.vmss", "");
    assert_state(&vm, "off", "\"evidence\":[]");
    vm.write("vm.vmss", "");
    assert_state(&vm, "suspended", "vm.vmss is there");
}

fn a_value_that_ends_in_a_slash_does_not_match_files_of_other_vms() {
    let vm = Scratch::with("annotation = \"see http://wiki.example.com/\"\nscsi0:0.fileName = \".\"\n");
    vm.write("other.vmx", VM);
    vm.write("other.vmss", "");
    assert_state(&vm, "off", "\"evidence\":[]");
}

fn an_edit_waits_for_a_recently_active_vm() {
    let vm = Scratch::with(VM);
    let log = vm.write("vmware.log", "");
    assert_state(&vm, "settling", "vmware.log changed");
    let start = Instant::now();
    let result = vm.run(&["set", "vm.vmx", "a=2"]);
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"));
    result.says(&["waiting: the VM is settling"]);
    assert!(start.elapsed() > Duration::from_secs(1));
    set_modified_an_hour_ago(&log);
    // An edit by vmxedit and its lock do not count as activity of the VM.
    vm.run(&["set", "vm.vmx", "a=3"]).prints("~ a = \"2\" -> \"3\"\n");
    vm.run(&["set", "vm.vmx", "a=4"]).prints("~ a = \"3\" -> \"4\"\n");
}

fn an_edit_of_a_vm_that_stays_active_is_refused_after_ten_seconds() {
    let vm = Scratch::with(VM);
    vm.write("vmware.log", "");
    let script = "while echo line >> vmware.log; do sleep 0.3; done";
    let mut busy = isolated("sh").args(["-c", script]).current_dir(vm.path("")).spawn().unwrap();
    let start = Instant::now();
    let result = vm.run(&["set", "vm.vmx", "a=2"]);
    busy.kill().unwrap();
    busy.wait().unwrap();
    assert_eq!((result.code, &*result.stdout), (3, ""));
    result.says(&["refused: the VM is settling (vmware.log changed", "hint: try again in a few seconds"]);
    assert!(start.elapsed() > Duration::from_secs(9));
}

fn wait_option_waits_for_a_suspended_vm() {
    let vm = Scratch::with("checkpoint.vmState = \"vm.vmss\"\na = \"1\"\n");
    let saved = vm.write("vm.vmss", "");
    let mut command = vm.command();
    command.args(["set", "vm.vmx", "a=2", "--wait=30"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut waiter = command.spawn().unwrap();
    wait_for_message(&mut waiter, "waiting: the VM is suspended");
    assert!(vm.read("vm.vmx").ends_with(b"a = \"1\"\n"));
    fs::remove_file(saved).unwrap();
    assert!(waiter.wait_with_output().unwrap().status.success());
    assert!(vm.read("vm.vmx").ends_with(b"a = \"2\"\n"));
}

fn a_terminal_shows_a_spinner_while_waiting() {
    let vm = Scratch::with(VM);
    vm.write("vm.vmss", "");
    let mut command = vm.command();
    command.args(["set", "vm.vmx", "a=2", "--wait=1"]).env("TERM", "xterm");
    let (text, code) = run_on_terminal(&command, "", "");
    assert!(
        text.contains("\r| vm.vmx: waiting: the VM is suspended") && text.contains("\r/ vm.vmx"),
        "{text}"
    );
    assert!(text.contains("refused: the VM is suspended"), "{text}");
    assert_eq!(code, 3);
}
