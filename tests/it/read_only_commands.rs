//! Read-only commands take no lock, start no process, do not scan `/proc`, and open only the named files.

use std::process::Command;

use super::strace::strace_available;
use super::support::Scratch;

#[test]
fn read_only_commands_open_only_their_files_and_start_no_process() {
    if !strace_available("the trace of a read") {
        return;
    }
    for args in [
        &["get", "vm.vmx", "a"][..],
        &["list", "vm.vmx"],
        &["get", "vm.vmx", "a", "--json"],
        &["diff", "vm.vmx", "vm.vmx"],
    ] {
        let vm = Scratch::with("a = \"1\"\n");
        let done = Command::new("strace")
            .args(["-f", "-o", "trace", "-e", "trace=process,openat,open,creat,mkdir,unlink,rename"])
            .arg(assert_cmd::cargo::cargo_bin!("vmxedit"))
            .args(args)
            .current_dir(vm.path(""))
            .output()
            .unwrap();
        assert!(done.status.success());
        let trace = String::from_utf8_lossy(&vm.read("trace")).into_owned();
        for line in trace.lines() {
            let starts = ["clone", "fork", "mkdir", "unlink", "rename"]
                .iter()
                .any(|call| line.contains(&format!("{call}(")));
            assert!(!starts, "{args:?}: {line}");
            let own =
                ["vm.vmx", ".so", "/etc/ld.so", "/proc/self/maps"].iter().any(|name| line.contains(name));
            assert!(!line.contains("openat(") || own, "{args:?}: {line}");
        }
        assert_eq!(trace.matches("execve(").count(), 1, "{args:?}");
    }
}
