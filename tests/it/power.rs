//! The power check: each kind of evidence, how it is judged, and that a refusal leaves the file alone.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use vmxedit::vm::host;

use super::support::{Scratch, member, shared, start_time};
use super::vmtools;

const VM: &str = "a = \"1\"\n";

/// A process of that name, with these words behind it; it ends with the guard.
struct Standin(Child);

impl Standin {
    /// A shell under another name: the kernel takes the name from the file that is started, a link included.
    fn named(vm: &Scratch, name: &str, words: &[&str]) -> Self {
        let program = vm.path(&format!("bin/{name}"));
        fs::create_dir_all(vm.path("bin")).expect("a directory");
        let _ = fs::remove_file(&program);
        std::os::unix::fs::symlink("/bin/sh", &program).expect("a link to sh");
        let mut command = Command::new(&program);
        command.arg0(format!("/usr/lib/vmware/bin/{name}")).args(["-c", "read line"]).args(words);
        let child =
            command.current_dir(vm.path("")).stdin(std::process::Stdio::piped()).spawn().expect("it starts");
        // The parent goes on a moment before the kernel has given the child its new name and words.
        let proc = std::path::PathBuf::from(format!("/proc/{}", child.id()));
        let is_named = || fs::read_to_string(proc.join("comm")).is_ok_and(|comm| comm.trim() == name);
        while !is_named()
            || !fs::read(proc.join("cmdline")).is_ok_and(|line| line.starts_with(b"/usr/lib/vmware"))
        {
            std::thread::yield_now();
        }
        Self(child)
    }

