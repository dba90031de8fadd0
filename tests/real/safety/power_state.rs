//! The power check: each kind of evidence, the resulting state, and refused edits.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Child;

use vmxedit::host;

use crate::harness::{
    RunResult, Scratch, command_as, dead_process_id, isolated, lock_member, pad_lock_member, start_time,
};
use crate::parts::corpus::corpus_root;
use crate::parts::vmtools;
use crate::suite::{Trial, first_tier, require_root, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            a_vm_without_evidence_is_off,
            a_live_lock_is_judged_by_its_holder,
            a_stale_lock_is_reported_and_removed_by_the_next_edit,
            a_lock_of_another_machine_is_never_stale,
            real_lock_members_are_parsed,
            a_regular_file_instead_of_a_lock_directory_is_an_esxi_lock,
            invalid_lock_entries_are_reported_but_do_not_block_edits,
            a_running_vmx_process_is_found_by_its_last_argument,
            a_vm_is_suspended_only_if_its_saved_state_exists,
            force_edits_a_locked_vm_and_reports_what_it_overrode,
            locks_of_a_symlink_and_of_its_target_are_found,
            machine_id_matches_vmware,
            a_lock_held_by_vmware_code_is_live,
            a_process_that_ended_and_is_not_waited_for_runs_no_vm,
            a_process_of_another_user_with_a_relative_name_of_the_file_may_run_it,
            malformed_lock_members_that_vmware_honors_are_honored,
            vmware_honors_malformed_lock_members,
            a_lock_member_that_is_not_a_regular_file_is_refused,
            saved_state_with_a_non_utf8_name_is_found
        ]),
        second_tier(
            "needs root",
            test_list![
                a_process_hidden_by_hidepid_does_not_make_a_lock_stale,
                an_edit_warns_where_processes_are_hidden
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\n";

/// A process with a chosen name and arguments, which is killed when this guard is dropped.
struct FakeProcess(Child);

impl FakeProcess {
    /// Starts a shell through a symlink, because the kernel names a process after the started file.
    fn start(vm: &Scratch, name: &str, args: &[&str]) -> Self {
        let program = vm.path(&format!("bin/{name}"));
        fs::create_dir_all(vm.path("bin")).unwrap();
        let _ = fs::remove_file(&program);
        std::os::unix::fs::symlink("/bin/sh", &program).unwrap();
        let mut command = isolated(&program);
        command.arg0(format!("/usr/lib/vmware/bin/{name}")).args(["-c", "read line"]).args(args);
        let child = command.current_dir(vm.path("")).stdin(std::process::Stdio::piped()).spawn().unwrap();
        // `spawn` may return before the kernel has set the new name and arguments.
        let proc = std::path::PathBuf::from(format!("/proc/{}", child.id()));
        let is_named = || fs::read_to_string(proc.join("comm")).is_ok_and(|comm| comm.trim() == name);
        while !is_named()
            || !fs::read(proc.join("cmdline")).is_ok_and(|line| line.starts_with(b"/usr/lib/vmware"))
        {
            std::thread::yield_now();
        }
        Self(child)
    }

    fn execution_id(&self) -> String {
        let pid = self.0.id();
        format!("{pid}-{}(x)", start_time(pid))
    }
}

impl Drop for FakeProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn assert_state(vm: &Scratch, state: &str, detail: &str) {
    let result = vm.run(&["status", "vm.vmx", "--json"]);
    let status = result.json();
    assert_eq!(status["state"], state, "{}", result.stdout);
    assert_eq!(result.code, i32::from(state != "off"));
    assert!(result.stdout.contains(detail), "{}", result.stdout);
}

#[track_caller]
fn assert_refused(vm: &Scratch, parts: &[&str]) {
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &[&["vm.vmx: refused: the VM is "], parts].concat());
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    vm.run(&["set", "vm.vmx", "a=1"]).prints("");
    let result = vm.run(&["set", "vm.vmx", "a=2", "-n"]);
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"));
    result.says(&["an edit would be refused now"]);
}

fn a_vm_without_evidence_is_off() {
    let vm = Scratch::with(VM);
    assert_state(&vm, "off", "\"evidence\":[]");
    fs::create_dir(vm.path("vm.vmx.lck")).unwrap();
    assert_state(&vm, "off", "\"evidence\":[]");
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    vm.run(&["status", "-q", "vm.vmx"]).printed(0);
}

fn a_live_lock_is_judged_by_its_holder() {
    for (name, expected, remedy) in [
        ("vmware-vmx", "running", "hint: shut the VM down, or use --wait"),
        ("vmware", "open_in_gui", "hint: close its tab"),
        ("vmplayer", "open_in_gui", "hint: close its tab"),
        ("backup-tool", "locked_elsewhere", "hint: "),
    ] {
        let vm = Scratch::with(VM);
        let holder = FakeProcess::start(&vm, name, &[]);
        vm.write("vm.vmx.lck/M12345.lck", lock_member(host::machine_id(), &holder.execution_id()));
        assert_state(&vm, expected, "holds vm.vmx.lck/M12345.lck");
        assert_refused(&vm, &[&format!("{name}, pid {}", holder.0.id()), remedy]);
    }
}

fn a_stale_lock_is_reported_and_removed_by_the_next_edit() {
    let vm = Scratch::with(VM);
    let gone = dead_process_id();
    let lock =
        vm.write("vm.vmx.lck/M00001.lck", lock_member(host::machine_id(), &format!("{gone}-5(vmware-vmx)")));
    assert_state(&vm, "off", "is stale");
    assert!(lock.exists());
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    assert_eq!(vm.names(), ["vm.vmx"]);
}

fn a_lock_of_another_machine_is_never_stale() {
    for machine in ["uuid=94-02-de-03", "AAAAAAL8AAAAAQAA"] {
        let vm = Scratch::with(VM);
        vm.write("vm.vmx.lck/M00001.lck", lock_member(machine, "4194303-5(vmware-vmx)"));
        assert_state(&vm, "locked_elsewhere", machine);
        assert_refused(&vm, &["locked elsewhere", machine]);
    }
}

fn real_lock_members_are_parsed() {
    let root = corpus_root();
    let mut count = 0;
    for file in fs::read_dir(root.join("corpus-locks")).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "lck") {
            let vm = Scratch::with(VM);
            vm.write("vm.vmx.lck/M00001.lck", fs::read(&file).unwrap());
            assert_state(&vm, "locked_elsewhere", "(vmware");
            count += 1;
        }
    }
    assert!(count >= 5, "{count}");
}

