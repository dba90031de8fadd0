//! Kills, signals and errors at every system call: the file has its old or its new content.

use std::os::unix::process::ExitStatusExt;

use crate::harness::Scratch;
use crate::parts::strace::{InjectionPoint, count_in_parallel, inject, injection_points, require_strace};
use crate::suite::{Trial, second_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "takes seconds",
        test_list![
            a_kill_at_any_system_call_leaves_the_file_intact_and_the_next_run_cleans_up,
            a_signal_at_any_system_call_leaves_nothing_behind,
            a_failure_of_any_system_call_is_reported_and_damages_nothing
        ],
    )
}

const OLD: &str = "#!/usr/bin/vmware\na = \"1\"\nb = \"2\"\nc.x = \"3\"\nc.y = \"4\"\n";

/// The arguments of the tested edits.
const EDITS: [&[&str]; 6] = [
    &["set", "-q", "vm.vmx", "new.key=1"],
    &["set", "-q", "vm.vmx", "a=2"],
    &["unset", "-q", "vm.vmx", "b"],
    &["set", "-q", "vm.vmx", "a=2", "b=3", "c.x=4", "c.z=5", "d=6"],
    &["apply", "-q", "--set", "a=2", "--unset", "c.*", "vm.vmx"],
    &["set", "-q", "vm.vmx", "a=2", "--backup"],
];

/// Returns the file after an edit without faults.
fn edited(args: &[&str]) -> Vec<u8> {
    let vm = Scratch::with(OLD);
    let changes = vm.run(args).printed(0);
    assert!(changes.starts_with(['+', '~', '-']), "{args:?}: {changes}");
    vm.read("vm.vmx")
}

/// Asserts that the next edit succeeds and removes the files that the earlier run left behind.
#[track_caller]
fn assert_next_edit_cleans_up(vm: &Scratch, context: &str) {
    let before = vm.read("vm.vmx");
    let result = vm.run(&["set", "-q", "vm.vmx", "recovered=yes"]);
    assert_eq!((result.code, &*result.stderr), (0, ""), "{context}");
    assert_eq!(vm.read("vm.vmx"), [&before[..], b"recovered = \"yes\"\n"].concat(), "{context}");
    let left: Vec<String> = vm.names().into_iter().filter(|name| !name.starts_with("vm.vmx.bak")).collect();
    assert_eq!(left, ["vm.vmx"], "{context}");
    if let Some(backup) = vm.names().iter().find(|name| name.starts_with("vm.vmx.bak")) {
        assert_eq!(vm.read(backup), OLD.as_bytes(), "{context}");
    }
}

fn a_kill_at_any_system_call_leaves_the_file_intact_and_the_next_run_cleans_up() {
    require_strace();
    let mut killed = 0;
    for args in EDITS {
        let new = edited(args);
        killed += count_in_parallel(&injection_points(&Scratch::with(OLD), args), |point| {
            let context = format!("{args:?} killed at {point:?}");
            let vm = Scratch::with(OLD);
            let output = inject(&vm, args, point, "signal=KILL");
            let now = vm.read("vm.vmx");
            assert!(now == OLD.as_bytes() || now == new, "{context}: {}", now.escape_ascii());
            assert_next_edit_cleans_up(&vm, &context);
            output.status.signal() == Some(9)
        });
    }
    println!("{killed} kills");
    assert!(killed >= 400, "{killed} points were hit");
}

