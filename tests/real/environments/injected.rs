//! System calls that are missing, or forbidden by a filter.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::harness::{RunResult, Scratch, isolated, program};
use crate::parts::strace::require_strace;
use crate::suite::{Trial, first_tier, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            faccessat2_forbidden_by_a_filter_is_not_taken_for_an_immutable_file,
            renameat2_forbidden_by_a_filter_is_replaced_or_named,
            without_an_exchange_of_names_a_change_before_the_rename_is_noticed,
            openat2_missing_or_forbidden_does_not_stop_edits,
            a_batch_without_syncfs_is_done,
            an_attribute_that_the_system_does_not_list_is_kept_or_the_edit_is_refused,
            a_synced_batch_is_done_with_64_open_files
        ]),
        second_tier("takes seconds", test_list![a_batch_of_3000_files_is_done_with_64_open_files]),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const VM: &str = "a = \"1\"\nmemsize = \"1024\"\n";

/// Runs the program with an error injected at each call with this name.
fn run_with_error(vm: &Scratch, call: &str, error: &str, args: &[&str]) -> RunResult {
    let output = isolated("timeout")
        .args(["-s", "KILL", "120", "strace", "-f", "-o", "/dev/null"])
        .args(["-e", &format!("trace={call}"), "-e", &format!("inject={call}:error={error}")])
        .arg(program())
        .args(args)
        .current_dir(vm.path(""))
        .output()
        .unwrap();
    RunResult::new(args, &output)
}

/// The commands that write.
const EDITS: [&[&str]; 4] = [
    &["set", "vm.vmx", "memsize=4096"],
    &["set", "--backup", "vm.vmx", "memsize=4096"],
    &["apply", "--set", "memsize=4096", "vm.vmx"],
    &["apply", "-r", "--set", "memsize=4096", "."],
];

/// Asserts that an edit was done, or that the message names a filter of system calls and nothing changed.
#[track_caller]
fn assert_done_or_filter_is_named(call: &str) {
    require_strace();
    for args in EDITS {
        let vm = Scratch::with(VM);
        let result = run_with_error(&vm, call, "EPERM", args);
        let context = format!("{call}: {args:?}: exit {}: {}", result.code, result.stderr);
        let (now, names) = (vm.read("vm.vmx"), vm.names());
        if result.code == 0 {
            assert_eq!(now, VM.replace("1024", "4096").as_bytes(), "{context}");
            assert!(names.iter().all(|name| name.starts_with("vm.vmx")), "{context}: {names:?}");
        } else {
            assert_eq!((&now[..], names), (VM.as_bytes(), vec!["vm.vmx".to_owned()]), "{context}");
            assert!(matches!(result.code, 3..=5), "{context}");
            assert!(!result.stderr.contains("immutable") && result.stderr.contains("filter"), "{context}");
        }
    }
}

fn faccessat2_forbidden_by_a_filter_is_not_taken_for_an_immutable_file() {
    assert_done_or_filter_is_named("faccessat2");
}

fn renameat2_forbidden_by_a_filter_is_replaced_or_named() {
    assert_done_or_filter_is_named("renameat2");
}

fn without_an_exchange_of_names_a_change_before_the_rename_is_noticed() {
    require_strace();
    let vm = Scratch::with(VM);
    let mut child = isolated("strace")
        .args(["-f", "-o", "/dev/null", "-e", "trace=fsync,renameat2"])
        .args(["-e", "inject=renameat2:error=EINVAL", "-e", "inject=fsync:delay_exit=4000000:when=1"])
        .arg(program())
        .args(["set", "vm.vmx", "memsize=4096"])
        .current_dir(vm.path(""))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while !vm.names().iter().any(|name| name.contains(".vmxedit-")) {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", vm.names());
        std::thread::sleep(Duration::from_millis(20));
    }
    // The new file is being synced.
    std::thread::sleep(Duration::from_millis(500));
    vm.write("vm.vmx", "theirs = \"1\"\n");
    let stderr = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{stderr}");
    assert!(stderr.contains("changed while it was being edited"), "{stderr}");
    assert_eq!((vm.read("vm.vmx"), vm.names()), (b"theirs = \"1\"\n".to_vec(), vec!["vm.vmx".to_owned()]));
}