fn a_regular_file_instead_of_a_lock_directory_is_an_esxi_lock() {
    let vm = Scratch::with(VM);
    let lock = vm.write("vm.vmx.lck", "");
    assert_state(&vm, "locked_elsewhere", "ESXi");
    assert_refused(&vm, &["ESXi"]);
    assert!(lock.exists());
}

fn invalid_lock_entries_are_reported_but_do_not_block_edits() {
    let vm = Scratch::with(VM);
    vm.write("vm.vmx.lck/M00001.lck", "too short");
    vm.write("vm.vmx.lck/readme.txt", "");
    vm.write("vm.vmx.lck/E00001.lck", "");
    assert_state(&vm, "off", "is not a valid lock entry");
    assert_eq!(vm.run(&["set", "vm.vmx", "a=2"]).code, 0);
}

fn a_running_vmx_process_is_found_by_its_last_argument() {
    let vm = Scratch::with(VM);
    fs::create_dir(vm.path("dir with space")).unwrap();
    std::os::unix::fs::symlink("../vm.vmx", vm.path("dir with space/alias.vmx")).unwrap();
    let vmx_process = FakeProcess::start(&vm, "vmware-vmx", &["-s", "x=y", "dir with space/alias.vmx"]);
    assert_state(&vm, "running", &format!("vmware-vmx, pid {}, runs it", vmx_process.0.id()));
    assert_refused(&vm, &["running", "hint: shut the VM down, or use --wait"]);
    drop(vmx_process);
    assert_state(&vm, "off", "\"evidence\":[]");
    let other = FakeProcess::start(&vm, "vmware-vmx", &["/somewhere/else.vmx"]);
    assert_state(&vm, "off", "\"evidence\":[]");
    drop(other);
}

