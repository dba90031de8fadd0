//! Read-only commands take no lock, start no process, do not scan `/proc`, and open only the named files.

use crate::harness::{Scratch, isolated, program};
use crate::parts::strace::require_strace;
use crate::suite::{Trial, first_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        read_only_commands_open_only_their_files_and_start_no_process,
        a_file_under_a_lease_of_another_process_is_read
    ])
}

fn read_only_commands_open_only_their_files_and_start_no_process() {
    require_strace();
    for args in [
        &["get", "vm.vmx", "a"][..],
        &["list", "vm.vmx"],
        &["get", "vm.vmx", "a", "--json"],
        &["diff", "vm.vmx", "vm.vmx"],
    ] {
        let vm = Scratch::with("a = \"1\"\n");
        let done = isolated("strace")
            .args(["-f", "-o", "trace", "-e", "trace=%file,%process,%network"])
            .arg(program())
            .args(args)
            .current_dir(vm.path(""))
            .output()
            .unwrap();
        assert!(done.status.success());
        let trace = String::from_utf8_lossy(&vm.read("trace")).into_owned();
        for line in trace.lines() {
            let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
            let reads = [
                "execve(",
                "access(",
                "openat(",
                "newfstatat(",
                "statx(",
                "readlink(",
                "exit",
                "wait4(",
                "+++",
            ]
            .iter()
            .any(|name| call.starts_with(name));
            assert!(reads, "{args:?}: {line}");
            let own = ["vm.vmx", ".so", "/proc/self/maps", ", \"\", "].iter().any(|name| line.contains(name));
            let names_a_file = call.contains('"') && !call.starts_with("execve(");
            assert!(own || !names_a_file, "{args:?}: {line}");
            assert!(!call.contains("O_WRONLY") && !call.contains("O_RDWR"), "{args:?}: {line}");
        }
        assert_eq!(trace.matches("execve(").count(), 1, "{args:?}");
    }
}

/// The holder of the lease is killed by the signal with which the kernel asks it to release the lease.
fn a_file_under_a_lease_of_another_process_is_read() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let vm = Scratch::with("memsize = \"4\"\n");
    // F_SETLEASE, F_WRLCK
    let script =
        "open F, '+<', 'vm.vmx' or die; fcntl(F, 1024, 1) or die; $| = 1; print qq(held\\n); sleep 60";
    let spawned = isolated("perl")
        .args(["-e", script])
        .current_dir(vm.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    let mut holder = match spawned {
        Ok(holder) => holder,
        Err(error) => skip(format!("perl: {error}")),
    };
    let mut held = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut held).unwrap();
    assert_eq!(held, "held\n");
    vm.run(&["get", "vm.vmx", "memsize"]).prints("4\n");
    assert!(!holder.wait().unwrap().success(), "the lease was released by its holder's death");
}
