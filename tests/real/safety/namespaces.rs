//! VMware's lock and the power check in a PID namespace that does not see the host's processes.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use vmxedit::host;

use crate::harness::{
    RunResult, Scratch, dead_process_id, isolated, lock_member, pad_lock_member, program, start_time,
};
use crate::parts::vmtools;
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            vmware_honors_a_member_with_a_namespace,
            vmware_removes_a_stale_member_with_a_namespace
        ]),
        second_tier(
            "needs root",
            test_list![
                a_live_lock_of_a_process_outside_the_namespace_is_held,
                a_lock_whose_process_id_belongs_to_another_process_in_the_namespace_is_held,
                a_lock_that_vmware_code_holds_outside_the_namespace_is_held,
                an_edit_warns_that_processes_outside_the_namespace_are_not_seen,
                status_says_that_processes_outside_the_namespace_are_not_seen,
                the_lock_of_a_killed_run_is_removed_by_the_next_one_in_the_namespace,
                a_live_run_in_the_namespace_is_waited_for,
                the_lock_of_a_run_in_a_container_is_judged_from_outside,
                a_host_without_a_hardware_id_knows_its_own_locks_on_its_own_disks,
                a_host_without_a_hardware_id_takes_locks_on_shared_disks_for_those_of_other_hosts
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";

const MEMBER: &str = "vm.vmx.lck/M12345.lck";

/// Returns the text of a lock member with a property that names a PID namespace.
fn member_with_namespace(execution: &str, namespace: &str) -> Vec<u8> {
    pad_lock_member(format!("{} {execution} 1 X 0 lc=1 ns={namespace}", host::machine_id()))
}

fn vmware_honors_a_member_with_a_namespace() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    let live = member_with_namespace(&format!("1-{}(init)", start_time(1)), "4026532178");
    let member = vm.write(MEMBER, &live);
    assert!(vmware.is_locked(&vm.path("vm.vmx")));
    assert!(vmware.lock(&vm.path("vm.vmx")).is_none());
    assert_eq!(fs::read(&member).unwrap(), live);
}

fn vmware_removes_a_stale_member_with_a_namespace() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    let member =
        vm.write(MEMBER, member_with_namespace(&format!("{}-5(vmxedit)", dead_process_id()), "4026532178"));
    let lock = vmware.lock(&vm.path("vm.vmx"));
    assert!(lock.is_some() && !member.exists());
}

/// Returns a command that runs a shell script in the scratch directory, as the first process of a new PID namespace.
/// The program is `$0`.
fn command_in_namespace(vm: &Scratch, script: &str) -> Command {
    require_root();
    let unshare = ["--pid", "--fork", "--kill-child", "--mount-proc"];
    let probe = isolated("unshare").args(unshare).arg("true").output();
    if !probe.as_ref().is_ok_and(|output| output.status.success()) {
        skip(format!("{probe:?}"));
    }
    let mut command = isolated("unshare");
    command.args(unshare).args(["sh", "-c", script]).arg(program());
    command.current_dir(vm.path("")).stdin(Stdio::null());
    command
}

/// Runs a shell script in a new PID namespace.
fn run_in_namespace(vm: &Scratch, script: &str) -> RunResult {
    let output = command_in_namespace(vm, script).output().unwrap();
    RunResult::new(&[script], &output)
}

/// A process that is killed when this guard is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Asserts that an edit in a new PID namespace is refused, that it says why, and that it changes nothing.
#[track_caller]
fn assert_held_in_namespace(vm: &Scratch, why: &str) {
    let members = || {
        let names = fs::read_dir(vm.path("vm.vmx.lck")).unwrap().map(|entry| entry.unwrap().path());
        names.map(|path| (path.clone(), fs::read(path).unwrap())).collect::<Vec<_>>()
    };
    let before = members();
    let result = run_in_namespace(vm, "exec \"$0\" set vm.vmx a=2");
    result.refuses(3, &["vm.vmx: refused: the state of the VM is unknown", why]);
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    assert_eq!(members(), before);
    let result = run_in_namespace(vm, "exec \"$0\" status vm.vmx");
    assert_eq!(result.code, 1);
    assert!(result.stdout.contains("vm.vmx: unknown") && result.stdout.contains(why), "{}", result.stdout);
}

fn a_live_lock_of_a_process_outside_the_namespace_is_held() {
    let vm = Scratch::with(VM);
    let holder = Running(isolated("sleep").arg("600").spawn().unwrap());
    let pid = holder.0.id();
    vm.write(MEMBER, lock_member(host::machine_id(), &format!("{pid}-{}(vmware-vmx)", start_time(pid))));
    let why = format!("{pid}-{}(vmware-vmx) may hold vm.vmx.lck/", start_time(pid));
    assert_held_in_namespace(&vm, &why);
}

fn a_lock_whose_process_id_belongs_to_another_process_in_the_namespace_is_held() {
    let vm = Scratch::with(VM);
    vm.write(MEMBER, lock_member(host::machine_id(), &format!("1-{}(init)", start_time(1))));
    assert_held_in_namespace(&vm, "processes outside this PID namespace cannot be seen");
    // VMware once wrote members without a start time.
    vm.write(MEMBER, lock_member(host::machine_id(), "1"));
    assert_held_in_namespace(&vm, "processes outside this PID namespace cannot be seen");
}

fn a_lock_that_vmware_code_holds_outside_the_namespace_is_held() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    let lock = vmware.lock(&vm.path("vm.vmx")).expect("the lock should be free");
    assert_held_in_namespace(&vm, &format!("{}-{}(", std::process::id(), start_time(std::process::id())));
    drop(lock);
    assert_eq!(vm.names(), ["vm.vmx"]);
}

