//! The option `--backup` of the editing commands, and the order of backups.

use std::fs::File;
use std::time::{Duration, SystemTime};

use crate::harness::Scratch;

#[test]
fn backup_never_overwrites_an_existing_backup() {
    let vm = Scratch::with("a = \"1\"\n");
    for n in 2..5 {
        vm.run(&["set", "vm.vmx", &format!("a={n}"), "--backup", "-q"]).printed(0);
    }
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.bak", "vm.vmx.bak.1", "vm.vmx.bak.2"]);
    assert_eq!(
        (vm.read("vm.vmx.bak"), vm.read("vm.vmx.bak.1"), vm.read("vm.vmx.bak.2")),
        (b"a = \"1\"\n".to_vec(), b"a = \"2\"\n".to_vec(), b"a = \"3\"\n".to_vec())
    );
}

#[test]
fn a_backup_with_another_suffix_is_reported() {
    let vm = Scratch::with("a = \"4\"\n");
    vm.run(&["set", "vm.vmx", "a=9", "--backup=.old"]).reports(
        0,
        "~ a = \"4\" -> \"9\"\n",
        &["the old file is kept as", "vm.vmx.old"],
    );
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.old"]);
    assert_eq!(vm.read("vm.vmx.old"), b"a = \"4\"\n");
}

#[test]
fn restore_says_when_there_is_nothing_to_restore() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmx.bak", "a = \"1\"\n");
    vm.run(&["restore", "vm.vmx"]).reports(
        0,
        "",
        &["vm.vmx: nothing to restore: the file is equal to vm.vmx.bak"],
    );
}

#[test]
fn an_edit_without_changes_makes_no_backup() {
    let vm = Scratch::with("a = \"9\"\n");
    vm.run(&["set", "vm.vmx", "a=9", "--backup"]).prints("");
    assert_eq!(vm.names(), ["vm.vmx"]);
}

#[test]
fn invalid_backup_suffixes_are_refused() {
    let vm = Scratch::with("a = \"1\"\n");
    for suffix in ["", "/x", ".VMX"] {
        vm.run(&["set", "vm.vmx", "a=2", &format!("--backup={suffix}")]).refuses(2, &["--backup"]);
    }
    assert_eq!(vm.names(), ["vm.vmx"]);
}

#[test]
fn a_backup_gets_the_number_after_all_others() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmx.bak.7", "a = \"0\"\n");
    vm.write("vm.vmx.bak.99999999999999999999", "no backup");
    vm.run(&["set", "vm.vmx", "a=2", "--backup"]).reports(0, "~ a = \"1\" -> \"2\"\n", &["vm.vmx.bak.8"]);
    assert_eq!(vm.read("vm.vmx.bak.8"), b"a = \"1\"\n");
}

#[test]
fn the_newest_backup_is_the_last_that_was_made_whatever_its_time() {
    let vm = Scratch::with("a = \"1\"\n");
    // Written by a machine whose clock is wrong.
    let later = SystemTime::now() + Duration::from_secs(100_000);
    File::options().write(true).open(vm.path("vm.vmx")).unwrap().set_modified(later).unwrap();
    for n in 2..14 {
        vm.run(&["set", "vm.vmx", &format!("a={n}"), "--backup", "-q"]).printed(0);
    }
    assert!(vm.run(&["diff", "--backup", "vm.vmx"]).stdout.contains("\"12\""));
    vm.run(&["restore", "vm.vmx"]).reports(0, "~ a = \"13\" -> \"12\"\n", &["restored from vm.vmx.bak.11"]);
}
