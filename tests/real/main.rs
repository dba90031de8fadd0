//! Tests with real parts: VMware's own code, system call traces, other users, terminals, file systems, Java.
//!
//! The first tier is quick. The second one mounts file systems, needs root or takes seconds: it runs with `--ignored`.
#![allow(missing_docs, clippy::unwrap_used, clippy::format_collect, reason = "tests")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test prints what it measured")]

mod ansible;
mod attacks;
mod cli;
mod environments;
mod format;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each of the two test programs uses a part of it")]
mod harness;
mod hooks;
mod packages;
mod parts;
mod presets;
mod remote;
mod safety;
mod suite;

fn main() {
    let arguments = libtest_mimic::Arguments::from_args();
    let tests = [
        ansible::tests(),
        attacks::tests(),
        cli::tests(),
        environments::tests(),
        format::tests(),
        hooks::tests(),
        packages::tests(),
        presets::tests(),
        remote::tests(),
        safety::tests(),
    ];
    let conclusion = libtest_mimic::run(&arguments, tests.into_iter().flatten().collect());
    let ran = conclusion.num_passed + conclusion.num_failed + conclusion.num_ignored;
    // A filter that names a test by its old name.
    assert!(ran > 0 || arguments.list || !harness::is_enabled("VMXEDIT_REQUIRE_REAL"), "no test ran");
    conclusion.exit();
}