fn a_vm_is_suspended_only_if_its_saved_state_exists() {
    let suspended = "a = \"1\"\ncheckpoint.vmState = \"vm-1.vmss\"\n";
    let vm = Scratch::with(suspended);
    assert_state(&vm, "off", "and the file is not there");
    vm.write("vm-1.vmss", "");
    assert_state(&vm, "suspended", "line 2: checkpoint.vmState");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["the VM is suspended", "hint: resume it"]);
    assert_eq!(vm.read("vm.vmx"), suspended.as_bytes());
    let vm = Scratch::with("checkpoint.vmState = \"\"\n");
    assert_state(&vm, "off", "\"evidence\":[]");
}

fn force_edits_a_locked_vm_and_reports_what_it_overrode() {
    let vm = Scratch::with(VM);
    let lock = vm.write("vm.vmx.lck/M00001.lck", lock_member("uuid=other", "1-5(vmware-vmx)"));
    let result = vm.run(&["set", "vm.vmx", "a=2", "--force"]);
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"));
    result.says(&["--force: edited although the VM is locked elsewhere", "uuid=other"]);
    assert!(lock.exists());
}

fn locks_of_a_symlink_and_of_its_target_are_found() {
    let vm = Scratch::new();
    vm.write("real/target.vmx", VM);
    std::os::unix::fs::symlink("real/target.vmx", vm.path("vm.vmx")).unwrap();
    for lock in ["vm.vmx.lck/M00001.lck", "real/target.vmx.lck/M00001.lck"] {
        let path = vm.write(lock, lock_member("uuid=other", "1-5(vmware-vmx)"));
        assert_state(&vm, "locked_elsewhere", "uuid=other");
        fs::remove_file(path).unwrap();
    }
    assert_state(&vm, "off", "\"evidence\":[]");
}

fn machine_id_matches_vmware() {
    let vmware = vmtools::load();
    assert_eq!(host::machine_id(), vmware.machine_id());
}

fn a_lock_held_by_vmware_code_is_live() {
    let vmware = vmtools::load();
    let vm = Scratch::with(VM);
    let lock = vmware.lock(&vm.path("vm.vmx")).expect("the lock should be free");
    assert_state(&vm, "locked_elsewhere", &format!("pid {}", std::process::id()));
    assert_refused(&vm, &["locked elsewhere"]);
    drop(lock);
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
}

/// Returns malformed members that VMware honors.
fn malformed_members() -> [(&'static str, Vec<u8>); 4] {
    let machine = host::machine_id();
    [
        ("invalid UTF-8", b"uuid=56-4d-01 4211-13(vm\xE9ware) 1 X 1 lc=1".to_vec()),
        ("a plus sign before the number", format!("{machine} 1-0(x) +1 X 1 lc=1").into_bytes()),
        ("text after the process id", format!("{machine} 1junk 1 X 1 lc=1").into_bytes()),
        ("process 0", format!("{machine} 0-0(x) 1 X 1 lc=1").into_bytes()),
    ]
}

fn a_process_that_ended_and_is_not_waited_for_runs_no_vm() {
    let vm = Scratch::with(VM);
    let mut ended = FakeProcess::start(&vm, "vmware-vmx", &["vm.vmx"]);
    assert_state(&vm, "running", "runs it");
    ended.0.kill().unwrap();
    let stat = format!("/proc/{}/stat", ended.0.id());
    while !fs::read_to_string(&stat).unwrap().contains(") Z ") {
        std::thread::yield_now();
    }
    let printed = vm.run(&["status", "vm.vmx"]).printed(0);
    assert_eq!(printed.lines().next(), Some("vm.vmx: off"));
    assert!(!printed.contains(&format!("pid {},", ended.0.id())), "{printed}");
}

fn a_process_of_another_user_with_a_relative_name_of_the_file_may_run_it() {
    require_root();
    let vm = Scratch::new();
    // Only edits of a file with this name are affected.
    vm.write("of-another-user.vmx", VM);
    vm.set_mode("", 0o755);
    let program = vm.copy_program("program");
    let _running = FakeProcess::start(&vm, "vmware-vmx", &["of-another-user.vmx"]);
    let mut status = command_as(65534, 65534, program);
    let output = status.args(["status", "of-another-user.vmx"]).current_dir(vm.path("")).output().unwrap();
    let printed = RunResult::new(&["status"], &output).printed(1);
    assert!(printed.starts_with("of-another-user.vmx: unknown\n"), "{printed}");
    assert!(printed.contains("may run it: its working directory cannot be read"), "{printed}");
}

fn malformed_lock_members_that_vmware_honors_are_honored() {
    for (name, text) in malformed_members() {
        let vm = Scratch::with(VM);
        let lock = vm.write("vm.vmx.lck/M12345.lck", pad_lock_member(text));
        assert_eq!(vm.run(&["set", "-q", "vm.vmx", "a=2"]).code, 3, "{name}");
        assert!(lock.exists(), "{name}");
    }
}

fn vmware_honors_malformed_lock_members() {
    let vmware = vmtools::load();
    for (name, text) in malformed_members() {
        let vm = Scratch::with(VM);
        vm.write("vm.vmx.lck/M12345.lck", pad_lock_member(text));
        assert!(vmware.lock(&vm.path("vm.vmx")).is_none(), "{name}");
    }
}

fn a_lock_member_that_is_not_a_regular_file_is_refused() {
    let vm = Scratch::with(VM);
    fs::create_dir(vm.path("vm.vmx.lck")).unwrap();
    let member = vm.make_fifo("vm.vmx.lck/M12345.lck");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["M12345.lck cannot be read: not a regular file"]);
    fs::remove_file(&member).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &member).unwrap();
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["M12345.lck cannot be read"]);
}

