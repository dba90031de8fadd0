//! Counts the system calls of a batch.

use crate::harness::{Scratch, isolated, program};
use crate::parts::strace::require_strace;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        a_changed_file_of_a_batch_takes_at_most_40_system_calls,
        the_files_of_a_batch_share_two_syncs,
        no_sync_syncs_nothing
    ])
}

/// Returns the system calls of an `apply` that changes this many files, each in its own directory.
fn calls(files: usize, options: &[&str]) -> Vec<String> {
    let vms = Scratch::new();
    for number in 0..files {
        vms.write(&format!("vms/{number}/vm.vmx"), "a = \"1\"\nmemsize = \"2048\"\n");
    }
    // A file that was written a moment ago is read twice.
    let old = isolated("find")
        .args(["vms", "-name", "*.vmx", "-exec", "touch", "-d", "1 hour ago", "{}", "+"])
        .current_dir(vms.path(""))
        .status();
    assert!(old.unwrap().success());
    let traced = isolated("strace")
        .args(["-f", "-o", "trace"])
        .arg(program())
        .args(["apply", "-rq", "--jobs", "1", "--set", "memsize=4096", "vms"])
        .args(options)
        .current_dir(vms.path(""))
        .status();
    assert!(traced.unwrap().success());
    let trace = String::from_utf8(vms.read("trace")).unwrap();
    // In builds with debug assertions, the standard library checks each descriptor before it is closed.
    trace.lines().filter(|line| !line.contains("F_GETFD")).map(str::to_owned).collect()
}

fn a_changed_file_of_a_batch_takes_at_most_40_system_calls() {
    const FILES: usize = 50;
    require_strace();
    // The scan of the processes takes more calls while others start.
    let measured = (0..3).map(|_| calls(2 * FILES, &[]).len().saturating_sub(calls(FILES, &[]).len()));
    let added = measured.min().unwrap();
    println!("{added} system calls for {FILES} files");
    assert!((10 * FILES..=40 * FILES).contains(&added), "{added} for {FILES} files");
}

/// Returns the system calls that sync.
fn syncs(options: &[&str]) -> Vec<String> {
    require_strace();
    let is_sync = |line: &String| ["fsync(", "fdatasync(", "syncfs("].iter().any(|call| line.contains(call));
    calls(50, options).into_iter().filter(is_sync).collect()
}

fn the_files_of_a_batch_share_two_syncs() {
    let syncs = syncs(&[]);
    assert!(syncs.len() == 2 && syncs.iter().all(|line| line.contains("syncfs(")), "{syncs:?}");
}

fn no_sync_syncs_nothing() {
    assert_eq!(syncs(&["--no-sync"]), [""; 0]);
}