    fn execution(&self) -> String {
        let pid = self.0.id();
        format!("{pid}-{}(x)", start_time(pid))
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn state(vm: &Scratch, state: &str, detail: &str) {
    let ran = vm.run(&["status", "vm.vmx", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(status["state"], state, "{}", ran.stdout);
    assert_eq!(ran.code, i32::from(state != "off"));
    assert!(ran.stdout.contains(detail), "{}", ran.stdout);
}

#[track_caller]
fn refused(vm: &Scratch, parts: &[&str]) {
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &[&["vm.vmx: refused: the VM is "], parts].concat());
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    vm.run(&["set", "vm.vmx", "a=1"]).prints("");
    let ran = vm.run(&["set", "vm.vmx", "a=2", "-n"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "~ a = \"1\" -> \"2\"\n"));
    ran.says(&["an edit would be refused now"]);
}

#[test]
fn without_evidence_a_vm_counts_as_off() {
    let vm = Scratch::with(VM);
    state(&vm, "off", "\"evidence\":[]");
    fs::create_dir(vm.path("vm.vmx.lck")).expect("an empty lock directory is none");
    state(&vm, "off", "\"evidence\":[]");
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    vm.run(&["status", "-q", "vm.vmx"]).prints("");
}

#[test]
fn a_live_lock_is_judged_by_who_holds_it() {
    for (name, expected, remedy) in [
        ("vmware-vmx", "running", "hint: shut it down, or wait"),
        ("vmware", "open_in_gui", "hint: close its tab"),
        ("vmplayer", "open_in_gui", "hint: close its tab"),
        ("backup-tool", "locked_elsewhere", "hint: "),
    ] {
        let vm = Scratch::with(VM);
        let holder = Standin::named(&vm, name, &[]);
        vm.write("vm.vmx.lck/M12345.lck", member(host::machine_id(), &holder.execution()));
        state(&vm, expected, "holds vm.vmx.lck/M12345.lck");
        refused(&vm, &[&format!("{name}, pid {}", holder.0.id()), remedy]);
    }
}

#[test]
fn a_stale_lock_is_reported_and_goes_with_the_next_edit() {
    let vm = Scratch::with(VM);
    let gone = {
        let mut child = Command::new("true").spawn().expect("it starts");
        child.wait().expect("it ends");
        child.id()
    };
    let lock =
        vm.write("vm.vmx.lck/M00001.lck", member(host::machine_id(), &format!("{gone}-5(vmware-vmx)")));
    state(&vm, "off", "is stale");
    assert!(lock.exists());
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
    assert_eq!(vm.names(), ["vm.vmx"]);
}

#[test]
fn a_lock_of_another_machine_is_never_stale() {
    for machine in ["uuid=94-02-de-03", "AAAAAAL8AAAAAQAA"] {
        let vm = Scratch::with(VM);
        vm.write("vm.vmx.lck/M00001.lck", member(machine, "4194303-5(vmware-vmx)"));
        state(&vm, "locked_elsewhere", machine);
        refused(&vm, &["locked elsewhere", machine]);
    }
}

#[test]
fn real_members_are_read() {
    let Some(root) = shared() else { return };
    let mut count = 0;
    for file in fs::read_dir(root.join("corpus-locks")).expect("readable") {
        let file = file.expect("readable").path();
        if file.extension().is_some_and(|extension| extension == "lck") {
            let vm = Scratch::with(VM);
            vm.write("vm.vmx.lck/M00001.lck", fs::read(&file).expect("readable"));
            state(&vm, "locked_elsewhere", "(vmware");
            count += 1;
        }
    }
    assert!(count >= 5, "{count}");
}

#[test]
fn a_regular_file_in_the_locks_place_is_an_esxi_hosts() {
    let vm = Scratch::with(VM);
    let lock = vm.write("vm.vmx.lck", "");
    state(&vm, "locked_elsewhere", "ESXi");
    refused(&vm, &["ESXi"]);
    assert!(lock.exists());
}

#[test]
fn what_vmware_would_sweep_away_is_a_hint() {
    let vm = Scratch::with(VM);
    vm.write("vm.vmx.lck/M00001.lck", "too short");
    vm.write("vm.vmx.lck/readme.txt", "");
    vm.write("vm.vmx.lck/E00001.lck", "");
    state(&vm, "off", "is not a valid lock entry");
    assert_eq!(vm.run(&["set", "vm.vmx", "a=2"]).code, 0);
}

#[test]
fn a_running_monitor_is_found_by_its_last_argument() {
    let vm = Scratch::with(VM);
    fs::create_dir(vm.path("dir with space")).expect("a directory");
    std::os::unix::fs::symlink("../vm.vmx", vm.path("dir with space/alias.vmx")).expect("a link");
    let monitor = Standin::named(&vm, "vmware-vmx", &["-s", "x=y", "dir with space/alias.vmx"]);
    state(&vm, "running", &format!("vmware-vmx, pid {}, runs it", monitor.0.id()));
    refused(&vm, &["running", "hint: shut it down, or wait"]);
    drop(monitor);
    state(&vm, "off", "\"evidence\":[]");
    let other = Standin::named(&vm, "vmware-vmx", &["/somewhere/else.vmx"]);
    state(&vm, "off", "\"evidence\":[]");
    drop(other);
}

#[test]
fn a_suspended_vm_is_one_whose_saved_state_is_there() {
    let suspended = "a = \"1\"\ncheckpoint.vmState = \"vm-1.vmss\"\n";
    let vm = Scratch::with(suspended);
    state(&vm, "off", "and the file is not there");
    vm.write("vm-1.vmss", "");
    state(&vm, "suspended", "line 2: checkpoint.vmState");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["the VM is suspended", "hint: resume it"]);
    assert_eq!(vm.read("vm.vmx"), suspended.as_bytes());
    let vm = Scratch::with("checkpoint.vmState = \"\"\n");
    state(&vm, "off", "\"evidence\":[]");
}

#[test]
fn force_edits_all_the_same_and_says_what_it_overrode() {
    let vm = Scratch::with(VM);
    let lock = vm.write("vm.vmx.lck/M00001.lck", member("uuid=other", "1-5(vmware-vmx)"));
    let ran = vm.run(&["set", "vm.vmx", "a=2", "--force"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "~ a = \"1\" -> \"2\"\n"));
    ran.says(&["--force: edited although the VM is locked elsewhere", "uuid=other"]);
    assert!(lock.exists());
}

#[test]
fn a_lock_beside_a_link_counts_as_does_one_beside_its_target() {
    let vm = Scratch::new();
    vm.write("real/target.vmx", VM);
    std::os::unix::fs::symlink("real/target.vmx", vm.path("vm.vmx")).expect("a link");
    for lock in ["vm.vmx.lck/M00001.lck", "real/target.vmx.lck/M00001.lck"] {
        let path = vm.write(lock, member("uuid=other", "1-5(vmware-vmx)"));
        state(&vm, "locked_elsewhere", "uuid=other");
        fs::remove_file(path).expect("removed");
    }
    state(&vm, "off", "\"evidence\":[]");
}

#[test]
fn this_hosts_id_is_vmwares_own() {
    let Some(vmware) = vmtools::load("the comparison of machine ids") else { return };
    assert_eq!(host::machine_id(), vmware.machine_id());
}

#[test]
fn a_lock_that_vmwares_code_holds_is_live() {
    let Some(vmware) = vmtools::load("VMware's own lock") else { return };
    let vm = Scratch::with(VM);
    let lock = vmware.lock(&vm.path("vm.vmx")).expect("nobody else holds it");
    state(&vm, "locked_elsewhere", &format!("pid {}", std::process::id()));
    refused(&vm, &["locked elsewhere"]);
    drop(lock);
    vm.run(&["set", "vm.vmx", "a=2"]).prints("~ a = \"1\" -> \"2\"\n");
}

#[test]
fn a_lock_member_that_vmware_honours_is_honoured() {
    let pid = 1;
    for (name, text) in [
        ("bytes that are no text", b"uuid=56-4d-01 4211-13(vm\xE9ware) 1 X 1 lc=1".to_vec()),
        ("a sign before the turn", format!("{} 1-0(x) +1 X 1 lc=1", host::machine_id()).into_bytes()),
        ("words behind the number", format!("{} {pid}junk 1 X 1 lc=1", host::machine_id()).into_bytes()),
        ("process 0", format!("{} 0-0(x) 1 X 1 lc=1", host::machine_id()).into_bytes()),
    ] {
        let vm = Scratch::with(VM);
        let mut bytes = text;
        bytes.resize(512, 0);
        let lock = vm.write("vm.vmx.lck/M12345.lck", &bytes);
        if let Some(vmware) = vmtools::load("VMware's own lock") {
            assert!(vmware.lock(&vm.path("vm.vmx")).is_none(), "{name}");
        }
        assert_eq!(vm.run(&["set", "-q", "vm.vmx", "a=2"]).code, 3, "{name}");
        assert!(lock.exists(), "{name}");
    }
}

#[test]
fn a_member_that_is_no_file_hangs_nothing() {
    let vm = Scratch::with(VM);
    fs::create_dir(vm.path("vm.vmx.lck")).expect("a directory");
    let member = vm.path("vm.vmx.lck/M12345.lck");
    assert!(Command::new("mkfifo").arg(&member).status().expect("mkfifo").success());
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["M12345.lck cannot be judged: not a regular file"]);
    fs::remove_file(&member).expect("removed");
    std::os::unix::fs::symlink("/dev/zero", &member).expect("a link");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["M12345.lck cannot be judged"]);
}