fn a_process_hidden_by_hidepid_does_not_make_a_lock_stale() {
    require_root();
    let vm = Scratch::with(VM);
    for (name, mode) in [("", 0o755), ("vm.vmx", 0o666)] {
        vm.set_mode(name, mode);
    }
    let vmx_process = FakeProcess::start(&vm, "vmware-vmx", &["vm.vmx"]);
    vm.write("vm.vmx.lck/M12345.lck", lock_member(host::machine_id(), &vmx_process.execution_id()));
    for (name, mode) in [("vm.vmx.lck", 0o777), ("", 0o777)] {
        vm.set_mode(name, mode);
    }
    let program = vm.copy_program("program");
    let script = format!(
        "mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid 65534 --regid 65534 --clear-groups '{}' set vm.vmx a=2",
        program.display()
    );
    let output = isolated("unshare").args(["-m", "sh", "-c", &script]).current_dir(vm.path("")).output();
    let Ok(output) = output else {
        skip("unshare is not installed");
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    assert!(vm.path("vm.vmx.lck/M12345.lck").exists());
}

fn an_edit_warns_where_processes_are_hidden() {
    require_root();
    let vm = Scratch::with(VM);
    let program = vm.copy_program("program");
    for (name, mode) in [("", 0o777), ("vm.vmx", 0o666)] {
        vm.set_mode(name, mode);
    }
    let as_user = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    for (mount, user) in
        [("mount -t tmpfs none /proc", ""), ("mount -t proc -o hidepid=2 proc /proc", as_user)]
    {
        let script =
            format!("{mount} && exec {user} '{}' set vm.vmx a=2 -n --lossy-metadata", program.display());
        let output = isolated("unshare").args(["-m", "sh", "-c", &script]).current_dir(vm.path("")).output();
        let Ok(output) = output else { skip("unshare is not installed") };
        let result = RunResult::new(&[mount], &output);
        assert_eq!((result.code, &*result.stdout), (0, "~ a = \"1\" -> \"2\"\n"), "{}", result.stderr);
        result.says(&["vm.vmx: warning: processes of other users are hidden here"]);
    }
}

fn saved_state_with_a_non_utf8_name_is_found() {
    use std::os::unix::ffi::OsStrExt;
    let vm = Scratch::with(b"a = \"1\"\ncheckpoint.vmState = \"caf\xE9.vmss\"\n");
    fs::write(vm.path("").join(std::ffi::OsStr::from_bytes(b"caf\xE9.vmss")), "").unwrap();
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["the VM is suspended"]);
}
