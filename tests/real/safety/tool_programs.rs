//! Which programs on the `PATH` run as the host's tools, what is read of them, and how they end.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Scratch, isolated};
use crate::suite::{Trial, first_tier, require_root, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            empty_and_relative_entries_of_path_are_passed_over,
            a_tool_that_another_user_can_have_written_is_passed_over,
            a_link_to_a_tool_in_a_world_writable_folder_is_passed_over,
            what_is_no_executable_regular_file_is_passed_over,
            a_link_to_a_safe_tool_is_followed,
            a_tool_that_is_a_script_finds_no_program_in_the_current_folder,
            a_tool_that_prints_without_end_is_ended,
            the_answer_of_a_tool_whose_child_keeps_its_output_open_counts,
            nothing_is_left_running_of_a_tool_that_fails,
            a_signal_ends_the_wait_for_a_tool_and_releases_the_lock
        ]),
        second_tier("needs root", test_list![a_tool_of_another_user_is_passed_over]),
        second_tier("takes seconds", test_list![nothing_is_left_running_of_a_tool_that_hangs]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";

/// Creates the file `ran` without another program.
const MARK: &str = ": > ran";

/// Returns a command for the program with this `PATH`.
fn command_with_path(vm: &Scratch, path: &str) -> Command {
    let mut command = vm.command();
    command.env("PATH", path);
    command
}

/// Creates a `vmrun` in `folder` that reports the VM as running.
fn write_running_vmrun(vm: &Scratch, folder: &str) {
    let list = format!("Total running VMs: 1\\n{}\\n", vm.path("vm.vmx").display());
    vm.write_script(&format!("{folder}/vmrun"), &format!("printf '{list}'"));
}

fn status(command: &mut Command) -> serde_json::Value {
    let output = command.args(["status", "vm.vmx", "--json"]).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("JSON: {}", String::from_utf8_lossy(&output.stderr)))
}

#[track_caller]
fn assert_status(status: &serde_json::Value, state: &str, detail: &str) {
    assert_eq!(status["state"], state, "{status}");
    assert!(status.to_string().contains(detail), "{status}");
}

