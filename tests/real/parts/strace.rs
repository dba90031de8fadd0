//! Traces the system calls of the program, and injects errors and signals, with strace.

use std::process::Output;
use std::sync::Mutex;

use crate::harness::{Scratch, isolated, program};
use crate::suite::skip;

/// The `nth` system call with this name in a run.
#[derive(Clone, Debug)]
pub(crate) struct InjectionPoint {
    pub(crate) call: String,
    pub(crate) nth: usize,
}

/// Skips the test unless strace is installed.
pub(crate) fn require_strace() {
    if isolated("strace").arg("-V").output().is_err() {
        skip("strace is not installed");
    }
}

/// Returns the system calls of a run, starting with the first one that names the file.
///
/// Only some calls of the scan of `/proc` are included, because its length depends on the number of processes.
pub(crate) fn injection_points(vm: &Scratch, args: &[&str]) -> Vec<InjectionPoint> {
    let trace = Scratch::new();
    let file = trace.path("trace");
    let status = isolated("strace")
        .arg("-o")
        .arg(&file)
        .arg(program())
        .args(args)
        .current_dir(vm.path(""))
        .output()
        .unwrap()
        .status;
    assert!(status.success(), "{args:?}");
    let text = String::from_utf8_lossy(&trace.read("trace")).into_owned();
    let mut counts = std::collections::HashMap::new();
    let (mut is_started, mut scanned, mut found) = (false, 0, Vec::new());
    for line in text.lines() {
        let Some((call, rest)) = line.split_once('(') else { continue };
        if !call.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        let nth = counts.entry(call.to_owned()).or_insert(0);
        *nth += 1;
        is_started |= call != "execve" && rest.contains("vm.vmx");
        if rest.contains("\"/proc/") && rest.contains("/comm\"") {
            scanned = 6;
        }
        scanned = std::cmp::max(scanned, 1) - 1;
        if is_started && (scanned == 0 || *nth % 16 == 0) && call != "exit_group" {
            found.push(InjectionPoint { call: call.to_owned(), nth: *nth });
        }
    }
    found
}

/// Runs the program with an error or a signal injected at one system call.
pub(crate) fn inject(vm: &Scratch, args: &[&str], point: &InjectionPoint, what: &str) -> Output {
    isolated("timeout")
        .args(["-s", "KILL", "60", "strace", "-o", "/dev/null"])
        .args(["-e", &format!("trace={}", point.call)])
        .args(["-e", &format!("inject={}:{what}:when={}", point.call, point.nth)])
        .arg(program())
        .args(args)
        .current_dir(vm.path(""))
        .output()
        .unwrap()
}

/// Calls `predicate` with every item, on several threads, and returns how often it is true.
pub(crate) fn count_in_parallel<T: Sync>(items: &[T], predicate: impl Fn(&T) -> bool + Sync) -> usize {
    let next = Mutex::new((0, 0));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let at = {
                        let mut next = next.lock().unwrap();
                        next.0 += 1;
                        next.0 - 1
                    };
                    let Some(item) = items.get(at) else { break };
                    if predicate(item) {
                        next.lock().unwrap().1 += 1;
                    }
                }
            });
        }
    });
    next.into_inner().unwrap().1
}
