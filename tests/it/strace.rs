//! System calls of the program, traced and made to fail by strace.

use std::process::{Command, Output};
use std::sync::Mutex;

use super::support::{Scratch, skip};

/// One system call of a run: the `nth` of its name.
#[derive(Clone, Debug)]
pub(crate) struct InjectionPoint {
    pub(crate) call: String,
    pub(crate) nth: usize,
}

/// Whether strace is there; a loud skip where it is not.
pub(crate) fn strace_available(test: &str) -> bool {
    let there = Command::new("strace").arg("-V").output().is_ok();
    if !there {
        skip(test, "strace is not installed");
    }
    there
}

/// Every system call of a run from the first that names the file on. Of the look through `/proc`, which is as long as
/// there are processes, only a part is kept.
pub(crate) fn injection_points(vm: &Scratch, args: &[&str]) -> Vec<InjectionPoint> {
    let trace = Scratch::new();
    let file = trace.path("trace");
    let status = Command::new("strace")
        .arg("-o")
        .arg(&file)
        .arg(assert_cmd::cargo::cargo_bin!("vmxedit"))
        .args(args)
        .current_dir(vm.path(""))
        .output()
        .expect("strace runs")
        .status;
    assert!(status.success(), "{args:?}");
    let text = String::from_utf8_lossy(&trace.read("trace")).into_owned();
    let mut counts = std::collections::HashMap::new();
    let (mut begun, mut scanned, mut found) = (false, 0, Vec::new());
    for line in text.lines() {
        let Some((call, rest)) = line.split_once('(') else { continue };
        if !call.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        let nth = counts.entry(call.to_owned()).or_insert(0);
        *nth += 1;
        begun |= call != "execve" && rest.contains("vm.vmx");
        if rest.contains("\"/proc/") && rest.contains("/comm\"") {
            scanned = 6;
        }
        scanned = std::cmp::max(scanned, 1) - 1;
        if begun && (scanned == 0 || *nth % 16 == 0) && call != "exit_group" {
            found.push(InjectionPoint { call: call.to_owned(), nth: *nth });
        }
    }
    found
}

/// Runs the program with one system call made to fail, or to be interrupted by a signal.
pub(crate) fn inject(vm: &Scratch, args: &[&str], point: &InjectionPoint, what: &str) -> Output {
    Command::new("timeout")
        .args(["-s", "KILL", "60", "strace", "-o", "/dev/null"])
        .args(["-e", &format!("trace={}", point.call)])
        .args(["-e", &format!("inject={}:{what}:when={}", point.call, point.nth)])
        .arg(assert_cmd::cargo::cargo_bin!("vmxedit"))
        .args(args)
        .current_dir(vm.path(""))
        .output()
        .expect("strace runs")
}

/// Does the work on several threads: most of it is waiting. Gives how many came true.
pub(crate) fn count_in_parallel<T: Sync>(work: &[T], one: impl Fn(&T) -> bool + Sync) -> usize {
    let next = Mutex::new((0, 0));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let at = {
                        let mut next = next.lock().expect("no thread panics with it");
                        next.0 += 1;
                        next.0 - 1
                    };
                    let Some(item) = work.get(at) else { break };
                    if one(item) {
                        next.lock().expect("no thread panics with it").1 += 1;
                    }
                }
            });
        }
    });
    next.into_inner().expect("no thread panics with it").1
}