/// Returns whether the process with the id in this file lives. A process that has ended may still have an entry in
/// `/proc`, until its parent waits for it.
fn is_alive(vm: &Scratch, file: &str) -> bool {
    let pid = String::from_utf8(vm.read(file)).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Waits until something holds, for 10 seconds at most.
#[track_caller]
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn empty_and_relative_entries_of_path_are_passed_over() {
    for path in ["", ".", ":/usr/bin", "/usr/bin::/bin", "/usr/bin:", "tools:/usr/bin", "./tools"] {
        let vm = Scratch::with(VM);
        for tool in ["vmrun", "vim-cmd", "esxcli"] {
            vm.write_script(tool, MARK);
            vm.write_script(&format!("tools/{tool}"), MARK);
        }
        let output = command_with_path(&vm, path).args(["set", "vm.vmx", "a=2"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{path:?}: {output:?}");
        assert!(!vm.path("ran").exists(), "{path:?}");
        assert_eq!(vm.read("vm.vmx"), b"a = \"2\"\n", "{path:?}");
    }
}

/// Asserts that the `vmrun` in the folder `bad`, first on the `PATH`, does not run and the one in `good` does.
#[track_caller]
fn assert_passed_over(vm: &Scratch, case: &str) {
    write_running_vmrun(vm, "good");
    let path = format!("{}:{}:/usr/bin:/bin", vm.path("bad").display(), vm.path("good").display());
    let status = status(&mut command_with_path(vm, &path));
    assert!(!vm.path("ran").exists(), "{case}");
    assert_status(&status, "running", "vmrun list: it runs");
}

fn a_tool_that_another_user_can_have_written_is_passed_over() {
    for (case, folder, file) in [
        ("a world-writable folder", 0o777, 0o755),
        ("a world-writable folder with the sticky bit", 0o1777, 0o755),
        ("a world-writable file", 0o755, 0o777),
    ] {
        let vm = Scratch::with(VM);
        vm.write_script("bad/vmrun", MARK);
        vm.set_mode("bad/vmrun", file);
        vm.set_mode("bad", folder);
        assert_passed_over(&vm, case);
    }
}

fn a_link_to_a_tool_in_a_world_writable_folder_is_passed_over() {
    let vm = Scratch::with(VM);
    vm.write_script("open/vmrun", MARK);
    vm.set_mode("open", 0o777);
    fs::create_dir(vm.path("bad")).unwrap();
    symlink("../open/vmrun", vm.path("bad/vmrun")).unwrap();
    assert_passed_over(&vm, "a link");
}

fn a_tool_of_another_user_is_passed_over() {
    require_root();
    for owned in ["bad/vmrun", "bad"] {
        let vm = Scratch::with(VM);
        vm.write_script("bad/vmrun", MARK);
        chown(vm.path(owned), Some(65534), None).unwrap();
        assert_passed_over(&vm, owned);
    }
}

fn what_is_no_executable_regular_file_is_passed_over() {
    let vm = Scratch::with(VM);
    vm.write_script("bad/vmrun", MARK);
    vm.set_mode("bad/vmrun", 0o644);
    assert_passed_over(&vm, "a file that is not executable");
    fs::remove_file(vm.path("bad/vmrun")).unwrap();
    fs::create_dir(vm.path("bad/vmrun")).unwrap();
    assert_passed_over(&vm, "a folder");
    fs::remove_dir(vm.path("bad/vmrun")).unwrap();
    vm.make_fifo("bad/vmrun");
    vm.set_mode("bad/vmrun", 0o755);
    assert_passed_over(&vm, "a pipe");
    fs::remove_file(vm.path("bad/vmrun")).unwrap();
    symlink("nowhere", vm.path("bad/vmrun")).unwrap();
    assert_passed_over(&vm, "a link that leads nowhere");
}

fn a_link_to_a_safe_tool_is_followed() {
    let vm = Scratch::with(VM);
    write_running_vmrun(&vm, "lib");
    fs::create_dir(vm.path("bin")).unwrap();
    symlink("../lib/vmrun", vm.path("bin/vmrun")).unwrap();
    let path = vm.path("bin").display().to_string();
    assert_status(&status(&mut command_with_path(&vm, &path)), "running", "vmrun list: it runs");
}

fn a_tool_that_is_a_script_finds_no_program_in_the_current_folder() {
    let vm = Scratch::with(VM);
    vm.write_script("helper", MARK);
    vm.write_script("open/helper", MARK);
    vm.set_mode("open", 0o777);
    vm.write_script("tools/vmrun", "helper\necho 'Total running VMs: 0'");
    let (open, tools) = (vm.path("open"), vm.path("tools"));
    let path = format!(".:{}::{}:/usr/bin:/bin", open.display(), tools.display());
    assert_status(&status(&mut command_with_path(&vm, &path)), "off", "vmrun list: it is not listed");
    assert!(!vm.path("ran").exists());
}

/// Returns a command for the program with the folder `tools` first on the `PATH`.
fn command_with_tools(vm: &Scratch) -> Command {
    command_with_path(vm, &format!("{}:/usr/bin:/bin", vm.path("tools").display()))
}

/// Waits for a child. Returns the most memory that it used, in KB, as read every millisecond.
fn peak_memory(child: &mut Child) -> u64 {
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let resident = resident.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(resident.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

fn a_tool_that_prints_without_end_is_ended() {
    let vm = Scratch::with(VM);
    vm.write_script("tools/vmrun", "echo $$ > tool\nexec cat /dev/zero");
    let start = Instant::now();
    let mut command = command_with_tools(&vm);
    command.args(["status", "vm.vmx"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let peak = peak_memory(&mut child);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert!(peak > 1 << 10 && peak < 64 << 10, "{peak} KB");
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("unknown") && text.contains("vmrun list: it printed too much"), "{text}");
    wait_until("the tool ends", || !is_alive(&vm, "tool"));
}

fn the_answer_of_a_tool_whose_child_keeps_its_output_open_counts() {
    let vm = Scratch::with(VM);
    vm.write_script("tools/vmrun", "echo 'Total running VMs: 0'\nsleep 600 &\necho $! > child");
    assert_status(&status(&mut command_with_tools(&vm)), "off", "vmrun list: it is not listed");
    wait_until("the child ends", || !is_alive(&vm, "child"));
}

fn nothing_is_left_running_of_a_tool_that_hangs() {
    for script in [
        "sleep 600 &\necho $! > child\necho $$ > tool\nwait",
        "exec >/dev/null\nsleep 600 &\necho $! > child\necho $$ > tool\nwait",
    ] {
        let vm = Scratch::with(VM);
        vm.write_script("tools/vmrun", script);
        assert_status(&status(&mut command_with_tools(&vm)), "unknown", "it did not answer within 5 seconds");
        wait_until("the tool and its child end", || !is_alive(&vm, "tool") && !is_alive(&vm, "child"));
    }
}

fn nothing_is_left_running_of_a_tool_that_fails() {
    let vm = Scratch::with(VM);
    vm.write_script("tools/vmrun", "sleep 600 &\necho $! > child\nexit 7");
    assert_status(&status(&mut command_with_tools(&vm)), "unknown", "it failed: exit status: 7");
    wait_until("the child ends", || !is_alive(&vm, "child"));
}

fn a_signal_ends_the_wait_for_a_tool_and_releases_the_lock() {
    let vm = Scratch::with(VM);
    vm.write_script("tools/vmrun", "sleep 600 &\necho $! > child\necho $$ > new\nmv new tool\nwait");
    let mut command = command_with_tools(&vm);
    let mut run = command.args(["set", "vm.vmx", "a=2"]).stderr(Stdio::null()).spawn().unwrap();
    wait_until("the tool starts", || vm.path("tool").exists());
    assert!(vm.path("vm.vmx.lck").exists());
    let start = Instant::now();
    let pid = run.id().to_string();
    let killed = isolated("sh").args(["-c", &format!("kill -TERM {pid}")]).status();
    assert!(killed.unwrap().success());
    let status = run.wait().unwrap();
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert_eq!(status.signal(), Some(15), "{status}");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    assert_eq!(vm.names(), ["child", "tool", "tools", "vm.vmx"]);
    wait_until("the tool and its child end", || !is_alive(&vm, "tool") && !is_alive(&vm, "child"));
}