fn status_says_that_processes_outside_the_namespace_are_not_seen() {
    let vm = Scratch::with(VM);
    let result = run_in_namespace(&vm, "exec \"$0\" status vm.vmx --json");
    let status = result.json();
    assert_eq!(status["state"], "off", "{status}");
    assert_eq!(status["evidence"][0]["detail"], "processes outside this PID namespace cannot be seen");
    assert_eq!(status["evidence"][0]["weight"], "hint");
}

fn an_edit_warns_that_processes_outside_the_namespace_are_not_seen() {
    let vm = Scratch::with(VM);
    let result = run_in_namespace(&vm, "exec \"$0\" set vm.vmx a=2");
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert_eq!(
        result.stderr,
        "vmxedit: vm.vmx: warning: processes outside this PID namespace cannot be seen\n"
    );
    let result = run_in_namespace(&vm, "exec \"$0\" set -q vm.vmx a=3");
    assert_eq!((result.code, &*result.stderr), (0, ""));
}

/// Holds the lock in the editor until the script is killed.
const HOLD: &str = "VISUAL=./editor \"$0\" edit vm.vmx & until [ -e editing ]; do sleep 0.05; done";

fn with_editor_that_waits() -> Scratch {
    let vm = Scratch::with(VM);
    vm.write_script("editor", ": > editing\nexec sleep 600");
    vm
}

fn the_lock_of_a_killed_run_is_removed_by_the_next_one_in_the_namespace() {
    let vm = with_editor_that_waits();
    let script = format!(
        "{HOLD}; cat vm.vmx.lck/M* > member; kill -9 $!; wait; test -d vm.vmx.lck && \"$0\" set -q vm.vmx a=3"
    );
    let result = run_in_namespace(&vm, &script);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert_eq!(vm.read("vm.vmx"), b"a = \"3\"\n");
    assert!(!vm.path("vm.vmx.lck").exists());
    let member = vm.read("member");
    assert!(member.windows(4).any(|word| word == b" ns="), "{}", member.escape_ascii());
}

fn a_live_run_in_the_namespace_is_waited_for() {
    let vm = with_editor_that_waits();
    let script = format!(
        "{HOLD}; holder=$!; \"$0\" set -q vm.vmx a=3 & sleep 1; kill -0 $! || exit 70; cat vm.vmx >before; \
         kill -9 $holder; wait $!"
    );
    let result = run_in_namespace(&vm, &script);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert_eq!(vm.read("before"), VM.as_bytes());
    assert_eq!(vm.read("vm.vmx"), b"a = \"3\"\n");
    assert!(!vm.path("vm.vmx.lck").exists());
}

fn the_lock_of_a_run_in_a_container_is_judged_from_outside() {
    let vm = with_editor_that_waits();
    let mut command = command_in_namespace(&vm, &format!("{HOLD}; wait"));
    let container = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    wait_until("the editor starts", || vm.path("editing").exists());
    let result = vm.run(&["status", "vm.vmx", "--json"]);
    assert_eq!(result.json()["state"], "locked_elsewhere", "{}", result.stdout);
    assert!(result.stdout.contains("vmxedit, pid "), "{}", result.stdout);
    drop(container);
    wait_until("the lock becomes stale", || vm.run(&["status", "vm.vmx"]).stdout.contains("is stale"));
    vm.run(&["set", "vm.vmx", "a=3"]).prints("~ a = \"1\" -> \"3\"\n");
    assert!(!vm.path("vm.vmx.lck").exists());
}

/// Runs `status` on a machine without a network address, where a lock in the folder `disk` names a dead process.
/// `mount` is a shell command that mounts a file system there.
fn status_without_hardware_id(mount: &str) -> RunResult {
    require_root();
    let vm = Scratch::new();
    fs::create_dir(vm.path("disk")).unwrap();
    vm.write_script("editor", "cp -r vm.vmx.lck ..; exit 1");
    let script = format!(
        "mount -t sysfs sysfs /sys && {mount} || exit 77\n\
         cd disk && echo 'a = \"1\"' > vm.vmx && VISUAL=../editor \"$0\" edit vm.vmx\n\
         cp -r ../vm.vmx.lck . && \"$0\" status vm.vmx; cd ..; umount disk"
    );
    let mut command = isolated("unshare");
    command.args(["--mount", "--net", "sh", "-c", &script]).arg(program());
    let output = command.current_dir(vm.path("")).stdin(Stdio::null()).output();
    match output {
        Ok(output) if output.status.code() != Some(77) => RunResult::new(&[mount], &output),
        other => skip(format!("{other:?}")),
    }
}

fn a_host_without_a_hardware_id_knows_its_own_locks_on_its_own_disks() {
    let result = status_without_hardware_id("mount -t tmpfs tmpfs disk");
    assert!(result.stdout.contains("vm.vmx: off") && result.stdout.contains("is stale"), "{result:?}");
}

fn a_host_without_a_hardware_id_takes_locks_on_shared_disks_for_those_of_other_hosts() {
    let result = status_without_hardware_id(
        "truncate -s 20M image && mkfs.ntfs -q -F image >/dev/null && ntfs-3g image disk",
    );
    assert!(result.stdout.contains("vm.vmx: locked elsewhere"), "{result:?}");
    assert!(result.stdout.contains("on another machine"), "{result:?}");
}