fn a_signal_at_any_system_call_leaves_nothing_behind() {
    require_strace();
    let mut ended = 0;
    for signal in ["TERM", "INT", "HUP"] {
        for args in [EDITS[0], EDITS[5]] {
            let new = edited(args);
            let points: Vec<InjectionPoint> = injection_points(&Scratch::with(OLD), args)
                .into_iter()
                .filter(|point| !point.call.starts_with("rt_sig"))
                .collect();
            ended += count_in_parallel(&points, |point| {
                let context = format!("{args:?} SIG{signal} at {point:?}");
                let vm = Scratch::with(OLD);
                let output = inject(&vm, args, point, &format!("signal={signal}"));
                let now = vm.read("vm.vmx");
                assert!(now == OLD.as_bytes() || now == new, "{context}: {}", now.escape_ascii());
                assert!(!output.status.success() || now == new, "{context}: exit 0 without the edit");
                let left: Vec<String> =
                    vm.names().into_iter().filter(|name| !(name == "vm.vmx.bak" && now == new)).collect();
                assert_eq!(left, ["vm.vmx"], "{context}");
                output.status.signal().is_some()
            });
        }
    }
    println!("{ended} runs ended by a signal");
    assert!(ended >= 100, "{ended} runs were ended");
}

/// Returns the errors that a system call may return.
pub(super) fn possible_errors(call: &str) -> &'static [&'static str] {
    match call {
        "openat" | "openat2" => &["EIO", "EACCES", "EMFILE", "ENOSPC", "EINTR"],
        "read" => &["EIO", "EINTR"],
        "write" | "pwrite64" => &["ENOSPC", "EDQUOT", "EIO", "EINTR"],
        "fsync" => &["EIO", "ENOSPC", "EDQUOT", "EINTR"],
        "renameat" | "renameat2" => &["EIO", "EXDEV", "EPERM", "EROFS", "ENOSPC", "EINVAL"],
        "unlinkat" => &["EIO", "EPERM", "EROFS", "ENOMEM"],
        "mkdirat" => &["ENOSPC", "EDQUOT", "EROFS", "EACCES"],
        "fchmod" | "fchown" => &["EPERM", "EIO", "EROFS"],
        "statx" | "newfstatat" | "fstat" | "lstat" => &["EIO", "EACCES", "ENOMEM"],
        "getdents64" => &["EIO", "ENOMEM"],
        "flistxattr" | "fgetxattr" | "fsetxattr" => &["EIO", "ENOSPC"],
        "faccessat2" | "fcntl" | "lseek" | "fstatfs" => &["EROFS", "EIO"],
        "readlink" => &["EIO"],
        _ => &[],
    }
}

fn a_failure_of_any_system_call_is_reported_and_damages_nothing() {
    require_strace();
    let mut work = Vec::new();
    for args in [EDITS[0], EDITS[1], EDITS[5]] {
        let new = edited(args);
        for point in injection_points(&Scratch::with(OLD), args) {
            for error in possible_errors(&point.call) {
                work.push((args, new.clone(), point.clone(), *error));
            }
        }
    }
    let failed = count_in_parallel(&work, |(args, new, point, error)| {
        let context = format!("{args:?}: {error} at {point:?}");
        let vm = Scratch::with(OLD);
        let output = inject(&vm, args, point, &format!("error={error}"));
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let now = vm.read("vm.vmx");
        assert!(now == OLD.as_bytes() || now == *new, "{context}: {}", now.escape_ascii());
        assert!(!stderr.contains("panicked"), "{context}: {stderr}");
        if output.status.success() {
            assert!(now == *new, "{context}: exit 0 without the edit: {stderr}");
            let left: Vec<String> = vm.names().into_iter().filter(|name| name != "vm.vmx.bak").collect();
            assert_eq!(left, ["vm.vmx"], "{context}: {stderr}");
        } else {
            let code = output.status.code();
            assert!(matches!(code, Some(3..=5)), "{context}: {code:?} {stderr}");
            let is_reported = [
                "written, not confirmed on disk",
                "written, but the old file is still there",
                "as reported",
                "; the edit is saved",
            ]
            .iter()
            .any(|message| stderr.contains(message));
            assert!(now == OLD.as_bytes() || is_reported, "{context}: edited without a message: {stderr}");
        }
        assert_next_edit_cleans_up(&vm, &context);
        !output.status.success()
    });
    println!("{} faults, {failed} of them reported as errors", work.len());
    assert!(work.len() >= 300, "{} faults", work.len());
}