fn openat2_missing_or_forbidden_does_not_stop_edits() {
    require_strace();
    for error in ["ENOSYS", "EPERM"] {
        for args in EDITS {
            let vm = Scratch::with(VM);
            let result = run_with_error(&vm, "openat2", error, args);
            assert_eq!(result.code, 0, "{error}: {args:?}: {}", result.stderr);
            assert_eq!(vm.read("vm.vmx"), VM.replace("1024", "4096").as_bytes(), "{error}: {args:?}");
        }
    }
}

fn a_batch_without_syncfs_is_done() {
    require_strace();
    let vms = Scratch::new();
    for n in 0..11 {
        vms.write(&format!("{n}/vm.vmx"), VM);
    }
    let result = run_with_error(&vms, "syncfs", "ENOSYS", &["apply", "-r", "--set", "memsize=4096", "."]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    for n in 0..11 {
        assert_eq!(vms.read(&format!("{n}/vm.vmx")), VM.replace("1024", "4096").as_bytes(), "{n}");
    }
}

fn an_attribute_that_the_system_does_not_list_is_kept_or_the_edit_is_refused() {
    require_strace();
    for error in ["ENOSYS", "EOPNOTSUPP"] {
        for args in EDITS {
            let vm = Scratch::with(VM);
            let path = vm.path("vm.vmx");
            if rustix::fs::setxattr(&path, "user.foo", b"kept", rustix::fs::XattrFlags::empty()).is_err() {
                skip("the temporary folder is on a file system without attributes");
            }
            let result = run_with_error(&vm, "flistxattr,listxattr,llistxattr", error, args);
            let mut value = [0; 8];
            let kept = rustix::fs::getxattr(&path, "user.foo", &mut value[..]);
            assert_eq!(kept, Ok(4), "{error}: {args:?}: exit {}: {}", result.code, result.stderr);
            assert!(matches!(result.code, 0 | 3..=5), "{error}: {args:?}: {}", result.stderr);
            let expected = if result.code == 0 { VM.replace("1024", "4096") } else { VM.to_owned() };
            assert_eq!(vm.read("vm.vmx"), expected.as_bytes(), "{error}: {args:?}");
        }
    }
}

fn a_batch_of_3000_files_is_done_with_64_open_files() {
    let vms = Scratch::new();
    for n in 0..3000 {
        vms.write(&format!("{n}/vm.vmx"), VM);
    }
    let program = program();
    // The soft and the hard limit.
    let script =
        format!("ulimit -n 64; exec '{}' apply -r --no-sync --set memsize=4096 .", program.display());
    let output = isolated("sh").args(["-c", &script]).current_dir(vms.path("")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let last = stderr.lines().last().unwrap_or_default();
    assert_eq!(output.status.code(), Some(0), "{last}");
    for n in 0..3000 {
        let names: Vec<_> = fs::read_dir(vms.path(&n.to_string())).unwrap().flatten().collect();
        assert_eq!(vms.read(&format!("{n}/vm.vmx")), VM.replace("1024", "4096").as_bytes(), "{n}: {last}");
        assert_eq!(names.len(), 1, "{n}: {names:?}");
    }
}

fn a_synced_batch_is_done_with_64_open_files() {
    let vms = Scratch::new();
    for n in 0..300 {
        vms.write(&format!("{n}/vm.vmx"), VM);
    }
    let program = program();
    let script = format!("ulimit -n 64; exec '{}' apply -r --set memsize=4096 .", program.display());
    let output = isolated("sh").args(["-c", &script]).current_dir(vms.path("")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{}", stderr.lines().last().unwrap_or_default());
    for n in 0..300 {
        assert_eq!(vms.read(&format!("{n}/vm.vmx")), VM.replace("1024", "4096").as_bytes(), "{n}");
    }
}