#[test]
fn what_proc_hides_is_not_gone() {
    if !super::support::is_root("a hidden /proc") {
        return;
    }
    let vm = Scratch::with(VM);
    for (name, mode) in [("", 0o755), ("vm.vmx", 0o666)] {
        vm.mode(name, mode);
    }
    let monitor = Standin::named(&vm, "vmware-vmx", &["vm.vmx"]);
    vm.write("vm.vmx.lck/M12345.lck", member(host::machine_id(), &monitor.execution()));
    for (name, mode) in [("vm.vmx.lck", 0o777), ("", 0o777)] {
        vm.mode(name, mode);
    }
    let program = vm.write("program", fs::read(assert_cmd::cargo::cargo_bin!("vmxedit")).expect("readable"));
    vm.mode("program", 0o755);
    let script = format!(
        "mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid 65534 --regid 65534 --clear-groups '{}' set vm.vmx a=2",
        program.display()
    );
    let output = Command::new("unshare").args(["-m", "sh", "-c", &script]).current_dir(vm.path("")).output();
    let Ok(output) = output else {
        return super::support::skip("a hidden /proc", "unshare is not installed");
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    assert!(vm.path("vm.vmx.lck/M12345.lck").exists());
}

#[test]
fn saved_state_is_found_by_the_bytes_of_its_name() {
    use std::os::unix::ffi::OsStrExt;
    let vm = Scratch::with(b"a = \"1\"\ncheckpoint.vmState = \"caf\xE9.vmss\"\n");
    fs::write(vm.path("").join(std::ffi::OsStr::from_bytes(b"caf\xE9.vmss")), "").expect("written");
    vm.run(&["set", "vm.vmx", "a=2"]).refuses(3, &["the VM is suspended"]);
}
