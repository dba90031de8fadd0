//! The two sides of `diff`: files, backups, standard input, pipes and presets.

use std::time::{Duration, SystemTime};

use super::diff::scratch_with_files;
use crate::harness::{Scratch, read_fixture};

/// Creates a VM with two backups, the second of which is the newest.
fn vm_with_backups() -> Scratch {
    let vm = Scratch::with("a = \"3\"\n");
    let older = vm.write("vm.vmx.bak", "a = \"1\"\n");
    let newer = vm.write("vm.vmx.bak.1", "a = \"2\"\n");
    for (backup, age) in [(older, 60), (newer, 30)] {
        let file = std::fs::File::options().write(true).open(backup).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }
    vm
}

#[test]
fn backup_compares_the_newest_backup_with_the_current_file() {
    let vm = vm_with_backups();
    vm.run(&["diff", "vm.vmx", "--backup"]).exits(1, "~ a = \"2\" -> \"3\"\n");
    vm.run(&["diff", ".", "--backup"]).exits(1, "~ a = \"2\" -> \"3\"\n");
}

#[test]
fn backup_accepts_a_name_or_a_suffix() {
    let vm = vm_with_backups();
    for name in ["vm.vmx.bak", ".bak"] {
        vm.run(&["diff", "vm.vmx", &format!("--backup={name}")]).exits(1, "~ a = \"1\" -> \"3\"\n");
    }
}

#[test]
fn a_missing_backup_is_an_error() {
    let vm = Scratch::with("a = \"3\"\n");
    vm.run(&["diff", "vm.vmx", "--backup"]).refuses(5, &["vm.vmx: no backup"]);
    vm.run(&["diff", "vm.vmx", "--backup=.old"]).refuses(
        5,
        &[
            "vm.vmx: no backup '.old', here or next to the file",
            "hint: `vmxedit restore vm.vmx --list` lists",
        ],
    );
}

#[test]
fn one_side_may_be_standard_input() {
    let vm = scratch_with_files("a = \"1\"\n", "");
    vm.pipe(b"a = \"2\"\n", &["diff", "a.vmx", "-"]).exits(1, "~ a = \"1\" -> \"2\"\n");
    vm.pipe(b"a = \"2\"\n", &["diff", "-", "a.vmx"]).exits(1, "~ a = \"2\" -> \"1\"\n");
}

#[test]
fn both_sides_cannot_be_standard_input() {
    Scratch::new().run(&["diff", "-", "-"]).refuses(2, &["standard input can be used only once"]);
}

#[test]
fn standard_input_has_no_backups() {
    Scratch::new().run(&["diff", "-", "--backup"]).refuses(2, &["no backups"]);
}

#[test]
fn one_side_may_be_a_pipe() {
    let vm = scratch_with_files("a = \"1\"\n", "");
    vm.pipe(b"a = \"3\"\n", &["diff", "/dev/stdin", "a.vmx"]).exits(1, "~ a = \"3\" -> \"1\"\n");
    vm.pipe(b"a = \"3\"\n", &["diff", "/dev/fd/0", "a.vmx"]).exits(1, "~ a = \"3\" -> \"1\"\n");
}

#[test]
fn a_named_pipe_is_refused_at_once() {
    let vm = scratch_with_files("a = \"1\"\n", "");
    vm.make_fifo("pipe");
    std::os::unix::fs::symlink("pipe", vm.path("link")).unwrap();
    for pipe in ["pipe", "link"] {
        vm.run(&["diff", pipe, "a.vmx"]).refuses(4, &["not a VMX file: a pipe"]);
        vm.run(&["get", pipe, "a"]).refuses(4, &["not a VMX file: a pipe"]);
    }
}

#[test]
fn a_file_that_cannot_be_compared_is_named_in_the_error() {
    let vm = scratch_with_files("a = \"1\"\n", "KDMV\0\0");
    vm.run(&["diff", "a.vmx", "b.vmx"]).refuses(4, &["b.vmx: not a VMX file: a sparse virtual disk"]);
    vm.run(&["diff", "b.vmx", "a.vmx", "--unified"]).refuses(4, &["b.vmx: not a VMX file"]);
    vm.run(&["diff", "a.vmx", "missing.vmx"]).refuses(5, &["missing.vmx: cannot open"]);
}

#[test]
fn a_comparison_needs_exactly_two_sides() {
    let vm = scratch_with_files("a = \"1\"\n", "b = \"1\"\n");
    vm.run(&["diff", "a.vmx"]).refuses(2, &["required"]);
    vm.run(&["diff", "a.vmx", "b.vmx", "--backup"]).refuses(2, &["cannot be used with"]);
}

#[test]
fn the_encrypted_part_of_a_file_is_not_compared() {
    let vm = scratch_with_files(read_fixture("encrypted.vmx"), "a = \"1\"\n");
    vm.run(&["diff", "a.vmx", "b.vmx"]).reports(
        1,
        "+ a = \"1\"\n- .encoding = \"UTF-8\"\n- displayName = \"sealed\"\n- encryption.keySafe = \"****\"\n\
         - encryption.data = \"****\"\n",
        &["a.vmx: warning: its encrypted part was not compared"],
    );
}

#[test]
fn a_file_is_compared_with_the_result_of_a_preset() {
    let vm = Scratch::with("guestOS = \"darwin10-64\"\n");
    let args = ["diff", "vm.vmx", "--preset", "macos-serial"];
    vm.run(&args).exits(1, "+ SMBIOS.use12CharSerialNumber = \"TRUE\"\n");
    vm.run(&["apply", "-q", "-p", "macos-serial", "vm.vmx"]).printed(0);
    vm.run(&args).prints("");
}

#[test]
fn a_file_is_not_compared_with_a_preset_that_does_not_apply() {
    let vm = Scratch::with("guestOS = \"dos\"\n");
    vm.run(&["diff", "vm.vmx", "--preset", "macos-serial"])
        .refuses(4, &["preset macos-serial does not apply"]);
}

#[test]
fn a_file_is_compared_with_the_result_of_a_preset_with_parameters() {
    let vm = Scratch::with("guestOS = \"dos\"\n");
    vm.run(&["diff", "vm.vmx", "--preset", "log-rotation", "--param", "keep=5"])
        .exits(1, "+ log.rotateSize = \"2048000\"\n+ log.keepOld = \"5\"\n");
}
